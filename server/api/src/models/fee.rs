//! Fees as they are written.

use domain::fee;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{FeeStatusWord, Moment};

/// What you owe for a deposit that reached a wallet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fee {
    /// Its id.
    #[schema(example = "fee_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// What became of it.
    status: FeeStatusWord,
    /// For which deposit.
    #[schema(example = "deposit_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    deposit_id: String,
    /// How much, in minor units, without tax.
    #[schema(example = 70)]
    amount: i64,
    /// The tax on it.
    #[schema(example = 7)]
    tax: i64,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// The settlement that kept it back.
    #[schema(required = true)]
    settlement_id: Option<String>,
    /// Why it was waived.
    #[schema(required = true)]
    reason: Option<String>,
    /// When it was charged.
    created_at: Moment,
    /// When it was collected, kept back or waived.
    #[schema(required = true)]
    ended_at: Option<Moment>,
}

impl From<fee::Fee> for Fee {
    fn from(fee: fee::Fee) -> Self {
        Self {
            id: fee.id.to_string(),
            status: FeeStatusWord(fee.status),
            deposit_id: fee.deposit_id.to_string(),
            amount: fee.amount.minor(),
            tax: fee.tax.minor(),
            currency: fee.amount.currency().code(),
            settlement_id: fee.settlement_id.map(|id| id.to_string()),
            reason: fee.reason,
            created_at: Moment(fee.created_at),
            ended_at: fee.ended_at.map(Moment),
        }
    }
}
