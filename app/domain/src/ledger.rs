//! Double entry: accounts, journal entries and postings.
//!
//! Credit is positive. What the organisation owes its customers (wallets, money in suspense) is a liability and has a
//! positive balance; what lies at the bank is an asset and has a negative one; all balances of a currency sum to zero.
//! An entry is made of movements from one account to another, so that it cannot be unbalanced.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::AccountId,
    money::{Currency, Money, MoneyError},
};

/// What an account of the ledger stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Money of a customer. Never below zero.
    CustomerWallet,
    /// The organisation's collections. Never below zero.
    PayinWallet,
    /// The organisation's fees. Never below zero.
    FeesWallet,
    /// What lies at the bank. The other side of everything that comes in or goes out.
    Bank,
    /// Money that no account could be found for.
    Suspense,
    /// Money that was rejected and has to go back.
    ReturnsDue,
    /// What a bank took back and no deposit was found for: negative until the operator finds it.
    Receivable,
    /// Money that settlements took out of wallets and the bank has not paid yet.
    SettlementsInTransit,
    /// Fees that the organisation owes: negative until they are collected, kept back or waived.
    FeesOwed,
    /// What the house earned by fees, without tax.
    FeeIncome,
    /// The tax on them, that the house owes.
    TaxDue,
}

impl AccountKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::CustomerWallet,
        Self::PayinWallet,
        Self::FeesWallet,
        Self::Bank,
        Self::Suspense,
        Self::ReturnsDue,
        Self::Receivable,
        Self::SettlementsInTransit,
        Self::FeesOwed,
        Self::FeeIncome,
        Self::TaxDue,
    ];

    /// The word as it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CustomerWallet => "customer_wallet",
            Self::PayinWallet => "payin_wallet",
            Self::FeesWallet => "fees_wallet",
            Self::Bank => "bank",
            Self::Suspense => "suspense",
            Self::ReturnsDue => "returns_due",
            Self::Receivable => "receivable",
            Self::SettlementsInTransit => "settlements_in_transit",
            Self::FeesOwed => "fees_owed",
            Self::FeeIncome => "fee_income",
            Self::TaxDue => "tax_due",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the balance may be negative. The database holds the same rule.
    #[must_use]
    pub const fn may_be_negative(self) -> bool {
        matches!(self, Self::Bank | Self::Receivable | Self::FeesOwed | Self::FeeIncome | Self::TaxDue)
    }
}

/// What a journal entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A deposit reached a wallet.
    DepositCredited,
    /// A deposit waits in suspense.
    DepositHeld,
    /// A deposit has to go back.
    DepositRejected,
    /// The operator found whose deposit it is.
    DepositMatched,
    /// A deposit left suspense for the books of the organisation that the operator found.
    DepositHandedOver,
    /// A deposit that waited in suspense has to go back.
    DepositReturnDue,
    /// A deposit went back to its sender.
    DepositReturned,
    /// A bank took a deposit back.
    DepositReversed,
    /// A bank took money back that no deposit was found for.
    ReversalOpened,
    /// The operator found the deposit that a bank took back.
    ReversalApplied,
    /// Money went from one wallet to another.
    TransferPosted,
    /// A settlement took what was due out of the wallets.
    SettlementMade,
    /// The bank paid a settlement.
    SettlementPaid,
    /// The bank could not pay a settlement: the money is back in the wallets.
    SettlementFailed,
    /// A fee is owed for a deposit.
    FeeCharged,
    /// A fee was taken from the Fees wallet.
    FeeCollected,
    /// A fee is not asked for any more.
    FeeWaived,
}

impl EntryKind {
    /// The word as it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DepositCredited => "deposit_credited",
            Self::DepositHeld => "deposit_held",
            Self::DepositRejected => "deposit_rejected",
            Self::DepositMatched => "deposit_matched",
            Self::DepositHandedOver => "deposit_handed_over",
            Self::DepositReturnDue => "deposit_return_due",
            Self::DepositReturned => "deposit_returned",
            Self::DepositReversed => "deposit_reversed",
            Self::ReversalOpened => "reversal_opened",
            Self::ReversalApplied => "reversal_applied",
            Self::TransferPosted => "transfer_posted",
            Self::SettlementMade => "settlement_made",
            Self::SettlementPaid => "settlement_paid",
            Self::SettlementFailed => "settlement_failed",
            Self::FeeCharged => "fee_charged",
            Self::FeeCollected => "fee_collected",
            Self::FeeWaived => "fee_waived",
        }
    }
}

/// Money that moves from one account to another. Always positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Debited.
    pub from: AccountId,
    /// Credited.
    pub to: AccountId,
    /// How much.
    pub amount: Money,
}

/// One side of a movement: a signed amount on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// On which account.
    pub account_id: AccountId,
    /// Positive: credit. Negative: debit.
    pub amount: Money,
}

/// What happened, as postings that sum to zero per currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    kind: EntryKind,
    postings: Vec<Posting>,
}

/// Why an entry was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A movement of nothing, or backwards.
    #[error("a movement must be of more than zero")]
    NotPositive,
    /// A movement from an account to itself.
    #[error("a movement must be between two accounts")]
    SameAccount,
    /// An entry of no movement.
    #[error("an entry must move something")]
    Empty,
    /// Amounts that do not go together or grow too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Postings that do not sum to zero: they were damaged after they were made.
    #[error("the postings of an entry do not sum to zero in {0}")]
    Unbalanced(Currency),
}

impl JournalEntry {
    /// The entry that records these movements.
    ///
    /// # Errors
    /// [`LedgerError`] when there is none, or one is not positive or goes from an account to itself.
    pub fn new(kind: EntryKind, movements: &[Movement]) -> Result<Self, LedgerError> {
        if movements.is_empty() {
            return Err(LedgerError::Empty);
        }
        let mut postings = Vec::with_capacity(movements.len().saturating_mul(2));
        for movement in movements {
            if movement.amount.minor() <= 0 {
                return Err(LedgerError::NotPositive);
            }
            if movement.from == movement.to {
                return Err(LedgerError::SameAccount);
            }
            postings.push(Posting { account_id: movement.from, amount: movement.amount.checked_neg()? });
            postings.push(Posting { account_id: movement.to, amount: movement.amount });
        }
        assert_balanced(&postings)?;
        Ok(Self { kind, postings })
    }

    /// What it records.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        self.kind
    }

    /// Its postings, which sum to zero per currency.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

/// Whether postings sum to zero in every currency: asserted when an entry is made and again when one is read.
///
/// # Errors
/// [`LedgerError::Unbalanced`] names the first currency that does not.
pub fn assert_balanced(postings: &[Posting]) -> Result<(), LedgerError> {
    let mut sums: BTreeMap<String, Money> = BTreeMap::new();
    for posting in postings {
        let currency = posting.amount.currency();
        let sum = sums.entry(currency.code().to_owned()).or_insert_with(|| Money::zero(currency));
        *sum = sum.checked_add(posting.amount)?;
    }
    match sums.into_values().find(|sum| sum.minor() != 0) {
        Some(sum) => Err(LedgerError::Unbalanced(sum.currency())),
        None => Ok(()),
    }
}
