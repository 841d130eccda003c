//! What filling an organisation is measured against: the rows of customers that are there already, written once more.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::BareLoop;
use crate::{
    Error,
    batch::Batch,
    sql::{Conn, Row, Value, query, query_scalar},
};

/// How a column is read.
#[derive(Clone, Copy)]
enum Kind {
    Id,
    Bytes,
    Integer,
    Boolean,
    Text,
}
use Kind::{Boolean, Bytes, Id, Integer, Text};

struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    kinds: &'static [Kind],
    order: &'static str,
    /// The second column is a customer's id, and rows are in its order. The others are told by no column whose they are.
    is_by_customer: bool,
}

const TABLES: [Table; 6] = [
    Table {
        name: "customers",
        columns: &[
            "organisation_id",
            "id",
            "type",
            "name",
            "name_key",
            "reference",
            "status",
            "status_since",
            "reasons",
            "is_enabled",
            "is_wallet_ready",
            "details",
            "identification_hash",
            "search_text",
            "revision",
            "created_at",
            "updated_at",
            "deleted_at",
        ],
        kinds: &[
            Id, Id, Text, Text, Text, Text, Text, Integer, Text, Boolean, Boolean, Text, Bytes, Text, Integer, Integer,
            Integer, Integer,
        ],
        order: "id",
        is_by_customer: true,
    },
    Table {
        name: "customer_transitions",
        columns: &["organisation_id", "customer_id", "from_status", "to_status", "cause", "actor", "at"],
        kinds: &[Id, Id, Text, Text, Text, Text, Integer],
        order: "customer_id, seq",
        is_by_customer: true,
    },
    Table {
        name: "reviews",
        columns: &["organisation_id", "customer_id", "revision", "verdict", "decided_at"],
        kinds: &[Id, Id, Integer, Text, Integer],
        order: "customer_id, revision",
        is_by_customer: true,
    },
    Table {
        name: "review_checks",
        columns: &["organisation_id", "customer_id", "revision", "position", "kind", "outcome", "sentence", "evidence"],
        kinds: &[Id, Id, Integer, Integer, Text, Text, Text, Text],
        order: "customer_id, revision, position",
        is_by_customer: true,
    },
    Table {
        name: "events",
        columns: &["organisation_id", "id", "type", "object_id", "payload", "created_at"],
        kinds: &[Id, Id, Text, Text, Text, Integer],
        order: "seq",
        is_by_customer: false,
    },
    Table {
        name: "audit_trail",
        columns: &["organisation_id", "actor", "action", "object_id", "before", "after", "at"],
        kinds: &[Id, Text, Text, Text, Text, Text, Integer],
        order: "seq",
        is_by_customer: false,
    },
];

/// The rows of the first customers of a database, in memory.
pub struct BareCustomers {
    tables: Vec<Vec<Vec<Value<'static>>>>,
}

impl std::fmt::Debug for BareCustomers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BareCustomers").field("rows", &self.rows()).finish_non_exhaustive()
    }
}

impl BareCustomers {
    /// How many rows there are, in all tables.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.tables.iter().map(Vec::len).sum()
    }
}

