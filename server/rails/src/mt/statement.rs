//! One statement or interim report: its account, its currency, its bookings.

use domain::money::Currency;

use super::details;
use super::entry::{Entry, Mark};
use super::fields::{Field, Message};
use super::identity::{Numbers, Reference};
use super::{account, value};
use crate::FileError;
use crate::notice::{Account, BankTime, Format, Notice, OtherReferences, SkipReason, Skipped};

/// The longest account number, in characters; the standard has 35, and 11 more for the bank.
const ACCOUNT_CHARACTERS_MAX: usize = 140;

/// A statement that was read, its bookings not yet sorted.
pub(super) struct Statement<'m> {
    account: Account,
    /// What the account is told apart by.
    key: String,
    bookings: Vec<Booking<'m>>,
    pub(super) created_at: Option<BankTime>,
    /// Whether it is a further page: the opening balance is an intermediate one.
    pub(super) continues: bool,
}

/// A statement line and the fields `:86:` behind it.
struct Booking<'m> {
    entry: Entry<'m>,
    details: Vec<&'m Field<'m>>,
}

/// What was found on the way through the fields.
#[derive(Default)]
struct Progress<'m> {
    account: Option<&'m Field<'m>>,
    currency: Option<Currency>,
    opening: Option<&'m Field<'m>>,
    created_at: Option<BankTime>,
    bookings: Vec<Booking<'m>>,
    is_at_booking: bool,
    is_closed: bool,
}

impl<'m> Statement<'m> {
    pub(super) fn read(message: &'m Message<'m>, format: Format) -> Result<Self, FileError> {
        let mut progress = Progress::default();
        for field in &message.fields {
            progress.add(field, format)?;
        }
        let missing = |tag: &str, code: &'static str, text: String| FileError {
            line: message.last_line,
            element: format!(":{tag}:"),
            ..FileError::at_start(code, text)
        };
        let account = progress.account.ok_or_else(|| {
            missing("25", "missing_element", "The statement names no account; the field :25: is missing.".to_owned())
        })?;
        let opening = if format == Format::Mt940 { "60F" } else { "34F" };
        let currency = progress.currency.ok_or_else(|| {
            missing(
                opening,
                "missing_element",
                format!("The statement gives no currency; the field :{opening}: is missing."),
            )
        })?;
        let is_whole = progress.is_closed || (format == Format::Mt942 && (message.is_ended || message.is_followed));
        if !is_whole {
            let (tag, end) = match format {
                Format::Mt942 => ("90C", "It has neither sums (:90C:, :90D:) nor the end mark."),
                _ => ("62F", "It has no closing balance (:62F:, :62M:)."),
            };
            return Err(missing(tag, "truncated", format!("The statement stops before its end. {end}")));
        }
        Ok(Self {
            account: account::account(account.text(), currency),
            key: account::key(account.text(), currency),
            bookings: progress.bookings,
            created_at: progress.created_at,
            continues: progress.opening.is_some_and(|field| field.tag == "60M"),
        })
    }

    /// Adds what each booking is to the notices or to the skipped.
    pub(super) fn sort(&self, numbers: &mut Numbers, notices: &mut Vec<Notice>, skipped: &mut Vec<Skipped>) {
        for Booking { entry, details } in &self.bookings {
            let reference = Reference::of(entry, details, &self.key);
            let found = details::read(details, &entry.supplement);
            let reason = entry.reason_to_skip().or(found.is_return.then_some(SkipReason::ReturnedPayment));
            if let Some(reason) = reason {
                let concerns_a_payment =
                    matches!(reason, SkipReason::Reversal | SkipReason::ReversedCredit | SkipReason::ReturnedPayment);
                skipped.push(Skipped {
                    reason,
                    element: ":61:".to_owned(),
                    line: entry.line,
                    bank_reference: concerns_a_payment.then(|| reference.into_text()),
                    other_references: OtherReferences::default(),
                    amount: entry.amount,
                    end_to_end_id: None,
                });
                continue;
            }
            notices.push(Notice {
                bank_reference: numbers.give(reference),
                other_references: OtherReferences::default(),
                entry_reference: entry.bank_reference.map(str::to_owned),
                account: self.account.clone(),
                statement_account: self.account.clone(),
                amount: entry.amount,
                booked_on: entry.booked_on,
                booked_at: None,
                value_on: Some(entry.value_on),
                sender: found.sender,
                ultimate_sender_name: found.ultimate_sender_name,
                reference: found.reference,
                end_to_end_id: found.end_to_end_id,
                is_unitemised: found.is_batch,
            });
        }
    }
}

