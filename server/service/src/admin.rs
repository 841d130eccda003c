//! What whoever runs the installation does: opens organisations, switches features.

use chrono::{DateTime, Utc};
use domain::{
    account_number::NumberRange,
    contact::Email,
    id::{HOUSE, OrganisationId},
    money::Currency,
    permission::{Feature, Role},
};
use storage::{AuditEntry, Organisation};

use crate::{
    Error, Purser,
    purser::{SYSTEM, json_of},
};

/// What an organisation is opened with.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Its name.
    pub name: String,
    /// The e-mail of its first ADMIN.
    pub email: String,
    /// Whether its money is play money.
    pub is_sandbox: bool,
    /// What is on from the start.
    pub features: Vec<Feature>,
}

/// An opened organisation, with the secrets that are shown once.
#[derive(Clone, Debug)]
pub struct OpenedOrganisation {
    /// The organisation.
    pub organisation: Organisation,
    /// The ADMIN's e-mail.
    pub email: String,
    /// The ADMIN's first password.
    pub password: String,
    /// A key for programs.
    pub api_key: String,
}

impl Purser {
    /// Opens an organisation with its first ADMIN and a key for programs.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is blank or the e-mail is wrong or in use.
    pub async fn create_organisation(&self, new: &NewOrganisation) -> Result<OpenedOrganisation, Error> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 140 || name.chars().any(char::is_control) {
            return Err(Error::field("name", "invalid", "Give a name of 1 to 140 characters."));
        }
        let email = Email::parse(&new.email).map_err(|fault| Error::Invalid(vec![fault.at("email")]))?;
        let email = email.as_str().to_lowercase();
        let password = self.new_password();
        let password_hash = self.hash_password(&password).await?;
        let now = self.now();
        let organisation = Organisation {
            id: self.id(OrganisationId::new, now),
            name: name.to_owned(),
            is_sandbox: new.is_sandbox,
            suspended_at: None,
            created_at: now,
            features: new.features.clone(),
        };
        let (key, api_key) = self.new_api_key(organisation.id, "First key");
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.insert_organisation(&organisation).await?;
            let login = self.new_login(organisation.id, password_hash.clone(), Role::Admin);
            unit.insert_user(&login, &email, now).await.map_err(|error| {
                if error.is_taken("email") {
                    Error::field("email", "taken", "Somebody signs in with this e-mail already. Give another one.")
                } else {
                    error.into()
                }
            })?;
            unit.insert_api_key(&key, &crate::purser::sha256(api_key.as_bytes())).await?;
            unit.audit(&AuditEntry {
                organisation_id: organisation.id,
                actor: SYSTEM,
                action: "organisation.create",
                object_id: organisation.id.to_string(),
                before: None,
                after: Some(json_of(&serde_json::json!({ "is_sandbox": new.is_sandbox, "features": new.features }))?),
                at: now,
            })
            .await?;
            Ok(unit.save().await?)
        })
        .await?;
        Ok(OpenedOrganisation { organisation, email, password, api_key })
    }

    /// Switches a feature on for an organisation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn enable_feature(&self, organisation_id: OrganisationId, feature: Feature) -> Result<(), Error> {
        let now = self.now();
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.rows().organisation(organisation_id).await?.ok_or(Error::NotFound)?;
            unit.enable_feature(organisation_id, feature, now).await?;
            unit.audit(&AuditEntry {
                organisation_id,
                actor: SYSTEM,
                action: "organisation.enable_feature",
                object_id: organisation_id.to_string(),
                before: None,
                after: Some(json_of(&feature)?),
                at: now,
            })
            .await?;
            Ok(unit.save().await?)
        })
        .await
    }

    /// Gives each currency that has no numbers of a bank yet a range of test numbers, so that a new installation works.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn ensure_number_ranges(&self) -> Result<(), Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            for range in Currency::WALLETS.into_iter().filter_map(NumberRange::sandbox) {
                unit.insert_first_range(HOUSE, &range, self.now()).await?;
            }
            Ok(unit.save().await?)
        })
        .await
    }

    /// When something happened last, as far as it was written down.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn last_moment(&self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.read().await?.rows().last_event_at().await?)
    }

    /// Whether no organisation was opened yet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_empty(&self) -> Result<bool, Error> {
        Ok(self.read().await?.rows().organisation_count().await? == 0)
    }

    /// The number of the newest movement on a wallet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn movements_written(&self) -> Result<i64, Error> {
        Ok(self.read().await?.rows().movements_written().await?)
    }

    /// How many jobs wait, and how many were given up.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn job_counts(&self) -> Result<(i64, i64), Error> {
        Ok(self.read().await?.rows().job_counts().await?)
    }

    /// Lets the database's planner learn how the rows are spread. Worth it after a bulk load.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn analyze(&self) -> Result<(), Error> {
        Ok(self.store.analyze().await?)
    }
}
