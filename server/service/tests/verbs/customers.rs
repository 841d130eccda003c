//! Creating, changing, switching and deleting customers.

use domain::{requirements::RequirementKind, standing::Status};
use serde_json::{Value, json};
use service::{CustomerFilter, CustomerSort, Error, Idempotency, PageRequest};

use crate::world::{World, at_once, code, faults, named, with};

#[tokio::test]
async fn a_merchant_without_customer_creation_is_told_whom_to_ask() {
    let world = World::open().await;
    let merchant = world.organisation("northwind", true, vec![]).await;
    let Err(Error::Forbidden { code, detail }) = merchant.editor().create_customer(&named("Elin", "Berg")).await else {
        panic!("created all the same");
    };
    assert_eq!(code, "feature_disabled");
    assert!(detail.contains(&merchant.id().to_string()) && detail.contains("operator"), "{detail}");
    world.purser.enable_feature(merchant.id(), service::Feature::CustomerCreation).await.unwrap();
    merchant.creates(&named("Elin", "Berg")).await;
}

#[tokio::test]
async fn a_merchant_creates_a_customer_of_a_name_and_is_told_all_that_is_missing() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.creates(&named("Elin", "Berg")).await;
    assert_eq!(customer.status(), Status::PendingInfo);
    assert!(!customer.is_wallet_ready() && customer.is_enabled && !customer.is_active(false));
    let missing = customer.missing();
    assert_eq!(missing.iter().filter(|piece| piece.kind == RequirementKind::Document).count(), 2);
    assert!(missing.iter().any(|piece| piece.path == "individual.date_of_birth"));
    assert_eq!(world.work().await, 0, "nothing to review yet");
    assert_eq!(merchant.sees(customer.id).await, customer);
    assert_eq!(merchant.reader().customer_counts().await.unwrap().pending_info, 1);
}

#[tokio::test]
async fn every_wrong_field_is_told_and_nothing_is_created() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let input = serde_json::from_value(json!({
        "individual": { "first_name": "Elin", "date_of_birth": "2090-01-01" },
        "email": "nobody",
    }))
    .unwrap();
    let told = faults(merchant.editor().create_customer(&input).await);
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["individual.last_name", "individual.date_of_birth", "email"]);
    assert_eq!(merchant.reader().customer_counts().await.unwrap().total(), 0);
}

#[tokio::test]
async fn documents_have_to_be_there_and_of_the_same_organisation() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let stranger = world.merchant("southwind").await;
    let input = stranger.fills_in("PA1").await;
    let told = faults(merchant.editor().create_customer(&input).await);
    let expected = ["documents.id_proof", "documents.address_proof"].map(|f| (f.to_owned(), "not_found".to_owned()));
    assert_eq!(told, expected);
    stranger.creates(&input).await;
}

#[tokio::test]
async fn a_reference_is_used_once_until_its_customer_is_deleted() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let input = with(&named("Elin", "Berg"), "reference", json!("C-1"));
    let first = merchant.creates(&input).await;
    let taken = [("reference".to_owned(), "taken".to_owned())];
    assert_eq!(faults(merchant.editor().create_customer(&input).await), taken);
    let second = merchant.creates(&named("Tobias", "Okonjo")).await;
    assert_eq!(faults(merchant.editor().update_customer(second.id, &input).await), taken);
    merchant.editor().delete_customer(first.id).await.unwrap();
    merchant.creates(&input).await;
    world.merchant("southwind").await.creates(&input).await;
}

#[tokio::test]
async fn a_deleted_customer_is_gone_for_every_verb() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let (editor, id) = (merchant.editor(), customer.id);
    editor.delete_customer(id).await.unwrap();
    assert_eq!(code(merchant.reader().customer(id).await), "not_found");
    assert_eq!(code(merchant.reader().review(id).await), "not_found");
    assert_eq!(code(merchant.reader().transitions(id).await), "not_found");
    assert_eq!(code(merchant.reader().why_no_wallet(id).await), "not_found");
    assert_eq!(code(editor.delete_customer(id).await), "not_found");
    assert_eq!(code(editor.enable_customer(id).await), "not_found");
    assert_eq!(code(editor.update_customer(id, &named("Elin", "Berg")).await), "not_found");
    let request = PageRequest { limit: 25, after: None };
    let list = merchant.reader().customers(&CustomerFilter::default(), CustomerSort::Newest, &request).await.unwrap();
    assert!(list.rows.is_empty());
    assert_eq!(merchant.reader().customer_counts().await.unwrap().total(), 0);
}

