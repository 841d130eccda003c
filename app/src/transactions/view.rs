//! What the pages of transactions show, and what their addresses hold.

use chrono::{DateTime, Utc, serde::ts_milliseconds};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use crate::{sum::Sum, ui::FieldProblem};

/// The filters of the listing as the address has them: text, each of which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransactionsQuery {
    pub wallet_id: String,
    pub customer_id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub source: String,
    pub currency: String,
    /// In the currency's major unit, as people type it: `1,250.00`.
    pub amount_min: String,
    pub amount_max: String,
    pub q: String,
    /// A day, or a moment in RFC 3339. Days are of UTC; the last one is included.
    pub from: String,
    pub to: String,
    pub cursor: String,
    pub trail: String,
}

impl TransactionsQuery {
    #[must_use]
    pub fn of(address: &ParamsMap) -> Self {
        let get = |name| address.get(name).unwrap_or_default();
        Self {
            wallet_id: get("wallet_id"),
            customer_id: get("customer_id"),
            kind: get("type"),
            source: get("source"),
            currency: get("currency"),
            amount_min: get("amount_min"),
            amount_max: get("amount_max"),
            q: get("q"),
            from: get("from"),
            to: get("to"),
            cursor: get("cursor"),
            trail: get("trail"),
        }
    }

    /// The filters by the names that the address gives them, without the place in the listing.
    #[must_use]
    pub fn filters(&self) -> [(&'static str, &str); 10] {
        [
            ("wallet_id", &self.wallet_id),
            ("customer_id", &self.customer_id),
            ("type", &self.kind),
            ("source", &self.source),
            ("currency", &self.currency),
            ("amount_min", &self.amount_min),
            ("amount_max", &self.amount_max),
            ("q", &self.q),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }
}

/// A movement as a row or a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionLine {
    pub id: String,
    pub wallet_id: String,
    pub customer_id: Option<String>,
    pub customer: Option<String>,
    /// In its exact word: `CREDIT`.
    pub kind: String,
    /// In words: `Deposit`.
    pub source: String,
    pub source_id: String,
    pub amount: Sum,
    pub balance_after: Sum,
    pub sender: Option<String>,
    pub sender_account: Option<String>,
    pub reference: Option<String>,
    #[serde(with = "ts_milliseconds")]
    pub created_at: DateTime<Utc>,
}

/// The listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionsView {
    pub rows: Vec<TransactionLine>,
    pub next: Option<String>,
    /// The newest movement there is, whichever filter is set: what changes when money moves.
    pub newest: Option<String>,
    /// The name of the customer that is filtered by.
    pub customer: Option<String>,
    /// What could not be read of the filters; those are not applied.
    pub problems: Vec<Problem>,
    pub currencies: Vec<String>,
    pub kinds: Vec<String>,
    /// Words and labels.
    pub sources: Vec<(String, String)>,
}

/// A problem with its field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub field: String,
    pub message: String,
}

impl From<Problem> for FieldProblem {
    fn from(problem: Problem) -> Self {
        Self { field: problem.field, message: problem.message }
    }
}

#[cfg(feature = "ssr")]
impl From<domain::fault::FieldError> for Problem {
    fn from(error: domain::fault::FieldError) -> Self {
        Self { field: error.field, message: error.message }
    }
}

#[cfg(feature = "ssr")]
impl From<(domain::wallet::WalletTransaction, Option<String>)> for TransactionLine {
    fn from((transaction, customer): (domain::wallet::WalletTransaction, Option<String>)) -> Self {
        Self {
            id: transaction.id.to_string(),
            wallet_id: transaction.wallet_id.to_string(),
            customer_id: transaction.customer_id.map(|id| id.to_string()),
            customer,
            kind: transaction.kind.code().to_owned(),
            source: transaction.source.label().to_owned(),
            source_id: transaction.source_id,
            amount: transaction.amount.into(),
            balance_after: transaction.balance_after.into(),
            sender_account: transaction.sender.account_text(),
            sender: transaction.sender.name,
            reference: transaction.reference,
            created_at: transaction.created_at,
        }
    }
}
