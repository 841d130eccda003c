//! What the reader makes of MT940 and MT942, on files of our own making.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::money::Currency;
use rails::{Account, BankFile, FileError, Format, Notice, read};

const STATEMENT: &[u8] = include_bytes!("fixtures/au.mt940");
const INTERIM: &[u8] = include_bytes!("fixtures/au.mt942");
const GERMAN: &[u8] = include_bytes!("fixtures/de_latin1.mt940");

/// A statement around bookings, which begin on line 5.
fn statement(bookings: &str) -> String {
    format!(":20:S\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C261119EUR0,\n{bookings}\n:62F:C261120EUR0,\n-\n")
}

/// An interim report around bookings, which begin on line 5.
fn interim(bookings: &str) -> String {
    format!(":20:I\n:25:DE89370400440532013000\n:28C:1/1\n:34F:EUR0,\n{bookings}\n-\n")
}

fn read_text(text: &str) -> BankFile {
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn refusal(text: &str) -> FileError {
    read(text.as_bytes()).unwrap_err()
}

fn references(file: &BankFile) -> Vec<&str> {
    file.notices.iter().map(|notice| notice.bank_reference.as_str()).collect()
}

fn skipped(file: &BankFile) -> Vec<(&'static str, i64)> {
    file.skipped.iter().map(|skipped| (skipped.reason.code(), skipped.amount.minor())).collect()
}

fn only(text: &str) -> Notice {
    let mut file = read_text(text);
    assert_eq!(file.notices.len(), 1, "{text}");
    file.notices.remove(0)
}

#[test]
fn an_australian_statement_gives_its_credits() {
    let file = read(STATEMENT).unwrap();
    assert_eq!((file.format, file.message_id.as_str()), (Format::Mt940, "STMT261120"));
    let first = &file.notices[0];
    assert_eq!(first.bank_reference, "NPP26112000001/802-985100000001/AUD17000");
    assert_eq!(first.entry_reference.as_deref(), Some("NPP26112000001"));
    assert_eq!((first.amount.minor(), first.amount.currency()), (17_000, Currency::AUD));
    assert!(matches!(&first.account, Account::Other(account)
        if account.bsb.as_deref() == Some("802985") && account.account_number == "100000001"));
    assert_eq!(first.account, first.statement_account);
    assert_eq!(first.sender.name.as_deref(), Some("Wattle & Daughters Pty Ltd"));
    assert_eq!(first.reference.as_deref(), Some("Invoice 1042 thank you"));
    assert_eq!(first.booked_on.unwrap().to_string(), "2026-11-20");
    assert_eq!(first.value_on.unwrap().to_string(), "2026-11-20");
    let last = file.notices.last().unwrap();
    assert_eq!(last.booked_on.unwrap().to_string(), "2026-12-31", "the year before that of the value date");
    assert_eq!(last.value_on.unwrap().to_string(), "2027-01-02");
    assert_eq!(last.sender, rails::Sender::default(), "free text names nobody");
    assert_eq!(last.reference.as_deref(), Some("Free text from Somebody, account 999999"));
    assert_eq!(
        skipped(&file),
        [
            ("debit", 2_550),
            ("reversed_credit", 17_000),
            ("reversal", 2_550),
            ("zero_amount", 0),
            ("returned_payment", 1_234)
        ]
    );
    let reversed = &file.skipped[1];
    assert_eq!(
        reversed.bank_reference.as_deref(),
        Some(first.bank_reference.as_str()),
        "the credit that is taken back"
    );
    assert_eq!((reversed.element.as_str(), reversed.line), (":61:", 27));
}

#[test]
fn equal_payments_are_numbered_through_the_pages_of_a_statement() {
    let file = read(STATEMENT).unwrap();
    let references = references(&file);
    let rent = references[1];
    assert!(rent.starts_with("derived-"), "{rent}");
    assert_eq!(references[2..4], [format!("{rent}#2"), format!("{rent}#3")]);
}

#[test]
fn a_payment_has_one_reference_in_report_statement_and_repetition() {
    let (evening, day) = (read(STATEMENT).unwrap(), read(INTERIM).unwrap());
    assert_eq!(day.format.to_string(), "MT942");
    assert_eq!(references(&day), references(&evening)[..2]);
    assert_eq!(skipped(&day), [("not_booked", 8_800), ("not_booked", 300)]);
    assert_eq!(day.created_at.unwrap().day().to_string(), "2026-11-20");
    assert_eq!(references(&read(STATEMENT).unwrap()), references(&evening));
    let rewrapped = String::from_utf8(STATEMENT.to_vec()).unwrap().replace("REM\r\nI/", "\r\nREMI/");
    assert_eq!(references(&read_text(&rewrapped)), references(&evening));
    let renumbered = rewrapped.replace("STMT261120", "STMT999999").replace(":28C:324", ":28C:325");
    assert_eq!(references(&read_text(&renumbered)), references(&evening));
}

#[test]
fn interim_reports_that_repeat_what_was_before_tell_of_it_once() {
    let booking = ":61:2611201120C5,NTRFNONREF\n:86:Rent";
    let (one, two) = (interim(booking), interim(&format!("{booking}\n{booking}")));
    let file = read_text(&format!("{one}{two}"));
    let references = references(&file);
    assert_eq!(references[0], references[1]);
    assert_eq!(references[2], format!("{}#2", references[0]));
}

#[test]
fn different_payments_have_different_references() {
    let base = ":61:2611201120C5,NTRFREF//BANK\n:86:Rent";
    let reference = |text: &str| only(&statement(text)).bank_reference;
    let mut seen = vec![reference(base)];
    for (from, to) in [
        ("1120C", "1121C"),
        ("261120", "261119"),
        ("C5,", "C6,"),
        ("REF//", "REG//"),
        ("BANK", "BANC"),
        ("Rent", "Bent"),
    ] {
        seen.push(reference(&base.replacen(from, to, 1)));
    }
    let other_account = statement(base).replace("DE89370400440532013000", "DE02120300000000202051");
    seen.push(only(&other_account).bank_reference);
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count);
    // A weak reference of the bank does not make two payments one.
    let file = read_text(&statement(":61:261120C5,NTRFNONREF//55555\n:86:A\n:61:261120C5,NTRFNONREF//55555\n:86:B"));
    assert_ne!(file.notices[0].bank_reference, file.notices[1].bank_reference);
    // Two bookings with one strong reference in one statement are two.
    let twice = ":61:261120C5,NTRFNONREF//2611200000012345\n".repeat(2);
    let file = read_text(&statement(twice.trim_end()));
    assert_eq!(file.notices[1].bank_reference, format!("{}#2", file.notices[0].bank_reference));
}

