//! Movements on wallets: filters, searches, pages, and the sums by day that are kept of them.

use std::collections::BTreeMap;

use domain::{
    id::{OrganisationId, WalletId, WalletTransactionId},
    ledger::AccountKind,
    money::Currency,
    wallet::{TransactionSource, TransactionType, Wallet, WalletTransaction},
};
use storage::{BareLoop, PageRequest, Store, TransactionFilter};

use crate::{
    engine::{Database, is_postgres, refusal},
    fixtures::{
        aud, id, insert_customers, moment, person, transaction, transfer, transfer_order, wallet, with_account,
        with_organisation,
    },
};

/// More than a walk or a sort takes on by itself.
const MANY: u64 = 12_000;

/// A person with a wallet, and the account behind it.
async fn with_wallet(store: &Store, organisation: OrganisationId, number: u64) -> Wallet {
    let customer = person(organisation, number, "Elin", "Nordquist");
    insert_customers(store, std::slice::from_ref(&customer)).await;
    let wallet = wallet(organisation, number, customer.id);
    let mut unit = store.begin().await.unwrap();
    let account = domain::id::AccountId::from_uuid(wallet.id.uuid());
    unit.insert_account(organisation, account, AccountKind::CustomerWallet, wallet.currency(), moment(0))
        .await
        .unwrap();
    unit.insert_wallet(&wallet).await.unwrap();
    unit.save().await.unwrap();
    wallet
}

/// Every page of a listing, one after the other.
async fn listed(
    store: &Store,
    organisation: OrganisationId,
    filter: &TransactionFilter,
    limit: u32,
) -> Vec<WalletTransactionId> {
    let mut reading = store.read().await.unwrap();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let request = PageRequest { limit, after };
        let page = reading.rows().transactions(organisation, filter, &request).await.unwrap();
        seen.extend(page.rows.into_iter().map(|(movement, name)| {
            assert_eq!(name.as_deref(), Some("Elin Nordquist"));
            movement.id
        }));
        after = page.next;
        if after.is_none() {
            assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "newest first, none twice: {filter:?}");
            return seen;
        }
    }
}

#[tokio::test]
async fn movements_are_found_by_sender_and_reference_and_paged() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let wallet = with_wallet(&database.store, organisation, 1).await;
    let account = domain::id::AccountId::from_uuid(wallet.id.uuid());
    let mut unit = database.store.begin().await.unwrap();
    let bank = with_account(&mut unit, organisation, 1, AccountKind::Bank).await;
    for number in 1..=30 {
        transfer(&mut unit, organisation, number, bank, account, 10).await.unwrap();
        let after = unit.insert_transaction(&transaction(&wallet, number, 10)).await.unwrap();
        assert_eq!(after, aud(i64::try_from(number).unwrap() * 10), "the balance right after");
    }
    unit.save().await.unwrap();
    for (q, expected) in [
        (None, 30),
        (Some("okonjo"), 30),
        (Some("123456"), 30),
        (Some("23456"), 30),
        (Some("a-123456"), 0),
        (Some("123456 invoice 8"), 1),
        (Some("invoice 17"), 1),
        (Some("\" OR *"), 0),
        (Some("q\u{0}z"), 0),
    ] {
        let filter = TransactionFilter { q: q.map(str::to_owned), ..Default::default() };
        assert_eq!(listed(&database.store, organisation, &filter, 7).await.len(), expected, "{q:?}");
    }
    let mut reading = database.store.read().await.unwrap();
    assert_eq!(reading.rows().movements_written().await.unwrap(), 30);
    let newest = reading.rows().newest_transaction(organisation, Some(wallet.id)).await.unwrap();
    assert_eq!(newest, Some(transaction(&wallet, 30, 10).id));
}

