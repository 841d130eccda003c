#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails, as it should")]

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn number(currency: Currency, fields: &AccountFields) -> AccountNumber {
    AccountNumber::parse_for(currency, fields).unwrap()
}

fn account_number(text: &str) -> AccountFields {
    AccountFields { account_number: Some(text.to_owned()), ..AccountFields::default() }
}

fn iban(text: &str) -> AccountFields {
    AccountFields { iban: Some(text.to_owned()), ..AccountFields::default() }
}

fn routing(routing_number: &str, account: &str) -> AccountFields {
    AccountFields { routing_number: Some(routing_number.to_owned()), ..account_number(account) }
}

fn sandbox(currency: Currency) -> NumberRange {
    NumberRange::sandbox(currency).unwrap()
}

#[test]
fn a_bsb_is_six_digits_however_it_is_written() {
    for text in ["062-000", "062000", " 062 000 ", "062\u{2010}000", "062\u{2013}000", "0 6 2 0 0 0"] {
        let bsb = Bsb::parse(text).unwrap();
        assert_eq!((bsb.to_string().as_str(), bsb.digits().as_str()), ("062-000", "062000"), "{text}");
    }
    let fault = Bsb::parse("62-000").unwrap_err();
    assert_eq!((fault.code, fault.message.as_str()), ("invalid", "Enter a BSB of 6 digits, such as 062-000."));
    assert_eq!(Bsb::parse(" ").unwrap_err().code, "required");
    for text in ["0620000", "06200O", "062.000", "٠٦٢٠٠٠"] {
        assert_eq!(Bsb::parse(text).unwrap_err().code, "invalid", "{text}");
    }
}

#[test]
fn a_sender_matches_by_bsb_and_account_however_they_are_written() {
    let listed = AccountNumber::parse_au("062-000", "1234 5678").unwrap();
    assert_eq!(listed.canonical(), "au:062000:12345678");
    assert_eq!(AccountNumber::parse_au("062000", "12345678").unwrap(), listed);
    assert_eq!(AccountNumber::parse_au("062\u{2013}000", "1234-5678").unwrap(), listed);
    let with_leading_zero = AccountNumber::parse_au("062-000", "012345678").unwrap();
    assert_ne!(with_leading_zero.canonical(), listed.canonical());
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let faults = AccountNumber::parse_au("62", "").unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.field, fault.fault.code)).collect();
    assert_eq!(told, [("bsb", "invalid"), ("account_number", "required")]);
    let faults = AccountNumber::parse_for(Currency::USD, &routing("112000025", "12")).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.field, fault.fault.code)).collect();
    assert_eq!(told, [("routing_number", "check_digit"), ("account_number", "invalid")]);
    let faults = AccountNumber::parse_for(Currency::EUR, &AccountFields::default()).unwrap_err();
    assert_eq!((faults[0].field, faults[0].fault.message.as_str()), ("iban", "Enter the IBAN."));
}

#[test]
fn each_form_has_a_face_for_people_and_one_for_matching() {
    let cases = [
        (number(Currency::NZD, &account_number("01 0242 0100194 00")), "01-0242-0100194-00", "nz:010242001001940000"),
        (
            number(Currency::EUR, &iban("de89370400440532013000")),
            "DE89 3704 0044 0532 0130 00",
            "iban:DE89370400440532013000",
        ),
        (number(Currency::USD, &routing("111000025", "00123456")), "111000025 00123456", "us:111000025:00123456"),
        (number(Currency::SGD, &account_number("123-45678-9")), "123456789", "sgd:123456789"),
        (number(Currency::THB, &account_number("123-4-56789-0")), "1234567890", "thb:1234567890"),
        (number(Currency::PHP, &account_number("1234 5678 9012")), "123456789012", "php:123456789012"),
    ];
    for (number, display, canonical) in cases {
        assert_eq!((number.display().as_str(), number.canonical().as_str()), (display, canonical));
        assert_eq!(AccountNumber::parse_canonical(canonical), Ok(number));
    }
}

#[test]
fn lengths_are_held_to() {
    for (currency, short, long) in [
        (Currency::SGD, "123456", "123456789012345"),
        (Currency::THB, "123456789", "1234567890123456"),
        (Currency::PHP, "123456789", "12345678901234567"),
    ] {
        for text in [short, long, "12345678X0"] {
            let faults = AccountNumber::parse_for(currency, &account_number(text)).unwrap_err();
            assert_eq!(faults[0].fault.code, "invalid", "{currency} {text}");
        }
    }
}

#[test]
fn only_canonical_texts_are_read_back_as_canonical() {
    for text in [
        "",
        "au",
        "au:062-000:123456789",
        "nz:01-0242-0100194-00",
        "iban:DE89 3704 0044 0532 0130 00",
        "eur:1234567890",
        "SGD:123456789",
        "x:1",
    ] {
        assert!(AccountNumber::parse_canonical(text).is_err(), "{text}");
    }
}

