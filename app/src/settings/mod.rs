//! Settings: what is switched on and whom to ask, the own session, and the audit trail.

mod audit;
mod page;
pub mod rpc;
pub mod view;

pub use audit::AuditTrailPage;
pub use page::SettingsPage;
