//! What the reader makes of notices in every shape that banks use, on files of our own making.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod files;

use domain::money::{Currency, Money};
use files::{entry, file_of, file_of_version, references, refusal};
use rails::{Account, BankTime, Clearing, Format, Notice, OtherAccount, Sender, SkipReason, read};

const AUSTRALIAN: &[u8] = include_bytes!("fixtures/au_v02.xml");
const KINDS: &[u8] = include_bytes!("fixtures/kinds_v04.xml");
const PARTIES: &[u8] = include_bytes!("fixtures/parties_v08.xml");
const BATCHES: &[u8] = include_bytes!("fixtures/batches_v04.xml");
const LATIN: &[u8] = include_bytes!("fixtures/latin1_v03.xml");

fn money(minor: i64, currency: &str) -> Money {
    Money::new(minor, Currency::parse(currency).unwrap())
}

#[expect(clippy::unnecessary_wraps, reason = "it stands for a field that is optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn an_australian_notice_gives_bsb_and_account() {
    let file = read(AUSTRALIAN).unwrap();
    assert_eq!(file.format, Format::Camt054 { version: 2 });
    assert_eq!(file.message_id, "AU-20261120-0007");
    assert!(matches!(file.created_at, Some(BankTime::Instant(at)) if at.to_rfc3339() == "2026-11-20T18:05:00+11:00"));
    assert!(file.skipped.is_empty());

    let first = &file.notices[0];
    assert_eq!(first.bank_reference, "NPP0001/802-985100000001/AUD170");
    assert_eq!(first.entry_reference, some("NPP0001"));
    assert_eq!(first.amount, money(170, "AUD"));
    assert_eq!(first.booked_on.unwrap().to_string(), "2026-11-20");
    assert_eq!(first.booked_at.unwrap().day(), first.booked_on.unwrap());
    assert_eq!(first.value_on.unwrap().to_string(), "2026-11-20");
    assert_eq!(
        first.account,
        Account::Other(OtherAccount {
            id: "802985100000042".to_owned(),
            scheme: some("BBAN"),
            clearing: None,
            bsb: some("802985"),
            account_number: "100000042".to_owned(),
        })
    );
    assert!(matches!(&first.statement_account, Account::Other(account)
        if account.bsb.as_deref() == Some("802985") && account.account_number == "100000001"));
    assert_eq!(
        first.sender,
        Sender {
            name: some("Wattle & Daughters Pty Ltd"),
            bsb: some("062000"),
            account_number: some("12345678"),
            bic: some("CTBAAU2SXXX"),
            ..Sender::default()
        }
    );
    assert_eq!(first.ultimate_sender_name, some("Robin Wattle"));
    assert_eq!(first.reference, some("Invoice 1042 thank you"));
    assert_eq!(first.end_to_end_id, None, "NOTPROVIDED is none");
    assert!(!first.is_unitemised);
}

#[test]
fn equal_payments_of_one_booking_stay_apart() {
    let file = read(AUSTRALIAN).unwrap();
    let batch: Vec<_> = file.notices[1..].iter().map(|notice| notice.bank_reference.as_str()).collect();
    assert_eq!(
        batch,
        [
            "DE0002+RENT/802-985100000001/AUD10000",
            "DE0002+RENT/802-985100000001/AUD10000#2",
            "DE0002+RENT-2/802-985100000001/AUD10000",
        ]
    );
    let sender = &file.notices[1].sender;
    assert_eq!((sender.bsb.as_deref(), sender.account_number.as_deref()), (Some("083004"), Some("12345678")));
    assert_eq!(sender.clearing, Some(Clearing { system: some("AUBSB"), member: "083-004".to_owned() }));
    assert_eq!(file.notices[2].sender, Sender::default(), "nothing is invented");
}

#[test]
fn what_is_no_deposit_is_listed_with_its_reason() {
    let file = read(KINDS).unwrap();
    let skipped: Vec<_> = file
        .skipped
        .iter()
        .map(|skipped| (skipped.reason.code(), skipped.amount.minor(), skipped.line, skipped.bank_reference.as_deref()))
        .collect();
    assert_eq!(
        skipped,
        [
            ("not_booked", 1000, 9, None),
            ("not_booked", 1100, 13, None),
            ("debit", 1200, 16, None),
            ("reversal", 1300, 19, Some("REVERSAL/GB33BUKB20201555555555/GBP1300")),
            ("reversed_credit", 1400, 23, Some("WITHDRAWN/GB33BUKB20201555555555/GBP1400")),
            ("returned_payment", 1500, 27, Some("BACK/GB33BUKB20201555555555/GBP1500")),
            ("zero_amount", 0, 32, None),
        ]
    );
    assert_eq!(file.skipped[3].element, "Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry[4]");

    let [deposit] = file.notices.as_slice() else { panic!("one deposit") };
    assert_eq!(deposit.amount, money(1650, "GBP"), "not the amount of the foreign namespace");
    assert_eq!(deposit.account, Account::Iban("GB33BUKB20201555555555".to_owned()));
    assert_eq!(deposit.bank_reference, "A%2FB%231/GB33BUKB20201555555555/GBP1650");
    assert_eq!((deposit.sender.clone(), deposit.reference.clone()), (Sender::default(), None));
    assert!(!deposit.is_unitemised);
}

