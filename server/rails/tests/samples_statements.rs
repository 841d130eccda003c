//! Every camt.052, camt.053 and pacs.008 file of the sample collection, against what was read out of the XML by other means;
//! and every other file there is refused, each with its reason.

#[path = "files/collection.rs"]
mod collection;

use collection::{collection, counted, read_sample};
use rails::{Account, read};

/// What one file holds.
struct Sample {
    file: &'static str,
    format: &'static str,
    message_id: &'static str,
    /// What is no deposit: reason, how many, and their sum.
    others: &'static [(&'static str, usize, i64)],
    credits: &'static [Credit],
}

/// Amount in minor units; account and currency; how the bank's reference begins; sender's name, sender's IBAN, reference;
/// whether it stands for several.
type Credit = (i64, &'static str, &'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>, bool);

#[rustfmt::skip]
const SAMPLES: [Sample; 30] = [
    Sample { file: "cbpr_camt052_v12_CtoD.xml", format: "camt.052.001.12", message_id: "cmt052bizmsgidr-001", others: &[], credits: &[(100_000_000, "48751258 EUR", "ABKREF-125646", None, None, None, false),] },
    Sample { file: "cbpr_camt053_v08_BtoA.xml", format: "camt.053.001.08", message_id: "cmt053bizmsgidr-001", others: &[("debit", 2, 246_000)], credits: &[] },
    Sample { file: "cbpr_camt053_v12_CtoD.xml", format: "camt.053.001.12", message_id: "cmt053bizmsgidr-001", others: &[], credits: &[(6_578_432, "48751258 EUR", "ABKREF-125646", None, None, None, false),] },
    Sample { file: "cbpr_camt053_v12_DKK.xml", format: "camt.053.001.12", message_id: "cmt053bizmsgidr-001", others: &[], credits: &[(35_000_000, "65479512 DKK", "ABKREF-125646", None, None, None, false),] },
    Sample { file: "ch_postfinance_camt052_v04.xml", format: "camt.052.001.04", message_id: "20190424375204223062173", others: &[("debit", 2, 101_600)], credits: &[] },
    Sample { file: "ch_postfinance_camt053_v04.xml", format: "camt.053.001.04", message_id: "20201124375204229003967", others: &[("debit", 1, 7770)], credits: &[(450, "CH2909000000250094239 CHF", "0758103031480900", None, None, None, false),
        (150_000, "CH2909000000250094239 CHF", "07582000303F0C7U", None, None, None, false),
        (153_700, "CH2909000000250094239 CHF", "07582000303KBMSU", None, None, None, false),
        (169_222, "CH2909000000250094239 CHF", "07582000303KBMSU", None, None, None, false),] },
    Sample { file: "fi_fkl_camt052_v02.xml", format: "camt.052.001.02", message_id: "BANKFILEID219073", others: &[("not_booked", 1, 212_000)], credits: &[(10_000, "FI7433010001222090 EUR", "091029ACCTSTMTARCH08", Some("DEBTOR"), None, Some("RF98123456789012"), false),] },
    Sample { file: "fi_fkl_camt053_v02.xml", format: "camt.053.001.02", message_id: "BANKFILEID00001", others: &[("debit", 4, 943_017)], credits: &[(200_000, "FI7433010001222090 EUR", "091029ACCTSTMTARCH04", None, None, None, false),
        (50_000, "FI7433010001222090 EUR", "091029ACCTSTMTARCH21", None, None, None, false),
        (300_000, "FI7433010001222090 EUR", "091029ACCTSTMTARCH05", None, None, None, false),
        (212_000, "FI7433010001222090 EUR", "091029ACCTSTMTARCH06", Some("DEBTOR NAME"), None, Some("INVOICE US20291092"), false),
        (545_500, "FI7433010001222090 EUR", "091029ACCTSTMTARCH07", Some("PAYERS NAME2"), None, Some("RF98123456789012"), false),
        (1_000_000, "FI7433010001222090 EUR", "091029ACCTSTMTARCH08", Some("DEBTOR"), None, Some("RF98123456789012"), false),] },
    Sample { file: "fi_nordea_camt053_v02.xml", format: "camt.053.001.02", message_id: "XML12345678901234567890123456789012", others: &[("debit", 4, 150_050)], credits: &[(1_000_000, "FI8529501800030574 EUR", "1905082588CEAA0001", None, None, Some("00000000000000001245"), false),
        (10_050, "FI8529501800030574 EUR", "1905082588SM12345678", None, None, Some("Free text max 140 characters and ma x 35 characters in one line"), false),] },
    Sample { file: "gb_goldman_camt053_v02.xml", format: "camt.053.001.02", message_id: "9184021900", others: &[("debit", 4, 40_000), ("reversal", 1, 10_000)], credits: &[(10_000, "GB36GSLD04296250000970 GBP", "GI2327900000753", Some("Test Investments"), Some("CH6908235000012345678"), Some("Test Remit Info Test Remit Info"), false),] },
    Sample { file: "lt_camt053_v02_debits_only.xml", format: "camt.053.001.02", message_id: "201509302599406884", others: &[("debit", 4, 276_808)], credits: &[] },
    Sample { file: "nl_genkgo_camt052_v2.xml", format: "camt.052.001.02", message_id: "AAAASESS-FP-ACCR001", others: &[("debit", 1, 20_000_000)], credits: &[] },
    Sample { file: "nl_genkgo_camt052_v2_other-account.xml", format: "camt.052.001.02", message_id: "AAAASESS-FP-ACCR001", others: &[("debit", 1, 20_000_000)], credits: &[] },
    Sample { file: "nl_genkgo_camt052_v4.xml", format: "camt.052.001.04", message_id: "AAAASESS-FP-ACCR001", others: &[("not_booked", 1, 20_000_000)], credits: &[] },
    Sample { file: "nl_genkgo_camt052_v6_Amt-zero.xml", format: "camt.052.001.06", message_id: "AAAASESS-FP-ACCR001", others: &[("not_booked", 1, 20_000_000)], credits: &[] },
    Sample { file: "nl_genkgo_camt052_v8.xml", format: "camt.052.001.08", message_id: "AAAASESS-FP-ACCR001", others: &[("debit", 1, 20_000_000)], credits: &[] },
    Sample { file: "nl_genkgo_camt053_v2_all-balance-types.xml", format: "camt.053.001.02", message_id: "CAMT05300000001", others: &[], credits: &[(885, "NL56AGDH9619008421 EUR", "derived-", None, None, Some("Transaction Description"), false),] },
    Sample { file: "nl_genkgo_camt053_v2_minimal.xml", format: "camt.053.001.02", message_id: "CAMT053RIB000000000001", others: &[], credits: &[(885, "NL56AGDH9619008421 EUR", "derived-", Some("NAME NAME"), Some("NL56AGDH9619008421"), Some("4654654654654654"), false),] },
    Sample { file: "nl_genkgo_camt053_v2_minimal_ultimate.xml", format: "camt.053.001.02", message_id: "CAMT053RIB000000000001", others: &[], credits: &[(885, "NL26VAYB8060476890 EUR", "derived-", None, None, Some("4654654654654654"), false),] },
    Sample { file: "nl_genkgo_camt053_v2_with-party-ids.xml", format: "camt.053.001.02", message_id: "CAMT053RIB000000000001", others: &[], credits: &[(885, "NL56AGDH9619008421 EUR", "derived-", Some("NAME NAME"), Some("NL56AGDH9619008421"), Some("4654654654654654"), false),] },
    Sample { file: "nl_genkgo_camt053_v3.xml", format: "camt.053.001.03", message_id: "CAMT053RIB000000000001", others: &[], credits: &[(885, "NL56AGDH9619008421 EUR", "XXXXXXXXXXXXXXXXXXXXXXEUR", Some("NAME NAME"), Some("NL56AGDH9619008421"), Some("4654654654654654"), false),] },
    Sample { file: "nl_genkgo_camt053_v4.xml", format: "camt.053.001.04", message_id: "CAMT053RIB000000000001", others: &[], credits: &[(885, "NL56AGDH9619008421 EUR", "AAAASESS-FP-CN_98765%2F01", Some("NAME NAME"), Some("NL56AGDH9619008421"), Some("4654654654654654"), false),] },
    Sample { file: "nl_genkgo_camt053_v8.xml", format: "camt.053.001.08", message_id: "CAMT053RIB000000000001", others: &[], credits: &[(885, "NL56AGDH9619008421 EUR", "AAAASESS-FP-CN_98765%2F01", Some("NAME NAME"), Some("NL56AGDH9619008421"), Some("4654654654654654"), false),] },
    Sample { file: "nl_ing_camt053_v02.xml", format: "camt.053.001.02", message_id: "201401030009999_20140104015504378", others: &[("debit", 3, 35_500), ("returned_payment", 1, 12_500), ("reversed_credit", 1, 3000)], credits: &[(35_000, "NL08INGB0000001234 EUR", "59999208N9", Some("INGTestrekening"), Some("NL20INGB0001234567"), Some("0010008346912014"), false),
        (12_500, "NL08INGB0000001234 EUR", "98888208N8", Some("INGTestrekening"), Some("NL20INGB0001234567"), Some("UstrdRemi2014010323566INGBankNV"), false),
        (12_000, "NL08INGB0000001234 EUR", "15180015077602405", Some("INGTestrekening"), Some("NL20INGB0001234567"), Some("6390338414964113"), false),
        (27_000, "NL08INGB0000001234 EUR", "3102766686999", None, None, None, true),] },
    Sample { file: "oca_test-camt053-txdtls.xml", format: "camt.053.001.04", message_id: "20170323312345678900000", others: &[], credits: &[(218_700, "CH1111000000123456789 CHF", "123456CHCAFEBABE", Some("Banque Cantonale Vaudoise"), Some("CH2222000000123456789"), Some("302388292000011111111111111"), false),
        (129_600, "CH1111000000123456789 CHF", "123456CHCAFEBABE", Some("Banque Cantonale Vaudoise"), Some("CH3333000000123456789"), Some("302388292000022222222222222"), false),] },
    Sample { file: "oca_test-camt053.xml", format: "camt.053.001.02", message_id: "TESTBANK/NL/1420561226673", others: &[("debit", 1, 75_425), ("reversed_credit", 1, 66_405)], credits: &[(140_531, "NL77ABNA0574908765 EUR", "derived-", Some("3rd party Media"), Some("NL69ABNA0522123643"), None, false),] },
    Sample { file: "se_iso_business_sample_camt053_v04.xml", format: "camt.053.001.04", message_id: "AAAASESS-FP-STAT001", others: &[("debit", 1, 20_000_000)], credits: &[(10_567_850, "50000000054910000003 SEK", "AAAASESS-FP-CN_98765%2F01", Some("MUELLER"), None, None, false),
        (3_000_000, "50000000054910000003 SEK", "AAAASESS-FP-CONF-FX", None, None, None, false),] },
    Sample { file: "cbpr_pacs008_v08_charges.xml", format: "pacs.008.001.08", message_id: "pacs008bzmsgid-1", others: &[], credits: &[(6_578_432, "65479512 RON", "uetr:7a562c67-ca16-48ba-b074-65581be6f001", Some("S Baldrick"), None, None, false),] },
    Sample { file: "cbpr_pacs008_v12_AtoB.xml", format: "pacs.008.001.12", message_id: "pacs8bizmsgidr01", others: &[], credits: &[(1_566_938, "98653214 EUR", "uetr:8a562c67-ca16-48ba-b074-65581be6f001", Some("C Consumer"), None, None, false),] },
    Sample { file: "cbpr_pacs008_v12_BtoC.xml", format: "pacs.008.001.12", message_id: "pacs8bizmsgidr02", others: &[], credits: &[(1_566_938, "98653214 EUR", "uetr:8a562c67-ca16-48ba-b074-65581be6f001", Some("C Consumer"), None, None, false),] },
];

