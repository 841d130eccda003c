//! Secrets that banks sign their notices with.

use chrono::{DateTime, Utc};
use domain::id::{OrganisationId, RailSecretId};

use crate::{
    Error, Rows, UnitOfWork,
    rows::{id, millis, moment, moment_maybe},
    sql::{Row, query},
};

/// A secret of a rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RailSecretRow {
    /// Its id.
    pub id: RailSecretId,
    /// Which rail.
    pub rail: String,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub revoked_at: Option<DateTime<Utc>>,
}

fn secret(row: &Row) -> Result<RailSecretRow, Error> {
    Ok(RailSecretRow {
        id: id(row, "id", RailSecretId::from_uuid)?,
        rail: row.try_get("rail")?,
        sealed: row.try_get("sealed")?,
        created_at: moment(row, "created_at")?,
        revoked_at: moment_maybe(row, "revoked_at")?,
    })
}

impl Rows<'_> {
    /// The secrets of a rail that were not withdrawn, newest first, at most 20.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn rail_secrets(
        &mut self,
        organisation_id: OrganisationId,
        rail: &str,
    ) -> Result<Vec<RailSecretRow>, Error> {
        query(
            "SELECT * FROM rail_secrets WHERE organisation_id = $1 AND rail = $2 AND revoked_at IS NULL ORDER BY id DESC LIMIT 20",
        )
        .bind(organisation_id.uuid())
        .bind(rail)
        .fetch_all(&mut self.0)
        .await?
        .iter()
        .map(secret)
        .collect()
    }
}

impl UnitOfWork {
    /// Adds a secret.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_rail_secret(
        &mut self,
        organisation_id: OrganisationId,
        secret: &RailSecretRow,
    ) -> Result<(), Error> {
        query("INSERT INTO rail_secrets (organisation_id, id, rail, sealed, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(organisation_id.uuid())
            .bind(secret.id.uuid())
            .bind(&secret.rail)
            .bind(secret.sealed.as_slice())
            .bind(millis(secret.created_at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Withdraws a secret. True when it was there and not withdrawn yet.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn revoke_rail_secret(
        &mut self,
        organisation_id: OrganisationId,
        secret_id: RailSecretId,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let done = query(
            "UPDATE rail_secrets SET revoked_at = $3 WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL",
        )
        .bind(organisation_id.uuid())
        .bind(secret_id.uuid())
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(done == 1)
    }
}
