//! Transfers as they are written, and the request for one.

use domain::{
    fault::FieldError,
    id::WalletId,
    money::{Currency, Money},
    transfer,
};
use serde::{Deserialize, Serialize};
use service::NewTransfer;
use utoipa::ToSchema;

use super::words::{Moment, TransferStatusWord};
use crate::problem::Problem;

/// A transfer that is wanted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "from_wallet_id": "wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c",
    "to_wallet_id": "wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3d",
    "amount": 12500,
    "currency": "AUD",
    "reference": "INV 1042"
}))]
pub struct TransferRequest {
    /// The wallet that the money leaves.
    #[schema(required = true, nullable = false)]
    pub from_wallet_id: Option<String>,
    /// The wallet that it reaches: in the same currency.
    #[schema(required = true, nullable = false)]
    pub to_wallet_id: Option<String>,
    /// How much, in minor units.
    #[schema(required = true, nullable = false, minimum = 1)]
    pub amount: Option<i64>,
    /// ISO 4217.
    #[schema(required = true, nullable = false)]
    pub currency: Option<String>,
    /// What for; shown on both wallets.
    #[schema(max_length = 140)]
    pub reference: Option<String>,
    /// `true` only sets the money aside: the transfer is posted or released later. `false` when absent.
    pub is_reserved: Option<bool>,
}

impl TransferRequest {
    /// What is wanted.
    ///
    /// # Errors
    /// Every field that cannot be read.
    pub fn read(self) -> Result<NewTransfer, Problem> {
        let mut errors = Vec::new();
        let mut wallet = |field: &'static str, text: Option<&str>, missing: &str| match text.map(str::parse::<WalletId>)
        {
            Some(Ok(id)) => Some(id),
            Some(Err(fault)) => {
                errors.push(fault.at(field));
                None
            }
            None => {
                errors.push(FieldError::new(field, "required", missing));
                None
            }
        };
        let from = wallet("from_wallet_id", self.from_wallet_id.as_deref(), "Say which wallet the money leaves");
        let to = wallet("to_wallet_id", self.to_wallet_id.as_deref(), "Say which wallet the money reaches");
        if self.amount.is_none() {
            errors.push(FieldError::new("amount", "required", "Give the amount in minor units"));
        }
        let currency = match self.currency.as_deref().map(Currency::parse) {
            Some(Ok(currency)) => Some(currency),
            Some(Err(fault)) => {
                errors.push(fault.at("currency"));
                None
            }
            None => {
                errors.push(FieldError::new("currency", "required", "Give the currency of the amount"));
                None
            }
        };
        match (from, to, self.amount, currency) {
            (Some(from), Some(to), Some(amount), Some(currency)) => Ok(NewTransfer {
                from,
                to,
                amount: Money::new(amount, currency),
                reference: self.reference,
                is_reserved: self.is_reserved.unwrap_or_default(),
            }),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// Money that goes from one wallet of the organisation to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transfer {
    /// Its id.
    #[schema(example = "transfer_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// How far it has come.
    status: TransferStatusWord,
    /// The wallet that it leaves.
    #[schema(example = "wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    from_wallet_id: String,
    /// The wallet that it reaches.
    #[schema(example = "wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3d")]
    to_wallet_id: String,
    /// How much, in minor units.
    #[schema(example = 12500)]
    amount: i64,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// What for.
    #[schema(required = true, example = "INV 1042")]
    reference: Option<String>,
    /// When it was asked for.
    created_at: Moment,
    /// When it was posted or released.
    #[schema(required = true)]
    settled_at: Option<Moment>,
}

impl From<transfer::Transfer> for Transfer {
    fn from(transfer: transfer::Transfer) -> Self {
        Self {
            id: transfer.id.to_string(),
            status: TransferStatusWord(transfer.status),
            from_wallet_id: transfer.from_wallet_id.to_string(),
            to_wallet_id: transfer.to_wallet_id.to_string(),
            amount: transfer.amount.minor(),
            currency: transfer.amount.currency().code(),
            reference: transfer.reference,
            created_at: Moment(transfer.created_at),
            settled_at: transfer.settled_at.map(Moment),
        }
    }
}
