//! What merchants, banks and the worker do, and what comes of it, over a real database with a clock that stands still
//! until it is moved.
#![expect(clippy::unwrap_used, reason = "whatever cannot be done must fail the test")]

mod customers;
mod deposits;
mod documents;
mod fees;
mod imports;
mod outcomes;
mod reviews;
mod roles;
mod settlements;
mod sign_in;
mod told_twice;
mod transfers;
mod wallets;
mod world;
