use proptest::prelude::*;

use super::*;

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn any_exponent() -> impl Strategy<Value = Currency> {
    prop_oneof![Just(Currency::AUD), Just(currency("JPY")), Just(currency("KWD"))]
}

fn refused(text: &str, currency: Currency) -> &'static str {
    Money::parse(text, currency).unwrap_err().code
}

#[test]
fn currencies_are_current_ones_with_a_minor_unit() {
    assert_eq!(Currency::parse(" aud "), Ok(Currency::AUD));
    for (code, exponent) in [("JPY", 0), ("AUD", 2), ("KWD", 3), ("BHD", 3), ("KRW", 0)] {
        assert_eq!(currency(code).exponent(), exponent, "{code}");
    }
    assert_eq!(Currency::AUD.name(), "Australian dollar");
    for text in ["XAU", "XXX", "XTS", "HRK", "AU", "AUDX", "ÄUD", "123"] {
        assert_eq!(Currency::parse(text).unwrap_err().code, "invalid", "{text}");
    }
    assert_eq!(Currency::parse("  ").unwrap_err().code, "required");
}

#[test]
fn the_eight_wallet_currencies_are_told_from_others() {
    let codes = Currency::WALLETS.map(Currency::code);
    assert_eq!(codes, ["AUD", "SGD", "NZD", "EUR", "GBP", "USD", "PHP", "THB"]);
    assert!(Currency::WALLETS.iter().all(|currency| currency.has_wallets()));
    assert!(!currency("JPY").has_wallets());
}

#[test]
fn what_people_type_is_read_exactly() {
    let cases = [
        ("1,250.00", 125_000),
        ("1250", 125_000),
        (" 1250.5 ", 125_050),
        ("0.01", 1),
        ("007", 700),
        ("-3.10", -310),
        ("\u{2212}1,234,567.89", -123_456_789),
        ("-0", 0),
        ("92233720368547758.07", i64::MAX),
        ("-92233720368547758.08", i64::MIN),
    ];
    for (text, amount_minor) in cases {
        assert_eq!(Money::parse(text, Currency::AUD), Ok(Money::new(amount_minor, Currency::AUD)), "{text}");
    }
    assert_eq!(Money::parse("1.234", currency("KWD")).unwrap().minor(), 1234);
    assert_eq!(Money::parse("1,234", currency("JPY")).unwrap().minor(), 1234);
}

#[test]
fn each_mistake_has_its_code() {
    let cases = [
        ("", "required"),
        ("   ", "required"),
        ("1.234", "too_precise"),
        ("1,25", "grouping"),
        ("1250,00", "grouping"),
        ("12,34,567", "grouping"),
        (",250", "grouping"),
        ("1,,250", "grouping"),
        ("1e3", "invalid"),
        ("\u{2212}", "invalid"),
        ("--1", "invalid"),
        ("+1", "invalid"),
        ("1.", "invalid"),
        (".5", "invalid"),
        ("1.2.3", "invalid"),
        ("1.2,500", "invalid"),
        ("1 250", "invalid"),
        ("$5", "invalid"),
        ("١٢٣", "invalid"),
        ("１２", "invalid"),
        ("NaN", "invalid"),
        ("92233720368547758.08", "too_large"),
        ("-92233720368547758.09", "too_large"),
        ("999999999999999999999999", "too_large"),
    ];
    for (text, code) in cases {
        assert_eq!(refused(text, Currency::AUD), code, "{text:?}");
    }
    assert_eq!(refused("1.0", currency("JPY")), "too_precise");
    let fault = Money::parse("1.0", currency("JPY")).unwrap_err();
    assert_eq!(fault.message, "Enter a whole amount: JPY has no decimals.");
}

#[test]
fn people_see_grouped_digits_and_a_true_minus() {
    let cases = [
        (Money::new(125_000, Currency::AUD), "AUD 1,250.00"),
        (Money::new(-310, Currency::AUD), "AUD \u{2212}3.10"),
        (Money::new(-5, Currency::AUD), "AUD \u{2212}0.05"),
        (Money::new(1_234_567, currency("JPY")), "JPY 1,234,567"),
        (Money::new(123_456, currency("KWD")), "KWD 123.456"),
        (Money::zero(currency("JPY")), "JPY 0"),
        (Money::new(i64::MIN, Currency::AUD), "AUD \u{2212}92,233,720,368,547,758.08"),
    ];
    for (money, text) in cases {
        assert_eq!(money.to_string(), text);
    }
    assert_eq!(Money::new(-310, Currency::AUD).to_decimal_string(), "-3.10");
    assert_eq!(Money::new(7, currency("KWD")).to_decimal_string(), "0.007");
}

