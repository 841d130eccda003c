//! The statement line `:61:`.

use chrono::NaiveDate;
use domain::money::{Currency, Money};

use super::fields::Field;
use super::value;
use crate::FileError;
use crate::camt::is_reference;
use crate::notice::SkipReason;

/// The standard has 16 characters for each of the two references; banks write more.
const REFERENCE_CHARACTERS_MAX: usize = 140;

/// Which way the money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Credit,
    Debit,
    /// `RC`, which takes a credit back.
    ReversedCredit,
    /// `RD`, which takes a debit back.
    ReversedDebit,
    /// `EC` and `ED`, which only an interim report has.
    Expected,
}

/// One booking.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) line: u64,
    pub(super) value_on: NaiveDate,
    /// The day of booking, where the bank gives it.
    pub(super) booked_on: Option<NaiveDate>,
    pub(super) mark: Mark,
    pub(super) amount: Money,
    /// The kind of booking, without the letter before it: `TRF`, `051`.
    pub(super) kind: &'a str,
    /// The reference for the account's owner. Placeholders are none, here and in the following.
    pub(super) customer_reference: Option<&'a str>,
    /// The bank's reference, after `//`.
    pub(super) bank_reference: Option<&'a str>,
    /// What stands on the lines after the first.
    pub(super) supplement: Vec<&'a str>,
}

impl<'a> Entry<'a> {
    pub(super) fn read(field: &Field<'a>, currency: Currency) -> Result<Self, FileError> {
        let text = field.text().trim();
        let day = text.get(..6).unwrap_or(text);
        let value_on = value::date(day).ok_or_else(|| value::invalid_date(field, day))?;
        let rest = text.get(6..).unwrap_or_default();
        let (booked_on, rest) = match rest.split_at_checked(4) {
            Some((day, rest)) if value::is_digits(day) => {
                let booked_on = value::date_near(day, value_on).ok_or_else(|| value::invalid_date(field, day))?;
                (Some(booked_on), rest)
            }
            _ => (None, rest),
        };
        let (mark, rest) = mark(rest.trim_start()).ok_or_else(|| {
            field.error("invalid_code", "After the dates is none of the marks C, D, RC, RD, EC and ED.")
        })?;
        // The third letter of the currency, which says nothing that the balance does not say.
        let rest = rest.strip_prefix(|funds: char| funds.is_ascii_uppercase()).unwrap_or(rest);
        let (amount, rest) = value::split_amount(rest.trim_start());
        let amount = value::amount(field, amount, currency)?;
        let rest = rest.trim_start();
        let (kind, references) = rest
            .split_at_checked(4)
            .filter(|(kind, _)| kind.starts_with(|letter: char| letter.is_ascii_uppercase()))
            .ok_or_else(|| field.error("invalid_code", "After the amount is no type of booking, such as NTRF."))?;
        let (customer, bank) = references.split_once("//").unwrap_or((references, ""));
        for reference in [customer, bank] {
            if reference.chars().nth(REFERENCE_CHARACTERS_MAX).is_some() {
                let message = format!("A reference has more than {REFERENCE_CHARACTERS_MAX} characters.");
                return Err(field.error("text_too_long", message));
            }
        }
        Ok(Self {
            line: field.line,
            value_on,
            booked_on,
            mark,
            amount,
            kind: kind.get(1..).unwrap_or_default().trim(),
            customer_reference: reference(customer),
            bank_reference: reference(bank),
            supplement: field.lines().skip(1).map(str::trim).collect(),
        })
    }

    /// Why the booking is no deposit, by the statement line alone.
    pub(super) fn reason_to_skip(&self) -> Option<SkipReason> {
        match self.mark {
            Mark::Expected => Some(SkipReason::NotBooked),
            Mark::ReversedCredit => Some(SkipReason::ReversedCredit),
            Mark::Debit => Some(SkipReason::Debit),
            Mark::ReversedDebit => Some(SkipReason::Reversal),
            Mark::Credit if self.amount.is_zero() => Some(SkipReason::ZeroAmount),
            Mark::Credit if self.kind == "RTI" => Some(SkipReason::ReturnedPayment),
            Mark::Credit => None,
        }
    }
}

fn mark(text: &str) -> Option<(Mark, &str)> {
    let marks = [
        ("RC", Mark::ReversedCredit),
        ("RD", Mark::ReversedDebit),
        ("EC", Mark::Expected),
        ("ED", Mark::Expected),
        ("C", Mark::Credit),
        ("D", Mark::Debit),
    ];
    marks.into_iter().find_map(|(written, mark)| text.strip_prefix(written).map(|rest| (mark, rest)))
}

/// A reference that is one, and not a placeholder or a word that says where the reference is.
pub(super) fn reference(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_pointer = matches!(text, "KREF+" | "EREF+" | "EREF" | "KREF");
    (!is_pointer && is_reference(text)).then_some(text)
}
