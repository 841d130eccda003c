//! Issuing wallets with numbers of their own.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use documents::specimens;
use domain::{
    account_number::AccountNumber,
    money::Currency,
    wallet::{CreditTo, WalletKind},
};
use serde_json::{Value, json};
use service::{Error, Idempotency, PageRequest, StatementFormat, WalletFilter};

use crate::world::{World, at_once, code, faults, individual, money_for, with};

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

#[tokio::test]
async fn balances_of_any_past_moment_are_told_and_of_no_other() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, Currency::AUD).await;
    let (reader, target) = (merchant.reader(), merchant.target(&wallet).await);
    let issued_at = wallet.created_at;
    for number in 1..=3 {
        world.later(TimeDelta::hours(1));
        let deposit = money_for(target.clone(), 100, Currency::AUD, &format!("N{number}"));
        merchant.editor().simulate_deposit(&deposit).await.unwrap();
    }
    for (hours, expected) in [(0, 0), (1, 100), (2, 200), (3, 300)] {
        let at = issued_at + TimeDelta::hours(hours);
        let shown = reader.wallet_at(wallet.id, at).await.unwrap().wallet;
        assert_eq!((shown.ledger_balance.minor(), shown.available_balance.minor()), (expected, expected), "{hours}");
        if hours > 0 {
            let before = reader.wallet_at(wallet.id, at - TimeDelta::milliseconds(1)).await.unwrap().wallet;
            assert_eq!(before.ledger_balance.minor(), expected - 100, "{hours}");
        }
    }
    for (at, code) in [
        (issued_at - TimeDelta::milliseconds(1), "too_early"),
        (issued_at + TimeDelta::hours(4), "future"),
        (DateTime::<Utc>::MIN_UTC, "too_early"),
        (DateTime::<Utc>::MAX_UTC, "future"),
    ] {
        assert_eq!(faults(reader.wallet_at(wallet.id, at).await), [("at".to_owned(), code.to_owned())]);
    }
    let other = world.merchant("southwind").await;
    assert_eq!(code(other.reader().wallet_at(wallet.id, issued_at).await), "not_found");
}

#[tokio::test]
async fn a_statement_is_closed_by_what_was_there_when_it_was_asked_for() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, Currency::AUD).await;
    let (reader, target) = (merchant.reader(), merchant.target(&wallet).await);
    let pays = async |number: u32| {
        world.later(TimeDelta::hours(1));
        let deposit = money_for(target.clone(), 100, Currency::AUD, &format!("S{number}"));
        merchant.editor().simulate_deposit(&deposit).await.unwrap();
    };
    for number in 0..2 {
        pays(number).await;
    }
    // To the end of a day that has not ended.
    let midnight = wallet.created_at + TimeDelta::days(1);
    let mut statement = reader.statement(wallet.id, None, Some(midnight)).await.unwrap();
    let mut file =
        reader.statement(wallet.id, None, Some(midnight)).await.unwrap().into_file(StatementFormat::Csv).unwrap();
    pays(2).await;
    let head = statement.head().clone();
    assert_eq!((head.opening.minor(), head.closing.minor()), (0, 200));
    assert_eq!(statement.next().await.unwrap().len(), 2);
    assert!(statement.next().await.unwrap().is_empty());
    let mut csv = Vec::new();
    while let Some(part) = file.next().await.unwrap() {
        csv.extend(part);
    }
    assert_eq!(String::from_utf8(csv).unwrap().lines().count(), 5, "the header, two balances, two movements");
    let since = reader.statement(wallet.id, Some(wallet.created_at + TimeDelta::hours(2)), None).await.unwrap();
    assert_eq!((since.head().opening.minor(), since.head().closing.minor()), (100, 300));
    let other = world.merchant("southwind").await;
    assert_eq!(code(other.reader().statement(wallet.id, None, None).await), "not_found");
    let backwards = reader.statement(wallet.id, Some(wallet.created_at), Some(wallet.created_at)).await;
    assert_eq!(faults(backwards), [("to".to_owned(), "before_from".to_owned())]);
}
