//! What is wrong with one piece of input, in words for the person who typed it.

use serde::{Deserialize, Serialize};

/// Why one text could not be read as the value it should be. Knows no field name: the caller adds it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FieldFault {
    /// Stable word for programs, such as `invalid`, `required`, `too_long`.
    pub code: &'static str,
    /// One short sentence that says what to do.
    pub message: String,
}

impl FieldFault {
    /// A fault with its code and sentence.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The same fault, told of the field at `path` (dotted, such as `individual.date_of_birth`).
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> FieldError {
        FieldError { field: path.into(), code: self.code.to_owned(), message: self.message }
    }
}

/// A fault with the dotted path of the field it is about. This is what forms and the REST API show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Dotted path, the same in the form, in the REST API and in `missing`.
    pub field: String,
    /// Stable word for programs.
    pub code: String,
    /// One short sentence that says what to do.
    pub message: String,
}

impl FieldError {
    /// A field error with its code and sentence.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.to_owned(), message: message.into() }
    }
}
