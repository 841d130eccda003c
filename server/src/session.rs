//! Who is signed in: what the cookie says is looked up once per request and put beside it, and what is for people who
//! signed in is kept from everybody else.

use app::{error::AppError, session::RequestId};
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use service::{Error, Purser};
use tracing::error;

use crate::{security, site};

/// What anybody may open.
const OPEN_PATHS: [&str; 5] = ["/login", "/logout", "/healthz", "/readyz", "/favicon.svg"];
const OPEN_PREFIXES: [&str; 3] = ["/pkg/", "/api/", "/fonts/"];

/// Middleware: puts the installation, the request's number and the session beside the request, and sends people who are
/// not signed in to the sign-in page.
pub async fn admit(State(purser): State<Purser>, mut request: Request, next: Next) -> Response {
    let request_id = request_id(&purser);
    request.extensions_mut().insert(request_id.clone());
    request.extensions_mut().insert(purser.clone());
    let path = request.uri().path();
    let mut response = if OPEN_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) {
        next.run(request).await
    } else {
        let session = match app::cookies::session_token(request.headers()) {
            Some(token) => purser.session(token).await,
            None => Ok(None),
        };
        match session {
            Ok(Some(session)) => {
                request.extensions_mut().insert(session);
                let mut response = next.run(request).await;
                // Pages show personal data: nobody's cache keeps them.
                response
                    .headers_mut()
                    .entry(header::CACHE_CONTROL)
                    .or_insert(HeaderValue::from_static("private, no-store"));
                response
            }
            Ok(None) if OPEN_PATHS.contains(&path) => next.run(request).await,
            Ok(None) => turned_away(&request),
            Err(error) => broken(&request, &error, &request_id),
        }
    };
    if let Ok(value) = HeaderValue::try_from(&request_id.0) {
        response.headers_mut().entry("x-request-id").or_insert(value);
    }
    response
}

fn request_id(purser: &Purser) -> RequestId {
    RequestId(purser.request_id())
}

/// Whether the browser's half of the application asks, and not a person who waits for a page.
fn is_call(request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
    request.uri().path().starts_with("/rpc/") && !accepts.contains("text/html")
}

fn turned_away(request: &Request) -> Response {
    let path = request.uri().path();
    if is_call(request) {
        // Server functions are answered in the form that the browser's half of the application reads.
        return (StatusCode::UNAUTHORIZED, Json(AppError::signed_out())).into_response();
    }
    if path.starts_with("/rpc/") {
        return Redirect::to("/login").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::UNAUTHORIZED, "Sign in again.\n").into_response();
    }
    if path == "/" {
        return Redirect::to("/login").into_response();
    }
    // The path alone: a query may hold what somebody searched for.
    let next: String = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC).to_string();
    Redirect::to(&format!("/login?next={next}")).into_response()
}

fn broken(request: &Request, fault: &Error, request_id: &RequestId) -> Response {
    error!(
        request_id = request_id.0,
        code = fault.code(),
        error = fault as &dyn std::error::Error,
        "the session cannot be read"
    );
    let told = AppError { request_id: request_id.0.clone(), ..AppError::from(fault) };
    let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let retry = [(header::RETRY_AFTER, "1"), (header::CACHE_CONTROL, "no-store")];
    if is_call(request) {
        return (status, retry, Json(told)).into_response();
    }
    // The path alone, as for whoever is turned away.
    let page = Html(app::shell::outage(site::links(), told, request.uri().path()));
    (status, retry, [(header::CONTENT_SECURITY_POLICY, security::STILL_POLICY)], page).into_response()
}
