//! Money that comes in: credited once, held, or on its way back; never lost and never made.

use domain::{
    account_number::AccountFields,
    deposit::{Deposit, DepositStatus},
    money::Currency,
    wallet::{CreditTo, SenderParty, TransactionType, WalletKind},
};
use service::{
    DepositFilter, DepositTarget, Error, Idempotency, PageRequest, SandboxDeposit, TransactionFilter, WalletFilter,
};

use crate::world::{Merchant, World, at_once, code, faults, money_for};

const PAGE: PageRequest = PageRequest { limit: 200, after: None };
const AUD: Currency = Currency::AUD;

fn reason(deposit: &Deposit) -> &str {
    deposit.reason.as_ref().map_or("", |reason| reason.code.as_str())
}

/// What the bank holds for an organisation in AUD.
async fn at_bank(merchant: &Merchant) -> i64 {
    let balances = merchant.reader().overview().await.unwrap().balances;
    balances.iter().find(|money| money.currency() == AUD).map_or(0, |money| money.minor())
}

#[tokio::test]
async fn a_deposit_is_credited_with_its_sender() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    assert_eq!(merchant.reader().newest_transaction(Some(wallet.id)).await.unwrap(), None);
    let told = money_for(merchant.target(&wallet).await, 125_050, AUD, "ref 1");
    let deposit = merchant.editor().simulate_deposit(&told).await.unwrap();
    assert_eq!((deposit.status, deposit.wallet_id), (DepositStatus::Credited, Some(wallet.id)));
    assert_eq!(merchant.balance(&wallet).await, 125_050);
    let id = deposit.wallet_transaction_id.unwrap();
    let (movement, name) = merchant.reader().transaction(id).await.unwrap();
    assert_eq!(name.as_deref(), Some("Elin Nordquist"));
    assert_eq!((movement.kind, movement.balance_after.minor()), (TransactionType::Credit, 125_050));
    assert_eq!(movement.sender, told.sender);
    assert_eq!(movement.reference.as_deref(), Some("Invoice 17"));
    assert_eq!(movement.source_id, deposit.id.to_string());
    assert_eq!(merchant.reader().newest_transaction(Some(wallet.id)).await.unwrap(), Some(id));
    assert_eq!(merchant.reader().deposit(deposit.id).await.unwrap(), deposit);
    assert_eq!(at_bank(&merchant).await, 125_050);
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_sender_whom_the_bank_does_not_name_stays_unnamed() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let blank = SenderParty { name: Some("  ".into()), ..SenderParty::default() };
    let told =
        SandboxDeposit { sender: blank, reference: None, ..money_for(merchant.target(&wallet).await, 1, AUD, "r") };
    let deposit = merchant.editor().simulate_deposit(&told).await.unwrap();
    assert_eq!(deposit.notice.sender, SenderParty::default());
    assert_eq!(deposit.notice.received_at, world.purser.now());
}