#[test]
fn german_sub_fields_name_the_sender() {
    let file = read(GERMAN).unwrap();
    let first = &file.notices[0];
    assert_eq!(first.sender.name.as_deref(), Some("Jörg Bäcker und Töchter GmbH"));
    assert_eq!(first.sender.iban.as_deref(), Some("DE02120300000000202051"));
    assert_eq!(first.sender.bic.as_deref(), Some("BYLADEM1001"));
    assert_eq!(first.ultimate_sender_name.as_deref(), Some("Änne Müller"));
    assert_eq!(first.end_to_end_id.as_deref(), Some("RE-2026-0815"));
    assert_eq!(
        first.reference.as_deref(),
        Some("Miete November um 12:20:15 Uhr"),
        "a time broken before :20: is no field"
    );
    let second = &file.notices[1];
    assert_eq!(
        (&second.sender.name, &second.sender.iban),
        (&None, &None),
        "a name that comes twice may be the payer's word"
    );
    let third = &file.notices[2];
    assert_eq!(third.sender.account_number.as_deref(), Some("0012345678"));
    assert_eq!(third.sender.clearing.as_ref().unwrap().member, "10020030");
    assert_eq!(third.reference.as_deref(), Some("Gehalt Firma Muster"));
    assert!(file.notices[3].is_unitemised && !third.is_unitemised);
    assert_eq!(skipped(&file), [("returned_payment", 3_300)]);
}

#[test]
fn the_same_text_in_another_dress_is_the_same_file() {
    let plain = read(INTERIM).unwrap();
    let text = String::from_utf8(INTERIM.to_vec()).unwrap();
    let bare = text.replace(['\u{1}', '\u{3}'], "");
    let blocks = format!("{{1:F01BANKAU2SAXXX0000000000}}{{2:O942}}{{4:\r\n{}", bare.replace("\n-\n", "\n-}{5:}\n"));
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for bytes in [
        bare.clone().into_bytes(),
        format!("\u{FEFF}{bare}").into_bytes(),
        bare.replace('\n', "\r\n").into_bytes(),
        bare.replace('\n', "\r").into_bytes(),
        blocks.into_bytes(),
        format!("ABNANL2A\n942\nABNANL2A\n{bare}").into_bytes(),
        format!(":942:\n{bare}").into_bytes(),
        format!("{{4:{bare}").into_bytes(),
        wide(&bare),
        wide(&format!("\u{FEFF}{bare}")),
    ] {
        let file = read(&bytes).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&bytes)));
        assert_eq!(file.notices, plain.notices);
        assert_eq!(skipped(&file), skipped(&plain));
    }
}

