//! Judging a file by what is in it.
//!
//! Everything here works on hostile bytes: sizes are checked before anything is allocated, nothing runs
//! without a bound, and a panic inside a third-party decoder is a refusal, not a crash. Judging costs
//! processor time (up to a second for the largest pictures), so the server calls [`judge_off_thread`].

mod pdf;
mod picture;
mod refusal;

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

pub use refusal::Refusal;

/// The largest file taken: 5 MB.
pub const SIZE_MAX: usize = 5 * 1024 * 1024;

/// What may follow a document's end before it counts as something else hung on: some writers pad, some
/// cameras leave a short note.
const TRAILING_MAX: usize = 4 * 1024;

/// One picture of the largest size takes some 400 MB while it is decoded.
const JUDGED_AT_ONCE_MAX: usize = 2;

static JUDGES: Semaphore = Semaphore::const_new(JUDGED_AT_ONCE_MAX);

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

    /// By the first bytes; a name or a declared type is never asked.
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else {
            None
        }
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

/// Judges a file. Blocks for as long as decoding takes; never panics.
///
/// # Errors
/// The first reason found to refuse it.
pub fn judge(bytes: &[u8]) -> Result<Judged, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > SIZE_MAX {
        return Err(Refusal::TooLarge);
    }
    let media_type = MediaType::of(bytes).ok_or(Refusal::UnknownKind)?;
    // Nothing outlives a decoder that panicked, so nothing can be seen half-done.
    let (pages, dimensions) =
        catch_unwind(AssertUnwindSafe(|| look_inside(media_type, bytes))).unwrap_or(Err(Refusal::Unreadable))?;
    Ok(Judged {
        media_type,
        size: bytes.len(),
        sha256: Sha256::digest(bytes).into(),
        pages,
        width_px: dimensions.map(|(width, _)| width),
        height_px: dimensions.map(|(_, height)| height),
    })
}

/// [`judge`] on a thread for blocking work, so that no other request waits for it. At most two files are
/// judged at once, whoever sends them; the others wait here.
///
/// # Errors
/// As [`judge`].
pub async fn judge_off_thread(bytes: Bytes) -> Result<Judged, Refusal> {
    let Ok(permit) = JUDGES.acquire().await else {
        // The semaphore is never closed.
        return Err(Refusal::Unreadable);
    };
    let judging = tokio::task::spawn_blocking(move || {
        // Held by the work itself: it goes on when the one who asked has gone away.
        let _permit = permit;
        judge(&bytes)
    });
    judging.await.unwrap_or(Err(Refusal::Unreadable))
}

/// The number of pages, and width and height of a picture.
fn look_inside(media_type: MediaType, bytes: &[u8]) -> Result<(u32, Option<(u32, u32)>), Refusal> {
    match media_type {
        MediaType::Png => picture::judge_png(bytes).map(|size| (1, Some(size))),
        MediaType::Jpeg => picture::judge_jpeg(bytes).map(|size| (1, Some(size))),
        MediaType::Pdf => pdf::judge(bytes).map(|pages| (pages, None)),
    }
}