/// What is refused: the folder and file, and the code.
const REFUSED: [(&str, &str); 4] = [
    ("camt/nl_genkgo_camt052_v1.xml", "unsupported_version"),
    ("invalid/ch_dvbern_notification_missing.xml", "unsupported_format"),
    ("invalid/moov_invalid_pain_v11.xml", "unsupported_format"),
    ("invalid/nl_genkgo_camt053_wrong.xml", "missing_element"),
];

fn account_of(account: &Account) -> &str {
    match account {
        Account::Iban(iban) => iban,
        Account::Other(other) => &other.id,
        Account::Alias { id, .. } => id,
    }
}

#[test]
fn every_statement_sample_reads_as_expected() {
    let Some(folder) = collection("iso20022") else { return };
    for expected in &SAMPLES {
        let name = expected.file;
        let part = if expected.format.starts_with("pacs") { "pacs" } else { "camt" };
        let file = read_sample(&folder.join(part), name);
        assert_eq!(file.format.to_string(), expected.format, "{name}");
        assert_eq!(file.message_id, expected.message_id, "{name}");
        assert_eq!(counted(&file), expected.others, "{name}");
        assert_eq!(file.notices.len(), expected.credits.len(), "{name}");
        for (notice, (minor, account, begins, sender, iban, reference, is_several)) in
            file.notices.iter().zip(expected.credits)
        {
            let found = format!("{} {}", account_of(&notice.account), notice.amount.currency().code());
            assert_eq!((notice.amount.minor(), found.as_str()), (*minor, *account), "{name}");
            assert!(notice.bank_reference.starts_with(begins), "{name}: {}", notice.bank_reference);
            assert_eq!(notice.sender.name.as_deref(), *sender, "{name}");
            assert_eq!(notice.sender.iban.as_deref(), *iban, "{name}");
            assert_eq!(notice.reference.as_deref(), *reference, "{name}");
            assert_eq!(notice.is_unitemised, *is_several, "{name}");
        }
    }
}

