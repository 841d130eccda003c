//! What is written for good: the database itself refuses to change or remove it.

use domain::{
    customer::Transition,
    id::{DepositId, EventId},
    ledger::AccountKind,
    permission::Actor,
    review::{Check, CheckKind, CheckOutcome, Verdict},
    standing::Status,
};
use storage::{AuditEntry, Event, OpenNotice, ReferenceKind};

use crate::{
    engine::{Database, is_postgres, number, refusal},
    fixtures::{complete, document, id, moment, transaction, transfer, wallet, with_account, with_organisation},
};

const TABLES: [&str; 11] = [
    "journal_entries",
    "postings",
    "entry_seals",
    "wallet_transactions",
    "audit_trail",
    "customer_transitions",
    "reviews",
    "review_checks",
    "document_views",
    "payment_references",
    "chain_links",
];

/// One row in each of the tables.
async fn fill(database: &Database) {
    let organisation = with_organisation(&database.store, 1).await;
    let customer = complete(organisation, 1);
    let wallet = wallet(organisation, 9, customer.id);
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_customer(&customer, None).await.unwrap();
    let created = Transition { from: None, to: Status::PendingInfo, cause: "created" };
    unit.record_transition(&customer, &created, &Actor::System).await.unwrap();
    let check = Check {
        kind: CheckKind::Age,
        outcome: CheckOutcome::Pass,
        sentence: "The customer is 18 or older.".into(),
        evidence: Vec::new(),
    };
    unit.insert_review(organisation, customer.id, 1, &Verdict::Pass, &[check], moment(0)).await.unwrap();
    unit.insert_document(&document(organisation, 1)).await.unwrap();
    unit.record_document_view(organisation, document(organisation, 1).id, &Actor::System, moment(0)).await.unwrap();
    let notice = OpenNotice { organisation_id: organisation, id: id(DepositId::new, 1, 0), body: "{}".into() };
    unit.receive_notice(&notice, "bank_file", "ref 1", moment(0)).await.unwrap();
    unit.note_reference(organisation, "bank_file", "ref 1", notice.id, ReferenceKind::Payment, None).await.unwrap();
    let bank = with_account(&mut unit, organisation, 1, AccountKind::Bank).await;
    let account = domain::id::AccountId::from_uuid(wallet.id.uuid());
    unit.insert_account(organisation, account, AccountKind::CustomerWallet, wallet.currency(), moment(0))
        .await
        .unwrap();
    unit.insert_wallet(&wallet).await.unwrap();
    transfer(&mut unit, organisation, 1, bank, account, 100).await.unwrap();
    unit.insert_transaction(&transaction(&wallet, 1, 100)).await.unwrap();
    let event = Event {
        id: id(EventId::new, 1, 0),
        organisation_id: organisation,
        kind: "customer.created",
        object_id: customer.id.to_string(),
        payload: "{}".into(),
    };
    unit.publish(&event, moment(0)).await.unwrap();
    let line = AuditEntry {
        organisation_id: organisation,
        actor: Actor::System,
        action: "customer.create",
        object_id: customer.id.to_string(),
        before: None,
        after: None,
        at: moment(0),
    };
    unit.audit(&line).await.unwrap();
    assert_eq!(unit.seal_entries(organisation, 10, moment(0)).await.unwrap(), 1);
    unit.save().await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_neither_changed_nor_removed() {
    let database = Database::open().await;
    fill(&database).await;
    let mut raw = database.raw().await;
    for table in TABLES.into_iter().chain(["events"]) {
        assert!(number(&mut raw, &format!("SELECT count(*) FROM {table}")).await > 0, "{table} is empty");
        for statement in [
            format!("UPDATE {table} SET organisation_id = organisation_id"),
            format!("DELETE FROM {table}"),
            // The back door of each engine.
            if is_postgres() {
                format!("TRUNCATE {table} CASCADE")
            } else {
                format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
            },
        ] {
            let told = refusal(&mut raw, statement.clone()).await;
            let is_refused = told.contains("append-only") || told.contains("sealed");
            assert!(is_refused, "{statement}: {told}");
        }
    }
    let told = refusal(&mut raw, "DELETE FROM customers").await;
    assert!(told.contains("never removed"), "{told}");
}

#[tokio::test]
async fn a_revision_is_reviewed_once() {
    let database = Database::open().await;
    fill(&database).await;
    let customer = complete(crate::fixtures::organisation_id(1), 1);
    let mut unit = database.store.begin().await.unwrap();
    let again = unit.insert_review(customer.organisation_id, customer.id, 1, &Verdict::Pass, &[], moment(5)).await;
    assert!(!again.unwrap(), "the first review stands");
    let next =
        unit.insert_review(customer.organisation_id, customer.id, 2, &Verdict::Refer(vec![]), &[], moment(6)).await;
    assert!(next.unwrap());
    unit.save().await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    let last = reading.rows().last_review(customer.organisation_id, customer.id).await.unwrap().unwrap();
    assert_eq!((last.revision, last.verdict), (2, CheckOutcome::Refer));
}
