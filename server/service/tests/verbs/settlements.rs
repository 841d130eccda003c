//! Settlement: what is due on a business day is paid out, once, to an account that two people agreed on.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::{
    account_number::AccountFields,
    deposit::DepositStatus,
    id::SettlementAccountId,
    money::{Currency, Money},
    settlement::{CalendarName, Settlement, SettlementMode, SettlementRun, SettlementStatus},
    wallet::{TransactionSource, TransactionType, Wallet, WalletKind},
};
use service::{
    Actor, AnswerReport, DepositTarget, Error, NewSettlementAccount, NewSettlementTerms, NewTransfer, PageRequest,
    SettlementAnswer, SettlementFilter, SettlementOutcome, TransactionFilter, WalletFilter,
};

use crate::world::{Merchant, World, code, faults, money_for};

const AUD: Currency = Currency::AUD;
const PAGE: PageRequest = PageRequest { limit: 200, after: None };
const ASKS: &str = "asks@house.example";
const APPROVES: &str = "approves@house.example";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn account(of: Option<&Merchant>, currency: Currency) -> NewSettlementAccount {
    let numbers = if currency == AUD {
        AccountFields {
            bsb: Some("062-000".into()),
            account_number: Some(if of.is_some() { "12345678" } else { "87654321" }.into()),
            ..AccountFields::default()
        }
    } else {
        AccountFields { iban: Some("DE89370400440532013000".into()), ..AccountFields::default() }
    };
    NewSettlementAccount {
        organisation_id: of.map(Merchant::id),
        currency,
        name: if of.is_some() { "Northwind Traders" } else { "Harbour Exchange" }.into(),
        numbers,
        bank: (of.is_none() && currency == AUD).then(|| "NAB".into()),
        user_id: (of.is_none() && currency == AUD).then(|| "301500".into()),
    }
}

struct Books {
    world: World,
    merchant: Merchant,
    wallets: Vec<Wallet>,
    account: SettlementAccountId,
}

/// A Sunday evening in Sydney; two customers with a wallet each; terms of T+1 at 16:30.
async fn books(currency: Currency) -> Books {
    Box::pin(opened(currency)).await
}

async fn opened(currency: Currency) -> Books {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let mut wallets = Vec::new();
    for passport in ["PA1", "PA2"] {
        let customer = merchant.approved(passport).await;
        wallets.push(merchant.issues(customer.id, currency).await);
    }
    let operator = world.purser.operator(Actor::System);
    let mut last = None;
    for of in [None, Some(&merchant)] {
        let asked = operator.request_settlement_account(&account(of, currency), ASKS).await.unwrap();
        last = Some(operator.approve_settlement_account(asked.id, APPROVES).await.unwrap());
    }
    let books = Books { world, merchant, wallets, account: last.unwrap().id };
    books.terms(currency, 0).await;
    books
}

impl Books {
    async fn terms(&self, currency: Currency, minimum: i64) {
        let terms = self.wanted(currency, minimum);
        self.world.purser.operator(Actor::System).set_settlement_terms(&terms, ASKS).await.unwrap();
    }

    fn wanted(&self, currency: Currency, minimum: i64) -> NewSettlementTerms {
        NewSettlementTerms {
            organisation_id: self.merchant.id(),
            currency,
            days: 1,
            cutoff: NaiveTime::from_hms_opt(16, 30, 0).unwrap(),
            zone: "Australia/Sydney".into(),
            calendar: CalendarName::Au,
            minimum,
            mode: SettlementMode::Gross,
            account_id: self.account,
        }
    }

    async fn pays(&self, wallet: usize, minor: i64, reference: &str) {
        let wallet = &self.wallets[wallet];
        let account = self.merchant.reader().virtual_accounts(wallet.id).await.unwrap().remove(0);
        let told = money_for(DepositTarget::VirtualAccount(account.id), minor, wallet.currency(), reference);
        let deposit = self.merchant.editor().simulate_deposit(&told).await.unwrap();
        assert_eq!(deposit.status, DepositStatus::Credited);
    }

