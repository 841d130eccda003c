//! What the page of deposits shows.

use chrono::{DateTime, Utc, serde::ts_milliseconds};
use serde::{Deserialize, Serialize};

use crate::sum::Sum;

/// The filters as the address has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DepositsQuery {
    pub status: String,
    pub customer_id: String,
    pub cursor: String,
    pub trail: String,
}

impl DepositsQuery {
    /// The filters by the names that the address gives them.
    #[must_use]
    pub fn filters(&self) -> [(&'static str, &str); 2] {
        [("status", &self.status), ("customer_id", &self.customer_id)]
    }
}

/// A deposit as a row shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepositLine {
    pub id: String,
    /// In its exact word: `CREDITED`.
    pub status: String,
    /// Why it was not credited, or why it could not go back.
    pub reason: Option<String>,
    /// How it goes back.
    pub returned: Option<String>,
    pub amount: Sum,
    pub customer_id: Option<String>,
    pub customer: Option<String>,
    pub wallet_id: Option<String>,
    pub wallet_transaction_id: Option<String>,
    /// The number the bank gave, where no account was found.
    pub account: Option<String>,
    pub sender: Option<String>,
    pub sender_account: Option<String>,
    pub reference: Option<String>,
    pub rail: String,
    pub bank_reference: String,
    #[serde(with = "ts_milliseconds")]
    pub received_at: DateTime<Utc>,
}

/// The listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepositsView {
    pub rows: Vec<DepositLine>,
    pub next: Option<String>,
    pub statuses: Vec<String>,
    pub newest: Option<String>,
}

#[cfg(feature = "ssr")]
impl DepositLine {
    /// A deposit with the name of its customer.
    #[must_use]
    pub fn of(deposit: domain::deposit::Deposit, customer: Option<String>) -> Self {
        let notice = deposit.notice;
        Self {
            id: deposit.id.to_string(),
            status: deposit.status.code().to_owned(),
            returned: deposit.returned.as_ref().map(back),
            reason: deposit
                .returned
                .and_then(|returned| returned.reason)
                .or(deposit.reason)
                .map(|reason| reason.message),
            amount: notice.amount.into(),
            customer_id: deposit.customer_id.map(|id| id.to_string()),
            customer,
            wallet_id: deposit.wallet_id.map(|id| id.to_string()),
            wallet_transaction_id: deposit.wallet_transaction_id.map(|id| id.to_string()),
            account: deposit.account_text,
            sender_account: notice.sender.account_text(),
            sender: notice.sender.name,
            reference: notice.reference,
            rail: notice.rail,
            bank_reference: notice.bank_reference,
            received_at: notice.received_at,
        }
    }
}

/// To whom a deposit goes back, and how far it has come.
#[cfg(feature = "ssr")]
fn back(returned: &domain::deposit::DepositReturn) -> String {
    use domain::deposit::ReturnStatus;

    let receiver = &returned.receiver;
    let to = [receiver.name.clone(), receiver.account_text()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let to = if to.is_empty() { "nobody that the bank named".to_owned() } else { to };
    match (returned.status, &returned.bank_reference) {
        (ReturnStatus::Pending, _) => format!("On its way to {to}"),
        (ReturnStatus::Returned, Some(reference)) => format!("Paid back to {to} ({reference})"),
        (ReturnStatus::Returned, None) => format!("Paid back to {to}"),
        (ReturnStatus::Failed, _) => format!("Could not be paid back to {to}"),
    }
}
