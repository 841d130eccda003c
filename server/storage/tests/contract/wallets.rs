//! Wallets and their numbers: one wallet a currency, no number twice.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    account_number::{NumberRange, RangeForm},
    id::{AccountId, HOUSE},
    ledger::AccountKind,
    money::Currency,
};
use storage::{Error, Store};
use tokio::sync::Barrier;

use crate::{
    engine::Database,
    fixtures::{insert_customers, moment, person, soon, virtual_account, wallet, with_organisation},
};

async fn with_range(store: &Store, range: &NumberRange) {
    let mut unit = store.begin().await.unwrap();
    assert!(unit.insert_first_range(HOUSE, range, moment(0)).await.unwrap());
    assert!(!unit.insert_first_range(HOUSE, range, moment(0)).await.unwrap(), "the currency has one");
    unit.save().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serials_taken_at_once_are_all_different() {
    let database = Database::open().await;
    with_range(&database.store, &NumberRange::sandbox(Currency::AUD).unwrap()).await;
    let other_process = database.another_store().await;
    let start = Arc::new(Barrier::new(80));
    let takers: Vec<_> = (0..80)
        .map(|number| {
            let store = if number % 4 == 0 { other_process.clone() } else { database.store.clone() };
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                let mut unit = store.begin().await.unwrap();
                let (_, range, serial) = unit.take_serial(Currency::AUD).await.unwrap().unwrap();
                unit.save().await.unwrap();
                range.number_at(serial).unwrap().canonical()
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for taker in takers {
        assert!(numbers.insert(soon("a taker", taker).await.unwrap()));
    }
    assert_eq!(numbers.len(), 80);
}

#[tokio::test]
async fn a_serial_that_was_not_saved_is_taken_by_the_next() {
    let database = Database::open().await;
    with_range(&database.store, &NumberRange::sandbox(Currency::EUR).unwrap()).await;
    for _ in 0..2 {
        let mut unit = database.store.begin().await.unwrap();
        assert_eq!(unit.take_serial(Currency::EUR).await.unwrap().unwrap().2, 0);
    }
}

#[tokio::test]
async fn an_exhausted_range_gives_no_more() {
    let database = Database::open().await;
    let form = RangeForm::Local { prefix: "999".into(), digits: 10 };
    with_range(&database.store, &NumberRange { currency: Currency::SGD, form, first: 0, last: 1 }).await;
    let mut unit = database.store.begin().await.unwrap();
    for _ in 0..2 {
        let (_, range, serial) = unit.take_serial(Currency::SGD).await.unwrap().unwrap();
        assert!(range.number_at(serial).is_ok());
    }
    let (range_id, range, serial) = unit.take_serial(Currency::SGD).await.unwrap().unwrap();
    assert!(range.number_at(serial).is_err());
    unit.exhaust_range(range_id, moment(1)).await.unwrap();
    assert!(unit.take_serial(Currency::SGD).await.unwrap().is_none());
    assert!(unit.take_serial(Currency::USD).await.unwrap().is_none(), "a currency without a range has no numbers");
}

#[tokio::test]
async fn a_customer_has_one_wallet_a_currency_and_a_number_one_owner_in_the_installation() {
    let database = Database::open().await;
    let one = with_organisation(&database.store, 1).await;
    let other = with_organisation(&database.store, 2).await;
    let (elin, tobias) = (person(one, 1, "Elin", "Berg"), person(other, 2, "Tobias", "Okonjo"));
    insert_customers(&database.store, &[elin.clone(), tobias.clone()]).await;
    let mut unit = database.store.begin().await.unwrap();
    for (number, customer) in [(1, &elin), (2, &tobias), (3, &elin)] {
        let wallet = wallet(customer.organisation_id, number, customer.id);
        let account = AccountId::from_uuid(wallet.id.uuid());
        let kind = AccountKind::CustomerWallet;
        unit.insert_account(wallet.organisation_id, account, kind, Currency::AUD, moment(0)).await.unwrap();
        let inserted = unit.insert_wallet(&wallet).await;
        if number == 3 {
            let taken = inserted.unwrap_err();
            assert!(matches!(&taken, Error::Taken(_)) && taken.is_taken("wallets"), "{taken}");
            drop(unit);
            unit = database.store.begin().await.unwrap();
        } else {
            inserted.unwrap();
            unit.save().await.unwrap();
            unit = database.store.begin().await.unwrap();
        }
    }
    let first = virtual_account(&wallet(one, 1, elin.id), 5);
    assert!(unit.insert_virtual_account(&first).await.unwrap());
    let mut second = virtual_account(&wallet(other, 2, tobias.id), 6);
    second.number = first.number.clone();
    assert!(!unit.insert_virtual_account(&second).await.unwrap(), "the number has an owner, in another organisation");
    unit.save().await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    let number = first.number.canonical();
    let owner = reading.rows().account_owner_by_number(None, &number).await.unwrap().unwrap();
    assert_eq!((owner.account, owner.customer.id), (first, elin.id));
    assert!(!owner.is_organisation_suspended);
}
