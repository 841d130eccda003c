//! Several connections that see one and the same state of the database, while others go on writing.

use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};

use crate::{
    Error, Rows, Store,
    sql::{Conn, Row, query_scalar},
    store::Engine,
};

/// A connection of the proof's own.
pub(super) enum View {
    Embedded(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

impl Store {
    /// So many connections with one view of everything.
    pub(super) async fn views<const N: usize>(&self) -> Result<[View; N], Error> {
        let mut views = Vec::with_capacity(N);
        match &self.0 {
            Engine::Embedded(embedded) => {
                // While nobody writes, every connection begins to look at the same.
                let writer = embedded.begin().await?;
                for _ in 0..N {
                    let mut connection = embedded.options().connect().await?;
                    sqlx::raw_sql("PRAGMA cache_size = -16000; BEGIN; SELECT count(*) FROM schema_floor")
                        .execute(&mut connection)
                        .await?;
                    views.push(View::Embedded(Box::new(connection)));
                }
                drop(writer);
            }
            Engine::Postgres(server) => {
                const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let mut first = server.options().connect().await?;
                sqlx::raw_sql(BEGIN).execute(&mut first).await?;
                let snapshot: String =
                    query_scalar("SELECT pg_export_snapshot()").fetch_one(&mut Conn::postgres(&mut first)).await?;
                for _ in 1..N {
                    let mut connection = server.options().connect().await?;
                    let same = format!("{BEGIN}; SET TRANSACTION SNAPSHOT '{snapshot}'");
                    sqlx::raw_sql(AssertSqlSafe(same)).execute(&mut connection).await?;
                    views.push(View::Postgres(Box::new(connection)));
                }
                views.push(View::Postgres(Box::new(first)));
            }
        }
        views.try_into().map_err(|_| Error::corrupt("views", "of another number than asked for"))
    }
}

impl View {
    pub(super) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Embedded(connection) => Conn::sqlite(connection),
            Self::Postgres(connection) => Conn::postgres(connection),
        }
    }

    /// The questions that can be asked.
    pub(super) fn conn_rows(&mut self) -> Rows<'_> {
        Rows(self.conn())
    }

    /// The rows of a question, one after the other.
    pub(super) fn rows(&mut self, sql: &'static str) -> BoxStream<'_, Result<Row, Error>> {
        match self {
            Self::Embedded(connection) => {
                sqlx::query(sql).fetch(&mut **connection).map_ok(Row::Sqlite).map_err(Error::from).boxed()
            }
            Self::Postgres(connection) => {
                sqlx::query(sql).fetch(&mut **connection).map_ok(Row::Postgres).map_err(Error::from).boxed()
            }
        }
    }

    pub(super) async fn close(self) -> Result<(), Error> {
        match self {
            Self::Embedded(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}
