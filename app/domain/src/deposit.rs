//! Deposits: what a bank tells of, and what becomes of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    customer::Customer,
    id::{
        CustomerId, DepositId, OrganisationId, ReturnId, ReversalId, SettlementId, VirtualAccountId, WalletId,
        WalletTransactionId,
    },
    ledger::AccountKind,
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
    /// Taken back by its bank.
    Reversed,
}

impl DepositStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Credited,
        Self::Held,
        Self::Rejected,
        Self::ReturnPending,
        Self::Returned,
        Self::ReturnFailed,
        Self::Reversed,
    ];

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
            Self::Reversed => "REVERSED",
        }
    }

    /// Whether a deposit may go from here to there. The database holds the same graph.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use DepositStatus::{Credited, Held, Rejected, ReturnFailed, ReturnPending, Returned, Reversed};
        matches!(
            (self, next),
            (Credited | Held | Rejected | ReturnFailed, Reversed)
                | (Held | ReturnFailed, Credited)
                | (Held | Rejected | ReturnFailed, ReturnPending)
                | (ReturnPending, Returned | ReturnFailed)
        )
    }

    /// Where the money stands in the ledger while a deposit is like this: nowhere any more once it has left.
    #[must_use]
    pub const fn stands_in(self) -> Option<AccountKind> {
        match self {
            Self::Held => Some(AccountKind::Suspense),
            Self::Rejected | Self::ReturnPending | Self::ReturnFailed => Some(AccountKind::ReturnsDue),
            Self::Credited | Self::Returned | Self::Reversed => None,
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
    /// The settlement that pays it out, or has paid it.
    pub settlement_id: Option<SettlementId>,
    /// How it goes back, or last tried to.
    pub returned: Option<DepositReturn>,
    /// When Purser learned of it.
    pub created_at: DateTime<Utc>,
}

impl Deposit {
    /// Moves on to another status.
    ///
    /// # Errors
    /// Tells the status that it has when it cannot.
    pub fn become_status(&mut self, next: DepositStatus) -> Result<(), DepositStatus> {
        if !self.status.may_become(next) {
            return Err(self.status);
        }
        self.status = next;
        Ok(())
    }
}

/// How far a payment back has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnStatus {
    /// The bank is to be told, or was, and has not answered.
    Pending,
    /// The bank paid it back.
    Returned,
    /// The bank could not.
    Failed,
}

impl ReturnStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Returned, Self::Failed];

    /// The exact value on the screen and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Returned => "RETURNED",
            Self::Failed => "FAILED",
        }
    }

    /// The status of a value.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// A payment of a deposit back to where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositReturn {
    /// Its id.
    pub id: ReturnId,
    /// To whom: the sender as the bank told of it, or as the operator corrected it.
    pub receiver: SenderParty,
    /// How far it has come.
    pub status: ReturnStatus,
    /// Why it failed, and what to do.
    pub reason: Option<Reason>,
    /// The bank's id of the payment back.
    pub bank_reference: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub settled_at: Option<DateTime<Utc>>,
}

/// A credit that a bank takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// Its id.
    pub id: ReversalId,
    /// In whose inbox.
    pub organisation_id: OrganisationId,
    /// The way it came.
    pub rail: String,
    /// The bank's own id of the reversal, unique on its rail.
    pub bank_reference: String,
    /// The bank's id of the payment that it takes back.
    pub original_reference: String,
    /// How much.
    pub amount: Money,
    /// Why, in the bank's words.
    pub reason: Option<String>,
    /// The deposit that it took back; none while no deposit fits it, and the operator has to find it.
    pub deposit_id: Option<DepositId>,
    /// When Purser learned of it.
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for status in DepositStatus::ALL {
            assert_eq!(DepositStatus::from_code(status.code()), Some(status));
        }
        for status in ReturnStatus::ALL {
            assert_eq!(ReturnStatus::from_code(status.code()), Some(status));
        }
    }

    #[test]
    fn money_that_left_or_that_is_on_its_way_back_is_moved_by_nobody() {
        use DepositStatus::{ReturnFailed, ReturnPending, Returned, Reversed};
        for next in DepositStatus::ALL {
            assert!(!Returned.may_become(next) && !Reversed.may_become(next), "{next:?} after the end");
            assert_eq!(ReturnPending.may_become(next), [Returned, ReturnFailed].contains(&next), "{next:?}");
        }
    }

    #[test]
    fn every_status_that_is_not_an_end_has_a_way_out() {
        for status in DepositStatus::ALL {
            let is_end = [DepositStatus::Returned, DepositStatus::Reversed].contains(&status);
            assert_eq!(DepositStatus::ALL.iter().any(|next| status.may_become(*next)), !is_end, "{status:?}");
            assert!(!status.may_become(status));
        }
    }
}
