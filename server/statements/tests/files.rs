//! Statements read back by other programs' readers: ours for bank files, and plain ones for the rest.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::Read as _;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account_number::AccountNumber,
    id::{OrganisationId, WalletId, WalletTransactionId},
    money::{Currency, Money},
    wallet::{SenderParty, TransactionSource, TransactionType, WalletTransaction},
};
use proptest::prelude::*;
use statements::{Broken, Format, Head, Statement};

fn begin() -> DateTime<Utc> {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn aud(minor: i64) -> Money {
    Money::new(minor, Currency::AUD)
}

fn head(opening: i64, closing: i64) -> Head {
    Head {
        organisation: "Northwind & Söhne <Pty>".into(),
        holder: "Elin Nordquist".into(),
        wallet_id: WalletId::new(begin(), [7; 10]),
        accounts: vec![AccountNumber::parse_au("062-000", "123456789").unwrap()],
        from: begin(),
        before: begin() + TimeDelta::days(31),
        opening: aud(opening),
        closing: aud(closing),
        made_at: begin() + TimeDelta::days(40),
    }
}

fn movement(number: u64, kind: TransactionType, minor: i64, name: &str, reference: &str) -> WalletTransaction {
    let at = begin() + TimeDelta::minutes(i64::try_from(number).unwrap());
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    WalletTransaction {
        id: WalletTransactionId::new(at, random),
        organisation_id: OrganisationId::new(at, [1; 10]),
        wallet_id: WalletId::new(begin(), [7; 10]),
        customer_id: None,
        kind,
        source: TransactionSource::Deposit,
        source_id: "deposit_1".into(),
        amount: aud(minor),
        balance_after: aud(0),
        sender: SenderParty {
            name: Some(name.into()),
            bsb: Some("062-000".into()),
            account_number: Some("987654321".into()),
            ..SenderParty::default()
        },
        reference: Some(reference.into()),
        created_at: at,
    }
}

/// The file, made in portions.
fn written(format: Format, head: Head, lines: &[WalletTransaction], portion: usize) -> Result<Vec<u8>, Broken> {
    let mut statement = Statement::new(format, head)?;
    let mut bytes = Vec::new();
    for lines in lines.chunks(portion) {
        bytes.extend(statement.write(lines)?);
    }
    bytes.extend(statement.finish()?);
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The texts of a part of a workbook.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut content = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut content).unwrap();
    content
}

/// What our own reader of bank files makes of it. It is shown as the notice of the same entries where the reader knows
/// only that.
fn read(statement: &str) -> rails::BankFile {
    match rails::read(statement.as_bytes()) {
        Err(error) if error.code == "unsupported_format" => {
            let notice = statement.replace("camt.053", "camt.054").replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn");
            let notice = notice.replace("<Stmt>", "<Ntfctn>").replace("</Stmt>", "</Ntfctn>");
            rails::read(notice.as_bytes()).unwrap()
        }
        told => told.unwrap(),
    }
}

#[test]
fn a_csv_has_both_balances_and_nothing_that_a_spreadsheet_would_run() {
    let lines = [
        movement(1, TransactionType::Credit, 12_550, "=cmd|' /C calc'!A0", "a \"quoted\", reference"),
        movement(2, TransactionType::Debit, 2_550, "Mara", "-1"),
    ];
    let csv = text(written(Format::Csv, head(1_000, 11_000), &lines, 1).unwrap());
    let rows: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(rows.len(), 5);
    assert!(rows[0].starts_with("Created At,Type,Source,Amount,Balance After,Currency"));
    assert!(rows[1].starts_with("2026-03-01,Opening balance,,,10.00,AUD,"));
    assert!(rows[2].contains(
        ",CREDIT,deposit,125.50,135.50,AUD,'=cmd|' /C calc'!A0,062-000 987654321,\"a \"\"quoted\"\", reference\",wtxn_"
    ));
    assert!(rows[3].contains(",DEBIT,deposit,-25.50,110.00,AUD,Mara,062-000 987654321,'-1,"));
    assert!(rows[4].starts_with("2026-03-31,Closing balance,,,110.00,AUD,"));
}

#[test]
fn a_workbook_keeps_amounts_as_numbers_and_text_as_text() {
    let long = 92_233_720_368_547_758;
    let lines = [
        movement(1, TransactionType::Credit, 12_550, "=1+1 & <b>", "Invoice\u{1} 7"),
        movement(2, TransactionType::Credit, long, "Mara", "long"),
    ];
    let workbook = written(Format::Xlsx, head(0, 12_550 + long), &lines, 1).unwrap();
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<v>125.50</v>"), "{sheet}");
    assert!(sheet.contains("<t xml:space=\"preserve\">=1+1 &amp; &lt;b&gt;</t>") && !sheet.contains("<f>"));
    assert!(sheet.contains(">Invoice 7<") && sheet.contains("Opening balance") && sheet.contains("Closing balance"));
    assert!(sheet.contains(">922337203685477.58<") && !sheet.contains("<v>922337203685477.58</v>"), "all its digits");
    assert!(part(&workbook, "xl/styles.xml").contains("#,##0.00"));
    assert!(part(&workbook, "[Content_Types].xml").contains("/xl/worksheets/sheet1.xml"));
}

