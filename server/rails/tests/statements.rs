//! One payment in the notice of the day, in the report of the day, and in the statement of the evening.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod files;

use files::{entry, message_of, refusal};
use proptest::prelude::*;
use rails::{Format, Notice, OtherReferences, SkipReason, read};

const REPORT: &[u8] = include_bytes!("fixtures/report_v08.xml");
const STATEMENT: &[u8] = include_bytes!("fixtures/statement_v08.xml");
const NOTICES: &[u8] = include_bytes!("fixtures/notices_v08.xml");
const TRANSFERS: &[u8] = include_bytes!("fixtures/transfers_v08.xml");

const DAY: &str = "<BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>";

fn notices(format: &str, id: &str, entries: &str) -> Vec<Notice> {
    read(message_of(format, id, entries).as_bytes()).unwrap().notices
}

fn dated(amount: &str, rest: &str) -> String {
    entry(amount, &format!("{DAY}{rest}"))
}

fn details(transactions: &[&str]) -> String {
    format!("<NtryDtls><TxDtls>{}</TxDtls></NtryDtls>", transactions.join("</TxDtls><TxDtls>"))
}

/// The rule by which an import takes two notices of different messages for one payment.
fn is_same(one: &Notice, other: &Notice) -> bool {
    let names = |notice: &Notice| {
        let mut names = notice.other_references.payment.clone();
        names.push(notice.bank_reference.clone());
        names
    };
    let is_named = names(one).iter().any(|name| names(other).contains(name));
    let (own, others) = (&one.other_references.own, &other.other_references.own);
    is_named && (own.is_none() || others.is_none() || own == others)
}

#[test]
fn versions_and_names_are_those_of_each_message() {
    for version in 2..=13 {
        for (format, expected) in [
            ("camt.052", Format::Camt052 { version }),
            ("camt.053", Format::Camt053 { version }),
            ("camt.054", Format::Camt054 { version }),
        ] {
            let text = message_of(&format!("{format}.001.{version:02}"), "N", &entry("1.00", ""));
            let file = read(text.as_bytes()).unwrap();
            assert_eq!((file.format, file.notices.len()), (expected, 1));
        }
    }
    for format in ["camt.052.001.01", "camt.053.001.14", "pacs.008.001.99"] {
        assert_eq!(refusal(&message_of(format, "N", "")).code, "unsupported_version");
    }
    let mixed = message_of("camt.053.001.08", "N", "").replace("camt.053", "camt.052");
    assert_eq!(refusal(&mixed).code, "unexpected_element");
}

#[test]
fn our_own_files_of_one_day_tell_of_the_same_payments() {
    let (report, statement, notices) = (read(REPORT).unwrap(), read(STATEMENT).unwrap(), read(NOTICES).unwrap());
    let amounts = |file: &rails::BankFile| file.notices.iter().map(|notice| notice.amount.minor()).collect::<Vec<_>>();
    assert_eq!(amounts(&report), [12_500, 40_000]);
    assert_eq!(amounts(&notices), [12_500, 40_000, 1_100, 2_200, 700]);
    assert_eq!(amounts(&statement), [12_500, 40_000, 3_300, 700, 700]);
    let reasons: Vec<_> = statement.skipped.iter().map(|skipped| skipped.reason).collect();
    assert_eq!(reasons, [SkipReason::Debit, SkipReason::ReversedCredit]);
    assert_eq!(report.skipped[0].reason, SkipReason::NotBooked);

    for told in &report.notices {
        assert_eq!(statement.notices.iter().filter(|notice| is_same(notice, told)).count(), 1);
        assert_eq!(notices.notices.iter().filter(|notice| is_same(notice, told)).count(), 1);
    }
    // The batch that the notice tells apart is one sum in the statement.
    assert!(statement.notices[2].is_unitemised);
    for item in &notices.notices[2..4] {
        assert_eq!(item.other_references.batch.as_ref(), Some(&statement.notices[2].bank_reference));
    }
    // Two without any reference: the first is the one that was told before, the second is not.
    assert_eq!(statement.notices[3].bank_reference, notices.notices[4].bank_reference);
    assert_eq!(statement.notices[4].bank_reference, format!("{}#2", notices.notices[4].bank_reference));
    assert!(statement.notices[4].other_references.is_by_looks);
    // What is taken back names the payment.
    assert_eq!(statement.skipped[1].bank_reference.as_ref(), Some(&notices.notices[0].bank_reference));
}

