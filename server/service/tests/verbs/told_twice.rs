//! One payment in several messages of a bank, each of which says another part of it: credited once, whatever comes first.

use domain::{
    deposit::{Deposit, DepositStatus},
    id::HOUSE,
    money::{Currency, Money},
    wallet::SenderParty,
};
use proptest::{
    prelude::{Strategy as _, any},
    strategy::ValueTree as _,
    test_runner::TestRunner,
};
use service::{Actor, AlsoKnown, Authority, BankNotice, BankReversal, DepositFilter, ImportReport, PageRequest, Role};

use crate::world::{World, code, faults};

const AUD: Currency = Currency::AUD;
const PAGE: PageRequest = PageRequest { limit: 200, after: None };

/// How messages tell of the payment of this number: with the bank's own id, with that of the booking, with both.
fn own(number: u64) -> String {
    format!("own {number}")
}

fn booking(number: u64) -> String {
    format!("booking {number}")
}

fn notice(bank_reference: String, accounts: &[String], minor: i64, also: AlsoKnown) -> BankNotice {
    BankNotice {
        bank_reference,
        also,
        accounts: accounts.to_vec(),
        account_text: accounts.first().cloned().unwrap_or_default(),
        amount: Money::new(minor, AUD),
        sender: SenderParty { name: Some("Tobias Okonjo".into()), ..SenderParty::default() },
        reference: None,
        received_at: None,
    }
}

fn in_full(number: u64, accounts: &[String], minor: i64) -> BankNotice {
    let also = AlsoKnown { references: vec![booking(number)], own: Some(format!("{number}")), ..AlsoKnown::default() };
    notice(own(number), accounts, minor, also)
}

fn by_own(number: u64, accounts: &[String], minor: i64) -> BankNotice {
    notice(own(number), accounts, minor, AlsoKnown { own: Some(format!("{number}")), ..AlsoKnown::default() })
}

fn by_booking(number: u64, accounts: &[String], minor: i64) -> BankNotice {
    notice(booking(number), accounts, minor, AlsoKnown::default())
}

/// A payment of a batch; the sum has the reference of the booking.
fn item(number: u64, batch: u64, accounts: &[String], minor: i64) -> BankNotice {
    let also = AlsoKnown { batch: Some(booking(batch)), own: Some(format!("{number}")), ..AlsoKnown::default() };
    notice(own(number), accounts, minor, also)
}

struct Books {
    world: World,
    merchant: crate::world::Merchant,
    wallet: domain::wallet::Wallet,
    ours: Vec<String>,
}

/// No account of ours: what the bank reports on.
fn theirs() -> Vec<String> {
    vec!["au:062000:999999999".to_owned()]
}

async fn books() -> Books {
    Box::pin(opened()).await
}

async fn opened() -> Books {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    let ours = vec![merchant.reader().virtual_accounts(wallet.id).await.unwrap()[0].number.canonical()];
    Books { world, merchant, wallet, ours }
}

impl Books {
    async fn import(&self, notices: &[BankNotice]) -> ImportReport {
        self.world.purser.import(notices).await.unwrap()
    }

    /// Credited, held, known, alike, replaced.
    async fn counts(&self, notices: &[BankNotice]) -> [usize; 5] {
        let report = self.import(notices).await;
        [report.credited.len(), report.held.len(), report.known, report.alike, report.replaced]
    }

    async fn balance(&self) -> i64 {
        self.merchant.balance(&self.wallet).await
    }

    async fn held(&self) -> Vec<Deposit> {
        let house =
            self.world.purser.reader(&Authority { organisation_id: HOUSE, actor: Actor::System, role: Role::Admin });
        let filter = DepositFilter { status: Some(DepositStatus::Held), ..DepositFilter::default() };
        house.deposits(&filter, &PAGE).await.unwrap().rows
    }
}

