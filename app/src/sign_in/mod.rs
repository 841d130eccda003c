//! Signing in and out: one page, and plain forms that need no script.

mod page;
#[cfg(feature = "ssr")]
mod routes;

pub use page::SignInPage;
#[cfg(feature = "ssr")]
pub use routes::http_routes;
