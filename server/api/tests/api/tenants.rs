//! What belongs to one organisation is not there for another, on any route.

use axum::{body::Body, http::Method};
use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn another_tenants_ids_are_nothing() {
    let stage = Stage::new().await;
    let (owner, other) = (stage.merchant("harbour").await, stage.merchant("quay").await);
    let customer = stage.approved(&owner, "crm-1").await;
    let wallet = owner.issues(&customer, "AUD").await;
    let account = wallet["virtual_accounts"][0].clone();
    let paid = json!({ "virtual_account_id": account["id"], "amount": 500, "currency": "AUD" });
    let deposit = owner.post("/sandbox/deposits", &paid).await.body;
    let document =
        owner.get(&format!("/customers/{customer}")).await.body["documents"]["id_proof"].as_str().unwrap().to_owned();
    let (wallet_id, deposit_id) = (wallet["id"].as_str().unwrap(), deposit["id"].as_str().unwrap());
    let transaction_id = deposit["wallet_transaction_id"].as_str().unwrap();
    let payin = owner.get("/wallets?kind=payin&currency=AUD").await.body["data"][0]["id"].clone();
    let moved = json!({
        "from_wallet_id": wallet_id, "to_wallet_id": payin, "amount": 200, "currency": "AUD", "is_reserved": true
    });
    let transfer_id = owner.post("/transfers", &moved).await.id();

    for path in [
        format!("/customers/{customer}"),
        format!("/customers/{customer}/review"),
        format!("/documents/{document}"),
        format!("/documents/{document}/content"),
        format!("/wallets/{wallet_id}"),
        format!("/wallets/{wallet_id}/statement"),
        format!("/wallet-transactions/{transaction_id}"),
        format!("/deposits/{deposit_id}"),
        format!("/transfers/{transfer_id}"),
    ] {
        assert_eq!(owner.get(&path).await.status, 200, "{path}");
        other.get(&path).await.is_problem(404, "not_found");
    }
    let path = format!("/customers/{customer}");
    other.patch(&path, &json!({ "email": "x@example.com" })).await.is_problem(404, "not_found");
    other.delete(&path).await.is_problem(404, "not_found");
    for verb in ["enable", "disable"] {
        let answer = other.sends(Method::POST, &format!("{path}/{verb}"), &[], Body::empty()).await;
        answer.is_problem(404, "not_found");
    }
    let answer = other.post(&format!("/sandbox/customers/{customer}/review"), &json!({ "outcome": "fail" })).await;
    answer.is_problem(404, "not_found");
    let reverse = format!("/sandbox/deposits/{deposit_id}/reverse");
    other.post(&reverse, &json!({})).await.is_problem(404, "not_found");
    for verb in ["post", "release"] {
        other.post(&format!("/transfers/{transfer_id}/{verb}"), &json!({})).await.is_problem(404, "not_found");
    }
    // Ids in a body are named as a field that does not lead anywhere.
    let answer = other.post("/wallets", &json!({ "customer_id": customer, "currency": "NZD" })).await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("customer_id", "not_found")]);
    assert_eq!(other.post("/sandbox/deposits", &paid).await.errors(), [("virtual_account_id", "not_found")]);
    let wallets = [("from_wallet_id", "not_found"), ("to_wallet_id", "not_found")];
    assert_eq!(other.post("/transfers", &moved).await.errors(), wallets);
    let theft = json!({ "company": { "name": "Quay" }, "documents": { "address_proof": document } });
    assert_eq!(other.post("/customers", &theft).await.errors(), [("documents.address_proof", "not_found")]);
    // By its numbers the account is as unknown as any: what is told is held, and nothing reaches the owner.
    let numbers =
        json!({ "bsb": account["bsb"], "account_number": account["account_number"], "amount": 9, "currency": "AUD" });
    assert_eq!(other.post("/sandbox/deposits", &numbers).await.body["status"], "HELD");
    for path in ["/customers", "/wallets", "/wallet-transactions", "/transfers"] {
        assert_eq!(other.get(path).await.body["data"], json!([]), "{path}");
    }
    for query in [format!("customer_id={customer}"), format!("wallet_id={wallet_id}")] {
        assert_eq!(other.get(&format!("/wallet-transactions?{query}")).await.body["data"], json!([]));
    }
    assert_eq!(owner.get(&format!("/wallets/{wallet_id}")).await.body["ledger_balance"], 500);
    assert_eq!(owner.get(&path).await.body["is_enabled"], true);
}
