//! What the overview shows.

use serde::{Deserialize, Serialize};

use crate::sum::Sum;

/// Days of money in that the chart shows.
pub const DAYS: i64 = 14;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewView {
    pub counts: Vec<StatusCount>,
    pub balances: Vec<Sum>,
    pub charts: Vec<MoneyIn>,
    /// Counted up to 99.
    pub held: i64,
    pub return_failed: i64,
}

/// How many customers have one status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCount {
    /// In its exact word.
    pub status: String,
    pub count: i64,
}

/// Money in of one currency, day by day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyIn {
    /// The finding.
    pub title: String,
    pub days: Vec<Day>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// `22 Nov`.
    pub label: String,
    pub sum: Sum,
    pub deposits: i64,
}

#[cfg(feature = "ssr")]
mod from_service {
    use std::collections::BTreeMap;

    use chrono::{DateTime, NaiveDate};
    use domain::{
        money::{Currency, Money},
        standing::Status,
    };
    use service::{DailySum, Overview};

    use super::{DAYS, Day, MoneyIn, OverviewView, StatusCount};
    use crate::{sum::Sum, ui::format};

    impl OverviewView {
        /// What the service found, for a person who looks at it `today`, in UTC.
        #[must_use]
        pub fn of(overview: &Overview, today: NaiveDate) -> Self {
            let count =
                |status: Status| StatusCount { status: status.code().to_owned(), count: overview.counts.of(status) };
            Self {
                counts: Status::ALL.into_iter().map(count).collect(),
                balances: overview.balances.iter().copied().map(Sum::from).collect(),
                charts: charts(&overview.daily, today),
                held: overview.held,
                return_failed: overview.return_failed,
            }
        }
    }

    fn charts(daily: &[DailySum], today: NaiveDate) -> Vec<MoneyIn> {
        let today = today.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days();
        let mut by_currency: BTreeMap<Currency, BTreeMap<i64, &DailySum>> = BTreeMap::new();
        for sum in daily.iter().filter(|sum| sum.day > today - DAYS && sum.day <= today) {
            by_currency.entry(sum.amount.currency()).or_default().insert(sum.day, sum);
        }
        by_currency.into_iter().map(|(currency, days)| chart(currency, &days, today)).collect()
    }

    fn chart(currency: Currency, sums: &BTreeMap<i64, &DailySum>, today: i64) -> MoneyIn {
        let days: Vec<Day> = (today - DAYS + 1..=today)
            .map(|day| Day {
                label: label(day),
                sum: sums.get(&day).map_or(Money::zero(currency), |sum| sum.amount).into(),
                deposits: sums.get(&day).map_or(0, |sum| sum.deposits),
            })
            .collect();
        let highest = days.iter().max_by_key(|day| day.sum.minor);
        let title = highest.map_or_else(String::new, |day| {
            format!("Most {} came in on {}: {}", currency.code(), day.label, day.sum.text())
        });
        MoneyIn { title, days }
    }

    fn label(day: i64) -> String {
        let at = DateTime::from_timestamp(day.saturating_mul(86_400), 0).unwrap_or_default();
        format::day_and_month(&at)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_chart_has_every_day_and_names_the_highest() {
            let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
            let day = today.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days();
            let sum = |day, minor| DailySum { day, amount: Money::new(minor, Currency::AUD), deposits: 1 };
            let charts = charts(&[sum(day - 30, 9_000_000), sum(day - 5, 125_000), sum(day, 100)], today);
            assert_eq!(charts.len(), 1);
            assert_eq!(charts[0].title, "Most AUD came in on 17 Nov: AUD 1,250.00");
            assert_eq!(charts[0].days.len(), 14);
            assert_eq!(charts[0].days[13].label, "22 Nov");
            assert_eq!(charts[0].days.iter().map(|day| day.deposits).sum::<i64>(), 2);
        }
    }
}
