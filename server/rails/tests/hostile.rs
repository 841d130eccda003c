//! Files that are broken, cut off or made to do harm: always an answer, never a panic, never half a file.

use proptest::prelude::*;
use rails::{FILE_BYTES_MAX, PAYMENTS_MAX, read};

const FIXTURES: [&[u8]; 10] = [
    include_bytes!("fixtures/au_v02.xml"),
    include_bytes!("fixtures/kinds_v04.xml"),
    include_bytes!("fixtures/parties_v08.xml"),
    include_bytes!("fixtures/batches_v04.xml"),
    include_bytes!("fixtures/latin1_v03.xml"),
    include_bytes!("fixtures/notices_v08.xml"),
    include_bytes!("fixtures/report_v08.xml"),
    include_bytes!("fixtures/statement_v08.xml"),
    include_bytes!("fixtures/transfers_v08.xml"),
    include_bytes!("fixtures/answers_v03.xml"),
];

/// A file whose header holds `content`, after `prolog`.
fn file_with(prolog: &str, content: &str) -> String {
    format!(
        "{prolog}<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.04\"><BkToCstmrDbtCdtNtfctn>\
         <GrpHdr><MsgId>M</MsgId>{content}</GrpHdr><Ntfctn><Id>N</Id><Acct><Id><IBAN>X1</IBAN></Id></Acct></Ntfctn>\
         </BkToCstmrDbtCdtNtfctn></Document>"
    )
}

fn code(text: &str) -> &'static str {
    read(text.as_bytes()).map_or_else(|error| error.code, |_| "read")
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    for fixture in FIXTURES {
        let end = fixture.iter().rposition(|byte| *byte == b'>').unwrap();
        for length in 0..=end {
            let error = read(&fixture[..length]).expect_err("a part is not a file");
            assert!(error.line > 0 && !error.message.is_empty());
        }
        assert!(read(&fixture[..=end]).is_ok());
    }
}

#[test]
fn nothing_is_expanded_or_fetched() {
    assert_eq!(code(&file_with("", "")), "read");
    let laughs = "<!DOCTYPE Document [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>";
    assert_eq!(code(&file_with(laughs, "<AddtlInf>&b;</AddtlInf>")), "dtd_refused");
    let file = "<!DOCTYPE Document SYSTEM \"file:///etc/passwd\">";
    assert_eq!(code(&file_with(file, "")), "dtd_refused");
    assert_eq!(code(&file_with("", "<AddtlInf>&xxe;</AddtlInf>")), "entity_refused");
    assert_eq!(code(&file_with("", "<AddtlInf>&#0;</AddtlInf>")), "invalid_character");
    assert_eq!(code(&file_with("", "<AddtlInf>&#x1F;</AddtlInf>")), "invalid_character");
    assert_eq!(code(&file_with("", "<AddtlInf>&#x110000;</AddtlInf>")), "invalid_character");
    assert_eq!(code(&file_with("", "<AddtlInf>&lt;&#65;&gt;</AddtlInf>")), "read");
}

#[test]
fn everything_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "<x>".repeat(depth), "</x>".repeat(depth));
    assert_eq!(code(&file_with("", &nested(61))), "read");
    assert_eq!(code(&file_with("", &nested(62))), "too_deep");
    assert_eq!(code(&file_with("", &nested(100_000))), "too_deep");
    assert_eq!(code(&file_with("", &format!("<x>{}</x>", "y".repeat(64 * 1024)))), "read");
    assert_eq!(code(&file_with("", &format!("<x>{}</x>", "y".repeat(64 * 1024 + 1)))), "text_too_long");
    assert_eq!(code(&file_with("", &format!("<x>{}</x>", "y<![CDATA[z]]>".repeat(33 * 1024)))), "text_too_long");
    assert_eq!(code(&file_with("", &format!("<x y=\"{}\"/>", "y".repeat(17 * 1024)))), "tag_too_long");
    let namespaces: Vec<_> = (0..100).map(|number| format!("xmlns:a{number}=\"u\"")).collect();
    assert_eq!(code(&file_with("", &format!("<x {}/>", namespaces.join(" ")))), "too_many_namespaces");
    assert_eq!(code(&file_with("", &format!("<CreDtTm>{}</CreDtTm>", "2".repeat(60_000)))), "invalid_date");
    assert_eq!(read(&vec![b' '; FILE_BYTES_MAX + 1]).unwrap_err().code, "too_large");
}

