//! Money from one wallet to another.

use serde_json::{Value, json};

use crate::stage::{Merchant, Stage};

/// A customer's wallet with money, and the organisation's Payin wallet.
async fn two_wallets(stage: &Stage, merchant: &Merchant, minor: i64) -> (String, String) {
    let customer_id = stage.approved(merchant, "crm-1").await;
    let wallet = merchant.issues(&customer_id, "AUD").await;
    let account = &wallet["virtual_accounts"][0]["id"];
    let paid = json!({ "virtual_account_id": account, "amount": minor, "currency": "AUD" });
    assert_eq!(merchant.post("/sandbox/deposits", &paid).await.body["status"], "CREDITED");
    let payin = merchant.get("/wallets?kind=payin&currency=AUD").await.body["data"][0]["id"].clone();
    let text = |id: &Value| id.as_str().unwrap().to_owned();
    (text(&wallet["id"]), text(&payin))
}

async fn balances(merchant: &Merchant, wallet_id: &str) -> (i64, i64) {
    let wallet = merchant.get(&format!("/wallets/{wallet_id}")).await.body;
    (wallet["ledger_balance"].as_i64().unwrap(), wallet["available_balance"].as_i64().unwrap())
}

#[tokio::test]
async fn a_transfer_is_made_at_once() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let (from, to) = two_wallets(&stage, &merchant, 1_000).await;
    let wanted =
        json!({ "from_wallet_id": from, "to_wallet_id": to, "amount": 400, "currency": "AUD", "reference": "Rent" });
    let answer = merchant.post("/transfers", &wanted).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let id = answer.id();
    assert!(id.starts_with("transfer_"));
    assert_eq!(answer.header("location"), Some(format!("/api/v1/transfers/{id}").as_str()));
    assert_eq!(
        answer.body,
        json!({
            "id": id, "status": "POSTED", "from_wallet_id": from, "to_wallet_id": to, "amount": 400, "currency": "AUD",
            "reference": "Rent", "created_at": answer.body["created_at"], "settled_at": answer.body["created_at"]
        })
    );
    assert_eq!(merchant.get(&format!("/transfers/{id}")).await.body, answer.body);
    assert_eq!((balances(&merchant, &from).await, balances(&merchant, &to).await), ((600, 600), (400, 400)));
    let lines = merchant.get("/wallet-transactions?source=transfer").await.body;
    let told: Vec<_> =
        lines["data"].as_array().unwrap().iter().map(|line| (&line["type"], &line["balance_after"])).collect();
    assert_eq!(told, [(&json!("CREDIT"), &json!(400)), (&json!("DEBIT"), &json!(600))]);
    assert!(lines["data"].as_array().unwrap().iter().all(|line| line["source_id"] == id.as_str()));
}

#[tokio::test]
async fn a_transfer_is_set_aside_then_posted_or_released() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let (from, to) = two_wallets(&stage, &merchant, 1_000).await;
    let wanted =
        json!({ "from_wallet_id": from, "to_wallet_id": to, "amount": 400, "currency": "AUD", "is_reserved": true });
    let first = merchant.post("/transfers", &wanted).await;
    assert_eq!(
        (first.status, &first.body["status"], &first.body["settled_at"]),
        (201, &json!("RESERVED"), &Value::Null)
    );
    let second = merchant.post("/transfers", &wanted).await;
    assert_eq!(balances(&merchant, &from).await, (1_000, 200));
    merchant.post("/transfers", &wanted).await.is_problem(409, "insufficient_funds");
    let verb = |id: String, verb: &str| format!("/transfers/{id}/{verb}");
    for _ in 0..2 {
        let posted = merchant.post_once(&verb(first.id(), "post"), "k1", &json!({})).await;
        assert_eq!((posted.status, &posted.body["status"]), (200, &json!("POSTED")));
        let released = merchant.post(&verb(second.id(), "release"), &json!({})).await;
        assert_eq!((released.status, &released.body["status"]), (200, &json!("RELEASED")));
    }
    merchant.post(&verb(first.id(), "release"), &json!({})).await.is_problem(409, "transfer_settled");
    merchant.post(&verb(second.id(), "post"), &json!({})).await.is_problem(409, "transfer_settled");
    assert_eq!((balances(&merchant, &from).await, balances(&merchant, &to).await), ((600, 600), (400, 400)));
    for (query, found) in [("status=RESERVED", 0), ("status=POSTED", 1), ("", 2), ("limit=1", 1)] {
        let list = merchant.get(&format!("/transfers?{query}")).await.body;
        assert_eq!(list["data"].as_array().map(Vec::len), Some(found), "{query}");
    }
    assert_eq!(merchant.get(&format!("/transfers?from_wallet_id={to}")).await.body["data"], json!([]));
    assert_eq!(merchant.get("/transfers?status=DONE").await.errors(), [("status", "invalid")]);
}

#[tokio::test]
async fn a_wrong_transfer_names_every_field() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let (from, to) = two_wallets(&stage, &merchant, 1_000).await;
    let required = |field| (field, "required");
    let nothing = ["from_wallet_id", "to_wallet_id", "amount", "currency"].map(required);
    for (body, errors) in [
        (json!({}), &nothing[..]),
        (
            json!({ "from_wallet_id": "7", "to_wallet_id": to, "amount": 1, "currency": "AUDD" }),
            &[("from_wallet_id", "invalid"), ("currency", "invalid")],
        ),
        (
            json!({ "from_wallet_id": from, "to_wallet_id": from, "amount": 0, "currency": "AUD" }),
            &[("amount", "not_positive"), ("to_wallet_id", "same_wallet")],
        ),
        (
            json!({ "from_wallet_id": from, "to_wallet_id": to, "amount": 1, "currency": "NZD" }),
            &[("from_wallet_id", "currency_mismatch"), ("to_wallet_id", "currency_mismatch")],
        ),
        (
            json!({ "from_wallet_id": from, "to_wallet_id": to, "amount": 1.5, "currency": "AUD" }),
            &[("amount", "wrong_type")],
        ),
        (
            json!({ "from_wallet_id": from, "to_wallet_id": to, "amount": 1, "currency": "AUD", "memo": "x" }),
            &[("memo", "unknown")],
        ),
    ] {
        let answer = merchant.post("/transfers", &body).await;
        let told = answer.is_problem(422, "invalid").errors();
        let fields = |errors: &[(&str, &str)]| errors.iter().map(|(field, _)| (*field).to_owned()).collect::<Vec<_>>();
        assert_eq!(fields(&told), fields(errors), "{body}");
    }
    assert_eq!(balances(&merchant, &from).await, (1_000, 1_000));
}
