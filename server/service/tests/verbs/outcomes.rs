//! What becomes of a deposit after it was taken in: matched, sent back, taken back by its bank.

use chrono::TimeDelta;
use domain::{
    account_number::AccountFields,
    deposit::{Deposit, DepositStatus, ReturnStatus},
    id::{DepositId, HOUSE},
    money::{Currency, Money},
    wallet::{SenderParty, TransactionSource, TransactionType, Wallet},
};
use service::{
    Actor, AlsoKnown, BankNotice, DepositTarget, Error, NewTransfer, OpenDeposits, Operator, PageRequest,
    ReversalOutcome, ReversalTold, SandboxDeposit, TransactionFilter,
};

use crate::world::{Merchant, World, at_once, code, faults, money_for};

const AUD: Currency = Currency::AUD;
const PAGE: PageRequest = PageRequest { limit: 200, after: None };

fn operator(world: &World) -> Operator {
    world.purser.operator(Actor::System)
}

fn nobodys() -> DepositTarget {
    let (bsb, account_number) = (Some("062-000".into()), Some("999999999".into()));
    DepositTarget::Numbers(AccountFields { bsb, account_number, ..Default::default() })
}

async fn with_wallet(world: &World) -> (Merchant, Wallet) {
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    (merchant, wallet)
}

async fn number_of(merchant: &Merchant, wallet: &Wallet) -> String {
    merchant.reader().virtual_accounts(wallet.id).await.unwrap()[0].number.display()
}

async fn pays(merchant: &Merchant, to: DepositTarget, minor: i64, bank_reference: &str) -> Deposit {
    merchant.editor().simulate_deposit(&money_for(to, minor, AUD, bank_reference)).await.unwrap()
}

/// A deposit that its account does not take, because its customer is disabled.
async fn rejected(merchant: &Merchant, wallet: &Wallet, sender: SenderParty) -> Deposit {
    merchant.editor().disable_customer(wallet.customer_id.unwrap()).await.unwrap();
    let told = SandboxDeposit { sender, ..money_for(merchant.target(wallet).await, 500, AUD, "unwanted") };
    let deposit = merchant.editor().simulate_deposit(&told).await.unwrap();
    assert_eq!(deposit.status, DepositStatus::Rejected);
    deposit
}

fn sender() -> SenderParty {
    money_for(nobodys(), 1, AUD, "").sender
}

async fn statuses(world: &World) -> Vec<DepositStatus> {
    let page = operator(world).open_deposits(OpenDeposits::default(), &PAGE).await.unwrap();
    page.rows.iter().map(|deposit| deposit.status).collect()
}

async fn actions(merchant: &Merchant, deposit: DepositId) -> Vec<String> {
    let audit = merchant.reader().audit_trail(Some(&deposit.to_string()), &PAGE).await.unwrap();
    audit.rows.iter().rev().map(|row| row.action.clone()).collect()
}

/// The movements on a wallet, oldest first, each with the balance after it.
async fn movements(merchant: &Merchant, wallet: &Wallet) -> Vec<(TransactionType, TransactionSource, i64, i64)> {
    let filter = TransactionFilter { wallet_id: Some(wallet.id), ..TransactionFilter::default() };
    let rows = merchant.reader().transactions(&filter, &PAGE).await.unwrap().rows;
    let told = |(line, _): &(domain::wallet::WalletTransaction, Option<String>)| {
        (line.kind, line.source, line.amount.minor(), line.balance_after.minor())
    };
    rows.iter().rev().map(told).collect()
}

fn file(minor: i64) -> Vec<BankNotice> {
    vec![BankNotice {
        bank_reference: "bank 1".into(),
        also: AlsoKnown::default(),
        accounts: vec!["au:062000:999999999".into()],
        account_text: "062-000 999999999".into(),
        amount: Money::new(minor, AUD),
        sender: sender(),
        reference: None,
        received_at: None,
    }]
}

fn taken_back(number: u64, original: &str, minor: i64) -> ReversalTold {
    ReversalTold {
        inbox: HOUSE,
        rail: "bank_file".into(),
        bank_reference: format!("reversal {number}"),
        original_reference: original.into(),
        amount: Money::new(minor, AUD),
        reason: Some("Sent twice".into()),
    }
}

