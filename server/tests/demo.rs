//! `purser demo`, run as whoever installs Purser runs it: what it says, what is there afterwards, and that the ledger of it
//! is sound.

#![expect(clippy::expect_used, reason = "what a test cannot go on without ends it")]

use std::{
    collections::BTreeSet,
    process::{Command, Output},
};

use domain::{deposit::DepositStatus, id::OrganisationId, money::Currency, permission::Role, standing::Status};
use scratch_database::ScratchDatabase;
use serde::Deserialize;
use storage::{CustomerFilter, CustomerRow, CustomerSort, DepositFilter, PageRequest, Store, WalletFilter};

#[derive(Deserialize)]
struct Said {
    organisation_id: OrganisationId,
    email: String,
    password: String,
    api_key: String,
    users: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    email: String,
    password: String,
    role: Role,
}

fn purser(database: &ScratchDatabase, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_purser"))
        .args(arguments)
        .env("PURSER_DATA_DIR", database.folder())
        .env("PURSER_DATABASE_URL", database.url())
        .env_remove("PURSER_DOCUMENTS_URL")
        .env_remove("PURSER_KEY_FILE")
        .output()
        .expect("purser runs")
}

fn demo(database: &ScratchDatabase) -> Said {
    let output = purser(database, &["demo", "--customers", "40", "--deposits", "150", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("what it says is JSON")
}

async fn open(database: &ScratchDatabase) -> Store {
    Store::open(database.url()).await.expect("the database opens")
}

fn first_page() -> PageRequest {
    PageRequest { limit: 200, after: None }
}

async fn customers(store: &Store, organisation_id: OrganisationId) -> Vec<CustomerRow> {
    let mut reading = store.read().await.expect("a reader");
    let filter = CustomerFilter::default();
    let page = reading.rows().customers(organisation_id, &filter, CustomerSort::Newest, &first_page()).await;
    page.expect("the customers").rows
}

#[tokio::test]
async fn a_demonstration_shows_every_state_and_its_ledger_is_sound() {
    let database = ScratchDatabase::new();
    let said = demo(&database);
    assert_eq!(said.email, "demo@example.com");
    assert!(said.api_key.starts_with("sk_") && !said.password.is_empty());
    let roles: Vec<Role> = said.users.iter().map(|user| user.role).collect();
    assert_eq!(roles, [Role::ReadOnly, Role::Developer]);
    assert!(said.users.iter().all(|user| user.email.ends_with("@example.com") && user.password != said.password));

    let store = open(&database).await;
    let rows = customers(&store, said.organisation_id).await;
    assert_eq!(rows.len(), 40);
    assert!(rows.is_sorted_by(|newer, older| newer.created_at >= older.created_at), "newest first, by id and by time");
    assert!(rows.iter().any(|row| !row.is_enabled), "somebody was disabled");
    let mut reading = store.read().await.expect("a reader");
    let counts = reading.rows().customer_counts(said.organisation_id).await.expect("the counts");
    for status in Status::ALL {
        let listed = rows.iter().filter(|row| row.status == status).count();
        assert!(listed > 0, "somebody is {}", status.code());
        assert_eq!(counts.of(status), i64::try_from(listed).expect("a count"), "{}", status.code());
    }
    let wallets = reading.rows().wallets(said.organisation_id, &WalletFilter::default(), &first_page()).await;
    let wallets = wallets.expect("the wallets").rows;
    let currencies: BTreeSet<&str> = wallets.iter().map(|row| row.wallet.currency().code()).collect();
    assert_eq!(currencies.len(), Currency::WALLETS.len(), "a wallet in every currency: {currencies:?}");
    for status in [DepositStatus::Credited, DepositStatus::Held, DepositStatus::Rejected] {
        let filter = DepositFilter { status: Some(status), ..DepositFilter::default() };
        let page = reading.rows().deposits(said.organisation_id, &filter, &first_page()).await.expect("the deposits");
        assert!(!page.rows.is_empty(), "a deposit is {}", status.code());
    }
    drop(reading);
    let faults = store.prove(&[], |_| ()).await.expect("the proof").faults;
    assert_eq!(faults.lines(), Vec::<String>::new());
    store.close().await;

    let proof = purser(&database, &["verify"]);
    assert!(proof.status.success(), "{}", String::from_utf8_lossy(&proof.stdout));
}

#[tokio::test]
async fn a_second_demonstration_stands_beside_the_first_and_tells_the_same() {
    let database = ScratchDatabase::new();
    let first = demo(&database);
    let second = demo(&database);
    assert_eq!(second.email, "demo-2@example.com");
    let store = open(&database).await;
    let told = |row: &CustomerRow| (row.name.clone(), row.reference.clone(), row.status, row.is_enabled);
    let one: Vec<_> = customers(&store, first.organisation_id).await.iter().map(told).collect();
    let other: Vec<_> = customers(&store, second.organisation_id).await.iter().map(told).collect();
    assert_eq!(one, other);
    store.close().await;
}

#[test]
fn an_installation_that_is_in_use_is_left_alone_when_asked() {
    let database = ScratchDatabase::new();
    let first = purser(&database, &["demo", "--customers", "2", "--deposits", "3", "--if-empty"]);
    assert!(String::from_utf8_lossy(&first.stdout).contains("demo@example.com"), "the sign-ins are printed");
    let again = purser(&database, &["demo", "--customers", "2", "--deposits", "3", "--if-empty"]);
    assert!(again.status.success() && again.stdout.is_empty(), "{}", String::from_utf8_lossy(&again.stdout));
}
