//! Pages of a listing: where one begins, and where the next one does.

/// Which page is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows at most.
    pub limit: u32,
    /// The key after which the page begins, as an earlier page gave it.
    pub after: Option<String>,
}

/// Rows, and the key with which the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// At most as many as were wanted.
    pub rows: Vec<T>,
    /// Nothing when this is the last page.
    pub next: Option<String>,
}

impl PageRequest {
    /// One row more than wanted is read, to know whether there is a next page.
    pub(crate) fn limit_and_one(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

impl<T> Page<T> {
    /// Cuts the surplus row off and makes the key of the last one that stays.
    pub(crate) fn cut(mut rows: Vec<T>, request: &PageRequest, key: impl Fn(&T) -> String) -> Self {
        let limit = request.limit as usize;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = if has_more { rows.last().map(key) } else { None };
        Self { rows, next }
    }

    /// The same page of other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(f).collect(), next: self.next }
    }
}
