//! Single values: amounts, dates, codes, identifiers.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use domain::money::{Currency, Money};

use crate::FileError;
use crate::notice::BankTime;
use crate::xml::{Place, Xml};

/// The schemas allow 35 characters for an identifier and 34 for an account; some banks write more.
const IDENTIFIER_CHARACTERS_MAX: usize = 140;

/// The schemas allow 140 characters for a name and 2,048 for an alias.
const TEXT_CHARACTERS_MAX: usize = 2048;

/// Keeps a value that may come once.
pub(crate) fn once<T>(slot: &mut Option<T>, place: &Place, value: T) -> Result<(), FileError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(place.error("repeated_element", "This element may come only once here.")),
    }
}

/// Unwraps what the schema demands of an element.
pub(crate) fn required<T>(value: Option<T>, place: &Place, name: &str) -> Result<T, FileError> {
    value.ok_or_else(|| place.error("missing_element", format!("The element {name} is missing.")))
}

/// A name or other text, if there is any.
pub(crate) fn text(xml: &mut Xml<'_>) -> Result<Option<String>, FileError> {
    limited(xml, TEXT_CHARACTERS_MAX)
}

/// A reference or number, if there is any.
pub(crate) fn identifier(xml: &mut Xml<'_>) -> Result<Option<String>, FileError> {
    limited(xml, IDENTIFIER_CHARACTERS_MAX)
}

fn limited(xml: &mut Xml<'_>, characters_max: usize) -> Result<Option<String>, FileError> {
    let place = xml.place();
    let value = xml.text()?;
    if value.chars().count() > characters_max {
        return Err(place.error("text_too_long", format!("This may have at most {characters_max} characters.")));
    }
    Ok(Some(value).filter(|value| !value.is_empty()))
}

/// An amount with its currency in the attribute `Ccy`.
pub(crate) fn amount(xml: &mut Xml<'_>) -> Result<Money, FileError> {
    let place = xml.place();
    let code = xml.attribute("Ccy").unwrap_or_default();
    let currency = currency(&code, &place)?;
    let text = xml.text()?;
    parse_amount(&text, currency).map_err(|reason| {
        let written: String = text.chars().take(30).collect();
        place.error("invalid_amount", format!("“{written}” is no amount in {currency}: {reason}."))
    })
}

/// An amount that counts only in this currency; in any other it is passed over.
pub(crate) fn amount_in(xml: &mut Xml<'_>, currency: Currency) -> Result<Option<Money>, FileError> {
    if xml.attribute("Ccy").as_deref() == Some(currency.code()) {
        return amount(xml).map(Some);
    }
    xml.skip()?;
    Ok(None)
}

fn currency(code: &str, place: &Place) -> Result<Currency, FileError> {
    if code.is_empty() {
        return Err(place.error("unknown_currency", "The amount has no currency; the attribute Ccy is missing."));
    }
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    Currency::parse(code).ok().filter(|_| is_code).ok_or_else(|| {
        let written: String = code.chars().take(10).collect();
        place.error("unknown_currency", format!("“{written}” is no current ISO 4217 currency."))
    })
}

/// Reads an `xs:decimal` that is not negative, exactly. `1.7` is 170 cents; zeros after the minor unit say nothing and are
/// allowed, other digits there are not: rounding would make money.
pub(crate) fn parse_amount(text: &str, currency: Currency) -> Result<Money, &'static str> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.starts_with('-') {
        return Err("it is negative, and the direction is in CdtDbtInd");
    }
    let is_decimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_decimal(whole) || !is_decimal(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err("it is not a decimal number with a point");
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = usize::try_from(currency.exponent()).unwrap_or(usize::MAX);
    if fraction.len() > digits {
        return Err("it has more decimals than the currency");
    }
    let mut minor: i64 = 0;
    for digit in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', digits - fraction.len())) {
        let digit = i64::from(digit - b'0');
        minor = minor.checked_mul(10).and_then(|minor| minor.checked_add(digit)).ok_or("it is too large")?;
    }
    Ok(Money::new(minor, currency))
}

/// `true` or `false`, as XML Schema writes them.
pub(crate) fn flag(xml: &mut Xml<'_>) -> Result<bool, FileError> {
    let place = xml.place();
    match xml.text()?.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(place.error("invalid_code", "Expected true or false.")),
    }
}

