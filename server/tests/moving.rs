//! `purser migrate-data`: everything is there afterwards, also when it was cut off, and nothing else is touched.
//! Runs where `PURSER_TEST_POSTGRES` names a server.
#![expect(clippy::unwrap_used, reason = "whatever cannot be done must fail the test")]

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use scratch_database::ScratchDatabase;
use storage::{CustomerFilter, CustomerSort, PageRequest, Store};

const CUSTOMERS: usize = 3_000;

struct House {
    folder: tempfile::TempDir,
    target: ScratchDatabase,
}

impl House {
    fn new() -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap(), target: ScratchDatabase::new() };
        assert!(house.target.url().starts_with("postgres"), "set PURSER_TEST_POSTGRES, as `make test` does");
        house
    }

    fn source(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("purser.db").display())
    }

    fn fill(&self) {
        let customers = CUSTOMERS.to_string();
        let filled =
            purser(self.folder.path(), &self.source(), &["demo", "--customers", &customers, "--deposits", "4000"]);
        assert!(filled.status.success(), "{}", said(&filled));
    }

    fn moves(&self) -> Command {
        let mut command = command(self.folder.path(), &self.source());
        command.args(["migrate-data", "--from", &self.source(), "--to", self.target.url()]);
        command
    }

    /// What the ledger's proof says, of either side.
    fn proof(&self, url: &str) -> String {
        let proof = purser(self.folder.path(), url, &["verify"]);
        assert!(proof.status.success(), "{}", said(&proof));
        String::from_utf8(proof.stdout).unwrap()
    }
}

fn command(data: &Path, url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_purser"));
    command.env("PURSER_DATA_DIR", data).env("PURSER_DATABASE_URL", url).env("PURSER_LOG", "warn");
    command
}

fn purser(data: &Path, url: &str, arguments: &[&str]) -> Output {
    command(data, url).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn names(url: &str, organisation: domain::id::OrganisationId) -> Vec<String> {
    let store = Store::open(url).await.unwrap();
    let mut reading = store.read().await.unwrap();
    let filter = CustomerFilter { q: Some("ma".to_owned()), ..CustomerFilter::default() };
    let page = PageRequest { limit: 200, after: None };
    let rows = reading.rows().customers(organisation, &filter, CustomerSort::Name, &page).await.unwrap().rows;
    drop(reading);
    store.close().await;
    rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_afterwards_and_life_goes_on() {
    let house = House::new();
    house.fill();
    let before = house.proof(&house.source());
    let moved = house.moves().output().unwrap();
    assert!(moved.status.success(), "{}", said(&moved));
    assert!(said(&moved).contains("the same on both sides"), "{}", said(&moved));
    assert_eq!(house.proof(house.target.url()), before);
    let store = Store::open(&house.source()).await.unwrap();
    let mut reading = store.read().await.unwrap();
    let email = "demo@example.com";
    let organisation = reading.rows().login(email).await.unwrap().unwrap().organisation_id;
    drop(reading);
    store.close().await;
    let found = names(&house.source(), organisation).await;
    assert!(found.len() > 20, "a search finds few");
    assert_eq!(found, names(house.target.url(), organisation).await);
    // New rows are numbered on from the old ones, and the rules of the tables hold again.
    let more = purser(house.folder.path(), house.target.url(), &["demo", "--customers", "50", "--deposits", "100"]);
    assert!(more.status.success(), "{}", said(&more));
    assert_ne!(house.proof(house.target.url()), before);
    let again = house.moves().output().unwrap();
    assert!(!again.status.success() && said(&again).contains("not empty"), "{}", said(&again));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_cut_off_is_refused_to_be_served_and_goes_on() {
    let house = House::new();
    house.fill();
    let before = house.proof(&house.source());
    // Killed somewhere in the middle, several times over.
    for pause_ms in [150, 250, 350, 500] {
        let mut child = house.moves().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(pause_ms)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let half = purser(house.folder.path(), house.target.url(), &["verify"]);
    let has_begun = !half.status.success();
    assert!(!has_begun || said(&half).contains("migrate-data"), "{}", said(&half));
    let moved = house.moves().output().unwrap();
    assert!(moved.status.success() || said(&moved).contains("not empty"), "{}", said(&moved));
    assert_eq!(house.proof(house.target.url()), before);
}

#[test]
fn other_ways_are_refused_and_nothing_is_made() {
    let house = House::new();
    let data = house.folder.path();
    for (from, to, says) in [
        (house.source(), house.target.url().to_owned(), "unable to open database file"),
        (house.target.url().to_owned(), house.source(), "not the other way"),
        (house.source(), house.source(), "not the other way"),
    ] {
        let refused = purser(data, &from, &["migrate-data", "--from", &from, "--to", &to]);
        assert!(!refused.status.success() && said(&refused).contains(says), "{}", said(&refused));
    }
    assert!(!data.join("purser.db").exists());
}
