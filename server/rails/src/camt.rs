//! The ISO 20022 cash management messages `camt.052`, `camt.053` and `camt.054`: entries, their payments, parties, dates
//! and amounts.

mod account;
mod entry;
mod identity;
pub(crate) mod message;
mod party;
mod sort;
mod value;

pub(crate) use account::{RawAccount, split_bsb};
pub(crate) use entry::{Payment, is_reference, read_remittance};
pub(crate) use identity::{Fields, REFERENCE_BYTES_MAX, bounded, escape, numbered, uetr_reference};
pub(crate) use party::{Agent, agent, party};
pub(crate) use sort::{payment_reference, sender};
pub(crate) use value::{amount, bank_time, identifier, once, parse_amount, plain_day, required, text};
