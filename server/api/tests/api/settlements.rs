//! `/settlements`: what was collected, paid out.

use chrono::{NaiveTime, TimeDelta};
use domain::{
    account_number::AccountFields,
    money::Currency,
    settlement::{CalendarName, SettlementMode},
};
use serde_json::{Value, json};
use service::{Actor, NewFeeRule, NewSettlementAccount, NewSettlementTerms, SettlementOutcome};

use crate::stage::{Merchant, Stage};

/// A merchant who was paid, and the settlement as it is listed.
pub async fn settled(stage: &Stage, name: &str) -> (Merchant, Value) {
    let merchant = stage.merchant(name).await;
    let customer = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer, "AUD").await;
    let paid =
        json!({ "virtual_account_id": wallet["virtual_accounts"][0]["id"], "amount": 12_500, "currency": "AUD" });
    assert_eq!(merchant.post("/sandbox/deposits", &paid).await.body["status"], "CREDITED");
    let operator = stage.purser.operator(Actor::System);
    let mut approved = None;
    for organisation_id in [None, Some(merchant.organisation_id.parse().unwrap())] {
        let account = NewSettlementAccount {
            organisation_id,
            currency: Currency::AUD,
            name: "Northwind Traders".into(),
            numbers: AccountFields {
                bsb: Some("062-000".into()),
                account_number: Some("12345678".into()),
                ..AccountFields::default()
            },
            bank: organisation_id.is_none().then(|| "NAB".into()),
            user_id: None,
        };
        let asked = operator.request_settlement_account(&account, "one").await.unwrap();
        approved = Some(operator.approve_settlement_account(asked.id, "other").await.unwrap());
    }
    let account = approved.unwrap();
    let terms = NewSettlementTerms {
        organisation_id: account.organisation_id,
        currency: Currency::AUD,
        days: 0,
        cutoff: NaiveTime::from_hms_opt(16, 30, 0).unwrap(),
        zone: "Australia/Sydney".into(),
        calendar: CalendarName::Au,
        minimum: 0,
        mode: SettlementMode::Gross,
        account_id: account.id,
    };
    operator.set_settlement_terms(&terms, "one").await.unwrap();
    stage.clock.pass(TimeDelta::days(7));
    let outcomes = stage.purser.settle(None).await.unwrap();
    let is_done = |outcome: &SettlementOutcome| matches!(outcome, SettlementOutcome::Done(_));
    assert!(outcomes.iter().any(|settled| is_done(&settled.outcome)), "{outcomes:?}");
    let list = merchant.get("/settlements").await.body;
    (merchant, list["data"][0].clone())
}

#[tokio::test]
async fn a_settlement_names_its_deposits_and_they_name_it() {
    let stage = Stage::new().await;
    let (merchant, settlement) = settled(&stage, "harbour").await;
    let id = settlement["id"].as_str().unwrap();
    assert_eq!(
        (&settlement["status"], &settlement["net"], &settlement["deposits"]),
        (&json!("PENDING"), &json!(12_500), &json!(1))
    );
    assert!(settlement.get("account").is_none());
    let shown = merchant.get(&format!("/settlements/{id}")).await.body;
    assert_eq!(shown["account"], json!({ "name": "Northwind Traders", "number": "••••••••••5678" }));
    let deposits = merchant.get(&format!("/deposits?settlement_id={id}")).await.body;
    assert_eq!(deposits["data"].as_array().unwrap().len(), 1);
    assert_eq!(deposits["data"][0]["settlement_id"], settlement["id"]);
    let file = merchant.get(&format!("/settlements/{id}/file")).await;
    assert_eq!(file.header("content-type"), Some("text/plain; charset=us-ascii"));
    let disposition = file.header("content-disposition").unwrap();
    assert!(disposition.contains(settlement["reference"].as_str().unwrap()), "{disposition}");
    for (query, count) in [("status=PENDING", 1), ("status=PAID", 0), ("currency=AUD", 1), ("currency=EUR", 0)] {
        let list = merchant.get(&format!("/settlements?{query}")).await.body;
        assert_eq!(list["data"].as_array().unwrap().len(), count, "{query}");
    }
    assert_eq!(merchant.get("/settlements?status=GONE").await.errors(), [("status", "invalid")]);
    assert_eq!(merchant.get("/settlements?currency=x").await.errors(), [("currency", "invalid")]);
    merchant.get("/settlements/settlement_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c").await.is_problem(404, "not_found");

    let stranger = stage.merchant("quay").await;
    for path in [format!("/settlements/{id}"), format!("/settlements/{id}/file")] {
        stranger.get(&path).await.is_problem(404, "not_found");
    }
    assert_eq!(stranger.get("/settlements").await.body["data"], json!([]));
    assert_eq!(stranger.get(&format!("/deposits?settlement_id={id}")).await.body["data"], json!([]));
}

#[tokio::test]
async fn a_settlement_is_what_the_document_describes() {
    let stage = Stage::new().await;
    let (merchant, settlement) = settled(&stage, "harbour").await;
    let schema = stage.stranger(None, "/api/openapi.json").await.body["components"]["schemas"]["Settlement"].clone();
    let shown = merchant.get(&format!("/settlements/{}", settlement["id"].as_str().unwrap())).await.body;
    for name in shown.as_object().unwrap().keys() {
        assert!(schema["properties"].get(name).is_some(), "{name}");
    }
    for required in schema["required"].as_array().unwrap() {
        assert!(shown.get(required.as_str().unwrap()).is_some(), "{required}");
    }
}

#[tokio::test]
async fn fees_are_listed_by_what_became_of_them_and_for_what() {
    let stage = Stage::new().await;
    let (merchant, _) = settled(&stage, "northwind").await;
    let rule = NewFeeRule {
        organisation_id: merchant.organisation_id.parse().unwrap(),
        currency: Currency::AUD,
        fixed: 70,
        basis_points: 0,
        minimum: 0,
        maximum: None,
        tax_basis_points: 1_000,
    };
    stage.purser.operator(Actor::System).set_fee_rule(&rule, "one").await.unwrap();
    let wallets = merchant.get("/wallets?kind=customer").await.body;
    let account = &wallets["data"][0]["virtual_accounts"][0]["id"];
    let paid = json!({ "virtual_account_id": account, "amount": 1_000, "currency": "AUD" });
    let deposit = merchant.post("/sandbox/deposits", &paid).await.body;
    let list = merchant.get("/fees?status=DUE").await.body;
    let fee = &list["data"][0];
    assert_eq!((&fee["amount"], &fee["tax"], &fee["currency"]), (&json!(70), &json!(7), &json!("AUD")), "{list}");
    assert_eq!((&fee["deposit_id"], &fee["settlement_id"]), (&deposit["id"], &Value::Null));
    let found = |list: &Value| list["data"].as_array().unwrap().len();
    let of_it = format!("/fees?deposit_id={}&currency=AUD", deposit["id"].as_str().unwrap());
    assert_eq!(found(&merchant.get(&of_it).await.body), 1);
    for none in
        ["/fees?status=WAIVED", "/fees?currency=EUR", "/fees?settlement_id=settlement_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c"]
    {
        assert_eq!(found(&merchant.get(none).await.body), 0, "{none}");
    }
    let stranger = stage.merchant("southwind").await;
    assert_eq!(found(&stranger.get(&of_it).await.body), 0);
    let wrong = merchant.get("/fees?status=PAID&deposit_id=x").await;
    assert_eq!(wrong.status, 422);
}
