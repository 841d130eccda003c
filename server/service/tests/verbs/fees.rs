//! Fees: what a deposit costs, and how that is paid.

use chrono::{NaiveTime, TimeDelta};
use domain::{
    account_number::AccountFields,
    fee::{Fee, FeeStatus},
    id::HOUSE,
    ledger::AccountKind,
    money::{Currency, Money},
    settlement::{CalendarName, Settlement, SettlementMode},
    wallet::{TransactionSource, TransactionType, Wallet, WalletKind},
};
use service::{
    Actor, DepositTarget, FeeFilter, NewFeeRule, NewSettlementAccount, NewSettlementTerms, NewTransfer, Operator,
    PageRequest, SettlementFilter, SettlementOutcome, TransactionFilter, WalletFilter,
};

use crate::world::{Merchant, World, code, faults, money_for};

const AUD: Currency = Currency::AUD;
const PAGE: PageRequest = PageRequest { limit: 200, after: None };
const BY: &str = "asks@house.example";

struct Books {
    world: World,
    merchant: Merchant,
    wallet: Wallet,
}

async fn books() -> Books {
    Box::pin(opened()).await
}

async fn opened() -> Books {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, AUD).await;
    Books { world, merchant, wallet }
}

impl Books {
    fn operator(&self) -> Operator {
        self.world.purser.operator(Actor::System)
    }

    /// 70 for each deposit and 1 % of it, ten per cent of tax.
    fn rule(&self) -> NewFeeRule {
        NewFeeRule {
            organisation_id: self.merchant.id(),
            currency: AUD,
            fixed: 70,
            basis_points: 100,
            minimum: 0,
            maximum: Some(500),
            tax_basis_points: 1_000,
        }
    }

    async fn asks(&self) {
        self.operator().set_fee_rule(&self.rule(), BY).await.unwrap();
    }

    async fn pays(&self, minor: i64, reference: &str) {
        let to = self.merchant.target(&self.wallet).await;
        self.merchant.editor().simulate_deposit(&money_for(to, minor, AUD, reference)).await.unwrap();
    }

    /// The oldest first.
    async fn fees(&self) -> Vec<Fee> {
        let mut fees = self.merchant.reader().fees(FeeFilter::default(), &PAGE).await.unwrap().rows;
        fees.reverse();
        fees
    }

    async fn statuses(&self) -> Vec<FeeStatus> {
        self.fees().await.iter().map(|fee| fee.status).collect()
    }

    async fn fees_wallet(&self) -> Wallet {
        let own = WalletFilter { kind: Some(WalletKind::Fees), currency: Some(AUD), ..WalletFilter::default() };
        self.merchant.reader().wallets(&own, &PAGE).await.unwrap().rows.remove(0).wallet
    }

    async fn funds(&self, minor: i64) {
        let to = self.fees_wallet().await.id;
        let transfer = NewTransfer {
            from: self.wallet.id,
            to,
            amount: Money::new(minor, AUD),
            reference: None,
            is_reserved: false,
        };
        self.merchant.editor().transfer(&transfer).await.unwrap();
    }

    async fn account(&self, kind: AccountKind) -> i64 {
        let all = self.merchant.reader().trial_balance().await.unwrap();
        all.iter().filter(|(of, _)| *of == kind).map(|(_, balance)| balance.minor()).sum()
    }

    async fn agrees(&self, mode: SettlementMode, minimum: i64) {
        let operator = self.operator();
        let mut last = None;
        for organisation_id in [None, Some(self.merchant.id())] {
            let account = NewSettlementAccount {
                organisation_id,
                currency: AUD,
                name: "Northwind Traders".into(),
                numbers: AccountFields {
                    bsb: Some("062-000".into()),
                    account_number: Some("12345678".into()),
                    ..AccountFields::default()
                },
                bank: organisation_id.is_none().then(|| "NAB".into()),
                user_id: None,
            };
            let asked = operator.request_settlement_account(&account, BY).await.unwrap();
            last = Some(operator.approve_settlement_account(asked.id, "approves@house.example").await.unwrap());
        }
        let terms = NewSettlementTerms {
            organisation_id: self.merchant.id(),
            currency: AUD,
            days: 0,
            cutoff: NaiveTime::from_hms_opt(16, 30, 0).unwrap(),
            zone: "Australia/Sydney".into(),
            calendar: CalendarName::Au,
            minimum,
            mode,
            account_id: last.unwrap().id,
        };
        operator.set_settlement_terms(&terms, BY).await.unwrap();
    }

    async fn settles(&self) -> Settlement {
        self.world.later(TimeDelta::days(6));
        self.world.purser.settle(None).await.unwrap();
        let page = self.merchant.reader().settlements(SettlementFilter::default(), &PAGE).await.unwrap();
        page.rows.into_iter().next().unwrap()
    }
}

