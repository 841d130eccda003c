//! Settlements: runs, and what each pays out.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::{DepositId, OrganisationId, SettlementAccountId, SettlementId, WalletId},
    money::{Currency, Money},
    settlement::{Settlement, SettlementLine, SettlementMode, SettlementRun, SettlementStatus},
    standing::Reason,
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    rows::{currency, id, id_maybe, millis, moment, moment_maybe, word},
    sql::{QueryBuilder, Row, query, query_scalar},
};

/// Which settlements are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SettlementFilter {
    /// What became of them.
    pub status: Option<SettlementStatus>,
    /// In which currency.
    pub currency: Option<Currency>,
}

/// The file that tells a bank to pay a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementFile {
    /// `aba` or `pain.001.001.09`.
    pub format: String,
    /// What it is called.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

fn date(row: &Row, column: &'static str) -> Result<NaiveDate, Error> {
    row.try_get::<String, _>(column)?.parse().map_err(|error| Error::corrupt(column, error))
}

fn settlement(row: &Row) -> Result<Settlement, Error> {
    let currency = currency(row, "currency")?;
    let money = |column: &'static str| Ok::<_, Error>(Money::new(row.try_get(column)?, currency));
    Ok(Settlement {
        id: id(row, "id", SettlementId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        date: date(row, "date")?,
        status: word(row, "status", SettlementStatus::from_code)?,
        mode: word(row, "mode", SettlementMode::from_code)?,
        gross: money("gross")?,
        fees: money("fees")?,
        tax: money("tax")?,
        net: money("net")?,
        deposits: row.try_get("deposits")?,
        account_id: id(row, "account_id", SettlementAccountId::from_uuid)?,
        reference: row.try_get("reference")?,
        bank_reference: row.try_get("bank_reference")?,
        reason: row.try_get("reason")?,
        created_at: moment(row, "created_at")?,
        sent_at: moment_maybe(row, "sent_at")?,
        ended_at: moment_maybe(row, "ended_at")?,
    })
}

fn run(row: &Row) -> Result<SettlementRun, Error> {
    let currency = currency(row, "currency")?;
    let code: Option<String> = row.try_get("reason_code")?;
    let message: Option<String> = row.try_get("reason_message")?;
    Ok(SettlementRun {
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        date: date(row, "date")?,
        settlement_id: id_maybe(row, "settlement_id", SettlementId::from_uuid)?,
        settled: Money::new(row.try_get("settled")?, currency),
        carried: Money::new(row.try_get("carried")?, currency),
        carried_deposits: row.try_get("carried_deposits")?,
        reason: code.map(|code| Reason { code, message: message.unwrap_or_default() }),
    })
}

fn line(row: &Row) -> Result<SettlementLine, Error> {
    Ok(SettlementLine {
        deposit_id: id(row, "deposit_id", DepositId::from_uuid)?,
        wallet_id: id(row, "wallet_id", WalletId::from_uuid)?,
        amount: Money::new(row.try_get("amount")?, currency(row, "currency")?),
    })
}

impl Rows<'_> {
    /// What was done on a business day.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement_run(
        &mut self,
        organisation_id: OrganisationId,
        currency: Currency,
        date: NaiveDate,
    ) -> Result<Option<SettlementRun>, Error> {
        let row = query("SELECT * FROM settlement_runs WHERE organisation_id = $1 AND currency = $2 AND date = $3")
            .bind(organisation_id.uuid())
            .bind(currency.code())
            .bind(date.to_string())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(run).transpose()
    }

    /// The last business day that was run.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn last_settlement_run(
        &mut self,
        organisation_id: OrganisationId,
        currency: Currency,
    ) -> Result<Option<NaiveDate>, Error> {
        let last: Option<String> =
            query_scalar("SELECT max(date) FROM settlement_runs WHERE organisation_id = $1 AND currency = $2")
                .bind(organisation_id.uuid())
                .bind(currency.code())
                .fetch_one(&mut self.0)
                .await?;
        last.map(|last| last.parse().map_err(|error| Error::corrupt("date", error))).transpose()
    }

    /// A page of settlements, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlements(
        &mut self,
        organisation_id: OrganisationId,
        filter: SettlementFilter,
        request: &PageRequest,
    ) -> Result<Page<Settlement>, Error> {
        let mut query = QueryBuilder::new("SELECT * FROM settlements WHERE organisation_id = ");
        query.push_bind(organisation_id.uuid());
        if let Some(status) = filter.status {
            query.push(" AND status = ").push_bind(status.code());
        }
        if let Some(currency) = filter.currency {
            query.push(" AND currency = ").push_bind(currency.code());
        }
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND id < ").push_bind(after);
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<Settlement> = rows.iter().map(settlement).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |settlement| settlement.id.uuid().simple().to_string()))
    }

    /// Settlements of all organisations that are not at their end, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_settlements(&mut self) -> Result<Vec<Settlement>, Error> {
        let rows = query("SELECT * FROM settlements WHERE status IN ('PENDING', 'SENT') ORDER BY id LIMIT 1000")
            .fetch_all(&mut self.0)
            .await?;
        rows.iter().map(settlement).collect()
    }

    /// A settlement.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement(
        &mut self,
        organisation_id: OrganisationId,
        settlement_id: SettlementId,
    ) -> Result<Option<Settlement>, Error> {
        let row = query("SELECT * FROM settlements WHERE organisation_id = $1 AND id = $2")
            .bind(organisation_id.uuid())
            .bind(settlement_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(settlement).transpose()
    }

    /// The settlement that a bank names by its reference, whosever it is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement_of_reference(&mut self, reference: &str) -> Result<Option<Settlement>, Error> {
        let row =
            query("SELECT * FROM settlements WHERE reference = $1").bind(reference).fetch_optional(&mut self.0).await?;
        row.as_ref().map(settlement).transpose()
    }

    /// A page of what a settlement pays out, in the order of the deposits.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement_lines(
        &mut self,
        organisation_id: OrganisationId,
        settlement_id: SettlementId,
        request: &PageRequest,
    ) -> Result<Page<SettlementLine>, Error> {
        let mut query = QueryBuilder::new(
            "SELECT l.*, s.currency FROM settlement_lines l
             JOIN settlements s ON s.organisation_id = l.organisation_id AND s.id = l.settlement_id WHERE l.organisation_id = ",
        );
        query.push_bind(organisation_id.uuid()).push(" AND l.settlement_id = ").push_bind(settlement_id.uuid());
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND l.deposit_id > ").push_bind(after);
        }
        query.push(" ORDER BY l.deposit_id LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<SettlementLine> = rows.iter().map(line).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |line| line.deposit_id.uuid().simple().to_string()))
    }

    /// What a settlement took out of each wallet, in the order in which wallets are locked.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settled_wallets(
        &mut self,
        organisation_id: OrganisationId,
        settlement_id: SettlementId,
    ) -> Result<Vec<(WalletId, i64)>, Error> {
        let rows = query(
            "SELECT wallet_id, CAST(sum(amount) AS BIGINT) AS amount FROM settlement_lines
             WHERE organisation_id = $1 AND settlement_id = $2 GROUP BY wallet_id ORDER BY wallet_id",
        )
        .bind(organisation_id.uuid())
        .bind(settlement_id.uuid())
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(|row| Ok((id(row, "wallet_id", WalletId::from_uuid)?, row.try_get("amount")?))).collect()
    }

    /// The file of a settlement.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement_file(
        &mut self,
        organisation_id: OrganisationId,
        settlement_id: SettlementId,
    ) -> Result<Option<SettlementFile>, Error> {
        let row = query("SELECT * FROM settlement_files WHERE organisation_id = $1 AND settlement_id = $2")
            .bind(organisation_id.uuid())
            .bind(settlement_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref()
            .map(|row| {
                Ok(SettlementFile {
                    format: row.try_get("format")?,
                    name: row.try_get("name")?,
                    bytes: row.try_get("bytes")?,
                })
            })
            .transpose()
    }

    /// Deposits of a currency that reached a wallet before a moment and were not paid out, wallet by wallet, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn unsettled_deposits(
        &mut self,
        organisation_id: OrganisationId,
        currency: Currency,
        received_before: DateTime<Utc>,
    ) -> Result<Vec<SettlementLine>, Error> {
        let rows = query(
            "SELECT id AS deposit_id, wallet_id, amount, currency FROM deposits
             WHERE organisation_id = $1 AND currency = $2 AND status = 'CREDITED' AND settlement_id IS NULL AND received_at < $3
             ORDER BY wallet_id, received_at, id",
        )
        .bind(organisation_id.uuid())
        .bind(currency.code())
        .bind(millis(received_before))
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(line).collect()
    }
}

