//! Whether the schema in the database and this program fit together.
//!
//! A schema grows in steps: one version of the program adds what the next one needs, and what nobody needs any more goes
//! a version later. So programs of two versions may work on one database while one replaces the other. What a step takes
//! away raises `schema_floor`, and a program that is older than that says so instead of running.

use sqlx::migrate::Migrator;

use crate::{
    Error,
    sql::{Conn, query_scalar},
};

/// The migrations, for a database that a newer program may have migrated further.
pub(crate) fn lenient(mut migrations: Migrator) -> Migrator {
    migrations.set_ignore_missing(true);
    migrations
}

/// Whether all that this program knows was applied, and nothing that it needs was taken away since.
pub(crate) async fn check(migrations: &Migrator, conn: &mut Conn<'_>) -> Result<(), Error> {
    let newest = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    let known = migrations.iter().filter(|migration| migration.migration_type.is_up_migration()).count();
    let applied: i64 = query_scalar("SELECT count(*) FROM _sqlx_migrations WHERE success AND version <= $1")
        .bind(newest)
        .fetch_one(conn)
        .await?;
    if usize::try_from(applied).ok() != Some(known) {
        return Err(Error::Schema(format!("{applied} of the {known} migrations of this version are applied")));
    }
    if conn.is_postgres() && query_scalar("SELECT EXISTS (SELECT 1 FROM data_move)").fetch_one(conn).await? {
        return Err(Error::Schema(
            "data is being moved into this database: let `purser migrate-data` come to its end".to_owned(),
        ));
    }
    let floor: i64 = query_scalar("SELECT max(version) FROM schema_floor").fetch_one(conn).await?;
    if newest < floor {
        return Err(Error::Schema(format!(
            "a newer version has changed the database: this version knows migration {newest}, and {floor} is needed. Start the newer version"
        )));
    }
    Ok(())
}
