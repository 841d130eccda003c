//! Which address leads where, and what every request passes on its way.

use app::{App, shell::shell};
use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use service::Purser;
use std::{fmt::Write as _, net::SocketAddr};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{security, session, site};

/// The whole site.
pub fn router(options: LeptosOptions, purser: Purser) -> Router {
    let document = {
        let (options, links) = (options.clone(), site::links());
        move || shell(options.clone(), links.clone())
    };
    let pages = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), security::admit_own_scripts, document)
        .fallback(site_file_or_not_found);
    let pages = security::bounded(pages, security::FORM_BYTES_MAX).with_state(options);
    let health = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(purser.clone());
    pages
        .merge(app::http_routes())
        .layer(middleware::from_fn_with_state(purser.clone(), session::admit))
        .merge(health)
        .merge(api::router(purser))
        .layer(middleware::from_fn(security::refuse_cross_site))
        .layer(middleware::from_fn(security::set_headers))
        .layer(CatchPanicLayer::new())
}

async fn ready(State(purser): State<Purser>) -> Response {
    match purser.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(code = error.code(), error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready: the database cannot be used\n").into_response()
        }
    }
}

/// Figures for Prometheus, told to this machine only.
async fn metrics(State(purser): State<Purser>, ConnectInfo(peer): ConnectInfo<SocketAddr>) -> Response {
    if !peer.ip().is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (Ok((waiting, failed)), Ok(movements)) = (purser.job_counts().await, purser.movements_written().await) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut text = String::new();
    for (name, help, value) in [
        ("purser_jobs_waiting", "Jobs that wait or are worked", waiting),
        ("purser_jobs_failed", "Jobs that were given up", failed),
        ("purser_wallet_transactions", "The number of the newest movement on a wallet", movements),
    ] {
        // Writing to a string does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// What no route answers is one of the site's files, or the page that says there is nothing here.
async fn site_file_or_not_found(State(options): State<LeptosOptions>, request: Request) -> Response {
    if let Some(file) = site::file(request.method(), request.uri(), request.headers()) {
        return file;
    }
    let links = site::links();
    let page = leptos_axum::render_app_async_with_context(security::admit_own_scripts, move || {
        shell(options.clone(), links.clone())
    });
    page(request).await.into_response()
}
