//! Single values: dates, amounts, currencies.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime};
use domain::money::{Currency, Money};

use super::fields::Field;
use crate::FileError;
use crate::camt::parse_amount;
use crate::notice::BankTime;

/// Two digits of a year from this on are of the twentieth century.
const CENTURY_TURN: i32 = 70;

/// `YYMMDD`. The 29th and 30th of February, up to which German banks reckon interest, are the month's last day.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    if text.len() != 6 || !is_digits(text) {
        return None;
    }
    let year: i32 = text.get(..2)?.parse().ok()?;
    let year = if year < CENTURY_TURN { 2000 + year } else { 1900 + year };
    month_and_day(year, text.get(2..)?)
}

/// `MMDD`, in the year that brings it nearest to another date.
pub(super) fn date_near(text: &str, other: NaiveDate) -> Option<NaiveDate> {
    let years = [other.year(), other.year() - 1, other.year() + 1];
    let days = years.into_iter().filter_map(|year| month_and_day(year, text));
    days.min_by_key(|day| (*day - other).num_days().abs())
}

fn month_and_day(year: i32, text: &str) -> Option<NaiveDate> {
    if text.len() != 4 || !is_digits(text) {
        return None;
    }
    let month = text.get(..2)?.parse().ok()?;
    let day = text.get(2..)?.parse().ok()?;
    let is_reckoned = month == 2 && (day == 29 || day == 30);
    let found = NaiveDate::from_ymd_opt(year, month, day);
    if is_reckoned && found.is_none() { NaiveDate::from_ymd_opt(year, 3, 1)?.pred_opt() } else { found }
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The amount that a text begins with, as it is written, and the rest.
pub(super) fn split_amount(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit() && !matches!(character, ',' | '.'));
    text.split_at(end.unwrap_or(text.len()))
}

/// Digits, a comma, and the digits of the minor unit as far as they are not zero. One bank of the samples leaves the
/// comma out (`C500NTRF`); in a balance that would be a file that was cut off.
pub(super) fn amount(field: &Field<'_>, text: &str, currency: Currency) -> Result<Money, FileError> {
    let is_amount = text.starts_with(|first: char| first.is_ascii_digit()) && !text.contains('.');
    let parsed =
        if is_amount { parse_amount(&text.replace(',', "."), currency) } else { Err("it is not written like 12,34") };
    parsed.map_err(|why| {
        let written: String = text.chars().take(40).collect();
        field.error("invalid_amount", format!("“{written}” is no amount in {}: {why}.", currency.code()))
    })
}

/// Three capital letters that are a currency of today.
pub(super) fn currency(field: &Field<'_>, text: Option<&str>) -> Result<Currency, FileError> {
    let code = text.unwrap_or_default();
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    Currency::parse(code).ok().filter(|_| is_code).ok_or_else(|| {
        let written: String = code.chars().take(10).collect();
        field.error("unknown_currency", format!("“{written}” is no current ISO 4217 currency."))
    })
}

/// The currency of a balance such as `C261120EUR12,34`, all of which must be well formed.
pub(super) fn balance(field: &Field<'_>) -> Result<Currency, FileError> {
    let text = field.text().trim();
    let rest =
        text.strip_prefix(['C', 'D']).ok_or_else(|| field.error("invalid_code", "A balance begins with C or D."))?;
    if rest.get(..6).and_then(date).is_none() {
        return Err(invalid_date(field, rest.get(..6).unwrap_or(rest)));
    }
    let currency = currency(field, rest.get(6..9))?;
    let written = rest.get(9..).unwrap_or_default();
    if !written.contains(',') {
        return Err(field.error("invalid_amount", "The amount of a balance has a comma."));
    }
    amount(field, written, currency)?;
    Ok(currency)
}

/// `YYMMDDhhmm`, with the distance from UTC where it is given.
pub(super) fn time(field: &Field<'_>) -> Result<BankTime, FileError> {
    let text = field.text().trim();
    let parse = || {
        let day = date(text.get(..6)?)?;
        let clock = text.get(6..10).filter(|clock| is_digits(clock))?;
        let local: NaiveDateTime = day.and_hms_opt(clock.get(..2)?.parse().ok()?, clock.get(2..)?.parse().ok()?, 0)?;
        let zone = text.get(10..)?;
        if zone.is_empty() {
            return Some(BankTime::Local(local));
        }
        let (sign, digits) = match zone.split_at_checked(1)? {
            ("+", digits) => (1, digits),
            ("-", digits) => (-1, digits),
            _ => return None,
        };
        if digits.len() != 4 || !is_digits(digits) {
            return None;
        }
        let hours: i32 = digits.get(..2)?.parse().ok()?;
        let minutes: i32 = digits.get(2..)?.parse().ok()?;
        let offset = FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))?;
        let instant: DateTime<FixedOffset> = local.and_local_timezone(offset).single()?;
        Some(BankTime::Instant(instant))
    };
    parse().ok_or_else(|| invalid_date(field, text))
}

pub(super) fn invalid_date(field: &Field<'_>, text: &str) -> FileError {
    let written: String = text.chars().take(40).collect();
    field.error("invalid_date", format!("“{written}” is no date."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn dates_are_of_their_century_and_february_has_no_30th() {
        for (text, expected) in
            [("261120", "2026-11-20"), ("990101", "1999-01-01"), ("160230", "2016-02-29"), ("170229", "2017-02-28")]
        {
            assert_eq!(date(text), Some(day(expected)), "{text}");
        }
        for text in ["", "26112", "261131", "261320", "260231", "2611 0", "２６1120", "+61120"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn the_entry_date_is_of_the_nearest_year() {
        for (text, value, expected) in [
            ("1231", "2027-01-02", "2026-12-31"),
            ("0102", "2026-12-31", "2027-01-02"),
            ("0301", "2016-02-29", "2016-03-01"),
            ("0229", "2027-03-01", "2027-02-28"),
        ] {
            assert_eq!(date_near(text, day(value)), Some(day(expected)), "{text} {value}");
        }
        assert_eq!(date_near("1301", day("2026-12-31")), None);
    }
}
