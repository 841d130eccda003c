//! From the last missing piece to the final status, whatever happens in between.

use chrono::TimeDelta;
use documents::specimens;
use domain::{
    customer::Customer,
    review::{CheckKind, CheckOutcome},
    standing::Status,
};
use serde_json::{Value, json};
use service::PageRequest;

use crate::world::{Merchant, World, at_once, code, faults, individual, soon, with, work};

/// The statuses a customer went through, with what caused each.
async fn history(merchant: &Merchant, customer: &Customer) -> Vec<(Status, String)> {
    let rows = merchant.reader().transitions(customer.id).await.unwrap();
    let mut before = None;
    for row in &rows {
        assert_eq!(row.from, before, "the record has a gap");
        assert!(row.from.is_none_or(|from| from.may_become(row.to)));
        before = Some(row.to);
    }
    rows.into_iter().map(|row| (row.to, row.cause)).collect()
}

fn steps(words: &[(Status, &str)]) -> Vec<(Status, String)> {
    words.iter().map(|(status, cause)| (*status, (*cause).to_owned())).collect()
}

async fn checks(merchant: &Merchant, customer: &Customer) -> Vec<(CheckKind, CheckOutcome)> {
    let review = merchant.reader().review(customer.id).await.unwrap().unwrap();
    review.checks.into_iter().map(|check| (check.kind, check.outcome)).collect()
}

use Status::{Approved, PendingInfo, Suspended, UnderReview};

#[tokio::test]
async fn a_complete_individual_goes_under_review_and_is_approved_by_the_worker() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.creates(&merchant.fills_in("PA1234567").await).await;
    assert_eq!(customer.status(), UnderReview);
    assert!(customer.is_wallet_ready() && merchant.reader().review(customer.id).await.unwrap().is_none());
    world.later(TimeDelta::seconds(1));
    assert_eq!(world.work().await, 1);
    let approved = merchant.sees(customer.id).await;
    assert_eq!(approved.status(), Approved);
    assert_eq!(approved.standing.since(), world.purser.now());
    assert!(approved.is_active(false) && merchant.reader().why_no_wallet(customer.id).await.unwrap().is_empty());
    let passed = CheckKind::ALL.map(|kind| (kind, CheckOutcome::Pass));
    assert_eq!(checks(&merchant, &customer).await, passed);
    let expected = steps(&[(PendingInfo, "created"), (UnderReview, "completed"), (Approved, "review_passed")]);
    assert_eq!(history(&merchant, &customer).await, expected);
    assert_eq!(world.work().await, 0);
    let request = PageRequest { limit: 25, after: None };
    let trail = merchant.reader().audit_trail(Some(&customer.id.to_string()), &request).await.unwrap().rows;
    assert_eq!(trail[0].action, "customer.review");
    let mut reading = world.store.read().await.unwrap();
    let told = reading.rows().event_types(merchant.id(), &customer.id.to_string()).await.unwrap();
    assert_eq!(told, ["customer.created", "customer.status_changed", "customer.status_changed"]);
}

#[tokio::test]
async fn a_complete_company_is_approved() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let person = merchant.fills_in("PA1").await.individual;
    let registration = merchant.uploads(&specimens::REGISTRATION).await;
    let id_proof = merchant.uploads(&specimens::LICENCE).await;
    let address_proof = merchant.uploads(&specimens::ADDRESS_PROOF).await;
    let input = serde_json::from_value(json!({
        "type": "company",
        "company": {
            "name": "Northwind Trading Pty Ltd", "registration_number": "005 749 986", "incorporation_country": "AU",
            "nature_of_business": "Imports tea", "authorized_person": person,
        },
        "account_usage_purpose": "collections",
        "address": { "line1": "1 Harbour Street", "city": "Sydney", "postal_code": "2000", "country": "AU" },
        "documents": {
            "registration_document": registration, "address_proof": address_proof,
            "authorized_person_id_proof": id_proof,
        },
    }))
    .unwrap();
    let customer = merchant.creates(&input).await;
    assert_eq!((customer.status(), world.work().await), (UnderReview, 1));
    assert_eq!(merchant.sees(customer.id).await.status(), Approved);
}

#[tokio::test]
async fn the_last_missing_piece_starts_the_review() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let complete = merchant.fills_in("PA1").await;
    let customer = merchant.creates(&with(&complete, "documents.address_proof", Value::Null)).await;
    assert_eq!(customer.status(), PendingInfo);
    let missing: Vec<&str> = customer.missing().iter().map(|piece| piece.path).collect();
    assert_eq!((missing, world.work().await), (vec!["documents.address_proof"], 0));
    let customer = merchant.editor().update_customer(customer.id, &complete).await.unwrap();
    assert_eq!((customer.status(), world.work().await), (UnderReview, 1));
    assert_eq!(merchant.sees(customer.id).await.status(), Approved);
    let expected = steps(&[(PendingInfo, "created"), (UnderReview, "completed"), (Approved, "review_passed")]);
    assert_eq!(history(&merchant, &customer).await, expected);
}

