//! Money between two wallets of an organisation: at once, or set aside first.

use chrono::TimeDelta;
use domain::{
    deposit::DepositStatus,
    id::{CustomerId, WalletId},
    money::{Currency, Money},
    review::CheckOutcome,
    transfer::{Transfer, TransferStatus},
    wallet::{TransactionSource, TransactionType, Wallet, WalletKind},
};
use service::{Error, Idempotency, NewTransfer, PageRequest, TransactionFilter, TransferFilter, WalletFilter};

use crate::world::{Merchant, World, at_once, code, faults, money_for};

const PAGE: PageRequest = PageRequest { limit: 200, after: None };

async fn customer(merchant: &Merchant, passport: &str) -> CustomerId {
    let customer = merchant.creates(&merchant.fills_in(passport).await).await;
    merchant.editor().simulate_review(customer.id, CheckOutcome::Pass).await.unwrap().id
}

/// Two customers with a wallet in AUD each, the first with money.
async fn two_wallets(merchant: &Merchant, minor: i64) -> (Wallet, Wallet) {
    let (first, second) = (customer(merchant, "PA1").await, customer(merchant, "PA2").await);
    let from = merchant.issues(first, Currency::AUD).await;
    let to = merchant.issues(second, Currency::AUD).await;
    let deposit = money_for(merchant.target(&from).await, minor, Currency::AUD, "first");
    let deposit = merchant.editor().simulate_deposit(&deposit).await.unwrap();
    assert_eq!(deposit.status, DepositStatus::Credited);
    (from, to)
}

fn wanted(from: &Wallet, to: &Wallet, minor: i64) -> NewTransfer {
    let amount = Money::new(minor, Currency::AUD);
    NewTransfer { from: from.id, to: to.id, amount, reference: Some(" Rent ".into()), is_reserved: false }
}

fn reserved(from: &Wallet, to: &Wallet, minor: i64) -> NewTransfer {
    NewTransfer { is_reserved: true, ..wanted(from, to, minor) }
}

/// Both balances: what was posted, and what is not set aside of it.
async fn balances(merchant: &Merchant, wallet: WalletId) -> (i64, i64) {
    let wallet = merchant.reader().wallet(wallet).await.unwrap().wallet;
    (wallet.ledger_balance.minor(), wallet.available_balance.minor())
}

/// The movements that transfers made on a wallet, oldest first, each with the balance after it.
async fn movements(merchant: &Merchant, wallet: &Wallet) -> Vec<(TransactionType, i64, i64)> {
    let filter = TransactionFilter {
        wallet_id: Some(wallet.id),
        source: Some(TransactionSource::Transfer),
        ..TransactionFilter::default()
    };
    let rows = merchant.reader().transactions(&filter, &PAGE).await.unwrap().rows;
    rows.iter()
        .rev()
        .map(|(transaction, _)| {
            assert_eq!(transaction.reference.as_deref(), Some("Rent"));
            (transaction.kind, transaction.amount.minor(), transaction.balance_after.minor())
        })
        .collect()
}

#[tokio::test]
async fn a_transfer_moves_money_at_once() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let transfer = merchant.editor().transfer(&wanted(&from, &to, 400)).await.unwrap();
    assert_eq!((transfer.status, transfer.reference.as_deref()), (TransferStatus::Posted, Some("Rent")));
    assert_eq!(transfer.settled_at, Some(transfer.created_at));
    assert_eq!((merchant.balance(&from).await, merchant.balance(&to).await), (600, 400));
    assert_eq!(movements(&merchant, &from).await, [(TransactionType::Debit, 400, 600)]);
    assert_eq!(movements(&merchant, &to).await, [(TransactionType::Credit, 400, 400)]);
    assert_eq!(merchant.reader().transfer(transfer.id).await.unwrap(), transfer);
    let audit = merchant.reader().audit_trail(Some(&transfer.id.to_string()), &PAGE).await.unwrap().rows;
    assert_eq!(audit.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["transfer.post"]);
    world.prove_ledger().await;
}

