//! What banks tell by themselves: signed, one at a time or many, and known when it comes again.

use axum::{body::Body, http::Method};
use chrono::Duration;
use serde_json::{Value, json};
use service::Environment;
use standardwebhooks::Webhook;

use crate::stage::{Answer, Merchant, Stage};

const PATH: &str = "/rails/npp/deposits";

struct Bank<'a> {
    stage: &'a Stage,
    /// Only to have somebody who sends; the key that comes along means nothing here.
    sender: &'a Merchant,
    secret: String,
}

impl<'a> Bank<'a> {
    async fn of(stage: &'a Stage, sender: &'a Merchant) -> Self {
        let secret = stage.purser.create_rail_secret("npp").await.unwrap().secret;
        assert!(secret.starts_with("whsec_"));
        Self { stage, sender, secret }
    }

    async fn tells(&self, body: &Value) -> Answer {
        let now = self.stage.clock.now().timestamp();
        self.tells_at(PATH, now, &body.to_string()).await
    }

    async fn tells_at(&self, path: &str, at: i64, body: &str) -> Answer {
        let signature = Webhook::new(&self.secret).unwrap().sign("msg_1", at, body.as_bytes()).unwrap();
        self.shows(path, &at.to_string(), &format!("v1,AAAA {signature}"), body).await
    }

    async fn shows(&self, path: &str, at: &str, signature: &str, body: &str) -> Answer {
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", "msg_1"),
            ("webhook-timestamp", at),
            ("webhook-signature", signature),
        ];
        self.sender.sends(Method::POST, path, &headers, Body::from(body.to_owned())).await
    }
}

fn outcomes(answer: &Answer) -> Vec<(&str, bool)> {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let data = answer.body["data"].as_array().unwrap();
    data.iter().map(|one| (one["outcome"].as_str().unwrap(), one["is_known"].as_bool().unwrap())).collect()
}

/// A payment to an account by its own numbers.
fn payment(account: &Value, bank_reference: &str, amount: i64) -> Value {
    json!({
        "bsb": account["bsb"], "account_number": account["account_number"], "amount": amount, "currency": "AUD",
        "sender": { "name": "J Citizen", "bsb": "062-000", "account_number": "12345678" }, "bank_reference": bank_reference
    })
}

#[tokio::test]
async fn a_signed_notice_credits_once_whoever_it_is_for() {
    let stage = Stage::new().await;
    // A real organisation: nothing here is play money.
    let merchant = stage.merchant_with("harbour", false, vec![service::Feature::CustomerCreation]).await;
    let customer = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer, "AUD").await;
    let account = &wallet["virtual_accounts"][0];
    let bank = Bank::of(&stage, &merchant).await;
    let told = payment(account, "N1", 12_500);
    let first = bank.tells(&told).await;
    assert_eq!(outcomes(&first), [("CREDITED", false)]);
    let deposit =
        merchant.get(&format!("/deposits/{}", first.body["data"][0]["deposit_id"].as_str().unwrap())).await.body;
    assert_eq!((&deposit["rail"], &deposit["bank_reference"]), (&json!("npp"), &json!("N1")));
    assert_eq!(outcomes(&bank.tells(&told).await), [("CREDITED", true)]);
    let by_id =
        json!({ "virtual_account_id": account["id"], "amount": 500, "currency": "AUD", "bank_reference": "N2" });
    assert_eq!(outcomes(&bank.tells(&by_id).await), [("CREDITED", false)]);
    let balance =
        merchant.get(&format!("/wallets/{}", wallet["id"].as_str().unwrap())).await.body["ledger_balance"].clone();
    assert_eq!(balance, 13_000);
}

