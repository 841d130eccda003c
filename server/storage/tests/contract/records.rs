//! Answers that are repeated, the inbox of notices, the trail, choices and refused forms.

use std::sync::Arc;

use domain::{
    id::{DepositId, DraftId},
    permission::Actor,
};
use storage::{AuditEntry, Error, FormDraft, OpenNotice, PageRequest};
use tokio::sync::Barrier;

use crate::{
    engine::Database,
    fixtures::{deposit, id, login, moment, soon, with_organisation},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_requests_with_one_key_at_once_one_takes_effect() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let start = Arc::new(Barrier::new(40));
    let requests: Vec<_> = (0..40)
        .map(|number| {
            let (store, start) = (database.store.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let mut unit = store.begin().await.unwrap();
                let object = format!("customer_{number}");
                let seen = unit
                    .claim_idempotency_key(organisation, "key", &[1; 32], &object, moment(1), moment(-100))
                    .await
                    .unwrap();
                unit.save().await.unwrap();
                seen.map_or((object, true), |seen| (seen.object_id, false))
            })
        })
        .collect();
    let mut made = Vec::new();
    let mut told = Vec::new();
    for request in requests {
        let (object, is_new) = soon("a request", request).await.unwrap();
        if is_new { made.push(object) } else { told.push(object) }
    }
    assert_eq!(made.len(), 1);
    assert!(told.iter().all(|object| *object == made[0]), "{told:?}");
}

#[tokio::test]
async fn a_key_is_free_again_when_the_request_failed_or_a_day_has_passed() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut failed = database.store.begin().await.unwrap();
    failed.claim_idempotency_key(organisation, "key", &[1; 32], "a", moment(0), moment(-100)).await.unwrap();
    drop(failed);
    let mut unit = database.store.begin().await.unwrap();
    let seen = unit.claim_idempotency_key(organisation, "key", &[2; 32], "b", moment(0), moment(-100)).await.unwrap();
    assert_eq!(seen, None);
    unit.finish_idempotent(organisation, "key", 201, "{}").await.unwrap();
    unit.save().await.unwrap();
    let mut unit = database.store.begin().await.unwrap();
    let seen = unit.claim_idempotency_key(organisation, "key", &[2; 32], "c", moment(9), moment(-91)).await.unwrap();
    assert_eq!(seen.unwrap().answer, Some((201, "{}".to_owned())));
    let seen = unit.claim_idempotency_key(organisation, "key", &[3; 32], "d", moment(200), moment(100)).await.unwrap();
    assert_eq!(seen, None, "the old answer is no longer kept");
}

