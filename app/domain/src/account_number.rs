//! Account numbers: the forms that banks use for each currency, checked once when they are read.
//!
//! | currency | form | check |
//! |---|---|---|
//! | AUD | BSB and account | BSB of 6 digits; account of 4 to 9 digits, those we issue have 9 |
//! | NZD | bank-branch-account-suffix | allotted branch and modulus of the Inland Revenue's specification |
//! | EUR, GBP | IBAN | country's structure and modulus 97 (ISO 13616) |
//! | USD | routing number and account | ABA check digit; account of 4 to 17 digits (NACHA's field) |
//! | SGD | account | 7 to 14 digits: banks there use 7 to 11, 14 with the branch code in front |
//! | THB | account | 10 to 15 digits: 10 at most banks, 12 at the savings banks, up to 15 in interbank messages |
//! | PHP | account | 10 to 16 digits |
//!
//! A number has two faces: [`AccountNumber::display`] for people, and [`AccountNumber::canonical`] for keys and matching.
//! Two texts mean the same account exactly when their canonical forms are equal. Leading zeros are part of a number.

mod bsb;
mod iban;
mod new_zealand;
mod range;
mod routing;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use bsb::Bsb;
pub use iban::Iban;
pub use new_zealand::NzAccount;
pub use range::{NumberRange, RangeError, RangeForm};
pub use routing::RoutingNumber;

use crate::fault::FieldFault;
use crate::money::Currency;

const AU_ACCOUNT_DIGITS: (usize, usize) = (4, 9);
const US_ACCOUNT_DIGITS: (usize, usize) = (4, 17);

/// An account number of any form, checked.
///
/// Serialised as its canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AccountNumber {
    /// An Australian account.
    AuBsb {
        /// The branch.
        bsb: Bsb,
        /// 4 to 9 digits.
        account: String,
    },
    /// A New Zealand account.
    NzAccount(NzAccount),
    /// An IBAN, which names the bank as well.
    Iban(Iban),
    /// An account in the United States.
    UsRouting {
        /// The bank.
        routing: RoutingNumber,
        /// 4 to 17 digits.
        account: String,
    },
    /// An account where the number alone is told: SGD, THB and PHP.
    Local {
        /// SGD, THB or PHP.
        currency: Currency,
        /// The digits.
        number: String,
    },
}

/// An account's own numbers by the names that the REST API and bank notices give them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountFields {
    /// Australian branch, shown `XXX-XXX`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bsb: Option<String>,
    /// The account number where it is not an IBAN; all four parts in New Zealand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_number: Option<String>,
    /// The IBAN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// ABA routing number of a bank in the United States.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing_number: Option<String>,
}

/// A fault with the name of the field of [`AccountFields`] that it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct AccountFault {
    /// `bsb`, `account_number`, `iban` or `routing_number`.
    pub field: &'static str,
    /// What is wrong with it.
    pub fault: FieldFault,
}

impl AccountNumber {
    /// Reads the fields that accounts of `currency` have; other fields are ignored.
    ///
    /// # Errors
    /// One fault for each field that is missing or wrong. A currency without wallets is a fault of `account_number`,
    /// unless an IBAN is given, which any currency may have.
    pub fn parse_for(currency: Currency, fields: &AccountFields) -> Result<Self, Vec<AccountFault>> {
        match currency {
            Currency::AUD => Self::australian(fields),
            Currency::USD => Self::american(fields),
            Currency::NZD => required("account_number", fields.account_number.as_deref(), NzAccount::parse)
                .map(Self::NzAccount)
                .map_err(|fault| vec![fault]),
            Currency::SGD | Currency::THB | Currency::PHP => {
                let read = |text: &str| local_number(currency, text);
                required("account_number", fields.account_number.as_deref(), read)
                    .map(|number| Self::Local { currency, number })
                    .map_err(|fault| vec![fault])
            }
            _ => required("iban", fields.iban.as_deref(), Iban::parse).map(Self::Iban).map_err(|fault| vec![fault]),
        }
    }

