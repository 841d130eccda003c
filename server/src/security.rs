//! What every answer and every request must satisfy before any page or route has its say: the headers that tell
//! browsers what this site will never do, the refusal of requests that another site made, and the bounds of bodies.
//! Who is signed in and what they may do is not decided here.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{
            AUTHORIZATION, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
            X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::{nonce::use_nonce, prelude::expect_context};
use leptos_axum::ResponseOptions;
use tower_http::limit::RequestBodyLimitLayer;

/// The longest body of a form or a server function, in bytes. Uploads have their own bound.
pub const FORM_BYTES_MAX: usize = 256 * 1024;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// For answers that are not pages: nothing in them may load or run anything.
const INERT_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'");

/// For a page without script: it may have its looks, and nothing runs.
pub const STILL_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// Headers of every answer; a route that has set one itself keeps its own.
const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (CONTENT_SECURITY_POLICY, INERT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()",
        ),
    ),
];

/// Gives a page its content security policy, with the nonce that this answer's scripts carry. Called while the page
/// is being written, where the framework has made the nonce; a server function's answer has none and gets none.
pub fn admit_own_scripts() {
    let Some(nonce) = use_nonce() else { return };
    if let Ok(policy) = HeaderValue::try_from(page_policy(&nonce, watched())) {
        expect_context::<ResponseOptions>().insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Middleware: the headers of every answer.
pub async fn set_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Middleware: refuses what would change something when another site's page sent it.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    if is_cross_site(request.method(), request.uri(), request.headers()) {
        return (StatusCode::FORBIDDEN, "This request came from another site, so nothing was done.\n").into_response();
    }
    next.run(request).await
}

/// Bounds the body of every request to these routes, whichever way it is read.
pub fn bounded<S: Clone + Send + Sync + 'static>(routes: Router<S>, bytes_max: usize) -> Router<S> {
    routes.layer(RequestBodyLimitLayer::new(bytes_max)).layer(DefaultBodyLimit::max(bytes_max))
}

fn page_policy(nonce: &str, watched: bool) -> String {
    // `cargo leptos watch` tells the page of changes through a socket on a port of its own.
    let reload = if watched { " ws:" } else { "" };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
         font-src 'self'; connect-src 'self'{reload}; form-action 'self'; frame-src 'self' blob:; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'self'"
    )
}

fn watched() -> bool {
    cfg!(debug_assertions) && std::env::var_os("LEPTOS_WATCH").is_some()
}

/// Browsers say where a request comes from: `Sec-Fetch-Site` on trustworthy origins, `Origin` with every POST. What
/// says neither is not a browser and carries nobody's cookies by accident. A bearer token is never sent by accident
/// either, so the API takes it from anywhere.
fn is_cross_site(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(method) {
        return false;
    }
    if uri.path().starts_with("/api/") && carries_bearer_token(headers) {
        return false;
    }
    match (headers.get(SEC_FETCH_SITE), headers.get(ORIGIN)) {
        (Some(site), _) => site != "same-origin" && site != "none",
        (None, Some(origin)) => !is_own_origin(origin, uri, headers),
        (None, None) => false,
    }
}

fn carries_bearer_token(headers: &HeaderMap) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().first_chunk::<7>())
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
}

/// The scheme is left out: behind a proxy that ends TLS this server does not know it.
fn is_own_origin(origin: &HeaderValue, uri: &Uri, headers: &HeaderMap) -> bool {
    let asked = match uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => headers.get(HOST).and_then(|host| host.to_str().ok()),
    };
    let said = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    matches!((asked, said), (Some(asked), Some(said)) if asked.eq_ignore_ascii_case(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(method: &Method, path: &'static str, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_cross_site(method, &Uri::from_static(path), &headers)
    }

    #[test]
    fn reading_is_allowed_from_anywhere() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(!from(&method, "/customers", &[("sec-fetch-site", "cross-site")]));
        }
    }

    #[test]
    fn every_other_method_is_refused_from_another_site() {
        let (origin, host) = (("origin", "http://purser.test"), ("host", "purser.test"));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for site in ["cross-site", "same-site", "SAME-ORIGIN", ""] {
                // An own-looking Origin does not help: the browser's other word counts more.
                let headers = [("sec-fetch-site", site), origin, host];
                assert!(from(&method, "/rpc/save", &headers), "{method} {site:?}");
            }
        }
    }

    #[test]
    fn the_own_pages_and_the_address_bar_are_let_through() {
        assert!(!from(&Method::POST, "/rpc/save", &[("sec-fetch-site", "same-origin")]));
        assert!(!from(&Method::POST, "/rpc/save", &[("sec-fetch-site", "none")]));
    }

    #[test]
    fn without_the_browsers_word_the_origin_must_be_the_host() {
        let host = ("host", "purser.test:3000");
        assert!(!from(&Method::POST, "/rpc/save", &[("origin", "http://purser.test:3000"), host]));
        assert!(!from(&Method::POST, "/rpc/save", &[("origin", "https://PURSER.test:3000"), host]));
        for other in [
            "http://purser.test",
            "http://evil.test",
            "http://purser.test:3000.evil.test",
            "null",
            "purser.test:3000",
            "",
        ] {
            assert!(from(&Method::POST, "/rpc/save", &[("origin", other), host]), "{other}");
        }
        assert!(from(&Method::POST, "/rpc/save", &[("origin", "http://purser.test")]), "no host");
    }

    #[test]
    fn a_program_that_says_neither_is_no_browser() {
        assert!(!from(&Method::POST, "/api/v1/rails/au/deposits", &[("host", "purser.test")]));
    }

    #[test]
    fn a_bearer_token_opens_the_api_and_nothing_else() {
        let token = ("authorization", "Bearer sk_x");
        let away = ("origin", "https://merchant.test");
        assert!(!from(&Method::POST, "/api/v1/customers", &[token, away]));
        assert!(from(&Method::POST, "/rpc/save", &[token, away]));
        assert!(from(&Method::POST, "/apiary", &[token, away]));
        assert!(from(&Method::POST, "/api/v1/customers", &[("authorization", "Basic eDp5"), away]));
    }

    #[test]
    fn a_page_may_run_its_own_scripts_only() {
        let policy = page_policy("abc", false);
        assert!(policy.contains("script-src 'nonce-abc' 'wasm-unsafe-eval';"));
        assert!(policy.starts_with("default-src 'none';"));
        for lax in ["unsafe-inline", "'unsafe-eval'", "http:", "https:", "data:", "*", "ws:"] {
            assert!(!policy.contains(lax), "{lax}");
        }
    }
}
