//! Every MT940 and MT942 file of the sample collection: what it must give, and what another reader made of it.
//!
//! The collection is not part of the project; where it is not present, the test says so and checks nothing.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "files/collection.rs"]
mod collection;

use std::path::Path;

use collection::{collection, counted, read_sample};
use rails::{BankFile, SkipReason, read};

/// What one file holds.
struct Expected {
    file: &'static str,
    format: &'static str,
    credits: &'static [Credit],
    /// Reason, how many, and their sum.
    skipped: &'static [(&'static str, usize, i64)],
}

/// Currency, amount in minor units, the beginning of the bank's reference, sender's name, sender's account.
type Credit = (&'static str, i64, &'static str, Option<&'static str>, Option<&'static str>);

/// The file with 97 bookings in 11 statements: its credits are compared with the other reader's alone.
const LONG: &str = "wolph_betterplace_sepa_mt9401.sta";

const SAMPLES: [Expected; 26] = [
    Expected {
        file: "jejik_K4262927_20200905-080000-952.txt",
        format: "MT940",
        credits: &[("EUR", 23_000, "derived-", Some("EWE VERTRIEB GmbH"), Some("DE59280200501000000000"))],
        skipped: &[],
    },
    Expected {
        file: "jejik_bug-core-5401.txt",
        format: "MT940",
        credits: &[("EUR", 5_000, "2109025460313532/", Some("XXXXXXA MXXXXXX"), Some("DE93230707000621787100"))],
        skipped: &[],
    },
    skipping("jejik_commerzbank.txt", &[("debit", 1, 1_235)]),
    Expected {
        file: "jejik_lbbw.txt",
        format: "MT940",
        credits: &[("EUR", 1, "202102040007693/", Some("NIC RICHTER"), Some("DE59600501010007907986"))],
        skipped: &[("debit", 1, 1)],
    },
    Expected {
        file: "jejik_oldenburgischelandesbank.txt",
        format: "MT940",
        credits: &[("EUR", 10_450, "derived-", Some("WOHNBAU DIEPHOLZ GMBH"), Some("DE99123456771234567888"))],
        skipped: &[],
    },
    Expected {
        file: "jejik_oldenburgischelandesbankmitbindestrich.txt",
        format: "MT940",
        credits: &[(
            "EUR",
            172_700,
            "derived-",
            Some("Projektgemeinschaft XXXXXX + XXXXXXGmbH + Co. KG"),
            Some("DE41292500000123456789"),
        )],
        skipped: &[],
    },
    skipping("jejik_sparkasse.txt", &[("debit", 2, 4_000)]),
    skipping("jejik_sparkasse_interim_balance.txt", &[("debit", 2, 4_000)]),
    Expected {
        file: "wolph_ASNB_mt940.txt",
        format: "MT940",
        credits: &[
            ("EUR", 100_000, "derived-", None, None),
            ("EUR", 82_872, "derived-", None, None),
            ("EUR", 100_018, "derived-", None, None),
        ],
        skipped: &[("debit", 5, 277_196)],
    },
    Expected {
        file: LONG,
        format: "MT940",
        credits: &[],
        skipped: &[("debit", 54, 1_445_720_108), ("returned_payment", 17, 314_979_474), ("reversed_credit", 2, 40_976)],
    },
    skipping("wolph_citi_mt940.txt", &[("debit", 3, 114_275), ("zero_amount", 2, 0)]),
    skipping("wolph_jejik_abnamro.sta", &[("debit", 10, 34_593)]),
    skipping("wolph_jejik_generic.sta", &[("debit", 2, 2_000)]),
    Expected {
        file: "wolph_jejik_knab.sta",
        format: "MT940",
        credits: &[("EUR", 50_000, "B4E07XM00J000023/", None, None), ("EUR", 50_000, "B4G29PGDCK1QFV3E/", None, None)],
        skipped: &[("debit", 1, 726_000)],
    },
    skipping("wolph_jejik_rabobank-iban.sta", &[("debit", 4, 7_000)]),
    skipping("wolph_jejik_rabobank.sta", &[("debit", 5, 158_909)]),
    skipping("wolph_jejik_sns.sta", &[("debit", 2, 2_500)]),
    skipping("wolph_jejik_triodos.sta", &[("debit", 2, 71_570)]),
    Expected {
        file: "wolph_mBank_with_newline_in_tnr.sta",
        format: "MT940",
        credits: &[("PLN", 4_500, "MB170201323000/", None, None), ("PLN", 4_400, "MB170201327968/", None, None)],
        skipped: &[],
    },
    skipping("wolph_sberbank_171011_01234945.sta", &[("debit", 3, 943_700)]),
    skipping("wolph_self-provided_details_60-63.sta", &[("debit", 1, 23_315)]),
    skipping("wolph_self-provided_february_30.sta", &[("debit", 1, 600)]),
    skipping("wolph_self-provided_long_statement_number.sta", &[]),
    Expected { file: "wolph_self-provided_mt942.sta", format: "MT942", credits: &[], skipped: &[("debit", 1, 42)] },
    Expected {
        file: "wolph_self-provided_multiline.sta",
        format: "MT940",
        credits: &[("EUR", 11_900, "O%2F341241774/", None, None)],
        skipped: &[("debit", 1, 500)],
    },
    skipping("wolph_self-provided_wrapped_timestamp.sta", &[("debit", 1, 600)]),
];

