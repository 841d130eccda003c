//! The way through a listing that is read by key: the address holds the key of this page, and the keys of those before
//! it, so that there is a way back.

use crate::routes::with_query;

/// Rows on one page of a listing.
pub const ROWS: u32 = 25;

/// Keys kept for the way back; beyond them it leads to the first page.
const TRAIL_MAX: usize = 24;

/// What stands between the keys of a trail; no key holds it.
const SEPARATOR: char = '~';

/// Where a page of a listing lies.
#[derive(Clone, Copy, Debug)]
pub struct Paging<'a> {
    /// The listing's address without its parameters.
    pub path: &'a str,
    /// The filters, which stay as they are.
    pub filters: &'a [(&'a str, &'a str)],
    /// The key of this page; empty for the first.
    pub cursor: &'a str,
    /// The keys of the pages between the first and this one.
    pub trail: &'a str,
}

impl Paging<'_> {
    /// Where the page before this one is.
    #[must_use]
    pub fn previous(&self) -> Option<String> {
        if self.cursor.is_empty() {
            return None;
        }
        let (trail, cursor) = self.trail.rsplit_once(SEPARATOR).unwrap_or(("", self.trail));
        Some(self.at(cursor, trail))
    }

    /// Where the page after this one is, whose key is `next`.
    #[must_use]
    pub fn next(&self, next: Option<&str>) -> Option<String> {
        let next = next?;
        let keys: Vec<&str> = self.trail.split(SEPARATOR).chain([self.cursor]).filter(|key| !key.is_empty()).collect();
        let kept = keys.len().saturating_sub(TRAIL_MAX);
        Some(self.at(next, &keys.get(kept..).unwrap_or_default().join("~")))
    }

    fn at(&self, cursor: &str, trail: &str) -> String {
        let mut parameters = self.filters.to_vec();
        parameters.extend([("cursor", cursor), ("trail", trail)]);
        with_query(self.path, &parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(cursor: &'a str, trail: &'a str) -> Paging<'a> {
        Paging { path: "/wallets", filters: &[("currency", "AUD")], cursor, trail }
    }

    #[test]
    fn the_way_back_is_the_way_there() {
        assert_eq!(at("", "").previous(), None);
        assert_eq!(at("", "").next(Some("a")).as_deref(), Some("/wallets?currency=AUD&cursor=a"));
        assert_eq!(at("a", "").next(Some("b")).as_deref(), Some("/wallets?currency=AUD&cursor=b&trail=a"));
        assert_eq!(at("b", "a").next(Some("c")).as_deref(), Some("/wallets?currency=AUD&cursor=c&trail=a~b"));
        assert_eq!(at("c", "a~b").previous().as_deref(), Some("/wallets?currency=AUD&cursor=b&trail=a"));
        assert_eq!(at("b", "a").previous().as_deref(), Some("/wallets?currency=AUD&cursor=a"));
        assert_eq!(at("a", "").previous().as_deref(), Some("/wallets?currency=AUD"));
        assert_eq!(at("z", "a").next(None), None);
    }

    #[test]
    fn the_trail_stays_short() {
        let trail = vec!["k"; 100].join("~");
        let next = at("last", &trail).next(Some("n")).unwrap();
        assert_eq!(next.matches('k').count(), TRAIL_MAX - 1);
        assert!(next.ends_with("~last"));
    }
}
