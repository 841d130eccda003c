//! From a complete customer to money in its wallet.

use documents::specimens::PASSPORT;
use serde_json::{Value, json};

use crate::stage::Stage;

#[tokio::test]
async fn a_document_comes_back_as_it_was_sent() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let answer = merchant.uploads(&[], "../päss.png", PASSPORT.bytes).await;
    assert_eq!(answer.status, 201);
    let id = answer.id();
    assert_eq!(answer.body["media_type"], "image/png");
    assert_eq!(answer.body["size_bytes"], PASSPORT.bytes.len());
    assert_eq!(answer.body["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(merchant.get(&format!("/documents/{id}")).await.body, answer.body);
    let content = merchant.get(&format!("/documents/{id}/content")).await;
    assert_eq!((content.status, content.bytes.as_slice()), (200, PASSPORT.bytes));
    assert_eq!(content.header("content-type"), Some("image/png"));
    assert_eq!(
        content.header("content-disposition"),
        Some("inline; filename=\"p_ss.png\"; filename*=UTF-8''p%C3%A4ss.png")
    );
    assert_eq!(content.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    assert_eq!(content.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_wallet_is_issued_in_every_form_and_once() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer_id = stage.approved(&merchant, "crm-1").await;
    for (currency, numbers) in [
        ("AUD", &["bsb", "account_number"][..]),
        ("NZD", &["account_number"]),
        ("SGD", &["account_number"]),
        ("EUR", &["iban"]),
        ("GBP", &["iban"]),
        ("USD", &["routing_number", "account_number"]),
        ("PHP", &["account_number"]),
        ("THB", &["account_number"]),
    ] {
        let wallet = merchant.issues(&customer_id, currency).await;
        assert_eq!((&wallet["currency"], &wallet["kind"]), (&json!(currency), &json!("customer")));
        assert_eq!((&wallet["ledger_balance"], &wallet["available_balance"]), (&json!(0), &json!(0)));
        let account = &wallet["virtual_accounts"][0];
        for name in ["bsb", "account_number", "iban", "routing_number"] {
            assert_eq!(account[name].is_string(), numbers.contains(&name), "{currency} {name}");
        }
        assert_eq!(
            (&account["account_name"], &account["credit_to"]),
            (&json!("Elin Nordquist"), &json!("customer_wallet"))
        );
        assert_eq!(merchant.get(&format!("/wallets/{}", wallet["id"].as_str().unwrap())).await.body, wallet);
    }
    let again = merchant.post("/wallets", &json!({ "customer_id": customer_id, "currency": "AUD" })).await;
    again.is_problem(409, "wallet_exists");
    let own = merchant.get("/wallets?currency=AUD&kind=payin").await.body;
    assert_eq!((own["data"].as_array().unwrap().len(), &own["data"][0]["customer_id"]), (1, &Value::Null));
}

#[tokio::test]
async fn a_refused_wallet_comes_with_every_reason() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let id = merchant.creates(&json!({ "individual": { "first_name": "Ada", "last_name": "Marlowe" } })).await;
    merchant.post(&format!("/customers/{id}/disable"), &json!({})).await;
    let answer = merchant.post("/wallets", &json!({ "customer_id": id, "currency": "AUD" })).await;
    let codes: Vec<&str> = answer.is_problem(409, "not_ready").errors().into_iter().map(|(_, code)| code).collect();
    for code in ["missing", "pending_info", "disabled"] {
        assert!(codes.contains(&code), "{code}");
    }
    let nobody = json!({ "customer_id": "customer_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c", "currency": "AUD" });
    assert_eq!(merchant.post("/wallets", &nobody).await.errors(), [("customer_id", "not_found")]);
}

#[tokio::test]
async fn money_arrives_with_its_sender() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer_id = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer_id, "AUD").await;
    let account = &wallet["virtual_accounts"][0];
    let answer = merchant
        .post(
            "/sandbox/deposits",
            &json!({
                "virtual_account_id": account["id"], "amount": 12500, "currency": "AUD",
                "sender": { "name": "J Citizen", "bsb": "062-000", "account_number": "12345678" },
                "reference": "INV 1042", "bank_reference": "N1", "rail": "npp", "received_at": "2026-03-25T09:29:00Z"
            }),
        )
        .await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let deposit = &answer.body;
    let transaction_id = deposit["wallet_transaction_id"].as_str().unwrap();
    assert_eq!(
        *deposit,
        json!({
            "id": deposit["id"], "status": "CREDITED", "reason": null, "rail": "npp", "bank_reference": "N1",
            "virtual_account_id": account["id"], "customer_id": customer_id, "wallet_id": wallet["id"],
            "amount": 12500, "currency": "AUD",
            "sender": { "name": "J Citizen", "bsb": "062-000", "account_number": "12345678", "iban": null, "pay_id": null },
            "reference": "INV 1042", "received_at": "2026-03-25T09:29:00.000Z",
            "wallet_transaction_id": transaction_id, "settlement_id": null, "return": null
        })
    );
    assert_eq!(merchant.get(&format!("/deposits/{}", answer.id())).await.body, *deposit);
    let transaction = merchant.get(&format!("/wallet-transactions/{transaction_id}")).await.body;
    assert_eq!(
        transaction,
        json!({
            "id": transaction_id, "wallet_id": wallet["id"], "customer_id": customer_id, "type": "CREDIT", "source": "deposit",
            "source_id": deposit["id"], "amount": 12500, "currency": "AUD", "balance_after": 12500,
            "sender": deposit["sender"], "reference": "INV 1042", "created_at": transaction["created_at"]
        })
    );
    let balance = merchant.get(&format!("/wallets/{}", wallet["id"].as_str().unwrap())).await.body;
    assert_eq!((&balance["ledger_balance"], &balance["available_balance"]), (&json!(12500), &json!(12500)));
    merchant.delete(&format!("/customers/{customer_id}")).await.is_problem(409, "balance_not_zero");
    for (query, found) in [
        (format!("wallet_id={}", wallet["id"].as_str().unwrap()), 1),
        (format!("customer_id={customer_id}&type=CREDIT&source=deposit&currency=aud"), 1),
        ("amount_min=12500&amount_max=12500&from=2026-03-25&to=2026-03-25".to_owned(), 1),
        ("amount_min=12501".to_owned(), 0),
        ("q=citizen".to_owned(), 1),
        ("q=inv+1042".to_owned(), 1),
        ("type=DEBIT".to_owned(), 0),
    ] {
        let list = merchant.get(&format!("/wallet-transactions?{query}")).await.body;
        assert_eq!(list["data"].as_array().map(Vec::len), Some(found), "{query}");
    }
}

