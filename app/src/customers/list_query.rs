//! Which customers the list shows, as it stands in the address: names as in the REST API, blank the same as absent.

use std::borrow::Cow;

use domain::{customer::CustomerType, standing::Status};
use serde::{Deserialize, Serialize};

use crate::{paging::Paging, routes, ui::SortedBy};

/// The parameters of the list, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Words in name, id, reference or e-mail.
    pub q: String,
    pub status: String,
    #[serde(rename = "type")]
    pub customer_type: String,
    /// `true` or `false`.
    pub is_enabled: String,
    /// `true` or `false`.
    pub is_wallet_ready: String,
    /// The first day, `YYYY-MM-DD`, in UTC.
    pub created_from: String,
    /// The last day.
    pub created_to: String,
    pub sort: String,
    /// The key after which the page begins.
    pub cursor: String,
    /// The keys of the pages before this one.
    pub trail: String,
}

/// The order of the list, as the address says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    Oldest,
    Name,
    NameDescending,
}

impl Sort {
    /// The word in the address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Newest => "-created_at",
            Self::Oldest => "created_at",
            Self::Name => "name",
            Self::NameDescending => "-name",
        }
    }
}

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKey {
    CustomerId,
    CustomerType,
    CustomerName,
    IsActive,
    Status,
    IsEnabled,
    IsWalletReady,
    CreatedAt,
}

impl ColumnKey {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::CustomerId,
        Self::CustomerType,
        Self::CustomerName,
        Self::IsActive,
        Self::Status,
        Self::IsEnabled,
        Self::IsWalletReady,
        Self::CreatedAt,
    ];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CustomerId => "customer_id",
            Self::CustomerType => "customer_type",
            Self::CustomerName => "customer_name",
            Self::IsActive => "is_active",
            Self::Status => "status",
            Self::IsEnabled => "is_enabled",
            Self::IsWalletReady => "is_wallet_ready",
            Self::CreatedAt => "created_at",
        }
    }

    /// The words on the screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::CustomerId => "Customer ID",
            Self::CustomerType => "Customer Type",
            Self::CustomerName => "Customer Name",
            Self::IsActive => "Is Active",
            Self::Status => "Status",
            Self::IsEnabled => "Is Enabled",
            Self::IsWalletReady => "Is Wallet Ready",
            Self::CreatedAt => "Created At",
        }
    }

    /// The columns of a kept choice. One of those that open a customer is always there, and nothing chosen is all.
    #[must_use]
    pub fn chosen(kept: Option<&str>) -> Vec<Self> {
        let Some(kept) = kept else { return Self::ALL.to_vec() };
        let wanted = |column: Self| kept.split(',').any(|code| code == column.code());
        let mut columns: Vec<Self> = Self::ALL.into_iter().filter(|column| wanted(*column)).collect();
        if !columns.contains(&Self::CustomerId) && !columns.contains(&Self::CustomerName) {
            columns.insert(0, Self::CustomerId);
        }
        columns
    }
}

