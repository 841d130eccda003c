//! Fees: the rules, and what each deposit costs.

use chrono::{DateTime, Utc};
use domain::{
    fee::{Fee, FeeRule, FeeStatus},
    id::{DepositId, FeeId, OrganisationId, SettlementId, WalletId},
    money::{Currency, Money},
    settlement::Settlement,
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    rows::{currency, id, id_maybe, millis, moment, moment_maybe, word},
    sql::{QueryBuilder, Row, query},
};

/// Which fees are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeeFilter {
    /// What became of them.
    pub status: Option<FeeStatus>,
    /// In which currency.
    pub currency: Option<Currency>,
    /// For this deposit.
    pub deposit_id: Option<DepositId>,
    /// Kept back by this settlement.
    pub settlement_id: Option<SettlementId>,
}

fn rule(row: &Row) -> Result<FeeRule, Error> {
    Ok(FeeRule {
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        currency: currency(row, "currency")?,
        version: row.try_get("version")?,
        fixed: row.try_get("fixed")?,
        basis_points: row.try_get("basis_points")?,
        minimum: row.try_get("minimum")?,
        maximum: row.try_get("maximum")?,
        tax_basis_points: row.try_get("tax_basis_points")?,
    })
}

fn fee(row: &Row) -> Result<Fee, Error> {
    let currency = currency(row, "currency")?;
    Ok(Fee {
        id: id(row, "id", FeeId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        deposit_id: id(row, "deposit_id", DepositId::from_uuid)?,
        rule_version: row.try_get("rule_version")?,
        amount: Money::new(row.try_get("amount")?, currency),
        tax: Money::new(row.try_get("tax")?, currency),
        status: word(row, "status", FeeStatus::from_code)?,
        settlement_id: id_maybe(row, "settlement_id", SettlementId::from_uuid)?,
        reason: row.try_get("reason")?,
        created_at: moment(row, "created_at")?,
        ended_at: moment_maybe(row, "ended_at")?,
    })
}

impl Rows<'_> {
    /// The rule that counts for an organisation and currency.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn fee_rule(
        &mut self,
        organisation_id: OrganisationId,
        currency: Currency,
    ) -> Result<Option<FeeRule>, Error> {
        let row =
            query("SELECT * FROM fee_rules WHERE organisation_id = $1 AND currency = $2 ORDER BY version DESC LIMIT 1")
                .bind(organisation_id.uuid())
                .bind(currency.code())
                .fetch_optional(&mut self.0)
                .await?;
        row.as_ref().map(rule).transpose()
    }

    /// The rules that count, of all organisations.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn fee_rules(&mut self) -> Result<Vec<FeeRule>, Error> {
        let sql = "SELECT r.* FROM fee_rules r WHERE r.version = (
                 SELECT max(n.version) FROM fee_rules n WHERE n.organisation_id = r.organisation_id AND n.currency = r.currency)
             ORDER BY r.organisation_id, r.currency";
        query(sql).fetch_all(&mut self.0).await?.iter().map(rule).collect()
    }

    /// A page of fees, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn fees(
        &mut self,
        organisation_id: OrganisationId,
        filter: FeeFilter,
        request: &PageRequest,
    ) -> Result<Page<Fee>, Error> {
        let mut query = QueryBuilder::new("SELECT * FROM fees WHERE organisation_id = ");
        query.push_bind(organisation_id.uuid());
        if let Some(status) = filter.status {
            query.push(" AND status = ").push_bind(status.code());
        }
        if let Some(currency) = filter.currency {
            query.push(" AND currency = ").push_bind(currency.code());
        }
        if let Some(deposit_id) = filter.deposit_id {
            query.push(" AND deposit_id = ").push_bind(deposit_id.uuid());
        }
        if let Some(settlement_id) = filter.settlement_id {
            query.push(" AND settlement_id = ").push_bind(settlement_id.uuid());
        }
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND id < ").push_bind(after);
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<Fee> = rows.iter().map(fee).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |fee| fee.id.uuid().simple().to_string()))
    }

    /// The oldest fees that are owed in a currency.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn due_fees(
        &mut self,
        organisation_id: OrganisationId,
        currency: Currency,
        limit: i64,
    ) -> Result<Vec<Fee>, Error> {
        query("SELECT * FROM fees WHERE organisation_id = $1 AND currency = $2 AND status = 'DUE' ORDER BY id LIMIT $3")
            .bind(organisation_id.uuid())
            .bind(currency.code())
            .bind(limit)
            .fetch_all(&mut self.0)
            .await?
            .iter()
            .map(fee)
            .collect()
    }

    /// The Fees wallets that have money while fees are owed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn payable_fees(&mut self) -> Result<Vec<(OrganisationId, WalletId, Currency)>, Error> {
        let rows = query(
            "SELECT a.organisation_id, a.id, a.currency FROM ledger_accounts a
             WHERE a.kind = 'fees_wallet' AND a.kind <> 'customer_wallet' AND a.balance > a.reserved AND EXISTS (
                 SELECT 1 FROM fees f WHERE f.organisation_id = a.organisation_id AND f.currency = a.currency AND f.status = 'DUE')
             ORDER BY a.organisation_id, a.currency",
        )
        .fetch_all(&mut self.0)
        .await?;
        rows.iter()
            .map(|row| {
                let wallet = id(row, "id", WalletId::from_uuid)?;
                Ok((id(row, "organisation_id", OrganisationId::from_uuid)?, wallet, currency(row, "currency")?))
            })
            .collect()
    }
}