#[tokio::test]
async fn a_stranger_sees_and_changes_nothing() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let stranger = world.merchant("southwind").await;
    let id = merchant.approved("PA1").await.id;
    let (reader, editor) = (stranger.reader(), stranger.editor());
    assert_eq!(code(reader.customer(id).await), "not_found");
    assert_eq!(code(reader.review(id).await), "not_found");
    assert_eq!(code(reader.transitions(id).await), "not_found");
    assert_eq!(code(reader.why_no_wallet(id).await), "not_found");
    assert_eq!(code(editor.update_customer(id, &named("Elin", "Berg")).await), "not_found");
    assert_eq!(code(editor.delete_customer(id).await), "not_found");
    assert_eq!(code(editor.disable_customer(id).await), "not_found");
    assert_eq!(code(editor.simulate_review(id, domain::review::CheckOutcome::Fail).await), "not_found");
    assert_eq!(merchant.sees(id).await.status(), Status::Approved);
    let request = PageRequest { limit: 25, after: None };
    assert!(reader.audit_trail(Some(&id.to_string()), &request).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn every_change_is_in_the_trail_with_before_and_after() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.creates(&named("Elin", "Berg")).await;
    let (editor, id) = (merchant.editor(), customer.id);
    editor.update_customer(id, &named("Elin", "Lindgren")).await.unwrap();
    editor.update_customer(id, &named("Elin", "Lindgren")).await.unwrap();
    editor.disable_customer(id).await.unwrap();
    editor.disable_customer(id).await.unwrap();
    editor.enable_customer(id).await.unwrap();
    editor.delete_customer(id).await.unwrap();
    let request = PageRequest { limit: 25, after: None };
    let mut rows = merchant.reader().audit_trail(Some(&id.to_string()), &request).await.unwrap().rows;
    rows.reverse();
    let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    let expected = ["customer.create", "customer.update", "customer.disable", "customer.enable", "customer.delete"];
    assert_eq!(actions, expected, "what changes nothing leaves no line");
    assert!(rows.iter().all(|row| row.actor == merchant.authority.actor));
    let (before, after) = (rows[1].before.as_deref().unwrap(), rows[1].after.as_deref().unwrap());
    assert!(before.contains("Berg") && after.contains("Lindgren") && !after.contains("Berg"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_creates_one_customer_however_often_it_is_sent_at_once() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let key = |hash: u8| Idempotency { key: "order 17".into(), request_hash: [hash; 32] };
    let editor = merchant.editor().with_idempotency(key(1));
    let created = at_once(30, |_| {
        let editor = editor.clone();
        async move { editor.create_customer(&named("Elin", "Berg")).await.unwrap().id }
    })
    .await;
    assert!(created.iter().all(|id| *id == created[0]));
    assert_eq!(merchant.reader().customer_counts().await.unwrap().total(), 1);
    let other = merchant.editor().with_idempotency(key(2)).create_customer(&named("Tobias", "Okonjo")).await;
    assert_eq!(code(other), "idempotency_key_reused");
    let stranger = world.merchant("southwind").await;
    let own = stranger.editor().with_idempotency(key(2)).create_customer(&named("Tobias", "Okonjo")).await.unwrap();
    assert_ne!(own.id, created[0], "a key is its organisation's own");
}

#[tokio::test]
async fn a_request_that_was_refused_does_not_use_its_key_up() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let taken = with(&named("Elin", "Berg"), "reference", json!("C-1"));
    merchant.creates(&taken).await;
    let editor = merchant.editor().with_idempotency(Idempotency { key: "k".into(), request_hash: [1; 32] });
    faults(editor.create_customer(&taken).await);
    let free = with(&taken, "reference", Value::Null);
    let created = editor.create_customer(&free).await.unwrap();
    assert_eq!(editor.create_customer(&free).await.unwrap().id, created.id);
}
