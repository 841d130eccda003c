//! What only the server does about customers: reading view models, and the routes that pages alone cannot answer.

pub mod export;
pub mod files;
pub mod history;
pub mod read;
pub mod submit;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::routes;

/// The longest body of a form with its files. Files over their own limit are read to the end and told, so this is
/// above what three of them may weigh together; who sends more is cut off.
const FORM_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Forms with files, documents, the export.
pub fn http_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(routes::CUSTOMERS_NEW, post(submit::create))
        .route("/customers/{id}/edit", post(submit::change))
        .route(routes::CUSTOMERS_COLUMNS, post(submit::choose_columns))
        .route(routes::UPLOADS, post(files::upload))
        .route("/documents/{id}/content", get(files::content))
        .route(routes::CUSTOMERS_CSV, get(export::export))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}
