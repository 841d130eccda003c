//! Statements of a wallet, in every format.

use axum::{body::Body, http::Method};
use serde_json::{Value, json};

use crate::stage::{Answer, Merchant, Stage};

/// More than are read at a time.
const MANY: usize = 520;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn with_money(stage: &Stage, merchant: &Merchant, amounts: &[i64]) -> Value {
    let customer_id = stage.approved(merchant, "crm-1").await;
    let wallet = merchant.issues(&customer_id, "AUD").await;
    for amount in amounts {
        let told = json!({
            "virtual_account_id": wallet["virtual_accounts"][0]["id"], "amount": amount, "currency": "AUD",
            "sender": { "name": "=Söhne & <Co>" }, "reference": "Invoice 7"
        });
        assert_eq!(merchant.post("/sandbox/deposits", &told).await.status, 201);
    }
    wallet
}

async fn fetch(merchant: &Merchant, wallet: &Value, query: &str, accept: &str) -> Answer {
    let path = format!("/wallets/{}/statement{query}", wallet["id"].as_str().unwrap());
    merchant.sends(Method::GET, &path, &[("accept", accept)], Body::empty()).await
}

#[tokio::test]
async fn a_statement_goes_from_one_balance_to_the_other() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let wallet = with_money(&stage, &merchant, &[100, 20, 3]).await;
    let all = fetch(&merchant, &wallet, "", "*/*").await;
    assert_eq!(
        (all.status, all.header("content-type"), all.header("vary")),
        (200, Some("application/json"), Some("Accept"))
    );
    let lines = all.body["transactions"].as_array().unwrap();
    let told: Vec<_> = lines.iter().map(|line| (&line["amount"], &line["balance_after"])).collect();
    let expected = [(100, 100), (20, 120), (3, 123)].map(|(amount, after)| (json!(amount), json!(after)));
    assert_eq!(told, expected.iter().map(|(amount, after)| (amount, after)).collect::<Vec<_>>());
    assert_eq!((&all.body["opening_balance"], &all.body["closing_balance"]), (&json!(0), &json!(123)));
    assert_eq!(
        lines[0],
        merchant.get(&format!("/wallet-transactions/{}", lines[0]["id"].as_str().unwrap())).await.body
    );
    // A part of it: from the second movement to right before the third.
    let (from, to) = (lines[1]["created_at"].as_str().unwrap(), lines[2]["created_at"].as_str().unwrap());
    let part = fetch(&merchant, &wallet, &format!("?from={from}&to={to}"), "application/json").await.body;
    assert_eq!((&part["opening_balance"], &part["closing_balance"]), (&json!(100), &json!(120)));
    assert_eq!(part["transactions"].as_array().unwrap().len(), 1);
    // Days, and a period before the wallet was there.
    let day = fetch(&merchant, &wallet, "?from=2026-03-01&to=2026-03-31", "application/json").await.body;
    assert_eq!(day["transactions"].as_array().unwrap().len(), 3);
    assert_eq!((&day["from"], &day["to"]), (&json!("2026-03-01T00:00:00.000Z"), &json!("2026-04-01T00:00:00.000Z")));
    let none = fetch(&merchant, &wallet, "?from=2025-01-01&to=2025-12-31", "application/json").await.body;
    assert_eq!(
        (&none["opening_balance"], &none["closing_balance"], &none["transactions"]),
        (&json!(0), &json!(0), &json!([]))
    );
}

#[tokio::test]
async fn money_that_is_set_aside_is_not_in_it() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let wallet = with_money(&stage, &merchant, &[100]).await;
    let payin = merchant.get("/wallets?kind=payin&currency=AUD").await.body["data"][0]["id"].clone();
    let wanted = json!({ "from_wallet_id": wallet["id"], "to_wallet_id": payin, "amount": 40, "currency": "AUD", "is_reserved": true });
    let transfer = merchant.post("/transfers", &wanted).await.id();
    let kinds = async || {
        let body = fetch(&merchant, &wallet, "", "application/json").await.body;
        let lines = body["transactions"].as_array().unwrap();
        let kinds: Vec<String> = lines.iter().map(|line| line["type"].as_str().unwrap().to_owned()).collect();
        (kinds, body["closing_balance"].as_i64().unwrap())
    };
    assert_eq!(kinds().await, (vec!["CREDIT".to_owned()], 100));
    assert_eq!(merchant.post(&format!("/transfers/{transfer}/post"), &json!({})).await.status, 200);
    assert_eq!(kinds().await, (vec!["CREDIT".to_owned(), "DEBIT".to_owned()], 60));
}

