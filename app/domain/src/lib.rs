//! Types and rules of Purser: what a customer, a wallet, a deposit and a posting are, and what may become of them.
//!
//! Compiles for the browser and for the server. No I/O, no clock, no randomness, no async, no framework: time and
//! chance come in as arguments, so that the same rule gives the same answer in a form, in a request and in a test.
#![warn(clippy::float_arithmetic, clippy::arithmetic_side_effects)]

pub mod account_number;
pub mod contact;
pub mod country;
pub mod customer;
pub mod deposit;
pub mod document;
pub mod fault;
pub mod fee;
pub mod id;
pub mod input;
pub mod ledger;
pub mod money;
pub mod party;
pub mod permission;
pub mod requirements;
pub mod review;
pub mod settlement;
pub mod standing;
pub mod transfer;
pub mod wallet;
