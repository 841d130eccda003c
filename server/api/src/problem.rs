//! Refusals and breakages as RFC 9457 problem documents.
//!
//! A handler answers with a [`Problem`]; [`crate::answer`] gives it the request's id, writes it down as JSON, and logs
//! the cause of a breakage, which the caller never sees. [`KINDS`] is the list of everything that can be told.

use std::{ops::Deref, sync::Arc};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use domain::fault::FieldError;
use serde::Serialize;
use utoipa::ToSchema;

/// A kind of problem, as the reference lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable word for programs.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// The same in a few words for people.
    pub title: &'static str,
    /// When it comes, and what to do.
    pub meaning: &'static str,
}

const fn kind(code: &'static str, status: u16, title: &'static str, meaning: &'static str) -> Kind {
    Kind { code, status, title, meaning }
}

/// Every kind of problem that this interface tells of.
pub const KINDS: [Kind; 26] = [
    kind(
        "malformed",
        400,
        "The request cannot be read",
        "The body is not JSON or not multipart, or a header is malformed. `detail` tells where.",
    ),
    kind(
        "unauthenticated",
        401,
        "An API key is needed",
        "Send `Authorization: Bearer sk_…` with a key that was not withdrawn.",
    ),
    kind(
        "role",
        403,
        "This role may not do this",
        "The key may look but not change this. Ask an ADMIN of your organisation.",
    ),
    kind(
        "feature_disabled",
        403,
        "This feature is off",
        "Ask the operator to switch it on; `detail` has the organisation id to quote.",
    ),
    kind("sandbox_only", 403, "Only in a sandbox", "Money and reviews are simulated in sandbox organisations only."),
    kind("not_found", 404, "Not found", "There is no such route, or no such object in your organisation."),
    kind(
        "method_not_allowed",
        405,
        "This method is not allowed here",
        "The header `Allow` lists the methods of this address.",
    ),
    kind("not_acceptable", 406, "No such format", "`detail` lists the media types to accept."),
    kind(
        "balance_not_zero",
        409,
        "A balance is not zero",
        "A customer can be deleted only when all of its balances are zero.",
    ),
    kind("wallet_exists", 409, "The wallet exists", "A customer has one wallet in each currency."),
    kind("not_under_review", 409, "Not under review", "Only a customer that is under review can be decided."),
    kind("not_ready", 409, "A wallet cannot be issued yet", "`errors` lists every reason, each something to act on."),
    kind(
        "no_account_numbers",
        409,
        "No account number is left",
        "Ask the operator to add a range of numbers for this currency.",
    ),
    kind(
        "bank_reference_reused",
        409,
        "Another deposit has this bank reference",
        "The same bank reference was told with other content. Nothing was credited twice.",
    ),
    kind(
        "idempotency_key_reused",
        409,
        "The Idempotency-Key was used for another request",
        "Send a new key with a new request, and the same key only with the same request.",
    ),
    kind("insufficient_funds", 409, "Not enough available", "A wallet gives no more than it has available."),
    kind("transfer_settled", 409, "The transfer is settled", "It was posted or released before. Make a new one."),
    kind(
        "deposit_settled",
        409,
        "The deposit moved on",
        "Somebody acted on it first, or it is past this. Look at it again.",
    ),
    kind(
        "original_open",
        409,
        "The payment is being taken in",
        "What is taken back has not been worked yet. Try again in a minute.",
    ),
    kind("too_large", 413, "The body is too large", "JSON is at most 256 kB, a file at most 5 MB."),
    kind(
        "unsupported_media_type",
        415,
        "This content type is not accepted",
        "`detail` names the content type to send.",
    ),
    kind("invalid", 422, "Some fields need attention", "`errors` lists every one by its dotted path."),
    kind("too_many_requests", 429, "Too many attempts", "Wait as long as the header `Retry-After` says."),
    kind(
        "internal",
        500,
        "Something went wrong on our side",
        "Nothing was changed. Quote `request_id` when you ask for help.",
    ),
    kind("unavailable", 503, "Purser cannot reach its storage", "Nothing was changed. Try again in a moment."),
    kind(
        "unsettled",
        503,
        "Purser lost its storage at the last moment",
        "It took effect as a whole or not at all. Send it again with the same Idempotency-Key: it is done once.",
    ),
];

/// Why a request was not done. Small to hand on, since most requests have none.
#[derive(Clone, Debug)]
pub struct Problem(Box<Told>);

/// What a problem tells.
#[derive(Clone, Debug)]
pub struct Told {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log, never for the caller.
    pub(crate) cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The problem as it is written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument<'a> {
    /// Where the reference explains this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/api/docs#problem-invalid")]
    pub kind: String,
    /// The kind in a few words.
    #[schema(example = "Some fields need attention")]
    pub title: &'a str,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened this time, and what to do.
    #[schema(example = "1 field needs attention.")]
    pub detail: &'a str,
    /// The kind as a stable word for programs.
    #[schema(example = "invalid")]
    pub code: &'a str,
    /// Quote it when you ask for help.
    #[schema(example = "req_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    pub request_id: &'a str,
    /// What is wrong with the input, if that is the matter.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false, value_type = Vec<FieldProblem>)]
    pub errors: &'a [FieldError],
}

