//! Jobs: each has one worker at a time, and is given to another when that one is gone.

use std::collections::BTreeSet;

use storage::{Job, Store};

use crate::{
    engine::Database,
    fixtures::{job, moment, soon, with_organisation},
};

async fn enqueue(store: &Store, jobs: &[Job]) {
    let mut unit = store.begin().await.unwrap();
    for job in jobs {
        unit.enqueue(job, moment(0)).await.unwrap();
    }
    unit.save().await.unwrap();
}

async fn claim(store: &Store, second: i64, jobs_max: u32) -> Vec<Job> {
    let mut unit = store.begin().await.unwrap();
    let jobs = unit.claim_jobs(moment(second), moment(second + 60), jobs_max).await.unwrap();
    unit.save().await.unwrap();
    jobs
}

async fn is_due(store: &Store, second: i64) -> bool {
    store.read().await.unwrap().rows().is_job_due(moment(second)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_workers_at_once_share_the_jobs_and_no_job_has_two() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let jobs: Vec<Job> = (0..100).map(|number| job(organisation, number)).collect();
    enqueue(&database.store, &jobs).await;
    let workers: Vec<_> = (0..20)
        .map(|_| {
            let store = database.store.clone();
            tokio::spawn(async move { claim(&store, 1, 7).await })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for worker in workers {
        for job in soon("a worker", worker).await.unwrap() {
            assert_eq!(job.attempts, 1);
            assert!(seen.insert(job.id), "{} was given twice", job.id);
        }
    }
    assert_eq!(seen.len(), 100);
    assert!(!is_due(&database.store, 2).await);
}

#[tokio::test]
async fn a_job_whose_worker_is_gone_is_given_to_another_when_the_lease_ends() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    enqueue(&database.store, &[job(organisation, 1)]).await;
    assert!(is_due(&database.store, 0).await);
    assert_eq!(claim(&database.store, 0, 10).await.len(), 1);
    assert!(claim(&database.store, 59, 10).await.is_empty(), "leased until 60");
    assert!(!is_due(&database.store, 59).await);
    let again = claim(&database.store, 60, 10).await;
    assert_eq!(again[0].attempts, 2);
}

#[tokio::test]
async fn a_finished_job_is_done_even_when_a_late_worker_says_it_failed() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    enqueue(&database.store, &[job(organisation, 1)]).await;
    let late = claim(&database.store, 0, 10).await.remove(0);
    let other = claim(&database.store, 60, 10).await.remove(0);
    let mut unit = database.store.begin().await.unwrap();
    unit.finish_job(&other, moment(61)).await.unwrap();
    unit.postpone_job(&late, "unavailable", None, moment(62)).await.unwrap();
    unit.save().await.unwrap();
    assert!(!is_due(&database.store, 10_000).await);
    let counts = database.store.read().await.unwrap().rows().job_counts().await.unwrap();
    assert_eq!(counts, (0, 0), "none waits and none was given up");
}

#[tokio::test]
async fn a_failed_job_waits_for_its_time_and_is_given_up_in_the_end() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    enqueue(&database.store, &[job(organisation, 1)]).await;
    let first = claim(&database.store, 0, 10).await.remove(0);
    let mut unit = database.store.begin().await.unwrap();
    unit.postpone_job(&first, "unavailable", Some(moment(30)), moment(1)).await.unwrap();
    unit.save().await.unwrap();
    assert!(claim(&database.store, 29, 10).await.is_empty());
    let second = claim(&database.store, 30, 10).await.remove(0);
    let mut unit = database.store.begin().await.unwrap();
    unit.postpone_job(&second, "unavailable", None, moment(31)).await.unwrap();
    unit.save().await.unwrap();
    assert!(claim(&database.store, 10_000, 10).await.is_empty());
    let counts = database.store.read().await.unwrap().rows().job_counts().await.unwrap();
    assert_eq!(counts, (0, 1));
}

#[tokio::test]
async fn the_same_work_queued_twice_is_one_job_and_a_new_revision_is_another() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let first = job(organisation, 1);
    let again = Job { id: job(organisation, 2).id, ..first.clone() };
    let edited = Job { id: job(organisation, 3).id, revision: 2, ..first.clone() };
    enqueue(&database.store, &[first, again, edited]).await;
    let revisions: Vec<i64> = claim(&database.store, 0, 10).await.iter().map(|job| job.revision).collect();
    assert_eq!(revisions.len(), 2);
    assert!(revisions.contains(&1) && revisions.contains(&2));
}

#[tokio::test]
async fn a_claim_that_is_not_saved_claims_nothing() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    enqueue(&database.store, &[job(organisation, 1)]).await;
    let mut unit = database.store.begin().await.unwrap();
    assert_eq!(unit.claim_jobs(moment(0), moment(60), 10).await.unwrap().len(), 1);
    drop(unit);
    // A server takes a moment to hear of it; until then others pass over what this one held.
    let claimed = soon("the claim", async {
        loop {
            let jobs = claim(&database.store, 0, 10).await;
            if !jobs.is_empty() {
                return jobs;
            }
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(claimed.await[0].attempts, 1);
}