impl ListQuery {
    /// The parameters of an address.
    #[must_use]
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self {
            q: text("q"),
            status: text("status"),
            customer_type: text("type"),
            is_enabled: text("is_enabled"),
            is_wallet_ready: text("is_wallet_ready"),
            created_from: text("created_from"),
            created_to: text("created_to"),
            sort: text("sort"),
            cursor: text("cursor"),
            trail: text("trail"),
        }
    }

    /// The address of this list from its beginning, below `path`.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        routes::with_query(path, &self.parameters())
    }

    /// Where the pages before and after this one are; `next` is the key of the one after.
    #[must_use]
    pub fn around(&self, next: Option<&str>) -> (Option<String>, Option<String>) {
        let parameters = self.parameters();
        let paging = Paging { path: routes::CUSTOMERS, filters: &parameters, cursor: &self.cursor, trail: &self.trail };
        (paging.previous(), paging.next(next))
    }

    /// The same list, ordered otherwise, from its beginning.
    #[must_use]
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let sort = if sort == Sort::default() { String::new() } else { sort.code().to_owned() };
        Self { sort, ..self.clone() }
    }

    /// The order asked for; the newest first where the address says nothing that is known.
    #[must_use]
    pub fn order(&self) -> Sort {
        [Sort::Oldest, Sort::Name, Sort::NameDescending]
            .into_iter()
            .find(|sort| sort.code() == self.sort)
            .unwrap_or_default()
    }

    /// How a column is sorted now, and where a press on its header leads; nothing for one that cannot be sorted by.
    #[must_use]
    pub fn sorting_of(&self, column: ColumnKey) -> Option<(Option<SortedBy>, String)> {
        let order = self.order();
        let (sorted, next) = match column {
            ColumnKey::CreatedAt => match order {
                Sort::Newest => (Some(SortedBy::Descending), Sort::Oldest),
                Sort::Oldest => (Some(SortedBy::Ascending), Sort::Newest),
                _ => (None, Sort::Newest),
            },
            ColumnKey::CustomerName => match order {
                Sort::Name => (Some(SortedBy::Ascending), Sort::NameDescending),
                Sort::NameDescending => (Some(SortedBy::Descending), Sort::Name),
                _ => (None, Sort::Name),
            },
            _ => return None,
        };
        Some((sorted, self.sorted_by(next).href(routes::CUSTOMERS)))
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }

    /// What narrows the list, in words: `status APPROVED`, `name, id, reference or e-mail containing “lane”`.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        let yes_no = |value: &str, yes: &str, no: &str| match value {
            "true" => Some(yes.to_owned()),
            "false" => Some(no.to_owned()),
            _ => None,
        };
        let said = |value: &str, words: &str| (!value.is_empty()).then(|| format!("{words} {value}"));
        [
            (!self.q.is_empty()).then(|| format!("name, id, reference or e-mail containing “{}”", self.q)),
            said(self.status_word(), "status"),
            CustomerType::from_code(&self.customer_type).map(|kind| format!("type {}", kind.label())),
            yes_no(&self.is_enabled, "enabled", "not enabled"),
            yes_no(&self.is_wallet_ready, "wallet ready", "not wallet ready"),
            said(&self.created_from, "created from"),
            said(&self.created_to, "created until"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The status asked for, in its exact value: `ACTIVE` means `APPROVED`.
    #[must_use]
    pub fn status_word(&self) -> &str {
        match Status::from_filter(&self.status) {
            Some(status) => status.code(),
            None => &self.status,
        }
    }

    /// The days asked for, in words; the empty text when there are none.
    #[must_use]
    pub fn created_words(&self) -> Cow<'_, str> {
        match (self.created_from.as_str(), self.created_to.as_str()) {
            ("", "") => Cow::Borrowed(""),
            (from, "") => Cow::Owned(format!("from {from}")),
            ("", to) => Cow::Owned(format!("until {to}")),
            (from, to) => Cow::Owned(format!("{from} to {to}")),
        }
    }

    fn parameters(&self) -> Vec<(&'static str, &str)> {
        let mut parameters = self.filters();
        parameters.push(("sort", self.sort.as_str()));
        parameters
    }

    fn filters(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("q", self.q.as_str()),
            ("status", self.status.as_str()),
            ("type", self.customer_type.as_str()),
            ("is_enabled", self.is_enabled.as_str()),
            ("is_wallet_ready", self.is_wallet_ready.as_str()),
            ("created_from", self.created_from.as_str()),
            ("created_to", self.created_to.as_str()),
        ]
    }
}

#[cfg(feature = "ssr")]
mod server {
    use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
    use domain::{customer::CustomerType, input::parse_date, standing::Status};
    use service::{CustomerFilter, CustomerSort};

    use super::{ListQuery, Sort};

    impl From<Sort> for CustomerSort {
        fn from(sort: Sort) -> Self {
            match sort {
                Sort::Newest => Self::Newest,
                Sort::Oldest => Self::Oldest,
                Sort::Name => Self::Name,
                Sort::NameDescending => Self::NameDescending,
            }
        }
    }

    impl ListQuery {
        /// The filter that the address asks for.
        ///
        /// # Errors
        /// A sentence for every parameter that says nothing known, naming it.
        pub fn filter(&self) -> Result<CustomerFilter, Vec<String>> {
            let mut problems = Vec::new();
            let mut flag = |name: &str, value: &str| match value {
                "" => None,
                "true" => Some(true),
                "false" => Some(false),
                other => {
                    problems.push(format!("{name} is true or false, not “{other}”."));
                    None
                }
            };
            let is_enabled = flag("is_enabled", &self.is_enabled);
            let is_wallet_ready = flag("is_wallet_ready", &self.is_wallet_ready);
            let filter = CustomerFilter {
                q: (!self.q.is_empty()).then(|| self.q.clone()),
                status: known(
                    &self.status,
                    Status::from_filter,
                    || "There is no such status. Choose one from the filter.",
                    &mut problems,
                ),
                customer_type: known(
                    &self.customer_type,
                    CustomerType::from_code,
                    || "The type is individual or company.",
                    &mut problems,
                ),
                is_enabled,
                is_wallet_ready,
                created_from: day(&self.created_from, "created_from", 0, &mut problems),
                created_to: day(&self.created_to, "created_to", 1, &mut problems),
            };
            if problems.is_empty() { Ok(filter) } else { Err(problems) }
        }
    }

