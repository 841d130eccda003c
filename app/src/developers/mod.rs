//! For those who write software against Purser: API keys, and the way to the reference.

mod page;
pub mod rpc;
pub mod view;

pub use page::DevelopersPage;