#[test]
fn a_bank_that_says_more_in_one_message_tells_of_the_same_payment() {
    let refs = |inner: &str| format!("<Refs>{inner}</Refs>");
    let uetr = "<UETR>255ae394-9965-4438-ac86-f406feada396</UETR>";
    let booking = "<AcctSvcrRef>BOOKING-0001</AcctSvcrRef>";
    let own = refs("<AcctSvcrRef>OWN-1</AcctSvcrRef><EndToEndId>E1</EndToEndId>");
    let full = dated("5.00", &format!("{booking}{}", details(&[&own])));
    let bare = dated("5.00", booking);
    let (notice, statement) = (notices("camt.054.001.08", "A", &full), notices("camt.053.001.02", "B", &bare));
    assert_ne!(notice[0].bank_reference, statement[0].bank_reference);
    assert!(is_same(&notice[0], &statement[0]));
    // Another payment of the same amount under a reference that the bank uses again.
    let again = refs("<AcctSvcrRef>OWN-2</AcctSvcrRef>");
    let again = notices("camt.054.001.08", "C", &dated("5.00", &format!("{booking}{}", details(&[&again]))));
    assert!(!is_same(&notice[0], &again[0]) && !is_same(&again[0], &notice[0]));
    // By the id that is the same in the world.
    let by_id = notices("camt.054.001.08", "D", &dated("5.00", &details(&[&refs(uetr)])));
    let both = refs(&format!("<AcctSvcrRef>OWN-9</AcctSvcrRef>{uetr}"));
    let both = notices("camt.053.001.08", "E", &dated("5.00", &details(&[&both])));
    assert!(is_same(&by_id[0], &both[0]));
    let transfer = read(TRANSFERS).unwrap();
    let same = refs("<UETR>8a562c67-ca16-48ba-b074-65581be6f001</UETR>");
    let money = "<Ntry><Amt Ccy=\"EUR\">156.69</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>";
    let told = notices("camt.054.001.08", "F", &format!("{money}{}</Ntry>", details(&[&same])));
    assert!(is_same(&transfer.notices[0], &told[0]));
    assert!(!is_same(&transfer.notices[1], &told[0]));
}

#[test]
fn without_any_reference_the_looks_decide_and_say_so() {
    let plain = dated("5.00", "<NtryRef>7</NtryRef>");
    let (one, other) = (notices("camt.054.001.04", "A", &plain), notices("camt.054.001.04", "B", &plain));
    assert_eq!(one[0].bank_reference, other[0].bank_reference);
    assert!(one[0].other_references.is_by_looks);
    assert_ne!(one[0].other_references.payment, other[0].other_references.payment, "yet the messages are told apart");
    let again = notices("camt.054.001.04", "A", &plain);
    assert_eq!(one[0].other_references, again[0].other_references);
    let number = dated("5.00", "<NtryRef>8</NtryRef>");
    assert_eq!(notices("camt.053.001.08", "S", &number)[0].bank_reference, one[0].bank_reference);
    let ids = dated("5.00", &details(&["<Refs><EndToEndId>E</EndToEndId></Refs>"]));
    assert!(!notices("camt.054.001.04", "A", &ids)[0].other_references.is_by_looks);

    // Statements list everything once, reports of the day repeat what was in the one before.
    let pages = |format: &str, tag: &str| {
        let text = message_of(format, "1", &plain);
        let (before, part) = text.split_once(&format!("<{tag}>")).unwrap();
        let (part, after) = part.split_once(&format!("</{tag}>")).unwrap();
        let second = part.replace("<Id>1</Id>", "<Id>2</Id>");
        let text = format!("{before}<{tag}>{part}</{tag}><{tag}>{second}</{tag}>{after}");
        let found = read(text.as_bytes()).unwrap().notices;
        found.iter().map(|notice| notice.bank_reference.ends_with("#2")).collect::<Vec<_>>()
    };
    assert_eq!(pages("camt.053.001.08", "Stmt"), [false, true]);
    assert_eq!(pages("camt.054.001.08", "Ntfctn"), [false, true]);
    assert_eq!(pages("camt.052.001.08", "Rpt"), [false, false]);
}

