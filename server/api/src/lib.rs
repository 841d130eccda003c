//! The REST API: its routes, problem documents, idempotency and reference.
//!
//! A request passes [`answer`], which names it and writes down refusals; [`auth`] finds the organisation behind its key;
//! a handler in [`routes`] reads what was sent, calls one verb of [`service`] and writes what came of it. Nothing is
//! decided here, and no handler can see storage.

mod accept;
mod answer;
mod auth;
mod docs;
mod idempotency;
mod json;
mod merge_patch;
mod models;
mod openapi;
mod paging;
mod problem;
mod query;
mod routes;
mod upload;

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    middleware,
    response::IntoResponse,
    routing::get,
};
use bytes::Bytes;
use service::Purser;

pub use answer::{RequestId, X_REQUEST_ID};
use problem::Problem;

/// What every handler may use.
#[derive(Clone, Debug)]
struct ApiState {
    purser: Purser,
    failures: Arc<auth::Failures>,
    requests: Arc<Requests>,
}

/// Counts requests, under a secret of this process that spreads the count over all numbers.
#[derive(Debug, Default)]
struct Requests {
    count: AtomicU64,
    secret: RandomState,
}

/// Everything under `/api`: the routes of version 1, the reference as data and as a page.
///
/// Bounds the bodies it reads by itself; a smaller bound around it would answer in its own words. A panic in a handler
/// ends in an answer, provided that panics unwind.
pub fn router(purser: Purser) -> Router {
    let state = ApiState { purser, failures: Arc::default(), requests: Arc::default() };
    let (version_1, mut document) = routes::all().split_for_parts();
    openapi::complete(&mut document);
    let reference = Reference::of(&document);
    let everything = Router::new()
        .nest("/v1", version_1)
        .merge(reference.routes())
        .fallback(async || Problem::of_status(StatusCode::NOT_FOUND))
        .layer(DefaultBodyLimit::max(upload::READ_ON_BYTES_MAX))
        .layer(middleware::from_fn_with_state(state.clone(), answer::finish))
        .with_state(state);
    Router::new().nest("/api", everything)
}

/// The reference, written once.
#[derive(Clone, Debug)]
struct Reference {
    json: Bytes,
    page: Bytes,
}

impl Reference {
    fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let value = serde_json::to_value(document).unwrap_or_default();
        Self { json: value.to_string().into(), page: docs::page(&value).into() }
    }

    fn routes(self) -> Router<ApiState> {
        let Self { json, page } = self;
        Router::new()
            .route("/openapi.json", get(async move || answer_with("application/json", json)))
            .route("/docs", get(async move || docs::answer(page)))
            .route("/docs.css", get(async || answer_with("text/css; charset=utf-8", docs::STYLE)))
    }
}

fn answer_with(content_type: &'static str, content: impl Into<Bytes>) -> impl IntoResponse {
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(content_type)), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    (headers, content.into())
}

impl ApiState {
    /// Unlike any other for as long as logs are kept. Not a secret.
    fn new_request_id(&self) -> RequestId {
        let count = self.requests.count.fetch_add(1, Ordering::Relaxed);
        let millis = self.purser.now().timestamp_millis();
        RequestId(format!("req_{millis:012x}{:016x}", self.requests.secret.hash_one((count, millis))))
    }
}
