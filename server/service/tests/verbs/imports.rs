//! Payments told by bank files: each worked once, however often and whenever it is told.

use std::{future::poll_fn, task::Poll};

use chrono::TimeDelta;
use domain::{
    deposit::DepositStatus,
    id::HOUSE,
    money::{Currency, Money},
    wallet::{SenderParty, Wallet},
};
use service::{
    Actor, AlsoKnown, Authority, BankNotice, BankReversal, DepositFilter, PageRequest, Reader, Role, TransactionFilter,
};

use crate::world::{Merchant, World, faults};

const AUD: Currency = Currency::AUD;

fn told(number: u64, accounts: Vec<String>, minor: i64) -> BankNotice {
    BankNotice {
        bank_reference: format!("bank {number}"),
        also: AlsoKnown::default(),
        account_text: accounts.first().cloned().unwrap_or_default(),
        accounts,
        amount: Money::new(minor, AUD),
        sender: SenderParty { name: Some("Tobias Okonjo".into()), ..SenderParty::default() },
        reference: None,
        received_at: None,
    }
}

async fn number_of(merchant: &Merchant, wallet: &Wallet) -> String {
    merchant.reader().virtual_accounts(wallet.id).await.unwrap()[0].number.canonical()
}

/// The operator's own look at what stands in suspense.
fn house(world: &World) -> Reader {
    world.purser.reader(&Authority { organisation_id: HOUSE, actor: Actor::System, role: Role::Admin })
}

/// Two merchants with a wallet each, and a file of `count` payments: to the one, to the other, to nobody, by turns.
async fn with_file(world: &World, count: u64) -> ([(Merchant, Wallet); 2], Vec<BankNotice>) {
    let mut owners = Vec::new();
    let mut numbers = Vec::new();
    for name in ["northwind", "southwind"] {
        let merchant = world.merchant(name).await;
        let customer = merchant.approved("PA1").await;
        let wallet = merchant.issues(customer.id, AUD).await;
        numbers.push(number_of(&merchant, &wallet).await);
        owners.push((merchant, wallet));
    }
    numbers.push("au:062000:999999999".to_owned());
    let notices = (0..count)
        .map(|number| {
            let account = numbers[usize::try_from(number % 3).unwrap()].clone();
            told(number, vec!["nz:0100550000000000".to_owned(), account], 10)
        })
        .collect();
    (owners.try_into().unwrap_or_else(|_| unreachable!("two names")), notices)
}

