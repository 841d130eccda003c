//! A customer as it is written.

use std::collections::BTreeMap;

use domain::{
    customer,
    input::{AddressInput, CompanyInput, CustomerInput, DocumentsInput, PersonInput},
};
use serde::Serialize;
use service::{Feature, Organisation};
use utoipa::ToSchema;

use super::{
    parts,
    words::{CustomerTypeWord, Moment, PurposeWord, Reason, StatusWord},
};

/// Members of a customer that Purser decides and nobody can set, each with what to do instead.
pub const READ_ONLY_FIELDS: [(&str, &str); 11] = [
    ("id", "The id is given for good"),
    ("name", "The name follows from individual or company: change it there"),
    ("status", "The status follows from the review"),
    ("reasons", "The reasons follow from the review"),
    ("is_active", "This follows from the status"),
    ("is_enabled", "Use POST /customers/{id}/enable or /disable"),
    ("is_wallet_ready", "This follows from what was submitted"),
    ("missing", "This follows from what was submitted"),
    ("is_sender_validation_enabled", "The operator switches this on for the organisation"),
    ("created_at", "This is on record for good"),
    ("updated_at", "This follows by itself"),
];

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the contract has these four flags side by side")]
pub struct Customer {
    /// Its id.
    #[schema(example = "customer_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// A person or a company.
    #[serde(rename = "type")]
    kind: CustomerTypeWord,
    /// The name as lists show it.
    #[schema(example = "Ada Marlowe")]
    name: String,
    /// Your own id.
    #[schema(required = true, example = "crm-1042")]
    reference: Option<String>,
    /// Your note.
    #[schema(required = true)]
    description: Option<String>,
    /// What the account is for.
    #[schema(required = true)]
    account_usage_purpose: Option<PurposeWord>,
    /// Where it stands.
    status: StatusWord,
    /// Why it stands there, or why it is not active or not enabled; empty when it may do everything.
    reasons: Vec<Reason>,
    /// The platform's side: true only while `APPROVED` and in an organisation that is not suspended.
    is_active: bool,
    /// Your own switch.
    is_enabled: bool,
    /// Every mandatory field and document has been submitted.
    is_wallet_ready: bool,
    /// Dotted paths of what a wallet still needs.
    #[schema(example = json!(["individual.date_of_birth", "documents.id_proof"]))]
    missing: Vec<&'static str>,
    /// A person's part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<parts::Person>)]
    individual: Option<PersonInput>,
    /// A company's part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<parts::Company>)]
    company: Option<CompanyInput>,
    /// Where.
    #[schema(value_type = parts::Address)]
    address: AddressInput,
    /// E-mail.
    #[schema(required = true)]
    email: Option<String>,
    /// Phone, E.164.
    #[schema(required = true)]
    phone: Option<String>,
    /// Ids of uploaded documents, by place.
    #[schema(value_type = parts::Documents)]
    documents: DocumentsInput,
    /// Whether money from senders that are not listed is refused.
    is_sender_validation_enabled: bool,
    /// Ids of the senders whose money is wanted.
    sender_ids: Vec<String>,
    /// Your own notes.
    metadata: BTreeMap<String, String>,
    /// When it was created.
    created_at: Moment,
    /// When it was changed last.
    updated_at: Moment,
}

impl Customer {
    /// A customer of this organisation.
    #[must_use]
    pub fn of(customer: &customer::Customer, organisation: &Organisation) -> Self {
        let is_suspended = organisation.suspended_at.is_some();
        let input = CustomerInput::from(&customer.details);
        Self {
            id: customer.id.to_string(),
            kind: CustomerTypeWord(customer.details.subject.customer_type()),
            name: customer.details.name(),
            reference: input.reference,
            description: input.description,
            account_usage_purpose: customer.details.account_usage_purpose.map(PurposeWord),
            status: StatusWord(customer.status()),
            reasons: reasons(customer, is_suspended),
            is_active: customer.is_active(is_suspended),
            is_enabled: customer.is_enabled,
            is_wallet_ready: customer.is_wallet_ready(),
            missing: customer.missing().iter().map(|requirement| requirement.path).collect(),
            individual: input.individual,
            company: input.company,
            address: input.address,
            email: input.email,
            phone: input.phone,
            documents: input.documents,
            is_sender_validation_enabled: organisation.has(Feature::SenderValidation),
            sender_ids: input.sender_ids,
            metadata: input.metadata,
            created_at: Moment(customer.created_at),
            updated_at: Moment(customer.updated_at),
        }
    }
}

/// Why the flags are off, then what the review had to say where that is not among them.
fn reasons(customer: &customer::Customer, is_suspended: bool) -> Vec<Reason> {
    let mut reasons = customer.why_not_active(is_suspended);
    reasons.extend(customer.why_not_enabled());
    for reason in customer.standing.reasons() {
        if !reasons.contains(reason) {
            reasons.push(reason.clone());
        }
    }
    reasons.into_iter().map(Reason::from).collect()
}
