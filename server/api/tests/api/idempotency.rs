//! `Idempotency-Key`: sent again, answered again, done once.

use axum::{body::Body, http::Method};
use chrono::Duration;
use documents::specimens::PASSPORT;
use serde_json::{Value, json};

use crate::stage::Stage;

fn company(name: &str) -> Value {
    json!({ "company": { "name": name } })
}

#[tokio::test]
async fn a_repetition_gets_the_first_answer() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let first = merchant.post_once("/customers", "key-1", &company("Wharf")).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
    // It has changed since: the first answer is told all the same.
    merchant.patch(&format!("/customers/{}", first.id()), &company("Quay")).await;
    let again = merchant.post_once("/customers", "key-1", &company("Wharf")).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(merchant.get("/customers").await.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_request_may_not_use_the_key() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let id = merchant.post_once("/customers", "key-1", &company("Wharf")).await.id();
    merchant.post_once("/customers", "key-1", &company("Quay")).await.is_problem(409, "idempotency_key_reused");
    let answer = merchant.post_once("/wallets", "key-1", &json!({ "customer_id": id, "currency": "AUD" })).await;
    answer.is_problem(409, "idempotency_key_reused");
    let headers = [("idempotency-key", "key-1")];
    let answer = merchant.sends(Method::POST, &format!("/customers/{id}/disable"), &headers, Body::empty()).await;
    answer.is_problem(409, "idempotency_key_reused");
    assert_eq!(merchant.get(&format!("/customers/{id}")).await.body["is_enabled"], true);
    // Another merchant's keys are none of this one's business.
    let other = stage.merchant("quay").await;
    assert_eq!(other.post_once("/customers", "key-1", &company("Quay")).await.status, 201);
}

#[tokio::test]
async fn the_switch_is_turned_once_with_a_key() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let id = merchant.creates(&company("Wharf")).await;
    let turn = async |verb: &str, key: &str| {
        let path = format!("/customers/{id}/{verb}");
        merchant.sends(Method::POST, &path, &[("idempotency-key", key)], Body::empty()).await
    };
    assert_eq!(turn("enable", "a").await.status, 200, "it is enabled already");
    assert_eq!(turn("disable", "b").await.status, 200);
    // A late repetition of the first does not turn it on again.
    assert_eq!(turn("enable", "a").await.header("idempotent-replayed"), Some("true"));
    assert_eq!(merchant.get(&format!("/customers/{id}")).await.body["is_enabled"], false);
    turn("disable", "a").await.is_problem(409, "idempotency_key_reused");
}

#[tokio::test]
async fn twenty_at_once_make_one() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer_id = stage.approved(&merchant, "crm-1").await;
    let wallet = json!({ "customer_id": customer_id, "currency": "AUD" });
    for (path, body) in [("/customers", company("Wharf")), ("/wallets", wallet)] {
        let requests = (0..20).map(|_| merchant.post_once(path, path, &body));
        let answers = futures::future::join_all(requests).await;
        let first = answers[0].id();
        assert!(answers.iter().all(|answer| answer.status == 201 && answer.id() == first), "{path}");
    }
    assert_eq!(merchant.get("/customers?type=company").await.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(merchant.get("/wallets?kind=customer").await.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_upload_is_known_by_its_file() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let key = [("idempotency-key", "scan")];
    let first = merchant.uploads(&key, "a.png", PASSPORT.bytes).await;
    assert_eq!(first.status, 201, "{:?}", first.body);
    let again = merchant.uploads(&key, "a.png", PASSPORT.bytes).await;
    assert_eq!((&again.bytes, again.header("idempotent-replayed").is_some()), (&first.bytes, true));
    merchant.uploads(&key, "a.png", b"another file").await.is_problem(409, "idempotency_key_reused");
}

#[tokio::test]
async fn refusals_are_not_kept_and_neither_are_answers_for_longer_than_a_day() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    merchant.post_once("/customers", "key-1", &company(" ")).await.is_problem(422, "invalid");
    let first = merchant.post_once("/customers", "key-1", &company("Wharf")).await;
    assert_eq!(first.status, 201);
    stage.clock.pass(Duration::hours(25));
    let later = merchant.post_once("/customers", "key-1", &company("Wharf")).await;
    assert_eq!((later.status, later.header("idempotent-replayed")), (201, None));
    assert_ne!(later.id(), first.id());
}

#[tokio::test]
async fn a_key_is_visible_ascii_of_bounded_length() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for key in ["", "two words", &"k".repeat(256)] {
        merchant.post_once("/customers", key, &company("Wharf")).await.is_problem(400, "malformed");
    }
    let longest = "k".repeat(255);
    assert_eq!(merchant.post_once("/customers", &longest, &company("Wharf")).await.status, 201);
}
