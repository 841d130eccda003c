//! What makes a payment that payment: the rule for [`Notice::bank_reference`](crate::Notice::bank_reference).
//!
//! The same payment in another file, in another version of the message or in a statement must get the same reference,
//! and no two payments may share one, for the second would be taken as known and its money lost. So the reference is the
//! strongest of these that the bank gives, followed by what keeps weak references apart:
//!
//! 1. `TxDtls/Refs/AcctSvcrRef`, the bank's own reference of the payment;
//! 2. in a booking of one payment, the booking's `AcctSvcrRef`: banks give it in either place, or both, for the same one;
//! 3. in a booking of several, the booking's `AcctSvcrRef` and the payment's other ids (`EndToEndId`, `TxId`, `InstrId` …);
//! 4. the `UETR`, which no two payments in the world share. It comes after the above because older versions of a message
//!    leave it out and the same payment must not change its name with the version;
//! 5. a digest of what describes the payment: its dates, ids and debtor; without any date, of this message only.
//!
//! Each carries the account and the amount: real banks use one `AcctSvcrRef` for bookings of different amounts, and
//! references are unique within a bank at best. Nothing of the message takes part, neither its ids nor the `NtryRef`:
//! banks repeat the one, put account numbers into the other, and tell of a payment in several messages. Placeholders
//! (`NOTPROVIDED`, `NONREF`, zeros) are no references.
//!
//! Payments that still look alike within one booking are different ones, for a bank does not list a payment twice in a
//! booking; by rule 5, within one file, and in reports of the day (`camt.052`), which may repeat what was in the one
//! before, within one report. They are counted: `…#2`, `…#3`.
//!
//! One message says more of a payment than another. So each payment has its other references too, those that it would have
//! if less had been said: [`OtherReferences`].

use std::collections::HashMap;
use std::fmt::Write as _;

use domain::money::Money;
use sha2::{Digest, Sha256};

use super::account::RawAccount;
use super::entry::{Entry, Payment};
use crate::notice::{Format, OtherReferences};

/// A longer reference, which only a bank that disregards the standard can cause, is replaced by its digest.
pub(crate) const REFERENCE_BYTES_MAX: usize = 200;

/// How often a digest came so far.
pub(crate) struct Alike {
    counts: HashMap<String, usize>,
    is_by_account: bool,
}

impl Alike {
    pub(crate) fn of(format: Format) -> Self {
        Self { counts: HashMap::new(), is_by_account: matches!(format, Format::Camt052 { .. }) }
    }
}

/// Gives references within what is told of one account, in the order of the file.
pub(crate) struct Identities<'a> {
    account: String,
    message_part: &'a str,
    alike: &'a mut Alike,
    /// How often a digest came in this part of the message.
    in_part: HashMap<String, usize>,
    /// How often a reference came in the booking at hand.
    in_entry: HashMap<String, usize>,
}

/// The strongest that tells a payment from others.
enum Strongest {
    Given(String),
    Digest(String),
}

impl<'a> Identities<'a> {
    /// `message_part` is the id of the notification, report or statement.
    pub(crate) fn new(account: &RawAccount, message_part: &'a str, alike: &'a mut Alike) -> Self {
        if alike.is_by_account {
            alike.counts.clear();
        }
        Self { account: account.key(), message_part, alike, in_part: HashMap::new(), in_entry: HashMap::new() }
    }

    /// Begins the next booking.
    pub(crate) fn next_entry(&mut self) {
        self.in_entry.clear();
    }

    /// The references of a payment that is credited; of the booking as a whole for `None`.
    pub(crate) fn give(
        &mut self,
        entry: &Entry,
        payment: Option<&Payment>,
        amount: Money,
    ) -> (String, OtherReferences) {
        let mut others = self.others(entry, payment, amount);
        let reference = match self.strongest(entry, payment) {
            Strongest::Given(strongest) => {
                let reference = self.complete(&strongest, amount);
                numbered(&mut self.in_entry, reference)
            }
            Strongest::Digest(strongest) => {
                // Which tells the same message again from another one, where nothing else does.
                let in_part = self.complete(&in_part(entry, payment, self.message_part), amount);
                others.payment.push(numbered(&mut self.in_part, in_part));
                let reference = self.complete(&strongest, amount);
                numbered(&mut self.alike.counts, reference)
            }
        };
        (reference, others)
    }

    /// The references that something skipped would have, which takes no number from those that are credited.
    pub(crate) fn look_up(&self, entry: &Entry, payment: Option<&Payment>, amount: Money) -> (String, OtherReferences) {
        let (Strongest::Given(strongest) | Strongest::Digest(strongest)) = self.strongest(entry, payment);
        (self.complete(&strongest, amount), self.others(entry, payment, amount))
    }

