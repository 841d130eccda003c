//! Movements on wallets.

use chrono::{DateTime, Utc};
use domain::{
    id::{CustomerId, OrganisationId, WalletId, WalletTransactionId},
    money::{Currency, Money},
    wallet::{TransactionSource, TransactionType, WalletTransaction},
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    batch::Batch,
    rows::{currency, id, id_maybe, json, millis, moment, to_json, word},
    search::{self, Search},
    sql::{Conn, QueryBuilder, Row, query, query_scalar},
};

/// Which movements are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionFilter {
    /// On this wallet.
    pub wallet_id: Option<WalletId>,
    /// For this customer.
    pub customer_id: Option<CustomerId>,
    /// Of this type.
    pub kind: Option<TransactionType>,
    /// From this source.
    pub source: Option<TransactionSource>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// Of this many minor units or more.
    pub amount_min: Option<i64>,
    /// Of this many minor units or fewer.
    pub amount_max: Option<i64>,
    /// Words in the sender, the sender's account, or the reference.
    pub q: Option<String>,
    /// Then or later.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub to: Option<DateTime<Utc>>,
}

fn transaction(row: &Row) -> Result<WalletTransaction, Error> {
    let currency = currency(row, "currency")?;
    Ok(WalletTransaction {
        id: id(row, "id", WalletTransactionId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        wallet_id: id(row, "wallet_id", WalletId::from_uuid)?,
        customer_id: id_maybe(row, "customer_id", CustomerId::from_uuid)?,
        kind: word(row, "type", TransactionType::from_code)?,
        source: word(row, "source", TransactionSource::from_code)?,
        source_id: row.try_get("source_id")?,
        amount: Money::new(row.try_get("amount")?, currency),
        balance_after: Money::new(row.try_get("balance_after")?, currency),
        sender: json(row, "sender")?,
        reference: row.try_get("reference")?,
        created_at: moment(row, "created_at")?,
    })
}

fn transaction_with_name(row: &Row) -> Result<(i64, WalletTransaction, Option<String>), Error> {
    Ok((row.try_get("seq")?, transaction(row)?, row.try_get("customer_name")?))
}

const COLUMNS: &str =
    "t.seq, t.organisation_id, t.id, t.wallet_id, t.customer_id, t.type, t.source, t.source_id, t.amount, t.currency,
    t.balance_after, t.sender, t.reference, t.created_at, c.name AS customer_name";
const CUSTOMER: &str = " LEFT JOIN customers c ON c.organisation_id = t.organisation_id AND c.id = t.customer_id";

impl Rows<'_> {
    /// A movement with the name of its customer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn transaction(
        &mut self,
        organisation_id: OrganisationId,
        transaction_id: WalletTransactionId,
    ) -> Result<Option<(WalletTransaction, Option<String>)>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM wallet_transactions t {CUSTOMER} WHERE t.organisation_id = $1 AND t.id = $2"
        );
        let row = query(sqlx::AssertSqlSafe(sql))
            .bind(organisation_id.uuid())
            .bind(transaction_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        let row = row.as_ref().map(transaction_with_name).transpose()?;
        Ok(row.map(|(_, transaction, name)| (transaction, name)))
    }

    /// A page of movements with the names of their customers, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn transactions(
        &mut self,
        organisation_id: OrganisationId,
        filter: &TransactionFilter,
        request: &PageRequest,
    ) -> Result<Page<(WalletTransaction, Option<String>)>, Error> {
        let search = Search::of(filter.q.as_deref(), None);
        let mut query = QueryBuilder::new(format!("SELECT {COLUMNS} FROM "));
        let is_postgres = self.0.is_postgres();
        // The search index has an order of its own; on PostgreSQL a search is a condition like the others.
        let is_search = search.is_some() && !is_postgres;
        if let Some(search) = search.as_ref().filter(|_| is_search) {
            query.push("wallet_transactions_search s CROSS JOIN wallet_transactions t ON t.seq = s.rowid");
            query.push(CUSTOMER).push(" WHERE s.search_text MATCH ").push_bind(search.expression());
            query.push(" AND t.organisation_id = ");
        } else {
            query.push("wallet_transactions t").push(CUSTOMER).push(" WHERE t.organisation_id = ");
        }
        query.push_bind(organisation_id.uuid());
        push_filter(&mut query, filter);
        if let Some(search) = search.as_ref().filter(|_| is_postgres) {
            query.push(" AND t.search_text <> ''");
            search.push_conditions(&mut query, "t.search_text", true);
        }
        if let Some(after) = request.after.as_deref() {
            match (is_search, after.parse::<i64>().ok(), Uuid::try_parse(after).ok()) {
                (true, Some(seq), _) => query.push(" AND s.rowid < ").push_bind(seq),
                (false, _, Some(id)) => query.push(" AND t.id < ").push_bind(id),
                _ => &mut query,
            };
        }
        query.push(if is_search { " ORDER BY s.rowid DESC" } else { " ORDER BY t.id DESC" });
        query.push(" LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<_> = rows.iter().map(transaction_with_name).collect::<Result<_, _>>()?;
        let page = Page::cut(rows, request, |(seq, transaction, _)| {
            if is_search { seq.to_string() } else { transaction.id.uuid().simple().to_string() }
        });
        Ok(page.map(|(_, transaction, name)| (transaction, name)))
    }

    /// The id of the newest movement on a wallet, or of the organisation: what a page asks again for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn newest_transaction(
        &mut self,
        organisation_id: OrganisationId,
        wallet_id: Option<WalletId>,
    ) -> Result<Option<WalletTransactionId>, Error> {
        let mut query = QueryBuilder::new("SELECT id FROM wallet_transactions WHERE organisation_id = ");
        query.push_bind(organisation_id.uuid());
        if let Some(wallet_id) = wallet_id {
            query.push(" AND wallet_id = ").push_bind(wallet_id.uuid());
        }
        query.push(" ORDER BY id DESC LIMIT 1");
        let found: Option<Uuid> = query.build_query_scalar().fetch_optional(&mut self.0).await?;
        Ok(found.map(WalletTransactionId::from_uuid))
    }
}

