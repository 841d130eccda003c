//! The review: checks that pass, fail or refer, each with its evidence, and the verdict over all of them.
//!
//! The rules are here and pure. Whoever runs a review gathers the [`Facts`] first: what the stored files look like
//! and who else in the organisation shows the same identification.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    customer::{CustomerDetails, CustomerType},
    document::DocumentSlot,
    id::CustomerId,
    input::CustomerInput,
    party::{Person, age_in_years},
    requirements::missing,
    standing::Reason,
};

/// The age from which somebody may hold an account.
pub const AGE_YEARS_MIN: i32 = 18;

/// Which check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Nothing mandatory is missing.
    Completeness,
    /// Every field has the form it must have.
    FieldFormats,
    /// Every stored file opens and shows something.
    DocumentsReadable,
    /// The identification has not expired.
    IdentificationCurrent,
    /// The person is of age.
    Age,
    /// Nobody else in the organisation shows the same identification.
    DuplicateIdentification,
}

impl CheckKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 6] = [
        Self::Completeness,
        Self::FieldFormats,
        Self::DocumentsReadable,
        Self::IdentificationCurrent,
        Self::Age,
        Self::DuplicateIdentification,
    ];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Completeness => "completeness",
            Self::FieldFormats => "field_formats",
            Self::DocumentsReadable => "documents_readable",
            Self::IdentificationCurrent => "identification_current",
            Self::Age => "age",
            Self::DuplicateIdentification => "duplicate_identification",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Completeness => "Everything needed is there",
            Self::FieldFormats => "Fields have the right form",
            Self::DocumentsReadable => "Documents can be read",
            Self::IdentificationCurrent => "Identification has not expired",
            Self::Age => "Age is 18 or more",
            Self::DuplicateIdentification => "Identification is not used by another customer",
        }
    }

    /// The check of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// All is well.
    Pass,
    /// The customer cannot be accepted.
    Fail,
    /// A person has to look.
    Refer,
}

impl CheckOutcome {
    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Refer => "refer",
        }
    }

    /// The outcome of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pass, Self::Fail, Self::Refer].into_iter().find(|outcome| outcome.code() == code)
    }
}

/// A named fact that a check looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was looked at.
    pub name: String,
    /// What was seen.
    pub value: String,
}

/// One check of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub kind: CheckKind,
    /// What it says.
    pub outcome: CheckOutcome,
    /// The same in one plain sentence.
    pub sentence: String,
    /// What it looked at.
    pub evidence: Vec<Evidence>,
}

/// The outcome of a whole review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every check passed.
    Pass,
    /// At least one failed; the reasons are theirs.
    Fail(Vec<Reason>),
    /// None failed and at least one wants a person to look.
    Refer(Vec<Reason>),
}

/// What the stored file of a customer looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFact {
    /// The place it fills.
    pub slot: DocumentSlot,
    /// What kind it is, or why it cannot be read, in words for people.
    pub seen: Result<String, String>,
}

/// What a review has to know beside the customer's details.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The day of the review.
    pub today: NaiveDate,
    /// The stored files.
    pub documents: Vec<DocumentFact>,
    /// Other customers of the organisation with the same identification.
    pub duplicates: Vec<CustomerId>,
}

/// Runs every check.
#[must_use]
pub fn run(details: &CustomerDetails, facts: &Facts) -> Vec<Check> {
    vec![
        completeness(details),
        field_formats(details, facts.today),
        documents_readable(facts),
        identification_current(details.subject.person(), facts.today),
        age(details, facts.today),
        duplicate_identification(facts),
    ]
}

/// Any fail: fail. Else any refer: refer. Else pass.
#[must_use]
pub fn verdict(checks: &[Check]) -> Verdict {
    let reasons = |outcome: CheckOutcome| -> Vec<Reason> {
        checks
            .iter()
            .filter(|check| check.outcome == outcome)
            .map(|check| Reason::new(check.kind.code(), check.sentence.clone()))
            .collect()
    };
    let (failed, referred) = (reasons(CheckOutcome::Fail), reasons(CheckOutcome::Refer));
    if !failed.is_empty() {
        Verdict::Fail(failed)
    } else if referred.is_empty() && !checks.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Refer(referred)
    }
}