    /// An Australian account of the two texts of a sender or a bank account.
    ///
    /// # Errors
    /// One fault for each of the two that is missing or wrong.
    pub fn parse_au(bsb: &str, account_number: &str) -> Result<Self, Vec<AccountFault>> {
        let fields = AccountFields {
            bsb: Some(bsb.to_owned()),
            account_number: Some(account_number.to_owned()),
            ..AccountFields::default()
        };
        Self::australian(&fields)
    }

    /// Reads a canonical form back.
    ///
    /// # Errors
    /// `invalid` when the text is no canonical form of a valid number.
    pub fn parse_canonical(text: &str) -> Result<Self, FieldFault> {
        let invalid = || FieldFault::new("invalid", "This is no account number in canonical form.");
        let (form, rest) = text.split_once(':').ok_or_else(invalid)?;
        let parsed = match form {
            "au" => rest.split_once(':').and_then(|(bsb, account)| Self::parse_au(bsb, account).ok()),
            "nz" => NzAccount::parse(rest).ok().map(Self::NzAccount),
            "iban" => Iban::parse(rest).ok().map(Self::Iban),
            "us" => rest.split_once(':').and_then(|(routing, account)| {
                let account = digits_between(account, US_ACCOUNT_DIGITS)?;
                Some(Self::UsRouting { routing: RoutingNumber::parse(routing).ok()?, account })
            }),
            _ => Currency::parse(form)
                .ok()
                .filter(|currency| local_digits(*currency).is_some())
                .and_then(|currency| Some(Self::Local { currency, number: local_number(currency, rest).ok()? })),
        };
        parsed.filter(|number| number.canonical() == text).ok_or_else(invalid)
    }

    /// The canonical forms of every account that one free text from a bank file may mean, such as
    /// `062-000 123456789`, `062000123456789` or an IBAN with blanks; none when it cannot be an account number.
    ///
    /// Digits alone can fit several countries, so the caller looks each form up and takes the account that exists in the
    /// currency of the payment.
    #[must_use]
    pub fn candidates(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Ok(iban) = Iban::parse(text) {
            found.push(Self::Iban(iban));
        }
        if let Ok(account) = NzAccount::parse(text) {
            found.push(Self::NzAccount(account));
        }
        if let Some(digits) = compact(text).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
            if let Some((bsb, account)) = digits.split_at_checked(6) {
                found.extend(Self::parse_au(bsb, account));
            }
            if let Some((routing, account)) = digits.split_at_checked(9)
                && let (Ok(routing), Some(account)) =
                    (RoutingNumber::parse(routing), digits_between(account, US_ACCOUNT_DIGITS))
            {
                found.push(Self::UsRouting { routing, account });
            }
            for currency in [Currency::SGD, Currency::THB, Currency::PHP] {
                found.extend(local_number(currency, &digits).map(|number| Self::Local { currency, number }));
            }
        }
        found.iter().map(Self::canonical).collect()
    }

    /// As people read and type it: `062-000 123456789`, `01-0242-0100194-00`, `DE89 3704 0044 0532 0130 00`.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::AuBsb { bsb, account } => format!("{bsb} {account}"),
            Self::NzAccount(account) => account.to_string(),
            Self::Iban(iban) => iban.to_string(),
            Self::UsRouting { routing, account } => format!("{routing} {account}"),
            Self::Local { number, .. } => number.clone(),
        }
    }

    /// The one text of this account, for unique keys and for matching. It starts with the form (`au:`, `nz:`, `iban:`,
    /// `us:`, `sgd:`, `thb:`, `php:`), so that equal digits in two countries stay apart.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::AuBsb { bsb, account } => format!("au:{}:{account}", bsb.digits()),
            Self::NzAccount(account) => format!("nz:{}", account.digits()),
            Self::Iban(iban) => format!("iban:{}", iban.electronic()),
            Self::UsRouting { routing, account } => format!("us:{routing}:{account}"),
            Self::Local { currency, number } => format!("{}:{number}", currency.code().to_ascii_lowercase()),
        }
    }

    /// The numbers under the names that the REST API gives them, each as people read it.
    #[must_use]
    pub fn fields(&self) -> AccountFields {
        let mut fields = AccountFields::default();
        match self {
            Self::AuBsb { bsb, account } => {
                fields.bsb = Some(bsb.to_string());
                fields.account_number = Some(account.clone());
            }
            Self::NzAccount(account) => fields.account_number = Some(account.to_string()),
            Self::Iban(iban) => fields.iban = Some(iban.electronic().to_owned()),
            Self::UsRouting { routing, account } => {
                fields.routing_number = Some(routing.to_string());
                fields.account_number = Some(account.clone());
            }
            Self::Local { number, .. } => fields.account_number = Some(number.clone()),
        }
        fields
    }

    fn australian(fields: &AccountFields) -> Result<Self, Vec<AccountFault>> {
        let bsb = required("bsb", fields.bsb.as_deref(), Bsb::parse);
        let account = required("account_number", fields.account_number.as_deref(), |text| {
            account_digits(text, AU_ACCOUNT_DIGITS, "123456789")
        });
        let (bsb, account) = both(bsb, account)?;
        Ok(Self::AuBsb { bsb, account })
    }

    fn american(fields: &AccountFields) -> Result<Self, Vec<AccountFault>> {
        let routing = required("routing_number", fields.routing_number.as_deref(), RoutingNumber::parse);
        let account = required("account_number", fields.account_number.as_deref(), |text| {
            account_digits(text, US_ACCOUNT_DIGITS, "1234567890")
        });
        let (routing, account) = both(routing, account)?;
        Ok(Self::UsRouting { routing, account })
    }
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display())
    }
}

