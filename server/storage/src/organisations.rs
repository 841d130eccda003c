//! Tenants and what is switched on for them.

use chrono::{DateTime, Utc};
use domain::{id::OrganisationId, permission::Feature};

use crate::{
    Error, Rows, UnitOfWork,
    rows::{id, millis, moment, moment_maybe},
    sql::{query, query_scalar},
};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Whether money in it is play money.
    pub is_sandbox: bool,
    /// Since when it is suspended, if it is.
    pub suspended_at: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// What is switched on.
    pub features: Vec<Feature>,
}

impl Organisation {
    /// Whether a feature is on.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

impl Rows<'_> {
    /// An organisation with its features.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn organisation(&mut self, organisation_id: OrganisationId) -> Result<Option<Organisation>, Error> {
        let row = query(
            "SELECT id, name, is_sandbox, suspended_at, created_at,
                (SELECT string_agg(feature, ',') FROM organisation_features WHERE organisation_id = $1) AS features
             FROM organisations WHERE id = $1",
        )
        .bind(organisation_id.uuid())
        .fetch_optional(&mut self.0)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let codes: Option<String> = row.try_get("features")?;
        let mut features: Vec<Feature> =
            codes.iter().flat_map(|all| all.split(',')).filter_map(Feature::from_code).collect();
        features.sort_unstable();
        Ok(Some(Organisation {
            id: id(&row, "id", OrganisationId::from_uuid)?,
            name: row.try_get("name")?,
            is_sandbox: row.try_get("is_sandbox")?,
            suspended_at: moment_maybe(&row, "suspended_at")?,
            created_at: moment(&row, "created_at")?,
            features,
        }))
    }

    /// How many organisations there are, the house not counted.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn organisation_count(&mut self) -> Result<i64, Error> {
        query_scalar("SELECT count(*) FROM organisations WHERE id <> $1")
            .bind(domain::id::HOUSE.uuid())
            .fetch_one(&mut self.0)
            .await
    }
}

impl UnitOfWork {
    /// Waits until no other unit of work that did the same is under way: for what an organisation has one of, and that
    /// is made when it is first needed.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn hold_organisation(&mut self, organisation_id: OrganisationId) -> Result<(), Error> {
        // Not so strongly that rows which refer to it would have to wait.
        let lock = self.conn().lock(" FOR NO KEY UPDATE");
        query(sqlx::AssertSqlSafe(format!("SELECT id FROM organisations WHERE id = $1{lock}")))
            .bind(organisation_id.uuid())
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Adds an organisation with its features.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_organisation(&mut self, organisation: &Organisation) -> Result<(), Error> {
        query("INSERT INTO organisations (id, name, is_sandbox, created_at) VALUES ($1, $2, $3, $4)")
            .bind(organisation.id.uuid())
            .bind(&organisation.name)
            .bind(organisation.is_sandbox)
            .bind(millis(organisation.created_at))
            .execute(&mut self.conn())
            .await?;
        for feature in &organisation.features {
            self.enable_feature(organisation.id, *feature, organisation.created_at).await?;
        }
        Ok(())
    }

    /// Switches a feature on. Switching it on twice changes nothing.
    ///
    /// # Errors
    /// When there is no such organisation or the database cannot be written.
    pub async fn enable_feature(
        &mut self,
        organisation_id: OrganisationId,
        feature: Feature,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO organisation_features (organisation_id, feature, enabled_at) VALUES ($1, $2, $3)
             ON CONFLICT (organisation_id, feature) DO NOTHING",
        )
        .bind(organisation_id.uuid())
        .bind(feature.code())
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Suspends an organisation, or lifts the suspension.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn suspend_organisation(
        &mut self,
        organisation_id: OrganisationId,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        query("UPDATE organisations SET suspended_at = $2 WHERE id = $1")
            .bind(organisation_id.uuid())
            .bind(since.map(millis))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }
}
