//! Wallets: all of them, issuing one, and one with its balances, its account details and its money.

mod account;
#[cfg(feature = "ssr")]
mod form;
mod list;
mod new;
mod page;
pub mod rpc;
mod simulate;
#[cfg(feature = "ssr")]
mod statement;
pub mod view;

pub use list::WalletsPage;
pub use new::NewWalletPage;
pub use page::WalletPage;

/// The statement as a file.
#[cfg(feature = "ssr")]
pub fn http_routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new().route(crate::routes::WALLET_STATEMENT, axum::routing::get(statement::statement))
}
