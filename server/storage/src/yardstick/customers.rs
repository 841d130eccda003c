//! What filling an organisation is measured against: the rows of customers that are there already, written once more.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::BareLoop;
use crate::{
    Error,
    batch::Batch,
    sql::{Row, Value, query, query_scalar},
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

/// The rows of some customers of a database, in memory.
pub struct BareCustomers {
    tables: Vec<Vec<Vec<Value<'static>>>>,
}

/// How far the customers of a database were read.
#[derive(Debug, Default)]
pub struct CustomersRead {
    customer: Uuid,
    /// Of each table, how many rows it has, and the last one that was read where it is not told by its customer.
    tables: Vec<(i64, i64)>,
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
    /// Begins to read the customers of a database. Tells how many rows they have in all.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn begin_customers(&mut self) -> Result<(CustomersRead, i64), Error> {
        let mut read = CustomersRead::default();
        for table in &TABLES {
            let sql = format!("SELECT count(*) FROM {}", table.name);
            read.tables.push((query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.conn()).await?, 0));
        }
        let rows = read.tables.iter().map(|(rows, _)| rows).sum();
        Ok((read, rows))
    }

    /// Reads the rows of the next so many customers. None when there are no more.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read_customers(
        &mut self,
        read: &mut CustomersRead,
        customers: i64,
    ) -> Result<Option<BareCustomers>, Error> {
        let mut conn = self.conn();
        let sql = "SELECT id FROM (SELECT id FROM customers WHERE id > $1 ORDER BY id LIMIT $2) AS next ORDER BY id DESC LIMIT 1";
        let last: Option<Uuid> =
            query_scalar(sql).bind(read.customer).bind(customers).fetch_optional(&mut conn).await?;
        let Some(last) = last else { return Ok(None) };
        let all = read.tables[0].0.max(1);
        let mut tables = Vec::new();
        for (table, (count, seq)) in TABLES.iter().zip(&mut read.tables) {
            let (columns, name, order) = (table.columns.join(", "), table.name, table.order);
            let rows = if table.is_by_customer {
                let customer = table.columns[1];
                let sql =
                    format!("SELECT {columns} FROM {name} WHERE {customer} > $1 AND {customer} <= $2 ORDER BY {order}");
                query(AssertSqlSafe(sql)).bind(read.customer).bind(last).fetch_all(&mut conn).await?
            } else {
                // Their part of all such rows.
                let part = count.saturating_mul(customers) / all;
                let sql = format!("SELECT {columns}, seq FROM {name} WHERE seq > $1 ORDER BY seq LIMIT $2");
                query(AssertSqlSafe(sql)).bind(*seq).bind(part).fetch_all(&mut conn).await?
            };
            if let (false, Some(row)) = (table.is_by_customer, rows.last()) {
                *seq = row.try_get("seq")?;
            }
            tables.push(rows.iter().map(|row| values(row, table)).collect::<Result<_, _>>()?);
        }
        read.customer = last;
        Ok(Some(BareCustomers { tables }))
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
