//! What every answer of the interface passes on its way out: the request's id, problem documents, panics.

use std::panic::AssertUnwindSafe;

use axum::{
    Json,
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;

use crate::{
    ApiState,
    problem::{Problem, ProblemDocument},
};

/// The header that names a request, in the log and in every answer.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names a request, in the log and in every answer. Whoever serves the interface may put one into the request's
/// extensions or its header `x-request-id`; otherwise one is made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Longest id that is taken from a header, in characters.
const REQUEST_ID_CHARS_MAX: usize = 64;

/// Middleware: gives every answer its request's id, makes a problem document of every refusal, whoever refused, and
/// turns a panic into an answer that says nothing but the id.
pub async fn finish(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let id = request_id(&state, &request);
    request.extensions_mut().insert(id.clone());
    let response = caught(next.run(request)).await;
    let mut response = if response.status().is_client_error() || response.status().is_server_error() {
        written(response, &id)
    } else {
        response
    };
    if let Ok(value) = HeaderValue::try_from(id.0) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A panic ends the request and nothing else. What it said went to the log by the panic hook.
async fn caught(answer: impl Future<Output = Response>) -> Response {
    let outcome = AssertUnwindSafe(answer).catch_unwind().await;
    outcome.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn written(mut response: Response, id: &RequestId) -> Response {
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>().unwrap_or_else(|| Problem::of_status(status));
    if problem.status.is_server_error() {
        let cause = problem.cause.as_deref().map(chain).unwrap_or_default();
        tracing::error!(request_id = %id.0, code = problem.code, cause, "a request failed");
    }
    let document = ProblemDocument {
        kind: problem.type_uri(),
        title: problem.title,
        status: problem.status.as_u16(),
        detail: &problem.detail,
        code: problem.code,
        request_id: &id.0,
        errors: &problem.errors,
    };
    let mut answer = (problem.status, Json(document)).into_response();
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    answer
}

/// An error and what caused it, in one line.
pub(crate) fn chain(error: &(dyn std::error::Error + Send + Sync)) -> String {
    let first: &dyn std::error::Error = error;
    std::iter::successors(Some(first), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn request_id(state: &ApiState, request: &Request) -> RequestId {
    if let Some(id) = request.extensions().get::<RequestId>() {
        return id.clone();
    }
    let given = request.headers().get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    match given.filter(|text| is_plain(text)) {
        Some(text) => RequestId(text.to_owned()),
        None => state.new_request_id(),
    }
}

/// Nothing that could forge a line of a log.
fn is_plain(text: &str) -> bool {
    (1..=REQUEST_ID_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_with_nothing_but_the_id() {
        let response = caught(async { panic!("secret: {}", 42) }).await;
        let response = written(response, &RequestId("req_1".to_owned()));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["code"], &body["request_id"]), (&"internal".into(), &"req_1".into()));
        assert!(!body.to_string().contains("secret"));
    }

    #[test]
    fn an_id_from_outside_is_plain_and_short() {
        assert!(is_plain("req_0199aa6a"));
        for text in ["", "a b", "a\"b", "{}", &"a".repeat(65)] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
