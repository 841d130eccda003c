//! IBAN (ISO 13616): country, two check digits, and the country's own bank and account number.
//!
//! Modulus 97 and the structure of each country come from the crate `iban_validate`, and of two that it does not know yet
//! from SWIFT's IBAN registry. What a country checks inside its own part is not looked at.

use std::cmp::Ordering;
use std::fmt;

use ::iban::{BaseIban, IbanLike, ParseBaseIbanError, ParseIbanError};
use serde::{Deserialize, Serialize};

use super::compact;
use crate::fault::FieldFault;

/// An IBAN with the structure of its country and correct check digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(BaseIban);

impl Iban {
    /// Reads an IBAN; blanks and dashes are ignored, and letters may be small.
    ///
    /// # Errors
    /// `required` for an empty text, `invalid` for something else than an IBAN of a country that has them,
    /// `check_digit` when the check digits do not fit.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        if text.trim().is_empty() {
            return Err(FieldFault::new("required", "Enter the IBAN."));
        }
        let invalid = || FieldFault::new("invalid", "Enter an IBAN, such as DE89 3704 0044 0532 0130 00.");
        let electronic = compact(text).ok_or_else(invalid)?;
        match electronic.parse::<::iban::Iban>() {
            Ok(iban) => Ok(Self(iban.into())),
            Err(ParseIbanError::UnknownCountry(base)) if has_newer_structure(&base) => Ok(Self(base)),
            Err(ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum }) => {
                Err(FieldFault::new("check_digit", "Check the IBAN: its check digits do not fit."))
            }
            Err(_) => Err(invalid()),
        }
    }

    /// The IBAN of a country's own number (BBAN), with its check digits computed (ISO 7064, MOD 97-10).
    ///
    /// Check digits that a country has inside its own number are not computed: [`Iban::has_inner_check_digits`].
    ///
    /// # Errors
    /// `invalid` when the country has no IBAN or the number does not have its structure.
    pub fn with_check_digits(country: &str, bban: &str) -> Result<Self, FieldFault> {
        let remainder = mod_97(&format!("{bban}{country}00"));
        let check_digits = 98_u32.saturating_sub(remainder);
        Self::parse(&format!("{country}{check_digits:02}{bban}"))
    }

    /// False for the countries of EUR and GBP where every account number of the right length makes a proper IBAN. Elsewhere
    /// (Belgium, France, Italy, Spain and others) the country's own number has check digits that a bank computes.
    #[must_use]
    pub fn has_inner_check_digits(country: &str) -> bool {
        !["AT", "CY", "DE", "GB", "GI", "GR", "IE", "LT", "LU", "LV", "MT"].contains(&country)
    }

    /// Without blanks, as machines exchange it.
    #[must_use]
    pub fn electronic(&self) -> &str {
        self.0.electronic_str()
    }

    /// The two letters of the country.
    #[must_use]
    pub fn country_code(&self) -> &str {
        self.0.country_code()
    }
}

/// In groups of four, as people read it.
impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iban({})", self.electronic())
    }
}

impl PartialOrd for Iban {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Iban {
    fn cmp(&self, other: &Self) -> Ordering {
        self.electronic().cmp(other.electronic())
    }
}

impl TryFrom<String> for Iban {
    type Error = FieldFault;

    fn try_from(text: String) -> Result<Self, FieldFault> {
        Self::parse(&text)
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.electronic().to_owned()
    }
}

/// Honduras `4!a20!n` and Pakistan `4!a16!c`, which the crate does not know.
fn has_newer_structure(iban: &BaseIban) -> bool {
    let Some((bank, account)) = iban.bban_unchecked().split_at_checked(4) else { return false };
    let is_bank = bank.bytes().all(|byte| byte.is_ascii_uppercase());
    match iban.country_code() {
        "HN" => is_bank && account.len() == 20 && account.bytes().all(|byte| byte.is_ascii_digit()),
        "PK" => is_bank && account.len() == 16,
        _ => false,
    }
}

/// The remainder of the text read as a number, letters standing for 10 to 35.
fn mod_97(text: &str) -> u32 {
    text.chars().filter_map(|character| character.to_digit(36)).fold(0, |remainder, value| {
        let shift = if value < 10 { 10 } else { 100 };
        remainder.saturating_mul(shift).saturating_add(value) % 97
    })
}
