//! Number ranges: the account numbers that the operator has from its bank, and the n-th valid one among them.
//!
//! A range gives each serial one number and each number to one serial only, so that a counter that never goes back is
//! enough to never issue a number twice. It always answers in a bounded number of steps.

use serde::{Deserialize, Serialize};

use super::{AccountNumber, Bsb, Iban, NzAccount, RoutingNumber};
use crate::money::Currency;

/// Account bases or numbers from `first` to `last` in one place (a branch, a bank).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberRange {
    /// The currency of the accounts.
    pub currency: Currency,
    /// Where the numbers are.
    pub form: RangeForm,
    /// The first number, as the bank writes it without its leading zeros.
    pub first: u64,
    /// The last number, which belongs to the range.
    pub last: u64,
}

/// What all numbers of a range share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RangeForm {
    /// AUD: nine-digit accounts of one branch.
    AuBsb {
        /// The branch.
        bsb: Bsb,
    },
    /// NZD: account bases of one branch, issued with suffix 00. Bases that fail the modulus check are passed over.
    NzAccount {
        /// Two digits.
        bank: u8,
        /// Four digits.
        branch: u16,
    },
    /// EUR and GBP: the account part of an IBAN. The check digits are computed; countries that have further ones inside
    /// the account number are refused, since not all numbers there are valid.
    Iban {
        /// ISO 3166 alpha-2.
        country: String,
        /// The country's bank and branch code, everything between the check digits and the account number.
        bank_and_branch: String,
        /// How many digits the account number has.
        account_digits: u8,
    },
    /// USD: accounts of one bank.
    UsRouting {
        /// The bank.
        routing: RoutingNumber,
        /// How many digits the account number has.
        account_digits: u8,
    },
    /// SGD, THB, PHP: numbers with this prefix.
    Local {
        /// Digits that all numbers begin with, may be empty.
        prefix: String,
        /// How many digits the whole number has.
        digits: u8,
    },
}

/// Why a range has no number for a serial.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// All numbers of the range are in use.
    #[error("the range has only {size} numbers")]
    Exhausted {
        /// How many valid numbers the range has.
        size: u64,
    },
    /// The range itself is wrong.
    #[error("{0}")]
    Malformed(String),
}

impl NumberRange {
    /// The valid number with this serial; serial 0 is the first one. Two serials never give the same number.
    ///
    /// # Errors
    /// [`RangeError::Exhausted`] past the last number, [`RangeError::Malformed`] when the range's own parameters are
    /// wrong.
    pub fn number_at(&self, serial: u64) -> Result<AccountNumber, RangeError> {
        let size = self.size()?;
        if serial >= size {
            return Err(RangeError::Exhausted { size });
        }
        let number = match self.form {
            RangeForm::NzAccount { bank, branch } => self.nz_account_at(bank, branch, serial)?,
            _ => {
                self.number_of(self.first.checked_add(serial).ok_or_else(|| malformed("the numbers are too large"))?)?
            }
        };
        self.proven(number)
    }

    /// How many valid numbers the range has.
    ///
    /// # Errors
    /// [`RangeError::Malformed`] when the range's own parameters are wrong.
    pub fn size(&self) -> Result<u64, RangeError> {
        let end = self.last.checked_add(1).filter(|end| *end > self.first);
        let end = end.ok_or_else(|| malformed("the last number comes before the first"))?;
        match self.form {
            RangeForm::NzAccount { bank, branch } => {
                nz_rank(bank, branch, end)?.checked_sub(nz_rank(bank, branch, self.first)?)
            }
            _ => end.checked_sub(self.first),
        }
        .ok_or_else(|| malformed("the numbers are too large"))
    }

    /// Proves the range before it is put to use: its first and its last number can be made, and they fit the currency.
    ///
    /// # Errors
    /// [`RangeError::Malformed`] with what is wrong, [`RangeError::Exhausted`] when there is no valid number in it.
    pub fn check(&self) -> Result<(), RangeError> {
        let size = self.size()?;
        self.number_at(0)?;
        self.number_at(size.saturating_sub(1))?;
        Ok(())
    }

