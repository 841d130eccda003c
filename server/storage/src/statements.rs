//! What a wallet held at a past moment, and the movements between two moments in the order in which they happened.
//!
//! Movements on one wallet are written one after the other, each with a later id than the one before. So the last one
//! before a moment tells the balances at that moment, and none can come in before it later.

use chrono::{DateTime, Utc};
use domain::{
    id::{OrganisationId, WalletId, WalletTransactionId, uuid_v7},
    money::Money,
    wallet::WalletTransaction,
};
use uuid::Uuid;

use crate::{
    Error, Rows,
    rows::{currency, id},
    sql::{QueryBuilder, Row},
    transactions::transaction,
};

/// The last movement before a moment, and what the wallet held right after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// That movement.
    pub transaction_id: WalletTransactionId,
    /// What was posted.
    pub ledger_balance: Money,
    /// The same less what was reserved.
    pub available_balance: Money,
}

fn standing(row: &Row) -> Result<Standing, Error> {
    let currency = currency(row, "currency")?;
    let (ledger, reserved): (i64, i64) = (row.try_get("balance_after")?, row.try_get("reserved_after")?);
    let available = ledger.checked_sub(reserved).ok_or_else(|| Error::corrupt("balance_after", "it does not fit"))?;
    Ok(Standing {
        transaction_id: id(row, "id", WalletTransactionId::from_uuid)?,
        ledger_balance: Money::new(ledger, currency),
        available_balance: Money::new(available, currency),
    })
}

impl Rows<'_> {
    /// How a wallet stood right before a moment; nothing when no money had moved on it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn standing_before(
        &mut self,
        organisation_id: OrganisationId,
        wallet_id: WalletId,
        before: DateTime<Utc>,
    ) -> Result<Option<Standing>, Error> {
        let mut query =
            QueryBuilder::new("SELECT id, currency, balance_after, reserved_after FROM wallet_transactions");
        query.push(self.by_wallet()).push(" WHERE organisation_id = ").push_bind(organisation_id.uuid());
        query.push(" AND wallet_id = ").push_bind(wallet_id.uuid());
        query.push(" AND id < ").push_bind(uuid_v7(before, [0; 10])).push(" ORDER BY id DESC LIMIT 1");
        let row = query.build().fetch_optional(&mut self.0).await?;
        row.as_ref().map(standing).transpose()
    }

    /// Movements that changed what was posted, oldest first: from a moment, or after a movement, to `last` and with it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn statement_lines(
        &mut self,
        organisation_id: OrganisationId,
        wallet_id: WalletId,
        (from, after): (DateTime<Utc>, Option<WalletTransactionId>),
        last: WalletTransactionId,
        limit: u32,
    ) -> Result<Vec<WalletTransaction>, Error> {
        let after: Option<Uuid> = after.map(WalletTransactionId::uuid);
        let mut query = QueryBuilder::new("SELECT * FROM wallet_transactions");
        query.push(self.by_wallet()).push(" WHERE organisation_id = ").push_bind(organisation_id.uuid());
        query.push(" AND wallet_id = ").push_bind(wallet_id.uuid());
        match after {
            Some(after) => query.push(" AND id > ").push_bind(after),
            None => query.push(" AND id >= ").push_bind(uuid_v7(from, [0; 10])),
        };
        query.push(" AND id <= ").push_bind(last.uuid()).push(" AND type IN ('CREDIT', 'DEBIT') ORDER BY id LIMIT ");
        query.push_bind(i64::from(limit));
        query.build().fetch_all(&mut self.0).await?.iter().map(transaction).collect()
    }

    fn by_wallet(&self) -> &'static str {
        if self.0.is_postgres() { "" } else { " INDEXED BY wallet_transactions_wallet" }
    }
}
