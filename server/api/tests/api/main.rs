//! The REST API as merchants' software sees it: who does what, then the status and the body.

#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set has failed")]

mod bodies;
mod customers;
mod idempotency;
mod money;
mod paging;
mod rails;
mod reference;
mod settlements;
mod stage;
mod statements;
mod tenants;
mod transfers;