#[tokio::test]
async fn a_held_deposit_is_matched_to_the_wallet_whose_it_is() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let held = pays(&merchant, nobodys(), 4_200, "astray").await;
    assert_eq!(statuses(&world).await, [DepositStatus::Held]);
    let wrong = operator(&world).match_deposit(held.id, "062-000 999999998").await;
    assert_eq!(faults(wrong), [("account".into(), "not_found".into())]);
    let deposit = operator(&world).match_deposit(held.id, &number_of(&merchant, &wallet).await).await.unwrap();
    assert_eq!((deposit.status, deposit.wallet_id, &deposit.reason), (DepositStatus::Credited, Some(wallet.id), &None));
    assert_eq!(merchant.reader().deposit(held.id).await.unwrap(), deposit);
    assert_eq!(merchant.balance(&wallet).await, 4_200);
    let credit = (TransactionType::Credit, TransactionSource::Deposit, 4_200, 4_200);
    assert_eq!(movements(&merchant, &wallet).await, [credit]);
    assert_eq!((statuses(&world).await, actions(&merchant, held.id).await), (vec![], vec!["deposit.match".to_owned()]));
    let again = operator(&world).match_deposit(held.id, &number_of(&merchant, &wallet).await).await;
    assert_eq!(code(again), "deposit_settled");
    world.prove_ledger().await;
}

#[tokio::test]
async fn what_stands_in_the_books_of_the_house_is_handed_to_the_organisation_that_it_is_for() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let held = world.purser.import(&file(700)).await.unwrap().held.remove(0);
    assert_eq!(held.organisation_id, HOUSE);
    assert!(matches!(merchant.reader().deposit(held.id).await, Err(Error::NotFound)));
    let deposit = operator(&world).match_deposit(held.id, &number_of(&merchant, &wallet).await).await.unwrap();
    assert_eq!((deposit.organisation_id, merchant.balance(&wallet).await), (merchant.id(), 700));
    assert_eq!(merchant.reader().deposit(held.id).await.unwrap(), deposit);
    // The same file again is known, whatever became of it.
    assert_eq!(world.purser.import(&file(700)).await.unwrap().known, 1);
    world.prove_ledger().await;
}

#[tokio::test]
async fn money_that_a_customer_may_not_have_is_not_matched_to_it() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let held = pays(&merchant, nobodys(), 4_200, "astray").await;
    merchant.editor().disable_customer(wallet.customer_id.unwrap()).await.unwrap();
    let number = number_of(&merchant, &wallet).await;
    match operator(&world).match_deposit(held.id, &number).await {
        Err(Error::Refused(reasons)) => assert_eq!(reasons[0].code, "customer_disabled"),
        other => panic!("{other:?}"),
    }
    assert_eq!((merchant.balance(&wallet).await, statuses(&world).await), (0, vec![DepositStatus::Held]));
    world.prove_ledger().await;
}

#[tokio::test]
async fn what_the_house_could_not_send_back_can_only_be_sent_back_again() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let held = world.purser.import(&file(700)).await.unwrap().held.remove(0);
    let operator = operator(&world);
    operator.return_deposit(held.id, None).await.unwrap();
    operator.fail_return(held.id, "Account closed").await.unwrap();
    let late = operator.match_deposit(held.id, &number_of(&merchant, &wallet).await).await;
    assert_eq!(faults(late), [("account".into(), "other_organisation".into())]);
    let pending = operator.return_deposit(held.id, Some(&sender())).await.unwrap();
    assert_eq!(pending.status, DepositStatus::ReturnPending);
    world.prove_ledger().await;
}

