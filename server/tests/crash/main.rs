//! The server is killed with `kill -9` again and again, in the middle of requests, reviews and an import. Afterwards all
//! that was acknowledged is there, nothing is there twice, every customer was reviewed once, and the ledger is sound.
#![expect(clippy::unwrap_used, reason = "whatever cannot be done must fail the test")]

mod faults;
mod http;
mod merchant;
mod process;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

use domain::{
    deposit::DepositStatus,
    id::{CustomerId, HOUSE, OrganisationId},
    review::CheckOutcome,
    standing::Status,
};
use http::Server;
use merchant::{DEPOSIT_MINOR, Merchant};
use process::{Installation, kill};
use serde_json::{Value, json};
use storage::{CustomerFilter, CustomerSort, DepositFilter, PageRequest, Reading, Store, TransactionFilter};

const ROUNDS: usize = 6;
const THREADS: usize = 3;
/// In the file of each round.
const PAYMENTS: usize = 1_000;
const PAYMENT_MINOR: i64 = 100;
/// A job that was begun when its worker died is begun again when its lease runs out, 20 seconds later.
const PATIENCE: Duration = Duration::from_secs(150);

#[test]
fn what_was_acknowledged_survives_being_killed_and_nothing_happens_twice() {
    let folder = tempfile::tempdir().unwrap();
    let installation = Installation::new(folder.path());
    let (organisation, api_key) = installation.create_organisation();
    let prepared = prepare(&installation.serve().speak(&api_key));
    let files: Vec<String> = (0..ROUNDS)
        .map(|round| {
            let file = folder.path().join(format!("payments-{round}.xml"));
            std::fs::write(&file, payments(round, &prepared.iban)).unwrap();
            file.display().to_string()
        })
        .collect();
    let merchant = Merchant::new(prepared.address_proof.clone(), prepared.virtual_account.clone());
    for file in &files {
        kill_in_the_middle(&installation, &api_key, &merchant, file);
    }
    let serving = installation.serve();
    let server = serving.speak(&api_key);
    settle(&installation, &server, &merchant, &files);
    await_reviews(&server);
    for document in merchant.uploads.lock().unwrap().iter() {
        let answer = server.get(&format!("/api/v1/documents/{document}/content")).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, documents::specimens::PASSPORT.bytes));
    }
    await_inbox(&installation);
    drop(serving);
    prove(&installation, organisation.parse().unwrap(), &prepared, &merchant);
}

/// An approved customer with a wallet for the deposits and one for the payments of the file.
struct Prepared {
    customer: CustomerId,
    id_proof: String,
    address_proof: String,
    wallet: String,
    virtual_account: String,
    iban: String,
}