#[test]
fn version_08_gives_parties_institutions_aliases() {
    let file = read(PARTIES).unwrap();
    assert_eq!(file.format.to_string(), "camt.054.001.08");
    let [person, bank] = file.notices.as_slice() else { panic!("two deposits") };
    assert_eq!(person.bank_reference, "255ae394-9965-4438-ac86-f406feada396/100000001/AUD2500");
    assert_eq!(person.account, Account::Alias { id: "pay@example.org".to_owned(), kind: some("EMAL") });
    assert!(matches!(&person.statement_account, Account::Other(account)
        if account.bsb.as_deref() == Some("802985") && account.account_number == "100000001"));
    assert_eq!(
        person.sender,
        Sender {
            name: some("Priya Example"),
            bsb: some("062000"),
            account_number: some("000002"),
            bic: some("CTBAAU2SXXX"),
            pay_id: some("priya@example.com"),
            ..Sender::default()
        }
    );
    assert_eq!(person.ultimate_sender_name, some("Example Family Trust"));
    assert_eq!(person.reference, some("RF18539007547034"), "structured before free text");
    assert_eq!(person.end_to_end_id, some("E2E-25"));

    assert_eq!(bank.sender.name, some("Example Bank AG"));
    assert_eq!(bank.sender.bic, some("COBADEFFXXX"));
    assert_eq!(bank.amount, money(700_000, "EUR"));
    assert_eq!(file.skipped.iter().map(|skipped| skipped.reason).collect::<Vec<_>>(), [SkipReason::NotBooked]);
}

#[test]
fn a_batch_is_itemised_only_if_it_adds_up() {
    let file = read(BATCHES).unwrap();
    let view = |notice: &Notice| (notice.amount.minor(), notice.is_unitemised, notice.sender.name.clone());
    assert_eq!(
        file.notices.iter().map(view).collect::<Vec<_>>(),
        [
            (600, false, None),
            (500, false, None),
            (10_000, true, None),
            (2_000, true, None),
            (5_500, true, None),
            (9_700, false, some("Beat Beispiel")),
            (500, false, None),
            (500, false, None),
        ]
    );
    assert_eq!(file.notices[0].account, Account::Iban("CH4431999123000889012".to_owned()));
    assert_eq!(file.notices[0].statement_account, Account::Iban("CH9300762011623852957".to_owned()));
    assert_eq!(file.notices[2].bank_reference, "SHORT/CH9300762011623852957/CHF10000");
    let [debit] = file.skipped.as_slice() else { panic!("the debit of the netted batch") };
    assert_eq!((debit.reason, debit.amount.minor()), (SkipReason::Debit, 300));
    assert_eq!(debit.element, "Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry/NtryDtls/TxDtls[3]");
    // Every booking arrives whole, whatever its payments say.
    let booked = 800 + 10_000 + 2_000 + 5_500 + 9_700 + 500 + 500;
    assert_eq!(file.notices.iter().map(|notice| notice.amount.minor()).sum::<i64>(), booked + 300);
}

#[test]
fn bookings_without_any_reference_stay_apart() {
    let file = read(BATCHES).unwrap();
    let [.., first, second] = file.notices.as_slice() else { panic!("two cash deposits") };
    assert!(first.bank_reference.starts_with("derived-"));
    assert_eq!(second.bank_reference, format!("{}#2", first.bank_reference));
    assert_eq!(read(BATCHES).unwrap(), file, "the same file gives the same references");

    let another = String::from_utf8(BATCHES.to_vec()).unwrap().replace("<Id>BATCH-1-1</Id>", "<Id>BATCH-2-1</Id>");
    let another = read(another.as_bytes()).unwrap();
    assert_ne!(another.notices[6].bank_reference, first.bank_reference, "another notification, other payments");
    assert_eq!(another.notices[0].bank_reference, file.notices[0].bank_reference, "the bank's own reference stays");
}