    fn others(&self, entry: &Entry, payment: Option<&Payment>, amount: Money) -> OtherReferences {
        let is_one_of_several = payment.is_some() && entry.payments.len() > 1;
        let mut others = OtherReferences::default();
        if let (true, Some(booking)) = (is_one_of_several, &entry.servicer_reference) {
            others.batch = Some(self.complete(&escape(booking), entry.amount));
        }
        let Some(payment) = payment else {
            others.is_by_looks = entry.servicer_reference.is_none();
            return others;
        };
        let references = &payment.references;
        others.own = references.servicer.as_deref().map(escape);
        let has_ids = ids(payment).next().is_some();
        if let (Some(booking), Some(_)) = (&entry.servicer_reference, &references.servicer) {
            if !is_one_of_several {
                others.payment.push(self.complete(&escape(booking), amount));
            } else if has_ids {
                others.payment.push(self.complete(&with_ids(booking, payment), amount));
            }
        }
        if let Some(uetr) = &references.uetr {
            others.payment.push(uetr_reference(uetr, amount));
        }
        others.is_by_looks = references.servicer.is_none()
            && entry.servicer_reference.is_none()
            && references.uetr.is_none()
            && !has_ids;
        others
    }

    fn strongest(&self, entry: &Entry, payment: Option<&Payment>) -> Strongest {
        let own = payment.and_then(|payment| payment.references.servicer.as_deref());
        match (own, &entry.servicer_reference, payment) {
            (Some(own), ..) => Strongest::Given(escape(own)),
            (None, Some(booking), Some(payment)) if entry.payments.len() > 1 => {
                Strongest::Given(with_ids(booking, payment))
            }
            (None, Some(booking), _) => Strongest::Given(escape(booking)),
            (None, None, payment) => match payment.and_then(|payment| payment.references.uetr.as_deref()) {
                Some(uetr) => Strongest::Given(escape(uetr)),
                // Without a day it would be the same as any other of its amount, at any time.
                None if entry.booked.is_none() && entry.value_on.is_none() => {
                    Strongest::Digest(in_part(entry, payment, self.message_part))
                }
                None => Strongest::Digest(described(entry, payment).finish()),
            },
        }
    }

    /// With account and amount.
    fn complete(&self, strongest: &str, amount: Money) -> String {
        let account = escape(&self.account);
        bounded(format!("{strongest}/{account}/{}{}", amount.currency().code(), amount.minor()))
    }
}

/// Counts what looks alike: `…#2`, `…#3`.
pub(crate) fn numbered(counts: &mut HashMap<String, usize>, mut reference: String) -> String {
    let count = counts.entry(reference.clone()).or_insert(0);
    *count += 1;
    if *count > 1 {
        let _ = write!(reference, "#{count}");
    }
    reference
}

/// A booking's reference and the ids of one of its payments.
fn with_ids(booking: &str, payment: &Payment) -> String {
    let mut reference = escape(booking);
    for (_, id) in ids(payment) {
        let _ = write!(reference, "+{}", escape(id));
    }
    reference
}

/// A reference by the id that no two payments in the world share, whichever bank tells of it on whichever account.
pub(crate) fn uetr_reference(uetr: &str, amount: Money) -> String {
    format!("uetr:{}/{}{}", escape(uetr), amount.currency().code(), amount.minor())
}

/// A reference that is too long is replaced by its digest.
pub(crate) fn bounded(reference: String) -> String {
    if reference.len() <= REFERENCE_BYTES_MAX {
        return reference;
    }
    let mut digest = Fields::new();
    digest.add("reference", Some(&reference));
    digest.finish()
}

fn described(entry: &Entry, payment: Option<&Payment>) -> Fields {
    let mut digest = Fields::new();
    digest.add("BookgDt", entry.booked.map(|(day, _)| day.to_string()).as_deref());
    digest.add("ValDt", entry.value_on.map(|day| day.to_string()).as_deref());
    if let Some(payment) = payment {
        for (name, id) in ids(payment) {
            digest.add(name, Some(id));
        }
        digest.add("Dbtr", payment.debtor.name.as_deref());
        digest.add("DbtrAcct", payment.debtor_account.as_ref().map(RawAccount::key).as_deref());
        digest.add("CdtrAcct", payment.creditor_account.as_ref().map(RawAccount::key).as_deref());
        for reference in payment.structured.iter().chain(&payment.unstructured) {
            digest.add("RmtInf", Some(reference));
        }
    }
    digest
}

/// A digest that is of one message only.
fn in_part(entry: &Entry, payment: Option<&Payment>, message_part: &str) -> String {
    let mut digest = described(entry, payment);
    digest.add("NtryRef", entry.reference.as_deref());
    digest.add("part", Some(message_part));
    digest.finish()
}

/// The ids of a payment that all versions of the messages have, with their names.
fn ids(payment: &Payment) -> impl Iterator<Item = (&'static str, &str)> {
    let end_to_end = payment.references.end_to_end.as_deref().map(|id| ("EndToEndId", id));
    end_to_end.into_iter().chain(payment.references.others.iter().map(|(name, id)| (*name, id.as_str())))
}

/// Keeps the marks that join the parts of a reference out of the parts.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '/' | '+' | '#' | '%' => {
                let _ = write!(escaped, "%{:02X}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Named fields, each with its length, so that no two lists of fields give the same bytes.
pub(crate) struct Fields(Sha256);

impl Fields {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(crate) fn add(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.0.update(format!("{name}={}:{value}\n", value.len()));
        }
    }

    pub(crate) fn finish(self) -> String {
        let mut text = String::from("derived-");
        for byte in self.0.finalize().iter().take(16) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