fn push_filter(query: &mut QueryBuilder<'_>, filter: &TransactionFilter) {
    if let Some(wallet_id) = filter.wallet_id {
        query.push(" AND t.wallet_id = ").push_bind(wallet_id.uuid());
    }
    if let Some(customer_id) = filter.customer_id {
        query.push(" AND t.customer_id = ").push_bind(customer_id.uuid());
    }
    if let Some(kind) = filter.kind {
        query.push(" AND t.type = ").push_bind(kind.code());
    }
    if let Some(source) = filter.source {
        query.push(" AND t.source = ").push_bind(source.code());
    }
    if let Some(currency) = filter.currency {
        query.push(" AND t.currency = ").push_bind(currency.code());
    }
    if let Some(min) = filter.amount_min {
        query.push(" AND t.amount >= ").push_bind(min);
    }
    if let Some(max) = filter.amount_max {
        query.push(" AND t.amount <= ").push_bind(max);
    }
    if let Some(from) = filter.from {
        query.push(" AND t.created_at >= ").push_bind(millis(from));
        query.push(" AND t.id >= ").push_bind(domain::id::uuid_v7(from, [0; 10]));
    }
    if let Some(to) = filter.to {
        query.push(" AND t.created_at < ").push_bind(millis(to));
        query.push(" AND t.id < ").push_bind(domain::id::uuid_v7(to, [0; 10]));
    }
}

fn search_text(transaction: &WalletTransaction) -> String {
    let sender = &transaction.sender;
    let parts =
        [&sender.name, &sender.bsb, &sender.account_number, &sender.iban, &sender.pay_id, &transaction.reference];
    search::search_text(parts.into_iter().flatten().map(String::as_str), None)
}

impl UnitOfWork {
    /// Adds a movement right after its entry was posted: its balance after is the account's balance now, and returned.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_transaction(&mut self, transaction: &WalletTransaction) -> Result<Money, Error> {
        let balance_after: i64 = query_scalar(
            "INSERT INTO wallet_transactions (organisation_id, id, wallet_id, customer_id, type, source, source_id, amount, currency,
                balance_after, sender, reference, search_text, created_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, a.balance, $10, $11, $12, $13
             FROM ledger_accounts a WHERE a.organisation_id = $1 AND a.id = $3
             RETURNING balance_after",
        )
        .bind(transaction.organisation_id.uuid())
        .bind(transaction.id.uuid())
        .bind(transaction.wallet_id.uuid())
        .bind(transaction.customer_id.map(CustomerId::uuid))
        .bind(transaction.kind.code())
        .bind(transaction.source.code())
        .bind(&transaction.source_id)
        .bind(transaction.amount.minor())
        .bind(transaction.amount.currency().code())
        .bind(to_json("sender", &transaction.sender)?)
        .bind(transaction.reference.as_deref())
        .bind(search_text(transaction))
        .bind(millis(transaction.created_at))
        .fetch_one(&mut self.conn())
        .await?;
        Ok(Money::new(balance_after, transaction.amount.currency()))
    }
}

/// The columns of a movement, in the order in which they are written.
pub(crate) const TRANSACTION_COLUMNS: [&str; 14] = [
    "organisation_id",
    "id",
    "wallet_id",
    "customer_id",
    "type",
    "source",
    "source_id",
    "amount",
    "currency",
    "balance_after",
    "sender",
    "reference",
    "search_text",
    "created_at",
];

/// Adds movements whose balances were worked out before.
pub(crate) async fn insert_transactions(conn: &mut Conn<'_>, transactions: &[WalletTransaction]) -> Result<(), Error> {
    let mut rows = Batch::new("wallet_transactions", &TRANSACTION_COLUMNS);
    for transaction in transactions {
        let sender = to_json("sender", &transaction.sender)?;
        rows.push(|row| {
            row.bind(transaction.organisation_id.uuid())
                .bind(transaction.id.uuid())
                .bind(transaction.wallet_id.uuid())
                .bind(transaction.customer_id.map(CustomerId::uuid))
                .bind(transaction.kind.code())
                .bind(transaction.source.code())
                .bind(&transaction.source_id)
                .bind(transaction.amount.minor())
                .bind(transaction.amount.currency().code())
                .bind(transaction.balance_after.minor())
                .bind(sender)
                .bind(transaction.reference.as_deref())
                .bind(search_text(transaction))
                .bind(millis(transaction.created_at));
        });
    }
    rows.write(conn).await
}
