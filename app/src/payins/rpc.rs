//! What the page of deposits asks the server.

use leptos::prelude::*;

use super::view::{DepositLine, DepositsQuery, DepositsView};
use crate::{codec::JsonBody, error::AppError};
#[cfg(feature = "ssr")]
use crate::{paging, session::Here};

#[server(prefix = "/rpc", endpoint = "deposits/page", output = JsonBody)]
pub async fn deposits_page(query: DepositsQuery) -> Result<DepositsView, AppError> {
    let here = Here::signed_in()?;
    here.answer(read(&here, &query).await)
}

#[server(prefix = "/rpc", endpoint = "deposits/one", output = JsonBody)]
pub async fn deposit_page(id: String) -> Result<DepositLine, AppError> {
    let here = Here::signed_in()?;
    let read = async {
        let deposit = here.reader().deposit(id.parse().map_err(|_| service::Error::NotFound)?).await?;
        let customer = match deposit.customer_id {
            Some(id) => here.reader().customer(id).await.ok().map(|customer| customer.details.name()),
            None => None,
        };
        Ok(DepositLine::of(deposit, customer))
    };
    here.answer(read.await)
}

#[cfg(feature = "ssr")]
async fn read(here: &Here, query: &DepositsQuery) -> Result<DepositsView, service::Error> {
    use std::collections::HashMap;

    use domain::deposit::DepositStatus;
    use service::{DepositFilter, Error, PageRequest};

    let reader = here.reader();
    let status = match query.status.as_str() {
        "" => None,
        code => Some(
            DepositStatus::from_code(code)
                .ok_or_else(|| Error::field("status", "invalid", "Choose one of the states offered."))?,
        ),
    };
    let customer_id = match query.customer_id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Error::NotFound)?),
    };
    let after = (!query.cursor.is_empty()).then(|| query.cursor.clone());
    let newest = reader.newest_transaction(None).await?;
    let page = reader
        .deposits(
            &DepositFilter { status, customer_id, ..DepositFilter::default() },
            &PageRequest { limit: paging::ROWS, after },
        )
        .await?;
    let mut names = HashMap::new();
    for id in page.rows.iter().filter_map(|deposit| deposit.customer_id) {
        if let std::collections::hash_map::Entry::Vacant(entry) = names.entry(id) {
            // A deleted customer has deposits and no page; the id is shown then.
            entry.insert(reader.customer(id).await.ok().map(|customer| customer.details.name()));
        }
    }
    let rows = page.rows.into_iter().map(|deposit| {
        let name = deposit.customer_id.and_then(|id| names.get(&id).cloned().flatten());
        DepositLine::of(deposit, name)
    });
    Ok(DepositsView {
        rows: rows.collect(),
        next: page.next,
        statuses: DepositStatus::ALL.iter().map(|status| status.code().to_owned()).collect(),
        newest: newest.map(|id| id.to_string()),
    })
}