#[tokio::test]
async fn a_payment_is_known_by_whatever_two_messages_share() {
    let books = books().await;
    let ours = &books.ours;
    assert_eq!(books.counts(&[in_full(1, ours, 100)]).await, [1, 0, 0, 0, 0]);
    assert_eq!(books.counts(&[by_booking(1, ours, 100)]).await, [0, 0, 1, 0, 0]);
    assert_eq!(books.counts(&[by_own(1, ours, 100)]).await, [0, 0, 1, 0, 0]);
    // The other way round; and what a message in between has added is remembered.
    assert_eq!(books.counts(&[by_booking(2, ours, 20)]).await, [1, 0, 0, 0, 0]);
    assert_eq!(books.counts(&[in_full(2, ours, 20)]).await, [0, 0, 1, 0, 0]);
    assert_eq!(books.counts(&[by_own(2, ours, 20)]).await, [0, 0, 1, 0, 0]);
    assert_eq!(books.balance().await, 120);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn payments_under_one_booking_reference_stay_apart_by_the_ids_of_their_own() {
    let books = books().await;
    let again = |number: u64, of: u64| {
        let also = AlsoKnown { references: vec![booking(of)], own: Some(format!("{number}")), ..AlsoKnown::default() };
        notice(own(number), &books.ours, 100, also)
    };
    assert_eq!(books.counts(&[again(1, 1), again(2, 1)]).await, [2, 0, 0, 0, 0]);
    assert_eq!(books.counts(&[again(2, 1), again(1, 1)]).await, [0, 0, 2, 0, 0]);
    assert_eq!(books.balance().await, 200);
}

#[tokio::test]
async fn a_batch_is_credited_once_whether_its_sum_or_its_payments_come_first() {
    for is_sum_first in [true, false] {
        let books = books().await;
        let items = [item(1, 9, &books.ours, 10), item(2, 9, &theirs(), 20), item(3, 9, &books.ours, 30)];
        let sum = [by_booking(9, &theirs(), 60)];
        if is_sum_first {
            assert_eq!(books.counts(&sum).await, [0, 1, 0, 0, 0]);
            assert_eq!(books.counts(&items).await, [2, 1, 0, 0, 1]);
        } else {
            assert_eq!(books.counts(&items).await, [2, 1, 0, 0, 0]);
        }
        assert_eq!(books.counts(&sum).await, [0, 0, 1, 0, 0]);
        assert_eq!(books.counts(&items).await, [0, 0, 3, 0, 0]);
        // Under other references of their own, they are the same batch still.
        let renamed: Vec<_> = (4..7).map(|number| item(number, 9, &books.ours, 20)).collect();
        assert_eq!(books.counts(&renamed).await, [0, 0, 3, 0, 0]);
        assert_eq!(books.balance().await, 40);
        assert_eq!(books.held().await.iter().map(|deposit| deposit.notice.amount.minor()).sum::<i64>(), 20);
        books.world.prove_ledger().await;
    }
}

#[tokio::test]
async fn a_sum_that_somebody_dealt_with_is_not_told_apart_any_more() {
    let books = books().await;
    let held = books.import(&[by_booking(9, &theirs(), 60)]).await.held.remove(0);
    let number = books.ours[0].trim_start_matches("au:").replacen(':', " ", 1);
    books.world.purser.operator(Actor::System).match_deposit(held.id, &number).await.unwrap();
    let items = [item(1, 9, &books.ours, 10), item(2, 9, &books.ours, 50)];
    assert_eq!(books.counts(&items).await, [0, 0, 2, 0, 0]);
    assert_eq!(books.balance().await, 60);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn what_a_later_message_knows_the_account_of_is_credited_by_it() {
    for is_same_reference in [false, true] {
        let books = books().await;
        let bare = [by_booking(1, &theirs(), 100)];
        let full = if is_same_reference { by_booking(1, &books.ours, 100) } else { in_full(1, &books.ours, 100) };
        assert_eq!(books.counts(&bare).await, [0, 1, 0, 0, 0]);
        assert_eq!(books.counts(&bare).await, [0, 0, 1, 0, 0]);
        assert_eq!(books.counts(std::slice::from_ref(&full)).await, [1, 0, 0, 0, 1]);
        assert_eq!(books.counts(&[full]).await, [0, 0, 1, 0, 0]);
        assert_eq!(books.counts(&bare).await, [0, 0, 1, 0, 0]);
        assert_eq!((books.balance().await, books.held().await.len()), (100, 0));
        // The bank takes it back by the reference that it had first.
        let also = AlsoKnown::default();
        let taken_back = BankReversal { original_reference: booking(1), also, amount: Money::new(100, AUD) };
        let report = books.world.purser.import_reversals(&[taken_back]).await.unwrap();
        assert_eq!((report.reversed.len(), report.open, books.balance().await), (1, 0, 0));
        books.world.prove_ledger().await;
    }
}

#[tokio::test]
async fn what_is_taken_back_is_found_by_any_of_its_references() {
    let books = books().await;
    books.import(&[by_booking(1, &books.ours, 100)]).await;
    books.import(&[in_full(1, &books.ours, 100)]).await;
    let also = AlsoKnown { own: Some("1".into()), ..AlsoKnown::default() };
    let told = [BankReversal { original_reference: own(1), also, amount: Money::new(100, AUD) }];
    assert_eq!(books.world.purser.import_reversals(&told).await.unwrap().reversed.len(), 1);
    let told =
        [BankReversal { original_reference: booking(1), also: AlsoKnown::default(), amount: Money::new(100, AUD) }];
    let again = books.world.purser.import_reversals(&told).await.unwrap();
    assert_eq!((again.known, again.open, books.balance().await), (1, 0, 0));
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn what_only_looks_the_same_in_another_message_is_told_and_not_credited() {
    let books = books().await;
    let looks = |message: u64| {
        let also = AlsoKnown { references: vec![format!("in {message}")], is_by_looks: true, ..AlsoKnown::default() };
        notice("derived-1".to_owned(), &books.ours, 5, also)
    };
    assert_eq!(books.counts(&[looks(1)]).await, [1, 0, 0, 0, 0]);
    assert_eq!(books.counts(&[looks(1)]).await, [0, 0, 1, 0, 0], "the same message again");
    assert_eq!(books.counts(&[looks(2)]).await, [0, 0, 0, 1, 0], "another one");
    assert_eq!(books.balance().await, 5);
}

#[tokio::test]
async fn an_operator_withdraws_what_was_told_twice_in_words_that_do_not_show_it() {
    let books = books().await;
    books.import(&[by_own(1, &books.ours, 60)]).await;
    let held = books.import(&[by_booking(2, &theirs(), 60)]).await.held.remove(0);
    let operator = books.world.purser.operator(Actor::System);
    assert_eq!(faults(operator.withdraw_deposit(held.id, " ").await), [("reason".into(), "required".into())]);
    let withdrawn = operator.withdraw_deposit(held.id, "The statement sums up the notice").await.unwrap();
    assert_eq!(withdrawn.status, DepositStatus::Reversed);
    assert_eq!(withdrawn.reason.as_ref().unwrap().code, "told_twice");
    assert_eq!(code(operator.withdraw_deposit(held.id, "Again").await), "deposit_settled");
    assert!(operator.open_reversals(&PAGE).await.unwrap().rows.is_empty());
    assert_eq!((books.balance().await, books.held().await.len()), (60, 0));
    books.world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_in_other_words_at_once_credit_once() {
    for _ in 0..4 {
        let books = books().await;
        let (one, other) = ([in_full(1, &books.ours, 100)], [by_booking(1, &books.ours, 100)]);
        let (first, second) = tokio::join!(books.counts(&one), books.counts(&other));
        assert_eq!((first[0] + second[0], first[2] + second[2], books.balance().await), (1, 1, 100));
        books.world.prove_ledger().await;
    }
}

/// A day: four payments and a batch of three, told by notices one by one and in parts, by a report of noon and by a
/// statement of the evening, each with its own part of the references.
fn messages(ours: &[String]) -> Vec<Vec<BankNotice>> {
    let amount = |number: u64| 100 + i64::try_from(number).unwrap();
    let items: Vec<_> = (11..14).map(|number| item(number, 9, ours, amount(number))).collect();
    let sum = by_booking(9, &theirs(), (11..14).map(amount).sum());
    let statement = (1..5).map(|number| by_own(number, ours, amount(number))).chain([sum.clone()]).collect();
    let report = (1..3).map(|number| by_booking(number, &theirs(), amount(number))).chain([sum]).collect();
    let mut messages = vec![items, statement, report];
    messages.extend((1..5).map(|number| vec![in_full(number, ours, amount(number))]));
    messages.push((2..4).map(|number| in_full(number, ours, amount(number))).collect());
    messages
}

#[tokio::test]
async fn in_whatever_order_messages_come_and_however_often_each_payment_is_credited_once() {
    let mut runner = TestRunner::deterministic();
    let total: i64 = (1..5).chain(11..14).map(|number| 100 + number).sum();
    for _ in 0..20 {
        let books = books().await;
        let messages = messages(&books.ours);
        let order = proptest::collection::vec(any::<proptest::sample::Index>(), 12..24);
        let order = order.new_tree(&mut runner).unwrap().current();
        let mut told: Vec<usize> = order.iter().map(|index| index.index(messages.len())).collect();
        // All of them at some time, in an order of chance.
        let rest = proptest::strategy::Just((0..messages.len()).collect::<Vec<_>>()).prop_shuffle();
        told.extend(rest.new_tree(&mut runner).unwrap().current());
        for message in &told {
            books.import(&messages[*message]).await;
        }
        assert_eq!((books.balance().await, books.held().await.len()), (total, 0), "{told:?}");
        books.world.prove_ledger().await;
    }
}
