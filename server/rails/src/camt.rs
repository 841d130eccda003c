//! What the ISO 20022 cash management messages have in common: entries, their payments, parties, dates and amounts.

mod account;
mod entry;
mod identity;
mod party;
mod sort;
mod value;

pub(crate) use account::RawAccount;
pub(crate) use entry::Entry;
pub(crate) use identity::Identities;
pub(crate) use sort::Sorter;
pub(crate) use value::{bank_time, identifier, once, required};
