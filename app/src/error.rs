//! What the browser may learn of a failure: a code, a sentence that says what to do, the fields it is about, and the
//! number of the request to quote. The cause stays in the server's log.

use domain::{fault::FieldError, standing::Reason};
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::{codec::Json, ui::FieldProblem};

/// A failure as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}")]
pub struct AppError {
    /// The status of HTTP that says the same; 0 when the server was not reached.
    pub status: u16,
    /// Stable word for programs, such as `not_found`, `feature_disabled`, `invalid`.
    pub code: String,
    /// One sentence for people: what happened and what to do.
    pub message: String,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Why it was refused, each something to act on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// When to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// What to quote when asking for help; empty when the server gave none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
}

impl AppError {
    /// A failure with its status, code and sentence.
    #[must_use]
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), ..Self::default() }
    }

    /// Nobody is signed in, or not any more.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(401, "signed_out", "Your session has ended. Sign in again to go on.")
    }

    /// What was typed cannot be taken: every field at once.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(422, "invalid", "Some of what was entered needs another look.") }
    }

    /// Nothing there under this address.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "There is nothing here under this address.")
    }

    /// What came cannot be read: the page is of another version than the server.
    #[must_use]
    pub fn malformed() -> Self {
        Self::new(400, "malformed", "This page and the server do not fit together. Load the page again.")
    }

    /// Whether signing in again is what helps.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        self.code == "signed_out"
    }

    /// What a form shows: the fields, else the reasons, else the sentence. A dotted path is the control's name as it is.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldProblem> {
        if !self.errors.is_empty() {
            return self
                .errors
                .iter()
                .map(|error| FieldProblem::new(error.field.clone(), error.message.clone()))
                .collect();
        }
        if !self.reasons.is_empty() {
            return self.reasons.iter().map(|reason| FieldProblem::new("", reason.message.clone())).collect();
        }
        vec![FieldProblem::new("", self.message.clone())]
    }
}

impl FromServerFnError for AppError {
    type Encoder = Json;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::new(
                0,
                "unreachable",
                "The server could not be reached. Nothing was changed; check the connection and try again.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::malformed()
            }
            _ => Self::new(500, "internal", "Something went wrong on our side. No money or data is affected."),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<&service::Error> for AppError {
    fn from(error: &service::Error) -> Self {
        use service::Error;
        let base = |message: &str| Self::new(error.http_status(), error.code(), message);
        match error {
            Error::NotFound => Self::not_found(),
            Error::Forbidden { detail, .. } | Error::Conflict { detail, .. } => base(detail),
            Error::Refused(reasons) => Self { reasons: reasons.clone(), ..base("This cannot be done yet.") },
            Error::Invalid(errors) => {
                Self { errors: errors.clone(), ..base("Some of what was entered needs another look.") }
            }
            Error::TooMany { retry_after_s } => Self {
                retry_after_s: Some(*retry_after_s),
                ..base(&format!("Too many attempts. Try again in {}.", crate::ui::format::span(*retry_after_s)))
            },
            Error::Unavailable(_) => {
                base("Purser cannot reach its database right now. Nothing was changed; try again in a moment.")
            }
            Error::Unsettled(_) | Error::Contended(_) => base(&error.to_string()),
            Error::Internal(_) => base("Something went wrong on our side. No money or data is affected."),
        }
    }
}

/// A failure with all its causes, for the log and nothing else.
#[cfg(feature = "ssr")]
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_before_reasons_and_reasons_before_the_sentence() {
        let mut error = AppError::new(409, "refused", "No.");
        assert_eq!(error.problems(), [FieldProblem::new("", "No.")]);
        error.reasons = vec![Reason::new("a", "Add a proof.")];
        assert_eq!(error.problems(), [FieldProblem::new("", "Add a proof.")]);
        error.errors = vec![FieldError::new("amount", "required", "Enter an amount.")];
        assert_eq!(error.problems(), [FieldProblem::new("amount", "Enter an amount.")]);
    }

    #[test]
    fn what_the_browser_learns_reads_back() {
        let error = AppError { request_id: "r-1".to_owned(), ..AppError::signed_out() };
        assert_eq!(AppError::de(error.ser()), error);
    }
}
