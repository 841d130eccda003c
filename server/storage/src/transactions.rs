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

impl TransactionFilter {
    const fn has_kind(&self) -> bool {
        self.kind.is_some() || self.source.is_some() || self.currency.is_some()
    }
}

pub(crate) fn transaction(row: &Row) -> Result<WalletTransaction, Error> {
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

fn transaction_with_name(row: &Row) -> Result<(WalletTransaction, Option<String>), Error> {
    Ok((transaction(row)?, row.try_get("customer_name")?))
}

/// So many are looked up and sorted as quickly as one in so many is met on a walk.
const MANY: i64 = 5_000;
const AMOUNT: &str = "wallet_transactions_amount";
const KIND: &str = "wallet_transactions_kind";

/// How a page is read.
enum Route {
    /// As the planner sees fit.
    Planned,
    /// Along the index for words, whose order is the one in which movements were written.
    Search,
    /// By this index.
    Index(&'static str),
}

const COLUMNS: &str =
    "t.organisation_id, t.id, t.wallet_id, t.customer_id, t.type, t.source, t.source_id, t.amount, t.currency,
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
        row.as_ref().map(transaction_with_name).transpose()
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
        let is_postgres = self.0.is_postgres();
        let route = self.route(organisation_id, filter, search.is_some()).await?;
        let mut query = QueryBuilder::new(format!("SELECT {COLUMNS} FROM "));
        match (&route, &search) {
            (Route::Search, Some(search)) => {
                // CROSS JOIN keeps the search index outside.
                query.push("wallet_transactions_search s CROSS JOIN wallet_transactions t ON t.seq = s.rowid");
                query.push(CUSTOMER).push(" WHERE s.search_text MATCH ").push_bind(search.expression()).push(" AND ");
            }
            (Route::Index(index), _) => {
                query.push("wallet_transactions t INDEXED BY ").push(index).push(CUSTOMER).push(" WHERE ");
            }
            _ => {
                query.push("wallet_transactions t").push(CUSTOMER).push(" WHERE ");
            }
        }
        query.push("t.organisation_id = ").push_bind(organisation_id.uuid());
        push_filter(&mut query, filter);
        if matches!(route, Route::Index(KIND)) || (is_postgres && filter.has_kind()) {
            push_all_kinds(&mut query, filter);
        }
        match &search {
            Some(search) if matches!(route, Route::Search) => search.push_checks(&mut query, "t.search_text"),
            Some(search) => {
                query.push(" AND t.search_text <> ''");
                search.push_conditions(&mut query, "t.search_text", is_postgres);
            }
            None => {}
        }
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            if matches!(route, Route::Search) {
                query.push(" AND s.rowid < (SELECT seq FROM wallet_transactions WHERE organisation_id = ");
                query.push_bind(organisation_id.uuid()).push(" AND id = ").push_bind(after).push(")");
            } else {
                query.push(" AND t.id < ").push_bind(after);
            }
        }
        query.push(if matches!(route, Route::Search) { " ORDER BY s.rowid DESC" } else { " ORDER BY t.id DESC" });
        query.push(" LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<_> = rows.iter().map(transaction_with_name).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |(transaction, _)| transaction.id.uuid().simple().to_string()))
    }

    /// By which index a page is read on the embedded database, whose planner does not know how common an amount or a
    /// kind of movement is: one that few have is looked up and sorted; else the next match is near in the order of time.
    async fn route(
        &mut self,
        organisation_id: OrganisationId,
        filter: &TransactionFilter,
        is_search: bool,
    ) -> Result<Route, Error> {
        if self.0.is_postgres() {
            return Ok(Route::Planned);
        }
        let is_of_one = filter.wallet_id.is_some() || filter.customer_id.is_some();
        let has_amount = filter.amount_min.is_some() || filter.amount_max.is_some();
        if has_amount && self.is_rare(organisation_id, AMOUNT, |query| push_amounts(query, filter)).await? {
            return Ok(Route::Index(AMOUNT));
        }
        if filter.has_kind()
            && !is_of_one
            && self
                .is_rare(organisation_id, KIND, |query| {
                    push_kind(query, filter);
                    push_all_kinds(query, filter);
                })
                .await?
        {
            return Ok(Route::Index(KIND));
        }
        Ok(match (filter.wallet_id, filter.customer_id) {
            _ if is_search => Route::Search,
            (Some(_), _) => Route::Index("wallet_transactions_wallet"),
            (None, Some(_)) => Route::Index("wallet_transactions_customer"),
            (None, None) => Route::Index("wallet_transactions_id"),
        })
    }

    /// Whether fewer movements than are quickly sorted have what an index is about.
    async fn is_rare(
        &mut self,
        organisation_id: OrganisationId,
        index: &str,
        push: impl FnOnce(&mut QueryBuilder<'_>),
    ) -> Result<bool, Error> {
        let mut query = QueryBuilder::new("SELECT count(*) FROM (SELECT 1 FROM wallet_transactions t INDEXED BY ");
        query.push(index).push(" WHERE t.organisation_id = ").push_bind(organisation_id.uuid());
        push(&mut query);
        query.push(" LIMIT ").push_bind(MANY).push(")");
        let found: i64 = query.build_query_scalar().fetch_one(&mut self.0).await?;
        Ok(found < MANY)
    }

    /// The number of the newest movement of all: they are numbered as they are written. A number that was taken by what
    /// was given up is missing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn movements_written(&mut self) -> Result<i64, Error> {
        query_scalar("SELECT coalesce(max(seq), 0) FROM wallet_transactions").fetch_one(&mut self.0).await
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
        let index = match wallet_id {
            _ if self.0.is_postgres() => "",
            Some(_) => " INDEXED BY wallet_transactions_wallet",
            None => " INDEXED BY wallet_transactions_id",
        };
        let mut query = QueryBuilder::new("SELECT id FROM wallet_transactions");
        query.push(index).push(" WHERE organisation_id = ").push_bind(organisation_id.uuid());
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
    push_kind(query, filter);
    push_amounts(query, filter);
    if let Some(from) = filter.from {
        query.push(" AND t.created_at >= ").push_bind(millis(from));
        query.push(" AND t.id >= ").push_bind(domain::id::uuid_v7(from, [0; 10]));
    }
    if let Some(to) = filter.to {
        query.push(" AND t.created_at < ").push_bind(millis(to));
        query.push(" AND t.id < ").push_bind(domain::id::uuid_v7(to, [0; 10]));
    }
}

fn push_kind(query: &mut QueryBuilder<'_>, filter: &TransactionFilter) {
    if let Some(kind) = filter.kind {
        query.push(" AND t.type = ").push_bind(kind.code());
    }
    if let Some(source) = filter.source {
        query.push(" AND t.source = ").push_bind(source.code());
    }
    if let Some(currency) = filter.currency {
        query.push(" AND t.currency = ").push_bind(currency.code());
    }
}

/// Names every source and type where the filter leaves them open: the index begins with them.
fn push_all_kinds(query: &mut QueryBuilder<'_>, filter: &TransactionFilter) {
    if filter.source.is_none() {
        push_any(query, "t.source", TransactionSource::ALL.map(TransactionSource::code));
    }
    if filter.kind.is_none() {
        push_any(query, "t.type", TransactionType::ALL.map(TransactionType::code));
    }
}

fn push_any(query: &mut QueryBuilder<'_>, column: &str, words: impl IntoIterator<Item = &'static str>) {
    query.push(" AND ").push(column);
    for (at, word) in words.into_iter().enumerate() {
        query.push(if at == 0 { " IN (" } else { ", " }).push_bind(word);
    }
    query.push(")");
}

fn push_amounts(query: &mut QueryBuilder<'_>, filter: &TransactionFilter) {
    if let Some(min) = filter.amount_min {
        query.push(" AND t.amount >= ").push_bind(min);
    }
    if let Some(max) = filter.amount_max {
        query.push(" AND t.amount <= ").push_bind(max);
    }
}

fn search_text(transaction: &WalletTransaction) -> String {
    let sender = &transaction.sender;
    let parts =
        [&sender.name, &sender.bsb, &sender.account_number, &sender.iban, &sender.pay_id, &transaction.reference];
    search::search_text(parts.into_iter().flatten().map(String::as_str), None)
}

impl UnitOfWork {
    /// Adds a movement right after its entry was posted: its balance after is the account's balance now, and returned. What
    /// is set aside now is kept beside it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_transaction(&mut self, transaction: &WalletTransaction) -> Result<Money, Error> {
        let balance_after: i64 = query_scalar(
            "INSERT INTO wallet_transactions (organisation_id, id, wallet_id, customer_id, type, source, source_id, amount, currency,
                balance_after, reserved_after, sender, reference, search_text, created_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, a.balance, a.reserved, $10, $11, $12, $13
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
