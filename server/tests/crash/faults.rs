//! What goes wrong around Purser while merchants use it: the database server restarts, all its connections are taken, the
//! disk is full. What was acknowledged is there, what was not can be sent again and is done once, `/readyz` tells the
//! truth meanwhile, people see a page that says so, and nobody has to restart anything.
//!
//! Runs where `PURSER_TEST_POSTGRES` names a server; the restarted one is another, of the test's own.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use scratch_database::HeldTable;
use serde_json::json;

use crate::{
    Prepared, await_reviews,
    http::{self, Server},
    merchant::Merchant,
    prepare,
    process::{Installation, kill},
};

const DEPOSIT_MINOR: i64 = 125;
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that a test may stop and start as it likes.
struct OwnServer {
    folder: PathBuf,
    url: String,
}

impl OwnServer {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("purser-faults-").tempdir().unwrap().keep();
        let output = script(&["start", &folder.display().to_string()]);
        let url = String::from_utf8(output.stdout).unwrap().trim().replace("/postgres?", "/purser?");
        assert!(url.starts_with("postgres://"), "{}", String::from_utf8_lossy(&output.stderr));
        Self { folder, url }
    }

    fn restart(&self) {
        let output = script(&["restart", &self.folder.display().to_string()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        script(&["stop", &self.folder.display().to_string()]);
    }
}

fn script(arguments: &[&str]) -> std::process::Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/postgres");
    Command::new(script).args(arguments).output().unwrap()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}: still not so after {PATIENCE:?}");
        thread::park_timeout(Duration::from_millis(20));
    }
}

fn deposit(server: &Server, payee: &Prepared, number: usize) -> std::io::Result<http::Answer> {
    let body = json!({
        "virtual_account_id": payee.virtual_account, "amount": DEPOSIT_MINOR, "currency": "AUD",
        "reference": format!("INV-{number}"), "sender": { "name": "Tobias Okonjo" }
    });
    server.post("/api/v1/sandbox/deposits", &format!("deposit-{number}"), &body)
}

/// What merchants have seen so far.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    next: AtomicUsize,
    refused: AtomicUsize,
    acknowledged: Mutex<BTreeMap<usize, String>>,
}

impl Load {
    fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    /// Deposits, one after the other, each sent until it is acknowledged.
    fn go_on(&self, server: &Server, payee: &Prepared) {
        while !self.is_over.load(Ordering::SeqCst) {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let deadline = Instant::now() + PATIENCE;
            loop {
                assert!(Instant::now() < deadline, "deposit {number} is never acknowledged");
                let Ok(answer) = deposit(server, payee, number) else { continue };
                match answer.status {
                    201 => {
                        let id = answer.json()["id"].as_str().unwrap().to_owned();
                        self.acknowledged.lock().unwrap().insert(number, id);
                        break;
                    }
                    503 => {
                        let code = answer.json()["code"].as_str().unwrap().to_owned();
                        assert!(["unavailable", "unsettled"].contains(&code.as_str()), "{code}");
                        self.refused.fetch_add(1, Ordering::SeqCst);
                        thread::park_timeout(Duration::from_millis(20));
                    }
                    other => panic!("{other}: {}", answer.json()),
                }
            }
        }
    }
}

/// Merchants that are paid all the time, while something goes wrong.
fn under_load(server: &Server, payee: &Prepared, trouble: impl FnOnce(&Load)) -> BTreeMap<usize, String> {
    /// Ends the load, also when what went wrong was more than expected.
    struct Over<'a>(&'a Load);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.is_over.store(true, Ordering::SeqCst);
        }
    }
    let load = Load::default();
    thread::scope(|scope| {
        let _over = Over(&load);
        for _ in 0..4 {
            scope.spawn(|| load.go_on(server, payee));
        }
        until("the first deposits", || load.acknowledged() > 10);
        trouble(&load);
        // And then it goes on as before.
        let so_far = load.acknowledged();
        until("more deposits", || load.acknowledged() > so_far + 20);
    });
    load.acknowledged.into_inner().unwrap()
}

fn prove(installation: &Installation, server: &Server, payee: &Prepared, acknowledged: &BTreeMap<usize, String>) {
    let balance = server.get(&format!("/api/v1/wallets/{}", payee.wallet)).unwrap().json()["ledger_balance"].clone();
    let expected = DEPOSIT_MINOR * i64::try_from(acknowledged.len()).unwrap();
    assert_eq!(balance, expected, "each deposit is there once");
    for (number, id) in acknowledged {
        let answer = server.get(&format!("/api/v1/deposits/{id}")).unwrap();
        assert_eq!(answer.status, 200, "deposit {number} was acknowledged and is gone");
    }
    let verify = installation.run(&["verify"]);
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stdout));
}

fn status(server: &Server, path: &str) -> u16 {
    server.get(path).map_or(0, |answer| answer.status)
}

