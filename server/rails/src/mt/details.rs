//! What `:86:` says of a payment, in whichever form the bank writes it.

use super::account::iban;
use super::fields::Field;
use super::{german, slashes};
use crate::notice::Sender;

/// A line of this many characters was broken where it was full, and the next goes on in the middle of a word.
const WIDTH: usize = 65;

/// What is known of a payment besides its statement line.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) sender: Sender,
    pub(super) ultimate_sender_name: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) end_to_end_id: Option<String>,
    /// A payment of ours that came back.
    pub(super) is_return: bool,
    /// Several payments in one booking.
    pub(super) is_batch: bool,
}

/// Reads the fields `:86:` that follow a statement line, and that line's supplement.
///
/// Free text gives a reference and nothing else: whatever in it looks like a name or an account may be anybody's.
pub(super) fn read(fields: &[&Field<'_>], supplement: &[&str]) -> Details {
    let lines: Vec<&str> = fields.iter().flat_map(|field| field.lines()).collect();
    let joined: String = fields.iter().flat_map(|field| field.written_lines()).collect();
    if let Some(details) = german::details(&joined) {
        return details;
    }
    if let Some(mut details) = slashes::details(&joined) {
        // Rabobank has the other side's account as the whole of the second line of `:61:`.
        if let ([account], None) = (supplement, &details.sender.iban) {
            details.sender.iban = iban(account).filter(|iban| domain::account_number::Iban::parse(iban).is_ok());
        }
        return details;
    }
    Details { reference: text(&lines), ..Details::default() }
}

/// Free text in one line.
fn text(lines: &[&str]) -> Option<String> {
    let mut whole = String::new();
    let mut was_full = true;
    for line in lines {
        if !was_full {
            whole.push(' ');
        }
        whole.push_str(line);
        was_full = line.chars().count() >= WIDTH;
    }
    let words: Vec<&str> = whole.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A name, unless there is a hole in it where the bank lost a letter: that is somebody else's name.
pub(super) fn name(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_whole = !text.contains(|character: char| character == '\u{FFFD}' || character.is_control());
    (!words.is_empty() && is_whole).then(|| words.join(" "))
}
