//! Reads what banks send: the bytes of a file in, the credits that it announces out.
//!
//! One module a format; which one is decided by the content, never by a file name. A file is read whole or not at all:
//! any fault gives a [`FileError`] that names line and element, and no notice. Everything that is not a booked credit
//! is listed in [`BankFile::skipped`] with its reason, so that nothing in a file disappears without a word.
//!
//! No I/O, no clock, no database: the caller finds the accounts, keeps [`Notice::bank_reference`] unique, and posts.
//! Names and account numbers are in the notices, never in the errors.

mod camt;
mod encoding;
mod mt;
mod notice;
mod pacs008;
mod pain002;
mod recognise;
mod xml;

use std::fmt;

pub use notice::{
    Account, Answer, AnswerStatus, BankFile, BankTime, Clearing, Format, Notice, OtherAccount, OtherReferences, Sender,
    SkipReason, Skipped,
};

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The most payments, credits and others together, that one file may hold.
pub const PAYMENTS_MAX: usize = 100_000;

/// Reads one bank file.
///
/// Knows ISO 20022 `camt.052`, `camt.053` and `camt.054` in versions 02 to 13 (report of the day, statement, notification) and
/// `pacs.008` (credit transfer from bank to bank) and `pain.002` (answer to payment orders), bare or in an envelope, in UTF-8, UTF-16 or a Latin encoding that the
/// file declares; and SWIFT MT940 and MT942, with or without SWIFT's blocks.
///
/// # Errors
/// The first fault found, as a [`FileError`]; its `code` is one of those listed there.
pub fn read(bytes: &[u8]) -> Result<BankFile, FileError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileError::at_start(
            "too_large",
            format!("The file has {} bytes; at most {FILE_BYTES_MAX} are read.", bytes.len()),
        ));
    }
    if mt::looks_like_swift(bytes) {
        return mt::read(bytes);
    }
    recognise::require_xml(bytes)?;
    let text = encoding::decode(bytes)?;
    let mut xml = xml::Xml::open(&text)?;
    let file = match recognise::message(&mut xml)? {
        format @ Format::Pain002 { .. } => pain002::read(&mut xml, format)?,
        format @ Format::Pacs008 { .. } => pacs008::read(&mut xml, format)?,
        format => camt::message::read(&mut xml, format)?,
    };
    recognise::require_single_document(&mut xml)?;
    Ok(file)
}

/// Why a file was refused. Nothing of a refused file may be used.
///
/// Codes: `empty`, `too_large`, `unknown_format`, `unsupported_format`, `unsupported_version`, `unsupported_encoding`,
/// `invalid_encoding`, `invalid_character`, `malformed_xml`, `truncated`, `dtd_refused`, `entity_refused`, `too_deep`,
/// `tag_too_long`, `text_too_long`, `too_many_namespaces`, `too_many_payments`, `several_documents`, `missing_element`,
/// `unexpected_element`, `repeated_element`, `invalid_code`, `invalid_amount`, `unknown_currency`, `invalid_date`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FileError {
    /// The line, counted from 1.
    pub line: u64,
    /// The column in characters, counted from 1, where one place is meant.
    pub column: Option<u64>,
    /// The path of the element, such as `Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry[2]/Amt`, or the tag
    /// of the field, such as `:61:`; empty outside of any.
    pub element: String,
    /// A stable word for programs.
    pub code: &'static str,
    /// One or two sentences for a person.
    pub message: String,
}

impl FileError {
    /// A fault of the file as a whole.
    fn at_start(code: &'static str, message: impl Into<String>) -> Self {
        Self { line: 1, column: None, element: String::new(), code, message: message.into() }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        if !self.element.is_empty() {
            write!(f, ", {}", self.element)?;
        }
        write!(f, ": {}", self.message)
    }
}
