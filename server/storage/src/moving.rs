//! Moving house: everything in the embedded database, copied to a PostgreSQL server and proven to be the same there.
//!
//! Rows travel by `COPY` in the server's text format, table after table, and each portion is saved together with how far
//! its table has come: what was cut off goes on from there. Meanwhile nobody else writes to the source, and the target
//! refuses to be served. At the end both sides are read once more in the same order, and the SHA-256 of every table, the
//! numbers of rows and all balances have to agree.

use std::{fmt::Write as _, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _, SqliteConnection, ValueRef as _,
    sqlite::{SqliteRow, SqliteValueRef},
};
use uuid::Uuid;

use crate::{
    Error,
    batch::{push_bytes, push_text},
    embedded::{self, Embedded},
    postgres::{self, Server},
    sql::{Conn, query, query_scalar},
};

/// Every table that holds something of its own, each after those that it refers to.
const TABLES: [&str; 44] = [
    "organisations",
    "organisation_features",
    "users",
    "sessions",
    "sign_in_attempts",
    "api_keys",
    "rail_secrets",
    "documents",
    "document_views",
    "customers",
    "customer_transitions",
    "reviews",
    "review_checks",
    "jobs",
    "ledger_accounts",
    "entry_seals",
    "journal_entries",
    "postings",
    "chain_queue",
    "chain_links",
    "chain_heads",
    "wallets",
    "transfers",
    "number_ranges",
    "virtual_accounts",
    "deposit_notices",
    "payment_references",
    "deposits",
    "settlement_accounts",
    "settlement_terms",
    "settlements",
    "settlement_files",
    "settlement_lines",
    "settlement_runs",
    "fee_rules",
    "fees",
    "deposit_returns",
    "deposit_reversals",
    "wallet_transactions",
    "events",
    "audit_trail",
    "idempotency_keys",
    "preferences",
    "form_drafts",
];
/// A portion is saved when it has this many bytes.
const PORTION_BYTES: usize = 4 * 1024 * 1024;
/// A server lets go of what a killed process held when it notices, which may take it a while.
const OTHERS_MAX: Duration = Duration::from_secs(20);

/// How far the move has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moving {
    /// What is being done: `copying` or `verifying`.
    pub step: &'static str,
    /// In which table.
    pub table: &'static str,
    /// Rows done in all tables.
    pub done: u64,
    /// Rows to do in all tables.
    pub total: u64,
}

/// What was moved, and found to be the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Each table with its number of rows and the SHA-256 of its content, in hex.
    pub tables: Vec<(&'static str, u64, String)>,
    /// How many rows had been copied by an earlier attempt.
    pub resumed_after: u64,
}

/// Copies everything from the embedded database at `from` to the server at `to`, and proves it. `tell` hears how far it
/// has come.
///
/// # Errors
/// [`Error::Move`] when the target is not empty, a row cannot be stored there, or the two sides are not the same.
pub async fn move_data(from: &str, to: &str, mut tell: impl FnMut(Moving)) -> Result<Moved, Error> {
    let mut source = open_source(from).await?;
    let (mut target, resumed_after) = open_target(to).await?;
    let mut tables = Vec::with_capacity(TABLES.len());
    let mut total = 0;
    for name in TABLES {
        let table = Table::read(&mut target, name).await?;
        let sql = format!("SELECT count(*) FROM {name}");
        let rows: i64 = query_scalar(AssertSqlSafe(sql)).fetch_one(&mut Conn::sqlite(&mut source)).await?;
        total += rows.unsigned_abs();
        tables.push(table);
    }
    let mut done = 0;
    for table in &tables {
        let mut told = |copied| tell(Moving { step: "copying", table: table.name, done: done + copied, total });
        done += copy(&mut source, &mut target, table, &mut told).await?;
    }
    derive(&mut target).await?;
    let mut proven = Vec::with_capacity(tables.len());
    let mut done = 0;
    for table in &tables {
        tell(Moving { step: "verifying", table: table.name, done, total });
        let (here, there) = (hash_source(&mut source, table).await?, hash_target(&mut target, table).await?);
        if here != there {
            return Err(Error::Move(format!(
                "{} is not the same on both sides ({} rows here, {} there). The source has changed since the move began: make an empty database and begin again",
                table.name, here.0, there.0
            )));
        }
        done += here.0;
        proven.push((table.name, here.0, here.1));
    }
    prove_balances(&mut source, &mut target).await?;
    finish(&mut target, &tables).await?;
    // Nothing was changed here; this only lets others write again.
    sqlx::raw_sql("ROLLBACK").execute(&mut source).await?;
    source.close().await?;
    target.close().await?;
    tell(Moving { step: "verifying", table: "form_drafts", done: total, total });
    Ok(Moved { tables: proven, resumed_after })
}