/// One wrong field: describes [`FieldError`], which is what is written.
#[derive(Serialize, ToSchema)]
pub struct FieldProblem {
    /// Dotted path of the field, or the name of the parameter.
    #[schema(example = "individual.date_of_birth")]
    field: String,
    /// Stable word for programs.
    #[schema(example = "in_future")]
    code: String,
    /// What to do, in one sentence.
    #[schema(example = "Enter a day that is not in the future")]
    message: String,
}

impl Deref for Problem {
    type Target = Told;

    fn deref(&self) -> &Told {
        &self.0
    }
}

impl Problem {
    /// A problem of a kind in [`KINDS`].
    #[must_use]
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        let status = KINDS.iter().find(|kind| kind.code == code).map_or(500, |kind| kind.status);
        Self::of(status, code, detail)
    }

    /// No such object, in this organisation.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new("not_found", "There is no such object in your organisation.")
    }

    /// Wrong fields, each with what to do.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.message),
            many => format!("{} fields need attention.", many.len()),
        };
        Self::new("invalid", detail).with_errors(errors)
    }

    /// One wrong field.
    #[must_use]
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, code, message)])
    }

    /// The problem that a bare status stands for, where the framework refused by itself.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::new("not_found", "There is no such address. The reference is at /api/docs."),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new("method_not_allowed", "Use one of the methods in the header Allow.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::new("too_large", "Send less."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new("unsupported_media_type", "Send application/json."),
            status if status.is_client_error() => Self::of(status.as_u16(), "malformed", "The request cannot be read."),
            _ => Self::new("internal", "Nothing was changed. Quote the request id when you ask for help."),
        }
    }

    /// The same with one more header in the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    fn with_cause(mut self, cause: Box<dyn std::error::Error + Send + Sync>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Where the reference explains it.
    pub(crate) fn type_uri(&self) -> String {
        format!("/api/docs#problem-{}", self.code)
    }

    fn of(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let known = KINDS.iter().find(|kind| kind.code == code);
        let title = known.map_or_else(|| status.canonical_reason().unwrap_or("Refused"), |kind| kind.title);
        let told =
            Told { status, code, title, detail: detail.into(), errors: Vec::new(), headers: Vec::new(), cause: None };
        Self(Box::new(told))
    }
}

impl From<service::Error> for Problem {
    fn from(error: service::Error) -> Self {
        let (status, code, detail) = (error.http_status(), error.code(), error.to_string());
        match error {
            service::Error::Invalid(errors) => Self::invalid(errors),
            service::Error::Refused(reasons) => {
                let errors = reasons.into_iter().map(|reason| FieldError {
                    field: "customer_id".to_owned(),
                    code: reason.code,
                    message: reason.message,
                });
                Self::of(status, code, detail).with_errors(errors.collect())
            }
            service::Error::TooMany { retry_after_s } => {
                Self::of(status, code, detail).with_header(RETRY_AFTER, HeaderValue::from(retry_after_s))
            }
            service::Error::Unavailable(cause)
            | service::Error::Unsettled(cause)
            | service::Error::Contended(cause) => {
                Self::of(status, code, detail).with_cause(cause).with_header(RETRY_AFTER, HeaderValue::from(1))
            }
            service::Error::Internal(cause) => Self::of(status, code, detail).with_cause(cause),
            _ => Self::of(status, code, detail),
        }
    }
}

impl IntoResponse for Problem {
    /// Status and headers; the body follows in [`crate::answer`], which knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        for (name, value) in &self.headers {
            response.headers_mut().insert(name, value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_code_and_a_status_that_says_error() {
        for (i, kind) in KINDS.iter().enumerate() {
            assert!(KINDS.iter().skip(i + 1).all(|other| other.code != kind.code), "{}", kind.code);
            assert!((400..600).contains(&kind.status), "{}", kind.code);
            assert_eq!(Problem::new(kind.code, "x").status.as_u16(), kind.status);
        }
    }

    #[test]
    fn the_cause_of_a_breakage_is_not_in_what_the_caller_reads() {
        let secret = std::io::Error::other("disk /secret/path");
        let problem = Problem::from(service::Error::Internal(Box::new(secret)));
        assert_eq!((problem.status, problem.code), (StatusCode::INTERNAL_SERVER_ERROR, "internal"));
        assert!(!format!("{} {}", problem.title, problem.detail).contains("secret"));
        assert!(problem.cause.is_some());
    }

    #[test]
    fn every_reason_of_a_refusal_is_told() {
        let reasons = ["under_review", "disabled"].map(|code| domain::standing::Reason::new(code, "Do this."));
        let problem = Problem::from(service::Error::Refused(reasons.to_vec()));
        assert_eq!((problem.status.as_u16(), problem.code), (409, "not_ready"));
        let codes: Vec<&str> = problem.errors.iter().map(|error| error.code.as_str()).collect();
        assert_eq!(codes, ["under_review", "disabled"]);
    }
}