#[test]
fn the_database_server_restarts_under_load() {
    let own = OwnServer::start();
    let folder = tempfile::tempdir().unwrap();
    let installation = Installation::on(folder.path(), own.url.clone());
    let (_, api_key) = installation.create_organisation();
    let serving = installation.serve();
    let server = serving.speak(&api_key);
    let payee = prepare(&server);
    let acknowledged = under_load(&server, &payee, |load| {
        for _ in 0..3 {
            let so_far = load.acknowledged();
            own.restart();
            until("deposits after a restart", || load.acknowledged() > so_far + 20);
        }
        until("readiness", || status(&server, "/readyz") == 200);
    });
    prove(&installation, &server, &payee, &acknowledged);
    // While it is away: not ready, alive, and a page that says so.
    script(&["halt", &own.folder.display().to_string()]);
    assert_eq!((status(&server, "/readyz"), status(&server, "/healthz")), (503, 200));
    assert_eq!(status(&server, &format!("/api/v1/wallets/{}", payee.wallet)), 503);
    let page = server.page("/customers", "__Host-session=0000000000000000000000000000000000000000000").unwrap();
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert_eq!(page.status, 503, "{text}");
    assert!(text.contains("cannot reach its database"), "{text}");
    own.restart();
    until("readiness", || status(&server, "/readyz") == 200);
    assert_eq!(deposit(&server, &payee, 1_000_000).unwrap().status, 201);
}

#[test]
fn all_connections_are_taken_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut installation = Installation::new(folder.path());
    installation.set("PURSER_DATABASE_CONNECTIONS", "2");
    let (_, api_key) = installation.create_organisation();
    let serving = installation.serve();
    let server = serving.speak(&api_key);
    let payee = prepare(&server);
    let mut acknowledged = under_load(&server, &payee, |_| {
        // Somebody holds a table, and every unit of work that wants it holds its connection.
        let held = HeldTable::of(installation.database_url(), "deposits");
        thread::park_timeout(Duration::from_millis(500));
        // Reading has connections of its own.
        assert_eq!(status(&server, &format!("/api/v1/wallets/{}", payee.wallet)), 200);
        assert_eq!(status(&server, "/readyz"), 200);
        let refused = deposit(&server, &payee, 2_000_000).unwrap();
        assert_eq!((refused.status, refused.json()["code"].as_str().unwrap()), (503, "unavailable"));
        drop(held);
    });
    let late = deposit(&server, &payee, 2_000_000).unwrap().json();
    acknowledged.insert(2_000_000, late["id"].as_str().unwrap().to_owned());
    prove(&installation, &server, &payee, &acknowledged);
}

#[test]
fn the_disk_is_full_and_then_has_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("purser.db").display());
    let installation = Installation::on(folder.path(), url);
    let (_, api_key) = installation.create_organisation();
    // A file that may not grow is what a full disk looks like from inside.
    let serving = installation.serve_where_files_may_not_grow_beyond(3_000);
    let server = serving.speak(&api_key);
    let payee = prepare(&server);
    let acknowledged = under_load(&server, &payee, |load| {
        until("a full disk", || load.refused() > 20);
        assert_eq!(status(&server, &format!("/api/v1/wallets/{}", payee.wallet)), 200, "what is there can be read");
        assert_eq!(status(&server, "/healthz"), 200);
        serving.let_files_grow();
    });
    prove(&installation, &server, &payee, &acknowledged);
}

#[test]
fn many_processes_share_the_work_and_each_job_takes_effect_once() {
    let folder = tempfile::tempdir().unwrap();
    let installation = Installation::new(folder.path());
    let (_, api_key) = installation.create_organisation();
    let (one, other) = (installation.serve_only(), installation.serve_only());
    let servers = [one.speak(&api_key), other.speak(&api_key)];
    let mut workers: Vec<_> = (0..3).map(|_| installation.begin(&["worker"])).collect();
    let prepared = prepare(&servers[0]);
    let merchant = Merchant::new(prepared.address_proof.clone(), prepared.virtual_account.clone());
    let ids: Vec<String> = (1..=60)
        .map(|number| {
            if number == 30 {
                // Its jobs are begun again by the others when their leases end.
                kill(&mut workers.remove(0));
            }
            let body = merchant.customer(number, &prepared.id_proof);
            let answer = servers[number % 2].post("/api/v1/customers", &format!("many-{number}"), &body).unwrap();
            assert_eq!(answer.status, 201, "{}", answer.json());
            answer.json()["id"].as_str().unwrap().to_owned()
        })
        .collect();
    await_reviews(&servers[1]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime.block_on(storage::Store::open(installation.database_url())).unwrap();
    let organisation = runtime.block_on(async {
        let mut reading = store.read().await.unwrap();
        reading.rows().login("admin@northwind.example").await.unwrap().unwrap().organisation_id
    });
    for id in &ids {
        runtime.block_on(async {
            let mut reading = store.read().await.unwrap();
            let mut rows = reading.rows();
            let events = rows.event_types(organisation, id).await.unwrap();
            assert_eq!(events, ["customer.created", "customer.status_changed", "customer.status_changed"], "{id}");
            let steps = rows.transitions(organisation, id.parse().unwrap()).await.unwrap();
            // Created, submitted, decided: each once.
            assert_eq!(steps.len(), 3, "{id}: {steps:?}");
        });
    }
    for worker in &mut workers {
        kill(worker);
    }
}