#[test]
fn a_free_text_names_every_account_it_may_mean() {
    for text in ["062-000 123456789", "062000123456789", "062000 123 456 789"] {
        assert!(AccountNumber::candidates(text).contains(&"au:062000:123456789".to_owned()), "{text}");
    }
    assert_eq!(AccountNumber::candidates("GB82 WEST 1234 5698 7654 32"), ["iban:GB82WEST12345698765432"]);
    assert!(AccountNumber::candidates("01-0242-0100194-00").contains(&"nz:010242001001940000".to_owned()));
    assert!(AccountNumber::candidates("111000025 00123456").contains(&"us:111000025:00123456".to_owned()));
    assert_eq!(AccountNumber::candidates("123456789"), ["sgd:123456789"]);
    for text in ["", "hello", "12", "DE00370400440532013000", "ada@example.com"] {
        assert!(AccountNumber::candidates(text).is_empty(), "{text}");
    }
}

#[test]
fn the_new_zealand_algorithms_agree_with_the_specifications_examples() {
    // Inland Revenue's worked examples for A (01-902-0068389-00), D (08-6523-1954512-001) and G (26-2600-0320871-032).
    for text in ["01-902-0068389-00", "08-6523-1954512-001", "26-2600-0320871-032"] {
        assert!(NzAccount::parse(text).is_ok(), "{text}");
    }
    for (text, code) in [
        ("01-902-0068388-00", "check_digit"),
        ("08-6523-1954513-001", "check_digit"),
        ("26-2600-0320872-032", "check_digit"),
        ("07-0001-0068389-00", "branch"),
        ("01-0000-0068389-00", "branch"),
        ("01-902-0068389", "invalid"),
        ("01-902-123456789-00", "invalid"),
        ("01-902-0068389-00000", "invalid"),
        ("", "required"),
    ] {
        assert_eq!(NzAccount::parse(text).unwrap_err().code, code, "{text}");
    }
}

#[test]
fn counting_valid_new_zealand_bases_agrees_with_trying_each() {
    for (bank, branch, suffix) in [(1, 55, 0), (8, 6523, 1), (9, 0, 0), (25, 2500, 0), (26, 2600, 32), (31, 2800, 0)] {
        for first in [0_u32, 989_700, 99_999_400] {
            let mut valid = NzAccount::valid_below(bank, branch, suffix, first).unwrap();
            for base in first..first + 600 {
                assert_eq!(NzAccount::valid_below(bank, branch, suffix, base), Some(valid), "{bank}-{branch} {base}");
                if let Ok(account) = NzAccount::new(bank, branch, base, suffix) {
                    assert_eq!(NzAccount::valid_at(bank, branch, suffix, valid), Some(account));
                    valid += 1;
                }
            }
        }
    }
    let whole = NzAccount::valid_below(31, 2800, 0, NzAccount::BASE_MAX + 1);
    assert_eq!(whole, Some(100_000_000));
    assert_eq!(NzAccount::valid_at(31, 2800, 0, 100_000_000), None);
    assert_eq!(NzAccount::valid_below(7, 1, 0, 10), None);
}

#[test]
fn sandbox_ranges_hold_many_numbers_of_every_wallet_currency() {
    for currency in Currency::WALLETS {
        let range = sandbox(currency);
        range.check().unwrap();
        assert!(range.size().unwrap() > 500_000, "{currency}");
        let json = serde_json::to_string(&range).unwrap();
        assert_eq!(serde_json::from_str::<NumberRange>(&json).unwrap(), range, "{json}");
    }
    assert_eq!(NumberRange::sandbox(Currency::parse("JPY").unwrap()), None);
    assert_eq!(sandbox(Currency::AUD).number_at(0).unwrap().display(), "999-999 100000000");
    assert_eq!(sandbox(Currency::SGD).number_at(7).unwrap().display(), "9990000007");
}

#[test]
fn a_new_zealand_range_leaves_no_valid_number_out() {
    let range = NumberRange {
        currency: Currency::NZD,
        form: RangeForm::NzAccount { bank: 1, branch: 242 },
        first: 985_000,
        last: 995_000,
    };
    let issued: Vec<_> = (0..range.size().unwrap()).map(|serial| range.number_at(serial).unwrap()).collect();
    let valid: Vec<_> = (985_000..=995_000)
        .filter_map(|base| NzAccount::new(1, 242, base, 0).ok().map(AccountNumber::NzAccount))
        .collect();
    assert_eq!(issued, valid);
    assert!(valid.len() > 800);
}

#[test]
fn a_range_ends_and_says_so() {
    let mut range = sandbox(Currency::AUD);
    (range.first, range.last) = (100_000_000, 100_000_001);
    assert!(range.number_at(1).is_ok());
    assert_eq!(range.number_at(2), Err(RangeError::Exhausted { size: 2 }));
    assert_eq!(range.number_at(u64::MAX), Err(RangeError::Exhausted { size: 2 }));
    range.first = 100_000_002;
    assert!(matches!(range.check(), Err(RangeError::Malformed(_))));
}