#[tokio::test]
async fn money_in_the_books_of_one_organisation_is_not_matched_to_another() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let stranger = world.merchant("southwind").await;
    let held = pays(&stranger, nobodys(), 4_200, "astray").await;
    let number = number_of(&merchant, &wallet).await;
    let other = operator(&world).match_deposit(held.id, &number).await;
    assert_eq!(faults(other), [("account".into(), "other_organisation".into())]);
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_rejected_deposit_goes_back_by_itself_in_a_sandbox() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let deposit = rejected(&merchant, &wallet, sender()).await;
    assert_eq!(world.purser.sweep_returns().await.unwrap(), 1);
    let pending = merchant.reader().deposit(deposit.id).await.unwrap();
    let returned = pending.returned.clone().unwrap();
    assert_eq!((pending.status, returned.status), (DepositStatus::ReturnPending, ReturnStatus::Pending));
    assert_eq!((returned.receiver, pending.reason), (sender(), deposit.reason));
    assert_eq!(world.purser.sweep_returns().await.unwrap(), 0, "the bank takes its time");
    world.later(TimeDelta::seconds(6));
    assert_eq!(world.purser.sweep_returns().await.unwrap(), 1);
    let back = merchant.reader().deposit(deposit.id).await.unwrap();
    let returned = back.returned.unwrap();
    assert_eq!((back.status, returned.status), (DepositStatus::Returned, ReturnStatus::Returned));
    assert!(returned.settled_at.is_some() && returned.bank_reference.is_some());
    assert_eq!(actions(&merchant, deposit.id).await, ["deposit.return", "deposit.confirm_return"]);
    assert!(statuses(&world).await.is_empty());
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_return_that_fails_waits_for_a_person_and_may_be_tried_again() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let nameless = SenderParty { name: Some("Tobias Okonjo".into()), ..SenderParty::default() };
    let deposit = rejected(&merchant, &wallet, nameless).await;
    assert_eq!(world.purser.sweep_returns().await.unwrap(), 1);
    let failed = merchant.reader().deposit(deposit.id).await.unwrap();
    let returned = failed.returned.clone().unwrap();
    assert_eq!((failed.status, returned.status), (DepositStatus::ReturnFailed, ReturnStatus::Failed));
    assert_eq!(returned.reason.unwrap().code, "sender_account_missing");
    assert_eq!(merchant.reader().overview().await.unwrap().return_failed, 1);
    let operator = operator(&world);
    assert_eq!(faults(operator.return_deposit(deposit.id, None).await), [("receiver".into(), "required".into())]);
    let half = SenderParty { bsb: Some("062-00".into()), ..SenderParty::default() };
    let wrong = faults(operator.return_deposit(deposit.id, Some(&half)).await);
    assert!(wrong.iter().all(|(field, _)| field.starts_with("receiver.")) && wrong.len() == 2, "{wrong:?}");
    let pending = operator.return_deposit(deposit.id, Some(&sender())).await.unwrap();
    assert_eq!(pending.returned.unwrap().receiver, sender());
    let failed = operator.fail_return(deposit.id, "Account closed").await.unwrap();
    assert!(failed.returned.unwrap().reason.unwrap().message.contains("Account closed"));
    // What cannot go back may be matched after all, once its customer may have it.
    merchant.editor().enable_customer(wallet.customer_id.unwrap()).await.unwrap();
    let credited = operator.match_deposit(deposit.id, &number_of(&merchant, &wallet).await).await.unwrap();
    assert_eq!((credited.status, merchant.balance(&wallet).await), (DepositStatus::Credited, 500));
    world.prove_ledger().await;
}

