//! The overview: where customers stand, what is held, money in by day, and what needs attention.

mod page;
pub mod rpc;
pub mod view;

pub use page::OverviewPage;
