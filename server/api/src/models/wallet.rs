//! Wallets, their accounts and movements as they are written, and the request for a wallet.

use domain::{account_number::AccountFields, wallet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::{CreditToWord, Moment, TransactionSourceWord, TransactionTypeWord, WalletKindWord};

/// A wallet that is wanted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalletRequest {
    /// Whose. It has to be wallet-ready, active and enabled.
    #[schema(required = true, nullable = false, example = "customer_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    pub customer_id: Option<String>,
    /// One of AUD, SGD, NZD, EUR, GBP, USD, PHP, THB.
    #[schema(required = true, nullable = false, example = "AUD")]
    pub currency: Option<String>,
    /// `customer_wallet` (the default) or `payin_wallet`: which wallet the account's money reaches.
    #[schema(example = "customer_wallet")]
    pub credit_to: Option<String>,
}

/// A wallet. Amounts are integers in the currency's minor unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Wallet {
    /// Its id.
    #[schema(example = "wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// Whose; `null` for the organisation's own.
    #[schema(required = true, example = "customer_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    customer_id: Option<String>,
    /// Whose money it holds.
    kind: WalletKindWord,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// What was posted.
    #[schema(example = 125_000)]
    ledger_balance: i64,
    /// The same less what is reserved.
    #[schema(example = 125_000)]
    available_balance: i64,
    /// Whether a bank's reversal took it below zero, and nothing has made it good yet.
    is_overdrawn: bool,
    /// The accounts that credit it.
    virtual_accounts: Vec<VirtualAccount>,
    /// When it was issued.
    created_at: Moment,
}

/// A bank account number of a customer's own. It has the numbers that accounts of its currency have.
#[derive(Debug, Serialize, ToSchema)]
pub struct VirtualAccount {
    /// Its id.
    #[schema(example = "va_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// The wallet it was issued with.
    wallet_id: String,
    /// Whose.
    customer_id: String,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// The name a payer types.
    #[schema(example = "Ada Marlowe")]
    account_name: String,
    /// Australian branch, `XXX-XXX`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "670-864")]
    bsb: Option<String>,
    /// The account number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "100000017")]
    account_number: Option<String>,
    /// IBAN, in EUR and GBP.
    #[serde(skip_serializing_if = "Option::is_none")]
    iban: Option<String>,
    /// ABA routing number, in USD.
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_number: Option<String>,
    /// Which wallet its money reaches.
    credit_to: CreditToWord,
    /// Whether it takes money.
    is_active: bool,
}

/// One movement on a wallet. Never changed, never removed.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalletTransaction {
    /// Its id.
    #[schema(example = "wtxn_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// On which wallet.
    wallet_id: String,
    /// For which customer, also where the organisation's own wallet was credited.
    #[schema(required = true)]
    customer_id: Option<String>,
    /// What it did.
    #[serde(rename = "type")]
    kind: TransactionTypeWord,
    /// Where it came from.
    source: TransactionSourceWord,
    /// The id of what it came from.
    #[schema(example = "deposit_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    source_id: String,
    /// How much, in minor units; always positive.
    #[schema(example = 12500)]
    amount: i64,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// The wallet's balance right after, in minor units.
    #[schema(example = 125_000)]
    balance_after: i64,
    /// Who sent it, as far as the bank told.
    sender: Sender,
    /// What the payer wrote.
    #[schema(required = true, example = "INV 1042")]
    reference: Option<String>,
    /// When.
    created_at: Moment,
}

/// Who sent money, as far as the bank told: what is `null` was not given, and nothing is made up.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sender {
    /// Name of the account's holder.
    #[schema(required = true, example = "J Citizen")]
    name: Option<String>,
    /// Australian branch.
    #[schema(required = true, example = "062-000")]
    bsb: Option<String>,
    /// Account number.
    #[schema(required = true, example = "12345678")]
    account_number: Option<String>,
    /// IBAN.
    #[schema(required = true)]
    iban: Option<String>,
    /// `PayID`.
    #[schema(required = true)]
    pay_id: Option<String>,
}

impl Wallet {
    /// A wallet with the accounts that credit it.
    #[must_use]
    pub fn of(wallet: &wallet::Wallet, accounts: Vec<wallet::VirtualAccount>) -> Self {
        Self {
            id: wallet.id.to_string(),
            customer_id: wallet.customer_id.map(|id| id.to_string()),
            kind: WalletKindWord(wallet.kind),
            currency: wallet.currency().code(),
            ledger_balance: wallet.ledger_balance.minor(),
            available_balance: wallet.available_balance.minor(),
            is_overdrawn: wallet.is_overdrawn(),
            virtual_accounts: accounts.into_iter().map(VirtualAccount::from).collect(),
            created_at: Moment(wallet.created_at),
        }
    }
}

impl From<wallet::VirtualAccount> for VirtualAccount {
    fn from(account: wallet::VirtualAccount) -> Self {
        let AccountFields { bsb, account_number, iban, routing_number } = account.number.fields();
        Self {
            id: account.id.to_string(),
            wallet_id: account.wallet_id.to_string(),
            customer_id: account.customer_id.to_string(),
            currency: account.currency.code(),
            account_name: account.account_name,
            bsb,
            account_number,
            iban,
            routing_number,
            credit_to: CreditToWord(account.credit_to),
            is_active: account.is_active,
        }
    }
}

impl From<wallet::WalletTransaction> for WalletTransaction {
    fn from(transaction: wallet::WalletTransaction) -> Self {
        Self {
            id: transaction.id.to_string(),
            wallet_id: transaction.wallet_id.to_string(),
            customer_id: transaction.customer_id.map(|id| id.to_string()),
            kind: TransactionTypeWord(transaction.kind),
            source: TransactionSourceWord(transaction.source),
            source_id: transaction.source_id,
            amount: transaction.amount.minor(),
            currency: transaction.amount.currency().code(),
            balance_after: transaction.balance_after.minor(),
            sender: transaction.sender.into(),
            reference: transaction.reference,
            created_at: Moment(transaction.created_at),
        }
    }
}

impl From<wallet::SenderParty> for Sender {
    fn from(sender: wallet::SenderParty) -> Self {
        let wallet::SenderParty { name, bsb, account_number, iban, pay_id } = sender;
        Self { name, bsb, account_number, iban, pay_id }
    }
}