#[test]
fn markup_that_is_not_xml_is_refused() {
    for (content, expected) in [
        ("<a></b>", "malformed_xml"),
        ("<a x=1/>", "malformed_xml"),
        ("<a x='1' x='2'/>", "malformed_xml"),
        ("<p:a/>", "malformed_xml"),
        ("<a>&amp</a>", "malformed_xml"),
        ("<a>&</a>", "malformed_xml"),
        ("</GrpHdr></GrpHdr>", "malformed_xml"),
        ("<MsgId>N</MsgId>", "repeated_element"),
    ] {
        assert_eq!(code(&file_with("", content)), expected, "{content}");
    }
}

#[test]
fn payments_are_counted_before_they_are_kept() {
    let entry = |payments: usize| {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><NtryDtls>{}</NtryDtls></Ntry>",
            "<TxDtls/>".repeat(payments)
        )
    };
    let file = |entries: &str| file_with("", "").replace("</Acct>", &format!("</Acct>{entries}"));
    assert_eq!(code(&file(&entry(PAYMENTS_MAX))), "read");
    assert_eq!(code(&file(&entry(PAYMENTS_MAX + 1))), "too_many_payments");
    assert_eq!(code(&file(&entry(0).repeat(PAYMENTS_MAX + 1))), "too_many_payments");
}

/// Changes one thing in a fixture: a byte, a stretch that is lost, doubled or moved.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (0..FIXTURES.len(), prop::collection::vec(change, 1..6)).prop_map(|(fixture, changes)| {
        let mut bytes = FIXTURES[fixture].to_vec();
        for (from, to, value, kind) in changes {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let (from, to) = (from.min(to), from.max(to));
            match kind {
                0 => bytes[from] = value,
                1 => bytes.insert(from, value),
                2 => drop(bytes.drain(from..to.min(from + 40))),
                _ => {
                    let stretch = bytes[from..to.min(from + 400)].to_vec();
                    bytes.splice(to..to, stretch);
                }
            }
        }
        bytes
    })
}

/// What must hold of anything that is read at all.
fn assert_sound(bytes: &[u8]) {
    match read(bytes) {
        Ok(file) => {
            assert!(file.notices.len() + file.skipped.len() <= PAYMENTS_MAX);
            for notice in &file.notices {
                assert!(notice.amount.is_positive());
                assert!(!notice.bank_reference.is_empty());
            }
            assert_eq!(read(bytes), Ok(file), "reading twice gives the same");
        }
        Err(error) => {
            assert!(error.line > 0 && !error.code.is_empty() && !error.message.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 8, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        assert_sound(&bytes);
    }

    #[test]
    fn any_markup_gets_an_answer(text in "(<[?!/]?[a-zD]{0,4}( x='[^<]{0,3}')?/?>|&[a-z#0-9]{0,5};|[ -~]|\\PC|<!\\[CDATA\\[|\\]\\]>|-->|<!--){0,60}") {
        assert_sound(text.as_bytes());
        assert_sound(file_with("", &text).as_bytes());
    }

    #[test]
    fn any_change_to_a_file_gets_an_answer(bytes in mutated()) {
        assert_sound(&bytes);
    }

    #[test]
    fn amounts_come_out_as_written(minor in 1_i64..=i64::MAX, zeros in 0_usize..4) {
        let text = format!("{}.{:02}{}", minor / 100, minor % 100, "0".repeat(zeros));
        let entry = format!("<Ntry><Amt Ccy=\"EUR\">{text}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>");
        let file = file_with("", "").replace("</Acct>", &format!("</Acct>{entry}"));
        let file = read(file.as_bytes()).unwrap();
        prop_assert_eq!(file.notices[0].amount.minor(), minor);
    }
}
