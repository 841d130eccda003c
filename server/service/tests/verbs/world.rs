//! A Purser of a test's own: its clock, its chance, its merchants and its worker.

use std::{
    future::Future,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use documents::{DocumentStore, KeyRing, specimens};
use domain::{
    customer::Customer,
    id::{CustomerId, DocumentId, OrganisationId, UserId},
    input::CustomerInput,
    money::{Currency, Money},
    standing::Status,
    wallet::{CreditTo, SenderParty, Wallet},
};
use scratch_database::ScratchDatabase;
use serde_json::{Value, json};
use service::{
    Actor, Authority, DepositTarget, Editor, Environment, Error, Feature, Job, NewOrganisation, OpenedOrganisation,
    Purser, Reader, Role, SandboxDeposit,
};
use storage::Store;

/// Time that moves when it is told to, and chance that never repeats itself.
#[derive(Debug)]
pub struct Clock {
    now: Mutex<DateTime<Utc>>,
    chance: AtomicU64,
}

impl Environment for Clock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: every value once, in an order that looks like none.
            let mut z = self.chance.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// An installation.
pub struct World {
    pub purser: Purser,
    /// The same database, for what no verb does yet.
    pub store: Store,
    pub clock: Arc<Clock>,
    database: ScratchDatabase,
}

/// An organisation, and its ADMIN.
pub struct Merchant {
    pub purser: Purser,
    pub authority: Authority,
    pub opened: OpenedOrganisation,
}

fn documents(database: &ScratchDatabase) -> DocumentStore {
    let place = format!("file://{}", database.folder().join("documents").display());
    DocumentStore::connect(&place, KeyRing::of([7; 32], &[])).unwrap()
}

impl World {
    pub async fn open() -> Self {
        let database = ScratchDatabase::new();
        let store = Store::open_with(database.url(), 6).await.unwrap();
        let documents = documents(&database);
        let now = "2026-11-22T09:00:00Z".parse().unwrap();
        let clock = Arc::new(Clock { now: Mutex::new(now), chance: AtomicU64::new(20_261_122) });
        let purser = Purser::new(store.clone(), documents, clock.clone());
        purser.ensure_number_ranges().await.unwrap();
        Self { purser, store, clock, database }
    }

    /// Another process on the same installation.
    pub async fn another_process(&self) -> Purser {
        let store = Store::open_with(self.database.url(), 6).await.unwrap();
        Purser::new(store, documents(&self.database), self.clock.clone())
    }

    pub fn later(&self, by: TimeDelta) {
        *self.clock.now.lock().unwrap() += by;
    }

    /// A sandbox in which customers may be created.
    pub async fn merchant(&self, name: &str) -> Merchant {
        self.organisation(name, true, vec![Feature::CustomerCreation]).await
    }

    pub async fn organisation(&self, name: &str, is_sandbox: bool, features: Vec<Feature>) -> Merchant {
        let email = format!("admin@{name}.example");
        let new = NewOrganisation { name: name.into(), email, is_sandbox, features };
        let opened = self.purser.create_organisation(&new).await.unwrap();
        let authority = self.purser.authenticate_key(&opened.api_key).await.unwrap().unwrap();
        assert_eq!(authority.organisation_id, opened.organisation.id);
        Merchant { purser: self.purser.clone(), authority, opened }
    }

    /// Works every job that is due. Tells how many there were.
    pub async fn work(&self) -> usize {
        work(&self.purser).await
    }

    /// Takes the jobs that are due and does not do them yet.
    pub async fn claim(&self) -> Vec<Job> {
        self.purser.claim_jobs(self.purser.now() + TimeDelta::seconds(60), 100).await.unwrap()
    }

    pub async fn suspend(&self, merchant: &Merchant) {
        let mut unit = self.store.begin().await.unwrap();
        unit.suspend_organisation(merchant.id(), Some(self.purser.now())).await.unwrap();
        unit.save().await.unwrap();
    }

    /// Where a stored file lies.
    pub fn file_of(&self, merchant: &Merchant, document: DocumentId) -> PathBuf {
        let documents = self.database.folder().join("documents");
        let (owner, id) = (merchant.id().uuid().simple().to_string(), document.uuid().simple().to_string());
        documents.join(owner).join(id)
    }

    /// Proves that no money was made or lost.
    pub async fn prove_ledger(&self) {
        assert_eq!(self.purser.ledger_faults().await.unwrap(), Vec::<String>::new());
    }
}

pub async fn work(purser: &Purser) -> usize {
    let mut done = 0;
    loop {
        let jobs = purser.claim_jobs(purser.now() + TimeDelta::seconds(60), 8).await.unwrap();
        if jobs.is_empty() {
            return done;
        }
        for job in jobs {
            purser.review(&job).await.unwrap();
            done += 1;
        }
    }
}

impl Merchant {
    pub fn id(&self) -> OrganisationId {
        self.authority.organisation_id
    }

    pub fn editor(&self) -> Editor {
        self.purser.editor(&self.authority).unwrap()
    }

    pub fn reader(&self) -> Reader {
        self.purser.reader(&self.authority)
    }

    /// Somebody else of the organisation.
    pub fn somebody(&self, role: Role) -> Authority {
        let user = UserId::from_uuid(self.id().uuid());
        Authority { organisation_id: self.id(), actor: Actor::User(user), role }
    }

    pub async fn uploads(&self, specimen: &specimens::Specimen) -> DocumentId {
        let content = Bytes::from_static(specimen.bytes);
        self.editor().upload_document(specimen.file_name, content).await.unwrap().id
    }

    /// Uploads an ID proof and an address proof, and fills a form with them and all else a person needs.
    pub async fn fills_in(&self, passport: &str) -> CustomerInput {
        let id_proof = self.uploads(&specimens::PASSPORT).await;
        let address_proof = self.uploads(&specimens::ADDRESS_PROOF).await;
        individual(passport, id_proof, address_proof)
    }

    pub async fn creates(&self, input: &CustomerInput) -> Customer {
        self.editor().create_customer(input).await.unwrap()
    }

    /// A customer whose review passed.
    pub async fn approved(&self, passport: &str) -> Customer {
        let customer = self.creates(&self.fills_in(passport).await).await;
        work(&self.purser).await;
        let customer = self.sees(customer.id).await;
        assert_eq!(customer.status(), Status::Approved, "{:?}", customer.standing);
        customer
    }

    pub async fn sees(&self, customer: CustomerId) -> Customer {
        self.reader().customer(customer).await.unwrap()
    }

    pub async fn issues(&self, customer: CustomerId, currency: Currency) -> Wallet {
        self.editor().issue_wallet(customer, currency, CreditTo::CustomerWallet).await.unwrap()
    }

    /// Where money for a wallet is sent to.
    pub async fn target(&self, wallet: &Wallet) -> DepositTarget {
        let accounts = self.reader().virtual_accounts(wallet.id).await.unwrap();
        DepositTarget::VirtualAccount(accounts[0].id)
    }

    pub async fn balance(&self, wallet: &Wallet) -> i64 {
        let row = self.reader().wallet(wallet.id).await.unwrap();
        assert_eq!(row.wallet.ledger_balance, row.wallet.available_balance);
        row.wallet.ledger_balance.minor()
    }
}

/// A person of whom nothing is missing.
pub fn individual(passport: &str, id_proof: DocumentId, address_proof: DocumentId) -> CustomerInput {
    serde_json::from_value(json!({
        "individual": {
            "first_name": "Elin", "last_name": "Nordquist", "date_of_birth": "1990-03-25", "nationality": "SE",
            "identification": {
                "type": "passport", "number": passport, "issuing_country": "SE", "expires_on": "2031-01-31",
            },
        },
        "account_usage_purpose": "investment",
        "address": { "line1": "1 Harbour Street", "city": "Sydney", "postal_code": "2000", "country": "AU" },
        "documents": { "id_proof": id_proof, "address_proof": address_proof },
    }))
    .unwrap()
}

/// The same with one field otherwise: `with(&input, "address.city", json!("Perth"))`.
pub fn with(input: &CustomerInput, path: &str, value: Value) -> CustomerInput {
    let mut json = serde_json::to_value(input).unwrap();
    let pointer = format!("/{}", path.replace('.', "/"));
    *json.pointer_mut(&pointer).unwrap_or_else(|| panic!("no field {path}")) = value;
    serde_json::from_value(json).unwrap()
}

/// A person of whom only the name is known.
pub fn named(first_name: &str, last_name: &str) -> CustomerInput {
    serde_json::from_value(json!({ "individual": { "first_name": first_name, "last_name": last_name } })).unwrap()
}

pub fn money_for(to: DepositTarget, minor: i64, currency: Currency, bank_reference: &str) -> SandboxDeposit {
    SandboxDeposit {
        to,
        amount: Money::new(minor, currency),
        sender: SenderParty {
            name: Some("Tobias Okonjo".into()),
            bsb: Some("062-000".into()),
            account_number: Some("12345678".into()),
            ..SenderParty::default()
        },
        reference: Some("Invoice 17".into()),
        bank_reference: Some(bank_reference.into()),
        rail: None,
        received_at: None,
    }
}

/// The fields that an answer complains of, with their codes.
pub fn faults<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<(String, String)> {
    match result {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("expected wrong fields, got {other:?}"),
    }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code()
}

/// Waits for what must come; a test that hangs fails here and says where.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let result = tokio::time::timeout(Duration::from_mins(1), future).await;
    result.unwrap_or_else(|_| panic!("{what}: still waiting after 60 seconds"))
}

/// Runs the same thing many times at once.
pub async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    times: usize,
    make: impl Fn(usize) -> F,
) -> Vec<T> {
    let start = Arc::new(tokio::sync::Barrier::new(times));
    let tasks: Vec<_> = (0..times)
        .map(|number| {
            let (start, one) = (Arc::clone(&start), make(number));
            tokio::spawn(async move {
                start.wait().await;
                one.await
            })
        })
        .collect();
    let mut results = Vec::with_capacity(times);
    for task in tasks {
        results.push(soon("one of many at once", task).await.unwrap());
    }
    results
}
