//! What a bank tells of, and what is answered to it.

use domain::{
    deposit::DepositStatus,
    fault::FieldError,
    id::HOUSE,
    money::{Currency, Money},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{RailOutcome, ReversalOutcome, ReversalTold, SandboxDeposit};
use utoipa::ToSchema;

use super::{
    deposit::{SandboxDepositRequest, SenderRequest},
    words::Reason,
};
use crate::problem::{FieldProblem, Problem};

const REFERENCE_CHARS_MAX: usize = 140;

/// A payment that came in for an account: by its id, or by its own numbers; or, with `reverses`, one that is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "bsb": "670-864",
    "account_number": "100000017",
    "amount": 12500,
    "currency": "AUD",
    "sender": { "name": "J Citizen", "bsb": "062-000", "account_number": "12345678" },
    "reference": "INV 1042",
    "bank_reference": "N2026032500017",
    "received_at": "2026-03-25T09:30:00Z"
}))]
pub struct NoticeRequest {
    /// The account that was paid.
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
    /// Who sent it. Leave out what is not known.
    pub sender: Option<SenderRequest>,
    /// What the payer wrote; why, for a reversal.
    #[schema(max_length = 140)]
    pub reference: Option<String>,
    /// The bank's own id of the payment, unique on the rail.
    #[schema(required = true, nullable = false, max_length = 140)]
    pub bank_reference: Option<String>,
    /// The bank's time, RFC 3339; now when absent.
    pub received_at: Option<String>,
    /// The `bank_reference` of the payment that is taken back by this one.
    #[schema(max_length = 140)]
    pub reverses: Option<String>,
}

/// A notice that was read.
#[derive(Debug)]
pub enum Notice {
    /// Money came in.
    Payment(Box<SandboxDeposit>),
    /// The bank takes it back.
    Reversal(Box<ReversalTold>),
}

/// What became of each notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeOutcomes {
    /// In the order in which they were sent.
    pub data: Vec<NoticeOutcome>,
}

/// What became of a notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeOutcome {
    /// As it was sent.
    #[schema(required = true, example = "N2026032500017")]
    bank_reference: Option<String>,
    /// The deposit's status, `CREDITED`, `HELD`, `REJECTED` or `REVERSED`; `REVERSAL_OPEN` for a reversal that fits no deposit;
    /// `KNOWN` for one that was told before; `INVALID` when nothing was done; `UNAVAILABLE` when nothing was done and it
    /// should be sent again.
    #[schema(example = "CREDITED")]
    outcome: &'static str,
    /// Whether it was told before: nothing was done then, and the outcome is that of now.
    is_known: bool,
    /// The deposit.
    #[schema(required = true, example = "deposit_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    deposit_id: Option<String>,
    /// Why it was not credited.
    #[schema(required = true)]
    reason: Option<Reason>,
    /// What is wrong with it.
    #[schema(value_type = Vec<FieldProblem>)]
    errors: Vec<FieldError>,
}

impl NoticeRequest {
    /// One notice, or the notices of a batch.
    ///
    /// # Errors
    /// When it is neither, or has none or too many.
    pub fn split(body: Value, notices_max: usize) -> Result<Vec<Value>, Problem> {
        let Value::Object(mut fields) = body else {
            return Err(Problem::new("malformed", "The body is JSON, but not an object: begin with {."));
        };
        let Some(batch) = fields.remove("deposits") else { return Ok(vec![Value::Object(fields)]) };
        if let Some(name) = fields.keys().next() {
            return Err(Problem::invalid(vec![crate::json::unknown(name)]));
        }
        match batch {
            Value::Array(notices) if notices.len() > notices_max => {
                let message = format!("Send at most {notices_max} notices at a time.");
                Err(Problem::field("deposits", "too_many", message))
            }
            Value::Array(notices) if !notices.is_empty() => Ok(notices),
            _ => Err(Problem::field("deposits", "required", "Give a list of at least one notice.")),
        }
    }

    /// Reads what it tells.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn read(self, rail: &str) -> Result<Notice, Problem> {
        let Some(original) = self.reverses else {
            let told = SandboxDepositRequest {
                virtual_account_id: self.virtual_account_id,
                bsb: self.bsb,
                account_number: self.account_number,
                iban: self.iban,
                routing_number: self.routing_number,
                amount: self.amount,
                currency: self.currency,
                sender: self.sender,
                reference: self.reference,
                bank_reference: self.bank_reference,
                rail: None,
                received_at: self.received_at,
            };
            return Ok(Notice::Payment(Box::new(told.read()?)));
        };
        let mut errors = Vec::new();
        let currency = Currency::parse(self.currency.as_deref().unwrap_or_default());
        if let Err(fault) = &currency {
            errors.push(fault.clone().at("currency"));
        }
        let amount = self.amount.filter(|amount| *amount > 0);
        if amount.is_none() {
            errors.push(FieldError::new("amount", "required", "Give an amount in minor units, such as 12500"));
        }
        let mut text = |field: &str, text: Option<String>| {
            let text = text.map(|text| text.trim().to_owned()).unwrap_or_default();
            if text.is_empty() || text.chars().count() > REFERENCE_CHARS_MAX || text.chars().any(char::is_control) {
                let message = format!("Give 1 to {REFERENCE_CHARS_MAX} characters, without line breaks.");
                errors.push(FieldError::new(field, "invalid", message));
            }
            text
        };
        let bank_reference = text("bank_reference", self.bank_reference);
        let original_reference = text("reverses", Some(original));
        let reason = self.reference.map(|reason| text("reference", Some(reason)));
        match (amount, currency) {
            (Some(amount), Ok(currency)) if errors.is_empty() => Ok(Notice::Reversal(Box::new(ReversalTold {
                inbox: HOUSE,
                rail: rail.to_owned(),
                bank_reference,
                original_reference,
                amount: Money::new(amount, currency),
                reason,
            }))),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

impl NoticeOutcome {
    /// What became of it.
    #[must_use]
    pub fn of(bank_reference: Option<String>, outcome: RailOutcome) -> Self {
        let nothing = Self {
            bank_reference,
            outcome: DepositStatus::Reversed.code(),
            is_known: false,
            deposit_id: None,
            reason: None,
            errors: Vec::new(),
        };
        let of_deposit = |deposit: domain::deposit::Deposit, is_known| {
            (deposit.status.code(), Some(deposit.id.to_string()), deposit.reason.map(Reason::from), is_known)
        };
        let (outcome, deposit_id, reason, is_known) = match outcome {
            RailOutcome::Deposit { deposit, is_known } => of_deposit(*deposit, is_known),
            RailOutcome::Reversal(ReversalOutcome::Reversed(deposit)) => of_deposit(*deposit, false),
            RailOutcome::Reversal(ReversalOutcome::Open(_)) => ("REVERSAL_OPEN", None, None, false),
            RailOutcome::Reversal(ReversalOutcome::Known) => ("KNOWN", None, None, true),
        };
        Self { outcome, is_known, deposit_id, reason, ..nothing }
    }

    /// Nothing was done with it, and why.
    #[must_use]
    pub fn refused(bank_reference: Option<String>, problem: &Problem) -> Self {
        let errors = if problem.errors.is_empty() {
            vec![FieldError::new("bank_reference", problem.code, problem.detail.clone())]
        } else {
            problem.errors.clone()
        };
        let outcome = if problem.status.is_server_error() { "UNAVAILABLE" } else { "INVALID" };
        Self { bank_reference, outcome, is_known: false, deposit_id: None, reason: None, errors }
    }
}
