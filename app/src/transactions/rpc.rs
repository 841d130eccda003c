//! What the pages of transactions ask the server.

use leptos::prelude::*;

use super::view::{TransactionLine, TransactionsQuery, TransactionsView};
use crate::{codec::JsonBody, error::AppError};
#[cfg(feature = "ssr")]
use crate::{paging, session::Here};

#[server(prefix = "/rpc", endpoint = "transactions/page", output = JsonBody)]
pub async fn transactions_page(query: TransactionsQuery) -> Result<TransactionsView, AppError> {
    let here = Here::signed_in()?;
    here.answer(read_page(&here, &query).await)
}

#[server(prefix = "/rpc", endpoint = "transactions/one", output = JsonBody)]
pub async fn transaction_page(id: String) -> Result<TransactionLine, AppError> {
    let here = Here::signed_in()?;
    let read = async {
        let id = id.parse().map_err(|_| service::Error::NotFound)?;
        here.reader().transaction(id).await.map(TransactionLine::from)
    };
    here.answer(read.await)
}

/// The newest movement on a wallet, or of all: cheap enough to be asked every second.
#[server(prefix = "/rpc", endpoint = "transactions/newest", output = JsonBody)]
pub async fn newest_transaction(#[server(default)] wallet_id: String) -> Result<Option<String>, AppError> {
    let here = Here::signed_in()?;
    let read = async {
        let wallet_id = match wallet_id.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| service::Error::NotFound)?),
        };
        here.reader().newest_transaction(wallet_id).await.map(|id| id.map(|id| id.to_string()))
    };
    here.answer(read.await)
}

#[cfg(feature = "ssr")]
async fn read_page(here: &Here, query: &TransactionsQuery) -> Result<TransactionsView, service::Error> {
    use domain::{
        money::Currency,
        wallet::{TransactionSource, TransactionType},
    };

    let reader = here.reader();
    let (filter, errors) = super::form::read(query);
    let after = (!query.cursor.is_empty()).then(|| query.cursor.clone());
    // Asked first: what comes in between is then seen as news.
    let newest = reader.newest_transaction(filter.wallet_id).await?;
    let page = reader.transactions(&filter, &service::PageRequest { limit: paging::ROWS, after }).await?;
    let customer = match filter.customer_id {
        Some(id) => reader.customer(id).await.ok().map(|customer| customer.details.name()),
        None => None,
    };
    Ok(TransactionsView {
        rows: page.rows.into_iter().map(TransactionLine::from).collect(),
        next: page.next,
        newest: newest.map(|id| id.to_string()),
        customer,
        problems: errors.into_iter().map(Into::into).collect(),
        currencies: Currency::WALLETS.iter().map(|currency| currency.code().to_owned()).collect(),
        kinds: TransactionType::ALL.iter().map(|kind| kind.code().to_owned()).collect(),
        sources: TransactionSource::ALL
            .iter()
            .map(|source| (source.code().to_owned(), source.label().to_owned()))
            .collect(),
    })
}