impl<'m> Progress<'m> {
    /// Takes the next field, in the order that the standard has.
    fn add(&mut self, field: &'m Field<'m>, format: Format) -> Result<(), FileError> {
        match field.tag {
            "25" | "25P" => self.add_account(field)?,
            "60F" | "60M" if format == Format::Mt940 => self.open(field)?,
            "34F" if format == Format::Mt942 => self.add_limit(field)?,
            "13" | "13D" => self.created_at = Some(value::time(field)?),
            "61" => return self.add_booking(field, format),
            "86" => {
                if let Some(booking) = self.bookings.last_mut().filter(|_| self.is_at_booking) {
                    booking.details.push(field);
                }
                return Ok(());
            }
            "NS" => return Ok(()),
            "62F" | "62M" | "64" | "65" if format == Format::Mt940 => {
                let currency = value::balance(field)?;
                self.require(currency, field)?;
                self.is_closed |= field.tag.starts_with("62");
            }
            "90C" | "90D" => {
                // How many there were, then their sum.
                let digits = field.text().find(|character: char| !character.is_ascii_digit()).unwrap_or(0);
                let rest = field.text().get(digits..).unwrap_or_default().trim_end();
                let currency = value::currency(field, rest.get(..3))?;
                value::amount(field, rest.get(3..).unwrap_or_default(), currency)?;
                self.require(currency, field)?;
                self.is_closed |= format == Format::Mt942;
            }
            // One bank's program writes this for a balance that it has not got; nothing follows it.
            "65F" if format == Format::Mt940 => self.is_closed = true,
            "20" | "21" | "28" | "28C" => {}
            _ => return Err(field.error("unexpected_element", format!("An {format} has no such field."))),
        }
        self.is_at_booking = false;
        Ok(())
    }

    fn add_account(&mut self, field: &'m Field<'m>) -> Result<(), FileError> {
        let text = field.text().trim();
        if self.account.is_some() {
            return Err(field.error("repeated_element", "A statement is of one account."));
        }
        if !text.chars().any(char::is_alphanumeric) {
            return Err(field.error("missing_element", "The account has no number."));
        }
        if text.chars().nth(ACCOUNT_CHARACTERS_MAX).is_some() {
            return Err(field.error("text_too_long", format!("It has more than {ACCOUNT_CHARACTERS_MAX} characters.")));
        }
        self.account = Some(field);
        Ok(())
    }

    fn open(&mut self, field: &'m Field<'m>) -> Result<(), FileError> {
        if self.opening.replace(field).is_some() {
            return Err(field.error("repeated_element", "A statement has one opening balance."));
        }
        self.currency = Some(value::balance(field)?);
        Ok(())
    }

    /// A floor limit, such as `EURD0,00`; there is one for both directions, or one for each.
    fn add_limit(&mut self, field: &Field<'_>) -> Result<(), FileError> {
        let text = field.text().trim();
        let currency = value::currency(field, text.get(..3))?;
        let limit = text.get(3..).unwrap_or_default();
        value::amount(field, limit.strip_prefix(['C', 'D']).unwrap_or(limit), currency)?;
        self.require(currency, field)?;
        self.currency = Some(currency);
        Ok(())
    }

    fn require(&self, currency: Currency, field: &Field<'_>) -> Result<(), FileError> {
        match self.currency {
            Some(other) if other != currency => {
                let message = format!("It is in {}, and the statement in {}.", currency.code(), other.code());
                Err(field.error("invalid_code", message))
            }
            _ => Ok(()),
        }
    }

    fn add_booking(&mut self, field: &'m Field<'m>, format: Format) -> Result<(), FileError> {
        if self.is_closed && !field.is_after_end {
            return Err(field.error("unexpected_element", "There is a booking after the end of the statement."));
        }
        let (Some(currency), Some(_)) = (self.currency, self.account) else {
            let message =
                "Account (:25:) and opening balance (:60F:) or floor limit (:34F:) must come before bookings.";
            return Err(field.error("missing_element", message));
        };
        let entry = Entry::read(field, currency)?;
        if entry.mark == Mark::Expected && format == Format::Mt940 {
            return Err(field.error("invalid_code", "Only an interim report has bookings that are expected."));
        }
        self.bookings.push(Booking { entry, details: Vec::new() });
        self.is_at_booking = true;
        Ok(())
    }
}