    fn known<T>(
        text: &str,
        read: impl Fn(&str) -> Option<T>,
        problem: impl Fn() -> &'static str,
        problems: &mut Vec<String>,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            problems.push(problem().to_owned());
        }
        value
    }

    /// The moment a day begins in UTC, some days later.
    fn day(text: &str, name: &str, days_later: u64, problems: &mut Vec<String>) -> Option<DateTime<Utc>> {
        if text.is_empty() {
            return None;
        }
        let begin =
            |day: NaiveDate| Some(day.checked_add_days(Days::new(days_later))?.and_time(NaiveTime::MIN).and_utc());
        let moment = parse_date(text).ok().and_then(begin);
        if moment.is_none() {
            problems.push(format!("{name} is a day such as 2026-03-25, not “{text}”."));
        }
        moment
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn active_means_approved_and_the_last_day_counts_whole() {
            let query = ListQuery {
                status: "ACTIVE".into(),
                created_from: "2026-03-25".into(),
                created_to: "2026-03-25".into(),
                is_enabled: "false".into(),
                ..ListQuery::default()
            };
            let filter = query.filter().unwrap();
            assert_eq!(filter.status, Some(Status::Approved));
            assert_eq!(filter.is_enabled, Some(false));
            let hours = filter.created_to.unwrap() - filter.created_from.unwrap();
            assert_eq!(hours.num_hours(), 24);
        }

        #[test]
        fn what_says_nothing_known_is_named_and_not_passed_over() {
            let query = ListQuery {
                status: "LOST".into(),
                customer_type: "club".into(),
                is_enabled: "yes".into(),
                created_from: "yesterday".into(),
                ..ListQuery::default()
            };
            assert_eq!(query.filter().unwrap_err().len(), 4);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back() {
        let query = ListQuery {
            q: "o'neil & co".into(),
            status: "ACTIVE".into(),
            sort: "-name".into(),
            ..ListQuery::default()
        };
        assert_eq!(query.href("/customers"), "/customers?q=o%27neil%20%26%20co&status=ACTIVE&sort=-name");
        assert_eq!(query.status_word(), "APPROVED");
        assert_eq!(query.order(), Sort::NameDescending);
        assert!(query.is_filtered() && !ListQuery::default().is_filtered());
    }

    #[test]
    fn a_press_on_the_sorted_column_turns_it_round_and_starts_over() {
        let query = ListQuery { cursor: "key".into(), ..ListQuery::default() };
        assert_eq!(
            query.sorting_of(ColumnKey::CreatedAt),
            Some((Some(SortedBy::Descending), "/customers?sort=created_at".to_owned()))
        );
        assert_eq!(query.sorting_of(ColumnKey::CustomerName), Some((None, "/customers?sort=name".to_owned())));
        assert_eq!(query.sorting_of(ColumnKey::Status), None);
        let searched = ListQuery { q: "lane".into(), ..query };
        let (_, href) = searched.sorting_of(ColumnKey::CustomerName).unwrap();
        assert_eq!(href, "/customers?q=lane&sort=name");
    }

    #[test]
    fn a_row_can_always_be_opened() {
        assert_eq!(ColumnKey::chosen(None), ColumnKey::ALL);
        assert_eq!(ColumnKey::chosen(Some("status")), [ColumnKey::CustomerId, ColumnKey::Status]);
        assert_eq!(
            ColumnKey::chosen(Some("status,customer_name,colour")),
            [ColumnKey::CustomerName, ColumnKey::Status]
        );
    }

    #[test]
    fn an_empty_result_can_say_which_filter_did_it() {
        let query =
            ListQuery { q: "lane".into(), status: "ACTIVE".into(), is_enabled: "false".into(), ..ListQuery::default() };
        assert_eq!(
            query.in_words(),
            ["name, id, reference or e-mail containing “lane”", "status APPROVED", "not enabled"]
        );
    }
}
