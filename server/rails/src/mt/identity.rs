//! What makes a payment that payment in a statement: the rule for
//! [`Notice::bank_reference`](crate::Notice::bank_reference).
//!
//! A payment comes in an interim report in the day, in another one with the same and more, in the statement of the
//! evening, and in any of them sent again. It must have one reference in all of them, so nothing that belongs to the
//! message takes part: neither `:20:` nor the number of the statement, nor how lines are broken. The reference is
//!
//! 1. the bank's reference after `//` in `:61:`, where it looks like one that the bank gives once: at least eight letters
//!    and digits, four of them digits, four of them different. A bank of the samples has `//55555` for two payments;
//! 2. else a digest of what describes the booking: value date, day of booking (the value date where none is given), both
//!    references, and the letters and digits of `:86:` and of the supplement of `:61:`.
//!
//! Each carries the account and the amount, as in the notices of other formats: a bank that gives a payment the same
//! reference in camt.054, and names the account by IBAN in both, tells of one payment.
//!
//! Bookings that still look alike are different ones, for a statement does not list a booking twice. They are counted:
//! `…#2`, `…#3`; by rule 1 through the pages of one statement, by rule 2 through all statements of a file, and in interim
//! reports within each, because some banks repeat in each what was in the one before.
//!
//! The limit: two payments alike in all of this and without a reference, in two interim reports of one day, are taken for
//! one until the statement lists both; in two statements of one day that come in two files, for good. Being late with a
//! payment, or asked about it, was chosen over crediting one twice. And a bank that changes the text of a payment
//! between report and statement, and gives no reference, tells of two.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::entry::Entry;
use super::fields::Field;
use crate::camt::{Fields, REFERENCE_BYTES_MAX, escape};

/// The fewest letters and digits, digits, and different ones of a reference that is given once.
const UNIQUE: (usize, usize, usize) = (8, 4, 4);

/// A reference without its number.
pub(super) struct Reference {
    text: String,
    is_digest: bool,
}

impl Reference {
    pub(super) fn of(entry: &Entry<'_>, details: &[&Field<'_>], account: &str) -> Self {
        let (strongest, is_digest) = match entry.bank_reference.filter(|reference| is_unique(reference)) {
            Some(reference) => (escape(reference), false),
            None => (digest(entry, details), true),
        };
        let amount = entry.amount;
        let text = format!("{strongest}/{}/{}{}", escape(account), amount.currency().code(), amount.minor());
        if text.len() > REFERENCE_BYTES_MAX {
            let mut fields = Fields::new();
            fields.add("reference", Some(&text));
            return Self { text: fields.finish(), is_digest };
        }
        Self { text, is_digest }
    }

    /// The reference of something skipped, which takes no number from those that are credited.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Counts bookings that look alike.
#[derive(Default)]
pub(super) struct Numbers {
    digests: HashMap<String, usize>,
    references: HashMap<String, usize>,
}

impl Numbers {
    /// Begins the next statement, which may be a further page of the one before.
    pub(super) fn next_statement(&mut self, is_interim: bool, continues: bool) {
        if is_interim {
            self.digests.clear();
        }
        if is_interim || !continues {
            self.references.clear();
        }
    }

    pub(super) fn give(&mut self, reference: Reference) -> String {
        let Reference { mut text, is_digest } = reference;
        let counts = if is_digest { &mut self.digests } else { &mut self.references };
        let count = counts.entry(text.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            let _ = write!(text, "#{count}");
        }
        text
    }
}

fn is_unique(reference: &str) -> bool {
    let letters: Vec<char> = reference.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let digits = letters.iter().filter(|letter| letter.is_ascii_digit()).count();
    let different = letters.iter().collect::<HashSet<_>>().len();
    letters.len() >= UNIQUE.0 && digits >= UNIQUE.1 && different >= UNIQUE.2
}

fn digest(entry: &Entry<'_>, details: &[&Field<'_>]) -> String {
    let mut fields = Fields::new();
    fields.add("value", Some(&entry.value_on.to_string()));
    fields.add("booked", Some(&entry.booked_on.unwrap_or(entry.value_on).to_string()));
    fields.add("customer", entry.customer_reference);
    fields.add("bank", entry.bank_reference);
    let text = details.iter().flat_map(|field| field.lines()).chain(entry.supplement.iter().copied());
    let text: String = text.flat_map(str::chars).filter(|character| character.is_alphanumeric()).collect();
    fields.add("text", Some(&text));
    fields.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_unique_if_it_is_long_and_varied() {
        for reference in ["0724710345313905", "B4E07XM00J000023", "MB170201323000", "2109025460313532", "NPP00001234"] {
            assert!(is_unique(reference), "{reference}");
        }
        for reference in ["55555", "", "1111111111", "CREDITTRANSFER", "0000000000001", "1-2-3-4"] {
            assert!(!is_unique(reference), "{reference}");
        }
    }
}
