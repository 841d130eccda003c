//! The engine under test: a fresh database, and a second way into it that no rule of the program guards.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection, query::Query, sqlite::SqliteArguments};
use storage::Store;
use tempfile::TempDir;

/// A database of a test's own.
pub struct Database {
    pub store: Store,
    url: String,
    _folder: TempDir,
}

/// A connection that goes around the store, as a careless program or person would.
pub type Raw = SqliteConnection;

impl Database {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("purser.db").display());
        Self { store: Store::open(&url).await.unwrap(), url, _folder: folder }
    }

    pub async fn raw(&self) -> Raw {
        let mut raw = Raw::connect(&self.url).await.unwrap();
        sqlx::raw_sql("PRAGMA foreign_keys = on; PRAGMA recursive_triggers = on; PRAGMA busy_timeout = 10000")
            .execute(&mut raw)
            .await
            .unwrap();
        raw
    }

    /// A second process that opens the same database.
    pub async fn another_store(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }
}

/// SQL that is made of the test's own words.
pub fn sql(text: impl Into<String>) -> Query<'static, sqlx::Sqlite, SqliteArguments> {
    sqlx::query(AssertSqlSafe(text.into()))
}

/// A number out of the database.
pub async fn number(raw: &mut Raw, text: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(text.to_owned())).fetch_one(raw).await.unwrap()
}

/// What the database says to SQL that it refuses.
pub async fn refusal(raw: &mut Raw, text: impl Into<String>) -> String {
    let text = text.into();
    match sqlx::raw_sql(AssertSqlSafe(text.clone())).execute(raw).await {
        Ok(done) => panic!("took effect on {} rows: {text}", done.rows_affected()),
        Err(error) => error.to_string(),
    }
}

/// An id as SQL writes it.
pub fn hex(id: uuid::Uuid) -> String {
    format!("x'{}'", id.simple())
}
