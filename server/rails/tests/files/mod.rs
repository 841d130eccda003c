//! Small files made for one test, and what the reader says to them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(dead_code, reason = "each test binary uses its part")]

use rails::{FileError, read};

/// A whole file around entries of version 04.
pub fn file_of(entries: &str) -> String {
    file_of_version("04", entries)
}

pub fn file_of_version(version: &str, entries: &str) -> String {
    message_of(&format!("camt.054.001.{version}"), "N", entries)
}

/// A whole camt.052, camt.053 or camt.054 with one part of this id.
pub fn message_of(format: &str, id: &str, entries: &str) -> String {
    let (message, part) = match format.get(..8) {
        Some("camt.052") => ("BkToCstmrAcctRpt", "Rpt"),
        Some("camt.053") => ("BkToCstmrStmt", "Stmt"),
        _ => ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    };
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{format}\"><{message}>\n\
         <GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T18:05:00</CreDtTm></GrpHdr>\n\
         <{part}><Id>{id}</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>\n{entries}\n</{part}>\n\
         </{message}></Document>"
    )
}

pub fn entry(amount: &str, rest: &str) -> String {
    format!("<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>{rest}</Ntry>")
}

pub fn references(text: &str) -> Vec<String> {
    read(text.as_bytes()).unwrap().notices.into_iter().map(|notice| notice.bank_reference).collect()
}

pub fn refusal(text: &str) -> FileError {
    read(text.as_bytes()).unwrap_err()
}
