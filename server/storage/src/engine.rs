//! The embedded database: how it is opened, read and written.
//!
//! Readers have a pool. Writes go through one writer, see [`crate::unit`]. Everything that is particular to this
//! engine is here and there; the other modules speak the SQL that both engines share, through [`Conn`].

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, SqlitePool,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Error, UnitOfWork, rows::Rows, unit::Writer};

/// The engine's driver.
pub(crate) type Db = sqlx::Sqlite;
/// A connection of it.
pub(crate) type Conn = sqlx::SqliteConnection;
/// A row of it.
pub(crate) type Row = sqlx::sqlite::SqliteRow;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
const READERS_MAX: u32 = 8;

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    readers: SqlitePool,
    writer: Writer,
}

/// A look at what was saved. Cannot write: the database itself refuses.
pub struct Reading {
    connection: PoolConnection<Db>,
}

impl Reading {
    /// The questions that can be asked.
    pub fn rows(&mut self) -> Rows<'_> {
        Rows(&mut self.connection)
    }
}

impl Store {
    /// Opens the database at `sqlite://<path>`, makes it when it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is no database, or was written by a newer version.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(Error::Database)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            // Else `INSERT OR REPLACE` removes rows behind the back of the triggers that keep them.
            .pragma("recursive_triggers", "on")
            .pragma("temp_store", "memory")
            .pragma("mmap_size", "268435456")
            .pragma("cache_size", "-65536")
            .optimize_on_close(true, 400)
            .statement_cache_capacity(256)
            .disable_statement_logging();
        make_folder(options.get_filename());
        // Several processes may start at once: one of them brings the schema up to date, the others wait for it.
        let turn = migration_turn(options.get_filename())?;
        let mut connection = options.connect().await?;
        MIGRATIONS.run_direct(None, &mut connection, false).await?;
        drop(turn);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Self { readers, writer: Writer::new(connection) })
    }

    /// Begins a unit of work. Units wait for one another: hold one only as long as it takes, and do nothing slow in it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn begin(&self) -> Result<UnitOfWork, Error> {
        self.writer.begin().await
    }

    /// A look at what was saved.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read(&self) -> Result<Reading, Error> {
        Ok(Reading { connection: self.readers.acquire().await? })
    }

    /// Whether the database answers and its schema is the one this program knows.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        let mut connection = self.readers.acquire().await?;
        connection.ping().await?;
        let applied: i64 = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations WHERE success")
            .fetch_one(&mut *connection)
            .await?;
        let known = MIGRATIONS.iter().count();
        if usize::try_from(applied).ok() == Some(known) {
            Ok(())
        } else {
            Err(Error::corrupt("schema", format!("{applied} migrations are applied, {known} are known")))
        }
    }

    /// Lets the planner learn how the rows are spread. Worth it after a bulk load.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn analyze(&self) -> Result<(), Error> {
        self.writer.outside_of_transactions("PRAGMA analysis_limit = 400; ANALYZE").await
    }

    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {
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
