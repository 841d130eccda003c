//! `:86:` with sub-fields, as the German banks set it and those of Poland and others took it over: three digits that say
//! what kind of booking it is, a mark, and two digits before each piece of text. The mark is `?`, or what the bank uses.
//!
//! | sub-field | what |
//! |---|---|
//! | 20 to 29, 60 to 63 | the purpose |
//! | 30, 31 | the other side's bank and account |
//! | 32, 33 | its name |
//! | 38 | its IBAN, in some countries |
//!
//! A payer may write the mark into the purpose. So a sub-field about the sender that comes twice says nothing.

use super::account::iban;
use super::details::{Details, name};
use super::value::is_digits;
use super::words::{WIDTH, purpose};

/// Kinds of booking that are batches: `079` and the SEPA batches `191` to `199`.
const BATCHES: [&str; 10] = ["079", "191", "192", "193", "194", "195", "196", "197", "198", "199"];

/// A credit transfer of ours that came back.
const RETURN: &str = "159";

/// Reads the text of a field whose lines were joined; `None` when it is not of this form.
pub(super) fn details(text: &str) -> Option<Details> {
    let (kind, rest) = text.trim_start().split_at_checked(3)?;
    let mark = rest
        .chars()
        .next()
        .filter(|mark| mark.is_ascii_punctuation() && !matches!(mark, '/' | '-' | '.' | ',' | ':'))?;
    if !is_digits(kind) || !rest.get(1..3).is_some_and(is_digits) {
        return None;
    }
    let subfields = subfields(rest, mark);
    let once = |code: &str| {
        let mut found = subfields.iter().filter(|(found, _)| *found == code);
        let text = found.next().map(|(_, text)| text.trim());
        if found.next().is_some() { None } else { text.filter(|text| !text.is_empty()) }
    };
    let lines: Vec<String> = subfields
        .iter()
        .filter(|(code, _)| matches!(code.as_bytes(), [b'2', _] | [b'6', b'0'..=b'3']))
        .map(|(_, text)| (*text).to_owned())
        .collect();
    let purpose = purpose(&lines);
    let mut details = Details {
        is_return: kind == RETURN,
        is_batch: BATCHES.contains(&kind),
        reference: purpose.text,
        end_to_end_id: purpose.end_to_end_id,
        ultimate_sender_name: purpose.ultimate_sender.as_deref().and_then(name),
        ..Details::default()
    };
    let is_told_twice = ["30", "31", "32", "33", "38"]
        .iter()
        .any(|code| subfields.iter().filter(|(found, _)| found == code).count() > 1);
    if is_told_twice {
        return Some(details);
    }
    let account = once("31");
    details.sender.iban =
        account.and_then(iban).or_else(|| once("38").and_then(iban)).or(purpose.iban.as_deref().and_then(iban));
    if details.sender.iban.is_none() {
        details.sender.account_number = account.and_then(number);
    }
    match once("30") {
        Some(bank) if is_bic(bank) => details.sender.bic = Some(bank.to_owned()),
        Some(bank) if is_digits(bank) && bank.len() <= 9 => details.sender.clearing = Some(member(bank)),
        _ => details.sender.bic = purpose.bic.filter(|bic| is_bic(bic)),
    }
    // A name that fills its sub-field goes on in the next one where it stopped.
    let (first, second) = (once("32").unwrap_or_default(), once("33").unwrap_or_default());
    let is_full = subfields.iter().any(|(code, text)| *code == "32" && text.chars().count() >= WIDTH);
    let between =
        if is_full && !subfields.iter().any(|(code, text)| *code == "32" && text.ends_with(' ')) { "" } else { " " };
    details.sender.name = name(&format!("{first}{between}{second}"));
    Some(details)
}

/// The codes and texts, in the order of the field.
fn subfields(text: &str, mark: char) -> Vec<(&str, &str)> {
    let mut starts: Vec<usize> = text
        .match_indices(mark)
        .map(|(at, _)| at)
        .filter(|at| text.get(at + 1..at + 3).is_some_and(is_digits))
        .collect();
    starts.push(text.len());
    let pairs = starts.iter().zip(starts.iter().skip(1));
    pairs.filter_map(|(start, end)| Some((text.get(start + 1..start + 3)?, text.get(start + 3..*end)?))).collect()
}

fn member(bank: &str) -> crate::notice::Clearing {
    crate::notice::Clearing { system: None, member: bank.to_owned() }
}

/// The number of an account without IBAN.
fn number(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let is_number = compact.len() <= 34 && compact.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0');
    (is_number && compact.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.')))
        .then_some(compact)
}

/// Eight or eleven letters and digits, six letters first.
pub(super) fn is_bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text.bytes().take(6).all(|byte| byte.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