#[tokio::test]
async fn outside_a_sandbox_a_bank_has_to_answer() {
    let world = World::open().await;
    let held = world.purser.import(&file(700)).await.unwrap().held.remove(0);
    let operator = operator(&world);
    assert_eq!(code(operator.confirm_return(held.id, "b").await), "deposit_settled");
    operator.return_deposit(held.id, None).await.unwrap();
    world.later(TimeDelta::days(2));
    assert_eq!(world.purser.sweep_returns().await.unwrap(), 0);
    assert_eq!(faults(operator.confirm_return(held.id, " ").await), [("bank_reference".into(), "required".into())]);
    let back = operator.confirm_return(held.id, " DE 17 ").await.unwrap();
    assert_eq!(
        (back.status, back.returned.unwrap().bank_reference.as_deref()),
        (DepositStatus::Returned, Some("DE 17"))
    );
    assert_eq!(code(operator.fail_return(held.id, "late").await), "deposit_settled");
    assert_eq!(code(operator.return_deposit(held.id, None).await), "deposit_settled");
    assert!(matches!(operator.return_deposit(DepositId::from_uuid(HOUSE.uuid()), None).await, Err(Error::NotFound)));
    world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_act_on_one_deposit_at_once_one_wins_and_the_others_are_told() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let number = number_of(&merchant, &wallet).await;
    let held = pays(&merchant, nobodys(), 4_200, "astray").await;
    let operator = operator(&world);
    let answers = at_once(12, |which| {
        let (operator, number) = (operator.clone(), number.clone());
        async move {
            if which % 2 == 0 {
                operator.match_deposit(held.id, &number).await
            } else {
                operator.return_deposit(held.id, None).await
            }
        }
    })
    .await;
    let (won, told): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    assert!(told.into_iter().all(|answer| code(answer) == "deposit_settled"));
    let deposit = merchant.reader().deposit(held.id).await.unwrap();
    assert_eq!(merchant.balance(&wallet).await, if deposit.status == DepositStatus::Credited { 4_200 } else { 0 });
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_reversal_may_take_a_wallet_below_zero_until_it_is_made_good() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let target = merchant.target(&wallet).await;
    let payin = merchant.reader().wallets(&service::WalletFilter::default(), &PAGE).await.unwrap();
    let payin = payin.rows.into_iter().find(|row| row.wallet.customer_id.is_none() && row.wallet.currency() == AUD);
    let payin = payin.unwrap().wallet;
    let first = pays(&merchant, target.clone(), 1_000, "first").await;
    let spent = NewTransfer {
        from: wallet.id,
        to: payin.id,
        amount: Money::new(700, AUD),
        reference: None,
        is_reserved: false,
    };
    merchant.editor().transfer(&spent).await.unwrap();
    let reversed = merchant.editor().simulate_reversal(first.id, Some("Sent twice")).await.unwrap();
    assert_eq!(reversed.status, DepositStatus::Reversed);
    assert_eq!(reversed.reason.as_ref().unwrap().message, "The bank took it back: Sent twice.");
    assert_eq!(merchant.editor().simulate_reversal(first.id, None).await.unwrap(), reversed, "once");
    let now = merchant.reader().wallet(wallet.id).await.unwrap().wallet;
    assert_eq!((now.ledger_balance.minor(), now.is_overdrawn()), (-700, true));
    let debit = (TransactionType::Debit, TransactionSource::Reversal, 1_000, -700);
    assert_eq!(movements(&merchant, &wallet).await.pop(), Some(debit));
    world.prove_ledger().await;
    // Nothing else takes it further down, nor spends what made it less.
    let one = NewTransfer { amount: Money::new(1, AUD), ..spent };
    assert_eq!(code(merchant.editor().transfer(&one).await), "insufficient_funds");
    pays(&merchant, target.clone(), 300, "second").await;
    assert_eq!(code(merchant.editor().transfer(&one).await), "insufficient_funds");
    world.prove_ledger().await;
    pays(&merchant, target, 500, "third").await;
    let now = merchant.reader().wallet(wallet.id).await.unwrap().wallet;
    assert_eq!((now.ledger_balance.minor(), now.is_overdrawn()), (100, false));
    world.prove_ledger().await;
}

#[tokio::test]
async fn nothing_that_was_set_aside_leaves_a_wallet_that_a_bank_overdrew() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let first = pays(&merchant, merchant.target(&wallet).await, 100, "first").await;
    let own = service::WalletFilter { kind: Some(domain::wallet::WalletKind::Payin), ..Default::default() };
    let own = merchant.reader().wallets(&own, &PAGE).await.unwrap().rows;
    let own = own.into_iter().find(|row| row.wallet.currency() == AUD).unwrap().wallet;
    let new =
        NewTransfer { from: wallet.id, to: own.id, amount: Money::new(80, AUD), reference: None, is_reserved: true };
    let reserved = merchant.editor().transfer(&new).await.unwrap();
    pays(&merchant, merchant.target(&wallet).await, 50, "second").await;
    merchant.editor().simulate_reversal(first.id, None).await.unwrap();
    let now = merchant.reader().wallet(wallet.id).await.unwrap().wallet;
    assert_eq!((now.ledger_balance.minor(), now.available_balance.minor()), (50, -30));
    assert_eq!(code(merchant.editor().post_transfer(reserved.id).await), "insufficient_funds");
    world.prove_ledger().await;
    merchant.editor().release_transfer(reserved.id).await.unwrap();
    assert_eq!(merchant.balance(&wallet).await, 50);
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_reversal_takes_money_from_wherever_it_stands() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let held = pays(&merchant, nobodys(), 4_200, "astray").await;
    let unwanted = rejected(&merchant, &wallet, sender()).await;
    for deposit in [&held, &unwanted] {
        let reversed = merchant.editor().simulate_reversal(deposit.id, None).await.unwrap();
        assert_eq!((reversed.status, reversed.wallet_transaction_id), (DepositStatus::Reversed, None));
    }
    assert!(statuses(&world).await.is_empty());
    assert_eq!(world.purser.sweep_returns().await.unwrap(), 0, "nothing of it goes back a second time");
    let other = world.merchant("southwind").await;
    assert!(matches!(other.editor().simulate_reversal(held.id, None).await, Err(Error::NotFound)));
    world.prove_ledger().await;
}