#[tokio::test]
async fn a_movement_tells_both_balances_and_the_last_one_before_a_moment_is_looked_up() {
    let database = Database::open().await;
    let (organisation, stranger) =
        (with_organisation(&database.store, 1).await, with_organisation(&database.store, 2).await);
    let wallet = with_wallet(&database.store, organisation, 1).await;
    let account = domain::id::AccountId::from_uuid(wallet.id.uuid());
    let mut unit = database.store.begin().await.unwrap();
    let bank = with_account(&mut unit, organisation, 1, AccountKind::Bank).await;
    unit.save().await.unwrap();
    let steps = [
        (TransactionType::Credit, 100, 0, 100, 100),
        (TransactionType::Reserve, 30, 30, 100, 70),
        (TransactionType::Credit, 5, 30, 105, 75),
        (TransactionType::Release, 10, 20, 105, 85),
        (TransactionType::Debit, 20, 20, 85, 65),
    ];
    for (number, (kind, minor, reserved, ..)) in (1_u64..).zip(steps) {
        let mut unit = database.store.begin().await.unwrap();
        match kind {
            TransactionType::Credit => transfer(&mut unit, organisation, number, bank, account, minor).await.unwrap(),
            TransactionType::Debit => transfer(&mut unit, organisation, number, account, bank, minor).await.unwrap(),
            _ => {
                unit.save().await.unwrap();
                let set = format!("UPDATE ledger_accounts SET reserved = {reserved} WHERE kind = 'customer_wallet'");
                database.raw().await.execute(set).await.unwrap();
                unit = database.store.begin().await.unwrap();
            }
        }
        let at = i64::try_from(number).unwrap() * 10;
        let mut movement = transaction(&wallet, number, minor);
        (movement.id, movement.created_at, movement.kind) =
            (id(WalletTransactionId::new, number, at), moment(at), kind);
        unit.insert_transaction(&movement).await.unwrap();
        unit.save().await.unwrap();
    }
    let mut reading = database.store.read().await.unwrap();
    let mut rows = reading.rows();
    assert_eq!(rows.standing_before(organisation, wallet.id, moment(10)).await.unwrap(), None);
    assert_eq!(rows.standing_before(stranger, wallet.id, moment(99)).await.unwrap(), None, "another tenant's");
    for (number, (.., ledger, available)) in (1_i64..).zip(steps) {
        for later in [1, 10] {
            let standing = rows.standing_before(organisation, wallet.id, moment(number * 10 + later)).await.unwrap();
            let standing = standing.unwrap();
            assert_eq!(
                (standing.ledger_balance, standing.available_balance),
                (aud(ledger), aud(available)),
                "{number}"
            );
        }
    }
    let last = rows.standing_before(organisation, wallet.id, moment(41)).await.unwrap().unwrap().transaction_id;
    let lines = rows.statement_lines(organisation, wallet.id, (moment(0), None), last, 1).await.unwrap();
    assert_eq!(lines[0].amount, aud(100));
    let after = (moment(0), Some(lines[0].id));
    let lines = rows.statement_lines(organisation, wallet.id, after, last, 9).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.amount.minor()).collect::<Vec<_>>(), [5], "what is posted, to the last");
    assert!(rows.statement_lines(stranger, wallet.id, after, last, 9).await.unwrap().is_empty());
}