#[tokio::test]
async fn an_expired_identification_suspends_and_says_so() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let expires_on = "individual.identification.expires_on";
    let input = with(&merchant.fills_in("PA1").await, expires_on, json!("2026-11-21"));
    let customer = merchant.creates(&input).await;
    world.work().await;
    let suspended = merchant.sees(customer.id).await;
    assert_eq!(suspended.status(), Suspended);
    assert_eq!(suspended.standing.reasons()[0].code, "identification_current");
    assert!(suspended.standing.reasons()[0].message.contains("21 Nov 2026"));
    let review = merchant.reader().review(customer.id).await.unwrap().unwrap();
    assert_eq!(review.verdict, CheckOutcome::Fail);
    let check = review.checks.iter().find(|check| check.kind == CheckKind::IdentificationCurrent).unwrap();
    assert!(check.evidence.iter().any(|seen| seen.value == "2026-11-21"), "{check:?}");
    let renewed = with(&input, expires_on, json!("2036-11-21"));
    let edited = merchant.editor().update_customer(customer.id, &renewed).await.unwrap();
    assert_eq!((edited.status(), world.work().await), (Suspended, 0), "only an operator lets one back");
}

#[tokio::test]
async fn somebody_under_age_is_suspended_until_the_day_of_the_birthday() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let born = "individual.date_of_birth";
    let (child, adult) = (merchant.fills_in("PA1").await, merchant.fills_in("PA2").await);
    let child = merchant.creates(&with(&child, born, json!("2008-11-23"))).await;
    let adult = merchant.creates(&with(&adult, born, json!("2008-11-22"))).await;
    world.work().await;
    assert_eq!(merchant.sees(child.id).await.status(), Suspended);
    assert_eq!(merchant.sees(adult.id).await.status(), Approved);
}

#[tokio::test]
async fn a_paper_shown_twice_stays_under_review_until_it_is_corrected() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let first = merchant.approved("PA 123-4567").await;
    let input = merchant.fills_in("pa1234567").await;
    let second = merchant.creates(&input).await;
    assert_eq!(world.work().await, 1);
    let referred = merchant.sees(second.id).await;
    assert_eq!(referred.status(), UnderReview);
    assert_eq!(referred.standing.reasons()[0].code, "duplicate_identification");
    let review = merchant.reader().review(second.id).await.unwrap().unwrap();
    let check = review.checks.iter().find(|check| check.outcome == CheckOutcome::Refer).unwrap();
    assert_eq!(check.evidence[0].value, first.id.to_string());
    world.later(TimeDelta::hours(1));
    assert_eq!(world.work().await, 0, "a person has to look; no worker tries again");
    let corrected = with(&input, "individual.identification.number", json!("PA7654321"));
    merchant.editor().update_customer(second.id, &corrected).await.unwrap();
    world.work().await;
    assert_eq!(merchant.sees(second.id).await.status(), Approved);
}

#[tokio::test]
async fn the_same_paper_in_two_organisations_is_nobodys_business() {
    let world = World::open().await;
    world.merchant("northwind").await.approved("PA1").await;
    world.merchant("southwind").await.approved("PA1").await;
}

#[tokio::test]
async fn nothing_mandatory_is_emptied_while_under_review_or_after() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let input = merchant.fills_in("PA1").await;
    let customer = merchant.creates(&input).await;
    let emptied = with(&with(&input, "address.city", json!("")), "documents.id_proof", Value::Null);
    for _ in 0..2 {
        let told = faults(merchant.editor().update_customer(customer.id, &emptied).await);
        let expected = ["address.city", "documents.id_proof"].map(|f| (f.to_owned(), "required".to_owned()));
        assert_eq!(told, expected);
        assert_eq!(merchant.sees(customer.id).await.details, customer.details);
        world.work().await;
    }
}

#[tokio::test]
async fn an_edit_that_identifies_is_reviewed_again_and_a_note_is_not() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let input = merchant.fills_in("PA1").await;
    let customer = merchant.creates(&input).await;
    world.work().await;
    let noted = with(&input, "description", json!("VIP"));
    let edited = merchant.editor().update_customer(customer.id, &noted).await.unwrap();
    assert_eq!((edited.status(), world.work().await), (Approved, 0));
    let moved = with(&noted, "address.city", json!("Perth"));
    let edited = merchant.editor().update_customer(customer.id, &moved).await.unwrap();
    assert_eq!(edited.status(), UnderReview);
    assert!(!edited.is_active(false), "no operation until it has been looked at");
    assert_eq!(world.work().await, 1);
    let again = merchant.sees(customer.id).await;
    assert_eq!((again.status(), again.revision), (Approved, 3));
    assert_eq!(merchant.reader().review(customer.id).await.unwrap().unwrap().revision, 3);
}

