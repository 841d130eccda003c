//! An entry cannot be unbalanced, whatever moves; and one that was damaged is noticed.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made must fail the test")]

use std::collections::BTreeMap;

use domain::{
    id::AccountId,
    ledger::{AccountKind, EntryKind, JournalEntry, LedgerError, Movement, Posting, assert_balanced},
    money::{Currency, Money, MoneyError},
};
use proptest::{collection::vec, prelude::*, sample::select};
use uuid::Uuid;

const KIND: EntryKind = EntryKind::DepositCredited;

fn account(number: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(number))
}

fn currencies() -> Vec<Currency> {
    [vec![Currency::parse("JPY").unwrap(), Currency::parse("KWD").unwrap()], Currency::WALLETS.to_vec()].concat()
}

fn any_movement(amount: impl Strategy<Value = i64>) -> impl Strategy<Value = Movement> {
    (0_u128..6, 1_u128..6, amount, select(currencies())).prop_map(|(from, distance, amount, currency)| Movement {
        from: account(from),
        to: account((from + distance) % 6),
        amount: Money::new(amount, currency),
    })
}

fn sums(postings: &[Posting]) -> BTreeMap<&'static str, i128> {
    let mut sums = BTreeMap::new();
    for posting in postings {
        *sums.entry(posting.amount.currency().code()).or_insert(0) += i128::from(posting.amount.minor());
    }
    sums
}

proptest! {
    #[test]
    fn whatever_moves_sums_to_zero_per_currency(movements in vec(any_movement(1..=1_000_000_000_000_000_i64), 1..20)) {
        let entry = JournalEntry::new(KIND, &movements).unwrap();
        prop_assert!(sums(entry.postings()).values().all(|sum| *sum == 0));
        prop_assert_eq!(entry.postings().len(), movements.len() * 2);
        prop_assert!(entry.postings().iter().all(|posting| posting.amount.minor() != 0));
        prop_assert_eq!(assert_balanced(entry.postings()), Ok(()));
        prop_assert_eq!(entry.kind(), KIND);
    }

    #[test]
    fn any_amounts_either_balance_or_are_refused(movements in vec(any_movement(any::<i64>()), 0..6)) {
        match JournalEntry::new(KIND, &movements) {
            Ok(entry) => prop_assert!(sums(entry.postings()).values().all(|sum| *sum == 0)),
            Err(LedgerError::Empty) => prop_assert!(movements.is_empty()),
            Err(LedgerError::NotPositive) => prop_assert!(movements.iter().any(|m| m.amount.minor() <= 0)),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn nothing_and_less_than_nothing_do_not_move(amount in i64::MIN..=0, other in 1_i64..1000) {
        let movement = |amount| Movement { from: account(1), to: account(2), amount: Money::new(amount, Currency::AUD) };
        prop_assert_eq!(JournalEntry::new(KIND, &[movement(amount)]), Err(LedgerError::NotPositive));
        prop_assert_eq!(JournalEntry::new(KIND, &[movement(other), movement(amount)]), Err(LedgerError::NotPositive));
    }

    #[test]
    fn an_account_does_not_move_money_to_itself(number in any::<u128>(), amount in 1_i64..i64::MAX) {
        let movement = Movement { from: account(number), to: account(number), amount: Money::new(amount, Currency::EUR) };
        prop_assert_eq!(JournalEntry::new(KIND, &[movement]), Err(LedgerError::SameAccount));
    }

    #[test]
    fn a_damaged_entry_is_noticed(
        movements in vec(any_movement(1..=1_000_000_i64), 1..5), which in any::<prop::sample::Index>(), by in 1_i64..1000,
    ) {
        let entry = JournalEntry::new(KIND, &movements).unwrap();
        let mut postings = entry.postings().to_vec();
        let damaged = which.index(postings.len());
        let amount = postings[damaged].amount;
        postings[damaged].amount = Money::new(amount.minor() + by, amount.currency());
        prop_assert_eq!(assert_balanced(&postings), Err(LedgerError::Unbalanced(amount.currency())));
        let lost = [&postings[..damaged], &postings[damaged + 1..]].concat();
        prop_assert!(assert_balanced(&lost).is_err());
    }
}

#[test]
fn an_entry_without_movements_is_none() {
    assert_eq!(JournalEntry::new(KIND, &[]), Err(LedgerError::Empty));
}

#[test]
fn sums_that_do_not_fit_are_refused_and_not_wrapped() {
    let posting = |amount| Posting { account_id: account(1), amount: Money::new(amount, Currency::USD) };
    let refused = assert_balanced(&[posting(i64::MAX), posting(1)]);
    assert_eq!(refused, Err(LedgerError::Money(MoneyError::Overflow)));
    let refused = assert_balanced(&[posting(i64::MIN), posting(-1)]);
    assert_eq!(refused, Err(LedgerError::Money(MoneyError::Overflow)));
}

#[test]
fn amounts_in_two_currencies_do_not_balance_each_other() {
    let posting = |amount, currency| Posting { account_id: account(1), amount: Money::new(amount, currency) };
    assert!(assert_balanced(&[posting(100, Currency::AUD), posting(-100, Currency::NZD)]).is_err());
}

#[test]
fn only_what_others_owe_and_the_accounts_of_fees_may_be_negative() {
    let may: Vec<AccountKind> = AccountKind::ALL.into_iter().filter(|kind| kind.may_be_negative()).collect();
    assert_eq!(
        may,
        [
            AccountKind::Bank,
            AccountKind::Receivable,
            AccountKind::FeesOwed,
            AccountKind::FeeIncome,
            AccountKind::TaxDue
        ]
    );
}
