//! Transfers between wallets, and what they set aside.

use chrono::{DateTime, Utc};
use domain::{
    id::{OrganisationId, TransferId, WalletId},
    money::Money,
    transfer::{Transfer, TransferStatus},
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    rows::{currency, id, millis, moment, moment_maybe, word},
    sql::{QueryBuilder, Row, query},
};

/// Which transfers are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferFilter {
    /// How far they have come.
    pub status: Option<TransferStatus>,
    /// From this wallet.
    pub from_wallet_id: Option<WalletId>,
}

fn transfer(row: &Row) -> Result<Transfer, Error> {
    Ok(Transfer {
        id: id(row, "id", TransferId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        from_wallet_id: id(row, "from_wallet_id", WalletId::from_uuid)?,
        to_wallet_id: id(row, "to_wallet_id", WalletId::from_uuid)?,
        amount: Money::new(row.try_get("amount")?, currency(row, "currency")?),
        reference: row.try_get("reference")?,
        status: word(row, "status", TransferStatus::from_code)?,
        created_at: moment(row, "created_at")?,
        settled_at: moment_maybe(row, "settled_at")?,
    })
}

impl Rows<'_> {
    /// A transfer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn transfer(
        &mut self,
        organisation_id: OrganisationId,
        transfer_id: TransferId,
    ) -> Result<Option<Transfer>, Error> {
        let row = query("SELECT * FROM transfers WHERE organisation_id = $1 AND id = $2")
            .bind(organisation_id.uuid())
            .bind(transfer_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(transfer).transpose()
    }

    /// A page of transfers, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn transfers(
        &mut self,
        organisation_id: OrganisationId,
        filter: &TransferFilter,
        request: &PageRequest,
    ) -> Result<Page<Transfer>, Error> {
        let mut query = QueryBuilder::new("SELECT * FROM transfers WHERE organisation_id = ");
        query.push_bind(organisation_id.uuid());
        if let Some(status) = filter.status {
            query.push(" AND status = ").push_bind(status.code());
        }
        if let Some(wallet_id) = filter.from_wallet_id {
            query.push(" AND from_wallet_id = ").push_bind(wallet_id.uuid());
        }
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND id < ").push_bind(after);
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<Transfer> = rows.iter().map(transfer).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |transfer| transfer.id.uuid().simple().to_string()))
    }
}

impl UnitOfWork {
    /// Waits until nobody else moves money on these wallets, in the order in which postings lock them.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn hold_wallets(&mut self, organisation_id: OrganisationId, wallets: &[WalletId]) -> Result<(), Error> {
        let lock = self.conn().lock(" FOR NO KEY UPDATE");
        let mut query = QueryBuilder::new("SELECT id FROM ledger_accounts WHERE organisation_id = ");
        query.push_bind(organisation_id.uuid()).push(" AND id IN (");
        for (number, wallet_id) in wallets.iter().enumerate() {
            query.push(if number == 0 { "" } else { ", " }).push_bind(wallet_id.uuid());
        }
        query.push(") ORDER BY id").push(lock);
        query.build().execute(&mut self.conn()).await?;
        Ok(())
    }

    /// Sets money aside on a wallet, or lets it go with a negative amount.
    ///
    /// # Errors
    /// [`Error::Refused`] when it has not as much available, or not as much set aside.
    pub async fn reserve(
        &mut self,
        organisation_id: OrganisationId,
        wallet_id: WalletId,
        amount: Money,
    ) -> Result<(), Error> {
        let changed = query(
            "UPDATE ledger_accounts SET reserved = reserved + $3, overdraft = CASE
                WHEN overdraft = 0 OR overdraft <= reserved + $3 - balance THEN overdraft
                WHEN reserved + $3 > balance THEN reserved + $3 - balance ELSE 0 END
             WHERE organisation_id = $1 AND id = $2 AND currency = $4",
        )
        .bind(organisation_id.uuid())
        .bind(wallet_id.uuid())
        .bind(amount.minor())
        .bind(amount.currency().code())
        .execute(&mut self.conn())
        .await?;
        if changed == 1 { Ok(()) } else { Err(Error::Refused("there is no such wallet in this currency".to_owned())) }
    }

    /// Adds a transfer.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_transfer(&mut self, transfer: &Transfer) -> Result<(), Error> {
        query(
            "INSERT INTO transfers (organisation_id, id, from_wallet_id, to_wallet_id, amount, currency, reference, status, created_at, settled_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(transfer.organisation_id.uuid())
        .bind(transfer.id.uuid())
        .bind(transfer.from_wallet_id.uuid())
        .bind(transfer.to_wallet_id.uuid())
        .bind(transfer.amount.minor())
        .bind(transfer.amount.currency().code())
        .bind(transfer.reference.as_deref())
        .bind(transfer.status.code())
        .bind(millis(transfer.created_at))
        .bind(transfer.settled_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Notes that a reserved transfer was posted or released.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is not reserved.
    pub async fn settle_transfer(
        &mut self,
        organisation_id: OrganisationId,
        transfer_id: TransferId,
        status: TransferStatus,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query("UPDATE transfers SET status = $3, settled_at = $4 WHERE organisation_id = $1 AND id = $2")
            .bind(organisation_id.uuid())
            .bind(transfer_id.uuid())
            .bind(status.code())
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }
}
