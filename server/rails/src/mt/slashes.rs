//! `:86:` with codes between strokes, as banks in the Netherlands and elsewhere set it: `/ORDP//NAME/…/REMI/…`.
//!
//! The payer chooses what stands behind `/REMI/` and may write other codes there. So what tells of the sender counts only
//! before it, and a code that comes twice there says nothing.

use super::account::iban;
use super::details::{Details, name};
use super::entry::reference;
use super::german::is_bic;

/// The codes that are known; another `/WORD/` is text.
const CODES: [&str; 28] = [
    "ORDP", "BENM", "ULTD", "ULTB", "NAME", "IBAN", "ACCT", "BIC", "ADDR", "ID", "REMI", "EREF", "KREF", "PREF",
    "MARF", "CSID", "TRTP", "TRCD", "CNTP", "ISDT", "PURP", "RTRN", "IREF", "SVCL", "OCMT", "CHGS", "EXCH", "BUSP",
];

/// Reads the text of a field whose lines were joined; `None` when it is not of this form.
pub(super) fn details(text: &str) -> Option<Details> {
    let parts = parts(text.trim())?;
    let text_at = parts.iter().position(|(code, _)| *code == "REMI").unwrap_or(parts.len());
    let (before, after) = parts.split_at_checked(text_at)?;
    let mut details = Details {
        is_return: before.iter().any(|(code, _)| *code == "RTRN"),
        reference: after.first().and_then(|(_, text)| remittance(text)),
        end_to_end_id: once(&parts, "EREF").and_then(reference).map(str::to_owned),
        ..Details::default()
    };
    // Whose name and account follow: the payer's unless a code says otherwise.
    let mut speaks_of = "ORDP";
    let mut of_payer = Vec::new();
    let mut of_ultimate = Vec::new();
    for (code, text) in before {
        match *code {
            "ORDP" | "BENM" | "ULTD" | "ULTB" => speaks_of = code,
            _ if speaks_of == "ORDP" => of_payer.push((*code, *text)),
            _ if speaks_of == "ULTD" => of_ultimate.push((*code, *text)),
            _ => {}
        }
    }
    let sender = &mut details.sender;
    sender.name = once(&of_payer, "NAME").and_then(name);
    sender.iban = once(&of_payer, "IBAN").or_else(|| once(&of_payer, "ACCT")).and_then(iban);
    sender.bic = once(&of_payer, "BIC").filter(|bic| is_bic(bic)).map(str::to_owned);
    details.ultimate_sender_name = once(&of_ultimate, "NAME").and_then(name);
    // ING: account, bank, name and town of the counterparty in one.
    if let Some(counterparty) = once(before, "CNTP") {
        let mut pieces = counterparty.split('/');
        sender.iban = pieces.next().and_then(iban);
        sender.bic = pieces.next().filter(|bic| is_bic(bic)).map(str::to_owned);
        sender.name = pieces.next().and_then(name);
    }
    Some(details)
}

/// The text of a code that comes once.
fn once<'a>(parts: &[(&str, &'a str)], code: &str) -> Option<&'a str> {
    let mut found = parts.iter().filter(|(found, _)| *found == code);
    let text = found.next().map(|(_, text)| *text);
    if found.next().is_some() { None } else { text.filter(|text| !text.is_empty()) }
}

/// The sender's text: `USTD//text`, `STRD/CUR/reference`, or the text alone.
fn remittance(text: &str) -> Option<String> {
    let text = text.strip_prefix("USTD/").or_else(|| text.strip_prefix("STRD/CUR/")).unwrap_or(text);
    let text = text.trim_matches(['/', ' ']);
    (!text.is_empty()).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The codes and their texts, in order; `None` when the text does not begin with a code. Behind the remittance, only codes
/// that are no part of a party are looked for.
fn parts(text: &str) -> Option<Vec<(&'static str, &str)>> {
    code_at(text)?;
    let mut parts: Vec<(&'static str, &str)> = Vec::new();
    let mut rest = text;
    while let Some((code, behind)) = code_at(rest) {
        let is_in_text = code == "REMI" || parts.iter().any(|(code, _)| *code == "REMI");
        let end = behind.match_indices('/').map(|(at, _)| at).find(|at| {
            let next = behind.get(*at..).and_then(code_at);
            next.is_some_and(|(next, _)| {
                !is_in_text || matches!(next, "EREF" | "ISDT" | "PURP" | "ULTD" | "ULTB" | "CSID")
            })
        });
        let (text, next) = behind.split_at_checked(end.unwrap_or(behind.len()))?;
        parts.push((code, text.trim_matches(['/', ' '])));
        rest = next;
    }
    Some(parts)
}

/// The known code that a text begins with, and what is behind it.
fn code_at(text: &str) -> Option<(&'static str, &str)> {
    let (code, behind) = text.strip_prefix('/')?.split_once('/')?;
    CODES.iter().find(|known| **known == code).map(|known| (*known, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_who_the_bank_says() {
        let found = details("/ORDP//NAME/WATTLE LTD/REMI/Invoice 7/8 /NAME/SOMEBODY/ISDT/2026-11-20").unwrap();
        assert_eq!(found.sender.name.as_deref(), Some("WATTLE LTD"));
        assert_eq!(found.reference.as_deref(), Some("Invoice 7/8 /NAME/SOMEBODY"));
        let found =
            details("/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/R WATTLE/REMI/Rent/EREF/E1")
                .unwrap();
        assert_eq!(found.sender.iban.as_deref(), Some("NL91ABNA0417164300"));
        assert_eq!((found.sender.bic.as_deref(), found.sender.name.as_deref()), (Some("ABNANL2A"), Some("R WATTLE")));
        assert_eq!((found.end_to_end_id.as_deref(), found.reference.as_deref()), (Some("E1"), Some("Rent")));
        let found = details("/EREF/E2//CNTP/NL91ABNA0417164300/ABNANL2A/R WATTLE///REMI/USTD//Rent/").unwrap();
        assert_eq!(found.sender.name.as_deref(), Some("R WATTLE"));
        assert_eq!((found.end_to_end_id.as_deref(), found.reference.as_deref()), (Some("E2"), Some("Rent")));
        let found = details("/BENM//NAME/US/REMI/x").unwrap();
        assert_eq!(found.sender.name, None, "the beneficiary did not pay");
        let found = details("/NAME/A/NAME/B/REMI/x").unwrap();
        assert_eq!(found.sender.name, None);
        assert!(details("/PT/FT/PY/SOMETHING").is_none());
        assert!(details("free /NAME/ text").is_none());
    }
}
