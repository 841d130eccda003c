//! Payment files: what is written is read again as it was meant, and files of others are read.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod samples;

use chrono::NaiveDate;
use domain::{
    account_number::{AccountFields, AccountNumber},
    money::{Currency, Money},
};
use proptest::prelude::*;
use samples::sample;
use settling::{Creditor, Debtor, FileFault, Instruction, aba, pain001};

fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
}

fn australian(bsb: &str, account: &str) -> AccountNumber {
    AccountNumber::parse_au(bsb, account).unwrap()
}

fn debtor() -> Debtor {
    Debtor {
        name: "Harbour Exchange Pty Ltd".into(),
        account: australian("082-001", "123456789"),
        bank: Some("NAB".into()),
        user_id: Some("301500".into()),
    }
}

fn payment(number: u64, minor: i64) -> Instruction {
    Instruction {
        end_to_end_id: format!("STL{number:06}"),
        amount: Money::new(minor, Currency::AUD),
        creditor: Creditor { name: "Northwind Traders".into(), account: australian("062-000", "12345678"), bic: None },
        remittance: "Settlement of 27 November".into(),
    }
}

#[test]
fn an_aba_file_has_every_field_in_its_columns() {
    let text = aba::write(&debtor(), "Settlement", date(), &[payment(1, 125_000), payment(2, 1)]).unwrap();
    let expected = [
        "0                 01NAB       Harbour Exchange Pty Ltd  301500Settlement  271126                                        ",
        "1062-000 12345678 500000125000Northwind Traders               STL000001         082-001123456789Harbour Exchange00000000",
        "1062-000 12345678 500000000001Northwind Traders               STL000002         082-001123456789Harbour Exchange00000000",
        "7999-999            000012500100001250010000000000                        000002                                        ",
    ];
    assert_eq!(text, expected.map(|line| format!("{line}\r\n")).concat());
    assert!(expected.iter().all(|line| line.len() == 120));
}

fn refused(change: impl Fn(&mut Debtor, &mut Instruction)) -> FileFault {
    let (mut debtor, mut one) = (debtor(), payment(1, 100));
    change(&mut debtor, &mut one);
    aba::write(&debtor, "Settlement", date(), &[one]).unwrap_err()
}

#[test]
fn what_an_aba_file_has_no_room_for_is_named() {
    let iban = AccountNumber::parse_for(
        Currency::EUR,
        &AccountFields { iban: Some("DE89370400440532013000".into()), ..AccountFields::default() },
    )
    .unwrap();
    assert_eq!(refused(|_, one| one.amount = Money::new(100, Currency::NZD)).field, "amount");
    assert_eq!(refused(|_, one| one.amount = Money::new(10_000_000_000, Currency::AUD)).field, "amount");
    assert_eq!(refused(|_, one| one.amount = Money::new(0, Currency::AUD)).field, "amount");
    assert_eq!(refused(|_, one| one.creditor.account = iban.clone()).field, "creditor.account");
    assert_eq!(refused(|_, one| one.creditor.name = "株式会社".into()).field, "creditor.name");
    assert_eq!(refused(|debtor, _| debtor.bank = Some("National".into())).field, "debtor.bank");
    assert_eq!(refused(|debtor, _| debtor.user_id = Some("12".into())).field, "debtor.user_id");
    assert_eq!(aba::write(&debtor(), "Settlement", date(), &[]).unwrap_err().field, "payments");
    let many: Vec<_> = (0..501).map(|number| payment(number, 1)).collect();
    assert_eq!(aba::write(&debtor(), "Settlement", date(), &many).unwrap_err().field, "payments");
    let much: Vec<_> = (0..2).map(|number| payment(number, 9_999_999_999)).collect();
    assert_eq!(aba::write(&debtor(), "Settlement", date(), &much).unwrap_err().field, "amount");
}