    /// The evening of a day in Sydney, after the cut-off; the books begin on 22 November.
    fn evening(&self, date: &str) {
        let then = day(date).and_hms_opt(9, 0, 0).unwrap().and_utc();
        self.world.later(then - self.world.purser.now());
    }

    async fn settle(&self) -> Vec<SettlementOutcome> {
        self.world.purser.settle(None).await.unwrap().into_iter().map(|settled| settled.outcome).collect()
    }

    async fn settle_one(&self) -> SettlementRun {
        match self.settle().await.as_slice() {
            [SettlementOutcome::Done(run)] => run.clone(),
            other => panic!("one run is wanted: {other:?}"),
        }
    }

    async fn settlement(&self) -> Settlement {
        let page = self.merchant.reader().settlements(SettlementFilter::default(), &PAGE).await.unwrap();
        page.rows.into_iter().next().unwrap()
    }

    async fn balances(&self) -> [i64; 2] {
        [self.merchant.balance(&self.wallets[0]).await, self.merchant.balance(&self.wallets[1]).await]
    }
}

#[tokio::test]
async fn what_is_due_is_paid_out_once_with_its_file() {
    let books = books(AUD).await;
    books.pays(0, 100, "one").await;
    books.pays(1, 40, "two").await;
    books.pays(0, 3, "three").await;
    books.evening("2026-11-23");
    let run = books.settle_one().await;
    assert_eq!(
        (run.date, run.settled.minor(), run.carried.minor(), run.settlement_id),
        (day("2026-11-23"), 0, 0, None)
    );
    books.pays(1, 7, "late").await;
    books.evening("2026-11-24");
    let run = books.settle_one().await;
    assert_eq!((run.date, run.settled.minor(), run.carried.minor()), (day("2026-11-24"), 143, 0));
    assert_eq!(books.balances().await, [0, 7], "what came after the cut-off is due a day later");
    // Again changes nothing, by the day and by its date.
    assert_eq!(books.settle().await, []);
    let again = books.world.purser.settle(Some(run.date)).await.unwrap();
    assert_eq!(again[0].outcome, SettlementOutcome::Known(run.clone()));
    assert_eq!(books.balances().await, [0, 7]);

    let reader = books.merchant.reader();
    let settlement = books.settlement().await;
    assert_eq!(Some(settlement.id), run.settlement_id);
    assert_eq!((settlement.status, settlement.net.minor(), settlement.deposits), (SettlementStatus::Pending, 143, 3));
    let lines = reader.settlement_lines(settlement.id, &PAGE).await.unwrap().rows;
    assert_eq!(lines.iter().map(|line| line.amount.minor()).sum::<i64>(), 143);
    for line in &lines {
        assert_eq!(reader.deposit(line.deposit_id).await.unwrap().settlement_id, Some(settlement.id));
    }
    let file = reader.settlement_file(settlement.id).await.unwrap();
    assert_eq!(file.format, "aba");
    let file = settling::aba::read(std::str::from_utf8(&file.bytes).unwrap()).unwrap();
    let [payment] = file.details.as_slice() else { panic!("one payment") };
    assert_eq!((payment.cents, payment.bsb.as_str(), payment.account.as_str()), (143, "062-000", "12345678"));
    assert_eq!(
        (payment.reference.as_str(), payment.title.as_str()),
        (settlement.reference.as_str(), "Northwind Traders")
    );
    assert_eq!((file.user_name.as_str(), file.date), ("Harbour Exchange", day("2026-11-24")));
    let all = TransactionFilter { source: Some(TransactionSource::Settlement), ..TransactionFilter::default() };
    let movements = reader.transactions(&all, &PAGE).await.unwrap().rows;
    let mut told: Vec<_> = movements.iter().map(|(line, _)| (line.kind, line.amount.minor())).collect();
    told.sort_by_key(|(_, minor)| *minor);
    assert_eq!(told, [(TransactionType::Debit, 40), (TransactionType::Debit, 103)]);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn a_settlement_is_sent_and_paid() {
    let books = books(AUD).await;
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    books.settle_one().await;
    let id = books.settlement().await.id;
    let operator = books.world.purser.operator(Actor::System);
    assert_eq!(code(operator.confirm_settlement(id, "DE 1").await), "settlement_ended", "it was not sent yet");
    assert_eq!(operator.send_settlement(id).await.unwrap().status, SettlementStatus::Sent);
    assert_eq!(code(operator.send_settlement(id).await), "settlement_ended");
    assert_eq!(faults(operator.confirm_settlement(id, " ").await), [("bank_reference".into(), "required".into())]);
    let paid = operator.confirm_settlement(id, "DE 1").await.unwrap();
    assert_eq!((paid.status, paid.bank_reference.as_deref()), (SettlementStatus::Paid, Some("DE 1")));
    assert_eq!(code(operator.fail_settlement(id, "Too late").await), "settlement_ended");
    assert!(operator.open_settlements().await.unwrap().is_empty());
    let bank = books.merchant.reader().overview().await.unwrap().balances;
    assert!(bank.iter().all(|balance| balance.minor() == 0), "{bank:?}");
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn a_bank_s_own_answers_end_a_settlement_once() {
    let books = books(AUD).await;
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    books.settle_one().await;
    let settlement = books.settlement().await;
    let purser = &books.world.purser;
    let answer = |reference: &str, minor: Option<i64>, outcome: Result<&str, &str>| SettlementAnswer {
        reference: reference.to_owned(),
        amount: minor.map(|minor| Money::new(minor, AUD)),
        outcome: outcome.map(str::to_owned).map_err(str::to_owned),
    };
    let reference = settlement.reference.as_str();
    let other = purser.import_answers(&[answer("nobody's", None, Ok("X"))]).await.unwrap();
    assert_eq!(other, AnswerReport::default());
    let less = purser.import_answers(&[answer(reference, Some(99), Ok("X"))]).await.unwrap();
    assert_eq!((less.contradicted.len(), books.settlement().await.status), (1, SettlementStatus::Pending));
    let refused = purser.import_answers(&[answer(reference, None, Err("AC04: Account closed"))]).await.unwrap();
    assert_eq!((refused.failed.len(), books.balances().await), (1, [100, 0]));
    assert_eq!(purser.import_answers(&[answer(reference, None, Err("AC04"))]).await.unwrap().known, 1);
    assert_eq!(purser.import_answers(&[answer(reference, None, Ok("X"))]).await.unwrap().contradicted.len(), 1);
    books.evening("2026-11-25");
    books.settle_one().await;
    let second = books.settlement().await;
    let paid = [answer(&second.reference, Some(100), Ok("DE 2"))];
    let (one, two) = tokio::join!(purser.import_answers(&paid), purser.import_answers(&paid));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.paid.len() + two.paid.len(), one.known + two.known), (1, 1));
    assert_eq!(books.settlement().await.bank_reference.as_deref(), Some("DE 2"));
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn what_the_bank_could_not_pay_is_back_and_due_again() {
    let books = books(AUD).await;
    books.pays(0, 100, "one").await;
    books.pays(1, 5, "two").await;
    books.evening("2026-11-24");
    books.settle_one().await;
    let first = books.settlement().await;
    let operator = books.world.purser.operator(Actor::System);
    operator.send_settlement(first.id).await.unwrap();
    let failed = operator.fail_settlement(first.id, "Account closed").await.unwrap();
    assert_eq!((failed.status, failed.reason.as_deref()), (SettlementStatus::Failed, Some("Account closed")));
    assert_eq!(books.balances().await, [100, 5]);
    books.world.prove_ledger().await;
    books.evening("2026-11-25");
    let run = books.settle_one().await;
    assert_eq!((run.settled.minor(), books.balances().await), (105, [0, 0]));
    let second = books.settlement().await;
    assert_ne!(second.reference, first.reference);
    let lines = books.merchant.reader().settlement_lines(first.id, &PAGE).await.unwrap().rows;
    let deposit = books.merchant.reader().deposit(lines[0].deposit_id).await.unwrap();
    assert_eq!(deposit.settlement_id, Some(second.id), "the one that pays it");
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn less_than_the_minimum_is_carried_over_and_says_so() {
    let books = books(AUD).await;
    books.terms(AUD, 150).await;
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    let run = books.settle_one().await;
    assert_eq!((run.settled.minor(), run.carried.minor(), run.carried_deposits), (0, 100, 1));
    assert_eq!(run.reason.unwrap().code, "below_minimum");
    assert_eq!(books.balances().await, [100, 0]);
    books.pays(1, 50, "two").await;
    books.evening("2026-11-26");
    let runs = books.settle().await;
    assert_eq!(runs.len(), 2, "one for each day");
    assert_eq!((books.settlement().await.net.minor(), books.balances().await), (150, [0, 0]));
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn whole_deposits_are_paid_the_oldest_first_as_far_as_the_money_goes() {
    let books = books(AUD).await;
    for (minor, reference) in [(100, "one"), (30, "two"), (20, "three")] {
        books.pays(0, minor, reference).await;
        books.world.later(TimeDelta::seconds(1));
    }
    let own = WalletFilter { kind: Some(WalletKind::Payin), currency: Some(AUD), ..WalletFilter::default() };
    let own = books.merchant.reader().wallets(&own, &PAGE).await.unwrap().rows.remove(0).wallet;
    let transfer = NewTransfer {
        from: books.wallets[0].id,
        to: own.id,
        amount: Money::new(25, AUD),
        reference: None,
        is_reserved: false,
    };
    books.merchant.editor().transfer(&transfer).await.unwrap();
    books.evening("2026-11-24");
    let run = books.settle_one().await;
    assert_eq!((run.settled.minor(), run.carried.minor(), run.carried_deposits), (100, 50, 2));
    assert_eq!(run.reason.unwrap().code, "insufficient_funds");
    assert_eq!(books.balances().await, [25, 0]);
    books.world.prove_ledger().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_at_once_make_one_settlement() {
    let books = books(AUD).await;
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    let other = books.world.another_process().await;
    let (one, two) = tokio::join!(books.world.purser.settle(None), other.settle(None));
    let done = [one.unwrap(), two.unwrap()].concat();
    let made = done.iter().filter(|settled| matches!(settled.outcome, SettlementOutcome::Done(_))).count();
    assert_eq!((made, books.balances().await), (1, [0, 0]));
    let page = books.merchant.reader().settlements(SettlementFilter::default(), &PAGE).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    other.close().await;
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn an_account_counts_when_a_second_person_approved_it() {
    let books = books(AUD).await;
    let operator = books.world.purser.operator(Actor::System);
    let asked = operator.request_settlement_account(&account(Some(&books.merchant), AUD), ASKS).await.unwrap();
    assert_eq!(code(operator.approve_settlement_account(asked.id, &ASKS.to_uppercase()).await), "same_person");
    let terms = NewSettlementTerms { account_id: asked.id, ..books.wanted(AUD, 0) };
    operator.set_settlement_terms(&terms, ASKS).await.unwrap();
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    let waits = |outcomes: Vec<SettlementOutcome>| matches!(outcomes.as_slice(), [SettlementOutcome::Waits(_)]);
    assert!(waits(books.settle().await), "nobody approved it");
    operator.approve_settlement_account(asked.id, APPROVES).await.unwrap();
    assert_eq!(code(operator.approve_settlement_account(asked.id, APPROVES).await), "account_decided");
    assert_eq!(books.settle_one().await.settled.minor(), 100);
    operator.revoke_settlement_account(asked.id, APPROVES).await.unwrap();
    assert_eq!(code(operator.revoke_settlement_account(asked.id, ASKS).await), "account_decided");
    books.pays(0, 9, "two").await;
    books.evening("2026-11-27");
    assert!(books.settle().await.iter().all(|outcome| matches!(outcome, SettlementOutcome::Waits(_))));
    assert_eq!(books.balances().await, [9, 0]);
}

#[tokio::test]
async fn an_account_that_the_file_has_no_room_for_keeps_a_day_from_being_run_and_says_why() {
    let books = books(AUD).await;
    let operator = books.world.purser.operator(Actor::System);
    let nameless = NewSettlementAccount { bank: Some("National".into()), ..account(None, AUD) };
    let newer = operator.request_settlement_account(&nameless, ASKS).await.unwrap();
    operator.approve_settlement_account(newer.id, APPROVES).await.unwrap();
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    let [SettlementOutcome::Waits(why)] = &books.settle().await[..] else { panic!("it waits") };
    assert!(why.contains("debtor.bank"), "{why}");
    assert_eq!(books.balances().await, [100, 0]);
    books.world.prove_ledger().await;
    operator.revoke_settlement_account(newer.id, ASKS).await.unwrap();
    assert_eq!(books.settle_one().await.settled.minor(), 100);
}

#[tokio::test]
async fn other_currencies_are_paid_by_a_message_of_iso_20022() {
    let books = books(Currency::EUR).await;
    books.pays(0, 12_345, "one").await;
    books.evening("2026-11-24");
    books.settle_one().await;
    let settlement = books.settlement().await;
    let file = books.merchant.reader().settlement_file(settlement.id).await.unwrap();
    assert_eq!(file.format, "pain.001.001.09");
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.contains("<InstdAmt Ccy=\"EUR\">123.45</InstdAmt>"), "{text}");
    assert!(text.contains(&format!("<EndToEndId>{}</EndToEndId>", settlement.reference)), "{text}");
}

#[tokio::test]
async fn a_deposit_that_is_taken_back_after_it_was_paid_out_leaves_its_wallet_below_zero() {
    let books = books(AUD).await;
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    books.settle_one().await;
    let settlement = books.settlement().await;
    let line = books.merchant.reader().settlement_lines(settlement.id, &PAGE).await.unwrap().rows.remove(0);
    let taken = books.merchant.editor().simulate_reversal(line.deposit_id, None).await.unwrap();
    assert_eq!((taken.status, taken.settlement_id), (DepositStatus::Reversed, Some(settlement.id)));
    assert_eq!(books.balances().await, [-100, 0]);
    let operator = books.world.purser.operator(Actor::System);
    operator.send_settlement(settlement.id).await.unwrap();
    operator.fail_settlement(settlement.id, "Refused").await.unwrap();
    assert_eq!(books.balances().await, [0, 0]);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn nobody_sees_the_settlements_of_another_and_nothing_is_run_too_early() {
    let books = books(AUD).await;
    books.pays(0, 100, "one").await;
    books.evening("2026-11-24");
    books.settle_one().await;
    let id = books.settlement().await.id;
    let stranger = books.world.merchant("southwind").await;
    assert!(matches!(stranger.reader().settlement(id).await, Err(Error::NotFound)));
    assert!(matches!(stranger.reader().settlement_file(id).await, Err(Error::NotFound)));
    assert!(stranger.reader().settlement_lines(id, &PAGE).await.unwrap().rows.is_empty());
    let early = books.world.purser.settle(Some(day("2026-11-25"))).await;
    assert_eq!(faults(early), [("date".into(), "too_early".into())]);
    assert_eq!(books.world.purser.settle(Some(day("2026-11-22"))).await.unwrap(), [], "a Sunday");
}

#[tokio::test]
async fn accounts_and_terms_that_cannot_be_are_refused_with_their_field() {
    let books = books(AUD).await;
    let operator = books.world.purser.operator(Actor::System);
    let wrong = NewSettlementAccount { numbers: AccountFields::default(), ..account(None, AUD) };
    let fields = faults(operator.request_settlement_account(&wrong, ASKS).await);
    assert!(fields.iter().any(|(field, _)| field == "bsb"), "{fields:?}");
    let nameless = NewSettlementAccount { name: " ".into(), ..account(None, AUD) };
    assert_eq!(faults(operator.request_settlement_account(&nameless, ASKS).await)[0].0, "name");
    let base = books.wanted(AUD, 0);
    for (terms, field) in [
        (NewSettlementTerms { days: 31, ..base.clone() }, "days"),
        (NewSettlementTerms { zone: "Mars/Olympus".into(), ..base.clone() }, "zone"),
        (NewSettlementTerms { minimum: -1, ..base.clone() }, "minimum"),
        (NewSettlementTerms { currency: Currency::EUR, ..base }, "account"),
    ] {
        assert_eq!(faults(operator.set_settlement_terms(&terms, ASKS).await)[0].0, field);
    }
}
