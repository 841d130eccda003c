//! Wallets, the accounts that credit them, and the movements on them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    account_number::AccountNumber,
    customer::Customer,
    id::{CustomerId, OrganisationId, VirtualAccountId, WalletId, WalletTransactionId},
    ledger::AccountKind,
    money::{Currency, Money},
    standing::Reason,
};

/// Whose money a wallet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalletKind {
    /// A customer's.
    Customer,
    /// The organisation's collections.
    Payin,
    /// The organisation's fees.
    Fees,
}

impl WalletKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Payin, Self::Fees];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Payin => "payin",
            Self::Fees => "fees",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What its account in the ledger is.
    #[must_use]
    pub const fn account_kind(self) -> AccountKind {
        match self {
            Self::Customer => AccountKind::CustomerWallet,
            Self::Payin => AccountKind::PayinWallet,
            Self::Fees => AccountKind::FeesWallet,
        }
    }
}

/// A balance in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Its id. Its account in the ledger has the same value.
    pub id: WalletId,
    /// Whose tenant.
    pub organisation_id: OrganisationId,
    /// Whose wallet, for a customer's.
    pub customer_id: Option<CustomerId>,
    /// Whose money.
    pub kind: WalletKind,
    /// What was posted.
    pub ledger_balance: Money,
    /// The same less what is reserved.
    pub available_balance: Money,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
}

impl Wallet {
    /// Its currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.ledger_balance.currency()
    }

    /// Whether a bank's reversal took more than was there, and nothing has made it good yet.
    #[must_use]
    pub const fn is_overdrawn(&self) -> bool {
        self.available_balance.minor() < 0
    }
}

/// Which wallet an account's money reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditTo {
    /// The customer's.
    CustomerWallet,
    /// The organisation's collections; the transaction names the customer all the same.
    PayinWallet,
}

impl CreditTo {
    /// Both.
    pub const ALL: [Self; 2] = [Self::CustomerWallet, Self::PayinWallet];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CustomerWallet => "customer_wallet",
            Self::PayinWallet => "payin_wallet",
        }
    }

    /// The choice of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.code() == code)
    }
}

/// A bank account number of a customer's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualAccount {
    /// Its id.
    pub id: VirtualAccountId,
    /// Whose tenant.
    pub organisation_id: OrganisationId,
    /// The wallet it was issued with.
    pub wallet_id: WalletId,
    /// Whose.
    pub customer_id: CustomerId,
    /// In which currency it takes money.
    pub currency: Currency,
    /// The name a payer types.
    pub account_name: String,
    /// The number a payer types.
    pub number: AccountNumber,
    /// Which wallet its money reaches.
    pub credit_to: CreditTo,
    /// Whether it takes money.
    pub is_active: bool,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
}

/// A customer that may be given a wallet: all that `product.md` asks for was checked.
#[derive(Clone, Copy, Debug)]
pub struct ReadyCustomer<'a>(&'a Customer);

impl<'a> ReadyCustomer<'a> {
    /// Checks that a wallet may be issued.
    ///
    /// # Errors
    /// Every reason why not, each something to act on.
    pub fn check(customer: &'a Customer, is_organisation_suspended: bool) -> Result<Self, Vec<Reason>> {
        let mut reasons = customer.why_not_wallet_ready();
        reasons.extend(customer.why_not_active(is_organisation_suspended));
        reasons.extend(customer.why_not_enabled());
        if reasons.is_empty() { Ok(Self(customer)) } else { Err(reasons) }
    }

    /// The customer.
    #[must_use]
    pub const fn customer(self) -> &'a Customer {
        self.0
    }
}

/// What a movement did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransactionType {
    /// Money came in.
    Credit,
    /// Money went out.
    Debit,
    /// Money was set aside.
    Reserve,
    /// Money set aside came free.
    Release,
}

impl TransactionType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Credit, Self::Debit, Self::Reserve, Self::Release];

    /// The exact value on the screen and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Credit => "CREDIT",
            Self::Debit => "DEBIT",
            Self::Reserve => "RESERVE",
            Self::Release => "RELEASE",
        }
    }

    /// The type of a value.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Where a movement came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionSource {
    /// A bank told of money.
    Deposit,
    /// A transfer within the organisation.
    Transfer,
    /// A fee.
    Fee,
    /// A payout of what was collected.
    Settlement,
    /// Money that went back.
    Return,
    /// A bank took money back.
    Reversal,
    /// An operator's correction.
    Adjustment,
}

impl TransactionSource {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Deposit, Self::Transfer, Self::Fee, Self::Settlement, Self::Return, Self::Reversal, Self::Adjustment];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Transfer => "transfer",
            Self::Fee => "fee",
            Self::Settlement => "settlement",
            Self::Return => "return",
            Self::Reversal => "reversal",
            Self::Adjustment => "adjustment",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Deposit => "Deposit",
            Self::Transfer => "Transfer",
            Self::Fee => "Fee",
            Self::Settlement => "Settlement",
            Self::Return => "Return",
            Self::Reversal => "Reversal",
            Self::Adjustment => "Adjustment",
        }
    }

    /// The source of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// Who sent money, as far as the bank told. What is absent was not given; nothing is ever made up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SenderParty {
    /// Name of the account's holder.
    pub name: Option<String>,
    /// Australian bank, state and branch.
    pub bsb: Option<String>,
    /// Account number.
    pub account_number: Option<String>,
    /// International bank account number.
    pub iban: Option<String>,
    /// `PayID`.
    pub pay_id: Option<String>,
}

impl SenderParty {
    /// The account as a list shows it: BSB and number, IBAN, or `PayID`.
    #[must_use]
    pub fn account_text(&self) -> Option<String> {
        match (&self.bsb, &self.account_number) {
            (Some(bsb), Some(number)) => Some(format!("{bsb} {number}")),
            (None, Some(number)) => Some(number.clone()),
            _ => self.iban.clone().or_else(|| self.pay_id.clone()).or_else(|| self.bsb.clone()),
        }
    }
}

/// One movement on a wallet. Never changed, never removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletTransaction {
    /// Its id.
    pub id: WalletTransactionId,
    /// Whose tenant.
    pub organisation_id: OrganisationId,
    /// On which wallet.
    pub wallet_id: WalletId,
    /// For which customer, also where the organisation's wallet was credited.
    pub customer_id: Option<CustomerId>,
    /// What it did.
    pub kind: TransactionType,
    /// Where it came from.
    pub source: TransactionSource,
    /// The id of what it came from.
    pub source_id: String,
    /// How much; always positive.
    pub amount: Money,
    /// The wallet's balance right after.
    pub balance_after: Money,
    /// Who sent it.
    pub sender: SenderParty,
    /// What the payer wrote.
    pub reference: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}
