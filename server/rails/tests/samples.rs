//! Every camt.054 file of the sample collection, against what was read out of the XML by other means.
//!
//! The collection is not part of the project; where it is not present, the test says so and checks nothing.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};

use rails::{Account, BankFile, read};

/// What one file holds.
struct Expected {
    file: &'static str,
    message_id: &'static str,
    version: u8,
    /// The code and amount of what is skipped; none of the files has more than one such thing.
    skipped: Option<(&'static str, i64)>,
    /// The account, the currency, and each credit.
    account: &'static str,
    currency: &'static str,
    credits: &'static [Credit],
}

/// Amount in minor units, the bank's reference, sender's name, sender's IBAN, reference.
type Credit = (i64, &'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>);

const MARIA: Option<&str> = Some("Bernasconi Maria");
const PIA: Option<&str> = Some("Rutschmann Pia");
const MARIA_IBAN: Option<&str> = Some("CH5109000000250092291");
const PIA_IBAN: Option<&str> = Some("CH1111111111111111111");
const ISR: Option<&str> = Some("120000000000234478943216899");

const SAMPLES: [Expected; 19] = [
    debit("cbpr_camt054_v12_debit.xml", 12, "cmt054bizmsgidr-001", 165_486_600, "JPY"),
    Expected {
        file: "ch_dvbern_camt054_collective.xml",
        message_id: "MSGID-201707271400",
        version: 4,
        skipped: None,
        account: "CH160077401231234567",
        currency: "CHF",
        credits: &[
            (11_100, "170727CH00A1ABCD", Some("Ada Lovelace"), None, Some("TEST MITTEILUNG")),
            (200, "170727CH00A2ABCD", Some("Lord Bayron"), None, Some("TEST MITTEILUNG")),
        ],
    },
    Expected {
        file: "ch_dvbern_camt054_isr.xml",
        message_id: "MSGID-C053.01.00.10-110725163809-01",
        version: 4,
        skipped: None,
        account: "CH160077401231234567",
        currency: "CHF",
        credits: &[(394_975, "derived-", Some("Pia Rutschmann"), None, Some("210000000003139471430009017"))],
    },
    Expected {
        file: "ch_postfinance_camt054_1112_v04.xml",
        message_id: "20200618375204295372463",
        version: 4,
        skipped: None,
        account: "CH2909000000250094239",
        currency: "CHF",
        credits: &[(52_210, "2000000000000000", MARIA, MARIA_IBAN, None)],
    },
    Expected {
        file: "ch_postfinance_camt054_1112_v08.xml",
        message_id: "20200618375204295372463",
        version: 8,
        skipped: None,
        account: "CH2909000000250094239",
        currency: "CHF",
        credits: &[(52_210, "2000000000000000", MARIA, MARIA_IBAN, None)],
    },
    Expected {
        file: "ch_postfinance_camt054_1119_v04.xml",
        message_id: "20200618375204295372463",
        version: 4,
        skipped: None,
        account: "CH2909000000250094239",
        currency: "CHF",
        credits: &[(50_105, "2000000000000000", MARIA, MARIA_IBAN, Some("Muster Musterfile"))],
    },
    Expected {
        file: "ch_postfinance_camt054_credit_v04.xml",
        message_id: "201904245375204223076552",
        version: 4,
        skipped: None,
        account: "CH2909000000250094239",
        currency: "CHF",
        credits: &[(150_000, "074820002ZZ9J42U", None, None, None)],
    },
    debit("ch_postfinance_camt054_debit_v04.xml", 4, "20190424375204222704046", 91_300, "CHF"),
    Expected {
        file: "ch_postfinance_camt054_directdebit_v04.xml",
        message_id: "20190520375204228751067",
        version: 4,
        skipped: None,
        account: "CH2909000000250094239",
        currency: "CHF",
        credits: &[
            (150, "201-31295208-1", Some("Maria Bernasconi"), MARIA_IBAN, Some("Rechnung 1001")),
            (300, "201-31295208-2", Some("Maria Bernasconi"), MARIA_IBAN, Some("Rechnung 1002")),
        ],
    },
    debit("ch_postfinance_camt054_epo_v04.xml", 4, "20190520375204226588201", 75_000, "CHF"),
    Expected {
        file: "ch_postfinance_camt054_es_8tx_v04.xml",
        message_id: "20160527375204000015644",
        version: 4,
        skipped: None,
        account: "CH0309000000250090342",
        currency: "CHF",
        credits: &[
            (5_000, "160527CH00T2UENT", PIA, PIA_IBAN, Some("MUSTER MITTEILUNG")),
            (2_000, "160527CH00T2Y4XY", MARIA, Some("CH4444444444444444444"), Some("MUSTER MITTEILUNG")),
            (
                10_000,
                "160527CH00T3HDBA",
                PIA,
                PIA_IBAN,
                Some("MUSTER MITTEILUNG 1 MUSTER MITTEILUNG 2 MUSTER MITTEILUNG 3 MUSTER MITTEILUNG 4"),
            ),
            (10_000, "160527CH00T3VT3Y", MARIA, None, None),
            (3_000, "160527CH00T3VTGB", PIA, None, None),
            (5_000, "160527CH00T3VTGE", MARIA, None, Some("MUSTER MITTEILUNG 1 MUSTER MITTEILUNG 2")),
            (2_000, "160527CH00T2QNQZ", PIA, PIA_IBAN, Some("MUSTER MITTEILUNG 1 MUSTER MITTEILUNG 2")),
            (25_000, "160527CH00T3HG80", PIA, PIA_IBAN, Some("MUSTER MITTEILUNG 1")),
        ],
    },
    Expected {
        file: "ch_postfinance_camt054_isr_v04.xml",
        message_id: "20190424375204228750928",
        version: 4,
        skipped: Some(("debit", 14_700)),
        account: "CH2909000000250094239",
        currency: "CHF",
        credits: &[
            (25_000, "180315CH02ZX5RI3", MARIA, MARIA_IBAN, ISR),
            (20_000, "180315CH02ZX5RI4", MARIA, MARIA_IBAN, ISR),
            (30_000, "180315CH02ZX5RI5", MARIA, MARIA_IBAN, ISR),
            (32_400, "180315CH02ZZ4OOX", MARIA, MARIA_IBAN, Some("359335273113716998981168243")),
            (46_300, "180315CH02ZZ4OOY", MARIA, MARIA_IBAN, Some("684388397169969395754931859")),
        ],
    },
    Expected {
        file: "ch_postfinance_camt054_return_v04.xml",
        message_id: "20190520375204012050698",
        version: 4,
        skipped: Some(("returned_payment", 40_000)),
        account: "",
        currency: "CHF",
        credits: &[],
    },
    debit("nl_genkgo_camt054_v2.xml", 2, "AAAASESS-FP-ACCR001", 20_000_000, "SEK"),
    debit("nl_genkgo_camt054_v4.xml", 4, "AAAASESS-FP-ACCR001", 20_000_000, "SEK"),
    debit("nl_genkgo_camt054_v8-with-UETR.xml", 8, "AAAASESS-FP-ACCR001", 20_000_000, "SEK"),
    debit("nl_genkgo_camt054_v8-with-financial-institution.xml", 8, "AAAASESS-FP-ACCR001", 20_000_000, "SEK"),
    debit("nl_genkgo_camt054_v8.xml", 8, "AAAASESS-FP-ACCR001", 20_000_000, "SEK"),
    Expected {
        file: "oca_test-camt054.xml",
        message_id: "20220126375204763458853",
        version: 4,
        skipped: None,
        account: "NL77ABNA0574908765",
        currency: "EUR",
        credits: &[(
            500,
            "15180015077602405",
            Some("Test Customer"),
            Some("NL46ABNA0499998748"),
            Some("000000000000000000000000003"),
        )],
    },
];

/// A file of one debit.
const fn debit(
    file: &'static str,
    version: u8,
    message_id: &'static str,
    minor: i64,
    currency: &'static str,
) -> Expected {
    Expected { file, message_id, version, skipped: Some(("debit", minor)), account: "", currency, credits: &[] }
}

/// The collection: `$PURSER_SAMPLES`, else beside the project.
fn collection() -> Option<PathBuf> {
    let folder = match std::env::var_os("PURSER_SAMPLES") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    let folder = folder.join("iso20022");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("samples not present: skipped ({})", folder.display());
    None
}

fn read_sample(folder: &Path, name: &str) -> BankFile {
    let bytes = std::fs::read(folder.join("camt").join(name)).unwrap();
    read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn has_content(path: &Path, text: &str) -> bool {
    path.is_file() && String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains(text)
}

#[test]
fn every_camt054_sample_reads_as_expected() {
    let Some(folder) = collection() else { return };
    for expected in &SAMPLES {
        let name = expected.file;
        let file = read_sample(&folder, name);
        assert_eq!(file.format.to_string(), format!("camt.054.001.{:02}", expected.version), "{name}");
        assert_eq!(file.message_id, expected.message_id, "{name}");
        assert!(file.created_at.is_some(), "{name}");
        let skipped: Vec<_> =
            file.skipped.iter().map(|skipped| (skipped.reason.code(), skipped.amount.minor())).collect();
        assert_eq!(skipped, expected.skipped.into_iter().collect::<Vec<_>>(), "{name}");
        assert_eq!(file.notices.len(), expected.credits.len(), "{name}");
        for (notice, (minor, bank_reference, sender, iban, reference)) in file.notices.iter().zip(expected.credits) {
            assert_eq!(notice.amount.minor(), *minor, "{name}");
            assert_eq!(notice.amount.currency().code(), expected.currency, "{name}");
            assert!(notice.bank_reference.starts_with(bank_reference), "{name}: {}", notice.bank_reference);
            assert_eq!(notice.sender.name.as_deref(), *sender, "{name}");
            assert_eq!(notice.sender.iban.as_deref(), *iban, "{name}");
            assert_eq!(notice.sender.account_number, None, "{name}");
            assert_eq!(notice.reference.as_deref(), *reference, "{name}");
            assert_eq!(notice.account, Account::Iban(expected.account.to_owned()), "{name}");
            assert!(!notice.is_unitemised, "{name}");
        }
    }
}

#[test]
fn the_table_names_every_camt054_sample() {
    let Some(folder) = collection() else { return };
    let mut seen = 0;
    for path in std::fs::read_dir(folder.join("camt")).unwrap().map(|file| file.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if has_content(&path, "tech:xsd:camt.054.001.") && !has_content(&path, "tech:xsd:camt.053.001.") {
            assert!(SAMPLES.iter().any(|expected| expected.file == name), "{name} is not in the table");
            seen += 1;
        }
    }
    assert_eq!(seen, SAMPLES.len());
}

#[test]
fn one_booking_told_in_two_versions_is_one_payment_and_a_reused_reference_is_two() {
    let Some(folder) = collection() else { return };
    let reference = |name: &str| read_sample(&folder, name).notices[0].bank_reference.clone();
    let old = reference("ch_postfinance_camt054_1112_v04.xml");
    assert_eq!(old, reference("ch_postfinance_camt054_1112_v08.xml"));
    assert_ne!(old, reference("ch_postfinance_camt054_1119_v04.xml"), "the same AcctSvcrRef for another amount");
}
