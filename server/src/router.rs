//! Which address leads where, and what every request passes on its way.

use app::{App, shell::shell};
use axum::{
    Router,
    extract::{Request, State},
    middleware,
    response::{IntoResponse, Response},
};
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};

use crate::{security, site};

/// The whole site.
#[must_use]
pub fn router(options: LeptosOptions) -> Router {
    let document = {
        let (options, links) = (options.clone(), site::links());
        move || shell(options.clone(), links.clone())
    };
    let pages = Router::new()
        .leptos_routes_with_context(
            &options,
            generate_route_list(App),
            security::admit_own_scripts,
            document,
        )
        .fallback(site_file_or_not_found);
    security::bounded(pages, security::FORM_BYTES_MAX)
        .layer(middleware::from_fn(security::refuse_cross_site))
        .layer(middleware::from_fn(security::set_headers))
        .with_state(options)
}

/// What no route answers is one of the site's files, or the page that says there is nothing here.
async fn site_file_or_not_found(
    State(options): State<LeptosOptions>,
    request: Request,
) -> Response {
    if let Some(file) = site::file(request.method(), request.uri(), request.headers()) {
        return file;
    }
    let links = site::links();
    let page = leptos_axum::render_app_async_with_context(security::admit_own_scripts, move || {
        shell(options.clone(), links.clone())
    });
    page(request).await.into_response()
}
