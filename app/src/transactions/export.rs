//! The listing as a file, sent while it is read: a page of rows at a time, however many there are.

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use futures::stream;
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use service::{PageRequest, Purser, Reader, Session, TransactionFilter, csv};

use super::{form, view::TransactionsQuery};
use crate::{error::chain, routes};

/// Rows read at a time.
const ROWS_AT_ONCE: u32 = 500;

const HEADERS: [&str; 12] = [
    "Transaction ID",
    "Wallet ID",
    "Customer ID",
    "Customer",
    "Type",
    "Source",
    "Amount",
    "Balance After",
    "Currency",
    "Sender",
    "Sender Account",
    "Reference",
];

/// `GET /wallet-transactions.csv` with the filters of the page.
pub async fn export(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    Query(query): Query<TransactionsQuery>,
) -> Response {
    let Some(Extension(session)) = session else {
        return Redirect::to(&routes::sign_in(routes::TRANSACTIONS)).into_response();
    };
    let (filter, errors) = form::read(&query);
    if !errors.is_empty() {
        // The page names what is wrong; a file of something else than what was asked for would be believed.
        return Redirect::to(&routes::with_query(routes::TRANSACTIONS, &query.filters())).into_response();
    }
    let export = Export { reader: purser.reader(&session.authority), filter, after: None, is_first: true };
    let pages = stream::try_unfold(Some(export), |export| async move {
        match export {
            Some(export) => export.next().await.map(Some).inspect_err(|error| {
                tracing::error!(code = error.code(), cause = %chain(error), "an export was cut off");
            }),
            None => Ok::<_, service::Error>(None),
        }
    });
    let mut response = Body::from_stream(pages).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"wallet-transactions.csv\""));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

struct Export {
    reader: Reader,
    filter: TransactionFilter,
    after: Option<String>,
    is_first: bool,
}

impl Export {
    /// The next part of the file, and how to go on.
    async fn next(mut self) -> Result<(Bytes, Option<Self>), service::Error> {
        let request = PageRequest { limit: ROWS_AT_ONCE, after: self.after.take() };
        let page = self.reader.transactions(&self.filter, &request).await?;
        let mut records = Vec::with_capacity(page.rows.len() + 1);
        if self.is_first {
            records.push(HEADERS.map(str::to_owned).into_iter().chain(["Created At".to_owned()]).collect());
        }
        records.extend(page.rows.into_iter().map(record));
        let bytes = csv::write(&records).map_err(service::Error::Internal)?;
        let rest = page.next.map(|after| Self { after: Some(after), is_first: false, ..self });
        Ok((bytes.into(), rest))
    }
}

fn record((transaction, customer): (domain::wallet::WalletTransaction, Option<String>)) -> Vec<String> {
    let text = |text: Option<String>| text.map(csv::harmless).unwrap_or_default();
    let sender_account = transaction.sender.account_text();
    vec![
        transaction.id.to_string(),
        transaction.wallet_id.to_string(),
        transaction.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        text(customer),
        transaction.kind.code().to_owned(),
        transaction.source.code().to_owned(),
        transaction.amount.to_decimal_string(),
        transaction.balance_after.to_decimal_string(),
        transaction.amount.currency().code().to_owned(),
        text(transaction.sender.name),
        text(sender_account),
        text(transaction.reference),
        crate::ui::format::machine(transaction.created_at),
    ]
}
