//! Units of work: all or nothing, whatever happens to whoever began them, and never waiting for ever.
//!
//! The rows are counters of failed sign-ins, the simplest there are: one bucket, one number.

use std::{
    collections::BTreeSet,
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use storage::{Error, Store, UnitOfWork};
use tokio::sync::Barrier;

use crate::{
    engine::{Database, is_postgres},
    fixtures::{moment, soon},
};

pub async fn count(unit: &mut UnitOfWork, bucket: &[u8]) -> Result<(), Error> {
    unit.count_failed_sign_in(bucket, moment(0), moment(-900)).await
}

pub async fn counted(store: &Store, bucket: &[u8]) -> i64 {
    let mut reading = store.read().await.unwrap();
    reading.rows().failed_sign_ins(bucket).await.unwrap().map_or(0, |(failures, _)| failures)
}

/// One unit that counts once in a bucket.
pub async fn count_and_save(store: &Store, bucket: &[u8]) -> Result<(), Error> {
    let mut unit = store.begin().await?;
    count(&mut unit, bucket).await?;
    unit.save().await
}

/// Polls a future so many times, with other tasks running in between, and then drops it.
pub async fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..times {
        if let Poll::Ready(output) = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
            return Some(output);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_unit_lasts_and_a_dropped_one_leaves_nothing() {
    let database = Database::open().await;
    let mut dropped = database.store.begin().await.unwrap();
    count(&mut dropped, b"dropped").await.unwrap();
    assert_eq!(dropped.rows().failed_sign_ins(b"dropped").await.unwrap().unwrap().0, 1);
    drop(dropped);
    let mut saved = database.store.begin().await.unwrap();
    count(&mut saved, b"saved").await.unwrap();
    assert_eq!(counted(&database.store, b"saved").await, 0, "nobody sees a unit before it is saved");
    saved.save().await.unwrap();
    assert_eq!(counted(&database.store, b"saved").await, 1);
    assert_eq!(counted(&database.store, b"dropped").await, 0);
    let another = database.another_store().await;
    assert_eq!(counted(&another, b"saved").await, 1, "another process sees it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_units_at_once_are_all_saved() {
    let database = Database::open().await;
    let start = Arc::new(Barrier::new(200));
    let units: Vec<_> = (0..200_u32)
        .map(|number| {
            let (store, start) = (database.store.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                count_and_save(&store, b"all").await?;
                count_and_save(&store, &number.to_be_bytes()).await
            })
        })
        .collect();
    for unit in units {
        soon("a unit", unit).await.unwrap().unwrap();
    }
    assert_eq!(counted(&database.store, b"all").await, 200);
    for number in 0..200_u32 {
        assert_eq!(counted(&database.store, &number.to_be_bytes()).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_is_refused_hurts_no_other_of_its_group() {
    let database = Database::open().await;
    let mut raw = database.raw().await;
    let refuse = if is_postgres() {
        "ALTER TABLE sign_in_attempts ADD CHECK (bucket <> '\\x00')"
    } else {
        "CREATE TRIGGER refuse BEFORE INSERT ON sign_in_attempts WHEN NEW.bucket = x'00' BEGIN SELECT RAISE(ABORT, 'no'); END"
    };
    raw.execute(refuse).await.unwrap();
    let start = Arc::new(Barrier::new(90));
    let units: Vec<_> = (0..90_u8)
        .map(|number| {
            let (store, start) = (database.store.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let mut unit = store.begin().await?;
                count(&mut unit, &[number, 1]).await?;
                if number.is_multiple_of(3) {
                    // What was done before the refusal goes with it.
                    count(&mut unit, &[0]).await?;
                }
                unit.save().await
            })
        })
        .collect();
    for (number, unit) in (0_u8..).zip(units) {
        let result = soon("a unit", unit).await.unwrap();
        let is_refused = number.is_multiple_of(3);
        assert_eq!(matches!(result, Err(Error::Refused(_))), is_refused, "{number}: {result:?}");
        assert_eq!(counted(&database.store, &[number, 1]).await, i64::from(!is_refused), "{number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_cut_off_in_the_middle_of_a_statement_leaves_nothing_and_stops_nobody() {
    let database = Database::open().await;
    for times in 1..12 {
        let mut unit = database.store.begin().await.unwrap();
        count(&mut unit, b"cut").await.unwrap();
        let _ = polled(count(&mut unit, b"cut"), times).await;
        drop(unit);
        soon("the next unit", count_and_save(&database.store, b"next")).await.unwrap();
    }
    assert_eq!(counted(&database.store, b"cut").await, 0);
    assert_eq!(counted(&database.store, b"next").await, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_while_saving_cuts_no_commit_off() {
    let database = Database::open().await;
    let mut saved = BTreeSet::new();
    for times in 1..30_u8 {
        let mut unit = database.store.begin().await.unwrap();
        count(&mut unit, &[times]).await.unwrap();
        count(&mut unit, &[times, 1]).await.unwrap();
        if let Some(outcome) = polled(unit.save(), usize::from(times)).await {
            outcome.unwrap();
            saved.insert(times);
        }
        soon("the next unit", count_and_save(&database.store, b"next")).await.unwrap();
    }
    for times in 1..30_u8 {
        let (one, other) = (counted(&database.store, &[times]).await, counted(&database.store, &[times, 1]).await);
        assert_eq!(one, other, "a unit took effect in half");
        assert!(one == 1 || !saved.contains(&times), "an acknowledged unit was lost");
    }
    assert_eq!(counted(&database.store, b"next").await, 29);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_storm_of_cancelled_units_what_was_acknowledged_is_there_and_nothing_is_there_in_half() {
    let database = Database::open().await;
    let units: Vec<_> = (0..400_u32)
        .map(|number| {
            let store = database.store.clone();
            tokio::spawn(async move {
                let mut unit = store.begin().await?;
                count(&mut unit, &number.to_be_bytes()).await?;
                count(&mut unit, &(number + 1000).to_be_bytes()).await?;
                unit.save().await
            })
        })
        .collect();
    // Aborted all through: some before they have begun, some while they queue, write or save.
    for (number, unit) in units.iter().enumerate() {
        if number % 3 == 0 {
            unit.abort();
        }
        if number % 7 == 0 {
            count_and_save(&database.store, b"meanwhile").await.unwrap();
        }
    }
    let mut acknowledged = 0;
    for (number, unit) in (0_u32..).zip(units) {
        let outcome = soon("a unit", unit).await;
        let one = counted(&database.store, &number.to_be_bytes()).await;
        let other = counted(&database.store, &(number + 1000).to_be_bytes()).await;
        assert_eq!(one, other, "unit {number} took effect in half");
        match outcome {
            Ok(result) => {
                result.unwrap();
                assert_eq!(one, 1, "unit {number} was acknowledged and is not there");
                acknowledged += 1;
            }
            Err(error) => assert!(error.is_cancelled()),
        }
    }
    assert!(acknowledged >= 266, "only {acknowledged} went through");
    soon("the next unit", count_and_save(&database.store, b"next")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_write_in_turns() {
    let database = Database::open().await;
    let other = database.another_store().await;
    let write = |store: Store| async move {
        for _ in 0..50 {
            count_and_save(&store, b"both").await.unwrap();
        }
    };
    let (one, two) = (tokio::spawn(write(database.store.clone())), tokio::spawn(write(other)));
    soon("the first process", one).await.unwrap();
    soon("the second process", two).await.unwrap();
    assert_eq!(counted(&database.store, b"both").await, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_cannot_write_and_a_closed_database_says_so() {
    let database = Database::open().await;
    count_and_save(&database.store, b"one").await.unwrap();
    database.store.ready().await.unwrap();
    database.store.close().await;
    assert!(soon("begin after close", database.store.begin()).await.is_err());
    assert!(soon("read after close", database.store.read()).await.is_err());
    let again = database.another_store().await;
    assert_eq!(counted(&again, b"one").await, 1);
}
