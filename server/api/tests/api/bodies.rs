//! What is sent wrongly: each refusal is a problem document that says what and where.

use axum::{body::Body, http::Method};
use serde_json::json;

use crate::stage::{Stage, multipart};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[tokio::test]
async fn without_a_known_key_nobody_gets_in() {
    let stage = Stage::new().await;
    for authorization in [None, Some("Bearer sk_unknown"), Some("Basic c2s6"), Some("Bearer")] {
        let answer = stage.stranger(authorization, "/api/v1/customers").await;
        answer.is_problem(401, "unauthenticated");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer realm=\"purser\""));
    }
}

#[tokio::test]
async fn guessing_at_keys_ends_in_waiting_but_a_right_key_still_opens() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let mut last = stage.stranger(Some("Bearer sk_wrong"), "/api/v1/wallets").await;
    for _ in 0..30 {
        last = stage.stranger(Some("Bearer sk_wrong"), "/api/v1/wallets").await;
    }
    last.is_problem(429, "too_many_requests");
    let wait: u64 = last.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(merchant.get("/wallets").await.status, 200);
}

#[tokio::test]
async fn a_wrong_address_or_method_is_a_problem_too() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for path in ["/api/v1/nothing", "/api/nothing", "/api/v1", "/api"] {
        stage.stranger(None, path).await.is_problem(404, "not_found");
    }
    let answer = merchant.sends(Method::PUT, "/customers", &[], Body::empty()).await;
    answer.is_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET,HEAD,POST"));
    for id in
        ["customer_1", "wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c", "%FF", "customer_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c"]
    {
        merchant.get(&format!("/customers/{id}")).await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn json_that_cannot_be_read_is_told_by_line_and_column() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for (body, place) in
        [("", "line 1"), ("{\"type\":\n  individual}", "line 2 column 3"), ("{} {}", "line 1 column 4")]
    {
        let answer = merchant.sends(Method::POST, "/customers", &JSON, Body::from(body)).await;
        answer.is_problem(400, "malformed");
        assert!(answer.body["detail"].as_str().unwrap().contains(place), "{:?}", answer.body);
    }
    merchant.post("/customers", &json!([])).await.is_problem(400, "malformed");
}

#[tokio::test]
async fn the_content_type_has_to_be_right() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for headers in [&[("content-type", "text/plain")][..], &[("content-type", "application/jsonp")], &[]] {
        let answer = merchant.sends(Method::POST, "/customers", headers, Body::from("{}")).await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let answer = merchant.sends(Method::POST, "/documents", &JSON, Body::from("{}")).await;
    answer.is_problem(415, "unsupported_media_type");
    let headers = [("content-type", "Application/JSON; charset=utf-8")];
    merchant.sends(Method::POST, "/customers", &headers, Body::from("{}")).await.is_problem(422, "invalid");
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let note = json!({ "description": "x".repeat(300 * 1024) });
    merchant.post("/customers", &note).await.is_problem(413, "too_large");
    let file = vec![0_u8; 5 * 1024 * 1024 + 1];
    merchant.uploads(&[], "large.pdf", &file).await.is_problem(413, "too_large");
    merchant.uploads(&[], "larger.pdf", &vec![0_u8; 21 * 1024 * 1024]).await.is_problem(413, "too_large");
}

#[tokio::test]
async fn an_upload_is_judged_by_its_content() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let answer = merchant.uploads(&[], "passport.png", b"this is no picture").await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.body["errors"][0]["field"], "file");
    let (content_type, body) = multipart("document", "a.png", b"x");
    let answer = merchant.sends(Method::POST, "/documents", &[("content-type", &content_type)], Body::from(body)).await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("document", "unknown")]);
    let headers = [("content-type", "multipart/form-data; boundary=frontier")];
    let answer = merchant.sends(Method::POST, "/documents", &headers, Body::from("--frontier--\r\n")).await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("file", "required")]);
    let answer = merchant.sends(Method::POST, "/documents", &headers, Body::from("--frontier\r\nContent-Dis")).await;
    answer.is_problem(400, "malformed");
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let answer = merchant
        .post(
            "/customers",
            &json!({
                "individual": { "first_name": "Ada", "date_of_birth": "2026-02-30", "nationality": "Atlantis" },
                "email": "nobody", "phone": "12", "documents": { "id_proof": "passport.png" }
            }),
        )
        .await;
    let mut errors = answer.is_problem(422, "invalid").errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("documents.id_proof", "invalid"),
            ("email", "invalid"),
            ("individual.date_of_birth", "invalid"),
            ("individual.last_name", "required"),
            ("individual.nationality", "invalid"),
            ("phone", "country_code"),
        ]
    );
    let answer = merchant.post("/customers", &json!({ "individual": { "frist_name": "Ada" } })).await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("individual.frist_name", "unknown")]);
    let answer = merchant.post("/customers", &json!({ "individual": { "first_name": 7 } })).await;
    assert_eq!(answer.is_problem(422, "invalid").errors(), [("individual.first_name", "wrong_type")]);
    let answer = merchant.post("/wallets", &json!({ "currency": "JPY", "credit_to": "me" })).await;
    assert_eq!(
        answer.is_problem(422, "invalid").errors(),
        [("customer_id", "required"), ("currency", "unsupported"), ("credit_to", "invalid")]
    );
}

#[tokio::test]
async fn parameters_that_nobody_knows_are_named() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for (path, errors) in [
        ("/customers?limit=0", [("limit", "out_of_range")]),
        ("/customers?limit=201", [("limit", "out_of_range")]),
        ("/customers?limit=ten", [("limit", "out_of_range")]),
        ("/customers?statsu=APPROVED", [("statsu", "unknown")]),
        ("/customers?status=approved", [("status", "invalid")]),
        ("/customers?sort=status", [("sort", "invalid")]),
        ("/customers?is_enabled=yes", [("is_enabled", "invalid")]),
        ("/customers?created_from=yesterday", [("created_from", "invalid")]),
        ("/customers?type=individual&type=company", [("type", "repeated")]),
        ("/customers?cursor=AAAA", [("cursor", "invalid")]),
        ("/wallet-transactions?amount_min=1.50", [("amount_min", "invalid")]),
        ("/wallets?customer_id=7", [("customer_id", "invalid")]),
        ("/customers/customer_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c?at=2026-01-01", [("at", "unknown")]),
        ("/customer-requirements", [("type", "required")]),
    ] {
        assert_eq!(merchant.get(path).await.is_problem(422, "invalid").errors(), errors, "{path}");
    }
}
