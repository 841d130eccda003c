//! The status machine, as the database holds it.

use domain::standing::Status;

use crate::{
    engine::{Database, Raw, hex, refusal},
    fixtures::{complete, insert_customers, person, with_organisation},
};

/// The ways from `PENDING_INFO` to each status.
fn way_to(status: Status) -> Vec<Status> {
    match status {
        Status::PendingInfo => vec![],
        Status::UnderReview => vec![Status::UnderReview],
        other => vec![Status::UnderReview, other],
    }
}

async fn set(raw: &mut Raw, id: &str, status: Status) -> Result<(), sqlx::Error> {
    let text = format!("UPDATE customers SET status = '{}' WHERE id = {id}", status.code());
    raw.execute(text).await.map(|rows| assert_eq!(rows, 1))
}

#[tokio::test]
async fn the_database_allows_the_moves_of_the_domain_and_no_other() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut raw = database.raw().await;
    let mut number = 0;
    for from in Status::ALL {
        for to in Status::ALL {
            number += 1;
            let customer = person(organisation, number, "Elin", "Nordquist");
            insert_customers(&database.store, std::slice::from_ref(&customer)).await;
            let id = hex(customer.id.uuid());
            for step in way_to(from) {
                set(&mut raw, &id, step).await.unwrap();
            }
            let moved = set(&mut raw, &id, to).await;
            assert_eq!(moved.is_ok(), from == to || from.may_become(to), "{from:?} to {to:?}: {moved:?}");
        }
    }
}

#[tokio::test]
async fn nobody_begins_approved_or_suspended() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    for number in 0..2 {
        let mut customer = complete(organisation, number);
        let reasons = vec![domain::standing::Reason::new("age", "Too young.")];
        let verdict = if number == 0 { domain::review::Verdict::Pass } else { domain::review::Verdict::Fail(reasons) };
        customer = customer.decide(1, verdict, crate::fixtures::moment(1)).unwrap().customer;
        let mut unit = database.store.begin().await.unwrap();
        let refused = unit.insert_customer(&customer, None).await.unwrap_err();
        assert!(matches!(&refused, storage::Error::Refused(why) if why.contains("illegal first status")), "{refused}");
    }
}

#[tokio::test]
async fn an_illegal_change_through_the_store_is_refused_and_the_unit_can_only_be_given_up() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let customer = complete(organisation, 1);
    let approved = customer.clone().decide(1, domain::review::Verdict::Pass, crate::fixtures::moment(1)).unwrap();
    let mut incomplete = person(organisation, 1, "Elin", "Nordquist");
    incomplete.id = customer.id;
    insert_customers(&database.store, &[incomplete]).await;
    let mut unit = database.store.begin().await.unwrap();
    let refused = unit.update_customer(&approved.customer, None).await.unwrap_err();
    assert!(matches!(&refused, storage::Error::Refused(why) if why.contains("illegal status change")), "{refused}");
    assert!(unit.save().await.is_err(), "what went before a refusal is not saved either");
    let mut unit = database.store.begin().await.unwrap();
    unit.update_customer(&customer, None).await.unwrap();
    unit.save().await.unwrap();
    let stored = database.store.read().await.unwrap().rows().customer(organisation, customer.id).await.unwrap();
    assert_eq!(stored, Some(customer));
}

#[tokio::test]
async fn a_status_that_nobody_knows_is_refused() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    insert_customers(&database.store, &[person(organisation, 1, "Elin", "Nordquist")]).await;
    let mut raw = database.raw().await;
    refusal(&mut raw, "UPDATE customers SET status = 'ACTIVE'").await;
    refusal(&mut raw, "UPDATE customers SET status = NULL").await;
    refusal(&mut raw, "UPDATE customers SET is_enabled = 2").await;
}
