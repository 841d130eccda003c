//! Issuing wallets with numbers of their own.

use std::collections::BTreeSet;

use documents::specimens;
use domain::{
    account_number::AccountNumber,
    money::Currency,
    wallet::{CreditTo, WalletKind},
};
use serde_json::{Value, json};
use service::{Error, Idempotency, PageRequest, WalletFilter};

use crate::world::{World, at_once, code, faults, individual, with};

const PAGE: PageRequest = PageRequest { limit: 200, after: None };

#[tokio::test]
async fn a_customer_gets_a_valid_number_in_each_of_the_eight_currencies() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let mut numbers = BTreeSet::new();
    for currency in Currency::WALLETS {
        let wallet = merchant.issues(customer.id, currency).await;
        assert_eq!((wallet.currency(), wallet.customer_id), (currency, Some(customer.id)));
        let accounts = merchant.reader().virtual_accounts(wallet.id).await.unwrap();
        assert_eq!(accounts.len(), 1);
        let account = &accounts[0];
        assert_eq!(account.account_name, "Elin Nordquist");
        let read = AccountNumber::parse_for(currency, &account.number.fields());
        assert_eq!(read.as_ref(), Ok(&account.number), "{currency}");
        assert!(numbers.insert(account.number.canonical()));
        assert_eq!(merchant.balance(&wallet).await, 0);
    }
    assert_eq!(numbers.len(), 8);
    let all = merchant.reader().wallets(&WalletFilter::default(), &PAGE).await.unwrap().rows;
    assert_eq!(all.len(), 24, "the organisation has Payin and Fees in each");
    for kind in WalletKind::ALL {
        assert_eq!(all.iter().filter(|row| row.wallet.kind == kind).count(), 8);
    }
}

#[tokio::test]
async fn a_refusal_lists_every_reason() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let input = merchant.fills_in("PA1").await;
    let input = with(&input, "documents.address_proof", Value::Null);
    let customer = merchant.creates(&with(&input, "account_usage_purpose", Value::Null)).await;
    merchant.editor().disable_customer(customer.id).await.unwrap();
    world.suspend(&merchant).await;
    let issued = merchant.editor().issue_wallet(customer.id, Currency::AUD, CreditTo::CustomerWallet).await;
    let Err(Error::Refused(reasons)) = issued else { panic!("{issued:?}") };
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(codes, ["missing", "missing", "pending_info", "organisation_suspended", "disabled"]);
    assert_eq!(merchant.reader().why_no_wallet(customer.id).await.unwrap(), reasons);
    let wallets = merchant.reader().wallets(&WalletFilter::default(), &PAGE).await.unwrap();
    assert!(wallets.rows.is_empty(), "a refusal leaves nothing behind");
}

#[tokio::test]
async fn under_review_and_suspended_customers_get_none() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let expires_on = "individual.identification.expires_on";
    let input = with(&merchant.fills_in("PA1").await, expires_on, json!("2020-01-01"));
    let customer = merchant.creates(&input).await;
    for expected in ["under_review", "suspended"] {
        let issued = merchant.editor().issue_wallet(customer.id, Currency::AUD, CreditTo::CustomerWallet).await;
        let Err(Error::Refused(reasons)) = issued else { panic!("{issued:?}") };
        assert_eq!(reasons[0].code, expected);
        world.work().await;
    }
}

#[tokio::test]
async fn currencies_without_wallets_second_wallets_and_strangers_are_refused() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let editor = merchant.editor();
    let yen = editor.issue_wallet(customer.id, Currency::parse("JPY").unwrap(), CreditTo::CustomerWallet).await;
    assert_eq!(faults(yen), [("currency".to_owned(), "unsupported".to_owned())]);
    merchant.issues(customer.id, Currency::EUR).await;
    let second = editor.issue_wallet(customer.id, Currency::EUR, CreditTo::PayinWallet).await;
    assert_eq!(code(second), "wallet_exists");
    let stranger = world.merchant("southwind").await.editor();
    let stolen = stranger.issue_wallet(customer.id, Currency::GBP, CreditTo::CustomerWallet).await;
    assert_eq!(code(stolen), "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_issues_at_once_for_one_customer_make_one_wallet() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let (editor, id) = (merchant.editor(), customer.id);
    let results = at_once(50, |_| {
        let editor = editor.clone();
        async move { editor.issue_wallet(id, Currency::AUD, CreditTo::CustomerWallet).await.map_err(|e| e.code()) }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().all(|result| result.is_ok() || matches!(result, Err("wallet_exists"))));
    let filter = WalletFilter { customer_id: Some(id), ..WalletFilter::default() };
    assert_eq!(merchant.reader().wallets(&filter, &PAGE).await.unwrap().rows.len(), 1);
    world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_issues_at_once_for_fifty_customers_give_fifty_numbers() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let id_proof = merchant.uploads(&specimens::PASSPORT).await;
    let address_proof = merchant.uploads(&specimens::ADDRESS_PROOF).await;
    let mut customers = Vec::new();
    for number in 0..50 {
        let customer = merchant.creates(&individual(&format!("PA{number}"), id_proof, address_proof)).await;
        let outcome = domain::review::CheckOutcome::Pass;
        customers.push(merchant.editor().simulate_review(customer.id, outcome).await.unwrap().id);
    }
    let editor = merchant.editor();
    let wallets = at_once(50, |number| {
        let (editor, id) = (editor.clone(), customers[number]);
        async move { editor.issue_wallet(id, Currency::NZD, CreditTo::CustomerWallet).await.unwrap() }
    })
    .await;
    let mut numbers = BTreeSet::new();
    for wallet in &wallets {
        let accounts = merchant.reader().virtual_accounts(wallet.id).await.unwrap();
        assert!(numbers.insert(accounts[0].number.canonical()), "a number was given twice");
    }
    assert_eq!(numbers.len(), 50);
    let own = WalletFilter { kind: Some(WalletKind::Payin), ..WalletFilter::default() };
    assert_eq!(merchant.reader().wallets(&own, &PAGE).await.unwrap().rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_issue_sent_again_with_its_key_answers_with_the_first_wallet() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let key = Idempotency { key: "w1".into(), request_hash: [1; 32] };
    let (editor, id) = (merchant.editor().with_idempotency(key), customer.id);
    let wallets = at_once(20, |_| {
        let editor = editor.clone();
        async move { editor.issue_wallet(id, Currency::USD, CreditTo::CustomerWallet).await.unwrap().id }
    })
    .await;
    assert!(wallets.iter().all(|wallet| *wallet == wallets[0]));
}
