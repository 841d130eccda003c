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
//! 5. a digest of what describes the payment: its dates, ids and debtor; and, when there are no ids at all, the id of
//!    the notification, because then two payments of the same amount on one day cannot be told apart otherwise.
//!
//! Each carries the account and the amount: real banks use one `AcctSvcrRef` for bookings of different amounts, and
//! references are unique within a bank at best. Neither the message id nor the `NtryRef` takes part in 1 to 4: banks
//! repeat the one and put account numbers into the other. Placeholders (`NOTPROVIDED`, `NONREF`, zeros) are no references.
//!
//! Payments that still look alike within one booking are different ones, for a bank does not list a payment twice in a
//! booking; by rule 5, the same within one notification. They are counted: `…#2`, `…#3`.

use std::collections::HashMap;
use std::fmt::Write as _;

use domain::money::Money;
use sha2::{Digest, Sha256};

use super::account::RawAccount;
use super::entry::{Entry, Payment};

/// A longer reference, which only a bank that disregards the standard can cause, is replaced by its digest.
pub(crate) const REFERENCE_BYTES_MAX: usize = 200;

/// Gives references within one notification, in the order of the file.
pub(crate) struct Identities<'a> {
    account: String,
    notification_id: &'a str,
    /// How often a digest came in this notification.
    digests: HashMap<String, usize>,
    /// How often a reference came in the booking at hand.
    in_entry: HashMap<String, usize>,
}

impl<'a> Identities<'a> {
    pub(crate) fn new(account: &RawAccount, notification_id: &'a str) -> Self {
        Self { account: account.key(), notification_id, digests: HashMap::new(), in_entry: HashMap::new() }
    }

    /// Begins the next booking.
    pub(crate) fn next_entry(&mut self) {
        self.in_entry.clear();
    }

    /// The reference of a payment that is credited; of the booking as a whole for `None`.
    pub(crate) fn give(&mut self, entry: &Entry, payment: Option<&Payment>, amount: Money) -> String {
        let (mut reference, is_digest) = self.derive(entry, payment, amount);
        let counts = if is_digest { &mut self.digests } else { &mut self.in_entry };
        let count = counts.entry(reference.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            let _ = write!(reference, "#{count}");
        }
        reference
    }

    /// The reference that something skipped would have, which takes no number from those that are credited.
    pub(crate) fn look_up(&self, entry: &Entry, payment: Option<&Payment>, amount: Money) -> String {
        self.derive(entry, payment, amount).0
    }

    fn derive(&self, entry: &Entry, payment: Option<&Payment>, amount: Money) -> (String, bool) {
        let own = payment.and_then(|payment| payment.references.servicer.as_deref());
        let (strongest, is_digest) = match (own, &entry.servicer_reference, payment) {
            (Some(own), ..) => (escape(own), false),
            (None, Some(booking), Some(payment)) if entry.payments.len() > 1 => {
                let mut reference = escape(booking);
                for (_, id) in ids(payment) {
                    let _ = write!(reference, "+{}", escape(id));
                }
                (reference, false)
            }
            (None, Some(booking), _) => (escape(booking), false),
            (None, None, payment) => match payment.and_then(|payment| payment.references.uetr.as_deref()) {
                Some(uetr) => (escape(uetr), false),
                None => (self.digest(entry, payment), true),
            },
        };
        let account = escape(&self.account);
        let reference = format!("{strongest}/{account}/{}{}", amount.currency().code(), amount.minor());
        if reference.len() > REFERENCE_BYTES_MAX {
            let mut digest = Fields::new();
            digest.add("reference", Some(&reference));
            return (digest.finish(), is_digest);
        }
        (reference, is_digest)
    }

    fn digest(&self, entry: &Entry, payment: Option<&Payment>) -> String {
        let mut digest = Fields::new();
        digest.add("NtryRef", entry.reference.as_deref());
        digest.add("BookgDt", entry.booked.map(|(day, _)| day.to_string()).as_deref());
        digest.add("ValDt", entry.value_on.map(|day| day.to_string()).as_deref());
        let mut has_ids = false;
        if let Some(payment) = payment {
            for (name, id) in ids(payment) {
                has_ids = true;
                digest.add(name, Some(id));
            }
            digest.add("Dbtr", payment.debtor.name.as_deref());
            digest.add("DbtrAcct", payment.debtor_account.as_ref().map(RawAccount::key).as_deref());
            digest.add("CdtrAcct", payment.creditor_account.as_ref().map(RawAccount::key).as_deref());
            for reference in payment.structured.iter().chain(&payment.unstructured) {
                digest.add("RmtInf", Some(reference));
            }
        }
        if !has_ids {
            digest.add("Ntfctn", Some(self.notification_id));
        }
        digest.finish()
    }
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
