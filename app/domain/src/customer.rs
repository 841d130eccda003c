//! A customer, and what may become of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    contact::{Email, Phone},
    document::Documents,
    id::{CustomerId, OrganisationId, SenderId},
    party::{Address, Company, Identification, Person},
    requirements::{Requirement, missing},
    review::Verdict,
    standing::{PendingInfo, Reason, Standing, Status},
};

/// A person or a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerType {
    /// A natural person.
    Individual,
    /// A company.
    Company,
}

impl CustomerType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Individual, Self::Company];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Company => "company",
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Individual => "Individual",
            Self::Company => "Company",
        }
    }

    /// The type of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What the account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountUsagePurpose {
    /// Putting money aside.
    PersonalSavings,
    /// Buying assets to hold.
    Investment,
    /// Buying and selling.
    Trading,
    /// Taking in payments.
    Collections,
    /// Paying wages.
    Payroll,
    /// Paying suppliers.
    SupplierPayments,
    /// Something else.
    Other,
}

impl AccountUsagePurpose {
    /// All of them, in the order a form shows.
    pub const ALL: [Self; 7] = [
        Self::PersonalSavings,
        Self::Investment,
        Self::Trading,
        Self::Collections,
        Self::Payroll,
        Self::SupplierPayments,
        Self::Other,
    ];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PersonalSavings => "personal_savings",
            Self::Investment => "investment",
            Self::Trading => "trading",
            Self::Collections => "collections",
            Self::Payroll => "payroll",
            Self::SupplierPayments => "supplier_payments",
            Self::Other => "other",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::PersonalSavings => "Personal savings",
            Self::Investment => "Investment",
            Self::Trading => "Trading",
            Self::Collections => "Collections",
            Self::Payroll => "Payroll",
            Self::SupplierPayments => "Supplier payments",
            Self::Other => "Other",
        }
    }
}

/// Who the customer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A natural person. Both names are there.
    Individual(Person),
    /// A company. Its name is there.
    Company(Box<Company>),
}

impl Subject {
    /// A person or a company.
    #[must_use]
    pub const fn customer_type(&self) -> CustomerType {
        match self {
            Self::Individual(_) => CustomerType::Individual,
            Self::Company(_) => CustomerType::Company,
        }
    }

    /// The natural person behind: the individual, or the one who acts for the company.
    #[must_use]
    pub fn person(&self) -> &Person {
        match self {
            Self::Individual(person) => person,
            Self::Company(company) => &company.authorized_person,
        }
    }
}

/// Everything that is known of a customer, read and checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDetails {
    /// Who it is.
    pub subject: Subject,
    /// The merchant's own id.
    pub reference: Option<String>,
    /// A note of the merchant.
    pub description: Option<String>,
    /// What the account is for.
    pub account_usage_purpose: Option<AccountUsagePurpose>,
    /// Where.
    pub address: Address,
    /// E-mail.
    pub email: Option<Email>,
    /// Phone.
    pub phone: Option<Phone>,
    /// Uploaded papers.
    pub documents: Documents,
    /// Whose money is wanted, where sender validation is on.
    pub sender_ids: Vec<SenderId>,
    /// The merchant's own notes for programs.
    pub metadata: BTreeMap<String, String>,
}

impl CustomerDetails {
    /// The name as a list shows it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.subject {
            Subject::Individual(person) => person.full_name(),
            Subject::Company(company) => company.name.clone(),
        }
    }

    /// The identification of the natural person behind.
    #[must_use]
    pub fn identification(&self) -> &Identification {
        &self.subject.person().identification
    }

    /// Whether `other` differs in something that says who the customer is, so that it has to be looked at again.
    #[must_use]
    pub fn identifies_differently_from(&self, other: &Self) -> bool {
        self.subject != other.subject || self.address != other.address || self.documents != other.documents
    }
}

/// A customer of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// The one organisation it belongs to.
    pub organisation_id: OrganisationId,
    /// What is known of it.
    pub details: CustomerDetails,
    /// Where it stands.
    pub standing: Standing,
    /// The merchant's own switch.
    pub is_enabled: bool,
    /// When it was deleted, if it was.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Counts the edits. A review is of one revision, and decides nothing about a later one.
    pub revision: i64,
    /// What was missing before details were masked for somebody; nothing where they are whole.
    pub missing_before_masking: Option<Vec<Requirement>>,
}

