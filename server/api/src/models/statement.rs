//! A statement as it is written, a portion at a time.

use domain::wallet;
use serde::Serialize;
use service::StatementHead;
use utoipa::ToSchema;

use super::{WalletTransaction, words::Moment};

/// What moved on a wallet in a period. The opening balance and the movements are the closing balance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statement {
    /// Of which wallet.
    #[schema(example = "wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    wallet_id: String,
    /// Whose money it is.
    #[schema(example = "Mara Lindqvist")]
    account_holder: String,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// Where the period begins.
    from: Moment,
    /// Where it ends: the first moment that does not belong to it.
    to: Moment,
    /// What was posted before the period, in minor units.
    #[schema(example = 125_000)]
    opening_balance: i64,
    /// What was posted at its end, in minor units.
    #[schema(example = 137_500)]
    closing_balance: i64,
    /// What was posted in between, oldest first. Money that is only set aside is not in it.
    // Written last and in portions, so it stays last.
    transactions: Vec<WalletTransaction>,
}

/// Closes the list and the object.
const END: &str = "]}";

impl Statement {
    /// All but the movements, with the list left open.
    ///
    /// # Errors
    /// When it cannot be written, which never happens.
    pub fn begin(head: &StatementHead) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec(&Self {
            wallet_id: head.wallet_id.to_string(),
            account_holder: head.holder.clone(),
            currency: head.currency().code(),
            from: Moment(head.from),
            to: Moment(head.before),
            opening_balance: head.opening.minor(),
            closing_balance: head.closing.minor(),
            transactions: Vec::new(),
        })?;
        bytes.truncate(bytes.len().saturating_sub(END.len()));
        Ok(bytes)
    }

    /// More movements.
    ///
    /// # Errors
    /// When they cannot be written, which never happens.
    pub fn lines(is_first: bool, lines: Vec<wallet::WalletTransaction>) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = Vec::new();
        for (number, line) in lines.into_iter().enumerate() {
            if !is_first || number > 0 {
                bytes.push(b',');
            }
            serde_json::to_writer(&mut bytes, &WalletTransaction::from(line))?;
        }
        Ok(bytes)
    }

    /// The end.
    #[must_use]
    pub fn end() -> Vec<u8> {
        END.as_bytes().to_vec()
    }
}
