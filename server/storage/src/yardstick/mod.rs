//! What the benchmark measures units of work against: the rows of a credited deposit, written by a loop that decides
//! nothing, looks nothing up, and commits every so many. Same tables, same triggers, same driver, same durability.

use domain::wallet::WalletTransaction;
use futures::TryStreamExt as _;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::{
    Error,
    batch::Batch,
    embedded, is_postgres, postgres,
    sql::{Conn, query},
    transactions::{TRANSACTION_COLUMNS, insert_transactions},
};

mod customers;

pub use customers::BareCustomers;

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

    /// Writes deposits in one transaction, table after table: by `COPY` on a server.
    ///
    /// # Errors
    /// When a row is refused.
    pub async fn write_by_table(&mut self, deposits: &[BareDeposit]) -> Result<(), Error> {
        self.border("BEGIN").await?;
        for table in by_table(deposits) {
            table.write(&mut self.conn()).await?;
        }
        self.border("COMMIT").await
    }

    /// Writes movements on wallets and nothing beside them, so many to a transaction: what a listing reads. Their
    /// balances are whatever they are said to be.
    ///
    /// # Errors
    /// When a row is refused.
    pub async fn write_movements(&mut self, movements: &[WalletTransaction]) -> Result<(), Error> {
        self.border("BEGIN").await?;
        insert_transactions(&mut self.conn(), movements).await?;
        self.border("COMMIT").await
    }

    /// Reads every posting, and does nothing with it. Tells how many there are.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read_postings(&mut self) -> Result<u64, Error> {
        const ALL: &str = "SELECT organisation_id, entry_id, position, account_id, amount, currency FROM postings";
        let mut count = 0;
        match &mut self.0 {
            Connection::Sqlite(connection) => {
                let mut rows = sqlx::query(ALL).fetch(connection);
                while rows.try_next().await?.is_some() {
                    count += 1;
                }
            }
            Connection::Postgres(connection) => {
                let mut rows = sqlx::query(ALL).fetch(connection);
                while rows.try_next().await?.is_some() {
                    count += 1;
                }
            }
        }
        Ok(count)
    }

    /// Lets the engine tidy up after a bulk load, and learn how the rows are spread.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn tidy(&mut self) -> Result<(), Error> {
        self.border(match &self.0 {
            Connection::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
            Connection::Postgres(_) => "VACUUM ANALYZE",
        })
        .await
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

/// The rows of deposits, table by table.
fn by_table(deposits: &[BareDeposit]) -> [Batch<'_>; 7] {
    let mut notices = Batch::new(
        "deposit_notices",
        &["organisation_id", "id", "rail", "bank_reference", "body", "received_at", "worked_at"],
    );
    let mut entries = Batch::new("journal_entries", &["organisation_id", "id", "kind", "source_id", "at"]);
    let mut postings =
        Batch::new("postings", &["organisation_id", "entry_id", "position", "account_id", "amount", "currency"]);
    let mut seals = Batch::new("entry_seals", &["organisation_id", "entry_id"]);
    let mut movements = Batch::new("wallet_transactions", &TRANSACTION_COLUMNS);
    let mut booked = Batch::new(
        "deposits",
        &[
            "organisation_id",
            "id",
            "status",
            "rail",
            "bank_reference",
            "amount",
            "currency",
            "sender",
            "reference",
            "received_at",
            "virtual_account_id",
            "customer_id",
            "wallet_id",
            "wallet_transaction_id",
            "created_at",
        ],
    );
    let mut events = Batch::new("events", &["organisation_id", "id", "type", "object_id", "payload", "created_at"]);
    for one in deposits {
        let (organisation_id, source_id) = (one.organisation_id, format!("deposit_{}", one.deposit_id.simple()));
        notices.push(|row| {
            let row = row.bind(organisation_id).bind(one.deposit_id).bind("npp").bind(&one.bank_reference);
            row.bind(&one.body).bind(one.at).bind(one.at);
        });
        entries.push(|row| {
            row.bind(organisation_id).bind(one.entry_id).bind("deposit_credited").bind(source_id.clone()).bind(one.at);
        });
        for (position, account, amount) in [(0_i64, one.bank_account_id, -one.amount), (1, one.wallet_id, one.amount)] {
            postings.push(|row| {
                let row = row.bind(organisation_id).bind(one.entry_id).bind(position).bind(account);
                row.bind(amount).bind(one.currency);
            });
        }
        seals.push(|row| {
            row.bind(organisation_id).bind(one.entry_id);
        });
        movements.push(|row| {
            let row = row.bind(organisation_id).bind(one.transaction_id).bind(one.wallet_id).bind(one.customer_id);
            let row = row.bind("CREDIT").bind("deposit").bind(source_id.clone()).bind(one.amount).bind(one.currency);
            row.bind(0_i64).bind(&one.sender).bind(&one.reference).bind(&one.search_text).bind(one.at);
        });
        booked.push(|row| {
            let row = row.bind(organisation_id).bind(one.deposit_id).bind("CREDITED").bind("npp");
            let row = row.bind(&one.bank_reference).bind(one.amount).bind(one.currency).bind(&one.sender);
            let row = row.bind(&one.reference).bind(one.at).bind(one.virtual_account_id).bind(one.customer_id);
            row.bind(one.wallet_id).bind(one.transaction_id).bind(one.at);
        });
        events.push(|row| {
            let row = row.bind(organisation_id).bind(one.event_id).bind("deposit.credited").bind(source_id);
            row.bind(&one.payload).bind(one.at);
        });
    }
    [notices, entries, postings, seals, movements, booked, events]
}
