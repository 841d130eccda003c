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
    rows::{currency, id, millis, word},
    sql::{QueryBuilder, query, query_scalar},
};

/// A statement has room for so many values only.
const POSTINGS_AT_ONCE: usize = 1_000;

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

    /// What stands on an organisation's accounts, by what they stand for: in each currency, it sums to zero.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn trial_balance(&mut self, organisation_id: OrganisationId) -> Result<Vec<(AccountKind, Money)>, Error> {
        query(
            "SELECT kind, currency, CAST(sum(balance) AS BIGINT) AS balance FROM account_balances
             WHERE organisation_id = $1 GROUP BY kind, currency ORDER BY currency, kind",
        )
        .bind(organisation_id.uuid())
        .fetch_all(&mut self.0)
        .await?
        .iter()
        .map(|row| {
            let balance = Money::new(row.try_get("balance")?, currency(row, "currency")?);
            Ok((word(row, "kind", AccountKind::from_code)?, balance))
        })
        .collect()
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
        for postings in postings.chunks(POSTINGS_AT_ONCE) {
            let mut insert = QueryBuilder::of_many_values(
                "INSERT INTO postings (organisation_id, entry_id, position, account_id, amount, currency) ",
                &self.conn(),
            );
            insert.push_values(postings, |mut row, (position, posting)| {
                row.push_bind(organisation_id.uuid())
                    .push_bind(entry_id.uuid())
                    .push_bind(*position)
                    .push_bind(posting.account_id.uuid())
                    .push_bind(posting.amount.minor())
                    .push_bind(posting.amount.currency().code());
            });
            insert.build().execute(&mut self.conn()).await?;
        }
        query("INSERT INTO entry_seals (organisation_id, entry_id) VALUES ($1, $2)")
            .bind(organisation_id.uuid())
            .bind(entry_id.uuid())
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }
}