impl UnitOfWork {
    /// Adds a version of a rule, which counts from now on.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_fee_rule(&mut self, rule: &FeeRule, by: &str, at: DateTime<Utc>) -> Result<(), Error> {
        query(
            "INSERT INTO fee_rules (organisation_id, currency, version, fixed, basis_points, minimum, maximum, tax_basis_points,
                 set_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(rule.organisation_id.uuid())
        .bind(rule.currency.code())
        .bind(rule.version)
        .bind(rule.fixed)
        .bind(rule.basis_points)
        .bind(rule.minimum)
        .bind(rule.maximum)
        .bind(rule.tax_basis_points)
        .bind(by)
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Adds a fee that is owed.
    ///
    /// # Errors
    /// [`Error::Taken`] when the deposit was charged for.
    pub async fn insert_fee(&mut self, fee: &Fee) -> Result<(), Error> {
        query(
            "INSERT INTO fees (organisation_id, id, deposit_id, currency, rule_version, amount, tax, status, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(fee.organisation_id.uuid())
        .bind(fee.id.uuid())
        .bind(fee.deposit_id.uuid())
        .bind(fee.amount.currency().code())
        .bind(fee.rule_version)
        .bind(fee.amount.minor())
        .bind(fee.tax.minor())
        .bind(fee.status.code())
        .bind(millis(fee.created_at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// A fee of any organisation, locked until the unit ends.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn hold_fee(&mut self, fee_id: FeeId) -> Result<Option<Fee>, Error> {
        let lock = self.conn().for_update();
        let sql = sqlx::AssertSqlSafe(format!("SELECT * FROM fees WHERE id = $1{lock}"));
        let row = query(sql).bind(fee_id.uuid()).fetch_optional(&mut self.conn()).await?;
        row.as_ref().map(fee).transpose()
    }

    /// Notes that a fee was collected or waived. Tells whether it was owed.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end_fee(&mut self, fee: &Fee) -> Result<bool, Error> {
        let done = query(
            "UPDATE fees SET status = $3, reason = $4, ended_at = $5 WHERE organisation_id = $1 AND id = $2 AND status = 'DUE'",
        )
        .bind(fee.organisation_id.uuid())
        .bind(fee.id.uuid())
        .bind(fee.status.code())
        .bind(fee.reason.as_deref())
        .bind(fee.ended_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        Ok(done == 1)
    }

    /// Notes that a settlement keeps back what is owed, up to a fee. Tells how many that is.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn withhold_fees(&mut self, settlement: &Settlement, up_to: FeeId) -> Result<u64, Error> {
        query(
            "UPDATE fees SET status = 'WITHHELD', settlement_id = $2, ended_at = $5
             WHERE organisation_id = $1 AND currency = $3 AND status = 'DUE' AND id <= $4",
        )
        .bind(settlement.organisation_id.uuid())
        .bind(settlement.id.uuid())
        .bind(settlement.gross.currency().code())
        .bind(up_to.uuid())
        .bind(millis(settlement.created_at))
        .execute(&mut self.conn())
        .await
    }
}
