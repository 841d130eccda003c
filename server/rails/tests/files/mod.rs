//! Small files made for one test, and what the reader says to them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(dead_code, reason = "each test binary uses its part")]

use rails::{FileError, read};

/// A whole file around entries of version 04.
pub fn file_of(entries: &str) -> String {
    file_of_version("04", entries)
}

pub fn file_of_version(version: &str, entries: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.{version}\"><BkToCstmrDbtCdtNtfctn>\n\
         <GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T18:05:00</CreDtTm></GrpHdr>\n\
         <Ntfctn><Id>N</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>\n{entries}\n</Ntfctn>\n\
         </BkToCstmrDbtCdtNtfctn></Document>"
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
