//! The database, whichever engine it is.

use std::time::Duration;

use crate::{
    Error, Reading, UnitOfWork,
    embedded::Embedded,
    postgres::Server,
    unit::{Changes, Look},
};

/// The database.
#[derive(Clone, Debug)]
pub struct Store(pub(crate) Engine);

#[derive(Clone, Debug)]
pub(crate) enum Engine {
    Embedded(Embedded),
    Postgres(Server),
}

/// How many connections a process has to a PostgreSQL server for each of reading and writing, unless it is told.
pub const CONNECTIONS: u32 = 10;

impl Store {
    /// Opens the database at `sqlite://<path>` or `postgres://…`, makes it when it is not there, and brings its schema up
    /// to date.
    ///
    /// # Errors
    /// When it cannot be opened or reached, is no database, or was changed by a newer version.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Self::open_with(url, CONNECTIONS).await
    }

    /// The same, with so many connections to a server for each of reading and writing.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(url: &str, connections: u32) -> Result<Self, Error> {
        Ok(Self(if is_postgres(url) {
            Engine::Postgres(Server::open(url, connections).await?)
        } else {
            Engine::Embedded(Embedded::open(url).await?)
        }))
    }

    /// Begins a unit of work. Units may wait for one another: hold one only as long as it takes, and do nothing slow in
    /// it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn begin(&self) -> Result<UnitOfWork, Error> {
        Ok(UnitOfWork::new(match &self.0 {
            Engine::Embedded(embedded) => Changes::Embedded(Box::pin(embedded.begin()).await?),
            Engine::Postgres(server) => Changes::Postgres(Box::pin(server.begin()).await?),
        }))
    }

    /// A look at what was saved.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read(&self) -> Result<Reading, Error> {
        Ok(Reading(match &self.0 {
            Engine::Embedded(embedded) => Look::Embedded(Box::pin(embedded.read()).await?),
            Engine::Postgres(server) => Look::Postgres(Box::pin(server.read()).await?),
        }))
    }

    /// Whether the database answers and its schema is one that this program works with.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        match &self.0 {
            Engine::Embedded(embedded) => embedded.ready().await,
            Engine::Postgres(server) => server.ready().await,
        }
    }

    /// Lets the planner learn how the rows are spread. Worth it after a bulk load.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn analyze(&self) -> Result<(), Error> {
        match &self.0 {
            Engine::Embedded(embedded) => embedded.analyze().await,
            Engine::Postgres(server) => server.analyze().await,
        }
    }

    /// Calls `tell` whenever a process has saved new work, for as long as this is polled. Whoever works looks from time
    /// to time all the same: a word may be lost with its connection. The embedded database tells nobody.
    pub async fn work_told(&self, tell: impl Fn()) {
        const AGAIN: Duration = Duration::from_secs(1);
        match &self.0 {
            Engine::Embedded(_) => std::future::pending().await,
            Engine::Postgres(server) => loop {
                if let Err(error) = server.listen(&tell).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the database cannot be listened to; jobs are looked for instead"
                    );
                }
                tokio::time::sleep(AGAIN).await;
            },
        }
    }

    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {
        match &self.0 {
            Engine::Embedded(embedded) => embedded.close().await,
            Engine::Postgres(server) => server.close().await,
        }
    }
}

/// Whether a database's address is one of a PostgreSQL server.
#[must_use]
pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}
