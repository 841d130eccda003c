//! What only a server has: many processes on one database, rows that are locked, a planner.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{
    id::{CustomerId, OrganisationId},
    money::Currency,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use storage::{CustomerFilter, CustomerSort, Error, PageRequest, Store};
use tokio::sync::Barrier;

use crate::{
    engine::Database,
    fixtures::{complete, insert_customers, job, moment, person, soon, with_organisation},
    units::{count, count_and_save, counted},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_migrate_once() {
    let scratch = scratch_database::ScratchDatabase::new();
    let start = Arc::new(Barrier::new(8));
    let processes: Vec<_> = (0..8)
        .map(|_| {
            let (url, start) = (scratch.url().to_owned(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                Store::open_with(&url, 2).await
            })
        })
        .collect();
    for process in processes {
        soon("a process", process).await.unwrap().unwrap().ready().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_there_is_made_by_whoever_comes_first() {
    let scratch = scratch_database::ScratchDatabase::new();
    let mut raw = PgConnection::connect(&std::env::var("PURSER_TEST_POSTGRES").unwrap()).await.unwrap();
    let name = scratch.url().split('?').next().unwrap().rsplit_once('/').unwrap().1.to_owned();
    sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE {name}"))).execute(&mut raw).await.unwrap();
    let (one, other) = tokio::join!(Store::open_with(scratch.url(), 2), Store::open_with(scratch.url(), 2));
    one.unwrap().ready().await.unwrap();
    other.unwrap().ready().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_runs_into_a_deadlock_is_told_that_others_were_quicker() {
    let database = Database::open().await;
    for bucket in [b"one".as_slice(), b"two"] {
        count_and_save(&database.store, bucket).await.unwrap();
    }
    let (mut first, mut second) = (database.store.begin().await.unwrap(), database.store.begin().await.unwrap());
    count(&mut first, b"one").await.unwrap();
    count(&mut second, b"two").await.unwrap();
    let crossing = tokio::spawn(async move {
        let result = count(&mut first, b"two").await;
        (result, first)
    });
    let result = soon("the second", count(&mut second, b"one")).await;
    if result.is_ok() {
        second.save().await.unwrap();
    } else {
        // Let go, or the other one waits for ever.
        drop(second);
    }
    let (other, first) = soon("the first", crossing).await.unwrap();
    let contended = [&result, &other].into_iter().filter(|result| matches!(result, Err(Error::Contended(_)))).count();
    assert_eq!(contended, 1, "{result:?} {other:?}");
    if other.is_ok() {
        first.save().await.unwrap();
    }
    assert_eq!((counted(&database.store, b"one").await, counted(&database.store, b"two").await), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_that_is_being_changed_is_changed_by_one_at_a_time() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let customer = complete(organisation, 1);
    insert_customers(&database.store, std::slice::from_ref(&customer)).await;
    let changes: Vec<_> = (0..20)
        .map(|_| {
            let (store, id) = (database.store.clone(), customer.id);
            tokio::spawn(async move {
                let mut unit = store.begin().await.unwrap();
                let mut customer = unit.rows().customer(organisation, id).await.unwrap().unwrap();
                tokio::task::yield_now().await;
                customer.revision += 1;
                unit.update_customer(&customer, None).await.unwrap();
                unit.save().await.unwrap();
            })
        })
        .collect();
    for change in changes {
        soon("a change", change).await.unwrap();
    }
    let stored = database.store.read().await.unwrap().rows().customer(organisation, customer.id).await.unwrap();
    assert_eq!(stored.unwrap().revision, customer.revision + 20, "no change was lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_pass_over_what_another_process_is_just_taking() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let mut unit = database.store.begin().await.unwrap();
    for number in 0..10 {
        unit.enqueue(&job(organisation, number), moment(0)).await.unwrap();
    }
    unit.save().await.unwrap();
    let other = database.another_store().await;
    let (mut one, mut two) = (database.store.begin().await.unwrap(), other.begin().await.unwrap());
    let first = one.claim_jobs(moment(1), moment(60), 6).await.unwrap();
    let second = soon("the second claim", two.claim_jobs(moment(1), moment(60), 6)).await.unwrap();
    assert_eq!((first.len(), second.len()), (6, 4));
    let all: BTreeSet<_> = first.iter().chain(&second).map(|job| job.id).collect();
    assert_eq!(all.len(), 10);
    one.save().await.unwrap();
    two.save().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_work_is_told_to_every_process_once_it_is_saved_and_again_after_a_lost_connection() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let other = database.another_store().await;
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let listening = tokio::spawn(async move {
        other
            .work_told(|| {
                count.fetch_add(1, Ordering::SeqCst);
            })
            .await;
    });
    let heard = async |at_least: usize| {
        while told.load(Ordering::SeqCst) < at_least {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon("the first look", heard(1)).await;
    let mut unit = database.store.begin().await.unwrap();
    unit.enqueue(&job(organisation, 1), moment(0)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(told.load(Ordering::SeqCst), 1, "nothing is told of what is not saved");
    unit.save().await.unwrap();
    soon("the word", heard(2)).await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let listeners = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    assert_eq!(sqlx::query(listeners).fetch_all(&mut raw).await.unwrap().len(), 1);
    // Whoever lost their connection looks for themselves as soon as they have another.
    soon("the next look", heard(3)).await;
    let mut unit = database.store.begin().await.unwrap();
    unit.enqueue(&job(organisation, 2), moment(0)).await.unwrap();
    unit.save().await.unwrap();
    soon("the next word", heard(4)).await;
    listening.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_ranges_and_house_accounts_are_made_once_by_many_at_once() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let range = domain::account_number::NumberRange::sandbox(Currency::AUD).unwrap();
    let tasks: Vec<_> = (0..12_u64)
        .map(|number| {
            let (store, range) = (database.store.clone(), range.clone());
            tokio::spawn(async move {
                let mut unit = store.begin().await.unwrap();
                let is_first = unit.insert_first_range(domain::id::HOUSE, &range, moment(0)).await.unwrap();
                let kind = domain::ledger::AccountKind::Bank;
                let new_id = crate::fixtures::id(domain::id::AccountId::new, number, 0);
                let account = unit.house_account(organisation, kind, Currency::AUD, new_id, moment(0)).await.unwrap();
                unit.save().await.unwrap();
                (is_first, account)
            })
        })
        .collect();
    let mut accounts = BTreeSet::new();
    let mut ranges = 0;
    for task in tasks {
        let (is_first, account) = soon("a process", task).await.unwrap();
        ranges += usize::from(is_first);
        accounts.insert(account);
    }
    assert_eq!((ranges, accounts.len()), (1, 1));
}

/// Enough rows for the planner to care, and what it knows of them.
async fn with_many_customers(database: &Database) -> OrganisationId {
    let organisation = with_organisation(&database.store, 1).await;
    let customers: Vec<_> = (0..6_000)
        .map(|number| {
            person(organisation, number, if number % 3 == 0 { "Elin" } else { "Tobias" }, &format!("Name{number:05}"))
        })
        .collect();
    insert_customers(&database.store, &customers).await;
    database.store.analyze().await.unwrap();
    organisation
}

async fn plan(raw: &mut PgConnection, sql: &str) -> String {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN {sql}"))).fetch_all(raw).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_planner_uses_the_indexes_that_the_listings_were_given() {
    let database = Database::open().await;
    let organisation = with_many_customers(&database).await.uuid();
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let list = format!("SELECT id FROM customers WHERE organisation_id = '{organisation}' AND deleted_at IS NULL");
    for (what, sql, index) in [
        ("newest first", format!("{list} ORDER BY id DESC LIMIT 26"), "customers_by_created"),
        ("by name", format!("{list} ORDER BY name_key, id LIMIT 26"), "customers_by_name"),
        (
            "a rare word",
            format!("{list} AND search_text LIKE '%name01234%' ORDER BY id DESC LIMIT 26"),
            "customers_search",
        ),
        (
            "a common word",
            format!("{list} AND search_text LIKE '%tobias%' ORDER BY id DESC LIMIT 26"),
            "customers_by_created",
        ),
        (
            "a common word by name",
            format!("{list} AND search_text LIKE '%tobias%' ORDER BY name_key, id LIMIT 26"),
            "customers_by_name",
        ),
    ] {
        let plan = plan(&mut raw, &sql).await;
        assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{what}:\n{plan}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn balances_of_a_past_moment_and_the_lines_of_a_statement_are_read_along_the_index() {
    let database = Database::open().await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let nobody = domain::id::HOUSE.uuid();
    let of_one = format!("FROM wallet_transactions WHERE organisation_id = '{nobody}' AND wallet_id = '{nobody}'");
    for sql in [
        format!("SELECT id, balance_after, reserved_after {of_one} AND id < '{nobody}' ORDER BY id DESC LIMIT 1"),
        format!(
            "SELECT * {of_one} AND id > '{nobody}' AND id <= '{nobody}' AND type IN ('CREDIT', 'DEBIT') ORDER BY id LIMIT 500"
        ),
    ] {
        let plan = plan(&mut raw, &sql).await;
        assert!(plan.contains("wallet_transactions_wallet") && !plan.contains("Sort"), "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_by_key_miss_nothing_while_others_insert() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let customers: Vec<_> = (0..300).map(|number| person(organisation, number, "Elin", "Nordquist")).collect();
    insert_customers(&database.store, &customers).await;
    let before: BTreeSet<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    let store = database.store.clone();
    let inserting = tokio::spawn(async move {
        for number in 300..600 {
            insert_customers(&store, &[person(organisation, number, "Tobias", "Okonjo")]).await;
        }
    });
    let mut seen = BTreeSet::new();
    let mut after = None;
    loop {
        let request = PageRequest { limit: 20, after };
        let mut reading = database.store.read().await.unwrap();
        let filter = CustomerFilter::default();
        let page = reading.rows().customers(organisation, &filter, CustomerSort::Name, &request).await.unwrap();
        for row in page.rows {
            assert!(seen.insert(row.id), "{} stands on two pages", row.id);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(before.is_subset(&seen));
    soon("the inserts", inserting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_changed_since_its_move_was_cut_off_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("purser.db").display());
    let source = Store::open(&url).await.unwrap();
    let organisation = with_organisation(&source, 1).await;
    insert_customers(&source, &[complete(organisation, 1), complete(organisation, 2)]).await;
    source.close().await;
    let target = scratch_database::ScratchDatabase::new();
    Box::pin(storage::move_data(&url, target.url(), |_| ())).await.unwrap();
    // As an attempt leaves it that was cut off after everything was copied.
    let mut raw = PgConnection::connect(target.url()).await.unwrap();
    let tables = "SELECT table_name::TEXT FROM information_schema.tables WHERE table_schema = current_schema()
        AND table_type = 'BASE TABLE' AND table_name NOT IN ('_sqlx_migrations', 'schema_floor', 'data_move', 'bank_balances', 'customer_counts', 'daily_deposits')";
    for row in sqlx::query(tables).fetch_all(&mut raw).await.unwrap() {
        let table: String = row.get(0);
        let copied = format!("INSERT INTO data_move SELECT '{table}', count(*) FROM {table}");
        sqlx::raw_sql(AssertSqlSafe(copied)).execute(&mut raw).await.unwrap();
    }
    let served = Store::open_with(target.url(), 2).await.unwrap_err();
    assert!(matches!(&served, Error::Schema(why) if why.contains("migrate-data")), "{served}");
    let change = "UPDATE customers SET reference = 'changed' WHERE seq = (SELECT min(seq) FROM customers)";
    sqlx::raw_sql(change).execute(&mut raw).await.unwrap();
    let told = Box::pin(storage::move_data(&url, target.url(), |_| ())).await.unwrap_err();
    assert!(told.to_string().contains("customers is not the same on both sides"), "{told}");
}
