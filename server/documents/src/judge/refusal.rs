//! Why a file is not taken, for programs and for people.

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", self.sentence())]
pub enum Refusal {
    /// No bytes at all.
    Empty,
    /// More than [`crate::SIZE_MAX`].
    TooLarge,
    /// Neither png nor jpeg nor pdf, whatever its name says.
    UnknownKind,
    /// Of a known kind, but damaged, cut short, or too convoluted to open safely.
    Unreadable,
    /// Opens, and shows nothing.
    Blank,
    /// A pdf that is protected by a password or by restrictions.
    Encrypted,
    /// A picture of more than 40 million pixels.
    TooManyPixels,
    /// A picture too small for anything on it to be read.
    TooSmall,
    /// A pdf of more than 100 pages.
    TooManyPages,
    /// A good file with other data hung on behind its end.
    TrailingData,
}

impl Refusal {
    /// The code as interfaces give it; never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "document_empty",
            Self::TooLarge => "document_too_large",
            Self::UnknownKind => "document_unknown_kind",
            Self::Unreadable => "document_unreadable",
            Self::Blank => "document_blank",
            Self::Encrypted => "document_encrypted",
            Self::TooManyPixels => "document_too_many_pixels",
            Self::TooSmall => "document_too_small",
            Self::TooManyPages => "document_too_many_pages",
            Self::TrailingData => "document_trailing_data",
        }
    }

    /// What happened and what to do, for the person who chose the file.
    #[must_use]
    pub fn sentence(self) -> String {
        let text = match self {
            Self::Empty => "This file is empty. Choose the document again.",
            Self::TooLarge => "This file is larger than 5 MB. Save it smaller, or scan it at a lower resolution.",
            Self::UnknownKind => {
                "This file is not a PNG, JPEG or PDF. Save the document as one of these and choose it again."
            }
            Self::Unreadable => "This file is damaged and does not open. Scan or save the document again.",
            Self::Blank => "This document is blank. Check that you chose the right file, or scan it again.",
            Self::Encrypted => "This PDF is protected by a password. Save it without protection and choose it again.",
            Self::TooManyPixels => "This picture has more than 40 million pixels. Save it smaller.",
            Self::TooSmall => {
                "This picture is too small to read. Scan or photograph the document at a higher resolution."
            }
            Self::TooManyPages => "This PDF has more than 100 pages. Choose only the pages that are asked for.",
            Self::TrailingData => {
                "This file carries other data behind the document, as motion photos do. Save it as a plain picture or PDF and choose it again."
            }
        };
        text.to_owned()
    }
}
