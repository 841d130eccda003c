//! Customers: what is created, changed, found and deleted.

use axum::{body::Body, http::Method};
use serde_json::{Value, json};

use crate::stage::Stage;

#[tokio::test]
async fn a_merchant_creates_a_customer_and_learns_what_is_missing() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let body = json!({ "individual": { "first_name": " Ada ", "last_name": "Marlowe", "nationality": null }, "metadata": { "tier": "gold" } });
    let answer = merchant.post("/customers", &body).await;
    assert_eq!(answer.status, 201);
    let customer = &answer.body;
    let id = answer.id();
    assert_eq!(answer.header("location"), Some(format!("/api/v1/customers/{id}").as_str()));
    assert_eq!(
        without(customer, &["id", "missing", "reasons", "created_at", "updated_at"]),
        json!({
            "type": "individual", "name": "Ada Marlowe", "reference": null, "description": null, "account_usage_purpose": null,
            "status": "PENDING_INFO", "is_active": false, "is_enabled": true, "is_wallet_ready": false,
            "individual": {
                "first_name": "Ada", "last_name": "Marlowe", "date_of_birth": null, "nationality": null, "country_of_residence": null,
                "identification": { "type": null, "number": null, "issuing_country": null, "expires_on": null }
            },
            "address": { "line1": null, "line2": null, "city": null, "state": null, "postal_code": null, "country": null },
            "email": null, "phone": null,
            "documents": { "id_proof": null, "address_proof": null, "registration_document": null, "authorized_person_id_proof": null },
            "is_sender_validation_enabled": false, "sender_ids": [], "metadata": { "tier": "gold" }
        })
    );
    let missing: Vec<&str> =
        customer["missing"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert!(missing.contains(&"individual.date_of_birth") && missing.contains(&"documents.id_proof"));
    assert_eq!(customer["reasons"][0]["code"], "pending_info");
    let created_at = customer["created_at"].as_str().unwrap();
    assert!(created_at.starts_with("2026-03-25T09:30:0") && created_at.len() == 24 && created_at.ends_with('Z'));
    assert_eq!(merchant.get(&format!("/customers/{id}")).await.body, *customer);
    // What was listed as mandatory is what is missing.
    let requirements = merchant.get("/customer-requirements?type=individual").await.body;
    let fields = requirements["fields"].as_array().unwrap().iter().chain(requirements["documents"].as_array().unwrap());
    let mut needed: Vec<&str> = fields.map(|field| field["path"].as_str().unwrap()).collect();
    needed.retain(|path| !["individual.first_name", "individual.last_name"].contains(path));
    assert_eq!(missing, needed);
}

#[tokio::test]
async fn a_merchant_whose_feature_is_off_is_told_whom_to_ask() {
    let stage = Stage::new().await;
    let merchant = stage.merchant_with("quiet", false, Vec::new()).await;
    let answer = merchant.post("/customers", &json!({ "company": { "name": "Quiet Pty Ltd" } })).await;
    answer.is_problem(403, "feature_disabled");
    assert!(answer.body["detail"].as_str().unwrap().contains(&merchant.organisation_id));
}

#[tokio::test]
async fn a_change_is_a_merge_patch() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let id = merchant
        .creates(&json!({
            "individual": { "first_name": "Ada", "last_name": "Marlowe", "nationality": "AU" },
            "email": "ada@example.com", "metadata": { "a": "1", "b": "2" }
        }))
        .await;
    let path = format!("/customers/{id}");
    let change = json!({ "individual": { "nationality": "NZ" }, "email": null, "metadata": { "a": null, "c": "3" } });
    let customer = merchant.patch(&path, &change).await.body;
    assert_eq!(customer["individual"]["nationality"], "NZ");
    assert_eq!(customer["individual"]["first_name"], "Ada");
    assert_eq!(customer["email"], Value::Null);
    assert_eq!(customer["metadata"], json!({ "b": "2", "c": "3" }));
    // A part that is removed and needed is named.
    let answer = merchant.patch(&path, &json!({ "individual": { "last_name": null } })).await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("individual.last_name", "required")]);
    // The address goes as a whole, and comes back as nothing.
    assert_eq!(merchant.patch(&path, &json!({ "address": null })).await.body["address"]["country"], Value::Null);
    let answer = merchant
        .patch(&path, &json!({ "type": "company", "individual": null, "company": { "name": "Ada Ltd" } }))
        .await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("type", "immutable")]);
    let answer = merchant.patch(&path, &json!({ "status": "APPROVED", "is_enabled": false, "id": "x" })).await;
    assert_eq!(
        answer.is_problem(422, "invalid").errors(),
        [("id", "read_only"), ("status", "read_only"), ("is_enabled", "read_only")]
    );
    let answer = merchant.sends(Method::PATCH, &path, &[("content-type", "application/json")], Body::from("{}")).await;
    assert_eq!((answer.status, answer.body["name"].as_str()), (200, Some("Ada Marlowe")));
}

#[tokio::test]
async fn changes_at_once_lose_none() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let id = merchant.creates(&json!({ "company": { "name": "Harbour Pty Ltd" } })).await;
    let changes = (0..20).map(|i| {
        let (merchant, path) = (merchant.clone(), format!("/customers/{id}"));
        async move { merchant.patch(&path, &json!({ "metadata": { format!("k{i}"): "v" } })).await.status }
    });
    assert_eq!(futures::future::join_all(changes).await, [200; 20]);
    let customer = merchant.get(&format!("/customers/{id}")).await.body;
    assert_eq!(customer["metadata"].as_object().unwrap().len(), 20);
}

