//! What the pages of wallets show.

use chrono::{DateTime, Utc, serde::ts_milliseconds};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use crate::{
    sum::Sum,
    transactions::view::{Problem, TransactionLine},
};

/// The filters of the listing as the address has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WalletsQuery {
    pub customer_id: String,
    pub currency: String,
    pub kind: String,
    pub cursor: String,
    pub trail: String,
}

impl WalletsQuery {
    #[must_use]
    pub fn of(address: &ParamsMap) -> Self {
        let get = |name| address.get(name).unwrap_or_default();
        Self {
            customer_id: get("customer_id"),
            currency: get("currency"),
            kind: get("kind"),
            cursor: get("cursor"),
            trail: get("trail"),
        }
    }

    /// The filters by the names that the address gives them.
    #[must_use]
    pub fn filters(&self) -> [(&'static str, &str); 3] {
        [("customer_id", &self.customer_id), ("currency", &self.currency), ("kind", &self.kind)]
    }

    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }
}

/// A wallet as a row and the head of its page show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletLine {
    pub id: String,
    pub customer_id: Option<String>,
    /// The customer's name, or what the organisation's own wallet is called.
    pub owner: String,
    /// `customer`, `payin` or `fees`.
    pub kind: String,
    pub ledger: Sum,
    pub available: Sum,
    #[serde(with = "ts_milliseconds")]
    pub created_at: DateTime<Utc>,
}

/// The listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletsView {
    pub rows: Vec<WalletLine>,
    pub next: Option<String>,
    pub currencies: Vec<String>,
    pub problems: Vec<Problem>,
    /// The name of the customer that is filtered by.
    pub customer: Option<String>,
}

/// One wallet with its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletView {
    pub wallet: WalletLine,
    pub accounts: Vec<AccountView>,
    pub transactions: Vec<TransactionLine>,
    /// There are more than are shown.
    pub has_more: bool,
    pub newest: Option<String>,
    /// A form that was refused without script.
    pub typed: SimulateInput,
    pub problems: Vec<Problem>,
}

/// Account details, made to be handed to a payer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    pub id: String,
    /// What the account is called and its numbers, by the names a payer's bank asks for.
    pub facts: Vec<(String, String)>,
    pub is_active: bool,
    /// Its money reaches the organisation's Payin wallet.
    pub credits_payin: bool,
}

/// Play money, as typed. The names are the form's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SimulateInput {
    pub amount: String,
    pub sender_name: String,
    pub sender_bsb: String,
    pub sender_account_number: String,
    pub reference: String,
}

/// The form that issues a wallet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWalletView {
    /// What the form begins with, or what was refused.
    pub typed: IssueInput,
    /// The customer that was chosen, by a link or in the form.
    pub chosen: Option<ChosenCustomer>,
    /// Customers to suggest, as the field takes them.
    pub suggestions: Vec<String>,
    /// Codes and names.
    pub currencies: Vec<(String, String)>,
    pub problems: Vec<Problem>,
}

/// A wallet to issue, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IssueInput {
    /// A name, a reference, an e-mail or an id; or a suggestion, which has name and id.
    pub customer: String,
    pub currency: String,
    pub credit_to: String,
}

/// A customer to issue a wallet to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenCustomer {
    pub id: String,
    pub name: String,
    /// Why none can be issued now, each something to act on.
    pub reasons: Vec<String>,
}

/// A customer as the field shows and takes it.
#[must_use]
pub fn customer_text(name: &str, id: &str) -> String {
    format!("{name} · {id}")
}

#[cfg(feature = "ssr")]
mod from_service {
    use domain::wallet::{CreditTo, VirtualAccount, WalletKind};
    use service::WalletRow;

    use super::{AccountView, WalletLine};

    impl From<WalletRow> for WalletLine {
        fn from(row: WalletRow) -> Self {
            let wallet = row.wallet;
            let owner = match wallet.kind {
                WalletKind::Customer => row.customer_name.unwrap_or_default(),
                WalletKind::Payin => "Payin".to_owned(),
                WalletKind::Fees => "Fees".to_owned(),
            };
            Self {
                id: wallet.id.to_string(),
                customer_id: wallet.customer_id.map(|id| id.to_string()),
                owner,
                kind: wallet.kind.code().to_owned(),
                ledger: wallet.ledger_balance.into(),
                available: wallet.available_balance.into(),
                created_at: wallet.created_at,
            }
        }
    }

    impl From<VirtualAccount> for AccountView {
        fn from(account: VirtualAccount) -> Self {
            let fields = account.number.fields();
            // An IBAN is read and typed in groups of four.
            let iban = fields.iban.as_ref().map(|_| account.number.display());
            let facts = [
                ("Account name", Some(account.account_name)),
                ("BSB", fields.bsb),
                ("Routing number", fields.routing_number),
                ("Account number", fields.account_number),
                ("IBAN", iban),
                ("Currency", Some(account.currency.code().to_owned())),
            ];
            Self {
                id: account.id.to_string(),
                facts: facts.into_iter().filter_map(|(term, value)| Some((term.to_owned(), value?))).collect(),
                is_active: account.is_active,
                credits_payin: account.credit_to == CreditTo::PayinWallet,
            }
        }
    }
}
