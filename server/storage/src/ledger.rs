//! Accounts, journal entries and postings.

use chrono::{DateTime, Utc};
use domain::{
    id::{AccountId, EntryId, OrganisationId},
    ledger::{AccountKind, JournalEntry, Posting, assert_balanced},
    money::{Currency, Money},
};

use uuid::Uuid;

use crate::{
    Error, Rows, UnitOfWork,
    rows::{currency, id, millis},
    sql::{QueryBuilder, query, query_scalar},
};

impl Rows<'_> {
    /// The postings of an entry, asserted to sum to zero.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when they do not.
    pub async fn postings(
        &mut self,
        organisation_id: OrganisationId,
        entry_id: EntryId,
    ) -> Result<Vec<Posting>, Error> {
        let rows = query(
            "SELECT account_id, amount, currency FROM postings WHERE organisation_id = $1 AND entry_id = $2 ORDER BY position",
        )
        .bind(organisation_id.uuid())
        .bind(entry_id.uuid())
        .fetch_all(&mut self.0)
        .await?;
        let postings: Vec<Posting> = rows
            .iter()
            .map(|row| {
                Ok(Posting {
                    account_id: id(row, "account_id", AccountId::from_uuid)?,
                    amount: Money::new(row.try_get("amount")?, currency(row, "currency")?),
                })
            })
            .collect::<Result<_, Error>>()?;
        assert_balanced(&postings).map_err(|error| Error::corrupt("entry", error))?;
        Ok(postings)
    }

    /// Accounts whose stored balance is not the sum of their postings, entries that do not sum to zero, currencies
    /// whose accounts do not, deposits and notices that left no trace, and days with other sums than their movements: all
    /// empty in a sound ledger.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn ledger_faults(&mut self) -> Result<Vec<String>, Error> {
        if !self.0.is_postgres() {
            return self.find_ledger_faults().await;
        }
        // The whole history takes longer than any page may.
        query("SET statement_timeout = 0").execute(&mut self.0).await?;
        let faults = self.find_ledger_faults().await;
        query("RESET statement_timeout").execute(&mut self.0).await?;
        faults
    }

    async fn find_ledger_faults(&mut self) -> Result<Vec<String>, Error> {
        let mut faults = Vec::new();
        let source = if self.0.is_postgres() {
            "'deposit_' || replace(CAST(d.id AS TEXT), '-', '')"
        } else {
            "'deposit_' || lower(hex(d.id))"
        };
        let transfer = if self.0.is_postgres() {
            "'transfer_' || replace(CAST(t.id AS TEXT), '-', '')"
        } else {
            "'transfer_' || lower(hex(t.id))"
        };
        for (what, sql) in [
            (
                "the balance of an account is not the sum of its postings",
                "SELECT a.id FROM account_balances a LEFT JOIN postings p ON p.organisation_id = a.organisation_id AND p.account_id = a.id
                 GROUP BY a.organisation_id, a.id, a.balance HAVING a.balance <> coalesce(sum(p.amount), 0) LIMIT 100".to_owned(),
            ),
            (
                "the postings of an entry do not sum to zero",
                "SELECT entry_id FROM postings GROUP BY organisation_id, entry_id, currency HAVING sum(amount) <> 0 LIMIT 100".to_owned(),
            ),
            (
                "the accounts of an organisation do not sum to zero in every currency",
                "SELECT organisation_id FROM account_balances GROUP BY organisation_id, currency HAVING sum(balance) <> 0 LIMIT 100".to_owned(),
            ),
            (
                "a deposit has no entry",
                format!("SELECT d.id FROM deposits d WHERE NOT EXISTS (
                    SELECT 1 FROM journal_entries e WHERE e.organisation_id = d.organisation_id
                        AND e.kind IN ('deposit_credited', 'deposit_held', 'deposit_rejected')
                        AND e.source_id = {source}) LIMIT 100"),
            ),
            (
                "a notice was worked and has no deposit",
                "SELECT n.id FROM deposit_notices n WHERE n.worked_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM deposits d WHERE d.id = n.id) LIMIT 100".to_owned(),
            ),
            (
                "a credited deposit has no movement on a wallet",
                "SELECT d.id FROM deposits d WHERE d.status = 'CREDITED' AND NOT EXISTS (
                    SELECT 1 FROM wallet_transactions t WHERE t.organisation_id = d.organisation_id AND t.id = d.wallet_transaction_id) LIMIT 100".to_owned(),
            ),
            (
                "what a wallet has set aside is not the sum of its reserved transfers",
                "SELECT a.id FROM ledger_accounts a LEFT JOIN transfers t ON t.organisation_id = a.organisation_id
                    AND t.from_wallet_id = a.id AND t.status = 'RESERVED'
                 WHERE a.reserved <> 0 OR t.id IS NOT NULL
                 GROUP BY a.organisation_id, a.id, a.reserved HAVING a.reserved <> coalesce(sum(t.amount), 0) LIMIT 100".to_owned(),
            ),
            (
                "a posted transfer has no journal entry, or a journal entry has no posted transfer",
                format!("SELECT id FROM (
                    SELECT t.id, 1 AS one FROM transfers t WHERE t.status = 'POSTED' AND NOT EXISTS (
                        SELECT 1 FROM journal_entries e WHERE e.organisation_id = t.organisation_id AND e.kind = 'transfer_posted'
                            AND e.source_id = {transfer})
                    UNION ALL
                    SELECT e.id, 1 FROM journal_entries e WHERE e.kind = 'transfer_posted' AND NOT EXISTS (
                        SELECT 1 FROM transfers t WHERE t.organisation_id = e.organisation_id AND t.status = 'POSTED'
                            AND e.source_id = {transfer})
                 ) AS astray LIMIT 100"),
            ),
            (
                "the money of a day is not the sum of its movements",
                "SELECT organisation_id FROM (
                    SELECT organisation_id, day, currency, amount, deposits FROM daily_deposits
                    UNION ALL
                    SELECT organisation_id, created_at / 86400000, currency, -amount, -1 FROM wallet_transactions
                    WHERE source = 'deposit' AND type = 'CREDIT'
                 ) AS told GROUP BY organisation_id, day, currency HAVING sum(amount) <> 0 OR sum(deposits) <> 0 LIMIT 100".to_owned(),
            ),
        ] {
            let rows: Vec<Uuid> = query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut self.0).await?;
            faults.extend(rows.into_iter().map(|which| format!("{what}: {}", which.simple())));
        }
        Ok(faults)
    }

    /// How many entries and postings there are.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn ledger_counts(&mut self) -> Result<(i64, i64), Error> {
        let row = query(
            "SELECT (SELECT count(*) FROM journal_entries) AS entries, (SELECT count(*) FROM postings) AS postings",
        )
        .fetch_one(&mut self.0)
        .await?;
        Ok((row.try_get("entries")?, row.try_get("postings")?))
    }

    async fn house_account(
        &mut self,
        organisation_id: OrganisationId,
        kind: AccountKind,
        currency: Currency,
    ) -> Result<Option<AccountId>, Error> {
        // The last condition lets the planner see that the index of the few accounts of this sort has them all.
        let found: Option<Uuid> = query_scalar(
            "SELECT id FROM ledger_accounts WHERE organisation_id = $1 AND kind = $2 AND currency = $3 AND kind <> 'customer_wallet'",
        )
        .bind(organisation_id.uuid())
        .bind(kind.code())
        .bind(currency.code())
        .fetch_optional(&mut self.0)
        .await?;
        Ok(found.map(AccountId::from_uuid))
    }
}

