//! What the caller accepts: the header `Accept` (RFC 9110, section 12.5.1) against what a route can write.

use axum::http::{HeaderMap, header::ACCEPT};

/// Media ranges that are looked at; a header with more is cut.
const RANGES_MAX: usize = 32;

/// Which of the media types the caller wants most; nothing when it accepts none. Without the header it is the first.
#[must_use]
pub fn wanted<T: Copy>(headers: &HeaderMap, offered: &[(&str, T)]) -> Option<T> {
    let values: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<Range<'_>> =
        values.iter().flat_map(|value| value.split(',')).filter_map(Range::read).take(RANGES_MAX).collect();
    if ranges.is_empty() {
        return offered.first().map(|(_, format)| *format);
    }
    let mut best: Option<((u16, u8, usize), T)> = None;
    for (media_type, format) in offered {
        // The most specific range that fits a type says how much it is wanted.
        let fits = ranges.iter().enumerate().filter(|(_, range)| range.fits(media_type));
        let Some((at, range)) = fits.max_by_key(|(at, range)| (range.specificity(), usize::MAX - at)) else { continue };
        let rank = (range.quality, range.specificity(), usize::MAX - at);
        if range.quality > 0 && best.is_none_or(|(known, _)| rank > known) {
            best = Some((rank, *format));
        }
    }
    best.map(|(_, format)| format)
}

/// A media range with how much it is wanted, in thousandths.
#[derive(Clone, Copy, Debug)]
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    quality: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1000;
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            if name.trim().eq_ignore_ascii_case("q") {
                quality = thousandths(value.trim())?;
            }
        }
        Some(Self { kind, subtype, quality })
    }

    fn fits(&self, media_type: &str) -> bool {
        let Some((kind, subtype)) = media_type.split_once('/') else { return false };
        match (self.kind, self.subtype) {
            ("*", "*") => true,
            (own, "*") => own.eq_ignore_ascii_case(kind),
            (own, other) => own.eq_ignore_ascii_case(kind) && other.eq_ignore_ascii_case(subtype),
        }
    }

    fn specificity(&self) -> u8 {
        u8::from(self.kind != "*") + u8::from(self.subtype != "*")
    }
}

/// `qvalue`: 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const OFFERED: [(&str, u8); 3] = [("application/json", 1), ("text/csv", 2), ("application/pdf", 3)];

    #[test]
    fn the_caller_gets_what_it_wants_most_of_what_there_is() {
        for (accept, expected) in [
            ("", Some(1)),
            ("*/*", Some(1)),
            ("text/csv", Some(2)),
            ("TEXT/CSV; charset=utf-8", Some(2)),
            ("text/*", Some(2)),
            ("application/*", Some(1)),
            ("text/html, application/pdf;q=0.9, */*;q=0.1", Some(3)),
            ("application/pdf, */*", Some(3)),
            ("text/csv, application/pdf", Some(2)),
            ("text/csv;q=0.5, application/pdf;q=0.51", Some(3)),
            ("application/json;q=0, */*", Some(2)),
            ("application/json;q=0", None),
            ("image/png", None),
            ("text/csv;q=2", Some(1)),
            ("nonsense", Some(1)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(wanted(&headers, &OFFERED), expected, "{accept}");
        }
        assert_eq!(wanted(&HeaderMap::new(), &OFFERED), Some(1));
    }
}