/// What the newest migration does to movements that were there before it.
#[tokio::test]
async fn earlier_movements_are_given_what_was_set_aside_after_them() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let wallets =
        [with_wallet(&database.store, organisation, 1).await, with_wallet(&database.store, organisation, 2).await];
    let account = domain::id::AccountId::from_uuid(wallets[0].id.uuid());
    let mut unit = database.store.begin().await.unwrap();
    let bank = with_account(&mut unit, organisation, 1, AccountKind::Bank).await;
    transfer(&mut unit, organisation, 1, bank, account, 100).await.unwrap();
    unit.insert_transfer(&transfer_order(&wallets[0], 1)).await.unwrap();
    for (number, (kind, reserved)) in
        (1..).zip([(TransactionType::Credit, 0), (TransactionType::Reserve, 60), (TransactionType::Release, -10)])
    {
        unit.reserve(organisation, wallets[0].id, aud(reserved)).await.unwrap();
        let minor = if reserved == 0 { 100 } else { reserved.abs() };
        let movement = transaction(&wallets[0], number, minor);
        let movement_id = id(WalletTransactionId::new, number, i64::try_from(number).unwrap());
        unit.insert_transaction(&WalletTransaction { kind, id: movement_id, ..movement }).await.unwrap();
    }
    unit.save().await.unwrap();
    let migration = if is_postgres() {
        include_str!("../../migrations/postgres/0005_reserved_after.sql")
    } else {
        include_str!("../../migrations/sqlite/0006_reserved_after.sql")
    };
    let mut raw = database.raw().await;
    raw.execute("ALTER TABLE wallet_transactions DROP COLUMN reserved_after").await.unwrap();
    raw.execute(migration).await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    for (second, available) in [(1, 100), (2, 40), (3, 50)] {
        let standing = reading.rows().standing_before(organisation, wallets[0].id, moment(second + 1)).await.unwrap();
        let standing = standing.unwrap();
        assert_eq!((standing.ledger_balance, standing.available_balance), (aud(100), aud(available)), "{second}");
    }
    let told = refusal(&mut raw, "UPDATE wallet_transactions SET reserved_after = 1").await;
    assert!(told.contains("append-only"), "{told}");
}

/// Some of everything: kinds and amounts that are common, and some that few have.
fn mixed(wallets: &[Wallet]) -> Vec<WalletTransaction> {
    (0..MANY)
        .map(|number| {
            let wallet = &wallets[usize::try_from(number).unwrap() % wallets.len()];
            let (kind, source) = match number {
                _ if number % 400 == 17 => (TransactionType::Debit, TransactionSource::Settlement),
                _ if number % 3 == 1 => (TransactionType::Debit, TransactionSource::Fee),
                _ => (TransactionType::Credit, TransactionSource::Deposit),
            };
            let minor = if number % 1_000 == 3 { 77_777 } else { i64::try_from(number % 50).unwrap() + 1 };
            let mut movement = transaction(wallet, number, minor);
            (movement.kind, movement.source) = (kind, source);
            let second = i64::try_from(number).unwrap();
            (movement.id, movement.created_at) = (id(WalletTransactionId::new, number, second), moment(second));
            movement.reference =
                (number % 5 > 0).then(|| format!("{} {number}", ["Rent", "Savings"][usize::from(number % 5 > 2)]));
            movement
        })
        .collect()
}

fn is_wanted(filter: &TransactionFilter, movement: &WalletTransaction) -> bool {
    let minor = movement.amount.minor();
    filter.wallet_id.is_none_or(|wanted| movement.wallet_id == wanted)
        && (filter.customer_id.is_none() || movement.customer_id == filter.customer_id)
        && filter.kind.is_none_or(|wanted| movement.kind == wanted)
        && filter.source.is_none_or(|wanted| movement.source == wanted)
        && filter.currency.is_none_or(|wanted| movement.amount.currency() == wanted)
        && filter.amount_min.is_none_or(|min| minor >= min)
        && filter.amount_max.is_none_or(|max| minor <= max)
        && filter.from.is_none_or(|from| movement.created_at >= from)
        && filter.to.is_none_or(|to| movement.created_at < to)
        && filter.q.as_ref().is_none_or(|word| {
            movement.reference.as_ref().is_some_and(|text| text.to_lowercase().contains(word.as_str()))
        })
}

