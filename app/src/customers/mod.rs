//! Customers: all of them, a new one, one with everything about it, and changing one.
//!
//! `form` is the form as text, `list_query` the list as an address; both are the same on both sides. The pages are
//! `list`, `form_page` and `detail`. `rpc` is what they ask, `server` what answers.

mod country_field;
mod detail;
mod fields;
mod follow;
pub mod form;
mod form_page;
mod list;
pub mod list_query;
pub mod model;
mod review;
mod rpc;
#[cfg(feature = "ssr")]
mod server;
mod uploading;

pub use detail::CustomerPage;
pub use form_page::{EditCustomerPage, NewCustomerPage};
pub use list::CustomersPage;
#[cfg(feature = "ssr")]
pub use server::http_routes;
