//! What the pages about customers show, as data that the server sends and the browser holds. Who may not see a thing
//! never gets it here.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc, serde::ts_milliseconds};
use domain::{
    customer::CustomerType,
    fault::FieldError,
    input::parse_date,
    review::{Check, CheckOutcome},
    standing::Status,
};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    form::{FileControl, FormValues},
    list_query::ColumnKey,
};
use crate::ui::Tone;

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerList {
    pub rows: Vec<ListRow>,
    /// The key with which the next page begins.
    pub next: Option<String>,
    /// How many there are, where that is known without counting.
    pub total: Option<i64>,
    /// The columns this person wants to see.
    pub columns: Vec<ColumnKey>,
    /// Why the filter cannot be used, each in a sentence. Then there are no rows.
    pub problems: Vec<String>,
}

/// A customer in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    pub id: String,
    pub customer_type: CustomerType,
    pub name: String,
    pub is_active: bool,
    pub status: Status,
    pub is_enabled: bool,
    pub is_wallet_ready: bool,
    #[serde(with = "ts_milliseconds")]
    pub created_at: DateTime<Utc>,
}

/// What the form starts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormModel {
    /// The customer to change; nothing for a new one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    pub values: FormValues,
    /// What the server found in what was typed before.
    pub errors: Vec<FieldError>,
    /// The files that are there already.
    pub documents: BTreeMap<String, DocumentView>,
    /// Where the customer stands.
    pub status: Option<Status>,
    /// The server's day, which bounds dates in the past.
    #[serde(deserialize_with = "iso_day")]
    pub today: NaiveDate,
}

/// Reads a day as a form reads one.
fn iso_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    parse_date(&String::deserialize(deserializer)?).map_err(|fault| de::Error::custom(fault.message))
}

impl FormModel {
    /// The file that a control holds already.
    #[must_use]
    pub fn document(&self, control: FileControl) -> Option<&DocumentView> {
        self.documents.get(control.name())
    }
}

/// What became of a submitted form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Saved {
    /// It is kept under this id.
    Done { id: String },
    /// Every field that needs another look. Nothing was changed.
    Refused { errors: Vec<FieldError> },
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    pub id: String,
    /// The place it fills, in words for people.
    pub place: String,
    pub file_name: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub pages: i64,
    #[serde(with = "ts_milliseconds")]
    pub created_at: DateTime<Utc>,
}

impl DocumentView {
    /// Whether a browser shows it as a picture.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.media_type.starts_with("image/")
    }

    /// Kind, size and pages in one line: `PDF, 1.2 MB, 3 pages`.
    #[must_use]
    pub fn summary(&self) -> String {
        let pages = if self.pages > 1 { format!(", {} pages", self.pages) } else { String::new() };
        format!("{}, {}{pages}", kind_word(&self.media_type), size_words(self.size_bytes))
    }
}

/// One customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDetail {
    pub id: String,
    pub customer_type: CustomerType,
    pub name: String,
    pub reference: Option<String>,
    #[serde(with = "ts_milliseconds")]
    pub created_at: DateTime<Utc>,
    pub sections: Vec<FactSection>,
    pub documents: Vec<DocumentView>,
    pub wallets: Vec<WalletLine>,
    /// What may change by itself while somebody looks.
    pub live: Live,
    /// Documents may be looked at.
    pub may_see_documents: bool,
}

/// Some of a customer's fields under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSection {
    pub title: String,
    /// Terms and facts; what is not known is `None`.
    pub facts: Vec<(String, Option<String>)>,
}

/// A wallet of the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletLine {
    pub id: String,
    pub currency: String,
    pub digits: u8,
    pub ledger_minor: i64,
    pub available_minor: i64,
    #[serde(with = "ts_milliseconds")]
    pub created_at: DateTime<Utc>,
}

/// What changes while a review is going on, or when somebody turns the switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    pub status: Status,
    pub is_active: FlagView,
    pub is_enabled: FlagView,
    pub is_wallet_ready: FlagView,
    /// Why it stands where it does, each something to act on.
    pub reasons: Vec<String>,
    /// What is missing for a wallet: the label, and the control that takes it.
    pub missing: Vec<MissingView>,
    pub review: Option<ReviewView>,
    pub history: Vec<HistoryItem>,
}

impl Live {
    /// Whether a person has to decide, so that nothing will move soon.
    #[must_use]
    pub fn is_referred(&self) -> bool {
        self.review.as_ref().is_some_and(|review| review.is_current && review.verdict == CheckOutcome::Refer)
    }
}

/// A flag and why it is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagView {
    pub on: bool,
    pub why_not: Vec<String>,
}

/// Something that is missing for a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingView {
    pub label: String,
    pub control: String,
}

/// The last review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewView {
    pub verdict: CheckOutcome,
    #[serde(with = "ts_milliseconds")]
    pub decided_at: DateTime<Utc>,
    pub checks: Vec<Check>,
    /// It is of the customer as it is now, and not of an earlier revision.
    pub is_current: bool,
}

/// Something that happened to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryItem {
    pub title: String,
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// Who did it, in words for people.
    pub by: String,
    /// The status that it led to, if it did.
    pub status: Option<Status>,
    /// Why, or what exactly.
    pub notes: Vec<String>,
}

/// How a status looks.
#[must_use]
pub const fn status_tone(status: Status) -> Tone {
    match status {
        Status::PendingInfo => Tone::Caution,
        Status::UnderReview => Tone::Info,
        Status::Approved => Tone::Positive,
        Status::Suspended => Tone::Critical,
    }
}

/// The kind of a file in a word.
#[must_use]
pub fn kind_word(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "PNG",
        "image/jpeg" => "JPEG",
        "application/pdf" => "PDF",
        _ => "File",
    }
}

/// A size as people read it: `640 bytes`, `12 KB`, `1.2 MB`.
#[must_use]
pub fn size_words(size_bytes: i64) -> String {
    const KB: i64 = 1024;
    const MB: i64 = 1024 * KB;
    match size_bytes {
        ..KB => format!("{size_bytes} bytes"),
        KB..MB => format!("{} KB", size_bytes / KB),
        _ => format!("{}.{} MB", size_bytes / MB, size_bytes % MB * 10 / MB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_for_people() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1 KB"),
            (1_048_575, "1023 KB"),
            (5_242_880, "5.0 MB"),
            (1_300_000, "1.2 MB"),
        ] {
            assert_eq!(size_words(bytes), words);
        }
    }
}
