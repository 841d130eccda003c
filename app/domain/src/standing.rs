//! Where a customer stands, and the only ways from one state to another.
//!
//! Each state is a type of its own whose verbs return the next one. A move that `product.md`'s graph does not have
//! cannot be written down here: there is no method for it, and no state can be made except by a verb or by
//! [`Standing::restored`], which storage uses for what a verb made earlier.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The status as it is stored and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Some mandatory field or document is missing.
    PendingInfo,
    /// Everything was submitted; the final status follows.
    UnderReview,
    /// Allowed to perform all operations.
    Approved,
    /// Restricted from any operation.
    Suspended,
}

impl Status {
    /// All of them, in the order of the life cycle.
    pub const ALL: [Self; 4] = [Self::PendingInfo, Self::UnderReview, Self::Approved, Self::Suspended];

    /// The exact value on the screen and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PendingInfo => "PENDING_INFO",
            Self::UnderReview => "UNDER_REVIEW",
            Self::Approved => "APPROVED",
            Self::Suspended => "SUSPENDED",
        }
    }

    /// The status of a stored value.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The status that a filter means: `ACTIVE` is another word for `APPROVED` there, and only there.
    #[must_use]
    pub fn from_filter(code: &str) -> Option<Self> {
        if code == "ACTIVE" { Some(Self::Approved) } else { Self::from_code(code) }
    }

    /// Whether `next` may follow. The database holds the same list.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::PendingInfo | Self::Approved | Self::Suspended, Self::UnderReview)
                | (Self::UnderReview, Self::PendingInfo | Self::Approved | Self::Suspended)
                | (Self::Approved, Self::PendingInfo)
        )
    }

    /// Whether a review is going on, so that a page should ask again.
    #[must_use]
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::UnderReview)
    }
}

/// Why a customer stands where it does, or why a flag is off: something a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable word for programs.
    pub code: String,
    /// One sentence that says what to do.
    pub message: String,
}

impl Reason {
    /// A reason with its code and sentence.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// Something is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingInfo {
    since: DateTime<Utc>,
    reasons: Vec<Reason>,
}

/// Everything was submitted and is being looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderReview {
    since: DateTime<Utc>,
    reasons: Vec<Reason>,
}

/// Allowed everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    since: DateTime<Utc>,
}

/// Restricted from everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended {
    since: DateTime<Utc>,
    reasons: Vec<Reason>,
}

/// Where a customer stands, with that state's own facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Something is missing.
    PendingInfo(PendingInfo),
    /// Everything was submitted and is being looked at.
    UnderReview(UnderReview),
    /// Allowed everything.
    Approved(Approved),
    /// Restricted from everything.
    Suspended(Suspended),
}

impl PendingInfo {
    /// Where every customer begins.
    #[must_use]
    pub const fn begin(at: DateTime<Utc>) -> Self {
        Self { since: at, reasons: Vec::new() }
    }

    /// The last missing piece has come.
    #[must_use]
    pub fn submit(self, at: DateTime<Utc>) -> UnderReview {
        UnderReview { since: at, reasons: Vec::new() }
    }
}

impl UnderReview {
    /// Every check passed, or an operator says so.
    #[must_use]
    pub fn approve(self, at: DateTime<Utc>) -> Approved {
        Approved { since: at }
    }

    /// A check failed, or an operator says so.
    #[must_use]
    pub fn suspend(self, at: DateTime<Utc>, reasons: Vec<Reason>) -> Suspended {
        Suspended { since: at, reasons }
    }

    /// A person has to look: the state stays, and says why.
    #[must_use]
    pub fn refer(self, reasons: Vec<Reason>) -> Self {
        Self { reasons, ..self }
    }

    /// Named pieces of information are wanted.
    #[must_use]
    pub fn ask_for_information(self, at: DateTime<Utc>, reasons: Vec<Reason>) -> PendingInfo {
        PendingInfo { since: at, reasons }
    }
}