#[tokio::test]
async fn a_batch_names_the_outcome_of_each_and_a_wrong_one_keeps_no_other_out() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer, "AUD").await;
    let account = &wallet["virtual_accounts"][0];
    let bank = Bank::of(&stage, &merchant).await;
    let mut unknown = payment(account, "N2", 7);
    unknown["account_number"] = json!("999999999");
    let batch = json!({ "deposits": [
        payment(account, "N1", 100),
        unknown,
        payment(account, "N3", 0),
        { "amount": 5, "currency": "AUD", "colour": "red" },
        payment(account, "N1", 100),
        payment(account, "N1", 101),
        "text",
        { "bank_reference": "R1", "reverses": "N1", "amount": 100, "currency": "AUD", "reference": "Sent twice" },
        { "bank_reference": "R2", "reverses": "N9", "amount": 100, "currency": "AUD" },
        { "bank_reference": "R3", "reverses": " ", "currency": "XXX" },
    ] });
    // In turn, so that what is taken back was taken in.
    let mut answers = Vec::new();
    for one in batch["deposits"].as_array().unwrap() {
        answers.push(bank.tells(&json!({ "deposits": [one] })).await);
    }
    let told: Vec<_> = answers.iter().flat_map(outcomes).collect();
    let expected = [
        ("CREDITED", false),
        ("HELD", false),
        ("INVALID", false),
        ("INVALID", false),
        ("CREDITED", true),
        ("INVALID", false),
        ("INVALID", false),
        ("REVERSED", false),
        ("REVERSAL_OPEN", false),
        ("INVALID", false),
    ];
    assert_eq!(told, expected);
    let fields = |which: usize| -> Vec<String> {
        let errors = answers[which].body["data"][0]["errors"].as_array().unwrap().iter();
        errors
            .map(|error| format!("{} {}", error["field"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(fields(2), ["amount not_positive"]);
    assert_eq!(fields(3), ["colour unknown"]);
    assert_eq!(fields(5), ["bank_reference bank_reference_reused"]);
    let wrong: Vec<String> = fields(9).iter().map(|text| text.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(wrong, ["currency", "amount", "reverses"]);
    // The whole batch again: all that was done is known.
    let again = bank.tells(&batch).await;
    let known: Vec<bool> = outcomes(&again).into_iter().map(|(_, is_known)| is_known).collect();
    assert_eq!(known, [true, true, false, false, true, false, false, true, true, false]);
}

#[tokio::test]
async fn a_thousand_at_once_are_taken_and_one_more_is_not() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer, "AUD").await;
    let bank = Bank::of(&stage, &merchant).await;
    let batch = |count: usize| -> Value {
        let notices: Vec<Value> =
            (0..count).map(|n| payment(&wallet["virtual_accounts"][0], &format!("N{n}"), 1)).collect();
        json!({ "deposits": notices })
    };
    let many = bank.tells(&batch(1_001)).await;
    assert_eq!(many.is_problem(422, "invalid").errors(), [("deposits", "too_many")]);
    assert!(outcomes(&bank.tells(&batch(1_000)).await).iter().all(|one| *one == ("CREDITED", false)));
    let balance =
        merchant.get(&format!("/wallets/{}", wallet["id"].as_str().unwrap())).await.body["ledger_balance"].clone();
    assert_eq!(balance, 1_000);
    for empty in [json!({ "deposits": [] }), json!({ "deposits": {} })] {
        assert_eq!(bank.tells(&empty).await.is_problem(422, "invalid").errors(), [("deposits", "required")]);
    }
}

#[tokio::test]
async fn what_is_not_signed_of_late_with_a_secret_of_the_rail_is_refused() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let bank = Bank::of(&stage, &merchant).await;
    let told = json!({ "amount": 5, "currency": "AUD", "bsb": "062-000", "account_number": "999999999", "bank_reference": "N1" }).to_string();
    let now = stage.clock.now().timestamp();
    for off in [-301, 302, i64::MIN / 2, i64::MAX / 2] {
        bank.tells_at(PATH, now.saturating_add(off), &told).await.is_problem(401, "unauthenticated");
    }
    for path in ["/rails/other/deposits", "/rails/bank_file/deposits", "/rails/%20/deposits"] {
        bank.tells_at(path, now, &told).await.is_problem(401, "unauthenticated");
    }
    let signature = Webhook::new(&bank.secret).unwrap().sign("msg_1", now, told.as_bytes()).unwrap();
    let changed = told.replace("999999999", "999999998");
    for (at, signature, body) in [
        (now.to_string(), signature.as_str(), changed.as_str()),
        ((now + 1).to_string(), signature.as_str(), told.as_str()),
        ("soon".to_owned(), signature.as_str(), told.as_str()),
        (now.to_string(), "v1,", told.as_str()),
        (now.to_string(), "", told.as_str()),
        (now.to_string(), signature.trim_start_matches("v1,"), told.as_str()),
    ] {
        bank.shows(PATH, &at, signature, body).await.is_problem(401, "unauthenticated");
    }
    assert_eq!(outcomes(&bank.shows(PATH, &now.to_string(), &signature, &told).await), [("HELD", false)]);
    stage.clock.pass(Duration::minutes(6));
    bank.shows(PATH, &now.to_string(), &signature, &told).await.is_problem(401, "unauthenticated");
    // A second secret beside the first, so that one can replace the other; then only the second.
    let second = stage.purser.create_rail_secret("npp").await.unwrap();
    let next = Bank { secret: second.secret.clone(), ..Bank::of(&stage, &merchant).await };
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(outcomes(&next.tells(&told).await), [("HELD", true)]);
    assert_eq!(outcomes(&bank.tells(&told).await), [("HELD", true)]);
    stage.purser.withdraw_rail_secret(second.id).await.unwrap();
    next.tells(&told).await.is_problem(401, "unauthenticated");
    assert!(matches!(stage.purser.withdraw_rail_secret(second.id).await, Err(service::Error::NotFound)));
    for rail in ["", "bank_file", "N P P", &"a".repeat(41)] {
        assert_eq!(stage.purser.create_rail_secret(rail).await.unwrap_err().code(), "invalid", "{rail:?}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_where() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let bank = Bank::of(&stage, &merchant).await;
    let now = stage.clock.now().timestamp();
    for body in ["", "[]", "{\"a\":1,}", "{\"amount\":1,\"amount\":2}"] {
        bank.tells_at(PATH, now, body).await.is_problem(400, "malformed");
    }
    let both = json!({ "deposits": [{}], "amount": 5 });
    assert_eq!(bank.tells(&both).await.is_problem(422, "invalid").errors(), [("amount", "unknown")]);
    bank.tells_at(PATH, now, &" ".repeat(3 * 1024 * 1024)).await.is_problem(413, "too_large");
}
