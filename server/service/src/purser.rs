//! What all verbs share: the store, the documents, time and chance, and the hands that a caller gets.

use std::{ops::Deref, sync::Arc};

use ::documents::DocumentStore;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::{
    id::{EventId, HOUSE, OrganisationId},
    permission::{Actor, Authority, Feature},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use storage::{AuditEntry, Event, IdempotentAnswer, Organisation, Reading, Store, UnitOfWork};
use tokio::sync::Notify;

use crate::{Environment, Error, ids::Sequence};

/// How long the answer to a request with an `Idempotency-Key` is kept.
pub(crate) const ANSWERS_KEPT: Duration = Duration::hours(24);

/// How often a verb begins again when others changed the same at the same moment.
const ATTEMPTS_MAX: u32 = 10;

/// The whole of Purser, for whoever serves it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Purser {
    pub(crate) store: Store,
    pub(crate) documents: DocumentStore,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) work: Arc<Notify>,
    pub(crate) ids: Arc<Sequence>,
}

/// Looks at one organisation on behalf of somebody.
#[derive(Clone, Debug)]
pub struct Reader {
    pub(crate) purser: Purser,
    pub(crate) authority: Authority,
}

/// Changes customers, documents and wallets of one organisation on behalf of somebody who may.
#[derive(Clone, Debug)]
pub struct Editor {
    pub(crate) reader: Reader,
    pub(crate) idempotency: Option<Idempotency>,
}

/// What makes a repeated request recognisable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the request.
    pub request_hash: [u8; 32],
}

impl Deref for Editor {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Editor {
    /// The same, for a request that may be repeated: what it makes is made once.
    #[must_use]
    pub fn with_idempotency(self, idempotency: Idempotency) -> Self {
        Self { idempotency: Some(idempotency), ..self }
    }

    /// Notes that this request makes `object_id`. When an earlier one with the same key did, tells what that one made.
    ///
    /// The earlier one may be in the group that is not on the disk yet: save the unit before answering with what it made.
    pub(crate) async fn claim(&self, unit: &mut UnitOfWork, object_id: &str) -> Result<Option<String>, Error> {
        let Some(Idempotency { key, request_hash }) = &self.idempotency else { return Ok(None) };
        let now = self.purser.now();
        let seen = unit
            .claim_idempotency_key(
                self.authority.organisation_id,
                key,
                request_hash,
                object_id,
                now,
                now - ANSWERS_KEPT,
            )
            .await?;
        same_request(seen, request_hash)
    }

    /// What an earlier request with the same key made; as [`Self::claim`], and notes nothing.
    pub(crate) async fn earlier(&self, unit: &mut UnitOfWork) -> Result<Option<String>, Error> {
        let Some(Idempotency { key, request_hash }) = &self.idempotency else { return Ok(None) };
        let kept_since = self.purser.now() - ANSWERS_KEPT;
        let seen = unit.rows().idempotent_answer(self.authority.organisation_id, key, kept_since).await?;
        same_request(seen, request_hash)
    }
}

impl Purser {
    /// Purser over a database and a document store.
    #[must_use]
    pub fn new(store: Store, documents: DocumentStore, environment: Arc<dyn Environment>) -> Self {
        Self { store, documents, environment, work: Arc::new(Notify::new()), ids: Arc::default() }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        // Stored and shown to the millisecond, so that what is read back equals what was written.
        let now = self.environment.now();
        DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }

    /// Today, in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// Whether the database answers and is up to date.
    ///
    /// # Errors
    /// When it is not.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.store.ready().await?)
    }

    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Whoever may look.
    #[must_use]
    pub fn reader(&self, authority: &Authority) -> Reader {
        Reader { purser: self.clone(), authority: *authority }
    }

    /// Whoever may change customers, documents and wallets.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a role that may not.
    pub fn editor(&self, authority: &Authority) -> Result<Editor, Error> {
        if !authority.role.may_edit() {
            return Err(Error::Forbidden {
                code: "role",
                detail: format!(
                    "The role {} may look but not change this. Ask an ADMIN of your organisation.",
                    authority.role.code()
                ),
            });
        }
        Ok(Editor { reader: self.reader(authority), idempotency: None })
    }

