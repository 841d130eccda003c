//! Movements on wallets: list, show.

use axum::Json;
use domain::{
    id::WalletTransactionId,
    money::Currency,
    wallet::{TransactionSource, TransactionType},
};
use service::TransactionFilter;

use super::{Id, customers_list::search};
use crate::{
    auth::Caller,
    models::WalletTransaction,
    paging::{List, Paging},
    problem::Problem,
    query::{Edge, NoQuery, Query},
};

/// List wallet transactions
///
/// Newest first.
#[utoipa::path(
    get, path = "/wallet-transactions", operation_id = "list_wallet_transactions", tag = "Wallet transactions",
    params(
        ("wallet_id" = Option<String>, Query, description = "On this wallet."),
        ("customer_id" = Option<String>, Query, description = "For this customer."),
        ("type" = Option<String>, Query, description = "`CREDIT`, `DEBIT`, `RESERVE` or `RELEASE`.", example = "CREDIT"),
        ("source" = Option<String>, Query, description = "`deposit`, `transfer`, `fee`, `settlement`, `return`, `reversal` or `adjustment`.", example = "deposit"),
        ("currency" = Option<String>, Query, description = "In this currency, ISO 4217.", example = "AUD"),
        ("amount_min" = Option<i64>, Query, description = "Of this many minor units or more.", example = 100),
        ("amount_max" = Option<i64>, Query, description = "Of this many minor units or fewer.", example = 100_000),
        ("q" = Option<String>, Query, description = "Words in the sender's name, the sender's account or the reference.", example = "inv"),
        ("from" = Option<String>, Query, description = "Then or later: a time (RFC 3339) or a day.", example = "2026-03-01"),
        ("to" = Option<String>, Query, description = "Before that time, or on that day at the latest.", example = "2026-03-31"),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 25 when absent.", minimum = 1, maximum = 200, example = 25),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before; good for the same filters only."),
    ),
    responses((status = 200, description = "A page of wallet transactions.", body = List<WalletTransaction>)),
)]
pub async fn list(caller: Caller, mut query: Query) -> Result<Json<List<WalletTransaction>>, Problem> {
    let filter = filter(&mut query);
    let paging = Paging::read(&mut query, "wallet-transactions");
    query.finish()?;
    let page = caller.reader().transactions(&filter, &paging.request).await?;
    Ok(Json(paging.list(page, |(transaction, _)| transaction.into())))
}

/// Show a wallet transaction
#[utoipa::path(
    get, path = "/wallet-transactions/{id}", operation_id = "show_wallet_transaction", tag = "Wallet transactions", params(("id" = String, Path, description = "`wtxn_…`")),
    responses((status = 200, description = "The movement.", body = WalletTransaction)),
)]
pub async fn show(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<WalletTransactionId>,
) -> Result<Json<WalletTransaction>, Problem> {
    let (transaction, _) = caller.reader().transaction(id).await?;
    Ok(Json(transaction.into()))
}

fn filter(query: &mut Query) -> TransactionFilter {
    let types = TransactionType::ALL.map(|kind| (kind.code(), kind));
    let sources = TransactionSource::ALL.map(|source| (source.code(), source));
    TransactionFilter {
        wallet_id: query.value("wallet_id", str::parse),
        customer_id: query.value("customer_id", str::parse),
        kind: query.word("type", &types),
        source: query.word("source", &sources),
        currency: query.value("currency", Currency::parse),
        amount_min: query.amount("amount_min"),
        amount_max: query.amount("amount_max"),
        q: query.value("q", search),
        from: query.moment("from", Edge::Begin),
        to: query.moment("to", Edge::End),
    }
}