impl BareLoop {
    /// How many rows the tables of customers have.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn customer_rows(&mut self) -> Result<i64, Error> {
        let mut rows = 0;
        for table in &TABLES {
            rows += count(&mut self.conn(), table).await?;
        }
        Ok(rows)
    }

    /// Reads the rows of so many customers, the first ones first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read_customers(&mut self, customers: usize) -> Result<BareCustomers, Error> {
        let mut conn = self.conn();
        let all = count(&mut conn, &TABLES[0]).await?.max(1);
        let wanted = i64::try_from(customers).unwrap_or(all).min(all);
        let last: Uuid = query_scalar("SELECT id FROM customers ORDER BY id LIMIT 1 OFFSET $1")
            .bind(wanted - 1)
            .fetch_one(&mut conn)
            .await?;
        let mut tables = Vec::new();
        for table in &TABLES {
            let columns = table.columns.join(", ");
            let rows = if table.is_by_customer {
                let customer = table.columns[1];
                let sql =
                    format!("SELECT {columns} FROM {} WHERE {customer} <= $1 ORDER BY {}", table.name, table.order);
                query(AssertSqlSafe(sql)).bind(last).fetch_all(&mut conn).await?
            } else {
                // Their part of all such rows.
                let part = count(&mut conn, table).await?.saturating_mul(wanted) / all;
                let sql = format!("SELECT {columns} FROM {} ORDER BY {} LIMIT $1", table.name, table.order);
                query(AssertSqlSafe(sql)).bind(part).fetch_all(&mut conn).await?
            };
            tables.push(rows.iter().map(|row| values(row, table)).collect::<Result<_, _>>()?);
        }
        Ok(BareCustomers { tables })
    }

    /// Writes the rows, those of so many customers to a transaction.
    ///
    /// # Errors
    /// When one is refused.
    pub async fn write_customers(&mut self, rows: &BareCustomers, per_transaction: usize) -> Result<(), Error> {
        let transactions = rows.tables[0].len().div_ceil(per_transaction).max(1);
        let mut left: Vec<&[Vec<Value<'static>>]> = rows.tables.iter().map(Vec::as_slice).collect();
        for customers in rows.tables[0].chunks(per_transaction) {
            let last = customers.last().map(|row| id_of(row));
            self.border("BEGIN").await?;
            for ((table, all), left) in TABLES.iter().zip(&rows.tables).zip(&mut left) {
                let many = if table.is_by_customer {
                    left.partition_point(|row| Some(id_of(row)) <= last)
                } else {
                    left.len().min(all.len().div_ceil(transactions))
                };
                let (now, later) = left.split_at(many);
                *left = later;
                let mut batch = Batch::new(table.name, table.columns);
                for row in now {
                    batch.push(|written| {
                        row.iter().cloned().fold(written, crate::batch::RowOf::bind);
                    });
                }
                batch.write(&mut self.conn()).await?;
            }
            self.border("COMMIT").await?;
        }
        Ok(())
    }

    /// Puts the organisations of another database into this one, without which it takes no rows of theirs.
    ///
    /// # Errors
    /// When they cannot be read or written.
    pub async fn write_organisations_of(&mut self, other: &mut Self) -> Result<(), Error> {
        let sql = "SELECT id, name, is_sandbox, created_at FROM organisations ORDER BY id";
        for row in query(sql).fetch_all(&mut other.conn()).await? {
            query("INSERT INTO organisations (id, name, is_sandbox, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING")
                .bind(row.try_get::<Uuid, _>("id")?)
                .bind(row.try_get::<String, _>("name")?)
                .bind(row.try_get::<bool, _>("is_sandbox")?)
                .bind(row.try_get::<i64, _>("created_at")?)
                .execute(&mut self.conn())
                .await?;
        }
        Ok(())
    }
}

/// Whose row it is, where the second column tells.
fn id_of(row: &[Value<'static>]) -> Option<Uuid> {
    match row.get(1) {
        Some(Value::Id(id)) => *id,
        _ => None,
    }
}

async fn count(conn: &mut Conn<'_>, table: &Table) -> Result<i64, Error> {
    query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {}", table.name))).fetch_one(conn).await
}

fn values(row: &Row, table: &Table) -> Result<Vec<Value<'static>>, Error> {
    let first_status = |status: String| if status == "PENDING_INFO" { status } else { "UNDER_REVIEW".to_owned() };
    table
        .kinds
        .iter()
        .zip(table.columns)
        .map(|(kind, column)| {
            Ok(match kind {
                Id => Value::from(row.try_get::<Option<Uuid>, _>(*column)?),
                Bytes => Value::from(row.try_get::<Option<Vec<u8>>, _>(*column)?),
                Integer => Value::from(row.try_get::<Option<i64>, _>(*column)?),
                Boolean => Value::from(row.try_get::<bool, _>(*column)?),
                // A customer begins as it may begin.
                Text if *column == "status" => Value::from(first_status(row.try_get(*column)?)),
                Text => Value::from(row.try_get::<Option<String>, _>(*column)?),
            })
        })
        .collect()
}
