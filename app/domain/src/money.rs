//! Money and currencies: an integer count of a currency's minor unit, and nothing else.
//!
//! A float never appears. Two amounts meet only through checked verbs that refuse a second currency and an overflow;
//! there is no `+` and no order between amounts, so that neither can be used by accident.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fault::FieldFault;

/// The true minus sign, U+2212, that people are shown.
const MINUS: char = '\u{2212}';

/// A current ISO 4217 currency that has a minor unit. Metals, testing codes and currencies that were replaced are none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Australian dollar.
    pub const AUD: Self = Self(iso_currency::Currency::AUD);
    /// Singapore dollar.
    pub const SGD: Self = Self(iso_currency::Currency::SGD);
    /// New Zealand dollar.
    pub const NZD: Self = Self(iso_currency::Currency::NZD);
    /// Euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// Pound sterling.
    pub const GBP: Self = Self(iso_currency::Currency::GBP);
    /// United States dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// Philippine peso.
    pub const PHP: Self = Self(iso_currency::Currency::PHP);
    /// Thai baht.
    pub const THB: Self = Self(iso_currency::Currency::THB);

    /// The currencies that a wallet can be issued in.
    pub const WALLETS: [Self; 8] =
        [Self::AUD, Self::SGD, Self::NZD, Self::EUR, Self::GBP, Self::USD, Self::PHP, Self::THB];

    /// Reads a three-letter ISO 4217 code in any case, blanks around it ignored.
    ///
    /// # Errors
    /// `required` for an empty text, `invalid` for anything that is not a current currency with a minor unit.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::new("required", "Choose a currency."));
        }
        iso_currency::Currency::from_code(&text.to_ascii_uppercase())
            .filter(|currency| currency.exponent().is_some() && !currency.is_special())
            .filter(|currency| currency.is_superseded().is_none())
            .map(Self)
            .ok_or_else(|| FieldFault::new("invalid", "Enter a three-letter currency code, such as AUD."))
    }

    /// The ISO 4217 code, three capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimal digits the minor unit has: 2 for AUD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(self) -> u32 {
        // `parse` and the constants admit no currency without an exponent.
        self.0.exponent().map_or(0, u32::from)
    }

    /// The English name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// True when a wallet can be issued in this currency.
    #[must_use]
    pub fn has_wallets(self) -> bool {
        Self::WALLETS.contains(&self)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By code, so that lists and maps keyed by currency have one order everywhere.
impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = FieldFault;

    fn try_from(text: String) -> Result<Self, FieldFault> {
        Self::parse(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl std::str::FromStr for Currency {
    type Err = FieldFault;

    fn from_str(text: &str) -> Result<Self, FieldFault> {
        Self::parse(text)
    }
}

/// An amount of one currency, in its minor unit. Credit is positive, debit negative.
///
/// Written as `{"amount": …, "currency": "…"}`, the two names that every interface uses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    #[serde(rename = "amount")]
    amount_minor: i64,
    currency: Currency,
}

/// Why two amounts could not be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The amounts are of different currencies.
    #[error("{left} and {right} cannot be combined")]
    CurrencyMismatch {
        /// The currency of the amount that was asked.
        left: Currency,
        /// The currency of the other amount.
        right: Currency,
    },
    /// The result does not fit in 64 bits.
    #[error("the amount is too large")]
    Overflow,
}

impl Money {
    /// An amount of `amount_minor` minor units (cents, for a dollar).
    #[must_use]
    pub const fn new(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }

    /// Nothing, in this currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.amount_minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// True for less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.amount_minor < 0
    }

    /// True for nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.amount_minor == 0
    }

    /// True for more than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.amount_minor > 0
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// When the currencies differ, or the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// This amount less the other one of the same currency.
    ///
    /// # Errors
    /// When the currencies differ, or the difference does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// The same amount on the other side.
    ///
    /// # Errors
    /// When the amount is the one whose opposite does not fit in 64 bits.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        let amount_minor = self.amount_minor.checked_neg().ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount_minor, self.currency))
    }

    /// The sum of all amounts, which must all be of `currency`; zero for none.
    ///
    /// # Errors
    /// When a currency differs, or a partial sum does not fit.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// How this amount compares to another one of the same currency.
    ///
    /// # Errors
    /// When the currencies differ.
    pub fn compare(self, other: Self) -> Result<Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.amount_minor.cmp(&other.amount_minor))
    }

    /// Reads what a person typed, exactly: `1250`, `1250.5`, `1,250.00`, `-3.10`; blanks around it are ignored.
    ///
    /// Commas may only stand between groups of three digits, the point needs digits on both sides, and there are at most
    /// as many decimals as the currency has.
    ///
    /// # Errors
    /// `required` (empty), `invalid` (not a number), `grouping` (a comma elsewhere), `too_precise` (more decimals than
    /// the currency has), `too_large` (does not fit in 64 bits of minor units).
    pub fn parse(text: &str, currency: Currency) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::new("required", "Enter an amount."));
        }
        let (is_negative, unsigned) = match text.strip_prefix(['-', MINUS]) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = match unsigned.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (unsigned, None),
        };
        let whole = ungrouped(whole)?;
        let decimals = decimals.map_or(Ok(""), |decimals| checked_decimals(decimals, currency))?;
        let amount_minor =
            minor_units(&whole, decimals, is_negative, currency.exponent()).ok_or_else(|| too_large(currency))?;
        Ok(Self::new(amount_minor, currency))
    }

    /// The exact decimal number with a point and no grouping, such as `1250.00` or `-3.10`: for files and form fields.
    /// [`Money::parse`] reads it back as the same amount.
    #[must_use]
    pub fn to_decimal_string(self) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        let (whole, decimals) = self.digits();
        if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
    }

    /// The amount without its currency as people read it, such as `1,250.00` or `−3.10`, with a true minus.
    #[must_use]
    pub fn to_grouped_string(self) -> String {
        let (whole, decimals) = self.digits();
        let mut text = String::new();
        if self.is_negative() {
            text.push(MINUS);
        }
        for (index, digit) in whole.chars().enumerate() {
            let digits_left = whole.len().saturating_sub(index);
            if index > 0 && digits_left.is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push('.');
            text.push_str(&decimals);
        }
        text
    }

    fn combine(self, other: Self, operation: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let amount_minor = operation(self.amount_minor, other.amount_minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount_minor, self.currency))
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
    }

    /// The digits before and after the point, without the sign.
    fn digits(self) -> (String, String) {
        let exponent = self.currency.exponent() as usize;
        let width = exponent.saturating_add(1);
        let mut whole = format!("{:0width$}", self.amount_minor.unsigned_abs());
        let decimals = whole.split_off(whole.len().saturating_sub(exponent));
        (whole, decimals)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.to_grouped_string())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.to_decimal_string())
    }
}