#[tokio::test]
async fn an_account_may_credit_the_organisations_payin_wallet_and_names_the_customer() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.editor().issue_wallet(customer.id, AUD, CreditTo::PayinWallet).await.unwrap();
    let told = money_for(merchant.target(&wallet).await, 500, AUD, "r");
    let deposit = merchant.editor().simulate_deposit(&told).await.unwrap();
    assert_eq!(merchant.balance(&wallet).await, 0);
    let filter = WalletFilter { kind: Some(WalletKind::Payin), ..WalletFilter::default() };
    let payin = merchant.reader().wallets(&filter, &PAGE).await.unwrap().rows.remove(0).wallet;
    assert_eq!((payin.ledger_balance.minor(), deposit.wallet_id), (500, Some(payin.id)));
    let of_customer = TransactionFilter { customer_id: Some(customer.id), ..TransactionFilter::default() };
    assert_eq!(merchant.reader().transactions(&of_customer, &PAGE).await.unwrap().rows.len(), 1);
    world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deposit_told_fifty_times_at_once_is_credited_once() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let told = money_for(merchant.target(&wallet).await, 1_000, AUD, "the same");
    let editor = merchant.editor();
    let deposits = at_once(50, |number| {
        let (mut editor, told) = (editor.clone(), told.clone());
        if number % 2 == 0 {
            let key = Idempotency { key: format!("key {}", number % 10), request_hash: [1; 32] };
            editor = editor.with_idempotency(key);
        }
        async move { editor.simulate_deposit(&told).await.unwrap() }
    })
    .await;
    assert!(deposits.iter().all(|deposit| *deposit == deposits[0]));
    assert_eq!(merchant.balance(&wallet).await, 1_000);
    let movements = merchant.reader().transactions(&TransactionFilter::default(), &PAGE).await.unwrap();
    assert_eq!(movements.rows.len(), 1);
    world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_deposits_at_once_all_arrive_and_the_statement_adds_up_line_by_line() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let target = merchant.target(&wallet).await;
    let editor = merchant.editor();
    at_once(50, |number| {
        let minor = i64::try_from(number).unwrap() + 1;
        let (editor, told) = (editor.clone(), money_for(target.clone(), minor, AUD, &format!("ref {number}")));
        async move { editor.simulate_deposit(&told).await.unwrap() }
    })
    .await;
    assert_eq!(merchant.balance(&wallet).await, 50 * 51 / 2);
    let filter = TransactionFilter { wallet_id: Some(wallet.id), ..TransactionFilter::default() };
    let mut rows = merchant.reader().transactions(&filter, &PAGE).await.unwrap().rows;
    let newest = rows[0].0.id;
    rows.reverse();
    let mut balance = 0;
    for (movement, _) in rows {
        balance += movement.amount.minor();
        assert_eq!(movement.balance_after.minor(), balance, "the lines are not in the order they were booked");
    }
    assert_eq!(merchant.reader().newest_transaction(Some(wallet.id)).await.unwrap(), Some(newest));
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_bank_reference_means_one_payment() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let target = merchant.target(&wallet).await;
    let editor = merchant.editor();
    let (first, is_new) = editor.receive_sandbox_deposit(&money_for(target.clone(), 100, AUD, "ref")).await.unwrap();
    assert!(is_new);
    let (again, is_new) = editor.receive_sandbox_deposit(&money_for(target.clone(), 100, AUD, " ref ")).await.unwrap();
    assert_eq!((again, is_new), (first, false));
    let other = editor.simulate_deposit(&money_for(target.clone(), 101, AUD, "ref")).await;
    assert_eq!(code(other), "bank_reference_reused");
    let other_rail = SandboxDeposit { rail: Some("other".into()), ..money_for(target.clone(), 101, AUD, "ref") };
    editor.simulate_deposit(&other_rail).await.unwrap();
    let unnamed = SandboxDeposit { bank_reference: None, ..money_for(target, 7, AUD, "") };
    for _ in 0..2 {
        editor.simulate_deposit(&unnamed).await.unwrap();
    }
    assert_eq!(merchant.balance(&wallet).await, 215);
}

#[tokio::test]
async fn money_for_nobodys_account_is_held() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let fields =
        AccountFields { bsb: Some("062-000".into()), account_number: Some("999999999".into()), ..Default::default() };
    let told = money_for(DepositTarget::Numbers(fields), 4_200, AUD, "r");
    let deposit = merchant.editor().simulate_deposit(&told).await.unwrap();
    assert_eq!((deposit.status, reason(&deposit)), (DepositStatus::Held, "account_unknown"));
    assert_eq!((deposit.wallet_id, deposit.customer_id), (None, None));
    assert_eq!(deposit.account_text.as_deref(), Some("062-000 999999999"));
    let held = DepositFilter { status: Some(DepositStatus::Held), ..DepositFilter::default() };
    assert_eq!(merchant.reader().deposits(&held, &PAGE).await.unwrap().rows, [deposit]);
    assert_eq!(merchant.reader().overview().await.unwrap().held, 1);
    assert_eq!(at_bank(&merchant).await, 4_200, "it is there, and nobody's yet");
    world.prove_ledger().await;
}

#[tokio::test]
async fn money_that_is_not_wanted_is_rejected_and_due_back() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let target = merchant.target(&wallet).await;
    let editor = merchant.editor();
    let mut expected = Vec::new();
    let wrong = editor.simulate_deposit(&money_for(target.clone(), 100, Currency::NZD, "currency")).await.unwrap();
    expected.push((wrong, "currency_mismatch"));
    editor.disable_customer(customer.id).await.unwrap();
    let disabled = editor.simulate_deposit(&money_for(target.clone(), 200, AUD, "disabled")).await.unwrap();
    expected.push((disabled, "customer_disabled"));
    editor.enable_customer(customer.id).await.unwrap();
    let moved = crate::world::with(
        &domain::input::CustomerInput::from(&customer.details),
        "address.city",
        serde_json::json!("Perth"),
    );
    editor.update_customer(customer.id, &moved).await.unwrap();
    let under_review = editor.simulate_deposit(&money_for(target.clone(), 300, AUD, "under review")).await.unwrap();
    expected.push((under_review, "customer_not_active"));
    world.work().await;
    world.suspend(&merchant).await;
    let suspended = editor.simulate_deposit(&money_for(target.clone(), 400, AUD, "suspended")).await.unwrap();
    expected.push((suspended, "customer_not_active"));
    for (deposit, code) in &expected {
        assert_eq!((deposit.status, reason(deposit)), (DepositStatus::Rejected, *code));
        assert_eq!(deposit.customer_id, Some(customer.id), "it says whose money was refused");
        assert_eq!(deposit.wallet_transaction_id, None);
    }
    assert_eq!(merchant.balance(&wallet).await, 0);
    assert_eq!(at_bank(&merchant).await, 900, "it is there until it goes back");
    assert_eq!(merchant.reader().overview().await.unwrap().return_failed, 0);
    world.prove_ledger().await;
}