#[test]
fn a_wrong_range_is_refused_before_it_issues_anything() {
    let range = |currency, form, first, last| NumberRange { currency, form, first, last };
    let bsb = Bsb::parse("062-000").unwrap();
    let iban = |country: &str, bank: &str, digits| RangeForm::Iban {
        country: country.to_owned(),
        bank_and_branch: bank.to_owned(),
        account_digits: digits,
    };
    let wrong = [
        range(Currency::EUR, RangeForm::AuBsb { bsb }, 100_000_000, 100_000_009),
        range(Currency::AUD, RangeForm::AuBsb { bsb }, 999_999_990, 1_000_000_000),
        range(Currency::NZD, RangeForm::NzAccount { bank: 7, branch: 1 }, 0, 99),
        range(Currency::NZD, RangeForm::NzAccount { bank: 1, branch: 55 }, 0, 100_000_000),
        range(Currency::EUR, iban("DE", "9999999", 10), 0, 9),
        range(Currency::EUR, iban("FR", "2004101005", 11), 0, 9),
        range(Currency::EUR, iban("AU", "99999999", 10), 0, 9),
        range(Currency::AUD, iban("DE", "99999999", 10), 0, 9),
        range(Currency::SGD, RangeForm::Local { prefix: "999".to_owned(), digits: 2 }, 0, 9),
        range(Currency::SGD, RangeForm::Local { prefix: "99X".to_owned(), digits: 10 }, 0, 9),
        range(Currency::SGD, RangeForm::Local { prefix: String::new(), digits: 20 }, 0, u64::MAX),
    ];
    for range in wrong {
        assert!(matches!(range.check(), Err(RangeError::Malformed(_))), "{range:?}");
    }
}

#[test]
fn an_irish_iban_range_has_letters_in_its_bank_code() {
    let range = NumberRange {
        currency: Currency::EUR,
        form: RangeForm::Iban { country: "IE".to_owned(), bank_and_branch: "AIBK931152".to_owned(), account_digits: 8 },
        first: 12_345_678,
        last: 12_345_679,
    };
    assert_eq!(range.number_at(0).unwrap().display(), "IE29 AIBK 9311 5212 3456 78");
}

fn wallet_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(Currency::WALLETS.to_vec())
}

proptest! {
    #[test]
    fn every_issued_number_is_read_back_as_valid(currency in wallet_currency(), fraction in 0_u64..1_000_000) {
        let range = sandbox(currency);
        let size = range.size().unwrap();
        for serial in [fraction % size, size - 1 - fraction % size] {
            let issued = range.number_at(serial).unwrap();
            prop_assert_eq!(&AccountNumber::parse_for(currency, &issued.fields()).unwrap(), &issued);
            prop_assert_eq!(&AccountNumber::parse_canonical(&issued.canonical()).unwrap(), &issued);
            prop_assert!(AccountNumber::candidates(&issued.display()).contains(&issued.canonical()));
            let json = serde_json::to_string(&issued).unwrap();
            prop_assert_eq!(&serde_json::from_str::<AccountNumber>(&json).unwrap(), &issued);
        }
    }

    #[test]
    fn distinct_serials_give_distinct_numbers(currency in wallet_currency(), start in 0_u64..500_000) {
        let range = sandbox(currency);
        let numbers: HashSet<_> = (start..start + 50).map(|serial| range.number_at(serial).unwrap().canonical()).collect();
        prop_assert_eq!(numbers.len(), 50);
    }

    #[test]
    fn reading_never_panics(text in any::<String>(), digits in "[0-9 -]{0,24}") {
        for text in [&text, &digits] {
            for candidate in AccountNumber::candidates(text) {
                let number = AccountNumber::parse_canonical(&candidate).unwrap();
                prop_assert_eq!(number.canonical(), candidate);
            }
            let _ = AccountNumber::parse_canonical(text);
            let _ = AccountNumber::parse_au(text, text);
            let _ = RoutingNumber::parse(text);
        }
    }

    #[test]
    fn a_range_never_panics(first: u64, last: u64, serial: u64, bank in 0_u8..100, branch in 0_u16..9999, digits: u8) {
        let forms = [
            (Currency::NZD, RangeForm::NzAccount { bank, branch }),
            (Currency::AUD, RangeForm::AuBsb { bsb: Bsb::parse("999-999").unwrap() }),
            (Currency::SGD, RangeForm::Local { prefix: "9".to_owned(), digits }),
        ];
        for (currency, form) in forms {
            let range = NumberRange { currency, form, first, last };
            let _ = range.number_at(serial);
            let _ = range.check();
        }
    }
}
