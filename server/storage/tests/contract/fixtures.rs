//! Rows for tests.

use std::{future::Future, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account_number::NumberRange,
    customer::Customer,
    deposit::{Deposit, DepositNotice, DepositStatus},
    id::{
        AccountId, ApiKeyId, CustomerId, DepositId, DocumentId, EntryId, JobId, OrganisationId, SessionId, TransferId,
        UserId, VirtualAccountId, WalletId, WalletTransactionId,
    },
    input::CustomerInput,
    ledger::{AccountKind, EntryKind, JournalEntry, Movement},
    money::{Currency, Money},
    permission::Role,
    transfer::{Transfer, TransferStatus},
    wallet::{
        CreditTo, SenderParty, TransactionSource, TransactionType, VirtualAccount, Wallet, WalletKind,
        WalletTransaction,
    },
};
use storage::{ApiKeyRow, DocumentRow, Job, Login, Organisation, SessionRow, Store, UnitOfWork};

/// The moment at which most tests happen, later by some seconds.
pub fn moment(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::seconds(second)
}

/// Ten bytes that make the id of a moment this one and no other.
fn mark(number: u64) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// The `number`th id of a kind, made at [`moment`]`(second)`: `id(CustomerId::new, 7, 0)`.
pub fn id<T>(make: impl Fn(DateTime<Utc>, [u8; 10]) -> T, number: u64, second: i64) -> T {
    make(moment(second), mark(number))
}

pub fn organisation_id(number: u64) -> OrganisationId {
    id(OrganisationId::new, number, 0)
}

pub async fn with_organisation(store: &Store, number: u64) -> OrganisationId {
    let organisation = Organisation {
        id: organisation_id(number),
        name: format!("Organisation {number}"),
        is_sandbox: true,
        suspended_at: None,
        created_at: moment(0),
        features: vec![domain::permission::Feature::CustomerCreation],
    };
    let mut unit = store.begin().await.unwrap();
    unit.insert_organisation(&organisation).await.unwrap();
    unit.save().await.unwrap();
    organisation.id
}

/// A person with just a name, created at [`moment`]`(number)`.
pub fn person(organisation_id: OrganisationId, number: u64, first_name: &str, last_name: &str) -> Customer {
    let text = serde_json::json!({ "individual": { "first_name": first_name, "last_name": last_name } });
    customer(organisation_id, number, &text)
}

/// A customer of a JSON body, created at [`moment`]`(number)`.
pub fn customer(organisation_id: OrganisationId, number: u64, text: &serde_json::Value) -> Customer {
    let input: CustomerInput = serde_json::from_value(text.clone()).unwrap();
    let second = i64::try_from(number).unwrap();
    let details = input.parse(moment(0).date_naive()).unwrap();
    Customer::create(id(CustomerId::new, number, second), organisation_id, details, moment(second)).customer
}

/// A customer of whom nothing is missing.
pub fn complete(organisation_id: OrganisationId, number: u64) -> Customer {
    let document = |number| id(DocumentId::new, number, 0).to_string();
    let text = serde_json::json!({
        "individual": {
            "first_name": "Elin", "last_name": format!("Nordquist {number}"), "date_of_birth": "1990-03-25",
            "nationality": "SE",
            "identification": {
                "type": "passport", "number": format!("PA{number}"), "issuing_country": "SE",
                "expires_on": "2031-01-31",
            },
        },
        "account_usage_purpose": "investment",
        "address": { "line1": "1 Harbour Street", "city": "Sydney", "postal_code": "2000", "country": "AU" },
        "documents": { "id_proof": document(1), "address_proof": document(2) },
    });
    customer(organisation_id, number, &text)
}

pub async fn insert_customers(store: &Store, customers: &[Customer]) {
    let mut unit = store.begin().await.unwrap();
    for customer in customers {
        unit.insert_customer(customer, None).await.unwrap();
    }
    unit.save().await.unwrap();
}

pub fn aud(minor: i64) -> Money {
    Money::new(minor, Currency::AUD)
}

pub fn account_id(number: u64) -> AccountId {
    id(AccountId::new, number, 0)
}

/// An account of the ledger.
pub async fn with_account(
    unit: &mut UnitOfWork,
    organisation_id: OrganisationId,
    number: u64,
    kind: AccountKind,
) -> AccountId {
    let account = account_id(number);
    unit.insert_account(organisation_id, account, kind, Currency::AUD, moment(0)).await.unwrap();
    account
}

/// Moves AUD from one account to another, as entry `number`.
pub async fn transfer(
    unit: &mut UnitOfWork,
    organisation_id: OrganisationId,
    number: u64,
    from: AccountId,
    to: AccountId,
    minor: i64,
) -> Result<(), storage::Error> {
    let movement = Movement { from, to, amount: aud(minor) };
    let entry = JournalEntry::new(EntryKind::DepositCredited, &[movement]).unwrap();
    unit.post(organisation_id, id(EntryId::new, number, 0), &entry, &format!("source_{number}"), moment(0)).await
}