async fn prove(world: &World, owners: &[(Merchant, Wallet); 2], each: i64) {
    let page = PageRequest { limit: 200, after: None };
    for (merchant, wallet) in owners {
        assert_eq!(merchant.balance(wallet).await, each * 10);
        let movements = merchant.reader().transactions(&TransactionFilter::default(), &page).await.unwrap();
        assert_eq!(i64::try_from(movements.rows.len()).unwrap(), each);
    }
    let held = DepositFilter { status: Some(DepositStatus::Held), ..DepositFilter::default() };
    let held = house(world).deposits(&held, &page).await.unwrap().rows;
    assert_eq!(i64::try_from(held.len()).unwrap(), each);
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_file_imported_twice_credits_once() {
    let world = World::open().await;
    let (owners, file) = with_file(&world, 30).await;
    let report = world.purser.import(&file).await.unwrap();
    assert_eq!((report.credited.len(), report.held.len(), report.rejected.len(), report.known), (20, 10, 0, 0));
    prove(&world, &owners, 10).await;
    let report = world.purser.import(&file).await.unwrap();
    assert_eq!((report.credited.len(), report.held.len(), report.rejected.len(), report.known), (0, 0, 0, 30));
    prove(&world, &owners, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_imported_four_times_at_once_credits_once() {
    let world = World::open().await;
    let (owners, file) = with_file(&world, 60).await;
    let purser = world.purser.clone();
    let reports = crate::world::at_once(4, |_| {
        let (purser, file) = (purser.clone(), file.clone());
        async move { purser.import(&file).await.unwrap() }
    })
    .await;
    assert_eq!(reports.iter().map(|report| report.known).sum::<usize>(), 180);
    assert_eq!(reports.iter().map(|report| report.credited.len()).sum::<usize>(), 40);
    prove(&world, &owners, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_breaks_off_anywhere_is_finished_by_the_sweep_and_by_importing_again() {
    for polls in [1, 4, 12, 40, 90, 150] {
        let world = World::open().await;
        let (owners, file) = with_file(&world, 30).await;
        let mut import = Box::pin(world.purser.import(&file));
        for _ in 0..polls {
            let is_done = poll_fn(|context| Poll::Ready(import.as_mut().poll(context).is_ready())).await;
            if is_done {
                break;
            }
            tokio::time::timeout(std::time::Duration::from_millis(1), std::future::pending::<()>()).await.ok();
        }
        drop(import);
        world.purser.sweep_notices(world.purser.now()).await.unwrap();
        // What the broken import was saving when it broke off is saved by now; whatever it took in is known.
        world.purser.import(&file).await.unwrap();
        world.later(TimeDelta::minutes(1));
        world.purser.sweep_notices(world.purser.now()).await.unwrap();
        assert_eq!(world.purser.sweep_notices(world.purser.now()).await.unwrap(), 0, "nothing is left in the inbox");
        prove(&world, &owners, 10).await;
    }
}

#[tokio::test]
async fn the_same_payment_twice_in_a_file_is_one() {
    let world = World::open().await;
    let (owners, mut file) = with_file(&world, 3).await;
    file.extend(file.clone());
    let report = world.purser.import(&file).await.unwrap();
    assert_eq!(report.known, 3);
    prove(&world, &owners, 1).await;
}

#[tokio::test]
async fn a_file_with_an_amount_that_cannot_be_is_refused_whole() {
    let world = World::open().await;
    let (owners, mut file) = with_file(&world, 3).await;
    for minor in [0, -5, i64::MAX] {
        file.push(told(99, vec![], minor));
        let refused = faults(world.purser.import(&file).await);
        assert_eq!(refused[0].0, "amount", "{minor}");
        file.pop();
    }
    prove(&world, &owners, 0).await;
    assert!(world.purser.import(&[]).await.unwrap().credited.is_empty());
}

#[tokio::test]
async fn money_from_a_file_for_a_disabled_customer_is_due_back_by_its_organisation() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    merchant.editor().disable_customer(customer.id).await.unwrap();
    let report = world.purser.import(&[told(1, vec![number_of(&merchant, &wallet).await], 70)]).await.unwrap();
    assert_eq!(report.rejected.len(), 1);
    assert_eq!(report.rejected[0].organisation_id, merchant.id());
    let page = PageRequest { limit: 10, after: None };
    assert_eq!(merchant.reader().deposits(&DepositFilter::default(), &page).await.unwrap().rows, report.rejected);
    world.prove_ledger().await;
}

/// What a file says when the bank takes back the payment of this number.
fn taken_back(number: u64, minor: i64) -> BankReversal {
    BankReversal {
        original_reference: format!("bank {number}"),
        also: AlsoKnown::default(),
        amount: Money::new(minor, AUD),
    }
}

#[tokio::test]
async fn what_a_file_takes_back_is_taken_back_once() {
    let world = World::open().await;
    let (owners, file) = with_file(&world, 3).await;
    world.purser.import(&file).await.unwrap();
    // From the first merchant's wallet, and from what nobody was found for.
    let told = [taken_back(0, 10), taken_back(2, 10)];
    let report = world.purser.import_reversals(&told).await.unwrap();
    let reversed: Vec<DepositStatus> = report.reversed.iter().map(|deposit| deposit.status).collect();
    assert_eq!((reversed, report.open, report.known), (vec![DepositStatus::Reversed; 2], 0, 0));
    let again = world.purser.import_reversals(&told).await.unwrap();
    assert_eq!((again.reversed.len(), again.open, again.known), (0, 0, 2));
    // Nor does the file bring the money back.
    assert_eq!(world.purser.import(&file).await.unwrap().known, 3);
    let [(first, first_wallet), (second, second_wallet)] = &owners;
    assert_eq!((first.balance(first_wallet).await, second.balance(second_wallet).await), (0, 10));
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_reversal_in_two_files_at_once_is_taken_back_once() {
    let world = World::open().await;
    let (owners, file) = with_file(&world, 1).await;
    world.purser.import(&file).await.unwrap();
    let told = [taken_back(0, 10)];
    let (one, other) = tokio::join!(world.purser.import_reversals(&told), world.purser.import_reversals(&told));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((one.reversed.len() + other.reversed.len(), one.known + other.known), (1, 1));
    assert_eq!(owners[0].0.balance(&owners[0].1).await, 0);
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_reversal_that_no_payment_fits_waits_for_a_person() {
    let world = World::open().await;
    let (owners, file) = with_file(&world, 1).await;
    world.purser.import(&file).await.unwrap();
    // A payment that was never told, and another amount than came in.
    let report = world.purser.import_reversals(&[taken_back(9, 10), taken_back(0, 9)]).await.unwrap();
    assert_eq!((report.reversed.len(), report.open, report.known), (0, 2, 0));
    assert_eq!(owners[0].0.balance(&owners[0].1).await, 10);
    let open =
        world.purser.operator(Actor::System).open_reversals(&PageRequest { limit: 9, after: None }).await.unwrap();
    assert_eq!(open.rows.len(), 2);
    for minor in [0, -1, i64::MAX] {
        let refused = faults(world.purser.import_reversals(&[taken_back(8, 5), taken_back(7, minor)]).await);
        assert_eq!(refused, [("amount".into(), "out_of_range".into())]);
    }
    let after =
        world.purser.operator(Actor::System).open_reversals(&PageRequest { limit: 9, after: None }).await.unwrap();
    assert_eq!(after.rows, open.rows);
    world.prove_ledger().await;
}
