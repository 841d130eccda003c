//! One text of SQL for both engines, run by whichever native driver the connection is of.
//!
//! A value is bound as its driver's own type (an id is a `uuid` there and 16 bytes here), and a row is the driver's own
//! row. Where the engines' SQL differs, [`Conn`] says which one it is; a module that needs to know is about the better
//! part of one engine.

use std::{borrow::Cow, fmt::Display};

use sqlx::{
    AssertSqlSafe, ColumnIndex, Decode, PgConnection, Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite, SqliteConnection,
    Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};
use uuid::Uuid;

use crate::Error;

/// A connection to one of the engines.
pub(crate) struct Conn<'a> {
    pub(crate) driver: Driver<'a>,
    /// In a unit of work: whether a statement of it has failed. From then on it can only be given up; a server would
    /// answer its `COMMIT` as if nothing were wrong.
    pub(crate) unit_failed: Option<&'a mut bool>,
}

/// The connection, as its driver knows it.
pub(crate) enum Driver<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl<'a> Conn<'a> {
    /// A connection outside of any unit of work.
    pub(crate) const fn sqlite(connection: &'a mut SqliteConnection) -> Self {
        Self { driver: Driver::Sqlite(connection), unit_failed: None }
    }

    /// A connection outside of any unit of work.
    pub(crate) const fn postgres(connection: &'a mut PgConnection) -> Self {
        Self { driver: Driver::Postgres(connection), unit_failed: None }
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.driver, Driver::Postgres(_))
    }

    /// What to add to a `SELECT` whose rows the unit of work is about to change. The embedded database has one writer at
    /// a time and no such clause.
    pub(crate) const fn for_update(&self) -> &'static str {
        self.lock(" FOR UPDATE")
    }

    /// `clause` where rows can be locked.
    pub(crate) const fn lock(&self, clause: &'static str) -> &'static str {
        if self.is_postgres() && self.unit_failed.is_some() { clause } else { "" }
    }

    pub(crate) fn note<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, Error> {
        if let (Err(_), Some(failed)) = (&result, &mut self.unit_failed) {
            **failed = true;
        }
        Ok(result?)
    }
}

/// A value to bind.
#[derive(Clone, Debug)]
pub(crate) enum Value<'q> {
    Integer(Option<i64>),
    Boolean(bool),
    Text(Option<Cow<'q, str>>),
    Bytes(Option<Cow<'q, [u8]>>),
    Id(Option<Uuid>),
}

macro_rules! values {
    ($($variant:ident: $($from:ty => $make:expr),+;)+) => {$($(
        impl<'q> From<$from> for Value<'q> {
            fn from(value: $from) -> Self {
                let make: fn($from) -> _ = $make;
                Self::$variant(make(value))
            }
        }
    )+)+};
}

values! {
    Integer: i64 => Some, Option<i64> => |n| n;
    Boolean: bool => |b| b;
    Text: &'q str => |t| Some(t.into()), &'q String => |t| Some(t.into()), String => |t| Some(t.into()),
        Option<&'q str> => |t| t.map(Into::into), Option<String> => |t| t.map(Into::into);
    Bytes: &'q [u8] => |b| Some(b.into()), &'q Vec<u8> => |b| Some(b.into()), Vec<u8> => |b| Some(b.into()),
        Option<&'q [u8]> => |b| b.map(Into::into), Option<Vec<u8>> => |b| b.map(Into::into);
    Id: Uuid => Some, Option<Uuid> => |i| i;
}

/// A row of one of the engines.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What can be read from a row of either engine.
pub(crate) trait Stored:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

impl<T> Stored for T where T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

impl Row {
    /// The value of a column, by its name or its place.
    pub(crate) fn try_get<T: Stored, C: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>>(
        &self,
        column: C,
    ) -> Result<T, Error> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

/// A statement with its values.
pub(crate) struct Query<'q> {
    sql: SqlStr,
    values: Vec<Value<'q>>,
    /// Planned for these very values, where the best plan depends on them.
    is_one_off: bool,
}

/// A statement that gives one value a row.
pub(crate) struct Scalar<'q>(Query<'q>);

pub(crate) fn query<'q>(sql: impl SqlSafeStr) -> Query<'q> {
    Query { sql: sql.into_sql_str(), values: Vec::new(), is_one_off: false }
}

pub(crate) fn query_scalar<'q>(sql: impl SqlSafeStr) -> Scalar<'q> {
    Scalar(query(sql))
}

