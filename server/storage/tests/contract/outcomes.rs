//! Deposits after they were taken in, as the database holds them: their graph, their returns, their reversals.

use domain::{
    deposit::{DepositReturn, DepositStatus, ReturnStatus, Reversal},
    id::{DepositId, HOUSE, OrganisationId, ReturnId, ReversalId},
    standing::Reason,
};
use storage::{Error, OpenDeposits, PageRequest, ReversalNotice, Store};

use crate::{
    engine::{Database, Raw, hex, refusal},
    fixtures::{aud, deposit, id, moment, sender, with_organisation},
};

const PAGE: PageRequest = PageRequest { limit: 200, after: None };

fn the_return(number: u64) -> DepositReturn {
    DepositReturn {
        id: id(ReturnId::new, number, 0),
        receiver: sender(),
        status: ReturnStatus::Pending,
        reason: None,
        bank_reference: None,
        created_at: moment(1),
        settled_at: None,
    }
}

fn reversal(organisation_id: OrganisationId, number: u64) -> Reversal {
    Reversal {
        id: id(ReversalId::new, number, 0),
        organisation_id,
        rail: "bank_file".into(),
        bank_reference: format!("reversal {number}"),
        original_reference: "ref 1".into(),
        amount: aud(100),
        reason: Some("Sent twice".into()),
        deposit_id: None,
        created_at: moment(2),
    }
}

async fn with_deposit(store: &Store, organisation: OrganisationId, number: u64) -> DepositId {
    let deposit = deposit(organisation, number);
    let mut unit = store.begin().await.unwrap();
    unit.insert_deposit(&deposit).await.unwrap();
    unit.save().await.unwrap();
    deposit.id
}

/// The ways from where a test's deposit begins to each status.
const fn way_to(status: DepositStatus) -> &'static [DepositStatus] {
    use DepositStatus::{Credited, Held, Rejected, ReturnFailed, ReturnPending, Returned, Reversed};
    match status {
        Held | Rejected => &[],
        Credited => &[Credited],
        Reversed => &[Reversed],
        ReturnPending => &[ReturnPending],
        Returned => &[ReturnPending, Returned],
        ReturnFailed => &[ReturnPending, ReturnFailed],
    }
}

async fn set(raw: &mut Raw, id: &str, status: DepositStatus) -> Result<(), sqlx::Error> {
    let text = format!("UPDATE deposits SET status = '{}' WHERE id = {id}", status.code());
    raw.execute(text).await.map(|rows| assert_eq!(rows, 1))
}

#[tokio::test]
async fn the_database_allows_the_moves_of_the_domain_and_no_other() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut raw = database.raw().await;
    let mut number = 0;
    for from in DepositStatus::ALL {
        for to in DepositStatus::ALL {
            number += 1;
            let mut begun = deposit(organisation, number);
            if from == DepositStatus::Rejected {
                begun.status = from;
            }
            let mut unit = database.store.begin().await.unwrap();
            unit.insert_deposit(&begun).await.unwrap();
            unit.save().await.unwrap();
            let id = hex(begun.id.uuid());
            for step in way_to(from) {
                set(&mut raw, &id, *step).await.unwrap();
            }
            let moved = set(&mut raw, &id, to).await;
            assert_eq!(moved.is_ok(), from == to || from.may_become(to), "{from:?} to {to:?}: {moved:?}");
        }
    }
}

#[tokio::test]
async fn what_the_bank_told_stays_as_it_was_told() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let other = with_organisation(&database.store, 2).await;
    let id = hex(with_deposit(&database.store, organisation, 1).await.uuid());
    let mut raw = database.raw().await;
    for bend in [
        "amount = 1".to_owned(),
        "currency = 'NZD'".to_owned(),
        "bank_reference = 'x'".to_owned(),
        "sender = '{}'".to_owned(),
        "reference = 'x'".to_owned(),
        format!("organisation_id = {}", hex(other.uuid())),
        format!("organisation_id = {}, status = 'CREDITED'", hex(other.uuid())),
    ] {
        let refused = refusal(&mut raw, format!("UPDATE deposits SET {bend} WHERE id = {id}")).await;
        assert!(refused.contains("never changed"), "{bend}: {refused}");
    }
    assert!(refusal(&mut raw, format!("DELETE FROM deposits WHERE id = {id}")).await.contains("never"));
}

#[tokio::test]
async fn a_deposit_of_the_house_becomes_an_organisations_when_it_is_matched() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let held = with_deposit(&database.store, HOUSE, 1).await;
    let mut unit = database.store.begin().await.unwrap();
    let mut found = unit.hold_deposit(held).await.unwrap().unwrap();
    found.organisation_id = organisation;
    found.become_status(DepositStatus::Credited).unwrap();
    unit.save_deposit(HOUSE, &found).await.unwrap();
    unit.save().await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    assert_eq!(reading.rows().deposit(organisation, held).await.unwrap(), Some(found));
    assert_eq!(reading.rows().deposit(HOUSE, held).await.unwrap(), None);
    let open = reading.rows().open_deposits(OpenDeposits::default(), &PAGE).await.unwrap();
    assert!(open.rows.is_empty());
}