#[tokio::test]
async fn every_filter_finds_what_it_is_for_however_common_it_is() {
    let database = Database::open().await;
    let (organisation, stranger) =
        (with_organisation(&database.store, 1).await, with_organisation(&database.store, 2).await);
    let wallets = [
        with_wallet(&database.store, organisation, 1).await,
        with_wallet(&database.store, organisation, 2).await,
        with_wallet(&database.store, stranger, 3).await,
    ];
    let movements = mixed(&wallets);
    let mut bare = BareLoop::open(database.url()).await.unwrap();
    for some in movements.chunks(1_000) {
        bare.write_movements(some).await.unwrap();
    }
    bare.close().await.unwrap();
    database.store.analyze().await.unwrap();
    let all = TransactionFilter::default;
    let some = [
        all(),
        TransactionFilter { kind: Some(TransactionType::Debit), ..all() },
        TransactionFilter { kind: Some(TransactionType::Reserve), ..all() },
        TransactionFilter { source: Some(TransactionSource::Deposit), ..all() },
        TransactionFilter { source: Some(TransactionSource::Settlement), ..all() },
        TransactionFilter { currency: Some(Currency::AUD), ..all() },
        TransactionFilter { currency: Some(Currency::NZD), ..all() },
        TransactionFilter { amount_min: Some(77_777), amount_max: Some(77_777), ..all() },
        TransactionFilter { amount_min: Some(20), ..all() },
        TransactionFilter { amount_max: Some(1), ..all() },
        TransactionFilter { amount_min: Some(60), amount_max: Some(61), ..all() },
    ];
    let wallet_id: Option<WalletId> = Some(wallets[0].id);
    let narrowed = |filter: &TransactionFilter| {
        [
            filter.clone(),
            TransactionFilter { wallet_id, ..filter.clone() },
            TransactionFilter { customer_id: wallets[1].customer_id, ..filter.clone() },
            TransactionFilter { q: Some("savings".to_owned()), ..filter.clone() },
            TransactionFilter { q: Some("zzqqxx".to_owned()), ..filter.clone() },
            TransactionFilter { q: Some("rent".to_owned()), wallet_id, ..filter.clone() },
            TransactionFilter { from: Some(moment(4_000)), to: Some(moment(9_000)), ..filter.clone() },
        ]
    };
    for filter in some.iter().flat_map(narrowed) {
        let mut expected: Vec<_> = movements
            .iter()
            .filter(|movement| movement.organisation_id == organisation && is_wanted(&filter, movement))
            .map(|movement| movement.id)
            .collect();
        expected.reverse();
        assert_eq!(listed(&database.store, organisation, &filter, 3_000).await, expected, "{filter:?}");
    }
    // Small pages of what is rare are pages all the same.
    let rare = TransactionFilter { amount_min: Some(77_777), ..all() };
    assert_eq!(listed(&database.store, organisation, &rare, 3).await.len(), 8);
    let rare = TransactionFilter { source: Some(TransactionSource::Settlement), ..all() };
    assert_eq!(listed(&database.store, organisation, &rare, 3).await.len(), 20);
}

#[tokio::test]
async fn what_came_in_on_a_day_is_the_sum_of_its_deposits_and_the_proof_of_the_ledger_says_so() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let movements = mixed(&[with_wallet(&database.store, organisation, 1).await]);
    let mut bare = BareLoop::open(database.url()).await.unwrap();
    bare.write_movements(&movements[..6_000]).await.unwrap();
    bare.write_movements(&movements[6_000..]).await.unwrap();
    bare.close().await.unwrap();
    let mut expected = BTreeMap::<i64, (i64, i64)>::new();
    for movement in movements.iter().filter(|movement| movement.source == TransactionSource::Deposit) {
        let day = expected.entry(movement.created_at.timestamp().div_euclid(86_400)).or_default();
        *day = (day.0 + movement.amount.minor(), day.1 + 1);
    }
    let mut reading = database.store.read().await.unwrap();
    let sums = reading.rows().daily_deposits(organisation, moment(-1)).await.unwrap();
    let sums: BTreeMap<_, _> = sums.iter().map(|sum| (sum.day, (sum.amount.minor(), sum.deposits))).collect();
    assert_eq!(sums, expected);
    drop(reading);
    let faults = |store: Store| async move { store.prove(&[], |_| ()).await.unwrap().faults.lines() };
    let before = faults(database.store.clone()).await;
    assert!(!before.iter().any(|fault| fault.contains("day")), "{before:?}");
    database.raw().await.execute("UPDATE daily_deposits SET amount = amount + 1").await.unwrap();
    let after = faults(database.store.clone()).await;
    assert!(after.iter().any(|fault| fault.contains("day")), "{after:?}");
}
