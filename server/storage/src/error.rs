//! What can go wrong between a verb and the database.

/// A fault of storage.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique key is taken. Names the key's index or columns.
    #[error("already taken: {0}")]
    Taken(String),
    /// The database refused a change that breaks a rule it holds.
    #[error("refused by the database: {0}")]
    Refused(String),
    /// The row on the other end of a reference is not there.
    #[error("a row that this one refers to is not there")]
    Dangling,
    /// What was stored cannot be read as what it should be.
    #[error("stored {what} cannot be read: {why}")]
    Corrupt {
        /// Which column or type.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// The group of units this one was committed with failed: nothing of it took effect.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// Nothing was heard of the commit: it took effect as a whole or not at all.
    #[error("the commit may have happened or not: {0}")]
    Unsettled(String),
    /// Others changed the same at the same moment: nothing took effect, and it can be done again at once.
    #[error("others changed the same at the same moment: {0}")]
    Contended(String),
    /// The schema and this program do not fit together.
    #[error("schema: {0}")]
    Schema(String),
    /// Data cannot be moved from one engine to the other.
    #[error("{0}")]
    Move(String),
    /// The database cannot be reached, is full, or is damaged.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl Error {
    /// A stored value that cannot be read.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass errors on, and have no more use for them")]
    pub(crate) fn corrupt(what: &'static str, why: impl ToString) -> Self {
        Self::Corrupt { what, why: why.to_string() }
    }

    /// Whether a unique key whose name or columns contain `part` is taken.
    #[must_use]
    pub fn is_taken(&self, part: &str) -> bool {
        matches!(self, Self::Taken(key) if key.contains(part))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let Some(fault) = error.as_database_error() else { return Self::Database(error) };
        let code = fault.code();
        match fault.kind() {
            sqlx::error::ErrorKind::UniqueViolation => Self::Taken(fault.message().to_owned()),
            sqlx::error::ErrorKind::ForeignKeyViolation => Self::Dangling,
            sqlx::error::ErrorKind::CheckViolation | sqlx::error::ErrorKind::NotNullViolation => {
                Self::Refused(fault.message().to_owned())
            }
            _ => match code.as_deref() {
                // What a trigger refuses: SQLITE_CONSTRAINT_TRIGGER of RAISE(ABORT, …), and a code of our own.
                Some("1811" | "PU001") => Self::Refused(fault.message().to_owned()),
                // serialization_failure, deadlock_detected
                Some("40001" | "40P01") => Self::Contended(fault.message().to_owned()),
                _ => Self::Database(error),
            },
        }
    }
}
