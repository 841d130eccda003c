//! PostgreSQL: any number of processes on one database.
//!
//! A unit of work is a transaction of its own (READ COMMITTED). What it reads to change is locked, in this order: the
//! customer, then ranges of account numbers, then accounts of the ledger by their ids. Who runs into a deadlock all the
//! same, or into a serialization failure on an engine that is stricter than asked, is told [`Error::Contended`]: nothing
//! took effect, and the verb begins again.

use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, PgPool, Postgres, Transaction,
    migrate::{MigrateDatabase, Migrator},
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};

use crate::{
    Error, schema,
    sql::{Conn, query_scalar},
};

/// Where new work is told, by the trigger `jobs_queued`.
const CHANNEL: &str = "purser_jobs";
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// A connection that rested longer is tried before it is used: the server may have gone away and come back meanwhile, which
/// takes no server less than this.
const RESTED: Duration = Duration::from_millis(100);

fn migrations() -> Migrator {
    schema::lenient(sqlx::migrate!("migrations/postgres"))
}

/// The database on its server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    readers: PgPool,
    writers: PgPool,
    options: Box<PgConnectOptions>,
}

/// How every connection to the server at `url` is made.
pub(crate) fn options(url: &str) -> Result<PgConnectOptions, Error> {
    Ok(PgConnectOptions::from_str(url)
        .map_err(Error::Database)?
        .application_name("purser")
        .statement_cache_capacity(256)
        .disable_statement_logging())
}

impl Server {
    pub(crate) async fn open(url: &str, connections: u32) -> Result<Self, Error> {
        let options = options(url)?;
        let mut connection = connect_or_create(url, &options).await?;
        let encoding: String =
            query_scalar("SHOW server_encoding").fetch_one(&mut Conn::postgres(&mut connection)).await?;
        if encoding != "UTF8" {
            return Err(Error::Schema(format!("the database's encoding is {encoding}; make one with ENCODING 'UTF8'")));
        }
        // Several processes may start at once: the migrator takes an advisory lock, and the others wait for it.
        let migrations = migrations();
        migrations.run_direct(None, &mut connection, false).await?;
        schema::check(&migrations, &mut Conn::postgres(&mut connection)).await?;
        connection.close().await?;
        // What waits for a lock this long gives up, so that one stuck process cannot take all others down with it.
        let writing = options.clone().options([
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "60s"),
            ("statement_timeout", "120s"),
        ]);
        let reading = options.clone().options([("default_transaction_read_only", "on"), ("statement_timeout", "120s")]);
        Ok(Self {
            readers: pool(connections).connect_with(reading).await?,
            writers: pool(connections).connect_with(writing).await?,
            options: Box::new(options),
        })
    }

    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, Error> {
        // A server that restarted has left connections behind that lead nowhere; nothing was done on them yet.
        for _ in 0..self.writers.options().get_max_connections() {
            match self.writers.begin_with(BEGIN).await {
                Err(error) if is_lost(&error) => {}
                outcome => return Ok(outcome?),
            }
        }
        Ok(self.writers.begin_with(BEGIN).await?)
    }

    pub(crate) async fn read(&self) -> Result<PoolConnection<Postgres>, Error> {
        Ok(self.readers.acquire().await?)
    }

    /// For a connection beside the pools.
    pub(crate) const fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    pub(crate) async fn ready(&self) -> Result<(), Error> {
        let mut connection = self.readers.acquire().await?;
        connection.ping().await?;
        schema::check(&migrations(), &mut Conn::postgres(&mut connection)).await
    }

    pub(crate) async fn analyze(&self) -> Result<(), Error> {
        sqlx::raw_sql("ANALYZE").execute(&self.writers).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.writers.close().await;
        self.readers.close().await;
    }

    /// Listens until the connection is lost; `tell` is called once it stands, and for every word of new work.
    pub(crate) async fn listen(&self, tell: impl Fn()) -> Result<(), Error> {
        // A connection beside the pools, which it would keep one of for good.
        let one = PgPoolOptions::new().max_connections(1).connect_with((*self.options).clone()).await?;
        let mut listener = PgListener::connect_with(&one).await?;
        listener.listen(CHANNEL).await?;
        tell();
        while listener.try_recv().await?.is_some() {
            tell();
        }
        Ok(())
    }
}

/// Whether a connection broke, or the server ended it: `admin_shutdown`, `crash_shutdown`.
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(fault) => matches!(fault.code().as_deref(), Some("57P01" | "57P02")),
        _ => false,
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move { if rest.idle_for < RESTED { Ok(true) } else { Ok(connection.ping().await.is_ok()) } })
        })
}

/// Connects; makes the database when the server has none of this name, as the embedded one is made.
async fn connect_or_create(url: &str, options: &PgConnectOptions) -> Result<sqlx::PgConnection, Error> {
    match options.connect().await {
        Err(sqlx::Error::Database(fault)) if fault.code().as_deref() == Some("3D000") => {
            // Another process may have been quicker: connecting tells.
            let made = Postgres::create_database(url).await;
            options.connect().await.map_err(|error| Error::Database(made.err().unwrap_or(error)))
        }
        other => Ok(other?),
    }
}
