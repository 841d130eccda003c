//! The inbox of what banks told, and the deposits that came of it.

use chrono::{DateTime, Utc};
use domain::{
    deposit::{Deposit, DepositNotice, DepositReturn, DepositStatus, ReturnStatus},
    id::{
        CustomerId, DepositId, OrganisationId, ReturnId, SettlementId, VirtualAccountId, WalletId, WalletTransactionId,
    },
    money::Money,
    standing::Reason,
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    rows::{currency, id, id_maybe, json, millis, moment, moment_maybe, to_json, word},
    sql::{QueryBuilder, Row, query, query_scalar},
};

/// Which deposits are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepositFilter {
    /// What became of them.
    pub status: Option<DepositStatus>,
    /// For this customer.
    pub customer_id: Option<CustomerId>,
    /// Paid out with it.
    pub settlement_id: Option<SettlementId>,
}

/// A notice that has not been worked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenNotice {
    /// In whose inbox.
    pub organisation_id: OrganisationId,
    /// Its id, which becomes the deposit's.
    pub id: DepositId,
    /// What the bank told, as JSON.
    pub body: String,
}

/// Deposits, each with the payment back that it is on.
pub(crate) const DEPOSITS: &str = "SELECT d.*, r.receiver AS return_receiver, r.status AS return_status, r.reason_code AS return_reason_code,
        r.reason_message AS return_reason_message, r.bank_reference AS return_bank_reference, r.created_at AS return_created_at,
        r.settled_at AS return_settled_at
     FROM deposits d LEFT JOIN deposit_returns r ON r.organisation_id = d.organisation_id AND r.id = d.return_id";

fn reason(row: &Row, code: &'static str, message: &'static str) -> Result<Option<Reason>, Error> {
    let (code, message): (Option<String>, Option<String>) = (row.try_get(code)?, row.try_get(message)?);
    Ok(code.map(|code| Reason { code, message: message.unwrap_or_default() }))
}

fn returned(row: &Row) -> Result<Option<DepositReturn>, Error> {
    let Some(id) = id_maybe(row, "return_id", ReturnId::from_uuid)? else { return Ok(None) };
    Ok(Some(DepositReturn {
        id,
        receiver: json(row, "return_receiver")?,
        status: word(row, "return_status", ReturnStatus::from_code)?,
        reason: reason(row, "return_reason_code", "return_reason_message")?,
        bank_reference: row.try_get("return_bank_reference")?,
        created_at: moment(row, "return_created_at")?,
        settled_at: moment_maybe(row, "return_settled_at")?,
    }))
}

/// A row of [`DEPOSITS`].
pub(crate) fn deposit(row: &Row) -> Result<Deposit, Error> {
    let currency = currency(row, "currency")?;
    Ok(Deposit {
        id: id(row, "id", DepositId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        status: word(row, "status", DepositStatus::from_code)?,
        reason: reason(row, "reason_code", "reason_message")?,
        notice: DepositNotice {
            rail: row.try_get("rail")?,
            bank_reference: row.try_get("bank_reference")?,
            amount: Money::new(row.try_get("amount")?, currency),
            sender: json(row, "sender")?,
            reference: row.try_get("reference")?,
            received_at: moment(row, "received_at")?,
        },
        virtual_account_id: id_maybe(row, "virtual_account_id", VirtualAccountId::from_uuid)?,
        account_text: row.try_get("account_text")?,
        customer_id: id_maybe(row, "customer_id", CustomerId::from_uuid)?,
        wallet_id: id_maybe(row, "wallet_id", WalletId::from_uuid)?,
        wallet_transaction_id: id_maybe(row, "wallet_transaction_id", WalletTransactionId::from_uuid)?,
        settlement_id: id_maybe(row, "settlement_id", SettlementId::from_uuid)?,
        returned: returned(row)?,
        created_at: moment(row, "created_at")?,
    })
}

impl Rows<'_> {
    /// A deposit.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn deposit(
        &mut self,
        organisation_id: OrganisationId,
        deposit_id: DepositId,
    ) -> Result<Option<Deposit>, Error> {
        let row = query(sqlx::AssertSqlSafe(format!("{DEPOSITS} WHERE d.organisation_id = $1 AND d.id = $2")))
            .bind(organisation_id.uuid())
            .bind(deposit_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(deposit).transpose()
    }

    /// The deposit that came of a notice, in whichever organisation's books it stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn deposit_of_notice(&mut self, id: DepositId) -> Result<Option<Deposit>, Error> {
        let sql = sqlx::AssertSqlSafe(format!("{DEPOSITS} WHERE d.id = $1"));
        let row = query(sql).bind(id.uuid()).fetch_optional(&mut self.0).await?;
        row.as_ref().map(deposit).transpose()
    }

    /// A page of deposits, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn deposits(
        &mut self,
        organisation_id: OrganisationId,
        filter: &DepositFilter,
        request: &PageRequest,
    ) -> Result<Page<Deposit>, Error> {
        let mut query = QueryBuilder::new(DEPOSITS);
        query.push(" WHERE d.organisation_id = ").push_bind(organisation_id.uuid());
        if let Some(status) = filter.status {
            query.push(" AND d.status = ").push_bind(status.code());
        }
        if let Some(customer_id) = filter.customer_id {
            query.push(" AND d.customer_id = ").push_bind(customer_id.uuid());
        }
        if let Some(settlement_id) = filter.settlement_id {
            query.push(" AND d.settlement_id = ").push_bind(settlement_id.uuid());
        }
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND d.id < ").push_bind(after);
        }
        query.push(" ORDER BY d.id DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<Deposit> = rows.iter().map(deposit).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |deposit| deposit.id.uuid().simple().to_string()))
    }

    /// How many deposits have one status, counted up to `count_max`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn deposit_count(
        &mut self,
        organisation_id: OrganisationId,
        status: DepositStatus,
        count_max: u32,
    ) -> Result<i64, Error> {
        query_scalar(
            "SELECT count(*) FROM (SELECT 1 FROM deposits WHERE organisation_id = $1 AND status = $2 LIMIT $3) AS counted",
        )
        .bind(organisation_id.uuid())
        .bind(status.code())
        .bind(i64::from(count_max))
        .fetch_one(&mut self.0)
        .await
    }

    /// Notices that have not been worked yet, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_notices(
        &mut self,
        received_before: DateTime<Utc>,
        notices_max: u32,
    ) -> Result<Vec<OpenNotice>, Error> {
        query(
            "SELECT organisation_id, id, body FROM deposit_notices WHERE worked_at IS NULL AND received_at <= $1 ORDER BY seq LIMIT $2",
        )
        .bind(millis(received_before))
        .bind(i64::from(notices_max))
        .fetch_all(&mut self.0)
        .await?
        .iter()
        .map(|row| {
            Ok(OpenNotice {
                organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
                id: id(row, "id", DepositId::from_uuid)?,
                body: row.try_get("body")?,
            })
        })
        .collect()
    }
}

