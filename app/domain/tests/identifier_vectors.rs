//! Identifiers from outside, each known to be valid or not, held against our checks.
//!
//! The vectors are sample data that lies beside the repository: `PURSER_SAMPLES`, or `shared/samples` next to it. Where
//! they are absent, the tests say so and check nothing.
#![expect(clippy::unwrap_used, reason = "a sample that cannot be read must fail the test")]

use std::fs;
use std::path::PathBuf;

use domain::account_number::{AccountNumber, Iban, NzAccount, RoutingNumber};
use domain::country::Country;
use serde_json::Value;

fn sample(name: &str) -> Option<String> {
    let folder = std::env::var_os("PURSER_SAMPLES")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples")), PathBuf::from);
    let path = folder.join("identifiers").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("NOT CHECKED: no samples at {}", path.display());
    }
    text
}

/// The inputs of one kind with what is said about them: the normalised form, or none for an invalid one.
fn vectors(kind: &str) -> Vec<(String, Option<String>)> {
    let Some(text) = sample("identifier_vectors.jsonl") else { return Vec::new() };
    let vectors: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|vector| vector["kind"] == kind)
        .map(|vector| {
            let normalised =
                vector["valid"].as_bool().unwrap().then(|| vector["normalised"].as_str().unwrap().to_owned());
            (vector["input"].as_str().unwrap().to_owned(), normalised)
        })
        .collect();
    assert!(!vectors.is_empty(), "no vectors of kind {kind}");
    vectors
}

#[test]
fn ibans_are_told_apart() {
    for (input, normalised) in vectors("iban") {
        let read = Iban::parse(&input).ok().map(|iban| iban.electronic().to_owned());
        assert_eq!(read, normalised, "{input}");
    }
}

#[test]
fn new_zealand_accounts_are_told_apart() {
    for (input, normalised) in vectors("nz_bank_account") {
        // The vectors write seven digits of the base and three of the suffix; ours are eight and four.
        let read = NzAccount::parse(&input).ok().map(|account| {
            let digits = account.digits();
            format!("{}{}{}", &digits[..6], &digits[7..14], &digits[15..])
        });
        assert_eq!(read, normalised, "{input}");
    }
}

#[test]
fn routing_numbers_are_told_apart() {
    for (input, normalised) in vectors("us_aba_routing") {
        let read = RoutingNumber::parse(&input).ok().map(|routing| routing.to_string());
        assert_eq!(read, normalised, "{input}");
    }
}

#[test]
fn every_account_vector_is_found_from_free_text() {
    for (input, normalised) in vectors("iban") {
        let expected: Vec<_> = normalised.iter().map(|iban| format!("iban:{iban}")).collect();
        let found: Vec<_> =
            AccountNumber::candidates(&input).into_iter().filter(|candidate| candidate.starts_with("iban:")).collect();
        assert_eq!(found, expected, "{input}");
    }
}

#[test]
fn an_iban_can_be_made_for_every_country_of_the_registry() {
    let Some(text) = sample("iban_registry.json") else { return };
    let registry: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    for (country, entry) in &registry {
        // Territories without a code of their own in IBANs are listed under their country's.
        if entry["iban_spec"].as_str().unwrap().starts_with(country) {
            let bban = structure(entry["bban_spec"].as_str().unwrap());
            assert!(Iban::with_check_digits(country, &bban).is_ok(), "{country} {bban}");
        }
    }
}

/// A text of this structure, such as `4!a6!n`: letters are `A`, digits `1`. A single place for either is `A`, since Brazil
/// allows only a letter there.
fn structure(spec: &str) -> String {
    spec.split_inclusive(['n', 'a', 'c'])
        .map(|part| {
            let (length, kind) = part.split_once('!').unwrap();
            let length: usize = length.parse().unwrap();
            match kind {
                "a" => "A".repeat(length),
                "c" if length == 1 => "A".to_owned(),
                _ => "1".repeat(length),
            }
        })
        .collect()
}

#[test]
fn countries_are_those_of_iso_3166() {
    let Some(text) = sample("iso3166-1.json") else { return };
    let list: Value = serde_json::from_str(&text).unwrap();
    let entries = list["3166-1"].as_array().unwrap();
    assert_eq!(entries.len(), Country::all().len());
    for entry in entries {
        let country = Country::parse(entry["alpha_2"].as_str().unwrap()).unwrap();
        assert_eq!(Some(country.alpha_3()), entry["alpha_3"].as_str());
    }
}