    /// A range for sandbox organisations and demonstrations, with numbers that no bank gives out as far as we know:
    ///
    /// | currency | numbers | why nobody has them |
    /// |---|---|---|
    /// | AUD | BSB 999-999 | no bank has a BSB that begins with 99 |
    /// | NZD | branch 01-0055 | called "EDS Test Branch" in the Bank Branch Register of Payments NZ |
    /// | EUR | `DE`, bank 9999 9999 | German bank codes begin with 1 to 8 |
    /// | GBP | `GB`, bank `TEST`, sort code 00-00-00 | neither is given out |
    /// | USD | routing 999999992 | no Federal Reserve district has 99 |
    /// | SGD, THB, PHP | 999… | a prefix kept free by convention of this program only |
    ///
    /// `None` for a currency without wallets.
    #[must_use]
    pub fn sandbox(currency: Currency) -> Option<Self> {
        let (form, first, last) = match currency {
            Currency::AUD => (RangeForm::AuBsb { bsb: Bsb::parse("999-999").ok()? }, 100_000_000, 999_999_999),
            Currency::NZD => (RangeForm::NzAccount { bank: 1, branch: 55 }, 1_000_000, 9_999_999),
            Currency::EUR => (iban_form("DE", "99999999", 10), 1_000_000_000, 9_999_999_999),
            Currency::GBP => (iban_form("GB", "TEST000000", 8), 10_000_000, 99_999_999),
            Currency::USD => {
                let routing = RoutingNumber::parse("999999992").ok()?;
                (RangeForm::UsRouting { routing, account_digits: 10 }, 1_000_000_000, 9_999_999_999)
            }
            Currency::SGD | Currency::THB => (local_form("999", 10), 0, 9_999_999),
            Currency::PHP => (local_form("9990", 12), 0, 99_999_999),
            _ => return None,
        };
        Some(Self { currency, form, first, last })
    }

    fn number_of(&self, value: u64) -> Result<AccountNumber, RangeError> {
        let number = match &self.form {
            RangeForm::AuBsb { bsb } => AccountNumber::AuBsb { bsb: *bsb, account: padded(value, 9)? },
            RangeForm::NzAccount { bank, branch } => {
                let base = u32::try_from(value).map_err(|_| malformed("an account base has at most 8 digits"))?;
                AccountNumber::NzAccount(
                    NzAccount::new(*bank, *branch, base, 0).map_err(|fault| malformed(&fault.message))?,
                )
            }
            RangeForm::Iban { country, bank_and_branch, account_digits } => {
                if Iban::has_inner_check_digits(country) {
                    return Err(malformed("ranges of IBANs are not supported for this country"));
                }
                let account = padded(value, *account_digits)?;
                let iban = Iban::with_check_digits(country, &format!("{bank_and_branch}{account}"))
                    .map_err(|fault| malformed(&fault.message))?;
                AccountNumber::Iban(iban)
            }
            RangeForm::UsRouting { routing, account_digits } => {
                AccountNumber::UsRouting { routing: *routing, account: padded(value, *account_digits)? }
            }
            RangeForm::Local { prefix, digits } => {
                let own_digits = usize::from(*digits)
                    .checked_sub(prefix.len())
                    .and_then(|digits| u8::try_from(digits).ok())
                    .ok_or_else(|| malformed("the prefix is longer than the number"))?;
                let number = format!("{prefix}{}", padded(value, own_digits)?);
                AccountNumber::Local { currency: self.currency, number }
            }
        };
        Ok(number)
    }

    /// The number, read again through the same gate as one from outside, so that a wrong parameter cannot get past.
    fn proven(&self, number: AccountNumber) -> Result<AccountNumber, RangeError> {
        match AccountNumber::parse_for(self.currency, &number.fields()) {
            Ok(read) if read == number => Ok(number),
            Ok(_) => Err(malformed("the form of the range does not fit its currency")),
            Err(faults) => {
                let sentence = faults.first().map_or("the numbers are wrong", |fault| fault.fault.message.as_str());
                Err(malformed(sentence))
            }
        }
    }

    fn nz_account_at(&self, bank: u8, branch: u16, serial: u64) -> Result<AccountNumber, RangeError> {
        nz_rank(bank, branch, self.first)?
            .checked_add(serial)
            .and_then(|rank| NzAccount::valid_at(bank, branch, 0, u32::try_from(rank).ok()?))
            .map(AccountNumber::NzAccount)
            .ok_or_else(|| malformed("the numbers are too large"))
    }
}

/// How many valid bases with suffix 00 lie below `base_end`.
fn nz_rank(bank: u8, branch: u16, base_end: u64) -> Result<u64, RangeError> {
    let base_end = u32::try_from(base_end)
        .ok()
        .filter(|end| *end <= NzAccount::BASE_MAX.saturating_add(1))
        .ok_or_else(|| malformed("an account base has at most 8 digits"))?;
    NzAccount::valid_below(bank, branch, 0, base_end)
        .map(u64::from)
        .ok_or_else(|| malformed("no bank in New Zealand has this branch"))
}

fn padded(value: u64, digits: u8) -> Result<String, RangeError> {
    let width = usize::from(digits);
    let text = format!("{value:0width$}");
    if text.len() > width {
        return Err(malformed(&format!("a number has more than {digits} digits")));
    }
    Ok(text)
}

fn iban_form(country: &str, bank_and_branch: &str, account_digits: u8) -> RangeForm {
    RangeForm::Iban { country: country.to_owned(), bank_and_branch: bank_and_branch.to_owned(), account_digits }
}

fn local_form(prefix: &str, digits: u8) -> RangeForm {
    RangeForm::Local { prefix: prefix.to_owned(), digits }
}

fn malformed(what: &str) -> RangeError {
    RangeError::Malformed(what.to_owned())
}
