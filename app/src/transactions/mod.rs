//! Wallet Transactions: every movement of the organisation, filtered by the address, and each one by itself.

#[cfg(feature = "ssr")]
mod export;
mod follow;
#[cfg(feature = "ssr")]
mod form;
mod page;
pub mod rpc;
mod table;
pub mod view;

pub use follow::FollowNewest;
pub use page::{TransactionPage, TransactionsPage};
pub use table::{TransactionTable, given};

/// The export.
#[cfg(feature = "ssr")]
pub fn http_routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new().route(crate::routes::TRANSACTIONS_CSV, axum::routing::get(export::export))
}