/// Files that are refused, with the code and the line.
const REFUSED: [(&str, &str, u64); 3] = [
    // Money in Deutsche Mark cannot be taken.
    ("wolph_cmxl_mt940.sta", "unknown_currency", 4),
    // It stops after a booking.
    ("wolph_self-provided_gv_codes.sta", "truncated", 7),
    // A booking without account or currency.
    ("wolph_self-provided_sparkassen.sta", "missing_element", 1),
];

/// A file without credits.
const fn skipping(file: &'static str, skipped: &'static [(&'static str, usize, i64)]) -> Expected {
    Expected { file, format: "MT940", credits: &[], skipped }
}

#[test]
fn every_mt_sample_reads_as_expected() {
    let Some(folder) = collection("mt940") else { return };
    for expected in &SAMPLES {
        let name = expected.file;
        let file = read_sample(&folder, name);
        assert_eq!(file.format.to_string(), expected.format, "{name}");
        assert_eq!(counted(&file), expected.skipped, "{name}");
        if name == LONG {
            continue;
        }
        assert_eq!(file.notices.len(), expected.credits.len(), "{name}");
        for (notice, (currency, minor, bank_reference, sender, account)) in file.notices.iter().zip(expected.credits) {
            assert_eq!((notice.amount.currency().code(), notice.amount.minor()), (*currency, *minor), "{name}");
            assert!(notice.bank_reference.starts_with(bank_reference), "{name}: {}", notice.bank_reference);
            assert_eq!(notice.sender.name.as_deref(), *sender, "{name}");
            assert_eq!(notice.sender.iban.as_deref(), *account, "{name}");
            assert!(!notice.is_unitemised, "{name}");
        }
    }
}

#[test]
fn the_tables_name_every_mt_sample() {
    let Some(folder) = collection("mt940") else { return };
    let mut seen = 0;
    for path in std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some((_, code, line)) = REFUSED.iter().find(|(file, ..)| *file == name) {
            let error = read(&std::fs::read(&path).unwrap()).expect_err(&name);
            assert_eq!((error.code, error.line), (*code, *line), "{name}: {error}");
        } else {
            assert!(SAMPLES.iter().any(|expected| expected.file == name), "{name} is in no table");
        }
        seen += 1;
    }
    assert_eq!(seen, SAMPLES.len() + REFUSED.len());
}

/// One booking as the other reader has it.
#[derive(Debug, PartialEq)]
struct Booking {
    minor: i64,
    status: String,
    value_on: String,
    bank_reference: Option<String>,
}

#[test]
fn the_bookings_are_those_of_another_reader() {
    let Some(folder) = collection("mt940") else { return };
    let mut compared = 0;
    for path in std::fs::read_dir(folder.join("golden")).unwrap().map(|file| file.unwrap().path()) {
        let name = path.with_extension("sta").file_name().unwrap().to_string_lossy().into_owned();
        let golden = bookings(&std::fs::read_to_string(&path).unwrap());
        let file = match name.as_str() {
            // With a currency that there is, the rest of it is as good as any.
            "wolph_cmxl_mt940.sta" => in_euro(&folder, &name),
            _ if REFUSED.iter().any(|(file, ..)| *file == name) => continue,
            _ => read_sample(&folder, &name),
        };
        compare(&name, &file, &golden);
        compared += 1;
    }
    assert_eq!(compared, 17);
}

fn in_euro(folder: &Path, name: &str) -> BankFile {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let text = String::from_utf8(bytes).unwrap().replace("DEM", "EUR");
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn compare(name: &str, file: &BankFile, golden: &[Booking]) {
    assert_eq!(file.notices.len() + file.skipped.len(), golden.len(), "{name}");
    let amounts = |wanted: fn(SkipReason) -> bool| {
        let skipped = file.skipped.iter().filter(|skipped| wanted(skipped.reason));
        skipped.map(|skipped| skipped.amount.minor()).collect::<Vec<_>>()
    };
    let told = |status: &str| {
        golden.iter().filter(|booking| booking.status == status).map(|booking| booking.minor.abs()).collect::<Vec<_>>()
    };
    assert_eq!(amounts(|reason| reason == SkipReason::Debit), told("D"), "{name}");
    assert_eq!(amounts(|reason| reason == SkipReason::ReversedCredit), told("RC"), "{name}");
    let mut credits = amounts(|reason| matches!(reason, SkipReason::ReturnedPayment | SkipReason::ZeroAmount));
    credits.extend(file.notices.iter().map(|notice| notice.amount.minor()));
    let mut expected = told("C");
    credits.sort_unstable();
    expected.sort_unstable();
    assert_eq!(credits, expected, "{name}");
    // The credits come in the order of the file, each with the day and the reference that the other reader found.
    let mut rest = golden.iter();
    for notice in &file.notices {
        let reference = notice.entry_reference.as_deref();
        let found = rest.find(|booking| {
            booking.status == "C"
                && booking.minor == notice.amount.minor()
                && booking.value_on == notice.value_on.unwrap().to_string()
                && reference.is_none_or(|reference| {
                    // The other reader keeps to the standard's 16 characters.
                    booking.bank_reference.as_ref().is_some_and(|told| reference.starts_with(told.trim()))
                })
        });
        assert!(found.is_some(), "{name}: {} {:?}", notice.bank_reference, notice.value_on);
    }
}

/// The bookings in the YAML that the other reader writes, which is read by its lines: it names classes of its own.
fn bookings(text: &str) -> Vec<Booking> {
    let parts = text.split("\n- !!python/object:mt940.models.Transaction\n").skip(1);
    parts.map(|part| booking(&part.lines().collect::<Vec<_>>())).collect()
}

fn booking(lines: &[&str]) -> Booking {
    let after = |start: &str| {
        lines.iter().find_map(|line| line.strip_prefix(&format!("    {start}: "))).map(|text| text.trim_matches('\''))
    };
    let line_after = |start: &str, skip: usize| {
        let at = lines.iter().position(|line| line.trim_start().starts_with(start)).unwrap();
        lines[at + skip].trim().trim_start_matches("- ").trim_matches('\'')
    };
    let amount = line_after("amount: !!python/object/apply:decimal.Decimal", 1);
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let minor: i64 = format!("{whole}{fraction:0<2}").parse().unwrap();
    Booking {
        minor,
        status: after("status").unwrap().to_owned(),
        value_on: date(line_after("date: !!python", 2)),
        bank_reference: after("bank_reference").filter(|text| *text != "null").map(str::to_owned),
    }
}

/// A day as Python packs it: the year in two bytes, month, day; in base64.
fn date(text: &str) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text
        .trim_end_matches('=')
        .chars()
        .fold(0_u64, |bits, digit| (bits << 6) | u64::try_from(DIGITS.find(digit).unwrap()).unwrap());
    // Six digits hold four bytes and four bits.
    let bits = bits >> 4;
    format!("{:04}-{:02}-{:02}", bits >> 16, (bits >> 8) & 0xFF, bits & 0xFF)
}
