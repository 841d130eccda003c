//! What the benchmark measures units of work against: the rows of a credited deposit, written by a loop that decides
//! nothing, looks nothing up, and commits every so many. Same tables, same triggers, same driver, same durability.

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::{
    Error, embedded, is_postgres, postgres,
    sql::{Conn, query},
};

/// The values of one deposit's rows, made beforehand.
#[derive(Clone, Debug)]
pub struct BareDeposit {
    pub organisation_id: Uuid,
    pub deposit_id: Uuid,
    pub entry_id: Uuid,
    pub transaction_id: Uuid,
    pub event_id: Uuid,
    pub bank_account_id: Uuid,
    pub wallet_id: Uuid,
    pub customer_id: Uuid,
    pub virtual_account_id: Uuid,
    pub amount: i64,
    pub currency: &'static str,
    pub bank_reference: String,
    pub sender: String,
    pub reference: String,
    pub body: String,
    pub payload: String,
    pub search_text: String,
    pub at: i64,
}

/// A loop over one connection.
#[derive(Debug)]
pub struct BareLoop(Connection);

#[derive(Debug)]
enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl BareLoop {
    /// Connects to a database that a store made.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Ok(Self(if is_postgres(url) {
            Connection::Postgres(postgres::options(url)?.connect().await?)
        } else {
            Connection::Sqlite(embedded::options(url)?.connect().await?)
        }))
    }

    fn conn(&mut self) -> Conn<'_> {
        match &mut self.0 {
            Connection::Sqlite(connection) => Conn::sqlite(connection),
            Connection::Postgres(connection) => Conn::postgres(connection),
        }
    }

    async fn border(&mut self, statement: &'static str) -> Result<(), Error> {
        match &mut self.0 {
            Connection::Sqlite(connection) => {
                sqlx::raw_sql(statement).execute(connection).await?;
            }
            Connection::Postgres(connection) => {
                sqlx::raw_sql(statement).execute(connection).await?;
            }
        }
        Ok(())
    }

    /// Writes deposits, so many to a transaction.
    ///
    /// # Errors
    /// When a row is refused.
    pub async fn write(&mut self, deposits: &[BareDeposit], per_transaction: usize) -> Result<(), Error> {
        for some in deposits.chunks(per_transaction) {
            self.border("BEGIN").await?;
            for deposit in some {
                self.write_one(deposit).await?;
            }
            self.border("COMMIT").await?;
        }
        Ok(())
    }

    /// Writes deposits in one transaction, table after table by `COPY`. Nothing to copy with in the embedded database.
    ///
    /// # Errors
    /// When a row is refused.
    pub async fn copy(&mut self, deposits: &[BareDeposit]) -> Result<bool, Error> {
        let Connection::Postgres(connection) = &mut self.0 else { return Ok(false) };
        let mut transaction = connection.begin().await?;
        for (into, line) in TABLES {
            let lines: String = deposits.iter().map(line).collect();
            let mut copy = transaction.copy_in_raw(&format!("COPY {into} FROM STDIN")).await?;
            copy.send(lines.as_bytes()).await?;
            copy.finish().await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// When it breaks on the way.
    pub async fn close(self) -> Result<(), Error> {
        match self.0 {
            Connection::Sqlite(connection) => Ok(connection.close().await?),
            Connection::Postgres(connection) => Ok(connection.close().await?),
        }
    }

    async fn write_one(&mut self, one: &BareDeposit) -> Result<(), Error> {
        let source_id = format!("deposit_{}", one.deposit_id.simple());
        query(
            "INSERT INTO deposit_notices (organisation_id, id, rail, bank_reference, body, received_at, worked_at) VALUES ($1, $2, 'npp', $3, $4, $5, $5)",
        )
        .bind(one.organisation_id)
        .bind(one.deposit_id)
        .bind(&one.bank_reference)
        .bind(&one.body)
        .bind(one.at)
        .execute(&mut self.conn())
        .await?;
        query("INSERT INTO journal_entries (organisation_id, id, kind, source_id, at) VALUES ($1, $2, 'deposit_credited', $3, $4)")
            .bind(one.organisation_id)
            .bind(one.entry_id)
            .bind(&source_id)
            .bind(one.at)
            .execute(&mut self.conn())
            .await?;
        for (position, account, amount) in [(0_i64, one.bank_account_id, -one.amount), (1, one.wallet_id, one.amount)] {
            query("INSERT INTO postings (organisation_id, entry_id, position, account_id, amount, currency) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(one.organisation_id)
                .bind(one.entry_id)
                .bind(position)
                .bind(account)
                .bind(amount)
                .bind(one.currency)
                .execute(&mut self.conn())
                .await?;
        }
        query("INSERT INTO entry_seals (organisation_id, entry_id) VALUES ($1, $2)")
            .bind(one.organisation_id)
            .bind(one.entry_id)
            .execute(&mut self.conn())
            .await?;
        query(
            "INSERT INTO wallet_transactions (organisation_id, id, wallet_id, customer_id, type, source, source_id, amount, currency,
                balance_after, sender, reference, search_text, created_at)
             SELECT $1, $2, $3, $4, 'CREDIT', 'deposit', $5, $6, $7, a.balance, $8, $9, $10, $11
             FROM ledger_accounts a WHERE a.organisation_id = $1 AND a.id = $3",
        )
        .bind(one.organisation_id)
        .bind(one.transaction_id)
        .bind(one.wallet_id)
        .bind(one.customer_id)
        .bind(&source_id)
        .bind(one.amount)
        .bind(one.currency)
        .bind(&one.sender)
        .bind(&one.reference)
        .bind(&one.search_text)
        .bind(one.at)
        .execute(&mut self.conn())
        .await?;
        query(
            "INSERT INTO deposits (organisation_id, id, status, rail, bank_reference, amount, currency, sender, reference, received_at,
                virtual_account_id, customer_id, wallet_id, wallet_transaction_id, created_at)
             VALUES ($1, $2, 'CREDITED', 'npp', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $8)",
        )
        .bind(one.organisation_id)
        .bind(one.deposit_id)
        .bind(&one.bank_reference)
        .bind(one.amount)
        .bind(one.currency)
        .bind(&one.sender)
        .bind(&one.reference)
        .bind(one.at)
        .bind(one.virtual_account_id)
        .bind(one.customer_id)
        .bind(one.wallet_id)
        .bind(one.transaction_id)
        .execute(&mut self.conn())
        .await?;
        query("INSERT INTO events (organisation_id, id, type, object_id, payload, created_at) VALUES ($1, $2, 'deposit.credited', $3, $4, $5)")
            .bind(one.organisation_id)
            .bind(one.event_id)
            .bind(&source_id)
            .bind(&one.payload)
            .bind(one.at)
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }
}