#[tokio::test]
async fn every_format_comes_as_a_file_of_its_kind() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let wallet = with_money(&stage, &merchant, &[12_550, 50]).await;
    let name = |ending: &str| {
        format!("attachment; filename=\"statement-{}-2026-03-01-2026-03-31.{ending}\"", wallet["id"].as_str().unwrap())
    };
    for (accept, content_type, ending, begins) in [
        ("application/pdf", "application/pdf", "pdf", "%PDF-1.7"),
        ("text/csv", "text/csv; charset=utf-8; header=present", "csv", "Created At,"),
        (XLSX, XLSX, "xlsx", "PK"),
        ("application/xml", "application/xml", "xml", "<?xml"),
        ("text/xml", "application/xml", "xml", "<?xml"),
    ] {
        let file = fetch(&merchant, &wallet, "?from=2026-03-01&to=2026-03-31", accept).await;
        assert_eq!((file.status, file.header("content-type")), (200, Some(content_type)), "{accept}");
        assert_eq!(file.header("content-disposition"), Some(name(ending).as_str()));
        assert!(file.bytes.starts_with(begins.as_bytes()), "{accept}");
        assert_eq!(file.header("cache-control"), Some("no-store"));
    }
    let csv = String::from_utf8(fetch(&merchant, &wallet, "", "text/csv").await.bytes).unwrap();
    assert!(csv.contains(",CREDIT,deposit,125.50,125.50,AUD,'=Söhne & <Co>,,Invoice 7,wtxn_"), "{csv}");
    let xml = String::from_utf8(fetch(&merchant, &wallet, "", "text/xml").await.bytes).unwrap();
    assert!(
        xml.contains("urn:iso:std:iso:20022:tech:xsd:camt.053.001.08") && xml.contains("<Amt Ccy=\"AUD\">125.50</Amt>")
    );
}

#[tokio::test]
async fn what_is_longer_than_a_portion_is_whole() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let wallet = with_money(&stage, &merchant, &[1; MANY]).await;
    let body = fetch(&merchant, &wallet, "", "application/json").await.body;
    let after: Vec<i64> =
        body["transactions"].as_array().unwrap().iter().map(|line| line["balance_after"].as_i64().unwrap()).collect();
    assert_eq!(after, (1..=i64::try_from(MANY).unwrap()).collect::<Vec<_>>());
    let csv = String::from_utf8(fetch(&merchant, &wallet, "", "text/csv").await.bytes).unwrap();
    assert_eq!(csv.lines().count(), MANY + 3);
}

#[tokio::test]
async fn what_cannot_be_is_told() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let wallet = with_money(&stage, &merchant, &[]).await;
    let told = fetch(&merchant, &wallet, "", "image/png").await;
    told.is_problem(406, "not_acceptable");
    assert!(told.body["detail"].as_str().unwrap().contains("application/pdf"));
    for (query, errors) in [
        ("?from=yesterday&to=31.3.2026", vec![("from", "invalid"), ("to", "invalid")]),
        ("?from=2026-03-10&to=2026-03-09", vec![("to", "before_from")]),
        ("?from=2099-01-01&to=2099-02-01", vec![("from", "future")]),
        ("?from=2099-01-01", vec![("from", "future"), ("to", "before_from")]),
        ("?format=pdf", vec![("format", "unknown")]),
        ("?from=2026-03-01&from=2026-03-02", vec![("from", "repeated")]),
    ] {
        assert_eq!(
            fetch(&merchant, &wallet, query, "application/pdf").await.is_problem(422, "invalid").errors(),
            errors,
            "{query}"
        );
    }
    let nothing = json!({ "id": "wallet_00000000000000000000000000000000" });
    fetch(&merchant, &nothing, "", "application/pdf").await.is_problem(404, "not_found");
}