#[tokio::test]
async fn what_is_set_aside_is_not_available_until_it_is_let_go() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let editor = merchant.editor();
    let first = editor.transfer(&reserved(&from, &to, 700)).await.unwrap();
    assert_eq!((first.status, first.settled_at), (TransferStatus::Reserved, None));
    assert_eq!(balances(&merchant, from.id).await, (1_000, 300));
    assert_eq!(balances(&merchant, to.id).await, (0, 0));
    for more in [wanted(&from, &to, 301), reserved(&from, &to, 301)] {
        assert_eq!(code(editor.transfer(&more).await), "insufficient_funds");
    }
    world.prove_ledger().await;
    let released = editor.release_transfer(first.id).await.unwrap();
    assert_eq!(released.status, TransferStatus::Released);
    assert_eq!(balances(&merchant, from.id).await, (1_000, 1_000));
    let second = editor.transfer(&reserved(&from, &to, 1_000)).await.unwrap();
    let posted = editor.post_transfer(second.id).await.unwrap();
    assert_eq!(posted.status, TransferStatus::Posted);
    assert_eq!((balances(&merchant, from.id).await, balances(&merchant, to.id).await), ((0, 0), (1_000, 1_000)));
    let expected = [
        (TransactionType::Reserve, 700, 1_000),
        (TransactionType::Release, 700, 1_000),
        (TransactionType::Reserve, 1_000, 1_000),
        (TransactionType::Release, 1_000, 1_000),
        (TransactionType::Debit, 1_000, 0),
    ];
    assert_eq!(movements(&merchant, &from).await, expected);
    let audit = merchant.reader().audit_trail(Some(&second.id.to_string()), &PAGE).await.unwrap().rows;
    let told: Vec<_> = audit.iter().rev().map(|row| (row.action.as_str(), row.before.is_some())).collect();
    assert_eq!(told, [("transfer.reserve", false), ("transfer.post", true)]);
    world.prove_ledger().await;
}

#[tokio::test]
async fn both_balances_of_a_past_moment_know_what_was_set_aside_then() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let (editor, hour) = (merchant.editor(), TimeDelta::hours(1));
    let begun_at = merchant.reader().wallet(from.id).await.unwrap().wallet.created_at;
    world.later(hour);
    let posted = editor.transfer(&reserved(&from, &to, 700)).await.unwrap();
    world.later(hour);
    let released = editor.transfer(&reserved(&from, &to, 100)).await.unwrap();
    world.later(hour);
    editor.post_transfer(posted.id).await.unwrap();
    world.later(hour);
    editor.release_transfer(released.id).await.unwrap();
    for (hours, expected, arrived) in
        [(0, (1_000, 1_000), 0), (1, (1_000, 300), 0), (2, (1_000, 200), 0), (3, (300, 200), 700), (4, (300, 300), 700)]
    {
        let shown = merchant.reader().wallet_at(from.id, begun_at + hour * hours).await.unwrap().wallet;
        assert_eq!((shown.ledger_balance.minor(), shown.available_balance.minor()), expected, "{hours}");
        let shown = merchant.reader().wallet_at(to.id, begun_at + hour * hours).await.unwrap().wallet;
        assert_eq!((shown.ledger_balance.minor(), shown.available_balance.minor()), (arrived, arrived), "{hours}");
    }
}

#[tokio::test]
async fn a_settled_transfer_stays_as_it_is() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let editor = merchant.editor();
    let at_once = editor.transfer(&wanted(&from, &to, 100)).await.unwrap();
    let posted = editor.transfer(&reserved(&from, &to, 100)).await.unwrap();
    let released = editor.transfer(&reserved(&from, &to, 100)).await.unwrap();
    let posted = editor.post_transfer(posted.id).await.unwrap();
    let released = editor.release_transfer(released.id).await.unwrap();
    world.later(chrono::TimeDelta::days(1));
    for transfer in [at_once, posted] {
        assert_eq!(editor.post_transfer(transfer.id).await.unwrap(), transfer, "again changes nothing");
        assert_eq!(code(editor.release_transfer(transfer.id).await), "transfer_settled");
    }
    assert_eq!(editor.release_transfer(released.id).await.unwrap(), released);
    assert_eq!(code(editor.post_transfer(released.id).await), "transfer_settled");
    assert_eq!((merchant.balance(&from).await, merchant.balance(&to).await), (800, 200));
    world.prove_ledger().await;
}

