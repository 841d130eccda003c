//! The engine under test: a fresh database, and a second way into it that no rule of the program guards.

use scratch_database::ScratchDatabase;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row as _, SqliteConnection};
use storage::Store;

pub use scratch_database::is_postgres;

/// A database of a test's own.
pub struct Database {
    pub store: Store,
    scratch: ScratchDatabase,
}

/// A connection that goes around the store, as a careless program or person would.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    pub async fn open() -> Self {
        let scratch = ScratchDatabase::new();
        // Enough for what tests do at once, few enough for many tests at once.
        Self { store: Store::open_with(scratch.url(), 6).await.unwrap(), scratch }
    }

    pub fn url(&self) -> &str {
        self.scratch.url()
    }

    pub async fn raw(&self) -> Raw {
        if is_postgres() {
            return Raw::Postgres(PgConnection::connect(self.url()).await.unwrap());
        }
        let mut raw = SqliteConnection::connect(self.url()).await.unwrap();
        sqlx::raw_sql("PRAGMA foreign_keys = on; PRAGMA recursive_triggers = on; PRAGMA busy_timeout = 10000")
            .execute(&mut raw)
            .await
            .unwrap();
        Raw::Sqlite(raw)
    }

    /// A connection of somebody who has first put all rules of the database out of force.
    pub async fn disarmed(&self) -> Raw {
        let mut raw = self.raw().await;
        match &mut raw {
            Raw::Postgres(connection) => {
                sqlx::raw_sql("SET session_replication_role = replica").execute(connection).await.unwrap();
            }
            Raw::Sqlite(connection) => scratch_database::disarm(connection).await,
        }
        raw
    }

    /// A second process that opens the same database.
    pub async fn another_store(&self) -> Store {
        Store::open_with(self.url(), 6).await.unwrap()
    }
}

impl Raw {
    /// Runs statements. Tells how many rows they changed.
    pub async fn execute(&mut self, text: impl Into<String>) -> Result<u64, sqlx::Error> {
        let text = sqlx::raw_sql(AssertSqlSafe(text.into()));
        match self {
            Self::Sqlite(connection) => text.execute(connection).await.map(|done| done.rows_affected()),
            Self::Postgres(connection) => text.execute(connection).await.map(|done| done.rows_affected()),
        }
    }
}

/// A number out of the database.
pub async fn number(raw: &mut Raw, text: &str) -> i64 {
    let text = AssertSqlSafe(text.to_owned());
    match raw {
        Raw::Sqlite(connection) => sqlx::query(text).fetch_one(connection).await.unwrap().get(0),
        Raw::Postgres(connection) => sqlx::query(text).fetch_one(connection).await.unwrap().get(0),
    }
}

/// What the database says to SQL that it refuses.
pub async fn refusal(raw: &mut Raw, text: impl Into<String>) -> String {
    let text = text.into();
    match raw.execute(text.clone()).await {
        Ok(rows) => panic!("took effect on {rows} rows: {text}"),
        Err(error) => error.to_string(),
    }
}

/// An id as SQL writes it.
pub fn hex(id: uuid::Uuid) -> String {
    if is_postgres() { format!("'{id}'") } else { format!("x'{}'", id.simple()) }
}
