//! Documents, reviews and requirements as they are written.

use std::fmt::Write as _;

use domain::{
    country::Country,
    customer::{Customer, CustomerType},
    requirements::{RequirementKind, requirements},
    review,
};
use serde::Serialize;
use service::{DocumentRow, ReviewRow};
use utoipa::ToSchema;

use super::words::{CheckKindWord, CheckOutcomeWord, CustomerTypeWord, Moment, StatusWord};

/// An uploaded file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    /// Its id, to be named in a customer.
    #[schema(example = "document_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id: String,
    /// The name it was uploaded with.
    #[schema(example = "passport.jpg")]
    file_name: String,
    /// What it is, by content: `image/png`, `image/jpeg` or `application/pdf`.
    #[schema(example = "image/jpeg")]
    media_type: String,
    /// Its size.
    #[schema(example = 482_113)]
    size_bytes: i64,
    /// How many pages it has; a picture has one.
    #[schema(example = 1)]
    pages: i64,
    /// SHA-256 of its content, in hex.
    sha256: String,
    /// When it was uploaded.
    created_at: Moment,
}

/// The last review of a customer: its checks, each with outcome and evidence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Review {
    /// Whose.
    customer_id: String,
    /// Where the customer stands now.
    status: StatusWord,
    /// What all checks together say; `null` while there was no review.
    #[schema(required = true)]
    verdict: Option<CheckOutcomeWord>,
    /// When it was decided.
    #[schema(required = true)]
    decided_at: Option<Moment>,
    /// Whether it is of the customer as it is now, and not of an earlier edit.
    is_current: bool,
    /// The checks, in the order they are shown.
    checks: Vec<Check>,
}

/// One check of a review.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// Which.
    kind: CheckKindWord,
    /// The same for people.
    #[schema(example = "Identification has not expired")]
    label: &'static str,
    /// What it says.
    outcome: CheckOutcomeWord,
    /// The same in one plain sentence.
    #[schema(example = "The identification is valid until 14 Aug 2031.")]
    sentence: String,
    /// What it looked at.
    evidence: Vec<Evidence>,
}

/// A named fact that a check looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evidence {
    /// What was looked at.
    #[schema(example = "Expires on")]
    name: String,
    /// What was seen.
    #[schema(example = "2031-08-14")]
    value: String,
}

/// The mandatory fields and documents for a type of customer with an address in a country.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerRequirements {
    /// For whom.
    #[serde(rename = "type")]
    customer_type: CustomerTypeWord,
    /// With an address where, ISO 3166-1 alpha-2; `null` when none was asked for.
    #[schema(required = true, example = "AU")]
    country: Option<&'static str>,
    /// What is needed to create one at all.
    #[schema(example = json!(["individual.first_name", "individual.last_name"]))]
    needed_to_create: Vec<&'static str>,
    /// Mandatory fields, in the order of the form.
    fields: Vec<Requirement>,
    /// Mandatory documents.
    documents: Vec<Requirement>,
}

/// A mandatory field or document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Requirement {
    /// Dotted path, as in a customer and in `missing`.
    #[schema(example = "individual.date_of_birth")]
    path: &'static str,
    /// The words on the form.
    #[schema(example = "Date of birth")]
    label: &'static str,
    /// What to do.
    #[schema(example = "Enter the date of birth")]
    how: &'static str,
}

impl From<DocumentRow> for Document {
    fn from(row: DocumentRow) -> Self {
        let sha256 = row.sha256.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Self {
            id: row.id.to_string(),
            file_name: row.file_name,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            pages: row.pages,
            sha256,
            created_at: Moment(row.created_at),
        }
    }
}

impl Review {
    /// The last review of a customer, if there was one.
    #[must_use]
    pub fn of(customer: &Customer, review: Option<ReviewRow>) -> Self {
        Self {
            customer_id: customer.id.to_string(),
            status: StatusWord(customer.status()),
            verdict: review.as_ref().map(|row| CheckOutcomeWord(row.verdict)),
            decided_at: review.as_ref().map(|row| Moment(row.decided_at)),
            is_current: review.as_ref().is_some_and(|row| row.revision == customer.revision),
            checks: review.map(|row| row.checks).unwrap_or_default().into_iter().map(Check::from).collect(),
        }
    }
}

impl From<review::Check> for Check {
    fn from(check: review::Check) -> Self {
        Self {
            kind: CheckKindWord(check.kind),
            label: check.kind.label(),
            outcome: CheckOutcomeWord(check.outcome),
            sentence: check.sentence,
            evidence: check.evidence.into_iter().map(|one| Evidence { name: one.name, value: one.value }).collect(),
        }
    }
}

impl CustomerRequirements {
    /// What is mandatory for this type and country.
    #[must_use]
    pub fn of(customer_type: CustomerType, country: Option<Country>) -> Self {
        let of_kind = |kind: RequirementKind| {
            let rows = requirements(customer_type, country).filter(move |row| row.kind == kind);
            rows.map(|row| Requirement { path: row.path, label: row.label, how: row.how }).collect()
        };
        Self {
            customer_type: CustomerTypeWord(customer_type),
            country: country.map(Country::code),
            needed_to_create: match customer_type {
                CustomerType::Individual => vec!["individual.first_name", "individual.last_name"],
                CustomerType::Company => vec!["company.name"],
            },
            fields: of_kind(RequirementKind::Field),
            documents: of_kind(RequirementKind::Document),
        }
    }
}
