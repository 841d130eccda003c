//! For tests: a database of a test's own, on whichever engine is asked for.
//!
//! `PURSER_TEST_POSTGRES`, the address of a server on which databases may be made, asks for PostgreSQL; without it a test
//! has the embedded database. `make test` starts a server by itself and runs the tests on both.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "whatever cannot be done must fail the test")]

use std::{path::Path, thread};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A database that is gone when this is dropped.
#[derive(Debug)]
pub struct ScratchDatabase {
    url: String,
    /// The server, and what the database is called there.
    made_on: Option<(String, String)>,
    folder: TempDir,
}

/// Whether tests run on PostgreSQL.
#[must_use]
pub fn is_postgres() -> bool {
    server().is_some()
}

fn server() -> Option<String> {
    std::env::var("PURSER_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

impl ScratchDatabase {
    /// An empty database.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "making one does a good deal")]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let Some(server) = server() else {
            let url = format!("sqlite://{}", folder.path().join("purser.db").display());
            return Self { url, made_on: None, folder };
        };
        // The folder's name is nobody else's; neither is the database's, made of it and the process.
        let unique = folder.path().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let unique: String = unique.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = format!("purser_{}_{unique}", std::process::id());
        run(&server, format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"));
        let (place, parameters) = server.split_once('?').unwrap_or((&server, ""));
        let (place, _) = place.rsplit_once('/').expect("the address names a database");
        Self { url: format!("{place}/{name}?{parameters}"), made_on: Some((server, name)), folder }
    }

    /// The address of the database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder of the test's own.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Puts all rules of an embedded database out of force, as whoever owns the file can.
pub async fn disarm(connection: &mut SqliteConnection) {
    let off = "PRAGMA foreign_keys = off; PRAGMA ignore_check_constraints = on";
    sqlx::raw_sql(off).execute(&mut *connection).await.expect("rules can be put out of force");
    let triggers = sqlx::query("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    for row in triggers.fetch_all(&mut *connection).await.expect("there are triggers") {
        let drop = format!("DROP TRIGGER {}", row.get::<String, _>(0));
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut *connection).await.expect("a trigger can be dropped");
    }
}

/// Changes when the second sealed entry of an embedded database was made.
pub async fn bend_entry(database: &ScratchDatabase) {
    let second = "SELECT entry_id FROM chain_links WHERE number = 2 LIMIT 1";
    bend(database, format!("UPDATE journal_entries SET at = at - 1 WHERE id = ({second})")).await;
}

/// Throws the chains of an embedded database away, so that they are made anew.
pub async fn unchain(database: &ScratchDatabase) {
    let again = "INSERT INTO chain_queue SELECT organisation_id, entry_id FROM chain_links";
    bend(database, format!("{again}; DELETE FROM chain_links; DELETE FROM chain_heads")).await;
}

async fn bend(database: &ScratchDatabase, sql: String) {
    let mut connection = SqliteConnection::connect(database.url()).await.expect("the database opens");
    disarm(&mut connection).await;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("nothing refuses it");
    connection.close().await.expect("the database closes");
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.made_on {
            run(server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Somebody who holds a table of a database and lets nobody else in, until this is dropped.
#[derive(Debug)]
pub struct HeldTable {
    runtime: Runtime,
    connection: Option<PgConnection>,
}

impl HeldTable {
    /// Takes hold of it.
    #[must_use]
    pub fn of(url: &str, table: &str) -> Self {
        let runtime = runtime();
        let connection = runtime.block_on(async {
            let mut connection = PgConnection::connect(url).await.expect("the test server is there");
            let hold = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
            sqlx::raw_sql(AssertSqlSafe(hold)).execute(&mut connection).await.expect("nobody else holds it");
            connection
        });
        Self { runtime, connection: Some(connection) }
    }
}

impl Drop for HeldTable {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.runtime.block_on(connection.close()).expect("the test server is still there");
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts")
}

/// In a thread of its own: a test may have a runtime or none.
fn run(server: &str, statement: String) {
    let server = server.to_owned();
    let runs = thread::spawn(move || {
        runtime().block_on(async {
            let mut connection = PgConnection::connect(&server).await.expect("the test server is there");
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("a database can be made");
        });
    });
    runs.join().expect("the test server answers");
}