#[tokio::test]
async fn a_reversal_that_no_deposit_fits_waits_for_the_operator() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let purser = &world.purser;
    let held = purser.import(&file(700)).await.unwrap().held.remove(0);
    let operator = operator(&world);
    for (number, (original, minor)) in [("unknown", 700), ("bank 1", 699)].into_iter().enumerate() {
        let told = taken_back(u64::try_from(number).unwrap(), original, minor);
        let outcome = purser.receive_reversal(&told).await.unwrap();
        assert!(matches!(&outcome, ReversalOutcome::Open(reversal) if reversal.deposit_id.is_none()), "{outcome:?}");
        assert_eq!(purser.receive_reversal(&told).await.unwrap(), ReversalOutcome::Known);
        world.prove_ledger().await;
    }
    let open = operator.open_reversals(&PAGE).await.unwrap().rows;
    assert_eq!(open.len(), 2);
    let other = operator.apply_reversal(open[0].id, held.id).await;
    assert_eq!(faults(other), [("deposit".into(), "other_amount".into())]);
    let credited = operator.match_deposit(held.id, &number_of(&merchant, &wallet).await).await.unwrap();
    assert_eq!(merchant.balance(&wallet).await, 700);
    let reversed = operator.apply_reversal(open[1].id, credited.id).await.unwrap();
    assert_eq!((reversed.status, merchant.balance(&wallet).await), (DepositStatus::Reversed, 0));
    assert_eq!(code(operator.apply_reversal(open[1].id, credited.id).await), "reversal_applied");
    assert_eq!(operator.open_reversals(&PAGE).await.unwrap().rows.len(), 1);
    world.prove_ledger().await;
}

#[tokio::test]
async fn what_went_back_is_not_taken_back_as_well() {
    let world = World::open().await;
    let (merchant, _) = with_wallet(&world).await;
    let held = world.purser.import(&file(700)).await.unwrap().held.remove(0);
    let operator = operator(&world);
    operator.return_deposit(held.id, None).await.unwrap();
    let on_its_way = world.purser.receive_reversal(&taken_back(1, "bank 1", 700)).await.unwrap();
    assert!(matches!(on_its_way, ReversalOutcome::Open(_)), "the bank owes it");
    operator.confirm_return(held.id, "DE 17").await.unwrap();
    let open = operator.open_reversals(&PAGE).await.unwrap().rows;
    assert_eq!(code(operator.apply_reversal(open[0].id, held.id).await), "deposit_settled");
    assert_eq!(code(merchant.editor().simulate_reversal(held.id, None).await), "not_found");
    world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reversal_told_many_times_at_once_takes_back_once() {
    let world = World::open().await;
    let (merchant, wallet) = with_wallet(&world).await;
    let deposit = pays(&merchant, merchant.target(&wallet).await, 1_000, "first").await;
    let told = ReversalTold { inbox: merchant.id(), rail: "npp".into(), ..taken_back(1, "first", 1_000) };
    let outcomes = at_once(12, |_| {
        let (purser, told) = (world.purser.clone(), told.clone());
        async move { purser.receive_reversal(&told).await.unwrap() }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, ReversalOutcome::Reversed(_))).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == ReversalOutcome::Known).count(), 11);
    assert_eq!(merchant.balance(&wallet).await, 0);
    assert_eq!(merchant.reader().deposit(deposit.id).await.unwrap().status, DepositStatus::Reversed);
    world.prove_ledger().await;
}