#[tokio::test]
async fn the_organisations_own_wallets_take_part() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, _) = two_wallets(&merchant, 1_000).await;
    let own = WalletFilter { currency: Some(Currency::AUD), ..WalletFilter::default() };
    let rows = merchant.reader().wallets(&own, &PAGE).await.unwrap().rows;
    let of = |kind| rows.iter().find(|row| row.wallet.kind == kind).unwrap().wallet.clone();
    let (payin, fees) = (of(WalletKind::Payin), of(WalletKind::Fees));
    merchant.editor().transfer(&wanted(&from, &payin, 1_000)).await.unwrap();
    merchant.editor().transfer(&wanted(&payin, &fees, 30)).await.unwrap();
    assert_eq!((merchant.balance(&payin).await, merchant.balance(&fees).await), (970, 30));
    world.prove_ledger().await;
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_moves() {
    let world = World::open().await;
    let (merchant, other) = (world.merchant("northwind").await, world.merchant("southwind").await);
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let (foreign, _) = two_wallets(&other, 1_000).await;
    let dollars = merchant.issues(to.customer_id.unwrap(), Currency::USD).await;
    let editor = merchant.editor();
    let long = "x".repeat(141);
    for (transfer, expected) in [
        (wanted(&from, &to, 0), vec![("amount", "not_positive")]),
        (wanted(&from, &to, -5), vec![("amount", "not_positive")]),
        (wanted(&from, &to, i64::MAX), vec![("amount", "too_large")]),
        (wanted(&from, &from, 1), vec![("to_wallet_id", "same_wallet")]),
        (wanted(&from, &dollars, 1), vec![("to_wallet_id", "currency_mismatch")]),
        (wanted(&dollars, &to, 1), vec![("from_wallet_id", "currency_mismatch")]),
        (wanted(&foreign, &to, 1), vec![("from_wallet_id", "not_found")]),
        (wanted(&from, &foreign, 1), vec![("to_wallet_id", "not_found")]),
        (NewTransfer { reference: Some(long), ..wanted(&from, &to, 1) }, vec![("reference", "invalid")]),
        (NewTransfer { reference: Some("a\nb".into()), ..wanted(&from, &to, 1) }, vec![("reference", "invalid")]),
    ] {
        let told = faults(editor.transfer(&transfer).await);
        let told: Vec<_> = told.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
        assert_eq!(told, expected);
    }
    assert_eq!(code(editor.transfer(&wanted(&from, &to, 1_001)).await), "insufficient_funds");
    let mine = editor.transfer(&reserved(&from, &to, 10)).await.unwrap();
    for verb in [other.editor().post_transfer(mine.id).await, other.editor().release_transfer(mine.id).await] {
        assert!(matches!(verb, Err(Error::NotFound)), "{verb:?}");
    }
    assert!(matches!(other.reader().transfer(mine.id).await, Err(Error::NotFound)));
    assert!(other.reader().transfers(&TransferFilter::default(), &PAGE).await.unwrap().rows.is_empty());
    assert_eq!(
        (balances(&merchant, from.id).await, balances(&other, foreign.id).await),
        ((1_000, 990), (1_000, 1_000))
    );
    world.prove_ledger().await;
}