#[test]
fn an_aba_file_that_breaks_a_rule_is_refused_with_line_and_field() {
    let good = aba::write(&debtor(), "Settlement", date(), &[payment(1, 125_000), payment(2, 1)]).unwrap();
    for (part, instead, line, field) in [
        ("0    ", "5    ", 1, "record"),
        ("271126", "311126", 1, "date"),
        ("301500", "3O1500", 1, "user_id"),
        ("062-000", "062000 ", 2, "bsb"),
        (" 500000125000", " 990000125000", 2, "code"),
        ("0000125000N", "00001250.0N", 2, "amount"),
        ("Northwind Traders", "                 ", 2, "title"),
        ("7999-999", "7062-000", 4, "filler"),
        ("00001250010000125001", "00001250010000125000", 4, "credit_total"),
        ("      000002  ", "      000003  ", 4, "count"),
    ] {
        let changed = good.replacen(part, instead, 1);
        assert_ne!(changed, good, "{part}");
        let fault = aba::read(&changed).expect_err(part);
        assert_eq!((fault.line, fault.field), (line, field), "{fault}");
    }
    let lines: Vec<&str> = good.lines().collect();
    assert_eq!(aba::read("").unwrap_err().field, "file");
    assert_eq!(aba::read(&lines[..3].join("\n")).unwrap_err().field, "record");
    assert_eq!(aba::read(&format!("{good}{}", lines[1])).unwrap_err().line, 5);
    assert_eq!(aba::read(&good.replace("Northwind", "Nörthwind")).unwrap_err().field, "line");
    assert_eq!(aba::read(&good.replace("\r\n", " \r\n")).unwrap_err().field, "line");
}

#[test]
fn the_banks_own_sample_files_are_read() {
    let Some(folder) = sample("aba") else { return };
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        aba::read(&text).unwrap_or_else(|fault| panic!("{name}: {fault}"))
    };
    let cent = read("cba_one_cent_mjec.aba");
    assert_eq!(
        (cent.bank.as_str(), cent.user_name.as_str(), cent.user_id.as_str()),
        ("CBA", "Smith John Allan", "301500")
    );
    assert_eq!(cent.date, NaiveDate::from_ymd_opt(2013, 4, 7).unwrap());
    let [one] = cent.details.as_slice() else { panic!("one payment") };
    assert_eq!((one.bsb.as_str(), one.account.as_str(), one.code, one.cents), ("062-692", "43214321", 50, 1));
    assert_eq!((one.title.as_str(), one.reference.as_str()), ("Smith Joan Emma", "ABA Test CR"));
    let pay = read("nab_sample_aba.txt");
    assert_eq!((pay.bank.as_str(), pay.description.as_str()), ("NAB", "PAYROLL"));
    assert_eq!(pay.details[0].cents, 73_023);
    assert_eq!(pay.details[1].account, "17432");
}

fn dollars() -> impl Strategy<Value = Vec<(i64, u64, String, String)>> {
    proptest::collection::vec(
        (1_i64..10_000_000, 1_000_u64..999_999_999, "[A-Za-z0-9 é&/.-]{0,40}", "[A-Z0-9]{1,18}"),
        1..20,
    )
}

proptest! {
    #[test]
    fn every_file_that_is_written_is_read_again(rows in dollars()) {
        let payments: Vec<Instruction> = rows
            .iter()
            .map(|(minor, account, name, id)| Instruction {
                end_to_end_id: id.clone(),
                creditor: Creditor {
                    name: format!("X{name}"), account: australian("062-000", &account.to_string()), bic: None,
                },
                ..payment(1, *minor)
            })
            .collect();
        let file = aba::read(&aba::write(&debtor(), "Settlement", date(), &payments).unwrap()).unwrap();
        prop_assert_eq!(file.details.len(), rows.len());
        for (detail, (minor, account, _, id)) in file.details.iter().zip(&rows) {
            prop_assert_eq!((detail.cents, &detail.account, &detail.reference), (*minor, &account.to_string(), id));
            prop_assert_eq!(detail.code, 50);
        }
    }

    #[test]
    fn any_text_gets_an_answer(text in "([017][ -~]{0,125}\r?\n){0,6}") {
        let _ = aba::read(&text);
    }
}

fn account(currency: Currency, fields: &AccountFields) -> AccountNumber {
    AccountNumber::parse_for(currency, fields).unwrap()
}

