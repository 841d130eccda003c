//! What both engines have to do, written once. Each test has a database of its own, on PostgreSQL when
//! `PURSER_TEST_POSTGRES` names a server and in a file otherwise. `embedded.rs` and `postgres.rs` hold what only one of
//! them has; they are left out of the run on the other.
#![expect(clippy::unwrap_used, reason = "whatever cannot be done must fail the test")]

mod append_only;
mod customers;
mod embedded;
mod engine;
mod fixtures;
mod jobs;
mod ledger;
mod movements;
mod outcomes;
mod postgres;
mod proof;
mod records;
mod schema;
mod search;
mod settlements;
mod status;
mod tenants;
mod transfers;
mod units;
mod wallets;