fn prepare(server: &Server) -> Prepared {
    let made = |answer: std::io::Result<http::Answer>| -> Value {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()
    };
    let upload = |key: &str, paper: documents::specimens::Specimen| {
        made(server.upload(key, paper.file_name, paper.bytes))["id"].as_str().unwrap().to_owned()
    };
    let id_proof = upload("id", documents::specimens::LICENCE);
    let address_proof = upload("address", documents::specimens::ADDRESS_PROOF);
    let body = Merchant::new(address_proof.clone(), String::new()).customer(0, &id_proof);
    let customer = made(server.post("/api/v1/customers", "customer-0", &body))["id"].as_str().unwrap().to_owned();
    await_reviews(server);
    let wallet = |currency: &str| {
        made(server.post("/api/v1/wallets", currency, &json!({ "customer_id": customer, "currency": currency })))
    };
    let (aud, eur) = (wallet("AUD"), wallet("EUR"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Prepared {
        customer: customer.parse().unwrap(),
        id_proof,
        address_proof,
        wallet: text(&aud["id"]),
        virtual_account: text(&aud["virtual_accounts"][0]["id"]),
        iban: text(&eur["virtual_accounts"][0]["iban"]),
    }
}

/// A bank file: half of the payments for the wallet, half for nobody.
fn payments(round: usize, iban: &str) -> String {
    let mut entries = String::new();
    for number in 0..PAYMENTS {
        let to = if number % 2 == 0 { iban } else { "DE89370400440532013000" };
        write!(
            entries,
            "<Ntry><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><NtryDtls><TxDtls>\
             <Refs><AcctSvcrRef>PAY{round}-{number}</AcctSvcrRef></Refs><Amt Ccy=\"EUR\">1.00</Amt>\
             <RltdPties><CdtrAcct><Id><IBAN>{to}</IBAN></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>"
        )
        .unwrap();
    }
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.04\"><BkToCstmrDbtCdtNtfctn>\
         <GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T18:05:00</CreDtTm></GrpHdr>\
         <Ntfctn><Id>N</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>{entries}</Ntfctn>\
         </BkToCstmrDbtCdtNtfctn></Document>"
    )
}

/// A number that is another one in each run.
fn chance(below: u64) -> u64 {
    RandomState::new().build_hasher().finish() % below
}

/// Serves, works and imports, and kills both processes after a random number of acknowledgements.
fn kill_in_the_middle(installation: &Installation, api_key: &str, merchant: &Merchant, file: &str) {
    let serving = installation.serve();
    let server = serving.speak(api_key);
    let mut import = installation.begin(&["import", file]);
    let (kill_server_at, kill_import_at) = (20 + chance(100), 1 + chance(120));
    eprintln!("the server dies at acknowledgement {kill_server_at}, the import of {file} at {kill_import_at}");
    let (acknowledged, count) = channel();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let (server, acknowledged) = (server.clone(), acknowledged.clone());
            scope.spawn(move || merchant.work(&server, &acknowledged, usize::MAX));
        }
        drop(acknowledged);
        let mut serving = Some(serving);
        for number in 1..=kill_server_at.max(kill_import_at) {
            if number == kill_import_at {
                kill(&mut import);
            }
            if number == kill_server_at
                && let Some(serving) = serving.take()
            {
                serving.kill();
            }
            // The server goes on answering until it is killed; then only the import is left to die.
            if serving.is_some() {
                count.recv_timeout(Duration::from_mins(1)).unwrap();
            }
        }
    });
    kill(&mut import);
}

/// Everything in doubt is sent again, and the files are imported to their end.
fn settle(installation: &Installation, server: &Server, merchant: &Merchant, files: &[String]) {
    let deadline = Instant::now() + PATIENCE;
    while !merchant.in_doubt.lock().unwrap().is_empty() {
        assert!(Instant::now() < deadline, "not all requests get an answer");
        merchant.work(server, &channel().0, 0);
    }
    for _ in 0..2 {
        let arguments: Vec<&str> = ["import"].into_iter().chain(files.iter().map(String::as_str)).collect();
        let output = installation.run(&arguments);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Waits until nobody is under review any more.
fn await_reviews(server: &Server) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let list = server.get("/api/v1/customers?status=UNDER_REVIEW&limit=1").unwrap().json();
        if list["data"].as_array().unwrap().is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "still under review: {list}");
        thread::park_timeout(Duration::from_millis(50));
    }
}

/// Compares what is stored with what was acknowledged.
#[tokio::main(flavor = "current_thread")]
async fn prove(installation: &Installation, organisation: OrganisationId, prepared: &Prepared, merchant: &Merchant) {
    let store = Store::open(installation.database_url()).await.unwrap();
    let mut reading = store.read().await.unwrap();
    prove_customers(&mut reading, organisation, prepared.customer, merchant).await;
    prove_money(&mut reading, organisation, merchant).await;
    assert_eq!(reading.rows().job_counts().await.unwrap(), (0, 0), "no job is left, none was given up");
    drop(reading);
    store.close().await;
    let verify = installation.run(&["verify"]);
    let said = [&verify.stdout, &verify.stderr].map(|said| String::from_utf8_lossy(said).into_owned()).concat();
    assert!(verify.status.success(), "{said}");
}

/// What a killed import took in and did not work is worked by the server's sweep, half a minute later.
#[tokio::main(flavor = "current_thread")]
async fn await_inbox(installation: &Installation) {
    let store = Store::open(installation.database_url()).await.unwrap();
    let deadline = Instant::now() + PATIENCE;
    let far = chrono::DateTime::from_timestamp_millis(i64::from(u32::MAX) * 1000).unwrap();
    while !store.read().await.unwrap().rows().open_notices(far, 1).await.unwrap().is_empty() {
        assert!(Instant::now() < deadline, "notices stay in the inbox");
        thread::park_timeout(Duration::from_millis(100));
    }
    store.close().await;
}

