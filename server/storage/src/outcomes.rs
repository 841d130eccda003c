//! What becomes of deposits after they were taken in: the operator's list, payments back, reversals.

use chrono::{DateTime, Utc};
use domain::{
    deposit::{Deposit, DepositReturn, DepositStatus, Reversal},
    id::{CustomerId, DepositId, OrganisationId, ReversalId, VirtualAccountId, WalletId, WalletTransactionId},
    money::Money,
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    deposits::{DEPOSITS, deposit},
    rows::{currency, id, id_maybe, millis, moment, to_json},
    sql::{QueryBuilder, Row, query, query_scalar},
};

/// Which deposits that are not at their end are wanted, of all organisations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenDeposits {
    /// What became of them so far.
    pub status: Option<DepositStatus>,
}

/// A reversal as its bank told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReversalNotice<'a> {
    /// In whose inbox.
    pub organisation_id: OrganisationId,
    /// The way it came.
    pub rail: &'a str,
    /// The bank's id of it.
    pub bank_reference: &'a str,
}

fn reversal(row: &Row) -> Result<Reversal, Error> {
    Ok(Reversal {
        id: id(row, "id", ReversalId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        rail: row.try_get("rail")?,
        bank_reference: row.try_get("bank_reference")?,
        original_reference: row.try_get("original_reference")?,
        amount: Money::new(row.try_get("amount")?, currency(row, "currency")?),
        reason: row.try_get("reason")?,
        deposit_id: id_maybe(row, "deposit_id", DepositId::from_uuid)?,
        created_at: moment(row, "created_at")?,
    })
}

impl Rows<'_> {
    /// A page of deposits that are not at their end, newest first, of all organisations.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_deposits(&mut self, filter: OpenDeposits, request: &PageRequest) -> Result<Page<Deposit>, Error> {
        let mut query = QueryBuilder::new(DEPOSITS);
        query.push(" WHERE d.status IN ('HELD', 'REJECTED', 'RETURN_PENDING', 'RETURN_FAILED')");
        if let Some(status) = filter.status {
            query.push(" AND d.status = ").push_bind(status.code());
        }
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND d.id < ").push_bind(after);
        }
        query.push(" ORDER BY d.id DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<Deposit> = rows.iter().map(deposit).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |deposit| deposit.id.uuid().simple().to_string()))
    }

    /// Rejected deposits that nobody has begun to send back, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn deposits_to_return(&mut self, deposits_max: u32) -> Result<Vec<DepositId>, Error> {
        self.deposit_ids("SELECT id FROM deposits WHERE status = 'REJECTED' ORDER BY id LIMIT $1", deposits_max).await
    }

    /// Deposits of sandboxes whose payment back has no bank to answer for it, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sandbox_returns(
        &mut self,
        begun_before: DateTime<Utc>,
        deposits_max: u32,
    ) -> Result<Vec<DepositId>, Error> {
        let rows: Vec<Uuid> = query_scalar(
            "SELECT d.id FROM deposits d JOIN organisations o ON o.id = d.organisation_id AND o.is_sandbox
                JOIN deposit_returns r ON r.organisation_id = d.organisation_id AND r.id = d.return_id
             WHERE d.status = 'RETURN_PENDING' AND r.created_at <= $1 ORDER BY d.id LIMIT $2",
        )
        .bind(millis(begun_before))
        .bind(i64::from(deposits_max))
        .fetch_all(&mut self.0)
        .await?;
        Ok(rows.into_iter().map(DepositId::from_uuid).collect())
    }

    async fn deposit_ids(&mut self, sql: &'static str, deposits_max: u32) -> Result<Vec<DepositId>, Error> {
        let rows: Vec<Uuid> = query_scalar(sql).bind(i64::from(deposits_max)).fetch_all(&mut self.0).await?;
        Ok(rows.into_iter().map(DepositId::from_uuid).collect())
    }

    /// The deposit of a notice, by how its bank names it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn notice_of_reference(&mut self, notice: &ReversalNotice<'_>) -> Result<Option<DepositId>, Error> {
        let found: Option<Uuid> = query_scalar(
            "SELECT id FROM deposit_notices WHERE organisation_id = $1 AND rail = $2 AND bank_reference = $3",
        )
        .bind(notice.organisation_id.uuid())
        .bind(notice.rail)
        .bind(notice.bank_reference)
        .fetch_optional(&mut self.0)
        .await?;
        Ok(found.map(DepositId::from_uuid))
    }

    /// A reversal by how its bank names it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn reversal_of_reference(&mut self, notice: &ReversalNotice<'_>) -> Result<Option<Reversal>, Error> {
        let row =
            query("SELECT * FROM deposit_reversals WHERE organisation_id = $1 AND rail = $2 AND bank_reference = $3")
                .bind(notice.organisation_id.uuid())
                .bind(notice.rail)
                .bind(notice.bank_reference)
                .fetch_optional(&mut self.0)
                .await?;
        row.as_ref().map(reversal).transpose()
    }

    /// A page of reversals that no deposit was found for, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_reversals(
        &mut self,
        organisation_id: OrganisationId,
        request: &PageRequest,
    ) -> Result<Page<Reversal>, Error> {
        let mut query =
            QueryBuilder::new("SELECT * FROM deposit_reversals WHERE deposit_id IS NULL AND organisation_id = ");
        query.push_bind(organisation_id.uuid());
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND id < ").push_bind(after);
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<Reversal> = rows.iter().map(reversal).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |reversal| reversal.id.uuid().simple().to_string()))
    }
}

