//! What the benchmark measures units of work against: the rows of a credited deposit, written by a loop that decides
//! nothing, looks nothing up, and commits every so many. Same tables, same triggers, same driver, same durability.

use std::str::FromStr as _;

use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

use crate::Error;

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
pub struct BareLoop(SqliteConnection);

impl BareLoop {
    /// Connects to a database that a store made.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(Error::Database)?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(std::time::Duration::from_secs(10))
            .pragma("temp_store", "memory")
            .pragma("mmap_size", "268435456")
            .pragma("cache_size", "-65536")
            .statement_cache_capacity(256)
            .disable_statement_logging();
        Ok(Self(options.connect().await?))
    }

    /// Writes deposits, so many to a transaction.
    ///
    /// # Errors
    /// When a row is refused.
    pub async fn write(&mut self, deposits: &[BareDeposit], per_transaction: usize) -> Result<(), Error> {
        for some in deposits.chunks(per_transaction) {
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut self.0).await?;
            for deposit in some {
                self.write_one(deposit).await?;
            }
            sqlx::raw_sql("COMMIT").execute(&mut self.0).await?;
        }
        Ok(())
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// When it breaks on the way.
    pub async fn close(self) -> Result<(), Error> {
        Ok(self.0.close().await?)
    }

    async fn write_one(&mut self, one: &BareDeposit) -> Result<(), Error> {
        let source_id = format!("deposit_{}", one.deposit_id.simple());
        sqlx::query(
            "INSERT INTO deposit_notices (organisation_id, id, rail, bank_reference, body, received_at, worked_at) VALUES ($1, $2, 'npp', $3, $4, $5, $5)",
        )
        .bind(one.organisation_id)
        .bind(one.deposit_id)
        .bind(&one.bank_reference)
        .bind(&one.body)
        .bind(one.at)
        .execute(&mut self.0)
        .await?;
        sqlx::query("INSERT INTO journal_entries (organisation_id, id, kind, source_id, at) VALUES ($1, $2, 'deposit_credited', $3, $4)")
            .bind(one.organisation_id)
            .bind(one.entry_id)
            .bind(&source_id)
            .bind(one.at)
            .execute(&mut self.0)
            .await?;
        for (position, account, amount) in [(0_i64, one.bank_account_id, -one.amount), (1, one.wallet_id, one.amount)] {
            sqlx::query("INSERT INTO postings (organisation_id, entry_id, position, account_id, amount, currency) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(one.organisation_id)
                .bind(one.entry_id)
                .bind(position)
                .bind(account)
                .bind(amount)
                .bind(one.currency)
                .execute(&mut self.0)
                .await?;
        }
        sqlx::query("INSERT INTO entry_seals (organisation_id, entry_id) VALUES ($1, $2)")
            .bind(one.organisation_id)
            .bind(one.entry_id)
            .execute(&mut self.0)
            .await?;
        sqlx::query(
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
        .execute(&mut self.0)
        .await?;
        sqlx::query(
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
        .execute(&mut self.0)
        .await?;
        sqlx::query("INSERT INTO events (organisation_id, id, type, object_id, payload, created_at) VALUES ($1, $2, 'deposit.credited', $3, $4, $5)")
            .bind(one.organisation_id)
            .bind(one.event_id)
            .bind(&source_id)
            .bind(&one.payload)
            .bind(one.at)
            .execute(&mut self.0)
            .await?;
        Ok(())
    }
}