    /// A number for a request, to find it again in the log.
    #[must_use]
    pub fn request_id(&self) -> String {
        format!("req_{}", domain::id::uuid_v7(self.now(), self.random()).simple())
    }

    /// Resolves when work may have been queued.
    pub async fn work_queued(&self) {
        self.work.notified().await;
    }

    /// Hears of work that other processes queue, for as long as this is polled.
    pub async fn hear_of_work(&self) {
        self.store.work_told(|| self.work.notify_one()).await;
    }

    pub(crate) async fn read(&self) -> Result<Reading, Error> {
        Ok(self.store.read().await?)
    }

    pub(crate) async fn begin(&self) -> Result<UnitOfWork, Error> {
        Ok(self.store.begin().await?)
    }

    /// Does what `verb` does, and does it again where others changed the same at the same moment: then nothing of it took
    /// effect.
    pub(crate) async fn settled<T, F>(&self, verb: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        for attempt in 0..ATTEMPTS_MAX {
            match verb().await {
                Err(Error::Contended(_)) => {
                    // Apart from the others, who wait just as long on average.
                    let [chance] = self.random::<1>();
                    let pause_ms = (1_u64 << attempt.min(6)) * (1 + u64::from(chance) % 4);
                    tokio::time::sleep(std::time::Duration::from_millis(pause_ms)).await;
                }
                outcome => return outcome,
            }
        }
        verb().await
    }

    /// A new id at a moment: `purser.id(CustomerId::new, at)`. It sorts after those made of that moment before.
    pub(crate) fn id<T>(&self, make: impl Fn(DateTime<Utc>, [u8; 10]) -> T, at: DateTime<Utc>) -> T {
        make(at, self.ids.next(at.timestamp_millis(), self.random()))
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.environment.fill(&mut bytes);
        bytes
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers make the payload in place")]
    pub(crate) fn event(
        &self,
        organisation_id: OrganisationId,
        kind: &'static str,
        object_id: String,
        payload: serde_json::Value,
    ) -> Event {
        let id = self.id(EventId::new, self.now());
        Event { id, organisation_id, kind, object_id, payload: payload.to_string() }
    }
}

impl Reader {
    pub(crate) const fn organisation_id(&self) -> OrganisationId {
        self.authority.organisation_id
    }

    /// A line for the audit trail.
    pub(crate) fn audit(
        &self,
        action: &'static str,
        object_id: String,
        before: Option<String>,
        after: Option<String>,
    ) -> AuditEntry {
        AuditEntry {
            organisation_id: self.organisation_id(),
            actor: self.authority.actor,
            action,
            object_id,
            before,
            after,
            at: self.purser.now(),
        }
    }
}

/// What the request made that used this key first, if it was the same request.
fn same_request(seen: Option<IdempotentAnswer>, request_hash: &[u8]) -> Result<Option<String>, Error> {
    match seen {
        None => Ok(None),
        Some(seen) if seen.request_hash == request_hash => Ok(Some(seen.object_id)),
        Some(_) => Err(crate::customers::reused()),
    }
}

/// The organisation; the house is none.
pub(crate) async fn organisation_of(
    unit: &mut UnitOfWork,
    organisation_id: OrganisationId,
) -> Result<Organisation, Error> {
    let found = unit.rows().organisation(organisation_id).await?;
    found.filter(|organisation| organisation.id != HOUSE).ok_or(Error::NotFound)
}

/// Refuses when a feature is off, and says whom to ask.
pub(crate) fn require_feature(organisation: &Organisation, feature: Feature, what: &str) -> Result<(), Error> {
    if organisation.has(feature) {
        return Ok(());
    }
    Err(Error::Forbidden {
        code: "feature_disabled",
        detail: format!(
            "{what} is off for your organisation. Ask the operator to switch on {} for {}.",
            feature.code(),
            organisation.id
        ),
    })
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn json_of<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// The actor of what Purser does by itself.
pub(crate) const SYSTEM: Actor = Actor::System;
