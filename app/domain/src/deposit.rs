//! Deposits: what a bank tells of, and what becomes of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    customer::Customer,
    id::{CustomerId, DepositId, OrganisationId, VirtualAccountId, WalletId, WalletTransactionId},
    money::Money,
    standing::Reason,
    wallet::{SenderParty, VirtualAccount},
};

/// What became of a deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DepositStatus {
    /// In a wallet.
    Credited,
    /// In suspense, because no account was found for it.
    Held,
    /// Not wanted; the reason says why. It has to go back.
    Rejected,
    /// On its way back.
    ReturnPending,
    /// Back with its sender.
    Returned,
    /// Could not be sent back; a person must act.
    ReturnFailed,
}

impl DepositStatus {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Credited, Self::Held, Self::Rejected, Self::ReturnPending, Self::Returned, Self::ReturnFailed];

    /// The exact value on the screen and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Credited => "CREDITED",
            Self::Held => "HELD",
            Self::Rejected => "REJECTED",
            Self::ReturnPending => "RETURN_PENDING",
            Self::Returned => "RETURNED",
            Self::ReturnFailed => "RETURN_FAILED",
        }
    }

    /// The status of a value.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// What a bank told: money for an account, from somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositNotice {
    /// The way it came: `npp`, `direct_entry`, `other`, or the name of a bank file's format.
    pub rail: String,
    /// The bank's own id of the payment, unique on its rail.
    pub bank_reference: String,
    /// How much.
    pub amount: Money,
    /// Who sent it, as far as the bank told.
    pub sender: SenderParty,
    /// What the payer wrote.
    pub reference: Option<String>,
    /// The bank's time.
    pub received_at: DateTime<Utc>,
}

/// What is to become of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Into the wallet the account names.
    Credit,
    /// Into suspense.
    Hold(Reason),
    /// Back to the sender.
    Reject(Reason),
}

/// Who an account belongs to, as the decision needs it.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// The account that was paid.
    pub account: &'a VirtualAccount,
    /// Whose it is.
    pub customer: &'a Customer,
    /// Whether their organisation is suspended.
    pub is_organisation_suspended: bool,
}

/// Decides, in the order of `product.md`: account known and active, customer active and enabled, currency fits.
#[must_use]
pub fn decide(notice: &DepositNotice, addressee: Option<Addressee<'_>>) -> Outcome {
    let Some(Addressee { account, customer, is_organisation_suspended }) = addressee else {
        return Outcome::Hold(Reason::new("account_unknown", "No account has this number."));
    };
    if !account.is_active {
        return Outcome::Reject(Reason::new("account_closed", "The account was closed."));
    }
    if !customer.is_active(is_organisation_suspended) {
        return Outcome::Reject(Reason::new("customer_not_active", "The customer is not active."));
    }
    if !customer.is_enabled {
        return Outcome::Reject(Reason::new("customer_disabled", "The customer is disabled."));
    }
    if account.currency != notice.amount.currency() {
        return Outcome::Reject(Reason::new(
            "currency_mismatch",
            format!(
                "The account takes {}, and the money came in {}.",
                account.currency.code(),
                notice.amount.currency().code()
            ),
        ));
    }
    Outcome::Credit
}

/// A deposit and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// Its id.
    pub id: DepositId,
    /// Whose tenant; the house's while no account is known.
    pub organisation_id: OrganisationId,
    /// What became of it.
    pub status: DepositStatus,
    /// Why, where it was not credited.
    pub reason: Option<Reason>,
    /// What the bank told.
    pub notice: DepositNotice,
    /// The account that was paid.
    pub virtual_account_id: Option<VirtualAccountId>,
    /// The number the bank gave, where no account was found.
    pub account_text: Option<String>,
    /// Whose account.
    pub customer_id: Option<CustomerId>,
    /// The wallet that was credited.
    pub wallet_id: Option<WalletId>,
    /// The movement on it.
    pub wallet_transaction_id: Option<WalletTransactionId>,
    /// When Purser learned of it.
    pub created_at: DateTime<Utc>,
}