fn check(kind: CheckKind, outcome: CheckOutcome, sentence: impl Into<String>, evidence: Vec<Evidence>) -> Check {
    Check { kind, outcome, sentence: sentence.into(), evidence }
}

fn evidence(name: impl Into<String>, value: impl Into<String>) -> Evidence {
    Evidence { name: name.into(), value: value.into() }
}

fn completeness(details: &CustomerDetails) -> Check {
    let kind = CheckKind::Completeness;
    let lacking = missing(details);
    if lacking.is_empty() {
        return check(kind, CheckOutcome::Pass, "Every mandatory field and document was submitted.", Vec::new());
    }
    let evidence = lacking.iter().map(|r| evidence(r.label, "missing")).collect();
    check(kind, CheckOutcome::Refer, "Mandatory fields or documents are missing.", evidence)
}

fn field_formats(details: &CustomerDetails, today: NaiveDate) -> Check {
    let kind = CheckKind::FieldFormats;
    match CustomerInput::from(details).parse(today) {
        Ok(_) => check(kind, CheckOutcome::Pass, "Every field has the form it must have.", Vec::new()),
        Err(errors) => check(
            kind,
            CheckOutcome::Fail,
            "At least one field does not have the form it must have.",
            errors.into_iter().map(|e| evidence(e.field, e.message)).collect(),
        ),
    }
}

fn documents_readable(facts: &Facts) -> Check {
    let kind = CheckKind::DocumentsReadable;
    let seen = facts
        .documents
        .iter()
        .map(|fact| match &fact.seen {
            Ok(what) => evidence(fact.slot.label(), what.clone()),
            Err(why) => evidence(fact.slot.label(), why.clone()),
        })
        .collect();
    let bad: Vec<&str> =
        facts.documents.iter().filter(|fact| fact.seen.is_err()).map(|fact| fact.slot.label()).collect();
    if bad.is_empty() {
        check(kind, CheckOutcome::Pass, "Every document opens and shows something.", seen)
    } else {
        check(kind, CheckOutcome::Fail, format!("Cannot be read: {}. Upload it again.", bad.join(", ")), seen)
    }
}

fn identification_current(person: &Person, today: NaiveDate) -> Check {
    let kind = CheckKind::IdentificationCurrent;
    let Some(expires_on) = person.identification.expires_on else {
        return check(kind, CheckOutcome::Refer, "The identification has no expiry date.", Vec::new());
    };
    let seen = vec![evidence("Expires on", expires_on.to_string()), evidence("Day of the review", today.to_string())];
    if expires_on < today {
        check(
            kind,
            CheckOutcome::Fail,
            format!("The identification expired on {}.", expires_on.format("%-d %b %Y")),
            seen,
        )
    } else {
        check(
            kind,
            CheckOutcome::Pass,
            format!("The identification is valid until {}.", expires_on.format("%-d %b %Y")),
            seen,
        )
    }
}

fn age(details: &CustomerDetails, today: NaiveDate) -> Check {
    let kind = CheckKind::Age;
    let who = match details.subject.customer_type() {
        CustomerType::Individual => "The customer",
        CustomerType::Company => "The authorised person",
    };
    let Some(born) = details.subject.person().date_of_birth else {
        return check(kind, CheckOutcome::Refer, "The date of birth is not known.", Vec::new());
    };
    // A beneficial owner may be a child; whoever acts must be of age.
    let years = age_in_years(born, today);
    let seen = vec![evidence("Age in years", years.to_string()), evidence("At least", AGE_YEARS_MIN.to_string())];
    if years < AGE_YEARS_MIN {
        check(kind, CheckOutcome::Fail, format!("{who} is younger than {AGE_YEARS_MIN}."), seen)
    } else {
        check(kind, CheckOutcome::Pass, format!("{who} is {AGE_YEARS_MIN} or older."), seen)
    }
}

fn duplicate_identification(facts: &Facts) -> Check {
    let kind = CheckKind::DuplicateIdentification;
    if facts.duplicates.is_empty() {
        return check(kind, CheckOutcome::Pass, "No other customer shows this identification.", Vec::new());
    }
    let seen = facts.duplicates.iter().map(|id| evidence("Same identification", id.to_string())).collect();
    check(kind, CheckOutcome::Refer, "Another customer shows the same identification. A person has to look.", seen)
}