/// A day and, where given, the time: `Dt` or `DtTm` within the open element.
pub(crate) fn day(xml: &mut Xml<'_>) -> Result<Option<(NaiveDate, Option<BankTime>)>, FileError> {
    let mut found = None;
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "Dt" => {
                let date = plain_day(xml)?;
                once(&mut found, &place, (date, None))?;
            }
            "DtTm" => {
                let time = bank_time(xml)?;
                once(&mut found, &place, (time.day(), Some(time)))?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(found)
}

/// The `xs:date` in the open element.
pub(crate) fn plain_day(xml: &mut Xml<'_>) -> Result<NaiveDate, FileError> {
    let place = xml.place();
    let text = xml.text()?;
    parse_date(&text).ok_or_else(|| invalid_date(&place, &text, "2026-11-22"))
}

/// The `xs:dateTime` in the open element.
pub(crate) fn bank_time(xml: &mut Xml<'_>) -> Result<BankTime, FileError> {
    let place = xml.place();
    let text = xml.text()?;
    parse_time(&text).ok_or_else(|| invalid_date(&place, &text, "2026-11-22T13:45:00+01:00"))
}

fn invalid_date(place: &Place, text: &str, example: &str) -> FileError {
    let written: String = text.chars().take(40).collect();
    place.error("invalid_date", format!("“{written}” is not written like {example}."))
}

/// An `xs:date`; its zone, which hardly anybody writes, does not change the calendar day.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let (day, zone) = text.split_at_checked(10)?;
    let is_zone =
        zone.is_empty() || zone == "Z" || DateTime::parse_from_rfc3339(&format!("{day}T00:00:00{zone}")).is_ok();
    if !is_zone || !day.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}

fn parse_time(text: &str) -> Option<BankTime> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(BankTime::Instant(instant));
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(BankTime::Local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, currency: &str) -> Result<i64, &'static str> {
        parse_amount(text, Currency::parse(currency).unwrap()).map(Money::minor)
    }

    #[test]
    fn amounts_are_exact_in_every_currency() {
        for (text, currency, expected) in [
            ("1.7", "EUR", 170),
            ("0", "EUR", 0),
            ("522.10", "CHF", 52_210),
            ("200000", "SEK", 20_000_000),
            ("165486600", "JPY", 165_486_600),
            ("1000.00", "JPY", 1_000),
            ("1.234", "KWD", 1_234),
            ("1.5", "KWD", 1_500),
            ("7.00000", "AUD", 700),
            (".05", "AUD", 5),
            ("5.", "AUD", 500),
            ("0000000000000000000000000012.34", "AUD", 1_234),
            ("92233720368547758.07", "AUD", i64::MAX),
        ] {
            assert_eq!(minor(text, currency), Ok(expected), "{text} {currency}");
        }
    }

    #[test]
    fn anything_else_is_no_amount() {
        for (text, currency) in [
            ("", "AUD"),
            (".", "AUD"),
            ("-5.00", "AUD"),
            ("+5.00", "AUD"),
            ("1,00", "AUD"),
            ("1 000.00", "AUD"),
            ("1e3", "AUD"),
            ("1.2.3", "AUD"),
            ("NaN", "AUD"),
            ("٣", "AUD"),
            ("1.005", "AUD"),
            ("1.5", "JPY"),
            ("1.2345", "KWD"),
            ("92233720368547758.08", "AUD"),
            ("99999999999999999999", "JPY"),
        ] {
            assert!(minor(text, currency).is_err(), "{text} {currency}");
        }
    }

    #[test]
    fn dates_and_times_are_those_of_xml_schema() {
        let day = NaiveDate::from_ymd_opt(2019, 4, 24).unwrap();
        assert_eq!(parse_date("2019-04-24"), Some(day));
        assert_eq!(parse_date("2019-04-24Z"), Some(day));
        assert_eq!(parse_date("2019-04-24+02:00"), Some(day));
        assert_eq!(parse_time("2019-04-24T21:28:58"), day.and_hms_opt(21, 28, 58).map(BankTime::Local));
        assert_eq!(
            parse_time("2019-04-24T21:28:58.123456"),
            day.and_hms_micro_opt(21, 28, 58, 123_456).map(BankTime::Local)
        );
        assert_eq!(parse_time("2019-04-24T23:30:00-05:00").map(BankTime::day), Some(day));
        for text in
            ["", "24.04.2019", "2019-4-24", "2019-02-30", "2019-04-24x", "+2019-04-2", "20190424", "２０１９-04-24"]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
        for text in ["2019-04-24", "2019-04-24 21:28:58", "2019-04-24T25:00:00", "2019-04-24T21:28"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