#[test]
fn a_pdf_numbers_its_pages_and_is_the_same_however_it_was_handed_over() {
    let lines: Vec<_> = (1..=100).map(|n| movement(n, TransactionType::Credit, 100, "Mara Ødegård", "Rent")).collect();
    let pdf = written(Format::Pdf, head(0, 10_000), &lines, 7).unwrap();
    assert_eq!(pdf, written(Format::Pdf, head(0, 10_000), &lines, 100).unwrap());
    assert!(pdf.starts_with(b"%PDF-1.7\n") && pdf.ends_with(b"%%EOF\n"));
    let tail = String::from_utf8_lossy(&pdf);
    let pages = tail.matches("/Type /Page\n").count();
    assert!(tail.contains(&format!("/Count {pages}")) && pages > 3, "{pages}");
    // Where the table says that an object begins, one begins.
    let start: usize = tail.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
    let table = std::str::from_utf8(&pdf[start..]).unwrap();
    for (number, entry) in table.lines().skip(3).take_while(|line| line.ends_with(" n ")).enumerate() {
        let offset: usize = entry[..10].parse().unwrap();
        assert!(pdf[offset..].starts_with(format!("{} 0 obj", number + 1).as_bytes()), "{number}: {entry}");
    }
    if let Some(folder) = std::env::var_os("PURSER_SPECIMENS") {
        std::fs::write(std::path::Path::new(&folder).join("statement.pdf"), &pdf).unwrap();
    }
}

#[test]
fn a_statement_without_movements_is_whole_too() {
    for format in Format::ALL {
        assert!(written(format, head(500, 500), &[], 1).unwrap().len() > 100, "{format:?}");
    }
    assert!(read(&text(written(Format::Camt053, head(500, 500), &[], 1).unwrap())).notices.is_empty());
}

#[test]
fn what_does_not_add_up_is_broken_off() {
    let lines = [movement(1, TransactionType::Credit, 100, "Mara", "Rent")];
    for format in Format::ALL {
        let told = written(format, head(0, 101), &lines, 1);
        assert!(matches!(told, Err(Broken::DoesNotAddUp)), "{format:?}");
        let told = written(format, head(i64::MAX, 0), &lines, 1);
        assert!(matches!(told, Err(Broken::DoesNotAddUp)), "{format:?}: more than money can be");
    }
}

#[test]
fn money_that_was_set_aside_is_no_line() {
    let lines = [movement(1, TransactionType::Reserve, 60, "", ""), movement(2, TransactionType::Release, 60, "", "")];
    let csv = text(written(Format::Csv, head(100, 100), &lines, 1).unwrap());
    assert_eq!(csv.lines().count(), 3);
}

#[test]
fn a_wallet_below_zero_is_told_as_a_debit_balance() {
    let lines = [movement(1, TransactionType::Debit, 300, "Mara", "Rent")];
    let xml = text(written(Format::Camt053, head(100, -200), &lines, 1).unwrap());
    assert!(
        xml.contains("<Amt Ccy=\"AUD\">2.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-03-31</Dt></Dt>"),
        "{xml}"
    );
    assert_eq!(read(&xml).skipped.len(), 1, "a debit is no deposit");
}

#[test]
fn our_own_reader_reads_what_was_written_as_camt_053() {
    let lines = [
        movement(1, TransactionType::Credit, 12_550, "Söhne & <Partner>", "Invoice 1042"),
        movement(2, TransactionType::Debit, 50, "Mara", "Fee"),
        movement(3, TransactionType::Credit, 1, "\u{0}\u{7}", "x\ny"),
    ];
    let xml = text(written(Format::Camt053, head(1_000, 13_501), &lines, 2).unwrap());
    let file = read(&xml);
    assert_eq!((file.notices.len(), file.skipped.len()), (2, 1));
    let first = &file.notices[0];
    assert_eq!((first.amount, first.sender.name.as_deref()), (aud(12_550), Some("Söhne & <Partner>")));
    assert_eq!((first.reference.as_deref(), file.notices[1].amount), (Some("Invoice 1042"), aud(1)));
    let booked_on = lines[0].created_at.date_naive();
    assert_eq!(first.booked_on, Some(booked_on));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever people wrote, each file is well-formed and holds every line.
    #[test]
    fn any_text_is_carried(
        told in prop::collection::vec((1..1_000_000_i64, any::<bool>(), "\\PC{0,40}|.{0,300}", ".{0,200}"), 0..12),
        portion in 1..5_usize,
    ) {
        let lines: Vec<_> = (1..).zip(&told).map(|(number, (minor, is_credit, name, reference))| {
            let kind = if *is_credit { TransactionType::Credit } else { TransactionType::Debit };
            movement(number, kind, *minor, name, reference)
        }).collect();
        let closing = told.iter().map(|(minor, is_credit, ..)| if *is_credit { *minor } else { -minor }).sum::<i64>();
        for format in Format::ALL {
            let bytes = written(format, head(0, closing), &lines, portion).unwrap();
            match format {
                Format::Camt053 => {
                    let file = read(&text(bytes));
                    let credits: Vec<i64> = file.notices.iter().map(|notice| notice.amount.minor()).collect();
                    let sent: Vec<i64> = told.iter().filter(|one| one.1).map(|one| one.0).collect();
                    prop_assert_eq!(credits, sent);
                }
                Format::Xlsx => {
                    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
                    prop_assert_eq!(sheet.matches("<row>").count(), lines.len() + 3);
                    let mut xml = quick_xml::Reader::from_str(&sheet);
                    while !matches!(xml.read_event().unwrap(), quick_xml::events::Event::Eof) {}
                }
                Format::Csv => {
                    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
                    prop_assert_eq!(reader.records().map(Result::unwrap).count(), lines.len() + 3);
                }
                Format::Pdf => prop_assert!(bytes.ends_with(b"%%EOF\n")),
            }
        }
    }
}