impl Approved {
    /// Something that identifies the customer was changed.
    #[must_use]
    pub fn review_again(self, at: DateTime<Utc>) -> UnderReview {
        UnderReview { since: at, reasons: Vec::new() }
    }

    /// A rule now asks for more.
    #[must_use]
    pub fn ask_for_information(self, at: DateTime<Utc>, reasons: Vec<Reason>) -> PendingInfo {
        PendingInfo { since: at, reasons }
    }
}

impl Suspended {
    /// An operator lets the customer be looked at once more.
    #[must_use]
    pub fn reinstate(self, at: DateTime<Utc>, reason: Reason) -> UnderReview {
        UnderReview { since: at, reasons: vec![reason] }
    }
}

impl Standing {
    /// The standing that a verb made earlier and storage kept.
    #[must_use]
    pub fn restored(status: Status, since: DateTime<Utc>, reasons: Vec<Reason>) -> Self {
        match status {
            Status::PendingInfo => Self::PendingInfo(PendingInfo { since, reasons }),
            Status::UnderReview => Self::UnderReview(UnderReview { since, reasons }),
            Status::Approved => Self::Approved(Approved { since }),
            Status::Suspended => Self::Suspended(Suspended { since, reasons }),
        }
    }

    /// The status as it is stored and shown.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::PendingInfo(_) => Status::PendingInfo,
            Self::UnderReview(_) => Status::UnderReview,
            Self::Approved(_) => Status::Approved,
            Self::Suspended(_) => Status::Suspended,
        }
    }

    /// Since when.
    #[must_use]
    pub const fn since(&self) -> DateTime<Utc> {
        match self {
            Self::PendingInfo(PendingInfo { since, .. })
            | Self::UnderReview(UnderReview { since, .. })
            | Self::Approved(Approved { since })
            | Self::Suspended(Suspended { since, .. }) => *since,
        }
    }

    /// Why, where there is something to say.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::PendingInfo(PendingInfo { reasons, .. })
            | Self::UnderReview(UnderReview { reasons, .. })
            | Self::Suspended(Suspended { reasons, .. }) => reasons,
            Self::Approved(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_graph_has_these_edges_and_no_other() {
        use Status::{Approved as A, PendingInfo as P, Suspended as S, UnderReview as U};
        let legal = [(P, U), (U, P), (U, A), (U, S), (A, U), (A, P), (S, U)];
        for from in Status::ALL {
            for to in Status::ALL {
                assert_eq!(from.may_become(to), legal.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn every_verb_moves_along_an_edge() {
        let at = DateTime::from_timestamp_millis(0).unwrap();
        let begin = || PendingInfo::begin(at);
        let review = || begin().submit(at);
        let moves = [
            (Standing::PendingInfo(begin()), Standing::UnderReview(begin().submit(at))),
            (Standing::UnderReview(review()), Standing::Approved(review().approve(at))),
            (Standing::UnderReview(review()), Standing::Suspended(review().suspend(at, vec![]))),
            (Standing::UnderReview(review()), Standing::PendingInfo(review().ask_for_information(at, vec![]))),
            (Standing::Approved(review().approve(at)), Standing::UnderReview(review().approve(at).review_again(at))),
            (
                Standing::Approved(review().approve(at)),
                Standing::PendingInfo(review().approve(at).ask_for_information(at, vec![])),
            ),
            (
                Standing::Suspended(review().suspend(at, vec![])),
                Standing::UnderReview(review().suspend(at, vec![]).reinstate(at, Reason::new("reinstated", "x"))),
            ),
        ];
        for (from, to) in moves {
            assert!(from.status().may_become(to.status()), "{from:?} to {to:?}");
        }
    }

    #[test]
    fn active_is_a_word_for_a_filter_only() {
        assert_eq!(Status::from_filter("ACTIVE"), Some(Status::Approved));
        assert_eq!(Status::from_code("ACTIVE"), None);
        assert!(Status::ALL.iter().all(|status| status.code() != "ACTIVE"));
    }
}
