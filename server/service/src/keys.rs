//! Keys for programs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    id::{ApiKeyId, OrganisationId},
    permission::Authority,
};
use storage::ApiKeyRow;

use crate::{Error, Purser, Reader, purser::sha256};

/// Makes and withdraws keys of one organisation on behalf of somebody who may.
#[derive(Clone, Debug)]
pub struct KeyManager(Reader);

impl Purser {
    /// Whoever may make and withdraw keys.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a role that may not.
    pub fn key_manager(&self, authority: &Authority) -> Result<KeyManager, Error> {
        if authority.role.may_manage_keys() {
            return Ok(KeyManager(self.reader(authority)));
        }
        Err(Error::Forbidden {
            code: "role",
            detail: "Keys are made by an ADMIN or DEVELOPER of your organisation. Ask one of them.".to_owned(),
        })
    }

    pub(crate) fn new_api_key(&self, organisation_id: OrganisationId, name: &str) -> (ApiKeyRow, String) {
        let now = self.now();
        let secret = format!("sk_{}", URL_SAFE_NO_PAD.encode(self.random::<32>()));
        let hint = secret.get(secret.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        let key = ApiKeyRow {
            id: self.id(ApiKeyId::new, now),
            organisation_id,
            name: name.to_owned(),
            hint,
            created_at: now,
            used_at: None,
            revoked_at: None,
        };
        (key, secret)
    }
}

impl KeyManager {
    /// Makes a key. Its secret is told here and never again.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is blank or too long.
    pub async fn create_api_key(&self, name: &str) -> Result<(ApiKeyRow, String), Error> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
            return Err(Error::field("name", "invalid", "Give the key a name of 1 to 80 characters."));
        }
        let purser = &self.0.purser;
        let (key, secret) = purser.new_api_key(self.0.organisation_id(), name);
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                unit.insert_api_key(&key, &sha256(secret.as_bytes())).await?;
                unit.audit(&self.0.audit(
                    "api_key.create",
                    key.id.to_string(),
                    None,
                    Some(serde_json::json!({ "name": name }).to_string()),
                ))
                .await?;
                Ok(unit.save().await?)
            })
            .await?;
        Ok((key, secret))
    }

    /// Withdraws a key. Withdrawing it twice changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn revoke_api_key(&self, key_id: ApiKeyId) -> Result<(), Error> {
        let purser = &self.0.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let is_known = unit.rows().api_keys(self.0.organisation_id()).await?.iter().any(|key| key.id == key_id);
                if !is_known {
                    return Err(Error::NotFound);
                }
                if unit.revoke_api_key(self.0.organisation_id(), key_id, purser.now()).await? {
                    unit.audit(&self.0.audit("api_key.revoke", key_id.to_string(), None, None)).await?;
                }
                Ok(unit.save().await?)
            })
            .await
    }
}
