//! The reference: it names every route, and what it names is there.

use std::collections::BTreeSet;

use axum::{body::Body, http::Method};
use serde_json::Value;

use crate::stage::Stage;

const ROUTES: [&str; 32] = [
    "DELETE /customers/{id}",
    "GET /customer-requirements",
    "GET /customers",
    "GET /customers/{id}",
    "GET /customers/{id}/review",
    "GET /deposits",
    "GET /deposits/{id}",
    "GET /documents/{id}",
    "GET /documents/{id}/content",
    "GET /fees",
    "GET /settlements",
    "GET /settlements/{id}",
    "GET /settlements/{id}/file",
    "GET /transfers",
    "GET /transfers/{id}",
    "GET /wallet-transactions",
    "GET /wallet-transactions/{id}",
    "GET /wallets",
    "GET /wallets/{id}",
    "GET /wallets/{id}/statement",
    "PATCH /customers/{id}",
    "POST /customers",
    "POST /customers/{id}/disable",
    "POST /customers/{id}/enable",
    "POST /documents",
    "POST /rails/{rail}/deposits",
    "POST /sandbox/deposits",
    "POST /sandbox/deposits/{id}/reverse",
    "POST /transfers",
    "POST /transfers/{id}/post",
    "POST /transfers/{id}/release",
    "POST /wallets",
];

#[tokio::test]
async fn the_document_names_every_route_and_nothing_that_is_not_there() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let document = stage.stranger(None, "/api/openapi.json").await;
    assert_eq!(document.header("content-type"), Some("application/json"));
    let document = document.body;
    assert_eq!((&document["openapi"], &document["servers"][0]["url"]), (&"3.1.0".into(), &"/api/v1".into()));
    let (mut documented, mut operation_ids) = (BTreeSet::new(), BTreeSet::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{} {path}", method.to_uppercase());
            let path = path.replace("{id}", "x");
            let answer =
                merchant.sends(method.to_uppercase().parse::<Method>().unwrap(), &path, &[], Body::empty()).await;
            assert_ne!(answer.body["code"], "method_not_allowed", "{name}");
            assert!(answer.body["detail"].as_str().is_none_or(|detail| !detail.contains("no such address")), "{name}");
            holds_for_every_route(&name, operation);
            assert!(operation_ids.insert(operation["operationId"].clone().to_string()), "{name}");
            documented.insert(name);
        }
    }
    let expected: BTreeSet<String> =
        ROUTES.into_iter().chain(["POST /sandbox/customers/{id}/review"]).map(str::to_owned).collect();
    assert_eq!(documented, expected);
}

fn holds_for_every_route(name: &str, operation: &Value) {
    for status in ["401", "429", "500"] {
        let schema = &operation["responses"][status]["content"]["application/problem+json"]["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{name} {status}");
    }
    assert!(!operation["summary"].as_str().unwrap().is_empty(), "{name}");
    assert_eq!(operation["responses"].get("404").is_some(), name.contains("{id}"), "{name}");
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let has_key = parameters.clone().any(|parameter| parameter["name"] == "Idempotency-Key");
    // A bank's notices are known by their references.
    assert_eq!(has_key, name.starts_with("POST ") && !name.contains("/rails/"), "{name}");
    for parameter in parameters {
        assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {parameter}");
    }
}

#[tokio::test]
async fn every_reference_within_the_document_leads_somewhere() {
    let stage = Stage::new().await;
    let document = stage.stranger(None, "/api/openapi.json").await.body;
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let found = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(found.is_some(), "{reference}");
    }
    assert_eq!(document["components"]["securitySchemes"]["api_key"]["scheme"], "bearer");
    assert_eq!(document["components"]["schemas"]["CustomerStatus"]["enum"][2], "APPROVED");
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[tokio::test]
async fn every_parameter_of_a_list_is_heeded() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let document = stage.stranger(None, "/api/openapi.json").await.body;
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let answer = merchant.get(&format!("{path}?{name}=")).await;
            assert!(!answer.errors().contains(&(name, "unknown")), "{path} {name}");
        }
    }
}

#[tokio::test]
async fn what_is_answered_is_what_the_document_describes() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let document = stage.stranger(None, "/api/openapi.json").await.body;
    let customer_id = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer_id, "AUD").await;
    let paid = serde_json::json!({ "virtual_account_id": wallet["virtual_accounts"][0]["id"], "amount": 5, "currency": "AUD" });
    let deposit = merchant.post("/sandbox/deposits", &paid).await.body;
    let payin = merchant.get("/wallets?kind=payin&currency=AUD").await.body["data"][0].clone();
    let moved = serde_json::json!({
        "from_wallet_id": wallet["id"], "to_wallet_id": payin["id"], "amount": 5, "currency": "AUD"
    });
    let transfer = merchant.post("/transfers", &moved).await.body;
    let reverse = format!("/sandbox/deposits/{}/reverse", deposit["id"].as_str().unwrap());
    let deposit = merchant.post(&reverse, &serde_json::json!({})).await.body;
    let transaction = merchant.get("/wallet-transactions").await.body["data"][0].clone();
    let customer = merchant.get(&format!("/customers/{customer_id}")).await.body;
    let review = merchant.get(&format!("/customers/{customer_id}/review")).await.body;
    let statement = merchant.get(&format!("/wallets/{}/statement", wallet["id"].as_str().unwrap())).await.body;
    let problem = merchant.get("/customers?limit=0").await.body;
    for (name, value) in [
        ("Customer", customer),
        ("Wallet", wallet.clone()),
        ("VirtualAccount", wallet["virtual_accounts"][0].clone()),
        ("Deposit", deposit),
        ("Transfer", transfer),
        ("WalletTransaction", transaction),
        ("Review", review),
        ("Statement", statement),
        ("Problem", problem),
    ] {
        let schema = &document["components"]["schemas"][name];
        let described: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let written: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(written.is_subset(&described), "{name}: {:?}", written.difference(&described));
        for required in schema["required"].as_array().unwrap() {
            assert!(written.contains(required.as_str().unwrap()), "{name} {required}");
        }
    }
}

#[tokio::test]
async fn the_page_shows_every_route_and_every_problem_and_runs_nothing() {
    let stage = Stage::new().await;
    let answer = stage.stranger(None, "/api/docs").await;
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'; style-src 'self'"));
    let page = String::from_utf8(answer.bytes).unwrap();
    for route in ROUTES {
        let (method, path) = route.split_once(' ').unwrap();
        assert!(
            page.contains(&format!("<span class=\"method\">{method}</span> <span>/api/v1{path}</span>")),
            "{route}"
        );
    }
    for code in ["invalid", "feature_disabled", "idempotency_key_reused", "unavailable"] {
        assert!(page.contains(&format!("id=\"problem-{code}\"")), "{code}");
    }
    for forbidden in ["<script", " style=\"", "http://", "onclick"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert_eq!(stage.stranger(None, "/api/docs.css").await.header("content-type"), Some("text/css; charset=utf-8"));
}
