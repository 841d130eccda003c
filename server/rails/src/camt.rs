//! What the ISO 20022 cash management messages have in common: entries, their payments, parties, dates and amounts.

mod account;
mod entry;
mod identity;
mod party;
mod sort;
mod value;

pub(crate) use account::{RawAccount, split_bsb};
pub(crate) use entry::{Entry, is_reference};
pub(crate) use identity::{Fields, Identities, REFERENCE_BYTES_MAX, escape};
pub(crate) use sort::Sorter;
pub(crate) use value::{bank_time, identifier, once, parse_amount, required};