#[tokio::test]
async fn a_wallet_shows_the_balances_of_a_past_moment_and_names_at_when_there_are_none() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer_id = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer_id, "AUD").await;
    let path = format!("/wallets/{}", wallet["id"].as_str().unwrap());
    let told = json!({ "virtual_account_id": wallet["virtual_accounts"][0]["id"], "amount": 500, "currency": "AUD" });
    assert_eq!(merchant.post("/sandbox/deposits", &told).await.status, 201);
    let issued_at = wallet["created_at"].as_str().unwrap();
    let moved = merchant.get("/wallet-transactions").await.body["data"][0]["created_at"].as_str().unwrap().to_owned();
    let shown = merchant.get(&format!("{path}?at={moved}")).await.body;
    assert_eq!((&shown["ledger_balance"], &shown["available_balance"]), (&json!(500), &json!(500)));
    if issued_at < moved.as_str() {
        assert_eq!(merchant.get(&format!("{path}?at={issued_at}")).await.body["ledger_balance"], 0);
    }
    for (at, code) in [
        ("2001-01-01T00:00:00Z", "too_early"),
        ("9999-01-01T00:00:00Z", "future"),
        ("2026-03-25", "invalid"),
        ("yesterday", "invalid"),
    ] {
        let answer = merchant.get(&format!("{path}?at={at}")).await;
        let errors = answer.is_problem(422, "invalid").errors();
        assert_eq!(errors, [("at", code)], "{at}");
    }
    let other = stage.merchant("quay").await;
    other.get(&format!("{path}?at={moved}")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_deposit_told_twice_is_credited_once() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer_id = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer_id, "AUD").await;
    let account = &wallet["virtual_accounts"][0];
    let told = json!({
        "bsb": account["bsb"], "account_number": account["account_number"], "amount": 500, "currency": "AUD", "bank_reference": "N2"
    });
    let answers = futures::future::join_all((0..20).map(|_| merchant.post("/sandbox/deposits", &told))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status) && answer.body == answers[0].body));
    let other = json!({
        "bsb": account["bsb"], "account_number": account["account_number"], "amount": 501, "currency": "AUD", "bank_reference": "N2"
    });
    merchant.post("/sandbox/deposits", &other).await.is_problem(409, "bank_reference_reused");
    // With a key, a repetition is marked as one, whether or not the bank reference was known.
    for replayed in [None, Some("true"), Some("true")] {
        let answer = merchant.post_once("/sandbox/deposits", "k", &told).await;
        assert_eq!((answer.status, answer.header("idempotent-replayed")), (200, replayed));
        assert_eq!(answer.body, answers[0].body);
    }
    let balance = merchant.get(&format!("/wallets/{}", wallet["id"].as_str().unwrap())).await.body;
    assert_eq!(balance["ledger_balance"], 500);
}

