//! The embedded database: SQLite, with a pool for readers and one writer, see [`crate::writer`].

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Sqlite, SqlitePool,
    migrate::Migrator,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    Error, schema,
    sql::Conn,
    writer::{Unit, Writer},
};

const READERS_MAX: u32 = 8;
/// Memory for pages that were read, of each reader and of the writer, in KiB with the sign that SQLite wants. What is not
/// found there is mostly found in the system's own memory for files, which all connections share.
const READER_CACHE: &str = "-1000";
const WRITER_CACHE: &str = "-32000";
/// What was learned of a small table is not kept: it would grow, and still be read from end to end like a small one.
/// Without figures the planner takes the indexes, which were made for what is asked.
const ANALYZE: &str = "PRAGMA analysis_limit = 400; ANALYZE;
    DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < 10000; ANALYZE sqlite_schema";

fn migrations() -> Migrator {
    schema::lenient(sqlx::migrate!("migrations/sqlite"))
}

/// The database in its file.
#[derive(Clone, Debug)]
pub(crate) struct Embedded {
    readers: SqlitePool,
    writer: Writer,
}

/// How every connection to the file at `url` is made.
pub(crate) fn options(url: &str) -> Result<SqliteConnectOptions, Error> {
    Ok(SqliteConnectOptions::from_str(url)
        .map_err(Error::Database)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // Else `INSERT OR REPLACE` removes rows behind the back of the triggers that keep them.
        .pragma("recursive_triggers", "on")
        .pragma("temp_store", "memory")
        .statement_cache_capacity(256)
        .disable_statement_logging())
}

impl Embedded {
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        let options = options(url)?;
        make_folder(options.get_filename());
        // Several processes may start at once: one of them brings the schema up to date, the others wait for it.
        let turn = migration_turn(options.get_filename())?;
        let mut connection = options.clone().pragma("cache_size", WRITER_CACHE).connect().await?;
        let migrations = migrations();
        migrations.run_direct(None, &mut connection, false).await?;
        schema::check(&migrations, &mut Conn::sqlite(&mut connection)).await?;
        drop(turn);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.pragma("query_only", "on").pragma("cache_size", READER_CACHE))
            .await?;
        Ok(Self { readers, writer: Writer::new(connection) })
    }

    pub(crate) async fn begin(&self) -> Result<Unit, Error> {
        self.writer.begin().await
    }

    pub(crate) async fn read(&self) -> Result<PoolConnection<Sqlite>, Error> {
        Ok(self.readers.acquire().await?)
    }

    /// For a connection that only reads, beside the pool.
    pub(crate) fn options(&self) -> std::sync::Arc<SqliteConnectOptions> {
        self.readers.connect_options()
    }

    pub(crate) async fn ready(&self) -> Result<(), Error> {
        let mut connection = self.readers.acquire().await?;
        connection.ping().await?;
        schema::check(&migrations(), &mut Conn::sqlite(&mut connection)).await
    }

    pub(crate) async fn analyze(&self) -> Result<(), Error> {
        self.writer.outside_of_transactions(ANALYZE).await
    }

    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

fn migration_turn(file: &Path) -> Result<std::fs::File, Error> {
    let mut name = file.as_os_str().to_owned();
    name.push("-migration");
    let open = std::fs::File::options().create(true).truncate(false).write(true).open(name);
    let turn = open.and_then(|turn| turn.lock().map(|()| turn));
    turn.map_err(|error| Error::Database(sqlx::Error::Io(error)))
}

fn make_folder(file: &Path) {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        // Opening the file right after tells better what is wrong than this call would.
        let _ = std::fs::create_dir_all(folder);
    }
}