/// The digits before the point with correct grouping commas taken out.
fn ungrouped(whole: &str) -> Result<String, FieldFault> {
    let mut groups = whole.split(',');
    let leading = groups.next().unwrap_or_default();
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    if !whole.split(',').all(is_digits) || whole.is_empty() {
        return Err(FieldFault::new("invalid", "Enter the amount in digits, such as 1250.00."));
    }
    let is_grouped = whole.len() > leading.len();
    if is_grouped && (!(1..=3).contains(&leading.len()) || groups.any(|group| group.len() != 3)) {
        return Err(FieldFault::new(
            "grouping",
            "Use a point for decimals and commas only between thousands, such as 1,250.00.",
        ));
    }
    Ok(whole.replace(',', ""))
}

fn checked_decimals(decimals: &str, currency: Currency) -> Result<&str, FieldFault> {
    if decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::new("invalid", "Enter the amount in digits, such as 1250.00."));
    }
    let exponent = currency.exponent();
    if decimals.len() > exponent as usize {
        let message = match exponent {
            0 => format!("Enter a whole amount: {currency} has no decimals."),
            _ => format!("Enter at most {exponent} decimals for {currency}."),
        };
        return Err(FieldFault::new("too_precise", message));
    }
    Ok(decimals)
}

/// `None` when the amount does not fit. Counts downwards for a debit, so that the smallest amount is read too.
fn minor_units(whole: &str, decimals: &str, is_negative: bool, exponent: u32) -> Option<i64> {
    let padding = (exponent as usize).saturating_sub(decimals.len());
    let digits = whole.bytes().chain(decimals.bytes()).chain(std::iter::repeat_n(b'0', padding));
    let mut amount_minor = 0_i64;
    for byte in digits {
        let digit = i64::from(byte.checked_sub(b'0')?);
        let shifted = amount_minor.checked_mul(10)?;
        amount_minor = if is_negative { shifted.checked_sub(digit)? } else { shifted.checked_add(digit)? };
    }
    Some(amount_minor)
}

fn too_large(currency: Currency) -> FieldFault {
    FieldFault::new("too_large", format!("Enter a smaller amount: this is more {currency} than can be kept."))
}

#[cfg(test)]
mod tests;