/// A table's columns, in the order in which the target has them, and those of its key.
struct Table {
    name: &'static str,
    columns: Vec<(String, Kind)>,
    key: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Id,
    Bytes,
    Integer,
    Boolean,
    Text,
}

impl Table {
    async fn read(target: &mut PgConnection, name: &'static str) -> Result<Self, Error> {
        let mut conn = Conn::postgres(target);
        let rows = query(
            "SELECT column_name::TEXT AS name, data_type::TEXT AS type FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
        )
        .bind(name)
        .fetch_all(&mut conn)
        .await?;
        let mut columns = Vec::with_capacity(rows.len());
        for row in rows {
            let kind: String = row.try_get("type")?;
            let kind = match kind.as_str() {
                "uuid" => Kind::Id,
                "bytea" => Kind::Bytes,
                "bigint" => Kind::Integer,
                "boolean" => Kind::Boolean,
                "text" => Kind::Text,
                other => return Err(Error::corrupt("schema", format!("{name} has a column of type {other}"))),
            };
            columns.push((row.try_get("name")?, kind));
        }
        let key = query_scalar(
            "SELECT a.attname::TEXT FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
             WHERE i.indrelid = $1::TEXT::regclass AND i.indisprimary ORDER BY k.place",
        )
        .bind(name)
        .fetch_all(&mut conn)
        .await?;
        Ok(Self { name, columns, key })
    }

    fn list(&self) -> String {
        self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }

    /// The order of the key, the same on both sides: by bytes.
    fn order(&self, is_postgres: bool) -> String {
        let is_text = |key: &str| self.columns.iter().any(|(name, kind)| name == key && *kind == Kind::Text);
        let collate = |key: &String| if is_postgres && is_text(key) { " COLLATE \"C\"" } else { "" };
        self.key.iter().map(|key| format!("\"{key}\"{}", collate(key))).collect::<Vec<_>>().join(", ")
    }

    fn select(&self, skip: u64) -> String {
        let mut sql = format!("SELECT {} FROM {} ORDER BY {}", self.list(), self.name, self.order(false));
        if skip > 0 {
            // Writing to a text cannot fail.
            let _ = write!(sql, " LIMIT -1 OFFSET {skip}");
        }
        sql
    }

    /// Adds a row in the text format of `COPY`.
    fn write(&self, row: &SqliteRow, line: &mut String) -> Result<(), Error> {
        // On a server the balance of a bank account stands elsewhere, and is derived.
        let is_bank = self.name == "ledger_accounts" && row.try_get::<&str, _>("kind")? == "bank";
        for (at, (name, kind)) in self.columns.iter().enumerate() {
            if at > 0 {
                line.push('\t');
            }
            let value: SqliteValueRef<'_> = row.try_get_raw(at)?;
            if value.is_null() {
                line.push_str("\\N");
                continue;
            }
            match kind {
                Kind::Id => push(line, format_args!("{}", row.try_get::<Uuid, _>(at)?)),
                Kind::Integer if is_bank && name == "balance" => line.push('0'),
                Kind::Integer => push(line, format_args!("{}", row.try_get::<i64, _>(at)?)),
                Kind::Boolean => line.push(if row.try_get::<bool, _>(at)? { 't' } else { 'f' }),
                Kind::Bytes => push_bytes(row.try_get(at)?, line),
                Kind::Text => self.push_text(name, row.try_get(at)?, line)?,
            }
        }
        line.push('\n');
        Ok(())
    }

    fn push_text(&self, column: &str, text: &str, line: &mut String) -> Result<(), Error> {
        if text.contains('\0') {
            return Err(Error::Move(format!(
                "{}.{column} holds a text with the character U+0000, which PostgreSQL cannot store. Change it, then begin again",
                self.name
            )));
        }
        push_text(text, line);
        Ok(())
    }
}

fn push(line: &mut String, value: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = line.write_fmt(value);
}

/// Opens the source, brings it up to date, and keeps everybody from writing to it.
async fn open_source(url: &str) -> Result<SqliteConnection, Error> {
    let options = embedded::options(url)?.create_if_missing(false);
    options.connect().await?.close().await?;
    Embedded::open(url).await?.close().await;
    let mut source = options.connect().await?;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut source).await?;
    Ok(source)
}

