//! Wallets: all of them, issuing one, and one with its balances, its account details and its money.

mod account;
#[cfg(feature = "ssr")]
mod form;
mod list;
mod new;
mod page;
pub mod rpc;
mod simulate;
pub mod view;

pub use list::WalletsPage;
pub use new::NewWalletPage;
pub use page::WalletPage;
