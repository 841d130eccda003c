//! Programs of two versions on one database, while one replaces the other.

use storage::{CustomerFilter, CustomerSort, Error, PageRequest, Store};

use crate::{
    engine::{Database, Raw, is_postgres},
    fixtures::{complete, insert_customers, moment, with_account, with_organisation},
};

/// As a newer version leaves the database that added a column, a table, an index and a migration.
async fn grow(raw: &mut Raw) {
    let (checksum, integer) = if is_postgres() { ("'\\x00'", "BIGINT") } else { ("x'00'", "INTEGER") };
    for statement in [
        "ALTER TABLE customers ADD COLUMN nickname TEXT".to_owned(),
        format!("ALTER TABLE wallet_transactions ADD COLUMN fee {integer} NOT NULL DEFAULT 0"),
        "CREATE TABLE nicknames (name TEXT NOT NULL PRIMARY KEY)".to_owned(),
        "CREATE INDEX customers_by_nickname ON customers (organisation_id, nickname)".to_owned(),
        format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (99, 'a newer version', TRUE, {checksum}, 0)"
        ),
    ] {
        raw.execute(statement).await.unwrap();
    }
}

#[tokio::test]
async fn an_older_program_works_on_a_schema_that_grew() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    grow(&mut database.raw().await).await;
    // The one that runs goes on, and one that starts starts.
    let started = database.another_store().await;
    for (number, store) in [(1, &database.store), (2, &started)] {
        store.ready().await.unwrap();
        insert_customers(store, &[complete(organisation, number)]).await;
        let mut unit = store.begin().await.unwrap();
        with_account(&mut unit, organisation, number, domain::ledger::AccountKind::CustomerWallet).await;
        let mut customer =
            unit.rows().customer(organisation, complete(organisation, number).id).await.unwrap().unwrap();
        customer.updated_at = moment(5);
        unit.update_customer(&customer, None).await.unwrap();
        unit.save().await.unwrap();
    }
    let mut reading = started.read().await.unwrap();
    let request = PageRequest { limit: 10, after: None };
    let page = reading.rows().customers(organisation, &CustomerFilter::default(), CustomerSort::Newest, &request).await;
    assert_eq!(page.unwrap().rows.len(), 2);
}

#[tokio::test]
async fn an_older_program_refuses_a_schema_that_lost_what_it_needs() {
    let database = Database::open().await;
    let mut raw = database.raw().await;
    grow(&mut raw).await;
    raw.execute("UPDATE schema_floor SET version = 99").await.unwrap();
    let unready = database.store.ready().await.unwrap_err();
    assert!(matches!(&unready, Error::Schema(why) if why.contains("Start the newer version")), "{unready}");
    let refused = Store::open_with(database.url(), 2).await.unwrap_err();
    assert!(matches!(&refused, Error::Schema(why) if why.contains("Start the newer version")), "{refused}");
}