async fn prove_customers(reading: &mut Reading, organisation: OrganisationId, first: CustomerId, merchant: &Merchant) {
    let acknowledged = merchant.customers.lock().unwrap().clone();
    let mut by_request = BTreeSet::from([0]);
    let mut stored = BTreeSet::new();
    let mut after = None;
    loop {
        let request = PageRequest { limit: 200, after };
        let filter = CustomerFilter::default();
        let page = reading.rows().customers(organisation, &filter, CustomerSort::Oldest, &request).await.unwrap();
        stored.extend(page.rows.iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected: BTreeSet<CustomerId> = acknowledged.values().map(|id| id.parse().unwrap()).chain([first]).collect();
    assert_eq!(stored, expected, "the customers are those that were acknowledged, each once");
    assert_eq!(expected.len(), acknowledged.len() + 1);
    by_request.extend(acknowledged.keys().copied());
    for id in stored {
        let customer = reading.rows().customer(organisation, id).await.unwrap().unwrap();
        assert_eq!(customer.status(), Status::Approved);
        let number = customer.details.description.unwrap().parse().unwrap();
        assert!(by_request.remove(&number), "request {number} made two customers");
        let steps = reading.rows().transitions(organisation, id).await.unwrap();
        let steps: Vec<_> = steps.iter().map(|step| (step.from, step.to)).collect();
        let (begin, review) = (Status::PendingInfo, Status::UnderReview);
        assert_eq!(steps, [(None, begin), (Some(begin), review), (Some(review), Status::Approved)]);
        let review = reading.rows().last_review(organisation, id).await.unwrap().unwrap();
        assert_eq!((review.revision, review.verdict, review.checks.len()), (1, CheckOutcome::Pass, 6));
        let text = id.to_string();
        let all = PageRequest { limit: 100, after: None };
        let trail = reading.rows().audit_trail(organisation, Some(&text), &all).await.unwrap().rows;
        let mut actions: Vec<&str> = trail.iter().map(|line| line.action.as_str()).collect();
        actions.reverse();
        assert_eq!(actions, ["customer.create", "customer.review"]);
        let told = reading.rows().event_types(organisation, &text).await.unwrap();
        assert_eq!(told, ["customer.created", "customer.status_changed", "customer.status_changed"]);
    }
}

async fn prove_money(reading: &mut Reading, organisation: OrganisationId, merchant: &Merchant) {
    let acknowledged = merchant.deposits.lock().unwrap().clone();
    let ids: BTreeSet<&String> = acknowledged.values().collect();
    assert_eq!(ids.len(), acknowledged.len(), "two requests were answered with one deposit");
    let count = i64::try_from(acknowledged.len()).unwrap();
    let paid = i64::try_from(ROUNDS * PAYMENTS / 2).unwrap();
    let held = DepositFilter { status: Some(DepositStatus::Held), ..DepositFilter::default() };
    assert_eq!(count_deposits(reading, organisation, &DepositFilter::default()).await, count + paid);
    assert_eq!(count_deposits(reading, HOUSE, &held).await, paid);
    let mut balances = reading.rows().balances_by_currency(organisation).await.unwrap();
    balances.sort_by_key(|money| money.currency().code());
    let balances: Vec<(&str, i64)> = balances.iter().map(|money| (money.currency().code(), money.minor())).collect();
    assert_eq!(balances, [("AUD", count * DEPOSIT_MINOR), ("EUR", paid * PAYMENT_MINOR)]);
    let mut sources = BTreeSet::new();
    let mut after = None;
    loop {
        let request = PageRequest { limit: 200, after };
        let page = reading.rows().transactions(organisation, &TransactionFilter::default(), &request).await.unwrap();
        for (movement, _) in &page.rows {
            assert!(sources.insert(movement.source_id.clone()), "{} was credited twice", movement.source_id);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(i64::try_from(sources.len()).unwrap(), count + paid);
    assert!(ids.into_iter().all(|id| sources.contains(id)), "an acknowledged deposit was lost");
}

async fn count_deposits(reading: &mut Reading, organisation: OrganisationId, filter: &DepositFilter) -> i64 {
    let (mut count, mut after) = (0, None);
    loop {
        let request = PageRequest { limit: 200, after };
        let page = reading.rows().deposits(organisation, filter, &request).await.unwrap();
        count += i64::try_from(page.rows.len()).unwrap();
        after = page.next;
        if after.is_none() {
            return count;
        }
    }
}