#[test]
fn two_currencies_never_meet() {
    let mismatch = MoneyError::CurrencyMismatch { left: Currency::AUD, right: Currency::NZD };
    let (aud, nzd) = (Money::new(1, Currency::AUD), Money::new(1, Currency::NZD));
    assert_eq!(aud.checked_add(nzd), Err(mismatch));
    assert_eq!(aud.checked_sub(nzd), Err(mismatch));
    assert_eq!(aud.compare(nzd), Err(mismatch));
    assert_eq!(Money::sum(Currency::AUD, [aud, nzd]), Err(mismatch));
    assert_eq!(Money::sum(Currency::AUD, []), Ok(Money::zero(Currency::AUD)));
    assert_eq!(aud.compare(Money::zero(Currency::AUD)), Ok(Ordering::Greater));
}

#[test]
fn overflow_is_refused() {
    let most = Money::new(i64::MAX, Currency::AUD);
    let least = Money::new(i64::MIN, Currency::AUD);
    let cent = Money::new(1, Currency::AUD);
    assert_eq!(most.checked_add(cent), Err(MoneyError::Overflow));
    assert_eq!(least.checked_sub(cent), Err(MoneyError::Overflow));
    assert_eq!(least.checked_neg(), Err(MoneyError::Overflow));
    assert_eq!(Money::sum(Currency::AUD, [most, cent]), Err(MoneyError::Overflow));
}

#[test]
fn money_travels_as_amount_and_currency() {
    let json = serde_json::json!({ "amount": -310, "currency": "AUD" });
    let money = Money::new(-310, Currency::AUD);
    assert_eq!(serde_json::to_value(money).unwrap(), json);
    assert_eq!(serde_json::from_value::<Money>(json).unwrap(), money);
    assert!(serde_json::from_str::<Money>(r#"{"amount": 1.5, "currency": "AUD"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"amount": 1, "currency": "XAU"}"#).is_err());
}

proptest! {
    #[test]
    fn every_amount_is_read_back_as_written(amount_minor: i64, currency in any_exponent()) {
        let money = Money::new(amount_minor, currency);
        prop_assert_eq!(Money::parse(&money.to_decimal_string(), currency), Ok(money));
        prop_assert_eq!(Money::parse(&money.to_grouped_string(), currency), Ok(money));
    }

    #[test]
    fn parse_never_panics(text in any::<String>(), currency in any_exponent()) {
        let _ = Money::parse(&text, currency);
    }

    #[test]
    fn near_numbers_are_read_exactly_or_refused(text in "[-,.0-9]{0,24}", currency in any_exponent()) {
        if let Ok(money) = Money::parse(&text, currency) {
            let again = Money::parse(&money.to_decimal_string(), currency);
            prop_assert_eq!(again, Ok(money));
        }
    }

    #[test]
    fn addition_is_associative(a in -1_i64 << 61..1 << 61, b in -1_i64 << 61..1 << 61, c in -1_i64 << 60..1 << 60) {
        let [a, b, c] = [a, b, c].map(|minor| Money::new(minor, Currency::EUR));
        let left = a.checked_add(b).and_then(|sum| sum.checked_add(c));
        let right = b.checked_add(c).and_then(|sum| a.checked_add(sum));
        prop_assert_eq!(left, right);
        prop_assert_eq!(left, Money::sum(Currency::EUR, [a, b, c]));
    }

    #[test]
    fn taking_away_undoes_adding(a: i64, b: i64) {
        let (a, b) = (Money::new(a, Currency::THB), Money::new(b, Currency::THB));
        match a.checked_add(b) {
            Ok(sum) => prop_assert_eq!(sum.checked_sub(b), Ok(a)),
            Err(error) => {
                prop_assert_eq!(error, MoneyError::Overflow);
                prop_assert!(a.minor().checked_add(b.minor()).is_none());
            }
        }
    }
}
