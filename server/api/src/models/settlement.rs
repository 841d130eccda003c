//! Settlements as they are written.

use domain::settlement::{self, SettlementAccount};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{Moment, SettlementModeWord, SettlementStatusWord};

/// A payout of what was collected.
#[derive(Debug, Serialize, ToSchema)]
pub struct Settlement {
    /// Its id.
    #[schema(example = "settlement_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// What became of it.
    status: SettlementStatusWord,
    /// The business day that it was made for.
    #[schema(example = "2026-11-27")]
    date: String,
    /// Whether fees were kept back.
    mode: SettlementModeWord,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// What its deposits come to, in minor units.
    #[schema(example = 125_000)]
    gross: i64,
    /// Fees that were kept back, without tax.
    #[schema(example = 0)]
    fees: i64,
    /// The tax on them.
    #[schema(example = 0)]
    tax: i64,
    /// What is paid.
    #[schema(example = 125_000)]
    net: i64,
    /// How many deposits it pays out. `GET /deposits?settlement_id=` lists them.
    #[schema(example = 12)]
    deposits: i64,
    /// What you read on your bank's statement.
    #[schema(example = "S9B1C4E8A7D6F5B3C")]
    reference: String,
    /// The bank's id of the payment.
    #[schema(required = true)]
    bank_reference: Option<String>,
    /// Why the bank could not pay it.
    #[schema(required = true)]
    reason: Option<String>,
    /// When it was made.
    created_at: Moment,
    /// When the bank was told to pay it.
    #[schema(required = true)]
    sent_at: Option<Moment>,
    /// When it was paid, or failed.
    #[schema(required = true)]
    ended_at: Option<Moment>,
    /// Where it is paid to; with a single settlement only.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<PaidAccount>,
}

/// The bank account that a settlement is paid to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaidAccount {
    /// The holder.
    #[schema(example = "Northwind Traders Pty Ltd")]
    name: String,
    /// The number, all but its end hidden.
    #[schema(example = "••••••••5678")]
    number: String,
}

impl From<settlement::Settlement> for Settlement {
    fn from(settlement: settlement::Settlement) -> Self {
        Self {
            id: settlement.id.to_string(),
            status: SettlementStatusWord(settlement.status),
            date: settlement.date.to_string(),
            mode: SettlementModeWord(settlement.mode),
            currency: settlement.gross.currency().code(),
            gross: settlement.gross.minor(),
            fees: settlement.fees.minor(),
            tax: settlement.tax.minor(),
            net: settlement.net.minor(),
            deposits: settlement.deposits,
            reference: settlement.reference,
            bank_reference: settlement.bank_reference,
            reason: settlement.reason,
            created_at: Moment(settlement.created_at),
            sent_at: settlement.sent_at.map(Moment),
            ended_at: settlement.ended_at.map(Moment),
            account: None,
        }
    }
}

impl Settlement {
    /// With the account that it is paid to.
    #[must_use]
    pub fn paid_to(mut self, account: SettlementAccount) -> Self {
        self.account = Some(PaidAccount { name: account.name, number: masked(&account.number.display()) });
        self
    }
}

/// The last four characters; the others are hidden.
fn masked(number: &str) -> String {
    let letters: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let shown = letters.len().saturating_sub(4);
    letters.iter().enumerate().map(|(at, letter)| if at < shown { '•' } else { *letter }).collect()
}
