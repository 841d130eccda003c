//! What the page for developers shows.

use chrono::{
    DateTime, Utc,
    serde::{ts_milliseconds, ts_milliseconds_option},
};
use serde::{Deserialize, Serialize};

use crate::transactions::view::Problem;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevelopersView {
    pub keys: Vec<KeyLine>,
    /// A key made without script by the form before: shown this once.
    pub made: Option<MadeKey>,
    /// A form that was refused without script.
    pub typed: NewKeyInput,
    pub problems: Vec<Problem>,
}

/// A key without its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLine {
    pub id: String,
    pub name: String,
    /// The last characters of the secret.
    pub hint: String,
    #[serde(with = "ts_milliseconds")]
    pub created_at: DateTime<Utc>,
    #[serde(with = "ts_milliseconds_option")]
    pub used_at: Option<DateTime<Utc>>,
    #[serde(with = "ts_milliseconds_option")]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A new key with its secret, which is shown once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeKey {
    pub secret: String,
}

/// A key to make, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewKeyInput {
    pub name: String,
}

#[cfg(feature = "ssr")]
impl From<service::ApiKeyRow> for KeyLine {
    fn from(row: service::ApiKeyRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            hint: row.hint,
            created_at: row.created_at,
            used_at: row.used_at,
            revoked_at: row.revoked_at,
        }
    }
}