type Line = fn(&BareDeposit) -> String;

/// The rows of a deposit as lines of `COPY`, whose values have nothing to escape but backslashes.
const TABLES: [(&str, Line); 7] = [
    ("deposit_notices (organisation_id, id, rail, bank_reference, body, received_at, worked_at)", |one| {
        let BareDeposit { organisation_id, deposit_id, bank_reference, body, at, .. } = one;
        let body = body.replace('\\', "\\\\");
        format!("{organisation_id}\t{deposit_id}\tnpp\t{bank_reference}\t{body}\t{at}\t{at}\n")
    }),
    ("journal_entries (organisation_id, id, kind, source_id, at)", |one| {
        let BareDeposit { organisation_id, deposit_id, entry_id, at, .. } = one;
        format!("{organisation_id}\t{entry_id}\tdeposit_credited\tdeposit_{}\t{at}\n", deposit_id.simple())
    }),
    ("postings (organisation_id, entry_id, position, account_id, amount, currency)", |one| {
        let BareDeposit { organisation_id, entry_id, bank_account_id, wallet_id, amount, currency, .. } = one;
        format!(
            "{organisation_id}\t{entry_id}\t0\t{bank_account_id}\t-{amount}\t{currency}\n\
             {organisation_id}\t{entry_id}\t1\t{wallet_id}\t{amount}\t{currency}\n"
        )
    }),
    ("entry_seals (organisation_id, entry_id)", |one| format!("{}\t{}\n", one.organisation_id, one.entry_id)),
    (
        "wallet_transactions (organisation_id, id, wallet_id, customer_id, type, source, source_id, amount, currency, balance_after, sender, reference, search_text, created_at)",
        |one| {
            let BareDeposit { organisation_id, deposit_id, transaction_id, wallet_id, customer_id, amount, .. } = one;
            let BareDeposit { currency, sender, reference, search_text, at, .. } = one;
            let (source_id, search_text) = (deposit_id.simple(), search_text.replace('\n', " "));
            format!(
                "{organisation_id}\t{transaction_id}\t{wallet_id}\t{customer_id}\tCREDIT\tdeposit\tdeposit_{source_id}\t{amount}\t{currency}\t0\t{sender}\t{reference}\t{search_text}\t{at}\n"
            )
        },
    ),
    (
        "deposits (organisation_id, id, status, rail, bank_reference, amount, currency, sender, reference, received_at, virtual_account_id, customer_id, wallet_id, wallet_transaction_id, created_at)",
        |one| {
            let BareDeposit {
                organisation_id, deposit_id, bank_reference, amount, currency, sender, reference, ..
            } = one;
            let BareDeposit { at, virtual_account_id, customer_id, wallet_id, transaction_id, .. } = one;
            format!(
                "{organisation_id}\t{deposit_id}\tCREDITED\tnpp\t{bank_reference}\t{amount}\t{currency}\t{sender}\t{reference}\t{at}\t{virtual_account_id}\t{customer_id}\t{wallet_id}\t{transaction_id}\t{at}\n"
            )
        },
    ),
    ("events (organisation_id, id, type, object_id, payload, created_at)", |one| {
        let BareDeposit { organisation_id, deposit_id, event_id, payload, at, .. } = one;
        let payload = payload.replace('\\', "\\\\");
        format!("{organisation_id}\t{event_id}\tdeposit.credited\tdeposit_{}\t{payload}\t{at}\n", deposit_id.simple())
    }),
];
