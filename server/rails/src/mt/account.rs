//! The account of a statement, `:25:`.

use domain::money::Currency;

use super::value::is_digits;
use crate::camt::split_bsb;
use crate::notice::{Account, Clearing, OtherAccount};

/// What the number of `:25:` is: an IBAN, a bank code and a number with a stroke between them, or a number alone. Some
/// banks put the currency after the number.
pub(super) fn account(text: &str, currency: Currency) -> Account {
    let written = without_currency(text, currency);
    if let Some(iban) = iban(written) {
        return Account::Iban(iban);
    }
    let (bsb, account_number) = split_bsb(written, None, currency);
    if bsb.is_some() {
        let (id, scheme, clearing) = (written.to_owned(), None, None);
        return Account::Other(OtherAccount { id, scheme, clearing, bsb, account_number });
    }
    let (clearing, id) = match written.split_once('/') {
        Some((member, number)) if is_digits(member) && !number.trim().is_empty() => {
            (Some(Clearing { system: None, member: member.to_owned() }), number.trim())
        }
        _ => (None, written),
    };
    Account::Other(OtherAccount { id: id.to_owned(), scheme: None, clearing, bsb: None, account_number: id.to_owned() })
}

/// The one text that tells the account from all others, the same as in the notices of other formats for an IBAN.
pub(super) fn key(text: &str, currency: Currency) -> String {
    let written = without_currency(text, currency);
    written
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

fn without_currency(text: &str, currency: Currency) -> &str {
    let text = text.trim();
    match text.strip_suffix(currency.code()) {
        Some(number) if number.trim_end().ends_with(|last: char| last.is_ascii_digit()) => number.trim_end(),
        _ => text,
    }
}

/// An IBAN by its shape, in capitals and without blanks.
pub(super) fn iban(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let compact = compact.to_ascii_uppercase();
    let is_iban = (15..=34).contains(&compact.len())
        && compact.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && compact.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit())
        && compact.bytes().skip(4).all(|byte| byte.is_ascii_alphanumeric());
    is_iban.then_some(compact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_apart_by_their_form() {
        let iban = |text: &str| Account::Iban(text.to_owned());
        assert_eq!(account("NL71RABO0123456789", Currency::EUR), iban("NL71RABO0123456789"));
        assert_eq!(account(" nl71 RABO 0123456789EUR", Currency::EUR), iban("NL71RABO0123456789"));
        for (text, currency, bank, bsb, number) in [
            ("50880050/0194774600888", Currency::EUR, Some("50880050"), None, "0194774600888"),
            ("1291.99.348EUR", Currency::EUR, None, None, "1291.99.348"),
            ("TRIODOSBANK/0390123456", Currency::EUR, None, None, "TRIODOSBANK/0390123456"),
            ("062-000 12345678", Currency::AUD, None, Some("062000"), "12345678"),
            ("062000/12345678", Currency::AUD, None, Some("062000"), "12345678"),
            ("062000000002", Currency::AUD, None, Some("062000"), "000002"),
            ("GJB0291077111", Currency::EUR, None, None, "GJB0291077111"),
        ] {
            let Account::Other(other) = account(text, currency) else { panic!("{text}") };
            let clearing = other.clearing.as_ref().map(|clearing| clearing.member.as_str());
            assert_eq!((clearing, other.bsb.as_deref(), other.account_number.as_str()), (bank, bsb, number), "{text}");
        }
    }
}