#[test]
fn a_payment_keeps_its_reference_through_versions_and_files() {
    let details = |refs: &str| format!("<NtryDtls><TxDtls><Refs>{refs}</Refs></TxDtls></NtryDtls>");
    let plain = entry("5.00", "<AcctSvcrRef>R1</AcctSvcrRef>");
    let detailed = entry("5.00", &format!("<AcctSvcrRef>R1</AcctSvcrRef>{}", details("<EndToEndId>E</EndToEndId>")));
    let own = entry("5.0", &details("<AcctSvcrRef>R1</AcctSvcrRef><UETR>255ae394-9965-4438-ac86-f406feada396</UETR>"));
    let expected = ["R1/DE89370400440532013000/EUR500"];
    assert_eq!(references(&file_of(&plain)), expected);
    assert_eq!(references(&file_of_version("08", &detailed)), expected);
    assert_eq!(references(&file_of_version("13", &own)), expected);
    assert_eq!(references(&file_of(&format!("{plain}{plain}"))), [expected[0], expected[0]], "one payment, told twice");
    assert_ne!(references(&file_of(&entry("5.01", "<AcctSvcrRef>R1</AcctSvcrRef>"))), expected);

    let by_sender = entry("5.00", &details("<EndToEndId>E</EndToEndId>"));
    let dated = |day: &str| {
        entry("5.00", &format!("<BookgDt><Dt>{day}</Dt></BookgDt>{}", details("<EndToEndId>E</EndToEndId>")))
    };
    assert_eq!(references(&file_of(&by_sender)), references(&file_of_version("08", &by_sender)));
    assert_ne!(
        references(&file_of(&dated("2026-10-01"))),
        references(&file_of(&dated("2026-11-01"))),
        "a monthly payment"
    );
}

#[test]
fn a_reference_stays_short_and_distinct_whatever_the_bank_writes() {
    let details = |last: char| {
        let ids = format!("<Prtry><Ref>{}</Ref></Prtry>", "x".repeat(139)).repeat(50);
        let ids = format!("<EndToEndId>{}{last}</EndToEndId>{ids}", "e".repeat(139));
        format!("<TxDtls><Refs>{ids}</Refs><Amt Ccy=\"EUR\">1.00</Amt></TxDtls>")
    };
    let batch = format!("<AcctSvcrRef>R</AcctSvcrRef><NtryDtls>{}{}</NtryDtls>", details('1'), details('2'));
    let found = references(&file_of(&entry("2.00", &batch)));
    assert!(found.iter().all(|reference| reference.starts_with("derived-") && reference.len() < 100), "{found:?}");
    assert_ne!(found[0], found[1]);

    let remittance = |times: usize| {
        format!(
            "<NtryDtls><TxDtls><RmtInf>{}</RmtInf></TxDtls></NtryDtls>",
            format!("<Ustrd>{}</Ustrd>", "u".repeat(140)).repeat(times)
        )
    };
    assert_eq!(read(file_of(&entry("1.00", &remittance(64))).as_bytes()).unwrap().notices.len(), 1);
    assert_eq!(refusal(&file_of(&entry("1.00", &remittance(200)))).code, "text_too_long");
}

#[test]
fn all_versions_are_read_and_no_others() {
    for version in 2..=13 {
        let text = file_of_version(&format!("{version:02}"), &entry("1.00", ""));
        assert_eq!(read(text.as_bytes()).unwrap().format, Format::Camt054 { version });
    }
    for version in ["01", "14", "99", "4", "004", "xx"] {
        let error = refusal(&file_of_version(version, &entry("1.00", "")));
        assert_eq!(error.code, "unsupported_version");
        assert!(error.message.contains(&format!("camt.054.001.{version}")), "{}", error.message);
    }
}

#[test]
fn every_encoding_gives_the_same_file() {
    let file = read(LATIN).unwrap();
    let first = &file.notices[0];
    assert_eq!(first.sender.name, some("Jörg Žižek-Åström"));
    assert_eq!(first.reference, some("Für <alles> & mehr"));
    assert_eq!(first.amount, money(165_486_600, "JPY"));
    assert_eq!(file.notices[1].amount, money(1_234, "KWD"));

    let text: String = LATIN.iter().map(|byte| char::from(*byte)).collect();
    let utf8 = text.replace("ISO-8859-1", "UTF-8");
    let utf16 = text.replace("ISO-8859-1", "UTF-16");
    assert_eq!(read(utf8.as_bytes()).unwrap(), file);
    assert_eq!(read(format!("\u{FEFF}{utf8}").as_bytes()).unwrap(), file);
    assert_eq!(read(&utf16.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap(), file);
    let marked = format!("\u{FEFF}{utf16}");
    assert_eq!(read(&marked.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()).unwrap(), file);
}
