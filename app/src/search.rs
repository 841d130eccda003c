//! The search of the top bar: an id leads to its page, anything else is looked for among the customers.

use axum::{extract::Query, response::Redirect, routing::get};
use domain::id::{CustomerId, DepositId, DocumentId, WalletId, WalletTransactionId};
use serde::Deserialize;

use crate::routes;

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

pub fn http_routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new().route(routes::SEARCH, get(search))
}

async fn search(Query(Search { q }): Query<Search>) -> Redirect {
    Redirect::to(&target(q.trim()))
}

fn target(q: &str) -> String {
    if q.parse::<CustomerId>().is_ok() {
        routes::customer(q)
    } else if q.parse::<WalletId>().is_ok() {
        routes::wallet(q)
    } else if q.parse::<WalletTransactionId>().is_ok() {
        routes::transaction(q)
    } else if q.parse::<DepositId>().is_ok() {
        routes::deposit(q)
    } else if q.parse::<DocumentId>().is_ok() {
        routes::document_content(q)
    } else {
        routes::with_query(routes::CUSTOMERS, &[("q", q)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_to_its_page_and_words_to_the_customers() {
        let id = |prefix: &str| format!("{prefix}01975fab0f3c7d0c9a4e1b2c3d4e5f60");
        assert_eq!(target(&id("customer_")), format!("/customers/{}", id("customer_")));
        assert_eq!(target(&id("wallet_")), format!("/wallets/{}", id("wallet_")));
        assert_eq!(target(&id("wtxn_")), format!("/wallet-transactions/{}", id("wtxn_")));
        assert_eq!(target("wallet_../../x"), "/customers?q=wallet_..%2F..%2Fx");
        assert_eq!(target(""), "/customers");
    }
}