#[tokio::test]
async fn an_approved_customer_stays_complete_and_is_reviewed_again_when_it_changes() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let id = stage.approved(&merchant, "crm-1").await;
    let path = format!("/customers/{id}");
    let review = merchant.get(&format!("{path}/review")).await.body;
    assert_eq!((review["verdict"].as_str(), review["is_current"].as_bool()), (Some("pass"), Some(true)));
    assert_eq!(review["checks"].as_array().unwrap().len(), 6);
    assert!(review["checks"].as_array().unwrap().iter().all(|check| check["outcome"] == "pass"));
    let answer =
        merchant.patch(&path, &json!({ "address": { "city": null }, "documents": { "id_proof": null } })).await;
    assert_eq!(
        answer.is_problem(422, "invalid").errors(),
        [("address.city", "required"), ("documents.id_proof", "required")]
    );
    let customer = merchant.patch(&path, &json!({ "individual": { "last_name": "Marlow" } })).await.body;
    assert_eq!((customer["status"].as_str(), customer["is_active"].as_bool()), (Some("UNDER_REVIEW"), Some(false)));
    assert_eq!(merchant.get(&format!("{path}/review")).await.body["is_current"], false);
}

#[tokio::test]
async fn a_sandbox_decides_reviews_by_hand() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for (outcome, status) in [("approved", "APPROVED"), ("fail", "SUSPENDED"), ("refer", "UNDER_REVIEW")] {
        let id = merchant.creates(&merchant.complete_person(outcome).await).await;
        let answer = merchant.post(&format!("/sandbox/customers/{id}/review"), &json!({ "outcome": outcome })).await;
        assert_eq!((answer.status, answer.body["status"].as_str()), (200, Some(status)));
    }
    let pending = merchant.creates(&json!({ "company": { "name": "Harbour Pty Ltd" } })).await;
    let path = format!("/sandbox/customers/{pending}/review");
    merchant.post(&path, &json!({ "outcome": "approved" })).await.is_problem(409, "not_under_review");
    assert_eq!(merchant.post(&path, &json!({ "outcome": "great" })).await.errors(), [("outcome", "invalid")]);
    let real = stage.merchant_with("real", false, vec![service::Feature::CustomerCreation]).await;
    let id = real.creates(&json!({ "company": { "name": "Real Pty Ltd" } })).await;
    let answer = real.post(&format!("/sandbox/customers/{id}/review"), &json!({ "outcome": "approved" })).await;
    answer.is_problem(403, "sandbox_only");
}

#[tokio::test]
async fn the_switch_and_the_end() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let id = merchant.creates(&json!({ "company": { "name": "Harbour Pty Ltd" }, "reference": "crm-7" })).await;
    let path = format!("/customers/{id}");
    for (verb, is_enabled) in [("disable", false), ("disable", false), ("enable", true)] {
        let answer = merchant.sends(Method::POST, &format!("{path}/{verb}"), &[], Body::empty()).await;
        assert_eq!((answer.status, answer.body["is_enabled"].as_bool()), (200, Some(is_enabled)), "{verb}");
    }
    let answer = merchant.post(&format!("{path}/disable"), &json!({ "reason": "x" })).await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("reason", "unknown")]);
    let taken = merchant.post("/customers", &json!({ "company": { "name": "Other" }, "reference": "crm-7" })).await;
    assert_eq!(taken.is_problem(422, "invalid").errors(), [("reference", "taken")]);
    assert_eq!(merchant.delete(&path).await.status, 204);
    merchant.get(&path).await.is_problem(404, "not_found");
    merchant.delete(&path).await.is_problem(404, "not_found");
    assert_eq!(merchant.get("/customers").await.body, json!({ "data": [], "next_cursor": null }));
}

#[tokio::test]
async fn filters_find() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let ada = stage.approved(&merchant, "crm-1").await;
    let company =
        merchant.creates(&json!({ "company": { "name": "Wharf Exchange" }, "email": "desk@wharf.example" })).await;
    let found = async |query: &str| -> Vec<String> {
        let answer = merchant.get(&format!("/customers?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {:?}", answer.body);
        answer.body["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    for (query, expected) in [
        ("", vec![&company, &ada]),
        ("sort=created_at", vec![&ada, &company]),
        ("sort=-name", vec![&company, &ada]),
        ("status=ACTIVE", vec![&ada]),
        ("status=APPROVED&type=individual&is_wallet_ready=true&is_enabled=true", vec![&ada]),
        ("status=SUSPENDED", vec![]),
        ("type=company", vec![&company]),
        ("q=nordqu", vec![&ada]),
        ("q=crm-1", vec![&ada]),
        ("q=desk%40wharf", vec![&company]),
        ("is_enabled=false", vec![]),
        ("created_from=2026-03-25&created_to=2026-03-25", vec![&company, &ada]),
        ("created_to=2026-03-24", vec![]),
        ("created_from=2026-03-25T10:30:00%2B01:00&q=", vec![&company, &ada]),
    ] {
        assert_eq!(found(query).await, expected.into_iter().cloned().collect::<Vec<_>>(), "{query}");
    }
}

fn without(value: &Value, members: &[&str]) -> Value {
    let mut value = value.clone();
    for member in members {
        assert!(value.as_object_mut().unwrap().remove(*member).is_some(), "{member}");
    }
    value
}