impl<'q> Query<'q> {
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    fn sqlite(self) -> sqlx::query::Query<'q, Sqlite, SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Boolean(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value.map(Cow::into_owned)),
            Value::Id(value) => query.bind(value),
        })
    }

    fn postgres(self) -> sqlx::query::Query<'q, Postgres, PgArguments> {
        let query = sqlx::query(self.sql).persistent(!self.is_one_off);
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Boolean(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value.map(Cow::into_owned)),
            Value::Id(value) => query.bind(value),
        })
    }

    /// Runs it and tells how many rows it changed.
    ///
    /// What a driver does is boxed, here and below: else every verb's future is as large as both drivers'.
    pub(crate) async fn execute(self, conn: &mut Conn<'_>) -> Result<u64, Error> {
        let done = match &mut conn.driver {
            Driver::Sqlite(connection) => {
                Box::pin(self.sqlite().execute(&mut **connection)).await.map(|done| done.rows_affected())
            }
            Driver::Postgres(connection) => {
                Box::pin(self.postgres().execute(&mut **connection)).await.map(|done| done.rows_affected())
            }
        };
        conn.note(done)
    }

    pub(crate) async fn fetch_all(self, conn: &mut Conn<'_>) -> Result<Vec<Row>, Error> {
        let rows = match &mut conn.driver {
            Driver::Sqlite(connection) => {
                let rows = Box::pin(self.sqlite().fetch_all(&mut **connection)).await;
                rows.map(|rows| rows.into_iter().map(Row::Sqlite).collect())
            }
            Driver::Postgres(connection) => {
                let rows = Box::pin(self.postgres().fetch_all(&mut **connection)).await;
                rows.map(|rows| rows.into_iter().map(Row::Postgres).collect())
            }
        };
        conn.note(rows)
    }

    pub(crate) async fn fetch_optional(self, conn: &mut Conn<'_>) -> Result<Option<Row>, Error> {
        let row = match &mut conn.driver {
            Driver::Sqlite(connection) => {
                Box::pin(self.sqlite().fetch_optional(&mut **connection)).await.map(|row| row.map(Row::Sqlite))
            }
            Driver::Postgres(connection) => {
                Box::pin(self.postgres().fetch_optional(&mut **connection)).await.map(|row| row.map(Row::Postgres))
            }
        };
        conn.note(row)
    }

    pub(crate) async fn fetch_one(self, conn: &mut Conn<'_>) -> Result<Row, Error> {
        self.fetch_optional(conn).await?.ok_or(Error::Database(sqlx::Error::RowNotFound))
    }
}

impl<'q> Scalar<'q> {
    pub(crate) fn bind(self, value: impl Into<Value<'q>>) -> Self {
        Self(self.0.bind(value))
    }

    pub(crate) async fn fetch_all<T: Stored>(self, conn: &mut Conn<'_>) -> Result<Vec<T>, Error> {
        self.0.fetch_all(conn).await?.iter().map(|row| row.try_get(0)).collect()
    }

    pub(crate) async fn fetch_optional<T: Stored>(self, conn: &mut Conn<'_>) -> Result<Option<T>, Error> {
        self.0.fetch_optional(conn).await?.map(|row| row.try_get(0)).transpose()
    }

    pub(crate) async fn fetch_one<T: Stored>(self, conn: &mut Conn<'_>) -> Result<T, Error> {
        self.0.fetch_one(conn).await?.try_get(0)
    }
}

/// A statement that is put together piece by piece.
pub(crate) struct QueryBuilder<'q> {
    sql: String,
    values: Vec<Value<'q>>,
    has_numbers: bool,
}

/// The values of one row in a list of them.
pub(crate) struct RowValues<'b, 'q> {
    builder: &'b mut QueryBuilder<'q>,
    is_first: bool,
}

impl<'q> QueryBuilder<'q> {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new(), has_numbers: true }
    }

    /// A statement of thousands of values. The embedded database looks for each numbered one among all others, so there
    /// they stand in their order and have no numbers.
    pub(crate) fn of_many_values(sql: impl Into<String>, conn: &Conn<'_>) -> Self {
        Self { has_numbers: conn.is_postgres(), ..Self::new(sql) }
    }

    /// Adds to the text. Never what somebody typed: that is bound.
    pub(crate) fn push(&mut self, sql: impl Display) -> &mut Self {
        use std::fmt::Write as _;
        // Writing to a text cannot fail.
        let _ = write!(self.sql, "{sql}");
        self
    }

    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'q>>) -> &mut Self {
        self.values.push(value.into());
        if !self.has_numbers {
            return self.push('?');
        }
        let number = self.values.len();
        self.push(format_args!("${number}"))
    }

    /// Adds `VALUES (…), (…)`.
    pub(crate) fn push_values<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        mut push: impl FnMut(RowValues<'_, 'q>, T),
    ) -> &mut Self {
        self.sql.push_str("VALUES ");
        for (at, row) in rows.into_iter().enumerate() {
            self.sql.push_str(if at == 0 { "(" } else { ", (" });
            push(RowValues { builder: self, is_first: true }, row);
            self.sql.push(')');
        }
        self
    }

    pub(crate) fn build(self) -> Query<'q> {
        Query { sql: AssertSqlSafe(self.sql).into_sql_str(), values: self.values, is_one_off: true }
    }

    /// How many rows PostgreSQL's planner thinks that it gives.
    pub(crate) async fn estimate(mut self, conn: &mut Conn<'_>) -> Result<i64, Error> {
        self.sql.insert_str(0, "EXPLAIN ");
        let plan: String = self.build_query_scalar().fetch_one(conn).await?;
        let rows = plan.split_once("rows=").and_then(|(_, rest)| rest.split_once(' '));
        rows.and_then(|(rows, _)| rows.parse().ok()).ok_or_else(|| Error::corrupt("plan", plan.as_str()))
    }

    pub(crate) fn build_query_scalar(self) -> Scalar<'q> {
        Scalar(self.build())
    }
}

impl<'q> RowValues<'_, 'q> {
    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'q>>) -> &mut Self {
        if !self.is_first {
            self.builder.sql.push_str(", ");
        }
        self.is_first = false;
        self.builder.push_bind(value);
        self
    }
}