impl UnitOfWork {
    /// A deposit of any organisation, which nobody else changes until this unit of work ends.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn hold_deposit(&mut self, deposit_id: DepositId) -> Result<Option<Deposit>, Error> {
        let lock = self.conn().for_update();
        let sql = format!("SELECT id FROM deposits WHERE id = $1{lock}");
        query(sqlx::AssertSqlSafe(sql)).bind(deposit_id.uuid()).execute(&mut self.conn()).await?;
        self.rows().deposit_of_notice(deposit_id).await
    }

    /// A reversal of an inbox, which nobody else changes until this unit of work ends.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn hold_reversal(
        &mut self,
        organisation_id: OrganisationId,
        reversal_id: ReversalId,
    ) -> Result<Option<Reversal>, Error> {
        let lock = self.conn().for_update();
        let sql = format!("SELECT * FROM deposit_reversals WHERE organisation_id = $1 AND id = $2{lock}");
        let row = query(sqlx::AssertSqlSafe(sql))
            .bind(organisation_id.uuid())
            .bind(reversal_id.uuid())
            .fetch_optional(&mut self.conn())
            .await?;
        row.as_ref().map(reversal).transpose()
    }

    /// Notes what became of a deposit. `before` is the organisation in whose books it stood.
    ///
    /// # Errors
    /// [`Error::Refused`] when it cannot become that.
    pub async fn save_deposit(&mut self, before: OrganisationId, deposit: &Deposit) -> Result<(), Error> {
        query(
            "UPDATE deposits SET organisation_id = $3, status = $4, reason_code = $5, reason_message = $6, virtual_account_id = $7,
                customer_id = $8, wallet_id = $9, wallet_transaction_id = $10, return_id = $11
             WHERE organisation_id = $1 AND id = $2",
        )
        .bind(before.uuid())
        .bind(deposit.id.uuid())
        .bind(deposit.organisation_id.uuid())
        .bind(deposit.status.code())
        .bind(deposit.reason.as_ref().map(|reason| reason.code.as_str()))
        .bind(deposit.reason.as_ref().map(|reason| reason.message.as_str()))
        .bind(deposit.virtual_account_id.map(VirtualAccountId::uuid))
        .bind(deposit.customer_id.map(CustomerId::uuid))
        .bind(deposit.wallet_id.map(WalletId::uuid))
        .bind(deposit.wallet_transaction_id.map(WalletTransactionId::uuid))
        .bind(deposit.returned.as_ref().map(|returned| returned.id.uuid()))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Adds a payment back.
    ///
    /// # Errors
    /// [`Error::Taken`] when the deposit is on its way back or is back.
    pub async fn insert_return(
        &mut self,
        organisation_id: OrganisationId,
        deposit_id: DepositId,
        returned: &DepositReturn,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO deposit_returns (organisation_id, id, deposit_id, receiver, status, reason_code, reason_message, bank_reference,
                created_at, settled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(organisation_id.uuid())
        .bind(returned.id.uuid())
        .bind(deposit_id.uuid())
        .bind(to_json("receiver", &returned.receiver)?)
        .bind(returned.status.code())
        .bind(returned.reason.as_ref().map(|reason| reason.code.as_str()))
        .bind(returned.reason.as_ref().map(|reason| reason.message.as_str()))
        .bind(returned.bank_reference.as_deref())
        .bind(millis(returned.created_at))
        .bind(returned.settled_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Notes how a payment back ended.
    ///
    /// # Errors
    /// [`Error::Refused`] when it ended before.
    pub async fn settle_return(
        &mut self,
        organisation_id: OrganisationId,
        returned: &DepositReturn,
    ) -> Result<(), Error> {
        query(
            "UPDATE deposit_returns SET status = $3, reason_code = $4, reason_message = $5, bank_reference = $6, settled_at = $7
             WHERE organisation_id = $1 AND id = $2",
        )
        .bind(organisation_id.uuid())
        .bind(returned.id.uuid())
        .bind(returned.status.code())
        .bind(returned.reason.as_ref().map(|reason| reason.code.as_str()))
        .bind(returned.reason.as_ref().map(|reason| reason.message.as_str()))
        .bind(returned.bank_reference.as_deref())
        .bind(returned.settled_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Adds a reversal. False when the same one is there already.
    ///
    /// # Errors
    /// [`Error::Taken`] when another one took the same deposit back.
    pub async fn insert_reversal(&mut self, reversal: &Reversal) -> Result<bool, Error> {
        let done = query(
            "INSERT INTO deposit_reversals (organisation_id, id, rail, bank_reference, original_reference, amount, currency, reason,
                deposit_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (organisation_id, rail, bank_reference) DO NOTHING",
        )
        .bind(reversal.organisation_id.uuid())
        .bind(reversal.id.uuid())
        .bind(&reversal.rail)
        .bind(&reversal.bank_reference)
        .bind(&reversal.original_reference)
        .bind(reversal.amount.minor())
        .bind(reversal.amount.currency().code())
        .bind(reversal.reason.as_deref())
        .bind(reversal.deposit_id.map(DepositId::uuid))
        .bind(millis(reversal.created_at))
        .execute(&mut self.conn())
        .await?;
        Ok(done == 1)
    }

    /// Notes which deposit a reversal took back.
    ///
    /// # Errors
    /// [`Error::Refused`] when that was noted before.
    pub async fn apply_reversal(&mut self, reversal: &Reversal) -> Result<(), Error> {
        query("UPDATE deposit_reversals SET deposit_id = $3 WHERE organisation_id = $1 AND id = $2")
            .bind(reversal.organisation_id.uuid())
            .bind(reversal.id.uuid())
            .bind(reversal.deposit_id.map(DepositId::uuid))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Lets a reversal of this amount push a wallet below zero, as far as it must and no further.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn allow_reversal(
        &mut self,
        organisation_id: OrganisationId,
        wallet_id: WalletId,
        amount: Money,
    ) -> Result<(), Error> {
        query(
            "UPDATE ledger_accounts SET overdraft = reserved - balance + $3
             WHERE organisation_id = $1 AND id = $2 AND reserved - balance + $3 > overdraft",
        )
        .bind(organisation_id.uuid())
        .bind(wallet_id.uuid())
        .bind(amount.minor())
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }
}
