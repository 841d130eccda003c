//! Why a verb did nothing: what the caller may see, and, apart from it, what the operator needs.

use domain::{fault::FieldError, standing::Reason};

/// A refusal or a breakage. Its `Display` is for callers and holds nothing of the cause of a breakage.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such object in the caller's organisation.
    #[error("There is no such object.")]
    NotFound,
    /// The role may not do this, or the feature is off.
    #[error("{detail}")]
    Forbidden {
        /// `role` or `feature_disabled`.
        code: &'static str,
        /// Whom to ask.
        detail: String,
    },
    /// The object is in the wrong state, or the same thing was done differently before.
    #[error("{detail}")]
    Conflict {
        /// Stable word for programs.
        code: &'static str,
        /// What to do.
        detail: String,
    },
    /// A wallet cannot be issued; every reason is listed.
    #[error("This cannot be done yet. See the reasons.")]
    Refused(Vec<Reason>),
    /// Fields are wrong; every one is listed.
    #[error("Some fields need attention.")]
    Invalid(Vec<FieldError>),
    /// Tried too often.
    #[error("Too many attempts. Try again in {retry_after_s} seconds.")]
    TooMany {
        /// When it is worth trying again.
        retry_after_s: u64,
    },
    /// The database or the document store cannot be reached; nothing was changed, and it may be tried again.
    #[error("Purser cannot reach its storage. Nothing was changed. Try again in a moment.")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nothing was heard of the commit: it took effect as a whole, or not at all.
    #[error(
        "Purser lost its storage at the last moment, so this may have taken effect or not. Look before you do it again."
    )]
    Unsettled(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Others changed the same at the same moment, again and again; nothing was changed.
    #[error("Others are changing the same right now. Nothing was changed. Try again in a moment.")]
    Contended(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something that should not happen.
    #[error("Something went wrong on our side. Nothing was changed.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One wrong field.
    #[must_use]
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    /// The stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden { code, .. } | Self::Conflict { code, .. } => code,
            Self::Refused(_) => "not_ready",
            Self::Invalid(_) => "invalid",
            Self::TooMany { .. } => "too_many_requests",
            Self::Unavailable(_) | Self::Contended(_) => "unavailable",
            Self::Unsettled(_) => "unsettled",
            Self::Internal(_) => "internal",
        }
    }

    /// The HTTP status that says the same.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Forbidden { .. } => 403,
            Self::Conflict { .. } | Self::Refused(_) => 409,
            Self::Invalid(_) => 422,
            Self::TooMany { .. } => 429,
            Self::Unavailable(_) | Self::Unsettled(_) | Self::Contended(_) => 503,
            Self::Internal(_) => 500,
        }
    }

    /// Somebody else was quicker: the verb looks again.
    pub(crate) fn overtaken() -> Self {
        Self::Contended("another request did the same at the same moment".into())
    }

    pub(crate) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Self {
        match &error {
            storage::Error::Database(_) | storage::Error::Commit(_) => Self::Unavailable(Box::new(error)),
            storage::Error::Unsettled(_) => Self::Unsettled(Box::new(error)),
            storage::Error::Contended(_) => Self::Contended(Box::new(error)),
            _ => Self::Internal(Box::new(error)),
        }
    }
}

impl From<domain::ledger::LedgerError> for Error {
    fn from(error: domain::ledger::LedgerError) -> Self {
        Self::Internal(Box::new(error))
    }
}
