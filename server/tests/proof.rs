//! `purser verify`, run as an operator and an auditor run it.

#![expect(clippy::expect_used, reason = "what a test cannot go on without ends it")]

use std::process::{Command, Output};

use scratch_database::{ScratchDatabase, bend_entry, unchain};
use serde_json::Value;

fn purser(database: &ScratchDatabase, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_purser"))
        .args(arguments)
        .current_dir(database.folder())
        .env("PURSER_DATA_DIR", database.folder())
        .env("PURSER_DATABASE_URL", database.url())
        .env_remove("PURSER_DOCUMENTS_URL")
        .env_remove("PURSER_KEY_FILE")
        .output()
        .expect("purser runs")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn heads(database: &ScratchDatabase) -> Value {
    let text = std::fs::read(database.folder().join("heads.json")).expect("the heads");
    serde_json::from_slice(&text).expect("they are JSON")
}

#[tokio::test]
async fn a_ledger_is_proven_its_heads_are_signed_and_what_was_bent_since_is_found() {
    let database = ScratchDatabase::new();
    let made = purser(&database, &["demo", "--customers", "20", "--deposits", "60", "--json"]);
    assert!(made.status.success(), "{}", said(&made));

    let proven = purser(&database, &["verify", "--export-head", "heads.json"]);
    assert!(proven.status.success(), "{}", said(&proven));
    assert!(said(&proven).contains(" 0 wait for it"), "{}", said(&proven));
    let first = heads(&database);
    assert!(first[0]["number"].as_i64().expect("a number") > 0);
    assert_eq!(first[0]["hash"].as_str().map(str::len), Some(64));

    // The ledger goes on, and is the same up to there.
    let more = purser(&database, &["demo", "--customers", "5", "--deposits", "20"]);
    assert!(more.status.success(), "{}", said(&more));
    let again = purser(&database, &["verify", "--against", "heads.json"]);
    assert!(again.status.success() && said(&again).contains("compared with the signed head"), "{}", said(&again));

    // Heads that somebody wrote, and a file that holds none.
    let mut other = first.clone();
    other[0]["number"] = Value::from(1);
    for (text, why) in [(other.to_string(), "was changed"), ("{}".to_owned(), "holds no signed heads")] {
        std::fs::write(database.folder().join("other.json"), text).expect("written");
        let refused = purser(&database, &["verify", "--against", "other.json"]);
        assert!(!refused.status.success() && said(&refused).contains(why), "{}", said(&refused));
    }

    // Somebody changes an entry of long ago, and has the rest chained anew: from inside nothing is to be seen.
    bend_entry(&database).await;
    let found = purser(&database, &["verify", "--export-head", "late.json"]);
    assert_eq!(found.status.code(), Some(1), "{}", said(&found));
    assert!(said(&found).contains("an entry is not what was sealed"), "{}", said(&found));
    assert!(!database.folder().join("late.json").exists(), "nothing is signed that is not sound");
    // The whole chain is thrown away, so that it is made anew.
    unchain(&database).await;
    let hidden = purser(&database, &["verify"]);
    assert!(hidden.status.success(), "{}", said(&hidden));
    let found = purser(&database, &["verify", "--against", "heads.json"]);
    assert_eq!(found.status.code(), Some(1), "{}", said(&found));
    assert!(said(&found).contains("the chain is not the one that was signed"), "{}", said(&found));
}