#[test]
fn a_broken_booking_is_told_with_line_and_tag() {
    for (booking, code) in [
        (":61:261320C5,NTRFX", "invalid_date"),
        (":61:26112C5,NTRFX", "invalid_date"),
        (":61:2611201320C5,NTRFX", "invalid_date"),
        (":61:261120X5,NTRFX", "invalid_code"),
        (":61:261120C", "invalid_amount"),
        (":61:261120C-5,NTRFX", "invalid_amount"),
        (":61:261120C5,001NTRFX", "invalid_amount"),
        (":61:261120C5,1,2NTRFX", "invalid_amount"),
        (":61:261120C5.00NTRFX", "invalid_amount"),
        (":61:261120C92233720368547758,08NTRFX", "invalid_amount"),
        (":61:261120C5,", "invalid_code"),
        (":61:261120C5,NTR", "invalid_code"),
        (":61:261120EC5,NTRFX", "invalid_code"),
        (":25:1", "repeated_element"),
        (":60F:C261119EUR0,", "repeated_element"),
        (":34F:EUR0,", "unexpected_element"),
        (":99:x", "unexpected_element"),
        (":62F:C261119USD0,", "invalid_code"),
    ] {
        let error = refusal(&statement(booking));
        let tag = &booking[..booking[1..].find(':').unwrap() + 2];
        assert_eq!((error.code, error.line, error.element.as_str()), (code, 5, tag), "{booking}: {error}");
    }
}

#[test]
fn a_statement_must_have_its_parts() {
    let whole = statement(":61:2611201120C5,NTRFNONREF");
    for (part, code, tag) in [
        (":62F:C261120EUR0,\n", "truncated", ":62F:"),
        (":25:DE89370400440532013000\n", "missing_element", ":61:"),
        (":60F:C261119EUR0,\n", "missing_element", ":60F:"),
        (":20:S\n", "missing_element", ":25:"),
    ] {
        let error = refusal(&whole.replacen(part, "", 1));
        assert_eq!((error.code, error.element.as_str()), (code, tag), "{error}");
    }
    for (from, to, code) in [
        ("EUR0,", "DEM0,", "unknown_currency"),
        ("EUR0,", "EUR0", "invalid_amount"),
        ("C261119", "X261119", "invalid_code"),
        ("C261119", "C261319", "invalid_date"),
    ] {
        let error = refusal(&whole.replacen(from, to, 1));
        assert_eq!((error.code, error.line, error.element.as_str()), (code, 4, ":60F:"), "{error}");
    }
    assert_eq!(refusal(&format!("{whole}{whole}")).code, "repeated_element");
    assert_eq!(refusal(&format!("{whole}{}", interim(""))).code, "several_documents");
    assert_eq!(refusal(interim(":61:261120C5,NTRFX").trim_end_matches("-\n")).code, "truncated");
    assert_eq!(refusal(&format!("{whole}:25:1\n")).code, "missing_element");
    assert_eq!(refusal(":61:261120C5,NTRFX\n").code, "missing_element");
    assert_eq!(refusal(":20:X\n:25:1\n").element, ":60F:");
    assert_eq!(refusal("{1:F01BANKAU2SAXXX0000000000}{4:\n").code, "missing_element");
    let other = "{1:F01BANKAU2SAXXX0000000000}{2:I103BANKAU2SXXXXN}{4:\n:20:X\n-}";
    let error = refusal(other);
    assert_eq!(error.code, "unsupported_format", "{error}");
    assert!(error.message.contains("MT103"), "{error}");
}

#[test]
fn oddities_that_banks_were_seen_to_write_are_read_as_they_are_meant() {
    let booking = ":61:2611201120C5,NTRFREF//2611200000000001";
    let whole = statement(booking);
    let nulls = whole.replace(":62F:C261120EUR0,", ":65F:Dnullnull7414,3");
    assert_eq!(references(&read_text(&nulls)), references(&read_text(&whole)));
    let late = booking.replace("0001", "0002");
    let file = read_text(&format!("{whole}{late}\n:86:late\n"));
    assert_eq!(file.notices.len(), 2, "a booking after the end mark is of the statement before it");
    assert_eq!(file.notices[1].account, file.notices[0].account);
    assert_eq!(file.notices[1].reference.as_deref(), Some("late"));
    let error = refusal(&whole.replace("-\n", &format!("{late}\n-\n")));
    assert_eq!((error.code, error.line), ("unexpected_element", 7), "but not one before it: {error}");
}

#[test]
fn amounts_are_exact_in_every_currency() {
    for (amount, currency, minor) in [
        ("5,", "EUR", 500),
        ("000000000005,1", "EUR", 510),
        ("5", "EUR", 500),
        ("500,", "JPY", 500),
        ("500,00", "JPY", 500),
        ("1,234", "KWD", 1_234),
        ("92233720368547758,07", "EUR", i64::MAX),
    ] {
        let text = statement(&format!(":61:261120C{amount}NTRFNONREF")).replace("EUR", currency);
        assert_eq!(only(&text).amount.minor(), minor, "{amount} {currency}");
    }
}