/// Opens the target, which has to be empty or the target of a move that was cut off. Tells how many rows that one copied.
async fn open_target(url: &str) -> Result<(PgConnection, u64), Error> {
    let mut target = match Server::open(url, 1).await {
        Ok(server) => {
            server.close().await;
            postgres::options(url)?.connect().await?
        }
        // A move was begun: that is what keeps others out.
        Err(Error::Schema(why)) => {
            let mut target = postgres::options(url)?.connect().await?;
            if !is_moving(&mut target).await? {
                return Err(Error::Schema(why));
            }
            target
        }
        Err(error) => return Err(error),
    };
    if !tokio::time::timeout(OTHERS_MAX, take_lock(&mut target)).await.unwrap_or(Ok(false))? {
        return Err(Error::Move("another process is moving data into this database".to_owned()));
    }
    if !is_moving(&mut target).await? {
        begin(&mut target).await?;
    }
    let copied: i64 = query_scalar("SELECT CAST(coalesce(sum(copied), 0) AS BIGINT) FROM data_move")
        .fetch_one(&mut Conn::postgres(&mut target))
        .await?;
    Ok((target, copied.unsigned_abs()))
}

/// Takes the lock as soon as nobody else moves data into this database. Always true.
async fn take_lock(target: &mut PgConnection) -> Result<bool, Error> {
    loop {
        let sql = "SELECT pg_try_advisory_lock(7826, 1)";
        if query_scalar(sql).fetch_one(&mut Conn::postgres(target)).await? {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

async fn is_moving(target: &mut PgConnection) -> Result<bool, Error> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM data_move)").fetch_one(&mut Conn::postgres(target)).await
}

/// Refuses a target that holds anything, and marks an empty one.
async fn begin(target: &mut PgConnection) -> Result<(), Error> {
    for name in TABLES {
        // A new database has the house and nothing else.
        let but = if name == "organisations" { "WHERE id <> '00000000-0000-0000-0000-000000000000'" } else { "" };
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {name} {but})");
        if query_scalar(AssertSqlSafe(sql)).fetch_one(&mut Conn::postgres(target)).await? {
            return Err(Error::Move(format!(
                "the target is not empty: {name} has rows. Make a new database for the move, and do not serve it before"
            )));
        }
    }
    let mut transaction = target.begin().await?;
    for name in TABLES {
        // What the rules of these tables do was done at the source, and their results are rows like the others.
        let sql = format!("ALTER TABLE {name} DISABLE TRIGGER USER; INSERT INTO data_move VALUES ('{name}', 0)");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    }
    sqlx::raw_sql("DELETE FROM organisations").execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// Copies what is left of a table. Tells how many rows it has.
async fn copy(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
    table: &Table,
    tell: &mut impl FnMut(u64),
) -> Result<u64, Error> {
    let copied: i64 = query_scalar("SELECT copied FROM data_move WHERE table_name = $1")
        .bind(table.name)
        .fetch_one(&mut Conn::postgres(target))
        .await?;
    let mut copied = copied.unsigned_abs();
    let mut portion = String::with_capacity(PORTION_BYTES + 64 * 1024);
    let mut rows = sqlx::query(AssertSqlSafe(table.select(copied))).fetch(&mut *source);
    tell(copied);
    let mut fresh = 0;
    while let Some(row) = rows.try_next().await? {
        table.write(&row, &mut portion)?;
        fresh += 1;
        if portion.len() >= PORTION_BYTES {
            copied += fresh;
            save(target, table, &portion, copied).await?;
            fresh = 0;
            portion.clear();
            tell(copied);
        }
    }
    if fresh > 0 {
        copied += fresh;
        save(target, table, &portion, copied).await?;
        tell(copied);
    }
    Ok(copied)
}

/// Saves a portion together with how far the table has come.
async fn save(target: &mut PgConnection, table: &Table, portion: &str, copied: u64) -> Result<(), Error> {
    let mut transaction = target.begin().await?;
    let mut copy = transaction.copy_in_raw(&format!("COPY {} ({}) FROM STDIN", table.name, table.list())).await?;
    copy.send(portion.as_bytes()).await?;
    copy.finish().await?;
    query("UPDATE data_move SET copied = $2 WHERE table_name = $1")
        .bind(table.name)
        .bind(i64::try_from(copied).map_err(|error| Error::corrupt("copied", error))?)
        .execute(&mut Conn::postgres(&mut transaction))
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// What a server keeps in its own way, made of the rows that were copied.
async fn derive(target: &mut PgConnection) -> Result<(), Error> {
    let mut transaction = target.begin().await?;
    sqlx::raw_sql(
        "DELETE FROM customer_counts;
         INSERT INTO customer_counts (organisation_id, status, stripe, customers)
         SELECT organisation_id, status, 0, count(*) FROM customers WHERE deleted_at IS NULL GROUP BY organisation_id, status;
         DELETE FROM daily_deposits;
         INSERT INTO daily_deposits (organisation_id, day, currency, stripe, amount, deposits)
         SELECT organisation_id, created_at / 86400000, currency, 0, sum(amount), count(*) FROM wallet_transactions
         WHERE source = 'deposit' AND type = 'CREDIT' GROUP BY organisation_id, created_at / 86400000, currency;
         DELETE FROM bank_balances;
         INSERT INTO bank_balances (organisation_id, account_id, stripe, balance)
         SELECT a.organisation_id, a.id, 0, sum(p.amount)
         FROM ledger_accounts a JOIN postings p ON p.organisation_id = a.organisation_id AND p.account_id = a.id
         WHERE a.kind = 'bank' GROUP BY a.organisation_id, a.id;",
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

async fn hash_source(source: &mut SqliteConnection, table: &Table) -> Result<(u64, String), Error> {
    let mut rows = sqlx::query(AssertSqlSafe(table.select(0))).fetch(source);
    let (mut hash, mut count, mut line) = (Sha256::new(), 0, String::new());
    while let Some(row) = rows.try_next().await? {
        line.clear();
        table.write(&row, &mut line)?;
        hash.update(&line);
        count += 1;
    }
    Ok((count, hex(&hash.finalize())))
}

async fn hash_target(target: &mut PgConnection, table: &Table) -> Result<(u64, String), Error> {
    let sql = format!("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT", table.list(), table.name, table.order(true));
    let mut lines = target.copy_out_raw(&sql).await?;
    let (mut hash, mut count) = (Sha256::new(), 0_u64);
    while let Some(some) = lines.next().await {
        let some = some?;
        count += some.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        hash.update(&some);
    }
    Ok((count, hex(&hash.finalize())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        push(&mut text, format_args!("{byte:02x}"));
        text
    })
}

/// Every account has the same balance on both sides.
async fn prove_balances(source: &mut SqliteConnection, target: &mut PgConnection) -> Result<(), Error> {
    const BALANCES: &str = "SELECT organisation_id, id, balance FROM account_balances ORDER BY organisation_id, id";
    let mut here = sqlx::query(BALANCES).fetch(source);
    let mut there = sqlx::query(BALANCES).fetch(target);
    loop {
        let (one, other) = (here.try_next().await?, there.try_next().await?);
        let (Some(one), Some(other)) = (&one, &other) else {
            return if one.is_none() && other.is_none() {
                Ok(())
            } else {
                Err(Error::Move("one side has accounts that the other has not".to_owned()))
            };
        };
        let one: (Uuid, Uuid, i64) = (one.try_get(0)?, one.try_get(1)?, one.try_get(2)?);
        let other: (Uuid, Uuid, i64) = (other.try_get(0)?, other.try_get(1)?, other.try_get(2)?);
        if one != other {
            return Err(Error::Move(format!("the balance of the account {} is not the same on both sides", one.1)));
        }
    }
}

/// Lets the rules of the tables hold again, counts on from where the source was, and opens the target to be served.
async fn finish(target: &mut PgConnection, tables: &[Table]) -> Result<(), Error> {
    let mut transaction = target.begin().await?;
    for table in tables {
        let name = table.name;
        let mut sql = format!("ALTER TABLE {name} ENABLE TRIGGER USER;");
        if let [key] = table.key.as_slice()
            && table.columns.iter().any(|(column, kind)| column == key && *kind == Kind::Integer)
        {
            push(
                &mut sql,
                format_args!(
                    "SELECT setval(pg_get_serial_sequence('{name}', '{key}'), coalesce(max({key}), 0) + 1, FALSE) FROM {name};"
                ),
            );
        }
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *transaction).await?;
    }
    sqlx::raw_sql("DELETE FROM data_move").execute(&mut *transaction).await?;
    transaction.commit().await?;
    sqlx::raw_sql("ANALYZE").execute(target).await?;
    Ok(())
}