#[tokio::test]
async fn a_review_of_what_was_edited_since_decides_nothing() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let input = merchant.fills_in("PA1").await;
    let customer = merchant.creates(&input).await;
    let old = world.claim().await;
    assert_eq!(old.len(), 1);
    let expired = with(&input, "individual.identification.expires_on", json!("2020-01-01"));
    merchant.editor().update_customer(customer.id, &expired).await.unwrap();
    world.purser.review(&old[0]).await.unwrap();
    assert_eq!(merchant.sees(customer.id).await.status(), UnderReview);
    assert!(merchant.reader().review(customer.id).await.unwrap().is_none(), "the old revision has no verdict");
    assert_eq!(world.work().await, 1);
    assert_eq!(merchant.sees(customer.id).await.status(), Suspended);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_in_the_middle_of_a_review_is_never_decided_upon_unseen() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    for round in 0..10 {
        let input = merchant.fills_in(&format!("PA{round}")).await;
        let customer = merchant.creates(&input).await;
        let job = world.claim().await.remove(0);
        let expired = with(&input, "individual.identification.expires_on", json!("2020-01-01"));
        let (purser, editor) = (world.purser.clone(), merchant.editor());
        let reviewing = tokio::spawn(async move { purser.review(&job).await });
        for _ in 0..round * 3 {
            tokio::task::yield_now().await;
        }
        editor.update_customer(customer.id, &expired).await.unwrap();
        soon("the review", reviewing).await.unwrap().unwrap();
        world.work().await;
        let last = merchant.sees(customer.id).await;
        assert_eq!((last.status(), last.revision), (Suspended, 2), "round {round}");
        history(&merchant, &customer).await;
    }
}

#[tokio::test]
async fn a_job_done_twice_decides_once() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    for passport in ["PA1", "PA1"] {
        let customer = merchant.creates(&merchant.fills_in(passport).await).await;
        let job = world.claim().await.remove(0);
        for _ in 0..3 {
            world.purser.review(&job).await.unwrap();
            world.later(TimeDelta::seconds(1));
        }
        let decided = merchant.sees(customer.id).await;
        assert!(decided.updated_at < world.purser.now() - TimeDelta::seconds(2), "only the first time changed it");
        let trail = PageRequest { limit: 25, after: None };
        let lines = merchant.reader().audit_trail(Some(&customer.id.to_string()), &trail).await.unwrap().rows;
        assert_eq!(lines.iter().filter(|line| line.action == "customer.review").count(), 1);
        assert_eq!(world.work().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_at_once_and_a_worker_that_dies_leave_each_customer_reviewed_once() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let id_proof = merchant.uploads(&specimens::PASSPORT).await;
    let address_proof = merchant.uploads(&specimens::ADDRESS_PROOF).await;
    let mut customers = Vec::new();
    for number in 0..20 {
        customers.push(merchant.creates(&individual(&format!("PA{number}"), id_proof, address_proof)).await);
    }
    let now = world.purser.now();
    let dead = world.purser.claim_jobs(now + TimeDelta::seconds(60), 5).await.unwrap();
    assert_eq!(dead.len(), 5);
    let purser = world.purser.clone();
    let done = at_once(3, |_| {
        let purser = purser.clone();
        async move { work(&purser).await }
    })
    .await;
    assert_eq!(done.iter().sum::<usize>(), 15, "five are leased by the dead one");
    world.later(TimeDelta::seconds(61));
    assert_eq!(world.work().await, 5);
    // The dead one was only slow.
    for job in dead {
        world.purser.review(&job).await.unwrap();
    }
    for customer in customers {
        assert_eq!(merchant.sees(customer.id).await.status(), Approved);
        let expected = steps(&[(PendingInfo, "created"), (UnderReview, "completed"), (Approved, "review_passed")]);
        assert_eq!(history(&merchant, &customer).await, expected);
    }
    assert_eq!(world.purser.job_counts().await.unwrap(), (0, 0));
}

#[tokio::test]
async fn a_customer_deleted_under_review_is_left_alone() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.creates(&merchant.fills_in("PA1").await).await;
    merchant.editor().delete_customer(customer.id).await.unwrap();
    assert_eq!(world.work().await, 1);
    let mut reading = world.store.read().await.unwrap();
    let stored = reading.rows().customer(merchant.id(), customer.id).await.unwrap().unwrap();
    assert_eq!(stored.status(), UnderReview);
    assert!(reading.rows().last_review(merchant.id(), customer.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_sandbox_can_decide_by_hand_and_a_live_organisation_cannot() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.creates(&merchant.fills_in("PA1").await).await;
    let suspended = merchant.editor().simulate_review(customer.id, CheckOutcome::Fail).await.unwrap();
    assert_eq!(suspended.status(), Suspended);
    assert_eq!(code(merchant.editor().simulate_review(customer.id, CheckOutcome::Pass).await), "not_under_review");
    assert_eq!(world.work().await, 1);
    assert_eq!(merchant.sees(customer.id).await.status(), Suspended, "the worker comes too late");
    let live = world.organisation("live", false, vec![service::Feature::CustomerCreation]).await;
    let customer = live.creates(&live.fills_in("PA1").await).await;
    assert_eq!(code(live.editor().simulate_review(customer.id, CheckOutcome::Pass).await), "sandbox_only");
}