#[tokio::test]
async fn money_for_a_deleted_customer_goes_back_and_a_customer_with_money_is_not_deleted() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (rich, poor) = (merchant.approved("PA1").await, merchant.approved("PA2").await);
    let (wallet, empty) = (merchant.issues(rich.id, AUD).await, merchant.issues(poor.id, AUD).await);
    let target = merchant.target(&empty).await;
    merchant.editor().simulate_deposit(&money_for(merchant.target(&wallet).await, 1, AUD, "a")).await.unwrap();
    assert_eq!(code(merchant.editor().delete_customer(rich.id).await), "balance_not_zero");
    merchant.editor().delete_customer(poor.id).await.unwrap();
    let late = merchant.editor().simulate_deposit(&money_for(target, 5, AUD, "b")).await.unwrap();
    assert_eq!((late.status, reason(&late)), (DepositStatus::Rejected, "customer_not_active"));
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_sandbox_reaches_its_own_accounts_only() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let stranger = world.merchant("southwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let told = money_for(merchant.target(&wallet).await, 100, AUD, "r");
    let by_id = stranger.editor().simulate_deposit(&told).await;
    assert_eq!(faults(by_id), [("virtual_account_id".to_owned(), "not_found".to_owned())]);
    let account = merchant.reader().virtual_accounts(wallet.id).await.unwrap().remove(0);
    let by_number = money_for(DepositTarget::Numbers(account.number.fields()), 100, AUD, "r");
    let held = stranger.editor().simulate_deposit(&by_number).await.unwrap();
    assert_eq!((held.status, held.organisation_id), (DepositStatus::Held, stranger.id()));
    assert_eq!(merchant.balance(&wallet).await, 0);
    assert_eq!(code(merchant.reader().deposit(held.id).await), "not_found");
    let own = merchant.editor().simulate_deposit(&by_number).await.unwrap();
    assert_eq!(own.status, DepositStatus::Credited, "the same reference is another organisation's own");
    world.prove_ledger().await;
}

#[tokio::test]
async fn play_money_is_for_sandboxes() {
    let world = World::open().await;
    let live = world.organisation("live", false, vec![service::Feature::CustomerCreation]).await;
    let fields = AccountFields { account_number: Some("9991234567".into()), ..Default::default() };
    let told = money_for(DepositTarget::Numbers(fields), 100, Currency::SGD, "r");
    assert_eq!(code(live.editor().simulate_deposit(&told).await), "sandbox_only");
}

#[tokio::test]
async fn what_no_bank_would_tell_is_refused_by_field() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let to = || DepositTarget::Numbers(AccountFields::default());
    let told = money_for(to(), 0, AUD, "r");
    let mut wrong = SandboxDeposit { rail: Some("swift".into()), reference: Some("a\nb".into()), ..told };
    wrong.sender.name = Some("x".repeat(141));
    let told = faults(merchant.editor().simulate_deposit(&wrong).await);
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["rail", "amount", "reference", "sender.name", "bsb", "account_number"]);
    for minor in [-1, i64::MIN, 1_000_000_000_000_001, i64::MAX] {
        let told = faults(merchant.editor().simulate_deposit(&money_for(to(), minor, AUD, "r")).await);
        assert_eq!(told[0].0, "amount", "{minor}");
    }
    let proof = world.purser.prove_ledger(&[], |_| ()).await.unwrap();
    assert_eq!((proof.entries, proof.postings), (0, 0));
}

#[tokio::test]
async fn a_key_used_for_another_deposit_is_refused() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let target = merchant.target(&wallet).await;
    let key = |hash| Idempotency { key: "d1".into(), request_hash: [hash; 32] };
    let editor = |hash| merchant.editor().with_idempotency(key(hash));
    let unnamed = SandboxDeposit { bank_reference: None, ..money_for(target, 100, AUD, "") };
    let first = editor(1).simulate_deposit(&unnamed).await.unwrap();
    assert_eq!(editor(1).simulate_deposit(&unnamed).await.unwrap(), first, "a repeat credits nothing");
    assert!(matches!(editor(2).simulate_deposit(&unnamed).await, Err(Error::Conflict { .. })));
    assert_eq!(merchant.balance(&wallet).await, 100);
}