#[test]
fn a_transfer_between_banks_pays_the_account_that_it_names() {
    let file = read(TRANSFERS).unwrap();
    assert_eq!(file.format, Format::Pacs008 { version: 8 });
    assert_eq!(file.message_id, "TRANSFERS-1");
    let [by_id, by_number, first, second] = file.notices.as_slice() else { panic!("four payments") };
    assert_eq!(by_id.bank_reference, "uetr:8a562c67-ca16-48ba-b074-65581be6f001/EUR15669");
    assert_eq!(by_id.sender.name.as_deref(), Some("Clara Consumer"));
    assert_eq!(by_id.sender.iban.as_deref(), Some("GB29NWBK60161331926819"));
    assert_eq!(by_id.sender.bic.as_deref(), Some("NWBKGB2LXXX"));
    assert_eq!(by_id.reference.as_deref(), Some("Invoice 42"));
    assert_eq!(by_id.end_to_end_id.as_deref(), Some("E2E-1"));
    assert_eq!(by_id.booked_on.unwrap().to_string(), "2026-11-20", "the day of the whole message");
    assert_eq!(by_number.bank_reference, "ABNANL2AXXX+TX-2/DE89370400440532013000/EUR2000");
    assert_eq!(by_number.value_on.unwrap().to_string(), "2026-11-21", "a day of its own");
    assert!(first.bank_reference.starts_with("derived-") && second.bank_reference.ends_with("#2"));
    assert_eq!(file.skipped[0].reason, SkipReason::ZeroAmount);
    assert_eq!(file.skipped[0].other_references, OtherReferences::default());

    let text = std::str::from_utf8(TRANSFERS).unwrap();
    for (part, instead, code) in [
        ("<NbOfTxs>5</NbOfTxs>", "<NbOfTxs>6</NbOfTxs>", "truncated"),
        ("<NbOfTxs>5</NbOfTxs>", "<NbOfTxs>many</NbOfTxs>", "invalid_code"),
        ("<IntrBkSttlmAmt Ccy=\"EUR\">156.69</IntrBkSttlmAmt>", "", "missing_element"),
        ("<IntrBkSttlmDt>2026-11-21</IntrBkSttlmDt>", "<IntrBkSttlmDt>21.11.26</IntrBkSttlmDt>", "invalid_date"),
        ("<CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>", "", "missing_element"),
    ] {
        let changed = text.replacen(part, instead, 1);
        assert_ne!(changed, text, "{part}");
        assert_eq!(refusal(&changed).code, code, "{part}");
    }
}

/// How a message tells of a payment: with which of its references.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for an element that is there or not")]
struct Says {
    own: bool,
    booking: bool,
    uetr: bool,
    ids: bool,
}

impl Says {
    fn entry(self, number: usize) -> String {
        let mut refs = String::new();
        let mut add = |says: bool, text: String| {
            if says {
                refs += &text;
            }
        };
        add(self.own, format!("<AcctSvcrRef>OWN-{number}</AcctSvcrRef>"));
        add(self.ids, format!("<EndToEndId>E2E-{number}</EndToEndId>"));
        add(self.uetr, format!("<UETR>255ae394-9965-4438-ac86-{number:012}</UETR>"));
        let booking = if self.booking { format!("<AcctSvcrRef>BOOKING-{number}</AcctSvcrRef>") } else { String::new() };
        dated("5.00", &format!("{booking}{}", details(&[&format!("<Refs>{refs}</Refs>")])))
    }

    fn shares_with(self, other: Self) -> bool {
        (self.own && other.own) || (self.booking && other.booking) || (self.uetr && other.uetr)
    }
}

fn says() -> impl Strategy<Value = Says> {
    any::<[bool; 4]>().prop_map(|[own, booking, uetr, ids]| Says { own, booking, uetr, ids })
}

proptest! {
    #[test]
    fn whatever_two_messages_share_decides_and_nothing_else(one in says(), other in says(), is_other: bool) {
        prop_assume!(one.shares_with(other));
        let number = if is_other { 2 } else { 1 };
        let first = notices("camt.054.001.08", "A", &one.entry(1));
        let second = notices("camt.053.001.08", "B", &other.entry(number));
        prop_assert_eq!(is_same(&first[0], &second[0]), !is_other);
        prop_assert_eq!(is_same(&second[0], &first[0]), !is_other);
    }
}