/// A status change, for the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Before. Nothing before the first.
    pub from: Option<Status>,
    /// After.
    pub to: Status,
    /// What caused it, as a stable word: `created`, `completed`, `edited`, `review_passed`, `review_failed`, …
    pub cause: &'static str,
}

/// A customer after a verb, and what has to be done about it in the same unit of work.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The customer as it is now.
    pub customer: Customer,
    /// The status change, if there was one.
    pub transitions: Vec<Transition>,
    /// Whether a review of this revision has to be queued.
    pub is_review_due: bool,
}

/// Why a verb was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A deleted customer does not change.
    #[error("this customer was deleted")]
    Deleted,
    /// The type of a customer is for good.
    #[error("the type of a customer cannot change")]
    TypeChanged,
    /// Something mandatory would go missing while the customer is past `PENDING_INFO`.
    #[error("mandatory fields cannot be emptied now")]
    WouldBeIncomplete(Vec<Requirement>),
    /// The review was of an older revision, or the customer is no longer under review.
    #[error("this review is out of date")]
    ReviewOutOfDate,
}

impl Customer {
    /// A new customer: `PENDING_INFO`, or `UNDER_REVIEW` when nothing is missing.
    #[must_use]
    pub fn create(
        id: CustomerId,
        organisation_id: OrganisationId,
        details: CustomerDetails,
        at: DateTime<Utc>,
    ) -> Changed {
        let customer = Self {
            id,
            organisation_id,
            details,
            standing: Standing::PendingInfo(PendingInfo::begin(at)),
            is_enabled: true,
            deleted_at: None,
            created_at: at,
            updated_at: at,
            revision: 1,
            missing_before_masking: None,
        };
        let created = Transition { from: None, to: Status::PendingInfo, cause: "created" };
        customer.submit_if_complete(vec![created], at)
    }

    /// New details. What is complete goes to review; what identified an approved customer and changed is looked at
    /// again; past `PENDING_INFO` nothing mandatory may go missing, for the graph has no way back but an operator's.
    ///
    /// # Errors
    /// [`Refused`] when the customer was deleted, would change its type, or would become incomplete.
    pub fn revise(self, details: CustomerDetails, at: DateTime<Utc>) -> Result<Changed, Refused> {
        if self.deleted_at.is_some() {
            return Err(Refused::Deleted);
        }
        if self.details.subject.customer_type() != details.subject.customer_type() {
            return Err(Refused::TypeChanged);
        }
        let lacking = missing(&details);
        if !lacking.is_empty() && self.standing.status() != Status::PendingInfo {
            return Err(Refused::WouldBeIncomplete(lacking));
        }
        let identifies_differently = self.details.identifies_differently_from(&details);
        let customer = Self { details, updated_at: at, revision: self.revision.saturating_add(1), ..self };
        Ok(match customer.standing.clone() {
            Standing::PendingInfo(_) => customer.submit_if_complete(Vec::new(), at),
            Standing::UnderReview(_) => Changed { customer, transitions: Vec::new(), is_review_due: true },
            Standing::Approved(approved) if identifies_differently => Changed {
                customer: Self { standing: Standing::UnderReview(approved.review_again(at)), ..customer },
                transitions: vec![Transition {
                    from: Some(Status::Approved),
                    to: Status::UnderReview,
                    cause: "edited",
                }],
                is_review_due: true,
            },
            Standing::Approved(_) | Standing::Suspended(_) => {
                Changed { customer, transitions: Vec::new(), is_review_due: false }
            }
        })
    }

    /// The outcome of a review of `revision`.
    ///
    /// # Errors
    /// [`Refused::ReviewOutOfDate`] when the customer was edited since, is no longer under review, or was deleted.
    pub fn decide(self, revision: i64, verdict: Verdict, at: DateTime<Utc>) -> Result<Changed, Refused> {
        let Standing::UnderReview(review) = self.standing.clone() else { return Err(Refused::ReviewOutOfDate) };
        if self.revision != revision || self.deleted_at.is_some() {
            return Err(Refused::ReviewOutOfDate);
        }
        let (standing, cause) = match verdict {
            Verdict::Pass => (Standing::Approved(review.approve(at)), "review_passed"),
            Verdict::Fail(reasons) => (Standing::Suspended(review.suspend(at, reasons)), "review_failed"),
            Verdict::Refer(reasons) => (Standing::UnderReview(review.refer(reasons)), "review_referred"),
        };
        let to = standing.status();
        let transitions = if to == Status::UnderReview {
            Vec::new()
        } else {
            vec![Transition { from: Some(Status::UnderReview), to, cause }]
        };
        Ok(Changed { customer: Self { standing, updated_at: at, ..self }, transitions, is_review_due: false })
    }

