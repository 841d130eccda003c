//! What is refused, and how it is told: the line, the element, and what the file is instead.

mod files;

use files::{entry, file_of, refusal};
use rails::read;

const NTRY: &str = "Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry";

/// Asserts what is said about entries that begin on line 4; `element` is within the first `Ntry`.
fn assert_refused(entries: &str, code: &str, element: &str) {
    let error = refusal(&file_of(entries));
    assert_eq!((error.code, error.line), (code, 4), "{error}");
    assert_eq!(error.element, format!("{NTRY}{element}"), "{error}");
}

#[test]
fn a_broken_amount_is_told_with_line_and_element() {
    for text in ["-1.00", "1.001", "1,00", "", "92233720368547758.08"] {
        assert_refused(&entry(text, ""), "invalid_amount", "/Amt");
    }
    let good = entry("1.00", "");
    for attribute in [" Ccy=\"EUX\"", " Ccy=\"eur\"", " Ccy=\"&#69;UR\"", ""] {
        assert_refused(&good.replace(" Ccy=\"EUR\"", attribute), "unknown_currency", "/Amt");
    }
    let error = refusal(&file_of(&format!("{good}\n{}", entry("x", ""))));
    assert_eq!((error.line, error.element), (5, format!("{NTRY}[2]/Amt")), "the second entry");
}

#[test]
fn a_broken_entry_is_told_with_line_and_element() {
    let good = entry("1.00", "");
    let day = entry("1.00", "<BookgDt><Dt>20.11.2026</Dt></BookgDt>");
    assert_refused(&day, "invalid_date", "/BookgDt/Dt");
    assert_refused(&entry("1.00", "<RvslInd>maybe</RvslInd>"), "invalid_code", "/RvslInd");
    assert_refused(&entry("1.00", "<Amt Ccy=\"EUR\">2.00</Amt>"), "repeated_element", "/Amt");
    assert_refused(&entry("<b>1</b>", ""), "unexpected_element", "/Amt/b");
    assert_refused(&good.replace("CRDT", "CREDIT"), "invalid_code", "/CdtDbtInd");
    assert_refused(&good.replace("<Sts>BOOK</Sts>", "<Sts/>"), "invalid_code", "/Sts");
    for part in ["<Sts>BOOK</Sts>", "<CdtDbtInd>CRDT</CdtDbtInd>", "<Amt Ccy=\"EUR\">1.00</Amt>"] {
        assert_refused(&good.replace(part, ""), "missing_element", "");
    }
    assert_refused("<Ntry><NtryDtls/></Ntry>", "missing_element", "");
}

#[test]
fn a_message_must_have_its_parts() {
    let whole = file_of(&entry("1.00", ""));
    for (part, element) in [
        ("<MsgId>M</MsgId>", "Document/BkToCstmrDbtCdtNtfctn/GrpHdr"),
        ("<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T18:05:00</CreDtTm></GrpHdr>", "Document/BkToCstmrDbtCdtNtfctn"),
        ("<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>", "Document/BkToCstmrDbtCdtNtfctn/Ntfctn"),
        ("<IBAN>DE89370400440532013000</IBAN>", "Document/BkToCstmrDbtCdtNtfctn/Ntfctn"),
        ("<Id>N</Id>", "Document/BkToCstmrDbtCdtNtfctn/Ntfctn"),
    ] {
        let without = whole.replacen(part, "", 1);
        assert_ne!(without, whole, "{part}");
        let error = refusal(&without);
        assert_eq!((error.code, error.element.as_str()), ("missing_element", element), "{error}");
    }
    assert!(read(file_of("").as_bytes()).unwrap().notices.is_empty(), "an account without entries is no fault");
}

#[test]
fn what_is_refused_is_named() {
    for (bytes, code, name) in [
        ("", "empty", "empty"),
        (" \n ", "empty", "empty"),
        ("%PDF-1.7\n", "unsupported_format", "PDF"),
        ("date,amount,name\n1,2,3\n", "unsupported_format", "CSV"),
        ("hello", "unknown_format", "no bank file"),
        ("<html><body/></html>", "unsupported_format", "“html”"),
        ("<Document/>", "unsupported_format", "no namespace"),
        (
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.14'/>",
            "unsupported_version",
            "camt.053.001.14",
        ),
        ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>", "missing_element", "BkToCstmrStmt"),
        ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.02'/>", "missing_element", "BkToCstmrAcctRpt"),
        ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08'/>", "missing_element", "FIToFICstmrCdtTrf"),
        (
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.004.001.08'/>",
            "unsupported_format",
            "a payment return",
        ),
        ("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'/>", "unsupported_format", "payment orders"),
        ("<Document xmlns='http://example.com/x'/>", "unsupported_format", "http://example.com/x"),
        (
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.054.001.04'/>",
            "missing_element",
            "BkToCstmrDbtCdtNtfctn",
        ),
    ] {
        let error = refusal(bytes);
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(name), "{error}");
    }
}

#[test]
fn two_messages_in_one_file_are_refused() {
    let one = file_of(&entry("1.00", ""));
    let error = refusal(&format!("<Envelope>{one}{one}</Envelope>"));
    assert_eq!(error.code, "several_documents");
    assert_eq!(refusal(&format!("{one}{one}")).code, "malformed_xml");
    assert_eq!(refusal(&format!("{one} and more")).code, "malformed_xml");
}
