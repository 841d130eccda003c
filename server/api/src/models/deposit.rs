//! Deposits as they are written, and the requests by which a sandbox plays bank and reviewer.

use chrono::{DateTime, Utc};
use domain::{
    account_number::AccountFields,
    deposit::{self, ReturnStatus},
    fault::FieldError,
    id::VirtualAccountId,
    money::{Currency, Money},
    review::CheckOutcome,
    wallet::SenderParty,
};
use serde::{Deserialize, Serialize};
use service::{DepositTarget, SandboxDeposit};
use utoipa::ToSchema;

use super::{
    wallet::Sender,
    words::{DepositStatusWord, Moment, Reason, ReturnStatusWord},
};
use crate::{problem::Problem, query};

const REASON_CHARS_MAX: usize = 140;

/// Play money for an account: by its id, or by its own numbers as a payer would type them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "virtual_account_id": "va_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c",
    "amount": 12500,
    "currency": "AUD",
    "sender": { "name": "J Citizen", "bsb": "062-000", "account_number": "12345678" },
    "reference": "INV 1042",
    "bank_reference": "N2026032500017",
    "rail": "npp"
}))]
pub struct SandboxDepositRequest {
    /// The account that is paid.
    pub virtual_account_id: Option<String>,
    /// Its BSB, where the account is named by its numbers (AUD).
    pub bsb: Option<String>,
    /// Its account number, likewise.
    pub account_number: Option<String>,
    /// Its IBAN, likewise (EUR, GBP).
    pub iban: Option<String>,
    /// Its routing number, likewise (USD).
    pub routing_number: Option<String>,
    /// How much, in minor units.
    #[schema(required = true, nullable = false, minimum = 1)]
    pub amount: Option<i64>,
    /// ISO 4217.
    #[schema(required = true, nullable = false)]
    pub currency: Option<String>,
    /// Who sends it. Leave out what the bank would not tell.
    pub sender: Option<SenderRequest>,
    /// What the payer wrote.
    #[schema(max_length = 140)]
    pub reference: Option<String>,
    /// The bank's own id of the payment, unique on its rail; made up when absent.
    #[schema(max_length = 140)]
    pub bank_reference: Option<String>,
    /// `npp` (the default), `direct_entry` or `other`.
    pub rail: Option<String>,
    /// The bank's time, RFC 3339; now when absent.
    pub received_at: Option<String>,
}

/// Who sends money.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SenderRequest {
    /// Name of the account's holder.
    pub name: Option<String>,
    /// Australian branch.
    pub bsb: Option<String>,
    /// Account number.
    pub account_number: Option<String>,
    /// IBAN.
    pub iban: Option<String>,
    /// `PayID`.
    pub pay_id: Option<String>,
}

/// How a review ends.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxReviewRequest {
    /// `approved` (or `pass`), `suspended` (or `fail`), `refer`: the customer stays under review, as for a person.
    #[schema(required = true, nullable = false, example = "approved")]
    pub outcome: Option<String>,
}

/// Why a bank takes a deposit back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxReversalRequest {
    /// In the bank's words.
    #[schema(max_length = 140, example = "Sent twice by mistake")]
    pub reason: Option<String>,
}

impl SandboxReversalRequest {
    /// Reads the reason.
    ///
    /// # Errors
    /// When it is too long.
    pub fn read(self) -> Result<Option<String>, Problem> {
        let reason = self.reason.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        match reason {
            Some(text) if text.chars().count() > REASON_CHARS_MAX || text.chars().any(char::is_control) => {
                let message = format!("Keep to {REASON_CHARS_MAX} characters, without line breaks.");
                Err(Problem::field("reason", "invalid", message))
            }
            reason => Ok(reason),
        }
    }
}

/// Money that a bank told of, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deposit {
    /// Its id.
    #[schema(example = "deposit_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// What became of it.
    status: DepositStatusWord,
    /// Why, where it was not credited.
    #[schema(required = true)]
    reason: Option<Reason>,
    /// The way it came.
    #[schema(example = "npp")]
    rail: String,
    /// The bank's own id of the payment.
    #[schema(example = "N2026032500017")]
    bank_reference: String,
    /// The account that was paid.
    #[schema(required = true)]
    virtual_account_id: Option<String>,
    /// Whose account.
    #[schema(required = true)]
    customer_id: Option<String>,
    /// The wallet that was credited.
    #[schema(required = true)]
    wallet_id: Option<String>,
    /// How much, in minor units.
    #[schema(example = 12500)]
    amount: i64,
    /// ISO 4217.
    #[schema(example = "AUD")]
    currency: &'static str,
    /// Who sent it, as far as the bank told.
    sender: Sender,
    /// What the payer wrote.
    #[schema(required = true, example = "INV 1042")]
    reference: Option<String>,
    /// The bank's time.
    received_at: Moment,
    /// The movement on the wallet.
    #[schema(required = true)]
    wallet_transaction_id: Option<String>,
    /// The settlement that paid it out.
    #[schema(required = true)]
    settlement_id: Option<String>,
    /// How it goes back, or last tried to.
    #[serde(rename = "return")]
    #[schema(required = true)]
    returned: Option<DepositReturn>,
}

