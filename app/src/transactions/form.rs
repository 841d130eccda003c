//! The filters of the listing, from text to what storage is asked. A filter that cannot be read is told of and left out.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::{
    fault::{FieldError, FieldFault},
    money::{Currency, Money},
    wallet::{TransactionSource, TransactionType},
};
use service::TransactionFilter;

use super::view::TransactionsQuery;

/// Every wallet's currency has as many decimals as this one: it stands in where none is chosen.
const ANY_CURRENCY: Currency = Currency::AUD;

/// What is asked for, and what could not be read.
pub fn read(query: &TransactionsQuery) -> (TransactionFilter, Vec<FieldError>) {
    let mut errors = Vec::new();
    let currency = part("currency", &query.currency, Currency::parse, &mut errors);
    let amount = |text: &str| Money::parse(text, currency.unwrap_or(ANY_CURRENCY)).map(Money::minor);
    let q = query.q.trim();
    let filter = TransactionFilter {
        wallet_id: part("wallet_id", &query.wallet_id, str::parse, &mut errors),
        customer_id: part("customer_id", &query.customer_id, str::parse, &mut errors),
        kind: part("type", &query.kind, |text| known(TransactionType::from_code(text)), &mut errors),
        source: part("source", &query.source, |text| known(TransactionSource::from_code(text)), &mut errors),
        currency,
        amount_min: part("amount_min", &query.amount_min, amount, &mut errors),
        amount_max: part("amount_max", &query.amount_max, amount, &mut errors),
        q: (!q.is_empty()).then(|| q.to_owned()),
        from: part("from", &query.from, |text| moment(text, 0), &mut errors),
        to: part("to", &query.to, |text| moment(text, 1), &mut errors),
    };
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && from >= to
    {
        errors.push(FieldError::new("to", "before_from", "Choose a last day that is not before the first."));
    }
    (filter, errors)
}

fn part<T>(
    name: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, FieldFault>,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    parse(text).map_err(|fault| errors.push(fault.at(name))).ok()
}

fn known<T>(found: Option<T>) -> Result<T, FieldFault> {
    found.ok_or_else(|| FieldFault::new("invalid", "Choose one of the values offered."))
}

/// A day's beginning, `days_later` days on, or a moment as it is.
fn moment(text: &str, days_later: u64) -> Result<DateTime<Utc>, FieldFault> {
    let of_day = |day: NaiveDate| Some(day.checked_add_days(Days::new(days_later))?.and_time(NaiveTime::MIN).and_utc());
    let read = match text.parse::<NaiveDate>() {
        Ok(day) => of_day(day),
        Err(_) => DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc)),
    };
    read.filter(|at| (0..=253_402_300_799_999).contains(&at.timestamp_millis()))
        .ok_or_else(|| FieldFault::new("invalid", "Enter a day, such as 2026-11-22."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_is_no_filter() {
        assert_eq!(read(&TransactionsQuery::default()), (TransactionFilter::default(), vec![]));
    }

    #[test]
    fn amounts_are_of_the_currency_and_the_last_day_is_included() {
        let query = TransactionsQuery {
            currency: "aud".to_owned(),
            amount_min: "1,250.5".to_owned(),
            from: "2026-11-22".to_owned(),
            to: "2026-11-22".to_owned(),
            ..TransactionsQuery::default()
        };
        let (filter, errors) = read(&query);
        assert_eq!(errors, []);
        assert_eq!(filter.amount_min, Some(125_050));
        let (from, to) = (filter.from.unwrap(), filter.to.unwrap());
        assert_eq!((to - from).num_hours(), 24);
    }

    #[test]
    fn everything_that_cannot_be_read_is_named() {
        let wrong = || "x<".to_owned();
        let query = TransactionsQuery {
            wallet_id: wrong(),
            customer_id: wrong(),
            kind: wrong(),
            source: wrong(),
            currency: wrong(),
            amount_min: wrong(),
            amount_max: "1.234".to_owned(),
            from: "9999-12-32".to_owned(),
            to: "+262142-12-31".to_owned(),
            ..TransactionsQuery::default()
        };
        let (filter, errors) = read(&query);
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["currency", "wallet_id", "customer_id", "type", "source", "amount_min", "amount_max", "from", "to"]
        );
        assert_eq!(filter, TransactionFilter::default());
    }
}