#[tokio::test]
async fn whoever_may_not_move_money_is_refused_with_every_reason_and_may_let_go() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let editor = merchant.editor();
    let waiting = editor.transfer(&reserved(&from, &to, 100)).await.unwrap();
    let waiting_too = editor.transfer(&reserved(&from, &to, 100)).await.unwrap();

    editor.disable_customer(from.customer_id.unwrap()).await.unwrap();
    editor.disable_customer(to.customer_id.unwrap()).await.unwrap();
    world.suspend(&merchant).await;
    let reasons = |result: Result<Transfer, Error>| match result {
        Err(Error::Refused(reasons)) => reasons.into_iter().map(|reason| reason.code).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let expected = ["organisation_suspended", "disabled", "disabled"];
    assert_eq!(reasons(editor.transfer(&wanted(&from, &to, 1)).await), expected);
    assert_eq!(reasons(editor.post_transfer(waiting.id).await), expected);
    editor.release_transfer(waiting.id).await.unwrap();
    assert_eq!(balances(&merchant, from.id).await, (1_000, 900));
    assert_eq!(merchant.reader().transfer(waiting_too.id).await.unwrap().status, TransferStatus::Reserved);
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_customer_with_money_set_aside_or_transferred_to_is_not_deleted() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    merchant.editor().transfer(&wanted(&from, &to, 1_000)).await.unwrap();
    merchant.editor().delete_customer(from.customer_id.unwrap()).await.unwrap();
    assert_eq!(code(merchant.editor().delete_customer(to.customer_id.unwrap()).await), "balance_not_zero");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_transfers_at_once_never_take_more_than_there_is() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let editor = merchant.editor();
    // Both ways and in both forms, so that a lock taken in the wrong order would show.
    editor.transfer(&wanted(&from, &to, 500)).await.unwrap();
    let made = at_once(40, |number| {
        let (editor, there, back) = (editor.clone(), wanted(&from, &to, 90), reserved(&to, &from, 90));
        async move {
            match editor.transfer(if number % 2 == 0 { &there } else { &back }).await {
                Ok(transfer) => Some(transfer),
                Err(error) if error.code() == "insufficient_funds" => None,
                Err(error) => panic!("{error:?}"),
            }
        }
    })
    .await;
    let count = |status| {
        let those = made.iter().flatten().filter(|transfer| transfer.status == status);
        those.map(|_| 1).sum::<i64>()
    };
    let (there, aside) = (count(TransferStatus::Posted), count(TransferStatus::Reserved));
    assert_eq!(there, 5, "500 is 90 five times");
    assert_eq!(balances(&merchant, from.id).await, (500 - 90 * there, 500 - 90 * there));
    assert_eq!(balances(&merchant, to.id).await, (500 + 90 * there, 500 + 90 * there - 90 * aside));
    assert!((5..=10).contains(&aside), "{aside}");
    world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_posted_and_released_at_once_is_one_of_them() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let editor = merchant.editor();
    for _ in 0..5 {
        let transfer = editor.transfer(&reserved(&from, &to, 100)).await.unwrap();
        let ends =
            at_once(8, |number| {
                let (editor, id) = (editor.clone(), transfer.id);
                async move {
                    if number % 2 == 0 { editor.post_transfer(id).await } else { editor.release_transfer(id).await }
                }
            })
            .await;
        let end = merchant.reader().transfer(transfer.id).await.unwrap();
        assert_ne!(end.status, TransferStatus::Reserved);
        for told in ends {
            match told {
                Ok(told) => assert_eq!(told, end),
                Err(error) => assert_eq!(error.code(), "transfer_settled"),
            }
        }
    }
    let (held, available) = balances(&merchant, from.id).await;
    assert_eq!(held, available, "nothing stays set aside");
    world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_sent_again_with_its_key_is_made_once() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let key = |name: &str| Idempotency { key: name.into(), request_hash: [1; 32] };
    let editor = merchant.editor().with_idempotency(key("t1"));
    let made = at_once(20, |_| {
        let (editor, transfer) = (editor.clone(), reserved(&from, &to, 100));
        async move { editor.transfer(&transfer).await.unwrap().id }
    })
    .await;
    assert!(made.iter().all(|id| *id == made[0]));
    let editor = merchant.editor().with_idempotency(key("t2"));
    let posted = at_once(20, |_| {
        let (editor, id) = (editor.clone(), made[0]);
        async move { editor.post_transfer(id).await.unwrap() }
    })
    .await;
    assert!(posted.iter().all(|transfer| transfer.status == TransferStatus::Posted));
    assert_eq!((merchant.balance(&from).await, merchant.balance(&to).await), (900, 100));
    assert_eq!(merchant.reader().transfers(&TransferFilter::default(), &PAGE).await.unwrap().rows.len(), 1);
    world.prove_ledger().await;
}

#[tokio::test]
async fn transfers_are_listed_newest_first_by_status_and_by_wallet() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let (from, to) = two_wallets(&merchant, 1_000).await;
    let editor = merchant.editor();
    let mut made = Vec::new();
    for number in 0..5 {
        let new = if number % 2 == 0 { reserved(&from, &to, 10) } else { wanted(&from, &to, 10) };
        made.push(editor.transfer(&new).await.unwrap().id);
        world.later(chrono::TimeDelta::seconds(1));
    }
    made.push(editor.transfer(&wanted(&to, &from, 1)).await.unwrap().id);
    made.reverse();
    let (mut found, mut request) = (Vec::new(), PageRequest { limit: 4, after: None });
    loop {
        let page = merchant.reader().transfers(&TransferFilter::default(), &request).await.unwrap();
        found.extend(page.rows.iter().map(|transfer| transfer.id));
        request.after = page.next;
        if request.after.is_none() {
            break;
        }
    }
    assert_eq!(found, made);
    for (filter, count) in [
        (TransferFilter { status: Some(TransferStatus::Reserved), ..TransferFilter::default() }, 3),
        (TransferFilter { status: Some(TransferStatus::Released), ..TransferFilter::default() }, 0),
        (TransferFilter { from_wallet_id: Some(to.id), ..TransferFilter::default() }, 1),
        (TransferFilter { status: Some(TransferStatus::Posted), from_wallet_id: Some(from.id) }, 2),
    ] {
        let rows = merchant.reader().transfers(&filter, &PAGE).await.unwrap().rows;
        assert_eq!(rows.len(), count, "{filter:?}");
    }
}