impl TryFrom<String> for AccountNumber {
    type Error = FieldFault;

    fn try_from(text: String) -> Result<Self, FieldFault> {
        Self::parse_canonical(&text)
    }
}

impl From<AccountNumber> for String {
    fn from(number: AccountNumber) -> Self {
        number.canonical()
    }
}

/// How many digits an account number has where the number alone is told.
fn local_digits(currency: Currency) -> Option<(usize, usize)> {
    match currency {
        Currency::SGD => Some((7, 14)),
        Currency::THB => Some((10, 15)),
        Currency::PHP => Some((10, 16)),
        _ => None,
    }
}

fn local_number(currency: Currency, text: &str) -> Result<String, FieldFault> {
    let limits = local_digits(currency)
        .ok_or_else(|| FieldFault::new("invalid", "Choose a currency that has account numbers of its own."))?;
    account_digits(text, limits, "1234567890")
}

fn account_digits(text: &str, limits: (usize, usize), example: &str) -> Result<String, FieldFault> {
    digits_between(text, limits).ok_or_else(|| {
        let (fewest, most) = limits;
        FieldFault::new("invalid", format!("Enter an account number of {fewest} to {most} digits, such as {example}."))
    })
}

fn digits_between(text: &str, (fewest, most): (usize, usize)) -> Option<String> {
    compact(text)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|digits| (fewest..=most).contains(&digits.len()))
}

fn required<T>(
    field: &'static str,
    text: Option<&str>,
    read: impl Fn(&str) -> Result<T, FieldFault>,
) -> Result<T, AccountFault> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let fault = match text {
        Some(text) => match read(text) {
            Ok(value) => return Ok(value),
            Err(fault) => fault,
        },
        None => FieldFault::new("required", missing_sentence(field)),
    };
    Err(AccountFault { field, fault })
}

fn missing_sentence(field: &str) -> &'static str {
    match field {
        "bsb" => "Enter the BSB.",
        "iban" => "Enter the IBAN.",
        "routing_number" => "Enter the routing number.",
        _ => "Enter the account number.",
    }
}

fn both<A, B>(a: Result<A, AccountFault>, b: Result<B, AccountFault>) -> Result<(A, B), Vec<AccountFault>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).collect()),
    }
}

/// The text without blanks and dashes, in capitals; `None` when something else than an ASCII letter or digit is left.
///
/// Dashes are the hyphen and those that word processors and web pages put in its place (U+2010 to U+2015, U+2212).
fn compact(text: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            _ if character.is_whitespace() => {}
            _ if character.is_ascii_alphanumeric() => kept.push(character.to_ascii_uppercase()),
            _ => return None,
        }
    }
    Some(kept)
}

#[cfg(test)]
mod tests;
