//! Lists: how many, from where on. A cursor is opaque, and good only for the list and the filters it came with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::fault::FieldFault;
use serde::Serialize;
use service::{Page, PageRequest};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::query::Query;

const LIMIT_DEFAULT: u32 = 25;
const LIMIT_MAX: u32 = 200;
const CURSOR_VERSION: u8 = 1;
/// Enough of a hash to know a cursor that was cut, changed or taken elsewhere.
const SEAL_BYTES: usize = 8;
const CURSOR_CHARS_MAX: usize = 2_000;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The objects.
    pub data: Vec<T>,
    /// Send it as `cursor` for the next page; `null` on the last one.
    #[schema(required = true, example = "AZ8mN1x2c3Y0YjE2YzE4ZmE3")]
    pub next_cursor: Option<String>,
}

/// Which page of which list.
#[derive(Clone, Debug)]
pub struct Paging {
    /// What storage is asked for.
    pub request: PageRequest,
    scope: Vec<u8>,
}

impl Paging {
    /// Reads `limit` and `cursor` of the list `listing`.
    pub fn read(query: &mut Query, listing: &str) -> Self {
        let scope = scope(listing, &query.filters());
        let limit = query.value("limit", |text| {
            let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
            limit.ok_or_else(|| FieldFault::new("out_of_range", format!("Give a whole number from 1 to {LIMIT_MAX}")))
        });
        let after = query.value("cursor", |text| {
            open(text, &scope).ok_or_else(|| {
                FieldFault::new("invalid", "Use next_cursor of the page before, with the same filters and sort")
            })
        });
        Self { request: PageRequest { limit: limit.unwrap_or(LIMIT_DEFAULT), after }, scope }
    }

    /// The page as it is answered.
    pub fn list<R, T>(&self, page: Page<R>, show: impl FnMut(R) -> T) -> List<T> {
        let next_cursor = page.next.map(|key| seal(&key, &self.scope));
        List { data: page.rows.into_iter().map(show).collect(), next_cursor }
    }
}

fn scope(listing: &str, filters: &[(&str, &str)]) -> Vec<u8> {
    let mut hash = Sha256::new_with_prefix(listing);
    for (name, value) in filters {
        hash.update([0]);
        hash.update(name);
        hash.update([0]);
        hash.update(value);
    }
    hash.finalize().to_vec()
}

fn mark(key: &str, scope: &[u8]) -> Vec<u8> {
    let hash = Sha256::new_with_prefix(scope).chain_update(key).finalize();
    hash.iter().take(SEAL_BYTES).copied().collect()
}

fn seal(key: &str, scope: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode([&[CURSOR_VERSION], mark(key, scope).as_slice(), key.as_bytes()].concat())
}

fn open(text: &str, scope: &[u8]) -> Option<String> {
    if text.len() > CURSOR_CHARS_MAX {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (version, rest) = bytes.split_first()?;
    let (given, key) = rest.split_at_checked(SEAL_BYTES)?;
    let key = str::from_utf8(key).ok()?;
    (*version == CURSOR_VERSION && given == mark(key, scope)).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_opens_where_it_was_made(key in "\\PC{0,80}") {
            let here = scope("customers", &[("q", "ada")]);
            prop_assert_eq!(open(&seal(&key, &here), &here), Some(key));
        }

        #[test]
        fn a_changed_cursor_does_not_open(key in "[0-9a-f]{32}", at in 0_usize..50, to in "[A-Za-z0-9_-]") {
            let here = scope("customers", &[]);
            let mut cursor = seal(&key, &here);
            prop_assume!(cursor.get(at..=at).is_some_and(|c| c != to));
            cursor.replace_range(at..=at, &to);
            prop_assert_eq!(open(&cursor, &here), None);
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,80}") {
            prop_assert_eq!(open(&text, &scope("customers", &[])), None);
        }
    }

    #[test]
    fn another_list_or_other_filters_do_not_take_it() {
        let cursor = seal("key", &scope("customers", &[("q", "ada")]));
        for other in [scope("wallets", &[("q", "ada")]), scope("customers", &[("q", "bob")]), scope("customers", &[])] {
            assert_eq!(open(&cursor, &other), None);
        }
    }
}