pub fn job(organisation_id: OrganisationId, number: u64) -> Job {
    Job {
        id: id(JobId::new, number, 0),
        organisation_id,
        kind: "review".into(),
        subject_id: id(CustomerId::new, number, 0).uuid(),
        revision: 1,
        attempts: 0,
    }
}

pub fn document(organisation_id: OrganisationId, number: u64) -> DocumentRow {
    DocumentRow {
        id: id(DocumentId::new, number, 0),
        organisation_id,
        media_type: "image/png".into(),
        file_name: "passport.png".into(),
        size_bytes: 1_000,
        pages: 1,
        sha256: vec![1; 32],
        created_at: moment(0),
    }
}

pub fn login(organisation_id: OrganisationId, number: u64) -> Login {
    let user_id = id(UserId::new, number, 0);
    Login { organisation_id, user_id, role: Role::Admin, password_hash: "$argon2id$".into() }
}

pub fn session(organisation_id: OrganisationId, number: u64) -> SessionRow {
    SessionRow {
        id: id(SessionId::new, number, 0),
        organisation_id,
        user_id: id(UserId::new, number, 0),
        email: format!("user{number}@northwind.example"),
        role: Role::Admin,
        seen_at: moment(0),
        expires_at: moment(3600),
    }
}

pub fn api_key(organisation_id: OrganisationId, number: u64) -> ApiKeyRow {
    ApiKeyRow {
        id: id(ApiKeyId::new, number, 0),
        organisation_id,
        name: "Key".into(),
        hint: "abcd".into(),
        created_at: moment(0),
        used_at: None,
        revoked_at: None,
    }
}

pub fn wallet(organisation_id: OrganisationId, number: u64, customer_id: CustomerId) -> Wallet {
    Wallet {
        // Its account in the ledger has the same value, and none of the other accounts has.
        id: id(WalletId::new, 1_000_000 + number, 0),
        organisation_id,
        customer_id: Some(customer_id),
        kind: WalletKind::Customer,
        ledger_balance: aud(0),
        available_balance: aud(0),
        created_at: moment(0),
    }
}

pub fn virtual_account(wallet: &Wallet, number: u64) -> VirtualAccount {
    VirtualAccount {
        id: id(VirtualAccountId::new, number, 0),
        organisation_id: wallet.organisation_id,
        wallet_id: wallet.id,
        customer_id: wallet.customer_id.unwrap(),
        currency: wallet.currency(),
        account_name: "Elin Nordquist".into(),
        number: NumberRange::sandbox(wallet.currency()).unwrap().number_at(number).unwrap(),
        credit_to: CreditTo::CustomerWallet,
        is_active: true,
        created_at: moment(0),
    }
}

/// Money set aside on the first wallet, for the second.
pub fn transfer_order(from: &Wallet, number: u64) -> Transfer {
    Transfer {
        id: id(TransferId::new, number, 0),
        organisation_id: from.organisation_id,
        from_wallet_id: from.id,
        to_wallet_id: wallet(from.organisation_id, 2, id(CustomerId::new, 2, 0)).id,
        amount: aud(60),
        reference: Some("Rent".into()),
        status: TransferStatus::Reserved,
        created_at: moment(0),
        settled_at: None,
    }
}

pub fn sender() -> SenderParty {
    SenderParty { name: Some("Tobias Okonjo".into()), account_number: Some("123456".into()), ..Default::default() }
}

pub fn transaction(wallet: &Wallet, number: u64, minor: i64) -> WalletTransaction {
    WalletTransaction {
        id: id(WalletTransactionId::new, number, 0),
        organisation_id: wallet.organisation_id,
        wallet_id: wallet.id,
        customer_id: wallet.customer_id,
        kind: TransactionType::Credit,
        source: TransactionSource::Deposit,
        source_id: format!("source_{number}"),
        amount: aud(minor),
        balance_after: aud(0),
        sender: sender(),
        reference: Some(format!("Invoice {number}")),
        created_at: moment(0),
    }
}

pub fn deposit(organisation_id: OrganisationId, number: u64) -> Deposit {
    Deposit {
        id: id(DepositId::new, number, 0),
        organisation_id,
        status: DepositStatus::Held,
        reason: None,
        notice: DepositNotice {
            rail: "npp".into(),
            bank_reference: format!("ref {number}"),
            amount: aud(100),
            sender: sender(),
            reference: None,
            received_at: moment(0),
        },
        virtual_account_id: None,
        account_text: None,
        customer_id: None,
        wallet_id: None,
        wallet_transaction_id: None,
        settlement_id: None,
        returned: None,
        created_at: moment(0),
    }
}

/// Waits for what must come; a test that hangs fails here and says where.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let result = tokio::time::timeout(Duration::from_secs(30), future).await;
    result.unwrap_or_else(|_| panic!("{what}: still waiting after 30 seconds"))
}