impl UnitOfWork {
    /// Adds a settlement with its file and what it pays out; the deposits name it from then on.
    ///
    /// # Errors
    /// [`Error::Refused`] when one of the deposits was settled, or is not credited any more.
    pub async fn insert_settlement(
        &mut self,
        settlement: &Settlement,
        terms_version: i64,
        lines: &[SettlementLine],
        file: &SettlementFile,
    ) -> Result<(), Error> {
        const LINES_AT_ONCE: usize = 500;
        let (organisation, id) = (settlement.organisation_id.uuid(), settlement.id.uuid());
        query(
            "INSERT INTO settlements (organisation_id, id, date, currency, status, mode, gross, fees, tax, net, deposits,
                 terms_version, account_id, reference, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(organisation)
        .bind(id)
        .bind(settlement.date.to_string())
        .bind(settlement.gross.currency().code())
        .bind(settlement.status.code())
        .bind(settlement.mode.code())
        .bind(settlement.gross.minor())
        .bind(settlement.fees.minor())
        .bind(settlement.tax.minor())
        .bind(settlement.net.minor())
        .bind(settlement.deposits)
        .bind(terms_version)
        .bind(settlement.account_id.uuid())
        .bind(&settlement.reference)
        .bind(millis(settlement.created_at))
        .execute(&mut self.conn())
        .await?;
        query("INSERT INTO settlement_files (organisation_id, settlement_id, format, name, bytes) VALUES ($1, $2, $3, $4, $5)")
            .bind(organisation)
            .bind(id)
            .bind(&file.format)
            .bind(&file.name)
            .bind(&file.bytes)
            .execute(&mut self.conn())
            .await?;
        for lines in lines.chunks(LINES_AT_ONCE) {
            let mut insert = QueryBuilder::of_many_values(
                "INSERT INTO settlement_lines (organisation_id, settlement_id, deposit_id, wallet_id, amount) ",
                &self.conn(),
            );
            insert.push_values(lines, |mut row, line| {
                row.push_bind(organisation)
                    .push_bind(id)
                    .push_bind(line.deposit_id.uuid())
                    .push_bind(line.wallet_id.uuid())
                    .push_bind(line.amount.minor());
            });
            insert.build().execute(&mut self.conn()).await?;
        }
        query(
            "UPDATE deposits SET settlement_id = $2 WHERE organisation_id = $1 AND id IN (
                 SELECT deposit_id FROM settlement_lines WHERE organisation_id = $1 AND settlement_id = $2)",
        )
        .bind(organisation)
        .bind(id)
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Notes what was done on a business day. Tells whether nothing was noted for it before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_settlement_run(
        &mut self,
        run: &SettlementRun,
        terms_version: i64,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let done = query(
            "INSERT INTO settlement_runs (organisation_id, currency, date, terms_version, settlement_id, settled, carried,
                 carried_deposits, reason_code, reason_message, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (organisation_id, currency, date) DO NOTHING",
        )
        .bind(run.organisation_id.uuid())
        .bind(run.settled.currency().code())
        .bind(run.date.to_string())
        .bind(terms_version)
        .bind(run.settlement_id.map(SettlementId::uuid))
        .bind(run.settled.minor())
        .bind(run.carried.minor())
        .bind(run.carried_deposits)
        .bind(run.reason.as_ref().map(|reason| reason.code.as_str()))
        .bind(run.reason.as_ref().map(|reason| reason.message.as_str()))
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(done == 1)
    }

    /// A settlement, whosever it is, locked until the unit ends.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn hold_settlement(&mut self, settlement_id: SettlementId) -> Result<Option<Settlement>, Error> {
        let lock = self.conn().for_update();
        let sql = sqlx::AssertSqlSafe(format!("SELECT * FROM settlements WHERE id = $1{lock}"));
        let row = query(sql).bind(settlement_id.uuid()).fetch_optional(&mut self.conn()).await?;
        row.as_ref().map(settlement).transpose()
    }