impl UnitOfWork {
    /// Puts a notice into the inbox. When the same one is there already, tells its id and body and changes nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn receive_notice(
        &mut self,
        notice: &OpenNotice,
        rail: &str,
        bank_reference: &str,
        at: DateTime<Utc>,
    ) -> Result<Option<OpenNotice>, Error> {
        self.put_notice(notice, rail, bank_reference, at, None).await
    }

    /// The same for a notice that is worked in this very unit of work: it never stands open.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn take_notice(
        &mut self,
        notice: &OpenNotice,
        rail: &str,
        bank_reference: &str,
        at: DateTime<Utc>,
    ) -> Result<Option<OpenNotice>, Error> {
        self.put_notice(notice, rail, bank_reference, at, Some(at)).await
    }

    async fn put_notice(
        &mut self,
        notice: &OpenNotice,
        rail: &str,
        bank_reference: &str,
        received_at: DateTime<Utc>,
        worked_at: Option<DateTime<Utc>>,
    ) -> Result<Option<OpenNotice>, Error> {
        let done = query(
            "INSERT INTO deposit_notices (organisation_id, id, rail, bank_reference, body, received_at, worked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organisation_id, rail, bank_reference) DO NOTHING",
        )
        .bind(notice.organisation_id.uuid())
        .bind(notice.id.uuid())
        .bind(rail)
        .bind(bank_reference)
        .bind(&notice.body)
        .bind(millis(received_at))
        .bind(worked_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        if done == 1 {
            return Ok(None);
        }
        let row = query(
            "SELECT id, body FROM deposit_notices WHERE organisation_id = $1 AND rail = $2 AND bank_reference = $3",
        )
        .bind(notice.organisation_id.uuid())
        .bind(rail)
        .bind(bank_reference)
        .fetch_one(&mut self.conn())
        .await?;
        Ok(Some(OpenNotice {
            organisation_id: notice.organisation_id,
            id: id(&row, "id", DepositId::from_uuid)?,
            body: row.try_get("body")?,
        }))
    }

    /// Takes a notice out of the inbox for good. False when somebody else has.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn work_notice(&mut self, notice: &OpenNotice, at: DateTime<Utc>) -> Result<bool, Error> {
        let done = query(
            "UPDATE deposit_notices SET worked_at = $3 WHERE organisation_id = $1 AND id = $2 AND worked_at IS NULL",
        )
        .bind(notice.organisation_id.uuid())
        .bind(notice.id.uuid())
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(done == 1)
    }

    /// Adds a deposit.
    ///
    /// # Errors
    /// [`Error::Taken`] when its notice was worked before.
    pub async fn insert_deposit(&mut self, deposit: &Deposit) -> Result<(), Error> {
        let notice = &deposit.notice;
        query(
            "INSERT INTO deposits (organisation_id, id, status, reason_code, reason_message, rail, bank_reference, amount, currency, sender,
                reference, received_at, virtual_account_id, account_text, customer_id, wallet_id, wallet_transaction_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        )
        .bind(deposit.organisation_id.uuid())
        .bind(deposit.id.uuid())
        .bind(deposit.status.code())
        .bind(deposit.reason.as_ref().map(|reason| reason.code.as_str()))
        .bind(deposit.reason.as_ref().map(|reason| reason.message.as_str()))
        .bind(&notice.rail)
        .bind(&notice.bank_reference)
        .bind(notice.amount.minor())
        .bind(notice.amount.currency().code())
        .bind(to_json("sender", &notice.sender)?)
        .bind(notice.reference.as_deref())
        .bind(millis(notice.received_at))
        .bind(deposit.virtual_account_id.map(VirtualAccountId::uuid))
        .bind(deposit.account_text.as_deref())
        .bind(deposit.customer_id.map(CustomerId::uuid))
        .bind(deposit.wallet_id.map(WalletId::uuid))
        .bind(deposit.wallet_transaction_id.map(WalletTransactionId::uuid))
        .bind(millis(deposit.created_at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }
}