#[tokio::test]
async fn a_deposit_is_credited_in_full_and_its_fee_is_owed_beside_it() {
    let books = books().await;
    books.pays(10_000, "before there was a rule").await;
    books.asks().await;
    books.pays(1_000, "one").await;
    assert_eq!(books.merchant.balance(&books.wallet).await, 11_000);
    let [fee] = &books.fees().await[..] else { panic!("one fee") };
    assert_eq!((fee.amount.minor(), fee.tax.minor(), fee.status), (80, 8, FeeStatus::Due));
    let deposit = books.merchant.reader().deposit(fee.deposit_id).await.unwrap();
    assert_eq!(deposit.notice.amount.minor(), 1_000);
    assert_eq!(books.account(AccountKind::FeesOwed).await, -88);
    assert_eq!((books.account(AccountKind::FeeIncome).await, books.account(AccountKind::TaxDue).await), (80, 8));
    // The same payment told again costs nothing more.
    books.pays(1_000, "one").await;
    assert_eq!(books.fees().await.len(), 1);
    // The newest rule counts for what comes from then on.
    let dear = NewFeeRule { fixed: 0, basis_points: 10_000, tax_basis_points: 0, ..books.rule() };
    assert_eq!(books.operator().set_fee_rule(&dear, BY).await.unwrap().version, 2);
    books.pays(2_000, "two").await;
    let fees = books.fees().await;
    assert_eq!(fees.iter().map(|fee| fee.amount.minor()).collect::<Vec<_>>(), [80, 500]);
    assert_eq!(fees.iter().map(|fee| fee.rule_version).collect::<Vec<_>>(), [1, 2]);
    let nothing = NewFeeRule { fixed: 0, basis_points: 0, ..books.rule() };
    books.operator().set_fee_rule(&nothing, BY).await.unwrap();
    books.pays(2_000, "three").await;
    assert_eq!(books.fees().await.len(), 2);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn money_that_no_wallet_got_costs_nothing_until_it_is_matched() {
    let books = books().await;
    books.asks().await;
    let numbers = AccountFields {
        bsb: Some("062-000".into()),
        account_number: Some("999999999".into()),
        ..AccountFields::default()
    };
    let astray = money_for(DepositTarget::Numbers(numbers), 1_000, AUD, "astray");
    let held = books.merchant.editor().simulate_deposit(&astray).await.unwrap();
    assert!(books.fees().await.is_empty());
    let account = books.merchant.reader().virtual_accounts(books.wallet.id).await.unwrap().remove(0);
    books.operator().match_deposit(held.id, &account.number.display()).await.unwrap();
    let [fee] = &books.fees().await[..] else { panic!("one fee") };
    assert_eq!((fee.deposit_id, fee.amount.minor()), (held.id, 80));
    // What the bank takes back later was work all the same: whoever runs the installation may waive it.
    books.merchant.editor().simulate_reversal(held.id, None).await.unwrap();
    assert_eq!(books.statuses().await, [FeeStatus::Due]);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn what_is_owed_is_taken_from_the_fees_wallet_whole_and_the_oldest_first() {
    let books = books().await;
    books.asks().await;
    for (minor, reference) in [(1_000, "one"), (3_000, "two"), (2_000, "three")] {
        books.pays(minor, reference).await;
    }
    assert_eq!(books.world.purser.sweep_fees().await.unwrap(), 0, "the wallet is empty");
    books.funds(100).await;
    assert_eq!(books.world.purser.sweep_fees().await.unwrap(), 1);
    assert_eq!(books.statuses().await, [FeeStatus::Collected, FeeStatus::Due, FeeStatus::Due]);
    let wallet = books.fees_wallet().await;
    assert_eq!(wallet.ledger_balance.minor(), 12);
    let of_fees = TransactionFilter { source: Some(TransactionSource::Fee), ..TransactionFilter::default() };
    let lines = books.merchant.reader().transactions(&of_fees, &PAGE).await.unwrap().rows;
    let [(line, _)] = &lines[..] else { panic!("one line") };
    let told = (line.kind, line.amount.minor(), line.balance_after.minor(), line.source_id.clone());
    assert_eq!(told, (TransactionType::Debit, 88, 12, books.fees().await[0].id.to_string()));
    books.funds(1_000).await;
    let other = books.world.another_process().await;
    let (one, two) = tokio::join!(books.world.purser.sweep_fees(), other.sweep_fees());
    assert_eq!(one.unwrap() + two.unwrap(), 2, "each once");
    // 100 and 90, each with a tenth of it as tax.
    assert_eq!(books.fees_wallet().await.ledger_balance.minor(), 1_012 - 110 - 99);
    assert_eq!(books.account(AccountKind::FeesOwed).await, 0);
    other.close().await;
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn net_settlements_keep_back_what_is_owed_and_owe_it_again_when_they_fail() {
    let books = books().await;
    books.asks().await;
    books.agrees(SettlementMode::Net, 0).await;
    books.pays(1_000, "one").await;
    books.pays(3_000, "two").await;
    let first = books.settles().await;
    let sums = |one: &Settlement| (one.gross.minor(), one.fees.minor(), one.tax.minor(), one.net.minor());
    assert_eq!(sums(&first), (4_000, 180, 18, 3_802));
    assert_eq!(books.statuses().await, [FeeStatus::Withheld; 2]);
    assert_eq!((books.account(AccountKind::FeesOwed).await, books.merchant.balance(&books.wallet).await), (0, 0));
    let file = books.merchant.reader().settlement_file(first.id).await.unwrap();
    let file = settling::aba::read(std::str::from_utf8(&file.bytes).unwrap()).unwrap();
    assert_eq!(file.details[0].cents, 3_802, "the bank pays what is left");
    let of_it = FeeFilter { settlement_id: Some(first.id), ..FeeFilter::default() };
    assert_eq!(books.merchant.reader().fees(of_it, &PAGE).await.unwrap().rows.len(), 2);
    books.world.prove_ledger().await;

    let operator = books.operator();
    assert_eq!(code(operator.waive_fee(books.fees().await[0].id, "a favour", BY).await), "fee_ended");
    operator.send_settlement(first.id).await.unwrap();
    operator.fail_settlement(first.id, "Account closed").await.unwrap();
    assert_eq!(books.statuses().await, [FeeStatus::Due; 2]);
    assert_eq!(
        (books.account(AccountKind::FeesOwed).await, books.merchant.balance(&books.wallet).await),
        (-198, 4_000)
    );
    books.world.prove_ledger().await;
    operator.waive_fee(books.fees().await[0].id, "a favour", BY).await.unwrap();
    let second = books.settles().await;
    assert_eq!(sums(&second), (4_000, 100, 10, 3_890));
    operator.send_settlement(second.id).await.unwrap();
    operator.confirm_settlement(second.id, "DE 1").await.unwrap();
    assert_eq!(books.statuses().await, [FeeStatus::Waived, FeeStatus::Withheld]);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn fees_that_are_more_than_a_settlement_wait_for_the_next() {
    let books = books().await;
    books.asks().await;
    books.agrees(SettlementMode::Net, 0).await;
    books.pays(1, "next to nothing").await;
    let first = books.settles().await;
    assert_eq!((first.gross.minor(), first.fees.minor(), first.net.minor()), (1, 0, 1));
    books.pays(1_000, "one").await;
    let second = books.settles().await;
    // 70 and 7 for the first, 80 and 8 for the second.
    assert_eq!((second.fees.minor(), second.tax.minor(), second.net.minor()), (150, 15, 835));
    books.agrees(SettlementMode::Net, 1_000).await;
    books.pays(1_000, "two").await;
    books.world.later(TimeDelta::days(3));
    let runs = books.world.purser.settle(None).await.unwrap();
    let [one] = &runs[..] else { panic!("one run: {runs:?}") };
    let SettlementOutcome::Done(run) = &one.outcome else { panic!("it was run: {one:?}") };
    assert_eq!(run.reason.as_ref().unwrap().code, "below_minimum", "what is left is less than the minimum");
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn gross_settlements_pay_everything_and_keep_nothing_back() {
    let books = books().await;
    books.asks().await;
    books.agrees(SettlementMode::Gross, 0).await;
    books.pays(1_000, "one").await;
    let settlement = books.settles().await;
    assert_eq!((settlement.fees.minor(), settlement.net.minor()), (0, 1_000));
    assert_eq!(books.statuses().await, [FeeStatus::Due]);
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn a_fee_is_waived_once_and_only_with_a_reason() {
    let books = books().await;
    books.asks().await;
    books.pays(1_000, "one").await;
    let id = books.fees().await[0].id;
    let operator = books.operator();
    assert_eq!(faults(operator.waive_fee(id, " ", BY).await), [("reason".into(), "required".into())]);
    let (one, two) = tokio::join!(operator.waive_fee(id, "a favour", BY), operator.waive_fee(id, "a favour", BY));
    let refused = if one.is_ok() { two } else { one };
    assert_eq!(code(refused), "fee_ended");
    assert_eq!(books.account(AccountKind::FeesOwed).await, 0);
    assert_eq!((books.account(AccountKind::FeeIncome).await, books.account(AccountKind::TaxDue).await), (0, 0));
    books.world.prove_ledger().await;
}

#[tokio::test]
async fn rules_that_cannot_be_are_refused_with_their_field() {
    let books = books().await;
    let operator = books.operator();
    let base = books.rule();
    for (rule, field) in [
        (NewFeeRule { fixed: -1, ..base }, "fixed"),
        (NewFeeRule { basis_points: 10_001, ..base }, "basis_points"),
        (NewFeeRule { tax_basis_points: -1, ..base }, "tax_basis_points"),
        (NewFeeRule { minimum: i64::MAX, maximum: None, ..base }, "minimum"),
        (NewFeeRule { minimum: 501, ..base }, "maximum"),
    ] {
        assert_eq!(faults(operator.set_fee_rule(&rule, BY).await)[0].0, field);
    }
    let nobodys = NewFeeRule { organisation_id: HOUSE, ..base };
    assert!(operator.set_fee_rule(&nobodys, BY).await.is_err(), "the house asks nothing of itself");
    let stranger = books.world.merchant("southwind").await;
    books.asks().await;
    books.pays(1_000, "one").await;
    assert!(stranger.reader().fees(FeeFilter::default(), &PAGE).await.unwrap().rows.is_empty());
}