fn notice(organisation_id: domain::id::OrganisationId, number: u64) -> OpenNotice {
    OpenNotice { organisation_id, id: id(DepositId::new, number, 0), body: format!("{{\"n\":{number}}}") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_told_many_times_at_once_is_received_once_and_worked_once() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let start = Arc::new(Barrier::new(50));
    let banks: Vec<_> = (0..50)
        .map(|number| {
            let (store, start) = (database.store.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let mut unit = store.begin().await.unwrap();
                let told = notice(organisation, number);
                let known = unit.receive_notice(&told, "npp", "ref", moment(0)).await.unwrap();
                unit.save().await.unwrap();
                let known = known.unwrap_or(told);
                let mut unit = store.begin().await.unwrap();
                let is_mine = unit.work_notice(&known, moment(1)).await.unwrap();
                if is_mine {
                    let mut deposit = deposit(organisation, number);
                    deposit.id = known.id;
                    unit.insert_deposit(&deposit).await.unwrap();
                }
                unit.save().await.unwrap();
                (known.id, is_mine)
            })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    let mut worked = 0;
    for bank in banks {
        let (id, is_mine) = soon("a bank", bank).await.unwrap();
        ids.insert(id);
        worked += u32::from(is_mine);
    }
    assert_eq!((ids.len(), worked), (1, 1));
    let mut reading = database.store.read().await.unwrap();
    assert!(reading.rows().open_notices(moment(100), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_notice_makes_one_deposit_in_whosever_books() {
    let database = Database::open().await;
    let one = with_organisation(&database.store, 1).await;
    let other = with_organisation(&database.store, 2).await;
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_deposit(&deposit(one, 1)).await.unwrap();
    unit.save().await.unwrap();
    let mut unit = database.store.begin().await.unwrap();
    let again = unit.insert_deposit(&deposit(other, 1)).await;
    assert!(matches!(again, Err(Error::Taken(_))), "{again:?}");
    drop(unit);
    let found = database.store.read().await.unwrap().rows().deposit_of_notice(deposit(one, 1).id).await.unwrap();
    assert_eq!(found, Some(deposit(one, 1)));
}

#[tokio::test]
async fn notices_left_in_the_inbox_are_found_oldest_first() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut unit = database.store.begin().await.unwrap();
    for number in 1..=5 {
        let at = moment(i64::try_from(number).unwrap());
        let known = unit.receive_notice(&notice(organisation, number), "npp", &format!("ref {number}"), at).await;
        assert_eq!(known.unwrap(), None);
    }
    assert!(unit.work_notice(&notice(organisation, 2), moment(9)).await.unwrap());
    assert!(!unit.work_notice(&notice(organisation, 2), moment(9)).await.unwrap());
    let open = unit.rows().open_notices(moment(4), 10).await.unwrap();
    assert_eq!(open, [notice(organisation, 1), notice(organisation, 3), notice(organisation, 4)]);
    assert_eq!(unit.rows().open_notices(moment(4), 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_notice_that_is_worked_as_it_comes_never_stands_open_and_is_known_again() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut unit = database.store.begin().await.unwrap();
    assert_eq!(unit.take_notice(&notice(organisation, 1), "npp", "ref", moment(0)).await.unwrap(), None);
    assert!(unit.rows().open_notices(moment(9), 10).await.unwrap().is_empty());
    assert!(!unit.work_notice(&notice(organisation, 1), moment(1)).await.unwrap());
    for known in [
        unit.take_notice(&notice(organisation, 2), "npp", "ref", moment(2)).await,
        unit.receive_notice(&notice(organisation, 3), "npp", "ref", moment(3)).await,
    ] {
        assert_eq!(known.unwrap(), Some(notice(organisation, 1)));
    }
    assert_eq!(unit.take_notice(&notice(organisation, 4), "other", "ref", moment(4)).await.unwrap(), None);
}

#[tokio::test]
async fn the_trail_is_paged_newest_first() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut unit = database.store.begin().await.unwrap();
    for number in 0..25 {
        let entry = AuditEntry {
            organisation_id: organisation,
            actor: Actor::System,
            action: "customer.update",
            object_id: format!("customer_{}", number % 2),
            before: None,
            after: Some(number.to_string()),
            at: moment(number),
        };
        unit.audit(&entry).await.unwrap();
    }
    for (object, expected) in [(None, 25), (Some("customer_0"), 13), (Some("customer_9"), 0)] {
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = unit.rows().audit_trail(organisation, object, &PageRequest { limit: 4, after }).await.unwrap();
            seen.extend(page.rows.iter().map(|row| row.seq));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), expected);
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
    }
}

#[tokio::test]
async fn choices_and_refused_forms_are_a_persons_own() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let (elin, tobias) = (login(organisation, 1), login(organisation, 2));
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_user(&elin, "elin@northwind.example", moment(0)).await.unwrap();
    unit.insert_user(&tobias, "tobias@northwind.example", moment(0)).await.unwrap();
    unit.save().await.unwrap();
    let mut unit = database.store.begin().await.unwrap();
    let taken = unit.insert_user(&login(organisation, 3), "elin@northwind.example", moment(0)).await.unwrap_err();
    assert!(taken.is_taken("email"), "{taken}");
    drop(unit);
    let mut unit = database.store.begin().await.unwrap();
    for value in ["a", "b"] {
        unit.set_preference(organisation, elin.user_id, "columns", value).await.unwrap();
    }
    let draft =
        FormDraft { body: "{}".into(), errors: vec![domain::fault::FieldError::new("email", "invalid", "No.")] };
    let draft_id = id(DraftId::new, 1, 0);
    unit.insert_form_draft(organisation, elin.user_id, draft_id, &draft, moment(0)).await.unwrap();
    let mut rows = unit.rows();
    assert_eq!(rows.preference(organisation, elin.user_id, "columns").await.unwrap().as_deref(), Some("b"));
    assert_eq!(rows.preference(organisation, tobias.user_id, "columns").await.unwrap(), None);
    assert_eq!(rows.form_draft(organisation, elin.user_id, draft_id).await.unwrap(), Some(draft));
    assert_eq!(rows.form_draft(organisation, tobias.user_id, draft_id).await.unwrap(), None);
    unit.sweep_records(moment(1), moment(1)).await.unwrap();
    assert_eq!(unit.rows().form_draft(organisation, elin.user_id, draft_id).await.unwrap(), None);
}
