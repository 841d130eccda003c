//! SWIFT MT940 (customer statement) and MT942 (interim transaction report), as banks write them.
//!
//! The standard is tight and few banks keep to it, so the reader is lenient where a file's look differs and strict where
//! money would. Lenient: with or without SWIFT's blocks, file headers and control characters; any line ending; UTF-8,
//! UTF-16 or windows-1252; `:28:` for `:28C:`; several `:86:` to a booking; lines of any width up to a limit. Strict:
//! the order of the fields, amounts, marks, dates and the currency. A statement must end: an MT940 with its closing
//! balance, an MT942 with its sums or the end mark `-`, for a file that was cut off looks like a short one otherwise.
//!
//! Two oddities of the samples are read as they are meant: one bank's program writes `:65F:Dnullnull7414,3` where the
//! closing balance belongs, which ends a statement too; and one bank's file goes on with a booking after the end mark,
//! which belongs to the statement before it. Bookings before any `:20:` belong to nobody, and refuse the file.
//!
//! An entry of an MT942 is booked like one of an MT940, unless it is marked as expected (`EC`, `ED`).
//!
//! Balances are not checked against the entries: an interim report has none, and in the samples, which were made
//! anonymous by hand, they do not add up. So a line within a payer's text that a bank lets begin with `:61:` cannot be
//! told from an entry; the standard has banks never begin a line of text with a colon.

mod account;
mod details;
mod entry;
mod fields;
mod german;
mod identity;
mod slashes;
mod statement;
mod text;
mod value;
mod words;

use std::collections::HashSet;

use crate::FileError;
use crate::notice::{BankFile, Format};

pub(crate) use text::looks_like_swift;

/// Reads a file that looks like SWIFT's.
pub(crate) fn read(bytes: &[u8]) -> Result<BankFile, FileError> {
    let text = text::decode(bytes)?;
    let messages = fields::messages(&text)?;
    let mut file: Option<BankFile> = None;
    let mut seen = HashSet::new();
    let mut numbers = identity::Numbers::default();
    for message in &messages {
        let format = message.format()?;
        let first = message.first();
        if !message.is_without_entries() && !seen.insert(message.content()) {
            return Err(first.error("repeated_element", "The file holds this statement twice, word for word."));
        }
        let statement = statement::Statement::read(message, format)?;
        let file = file.get_or_insert_with(|| BankFile {
            format,
            message_id: first.text().trim().to_owned(),
            created_at: statement.created_at,
            notices: Vec::new(),
            skipped: Vec::new(),
            answers: Vec::new(),
        });
        if file.format != format {
            return Err(first.error("several_documents", "The file holds both MT940 and MT942; give them one by one."));
        }
        numbers.next_statement(format == Format::Mt942, statement.continues);
        statement.sort(&mut numbers, &mut file.notices, &mut file.skipped);
    }
    file.ok_or_else(|| FileError {
        element: ":20:".to_owned(),
        ..FileError::at_start("missing_element", "The file holds no statement; the field :20: is missing.")
    })
}