#[tokio::test]
async fn a_deposit_goes_back_once_and_a_failed_return_stays_as_it_was() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let held = with_deposit(&database.store, organisation, 1).await;
    let mut unit = database.store.begin().await.unwrap();
    let mut first = the_return(1);
    unit.insert_return(organisation, held, &first).await.unwrap();
    unit.save().await.unwrap();
    let mut unit = database.store.begin().await.unwrap();
    let twice = unit.insert_return(organisation, held, &the_return(2)).await.unwrap_err();
    assert!(matches!(twice, Error::Taken(_)), "{twice}");
    drop(unit);
    first.status = ReturnStatus::Failed;
    first.reason = Some(Reason::new("return_failed", "Account closed"));
    first.settled_at = Some(moment(3));
    let mut unit = database.store.begin().await.unwrap();
    unit.settle_return(organisation, &first).await.unwrap();
    let mut second = the_return(2);
    unit.insert_return(organisation, held, &second).await.unwrap();
    let mut found = unit.hold_deposit(held).await.unwrap().unwrap();
    found.become_status(DepositStatus::ReturnPending).unwrap();
    found.returned = Some(second.clone());
    unit.save_deposit(organisation, &found).await.unwrap();
    unit.save().await.unwrap();
    assert_eq!(database.store.read().await.unwrap().rows().deposit(organisation, held).await.unwrap(), Some(found));
    let mut unit = database.store.begin().await.unwrap();
    second.status = ReturnStatus::Returned;
    second.settled_at = Some(moment(4));
    unit.settle_return(organisation, &second).await.unwrap();
    unit.save().await.unwrap();
    for ended in [first, second] {
        let mut unit = database.store.begin().await.unwrap();
        let again = unit.settle_return(organisation, &ended).await.unwrap_err();
        assert!(matches!(&again, Error::Refused(why) if why.contains("illegal change of a return")), "{again}");
    }
}

#[tokio::test]
async fn a_reversal_is_taken_in_once_and_finds_one_deposit() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let held = with_deposit(&database.store, organisation, 1).await;
    let mut told = reversal(HOUSE, 1);
    let mut unit = database.store.begin().await.unwrap();
    assert!(unit.insert_reversal(&told).await.unwrap());
    assert!(!unit.insert_reversal(&Reversal { id: id(ReversalId::new, 2, 0), ..told.clone() }).await.unwrap());
    unit.save().await.unwrap();
    let named = ReversalNotice { organisation_id: HOUSE, rail: "bank_file", bank_reference: "reversal 1" };
    let mut reading = database.store.read().await.unwrap();
    assert_eq!(reading.rows().reversal_of_reference(&named).await.unwrap(), Some(told.clone()));
    assert_eq!(reading.rows().open_reversals(HOUSE, &PAGE).await.unwrap().rows, [told.clone()]);
    assert!(reading.rows().open_reversals(organisation, &PAGE).await.unwrap().rows.is_empty());
    drop(reading);
    told.deposit_id = Some(held);
    let mut unit = database.store.begin().await.unwrap();
    unit.apply_reversal(&told).await.unwrap();
    unit.save().await.unwrap();
    let mut unit = database.store.begin().await.unwrap();
    let again = unit.apply_reversal(&told).await.unwrap_err();
    assert!(matches!(&again, Error::Refused(why) if why.contains("once")), "{again}");
    drop(unit);
    let mut unit = database.store.begin().await.unwrap();
    let second = Reversal { deposit_id: Some(held), ..reversal(HOUSE, 3) };
    assert!(matches!(unit.insert_reversal(&second).await.unwrap_err(), Error::Taken(_)), "one deposit, one reversal");
}

#[tokio::test]
async fn a_floor_that_somebody_lowers_and_a_status_that_somebody_bends_are_told() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut unit = database.store.begin().await.unwrap();
    let account =
        crate::fixtures::with_account(&mut unit, organisation, 1, domain::ledger::AccountKind::Suspense).await;
    unit.save().await.unwrap();
    let held = with_deposit(&database.store, organisation, 1).await;
    let mut raw = database.raw().await;
    raw.execute(format!("UPDATE ledger_accounts SET overdraft = 5 WHERE id = {}", hex(account.uuid()))).await.unwrap();
    set(&mut raw, &hex(held.uuid()), DepositStatus::Reversed).await.unwrap();
    let told = database.store.prove(&[], |_| ()).await.unwrap().faults.lines();
    for what in ["further below zero", "reversed and no reversal says so"] {
        assert!(told.iter().any(|fault| fault.contains(what)), "{what}: {told:?}");
    }
}