#[tokio::test]
async fn money_that_is_not_wanted_says_why() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    let customer_id = stage.approved(&merchant, "crm-1").await;
    let wallet = merchant.issues(&customer_id, "AUD").await;
    let account = &wallet["virtual_accounts"][0];
    let unknown = json!({ "iban": "DE89370400440532013000", "amount": 500, "currency": "EUR" });
    let held = merchant.post("/sandbox/deposits", &unknown).await;
    assert_eq!((held.status, &held.body["status"], &held.body["wallet_id"]), (201, &json!("HELD"), &Value::Null));
    assert_eq!(held.body["reason"]["code"], "account_unknown");
    assert_eq!(held.body["sender"]["name"], Value::Null, "nothing is made up");
    let foreign = json!({ "virtual_account_id": account["id"], "amount": 500, "currency": "EUR" });
    let rejected = merchant.post("/sandbox/deposits", &foreign).await.body;
    assert_eq!((&rejected["status"], &rejected["reason"]["code"]), (&json!("REJECTED"), &json!("currency_mismatch")));
    merchant.post(&format!("/customers/{customer_id}/disable"), &json!({})).await;
    let disabled = json!({ "virtual_account_id": account["id"], "amount": 500, "currency": "AUD" });
    assert_eq!(merchant.post("/sandbox/deposits", &disabled).await.body["reason"]["code"], "customer_disabled");
    for (query, found) in [("status=HELD", 1), ("status=REJECTED", 2), ("status=CREDITED", 0), ("", 3)] {
        let list = merchant.get(&format!("/deposits?{query}")).await.body;
        assert_eq!(list["data"].as_array().map(Vec::len), Some(found), "{query}");
    }
}

#[tokio::test]
async fn a_wrong_deposit_names_every_field() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for (body, errors) in [
        (json!({}), &[("virtual_account_id", "required"), ("amount", "required"), ("currency", "required")][..]),
        (json!({ "virtual_account_id": "va_1", "amount": 1, "currency": "AUD" }), &[("virtual_account_id", "invalid")]),
        (
            json!({ "virtual_account_id": "va_1", "bsb": "062-000", "amount": 1, "currency": "AUD" }),
            &[("virtual_account_id", "ambiguous")],
        ),
        (json!({ "iban": "DE89370400440532013000", "amount": 10.5, "currency": "EUR" }), &[("amount", "wrong_type")]),
        (
            json!({ "iban": "DE89370400440532013000", "amount": 0, "currency": "EUR", "rail": "pigeon" }),
            &[("rail", "invalid"), ("amount", "not_positive")],
        ),
        (json!({ "iban": "DE89370400440532013001", "amount": 1, "currency": "EUR" }), &[("iban", "checksum")]),
        (
            json!({ "iban": "DE89370400440532013000", "amount": 1, "currency": "EUR", "received_at": "noon" }),
            &[("received_at", "invalid")],
        ),
        (
            json!({ "iban": "DE89370400440532013000", "amount": 1, "currency": "EUR", "sender": { "nmae": "x" } }),
            &[("sender.nmae", "unknown")],
        ),
        (
            json!({ "virtual_account_id": "va_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c", "amount": 1, "currency": "EUR" }),
            &[("virtual_account_id", "not_found")],
        ),
    ] {
        let answer = merchant.post("/sandbox/deposits", &body).await;
        let told = answer.is_problem(422, "invalid").errors();
        let fields = |errors: &[(&str, &str)]| errors.iter().map(|(field, _)| (*field).to_owned()).collect::<Vec<_>>();
        assert_eq!(fields(&told), fields(errors), "{body}");
    }
    let real = stage.merchant_with("real", false, Vec::new()).await;
    let unknown = json!({ "iban": "DE89370400440532013000", "amount": 500, "currency": "EUR" });
    real.post("/sandbox/deposits", &unknown).await.is_problem(403, "sandbox_only");
}
