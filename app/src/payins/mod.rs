//! Money that came in, with what became of it.

mod deposits;
pub mod rpc;
pub mod view;

pub use deposits::{DepositPage, DepositsPage};