    /// Turns the merchant's switch. Turning it where it stands already changes nothing.
    ///
    /// # Errors
    /// [`Refused::Deleted`].
    pub fn switch(self, is_enabled: bool, at: DateTime<Utc>) -> Result<Self, Refused> {
        if self.deleted_at.is_some() {
            return Err(Refused::Deleted);
        }
        if self.is_enabled == is_enabled { Ok(self) } else { Ok(Self { is_enabled, updated_at: at, ..self }) }
    }

    /// Deletes it; the record stays for the law's sake. Deleting twice changes nothing.
    #[must_use]
    pub fn delete(self, at: DateTime<Utc>) -> Self {
        if self.deleted_at.is_some() { self } else { Self { deleted_at: Some(at), updated_at: at, ..self } }
    }

    /// The status as it is stored and shown.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.standing.status()
    }

    /// What is still missing for a wallet.
    #[must_use]
    pub fn missing(&self) -> Vec<Requirement> {
        self.missing_before_masking.clone().unwrap_or_else(|| missing(&self.details))
    }

    /// Whether every required field and document has been submitted.
    #[must_use]
    pub fn is_wallet_ready(&self) -> bool {
        self.missing().is_empty()
    }

    /// The platform's side: true only while approved and neither deleted nor in a suspended organisation.
    #[must_use]
    pub fn is_active(&self, is_organisation_suspended: bool) -> bool {
        self.why_not_active(is_organisation_suspended).is_empty()
    }

    /// Why the customer is not active; empty when it is.
    #[must_use]
    pub fn why_not_active(&self, is_organisation_suspended: bool) -> Vec<Reason> {
        let mut reasons = Vec::new();
        match self.status() {
            Status::Approved => {}
            Status::PendingInfo => reasons.push(Reason::new(
                "pending_info",
                "Information is missing. Add what is listed under “Needed for a wallet”; the review then starts by itself.",
            )),
            Status::UnderReview => {
                reasons.push(Reason::new("under_review", "The review is not finished. The status follows by itself."));
            }
            Status::Suspended => {
                reasons.push(Reason::new("suspended", "The review suspended this customer. Correct what it found and ask the operator to reinstate it."));
                reasons.extend(self.standing.reasons().iter().cloned());
            }
        }
        if self.deleted_at.is_some() {
            reasons.push(Reason::new("deleted", "This customer was deleted."));
        }
        if is_organisation_suspended {
            reasons.push(Reason::new("organisation_suspended", "Your organisation is suspended. Ask the operator."));
        }
        reasons
    }

    /// Why the customer is not enabled; empty when it is.
    #[must_use]
    pub fn why_not_enabled(&self) -> Vec<Reason> {
        if self.is_enabled {
            Vec::new()
        } else {
            vec![Reason::new("disabled", "Somebody in your organisation disabled this customer. Enable it to go on.")]
        }
    }

    /// Why the customer is not wallet-ready; empty when it is.
    #[must_use]
    pub fn why_not_wallet_ready(&self) -> Vec<Reason> {
        self.missing().iter().map(|r| Reason::new("missing", format!("{}.", r.how))).collect()
    }

    fn submit_if_complete(self, mut transitions: Vec<Transition>, at: DateTime<Utc>) -> Changed {
        match self.standing.clone() {
            Standing::PendingInfo(pending) if missing(&self.details).is_empty() => {
                transitions.push(Transition {
                    from: Some(Status::PendingInfo),
                    to: Status::UnderReview,
                    cause: "completed",
                });
                let standing = Standing::UnderReview(pending.submit(at));
                Changed { customer: Self { standing, ..self }, transitions, is_review_due: true }
            }
            _ => Changed { customer: self, transitions, is_review_due: false },
        }
    }
}
