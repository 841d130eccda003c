//! Transfers, as the database holds them, and what they set aside.

use domain::{
    id::{AccountId, OrganisationId},
    ledger::AccountKind,
    money::Currency,
    transfer::{Transfer, TransferStatus},
    wallet::{Wallet, WalletKind},
};
use storage::Store;

use crate::{
    engine::{Database, hex, refusal},
    fixtures::{
        aud, id, insert_customers, moment, person, transfer, transfer_order, wallet, with_account, with_organisation,
    },
};

/// Two wallets, the first with 100, and 60 of it set aside.
async fn with_transfer(store: &Store) -> (OrganisationId, [Wallet; 2], Transfer) {
    let organisation = with_organisation(store, 1).await;
    let people = [1, 2].map(|number| person(organisation, number, "Elin", "Nordquist"));
    insert_customers(store, &people).await;
    let wallets = [wallet(organisation, 1, people[0].id), wallet(organisation, 2, people[1].id)];
    let mut unit = store.begin().await.unwrap();
    let bank = with_account(&mut unit, organisation, 1, AccountKind::Bank).await;
    for wallet in &wallets {
        let account = AccountId::from_uuid(wallet.id.uuid());
        unit.insert_account(organisation, account, AccountKind::CustomerWallet, Currency::AUD, moment(0))
            .await
            .unwrap();
        unit.insert_wallet(wallet).await.unwrap();
    }
    transfer(&mut unit, organisation, 1, bank, AccountId::from_uuid(wallets[0].id.uuid()), 100).await.unwrap();
    let order = transfer_order(&wallets[0], 1);
    unit.insert_transfer(&order).await.unwrap();
    unit.reserve(organisation, order.from_wallet_id, order.amount).await.unwrap();
    unit.save().await.unwrap();
    (organisation, wallets, order)
}

#[tokio::test]
async fn it_is_found_again_as_it_was_and_as_it_became() {
    let database = Database::open().await;
    let (organisation, wallets, order) = with_transfer(&database.store).await;
    let mut unit = database.store.begin().await.unwrap();
    assert_eq!(unit.rows().transfer(organisation, order.id).await.unwrap(), Some(order.clone()));
    let held = unit.rows().wallet(organisation, wallets[0].id).await.unwrap().unwrap().wallet;
    assert_eq!((held.ledger_balance, held.available_balance), (aud(100), aud(40)));
    unit.settle_transfer(organisation, order.id, TransferStatus::Released, moment(7)).await.unwrap();
    unit.reserve(organisation, order.from_wallet_id, aud(-60)).await.unwrap();
    unit.save().await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    let released = order.release(moment(7)).unwrap();
    assert_eq!(reading.rows().transfer(organisation, released.id).await.unwrap(), Some(released));
    let held = reading.rows().wallet(organisation, wallets[0].id).await.unwrap().unwrap().wallet;
    assert_eq!((held.ledger_balance, held.available_balance), (aud(100), aud(100)));
}

#[tokio::test]
async fn no_more_is_set_aside_than_there_is_and_no_more_let_go_than_was_set_aside() {
    let database = Database::open().await;
    let (organisation, [first, second], _) = with_transfer(&database.store).await;
    for (wallet_id, amount) in [(first.id, 41), (first.id, -61), (second.id, 1), (second.id, -1)] {
        let mut unit = database.store.begin().await.unwrap();
        let told = unit.reserve(organisation, wallet_id, aud(amount)).await;
        assert!(matches!(told, Err(storage::Error::Refused(_))), "{amount}: {told:?}");
    }
    let mut unit = database.store.begin().await.unwrap();
    let bank = domain::money::Money::new(1, Currency::NZD);
    assert!(unit.reserve(organisation, first.id, bank).await.is_err(), "another currency");
    drop(unit);
    // What is set aside cannot be moved by anybody else either.
    let mut unit = database.store.begin().await.unwrap();
    let (from, to) = (AccountId::from_uuid(first.id.uuid()), AccountId::from_uuid(second.id.uuid()));
    let told = transfer(&mut unit, organisation, 2, from, to, 41).await;
    assert!(matches!(told, Err(storage::Error::Refused(_))), "{told:?}");
}

#[tokio::test]
async fn the_database_allows_the_moves_of_the_domain_and_no_other() {
    let database = Database::open().await;
    let (organisation, wallets, _) = with_transfer(&database.store).await;
    let mut raw = database.raw().await;
    let mut number = 10;
    for from in TransferStatus::ALL {
        for to in TransferStatus::ALL {
            number += 1;
            let settled_at = (from != TransferStatus::Reserved).then(|| moment(1));
            let order = Transfer { status: from, settled_at, amount: aud(1), ..transfer_order(&wallets[0], number) };
            let mut unit = database.store.begin().await.unwrap();
            unit.insert_transfer(&order).await.unwrap();
            unit.save().await.unwrap();
            let mut unit = database.store.begin().await.unwrap();
            let moved = unit.settle_transfer(organisation, order.id, to, moment(2)).await;
            let may = match to {
                TransferStatus::Posted => order.clone().post(moment(2)).is_ok(),
                TransferStatus::Released => order.clone().release(moment(2)).is_ok(),
                TransferStatus::Reserved => false,
            };
            assert_eq!(moved.is_ok(), may, "{from:?} to {to:?}: {moved:?}");
        }
    }
    let which = hex(id(domain::id::TransferId::new, 1, 0).uuid());
    for change in [
        "amount = 1",
        "currency = 'NZD'",
        "from_wallet_id = to_wallet_id",
        "reference = NULL",
        "created_at = 0",
        "status = 'POSTED'",
        "status = 'POSTED', settled_at = 1, amount = 1",
        "settled_at = 1",
        "status = 'DONE', settled_at = 1",
    ] {
        let told = refusal(&mut raw, format!("UPDATE transfers SET {change} WHERE id = {which}")).await;
        assert!(told.contains("illegal change") || told.to_lowercase().contains("check"), "{change}: {told}");
    }
    let told = refusal(&mut raw, "DELETE FROM transfers").await;
    assert!(told.contains("never removed"), "{told}");
}

#[tokio::test]
async fn what_does_not_belong_together_is_told() {
    let database = Database::open().await;
    let (organisation, wallets, order) = with_transfer(&database.store).await;
    let told = || async { database.store.prove(&[], |_| ()).await.unwrap().faults.lines() };
    let is_told = |faults: &[String], what: &str| faults.iter().any(|fault| fault.contains(what));
    assert!(!is_told(&told().await, "set aside"));
    let mut unit = database.store.begin().await.unwrap();
    unit.settle_transfer(organisation, order.id, TransferStatus::Posted, moment(1)).await.unwrap();
    unit.save().await.unwrap();
    let faults = told().await;
    assert!(is_told(&faults, "what a wallet has set aside is not the sum"), "{faults:?}");
    assert!(is_told(&faults, "a posted transfer has no journal entry"), "{faults:?}");
    assert_eq!(wallets[0].kind, WalletKind::Customer);
}
