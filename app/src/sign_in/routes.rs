//! What the forms of signing in and out are sent to. Each answers with the page to see next; the address carries codes
//! only, never what was typed.

use std::net::SocketAddr;

use axum::{
    Extension, Form, Router,
    extract::{ConnectInfo, DefaultBodyLimit, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use http::{
    HeaderMap, HeaderValue,
    header::{RETRY_AFTER, SET_COOKIE},
};
use serde::Deserialize;
use service::{Error, Purser, Session, SignedIn};

use crate::{cookies, routes};

/// Longer forms are not typed by anybody.
const BODY_BYTES_MAX: usize = 16 * 1024;

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// The page that was asked for before.
    #[serde(default)]
    next: String,
}

pub fn http_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(routes::LOGIN, post(sign_in))
        .route(routes::LOGOUT, post(sign_out))
        .route(routes::LOGOUT_EVERYWHERE, post(sign_out_everywhere))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn sign_in(
    Extension(purser): Extension<Purser>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    form: Result<Form<SignIn>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return Redirect::to(&routes::with_query(routes::LOGIN, &[("error", "malformed")])).into_response();
    };
    let network = peer.map_or_else(|| "unknown".to_owned(), |Extension(ConnectInfo(peer))| peer.ip().to_string());
    let answer = purser.sign_in(&form.email, &form.password, &network, cookies::session_token(&headers)).await;
    match answer {
        Ok(SignedIn { token, max_age_s }) => {
            let mut response = Redirect::to(routes::local(&form.next)).into_response();
            add_cookie(&mut response, cookies::set_session(&token, max_age_s).ok());
            add_cookie(&mut response, cookies::forget(cookies::TYPED_EMAIL).ok());
            response
        }
        Err(error) => refused(&form, &error),
    }
}

fn refused(form: &SignIn, error: &Error) -> Response {
    let (code, wait) = match error {
        Error::Invalid(errors) => {
            (errors.first().map_or("wrong_credentials", |error| error.code.as_str()), String::new())
        }
        Error::TooMany { retry_after_s } => ("too_many", retry_after_s.to_string()),
        error => {
            tracing::error!(code = error.code(), cause = %crate::error::chain(error), "nobody could be signed in");
            ("unavailable", String::new())
        }
    };
    let next = if form.next.is_empty() { "" } else { routes::local(&form.next) };
    let page = routes::with_query(routes::LOGIN, &[("error", code), ("wait", &wait), ("next", next)]);
    let mut response = Redirect::to(&page).into_response();
    if let Ok(wait) = HeaderValue::try_from(wait)
        && !wait.is_empty()
    {
        response.headers_mut().insert(RETRY_AFTER, wait);
    }
    add_cookie(&mut response, cookies::leave_note(cookies::TYPED_EMAIL, &form.email).ok());
    response
}

async fn sign_out(Extension(purser): Extension<Purser>, headers: HeaderMap) -> Response {
    if let Some(token) = cookies::session_token(&headers)
        && let Err(error) = purser.sign_out(token).await
    {
        return still_signed_in(&error);
    }
    signed_out()
}

async fn sign_out_everywhere(Extension(purser): Extension<Purser>, session: Option<Extension<Session>>) -> Response {
    if let Some(Extension(session)) = session
        && let Err(error) = purser.sign_out_everywhere(&session).await
    {
        return still_signed_in(&error);
    }
    signed_out()
}

fn signed_out() -> Response {
    let mut response = Redirect::to(&routes::with_query(routes::LOGIN, &[("notice", "signed_out")])).into_response();
    add_cookie(&mut response, cookies::forget(cookies::SESSION).ok());
    response
}

/// The session still counts on the server, so the cookie stays and the person is told.
fn still_signed_in(error: &Error) -> Response {
    tracing::error!(code = error.code(), cause = %crate::error::chain(error), "a session could not be ended");
    Redirect::to(&routes::with_problem(routes::SETTINGS, error.code())).into_response()
}

fn add_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