    /// Saves what became of a settlement. One that failed lets go of its deposits and fees.
    ///
    /// # Errors
    /// [`Error::Refused`] when it cannot become that.
    pub async fn save_settlement(&mut self, settlement: &Settlement) -> Result<(), Error> {
        let (organisation, id) = (settlement.organisation_id.uuid(), settlement.id.uuid());
        query(
            "UPDATE settlements SET status = $3, bank_reference = $4, reason = $5, sent_at = $6, ended_at = $7
             WHERE organisation_id = $1 AND id = $2",
        )
        .bind(organisation)
        .bind(id)
        .bind(settlement.status.code())
        .bind(settlement.bank_reference.as_deref())
        .bind(settlement.reason.as_deref())
        .bind(settlement.sent_at.map(millis))
        .bind(settlement.ended_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        if settlement.status == SettlementStatus::Failed {
            query("UPDATE deposits SET settlement_id = NULL WHERE organisation_id = $1 AND settlement_id = $2")
                .bind(organisation)
                .bind(id)
                .execute(&mut self.conn())
                .await?;
            query(
                "UPDATE fees SET status = 'DUE', settlement_id = NULL, ended_at = NULL
                 WHERE organisation_id = $1 AND settlement_id = $2",
            )
            .bind(organisation)
            .bind(id)
            .execute(&mut self.conn())
            .await?;
        }
        Ok(())
    }
}