/// How a deposit goes back to its sender.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepositReturn {
    /// Its id.
    #[schema(example = "return_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// How far it has come.
    status: ReturnStatusWord,
    /// To whom: the sender as the bank told of it, or as the operator corrected it.
    receiver: Sender,
    /// Why it failed, and what to do.
    #[schema(required = true)]
    reason: Option<Reason>,
    /// The bank's id of the payment back.
    #[schema(required = true)]
    bank_reference: Option<String>,
    /// When it was begun.
    created_at: Moment,
    /// When it was paid back.
    #[schema(required = true)]
    returned_at: Option<Moment>,
}

impl From<deposit::DepositReturn> for DepositReturn {
    fn from(returned: deposit::DepositReturn) -> Self {
        let returned_at = returned.settled_at.filter(|_| returned.status == ReturnStatus::Returned);
        Self {
            id: returned.id.to_string(),
            status: ReturnStatusWord(returned.status),
            receiver: returned.receiver.into(),
            reason: returned.reason.map(Reason::from),
            bank_reference: returned.bank_reference,
            created_at: Moment(returned.created_at),
            returned_at: returned_at.map(Moment),
        }
    }
}

impl From<deposit::Deposit> for Deposit {
    fn from(deposit: deposit::Deposit) -> Self {
        let notice = deposit.notice;
        Self {
            id: deposit.id.to_string(),
            status: DepositStatusWord(deposit.status),
            reason: deposit.reason.map(Reason::from),
            rail: notice.rail,
            bank_reference: notice.bank_reference,
            virtual_account_id: deposit.virtual_account_id.map(|id| id.to_string()),
            customer_id: deposit.customer_id.map(|id| id.to_string()),
            wallet_id: deposit.wallet_id.map(|id| id.to_string()),
            amount: notice.amount.minor(),
            currency: notice.amount.currency().code(),
            sender: notice.sender.into(),
            reference: notice.reference,
            received_at: Moment(notice.received_at),
            wallet_transaction_id: deposit.wallet_transaction_id.map(|id| id.to_string()),
            settlement_id: deposit.settlement_id.map(|id| id.to_string()),
            returned: deposit.returned.map(DepositReturn::from),
        }
    }
}

impl SandboxDepositRequest {
    /// Reads ids, amount, currency and time; what else there is to check, the verb does.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn read(self) -> Result<SandboxDeposit, Problem> {
        let mut errors = Vec::new();
        let to = self.target(&mut errors);
        if self.amount.is_none() {
            errors.push(FieldError::new("amount", "required", "Give an amount in minor units, such as 12500"));
        }
        let currency = match Currency::parse(self.currency.as_deref().unwrap_or_default()) {
            Ok(currency) => Some(currency),
            Err(fault) => {
                errors.push(fault.at("currency"));
                None
            }
        };
        let received_at = self.received_at.as_deref().and_then(|text| read_time(text, &mut errors));
        match (to, self.amount, currency) {
            (Some(to), Some(amount), Some(currency)) if errors.is_empty() => Ok(SandboxDeposit {
                to,
                amount: Money::new(amount, currency),
                sender: self.sender.unwrap_or_default().into(),
                reference: self.reference,
                bank_reference: self.bank_reference,
                rail: self.rail,
                received_at,
            }),
            _ => Err(Problem::invalid(errors)),
        }
    }

    fn target(&self, errors: &mut Vec<FieldError>) -> Option<DepositTarget> {
        let numbers = AccountFields {
            bsb: self.bsb.clone(),
            account_number: self.account_number.clone(),
            iban: self.iban.clone(),
            routing_number: self.routing_number.clone(),
        };
        match (&self.virtual_account_id, numbers == AccountFields::default()) {
            (Some(id), true) => match id.parse::<VirtualAccountId>() {
                Ok(id) => return Some(DepositTarget::VirtualAccount(id)),
                Err(fault) => errors.push(fault.at("virtual_account_id")),
            },
            (Some(_), false) => {
                let message = "Name the account by its id or by its numbers, not by both";
                errors.push(FieldError::new("virtual_account_id", "ambiguous", message));
            }
            (None, true) => {
                let message = "Name the account: by virtual_account_id, or by its own numbers";
                errors.push(FieldError::new("virtual_account_id", "required", message));
            }
            (None, false) => return Some(DepositTarget::Numbers(numbers)),
        }
        None
    }
}

impl SandboxReviewRequest {
    /// Reads the outcome.
    ///
    /// # Errors
    /// When it is none of the words.
    pub fn read(self) -> Result<CheckOutcome, Problem> {
        match self.outcome.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
            "approved" | "approve" | "pass" | "passed" => Ok(CheckOutcome::Pass),
            "suspended" | "suspend" | "fail" | "failed" => Ok(CheckOutcome::Fail),
            "refer" | "referred" | "under_review" => Ok(CheckOutcome::Refer),
            "" => Err(Problem::field("outcome", "required", "Choose one of approved, suspended, refer")),
            _ => Err(Problem::field("outcome", "invalid", "Choose one of approved, suspended, refer")),
        }
    }
}

impl From<SenderRequest> for SenderParty {
    fn from(sender: SenderRequest) -> Self {
        let SenderRequest { name, bsb, account_number, iban, pay_id } = sender;
        Self { name, bsb, account_number, iban, pay_id }
    }
}

fn read_time(text: &str, errors: &mut Vec<FieldError>) -> Option<DateTime<Utc>> {
    match query::moment(text, query::Edge::Begin) {
        Ok(at) => DateTime::from_timestamp_millis(at.timestamp_millis()),
        Err(fault) => {
            errors.push(fault.at("received_at"));
            None
        }
    }
}