impl UnitOfWork {
    /// The organisation's own account of a kind and currency, made when it is not there yet.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn house_account(
        &mut self,
        organisation_id: OrganisationId,
        kind: AccountKind,
        currency: Currency,
        new_id: AccountId,
        at: DateTime<Utc>,
    ) -> Result<AccountId, Error> {
        if let Some(found) = self.rows().house_account(organisation_id, kind, currency).await? {
            return Ok(found);
        }
        self.hold_organisation(organisation_id).await?;
        // Somebody may have made it while this one waited.
        if let Some(found) = self.rows().house_account(organisation_id, kind, currency).await? {
            return Ok(found);
        }
        self.insert_account(organisation_id, new_id, kind, currency, at).await?;
        Ok(new_id)
    }

    /// Adds an account.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_account(
        &mut self,
        organisation_id: OrganisationId,
        account_id: AccountId,
        kind: AccountKind,
        currency: Currency,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO ledger_accounts (organisation_id, id, kind, currency, created_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(organisation_id.uuid())
        .bind(account_id.uuid())
        .bind(kind.code())
        .bind(currency.code())
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Records an entry: its postings, the balances that follow from them, and the seal that proves it balanced.
    ///
    /// # Errors
    /// [`Error::Refused`] when a balance would go below what it may, [`Error::Taken`] when this was recorded before.
    pub async fn post(
        &mut self,
        organisation_id: OrganisationId,
        entry_id: EntryId,
        entry: &JournalEntry,
        source_id: &str,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        assert_balanced(entry.postings()).map_err(|error| Error::Refused(error.to_string()))?;
        query("INSERT INTO journal_entries (organisation_id, id, kind, source_id, at) VALUES ($1, $2, $3, $4, $5)")
            .bind(organisation_id.uuid())
            .bind(entry_id.uuid())
            .bind(entry.kind().code())
            .bind(source_id)
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        // In the order of the accounts, which is the order in which their rows are locked: two entries over the same
        // accounts never wait for each other.
        let mut postings: Vec<(i64, &Posting)> = (0..).zip(entry.postings()).collect();
        postings.sort_by_key(|(position, posting)| (posting.account_id, *position));
        let mut insert = QueryBuilder::new(
            "INSERT INTO postings (organisation_id, entry_id, position, account_id, amount, currency) ",
        );
        insert.push_values(postings, |mut row, (position, posting)| {
            row.push_bind(organisation_id.uuid())
                .push_bind(entry_id.uuid())
                .push_bind(position)
                .push_bind(posting.account_id.uuid())
                .push_bind(posting.amount.minor())
                .push_bind(posting.amount.currency().code());
        });
        insert.build().execute(&mut self.conn()).await?;
        query("INSERT INTO entry_seals (organisation_id, entry_id) VALUES ($1, $2)")
            .bind(organisation_id.uuid())
            .bind(entry_id.uuid())
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }
}
