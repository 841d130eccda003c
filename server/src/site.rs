//! The site's own files: the browser's half of the application, the stylesheet, fonts and icons. A release carries them
//! inside itself; a debug build reads them from `target/site`, so that a changed stylesheet shows at once.
//!
//! An address ends in a hash of the file's content (`/pkg/purser.js?v=…`): what was fetched under it never changes
//! and is kept for good. An address without the hash is asked for again each time, and answered 304 while it is the same.

use std::fmt::Write as _;

use app::shell::SiteLinks;
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

const STYLESHEET: &str = "pkg/purser.css";
const SCRIPT: &str = "pkg/purser.js";
const MODULE: &str = "pkg/purser.wasm";
const ICON: &str = "favicon.svg";
/// Faces that every page shows at once; the others come when the stylesheet needs them.
const FIRST_FONTS: [&str; 2] = ["fonts/purser-sans-latin.woff2", "fonts/purser-mono-400.woff2"];

/// Enough of a SHA-256 to never meet the same twice, in bytes.
const VERSION_BYTES: usize = 8;

const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Files;

/// What of the site this program was built without; empty in a release made by `make build`.
#[must_use]
pub fn missing() -> Vec<&'static str> {
    [STYLESHEET, SCRIPT, MODULE, ICON]
        .into_iter()
        .chain(FIRST_FONTS)
        .filter(|name| Files::get(name).is_none())
        .collect()
}

/// The addresses that the document names.
#[must_use]
pub fn links() -> SiteLinks {
    SiteLinks {
        stylesheet: address(STYLESHEET),
        script: address(SCRIPT),
        module: address(MODULE),
        icon: address(ICON),
        fonts: FIRST_FONTS.into_iter().map(address).collect(),
    }
}

/// Answers with the site's file at this address, or `None` when there is no such file.
#[must_use]
pub fn file(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let name = uri.path().strip_prefix('/')?;
    if matches!(ending(name), "br" | "gz") {
        return None;
    }
    let plain = Files::get(name)?;
    if method != Method::GET && method != Method::HEAD {
        return Some((StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response());
    }
    let version = version(&plain);
    let (encoding, content) = encoded(name, headers, plain);
    let tag = match encoding {
        Some(encoding) => format!("\"{version}-{encoding}\""),
        None => format!("\"{version}\""),
    };
    let known = headers.get(IF_NONE_MATCH).is_some_and(|seen| names_tag(seen, &tag));
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(content.data).into_response() };
    let asked = uri.query().and_then(|query| query.strip_prefix("v="));
    let answer = response.headers_mut();
    answer.insert(CACHE_CONTROL, if asked == Some(version.as_str()) { KEEP } else { REVALIDATE });
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.insert(ETAG, tag);
    }
    if let Some(encoding) = encoding {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn address(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("/{name}?v={}", version(&file)),
        None => format!("/{name}"),
    }
}

fn version(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    hash.iter().take(VERSION_BYTES).fold(String::with_capacity(2 * VERSION_BYTES), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The smallest form of the file that the browser takes: the build made the compressed ones.
fn encoded(name: &str, headers: &HeaderMap, plain: EmbeddedFile) -> (Option<&'static str>, EmbeddedFile) {
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(headers, encoding)
            && let Some(file) = Files::get(&format!("{name}{ending}"))
        {
            return (Some(encoding), file);
        }
    }
    (None, plain)
}

/// Whether `Accept-Encoding` (RFC 9110, 12.5.3) names this coding with a weight above zero.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let (coding, weight) = offer.split_once(';').unwrap_or((offer, ""));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
            coding.trim().eq_ignore_ascii_case(encoding) && !refused
        })
}

/// Whether `If-None-Match` names this tag, or any.
fn names_tag(seen: &HeaderValue, tag: &str) -> bool {
    seen.to_str().is_ok_and(|seen| {
        seen.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    })
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn content_type(name: &str) -> &'static str {
    match ending(name) {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offering(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_coding_is_used_only_where_the_browser_offers_it() {
        assert!(accepts(&offering("gzip, deflate, br, zstd"), "br"));
        assert!(accepts(&offering("gzip;q=0.5, BR;q=1.0"), "br"));
        assert!(!accepts(&offering("gzip, br;q=0"), "br"));
        assert!(!accepts(&offering("gzip, br;q=0.000"), "br"));
        assert!(!accepts(&offering("brotli"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn a_tag_is_known_alone_in_a_list_or_weak() {
        let tag = "\"00ff-br\"";
        assert!(names_tag(&HeaderValue::from_static("\"00ff-br\""), tag));
        assert!(names_tag(&HeaderValue::from_static("\"a\", W/\"00ff-br\""), tag));
        assert!(names_tag(&HeaderValue::from_static("*"), tag));
        assert!(!names_tag(&HeaderValue::from_static("\"00ff\""), tag));
    }

    #[test]
    fn no_address_leads_out_of_the_site() {
        for path in ["/../Cargo.toml", "/pkg/../../../Cargo.toml", "/%2e%2e/Cargo.toml", "/", "/pkg"] {
            let uri = Uri::from_static(path);
            assert!(file(&Method::GET, &uri, &HeaderMap::new()).is_none(), "{path}");
        }
    }
}