#[test]
fn every_sample_is_in_a_table_or_refused_with_its_reason() {
    let Some(folder) = collection("iso20022") else { return };
    let mut read_ones = 0;
    for part in ["camt", "pacs", "pain", "invalid"] {
        for path in std::fs::read_dir(folder.join(part)).unwrap().map(|file| file.unwrap().path()) {
            if path.is_dir() {
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let refused = REFUSED.iter().find(|(refused, _)| *refused == format!("{part}/{name}"));
            match (read(&std::fs::read(&path).unwrap()), refused) {
                (Ok(file), None) => {
                    let has_row = SAMPLES.iter().any(|expected| expected.file == name);
                    // `samples.rs` and `answers.rs` have the tables of these.
                    let is_elsewhere =
                        ["camt.054.", "pain.002."].iter().any(|of| file.format.to_string().starts_with(of));
                    assert!(has_row || is_elsewhere, "{part}/{name} has no row");
                    read_ones += usize::from(has_row);
                }
                (Ok(_), Some(_)) => panic!("{part}/{name} was read"),
                (Err(error), refused) => {
                    let code = refused.map_or("unsupported_format", |(_, code)| code);
                    assert_eq!(error.code, code, "{part}/{name}: {error}");
                    assert!(error.line > 0 && !error.message.is_empty(), "{name}");
                }
            }
        }
    }
    assert_eq!(read_ones, SAMPLES.len());
}
