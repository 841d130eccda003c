//! What every engine has to do, written once. Each test has a database of its own.
//!
//! Another engine joins by another way to open [`engine::Database`]; the SQL in `refusals.rs` and `ledger.rs`, which
//! goes around the store on purpose, is the portable kind.
#![expect(clippy::unwrap_used, reason = "whatever cannot be done must fail the test")]

mod append_only;
mod customers;
mod engine;
mod fixtures;
mod jobs;
mod ledger;
mod records;
mod search;
mod status;
mod tenants;
mod units;
mod wallets;
