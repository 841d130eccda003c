//! What only the embedded database has: one writer, which commits units in groups.

use std::{
    future::{Future as _, poll_fn},
    task::Poll,
    time::Duration,
};

use crate::{
    engine::Database,
    fixtures::soon,
    units::{count, count_and_save, counted, polled},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_while_its_unit_opens_does_not_undo_the_group() {
    let database = Database::open().await;
    for times in 1..12 {
        let mut first = database.store.begin().await.unwrap();
        count(&mut first, b"first").await.unwrap();
        // Somebody queues, so that the save leaves its commit to them.
        let mut begin = Box::pin(database.store.begin());
        assert!(poll_fn(|context| Poll::Ready(begin.as_mut().poll(context))).await.is_pending());
        let saving = tokio::spawn(first.save());
        let _ = polled(begin, times).await;
        soon("the save", saving).await.unwrap().unwrap();
    }
    assert_eq!(counted(&database.store, b"first").await, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_does_not_wait_for_somebody_who_queued_and_gave_up() {
    let database = Database::open().await;
    let mut first = database.store.begin().await.unwrap();
    count(&mut first, b"first").await.unwrap();
    let mut queued: Vec<_> = (0..3).map(|_| Box::pin(database.store.begin())).collect();
    for begin in &mut queued {
        assert!(poll_fn(|context| Poll::Ready(begin.as_mut().poll(context))).await.is_pending());
    }
    let mut saving = tokio::spawn(first.save());
    let is_left_to_them = tokio::time::timeout(Duration::from_millis(200), &mut saving).await.is_err();
    assert!(is_left_to_them, "whoever queues commits for all");
    drop(queued);
    soon("the save", saving).await.unwrap().unwrap();
    assert_eq!(counted(&database.store, b"first").await, 1);
    soon("the next unit", count_and_save(&database.store, b"next")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_engine_rolls_back_by_itself_the_group_is_told_and_the_writer_goes_on() {
    let database = Database::open().await;
    let mut raw = database.raw().await;
    // As a full disk does: the whole transaction is gone, savepoints and all.
    raw.execute("CREATE TRIGGER disk BEFORE INSERT ON sign_in_attempts WHEN NEW.bucket = x'ff' BEGIN SELECT RAISE(ROLLBACK, 'disk'); END")
        .await
        .unwrap();
    let mut first = database.store.begin().await.unwrap();
    count(&mut first, b"first").await.unwrap();
    let mut begin = Box::pin(database.store.begin());
    assert!(poll_fn(|context| Poll::Ready(begin.as_mut().poll(context))).await.is_pending());
    let saving = tokio::spawn(first.save());
    let mut second = soon("the second unit", begin).await.unwrap();
    assert!(count(&mut second, &[0xff]).await.is_err());
    drop(second);
    let outcome = soon("the first unit's save", saving).await.unwrap();
    assert!(outcome.is_err(), "nothing may be called saved that was rolled back");
    assert_eq!(counted(&database.store, b"first").await, 0);
    for _ in 0..3 {
        soon("the next unit", count_and_save(&database.store, b"next")).await.unwrap();
    }
    assert_eq!(counted(&database.store, b"next").await, 3);
    // The same for somebody who goes on and saves all the same.
    let mut stubborn = database.store.begin().await.unwrap();
    assert!(count(&mut stubborn, &[0xff]).await.is_err());
    assert!(soon("the stubborn save", stubborn.save()).await.is_err());
    soon("the next unit", count_and_save(&database.store, b"next")).await.unwrap();
}