#[test]
fn a_pain001_file_has_every_element_that_a_bank_asks_for() {
    let iban =
        |iban: &str| account(Currency::EUR, &AccountFields { iban: Some(iban.into()), ..AccountFields::default() });
    let debtor = Debtor {
        name: "Harbour Exchange GmbH".into(),
        account: iban("DE89370400440532013000"),
        bank: Some("COBADEFFXXX".into()),
        user_id: None,
    };
    let one = Instruction {
        end_to_end_id: "STL000001".into(),
        amount: Money::new(125_005, Currency::EUR),
        creditor: Creditor {
            name: "Café Nord & Söhne".into(),
            account: iban("FR1420041010050500013M02606"),
            bic: None,
        },
        remittance: "Settlement of 27 November".into(),
    };
    let made_at = "2026-11-27T05:30:00Z".parse().unwrap();
    let text = pain001::write("SETTLEMENT-1", made_at, date(), &debtor, &[one.clone(), one.clone()]).unwrap();
    for part in [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">",
        "<MsgId>SETTLEMENT-1</MsgId>",
        "<CreDtTm>2026-11-27T05:30:00Z</CreDtTm>",
        "<NbOfTxs>2</NbOfTxs>",
        "<CtrlSum>2500.10</CtrlSum>",
        "<PmtMtd>TRF</PmtMtd>",
        "<Cd>SEPA</Cd>",
        "<Dt>2026-11-27</Dt>",
        "<BICFI>COBADEFFXXX</BICFI>",
        "<EndToEndId>STL000001</EndToEndId>",
        "<InstdAmt Ccy=\"EUR\">1250.05</InstdAmt>",
        "<Nm>Caf Nord S hne</Nm>",
        "<IBAN>FR1420041010050500013M02606</IBAN>",
        "<Id>NOTPROVIDED</Id>",
        "<Ustrd>Settlement of 27 November</Ustrd>",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let order =
        ["GrpHdr", "PmtInfId", "PmtMtd", "ReqdExctnDt", "<Dbtr>", "DbtrAcct", "DbtrAgt", "ChrgBr", "CdtTrfTxInf"];
    let places: Vec<usize> = order.iter().map(|name| text.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "elements come in the order of the schema: {places:?}");
    let write = |payments: &[Instruction]| pain001::write("SETTLEMENT-1", made_at, date(), &debtor, payments);
    let mut other = one.clone();
    other.amount = Money::new(1, Currency::GBP);
    assert_eq!(write(&[one.clone(), other]).unwrap_err().field, "amount");
    assert_eq!(write(&[]).unwrap_err().field, "payments");
    for id in ["", "/1", "a b  c", "ÄÖ", &"1".repeat(36)] {
        let wrong = Instruction { end_to_end_id: id.into(), ..one.clone() };
        assert_eq!(write(&[wrong]).unwrap_err().field, "end_to_end_id", "{id}");
    }
}

#[test]
fn accounts_without_an_iban_name_their_bank_in_their_own_clearing() {
    let made_at = "2026-11-27T05:30:00Z".parse().unwrap();
    let fields = |number: &str| AccountFields { account_number: Some(number.into()), ..AccountFields::default() };
    let us = AccountFields { routing_number: Some("021000021".into()), ..fields("123456789") };
    for (currency, account, expected) in [
        (
            Currency::AUD,
            australian("062-000", "12345678"),
            ["<Cd>AUBSB</Cd>", "<MmbId>062000</MmbId>", "<Id>12345678</Id>"],
        ),
        (
            Currency::USD,
            account(Currency::USD, &us),
            ["<Cd>USABA</Cd>", "<MmbId>021000021</MmbId>", "<Id>123456789</Id>"],
        ),
        (
            Currency::NZD,
            account(Currency::NZD, &fields("01-0902-0068389-00")),
            ["<Cd>NZNCC</Cd>", "<MmbId>010902</MmbId>", "<Id>010902006838900</Id>"],
        ),
    ] {
        let debtor = Debtor { name: "House".into(), account: account.clone(), bank: None, user_id: None };
        let one = Instruction {
            amount: Money::new(100, currency),
            creditor: Creditor { name: "Northwind".into(), account, bic: None },
            ..payment(1, 1)
        };
        let text = pain001::write("M1", made_at, date(), &debtor, &[one]).unwrap();
        for part in expected {
            assert_eq!(text.matches(part).count(), 2, "{part} is not twice in\n{text}");
        }
    }
    let local = account(Currency::SGD, &fields("1234567890"));
    let debtor = Debtor { name: "House".into(), account: local.clone(), bank: Some("DBSSSGSG".into()), user_id: None };
    let mut one = Instruction {
        amount: Money::new(100, Currency::SGD),
        creditor: Creditor { name: "Northwind".into(), account: local, bic: None },
        ..payment(1, 1)
    };
    assert_eq!(pain001::write("M1", made_at, date(), &debtor, &[one.clone()]).unwrap_err().field, "bic");
    one.creditor.bic = Some("OCBCSGSG".into());
    assert!(pain001::write("M1", made_at, date(), &debtor, &[one.clone()]).unwrap().contains("OCBCSGSG"));
    one.creditor.bic = Some("nobank".into());
    assert_eq!(pain001::write("M1", made_at, date(), &debtor, &[one]).unwrap_err().field, "CdtrAgt");
}
