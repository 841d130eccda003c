//! What is kept beside the objects: events to tell, the audit trail, answers to repeat, choices and refused forms.

use chrono::{DateTime, Utc};
use domain::{
    fault::FieldError,
    id::{DraftId, EventId, OrganisationId, UserId},
    permission::Actor,
};

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    rows::{json, millis, moment, to_json},
    sql::{QueryBuilder, query, query_scalar},
};

/// Something that happened and is told outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Which, such as `customer.created`.
    pub kind: &'static str,
    /// About what.
    pub object_id: String,
    /// The object as it was then, as JSON.
    pub payload: String,
}

/// A change, as it goes on record.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Who did it.
    pub actor: Actor,
    /// What was done, such as `customer.update`.
    pub action: &'static str,
    /// To what.
    pub object_id: String,
    /// Before, as JSON.
    pub before: Option<String>,
    /// After, as JSON.
    pub after: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A change on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the trail.
    pub seq: i64,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: String,
    /// To what.
    pub object_id: String,
    /// Before, as JSON.
    pub before: Option<String>,
    /// After, as JSON.
    pub after: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is known of a request that carried an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotentAnswer {
    /// SHA-256 of the request.
    pub request_hash: Vec<u8>,
    /// What the request made.
    pub object_id: String,
    /// What was answered; nothing when the process ended between the effect and the answer.
    pub answer: Option<(u16, String)>,
}

/// A form that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormDraft {
    /// What was typed, as JSON.
    pub body: String,
    /// What was wrong with it.
    pub errors: Vec<FieldError>,
}

impl Rows<'_> {
    /// A page of the audit trail, newest first, of one object or of all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit_trail(
        &mut self,
        organisation_id: OrganisationId,
        object_id: Option<&str>,
        request: &PageRequest,
    ) -> Result<Page<AuditRow>, Error> {
        let before = request.after.as_deref().and_then(|key| key.parse::<i64>().ok()).unwrap_or(i64::MAX);
        let mut query = QueryBuilder::new(
            "SELECT seq, actor, action, object_id, before, after, at FROM audit_trail WHERE organisation_id = ",
        );
        query.push_bind(organisation_id.uuid()).push(" AND seq < ").push_bind(before);
        if let Some(object_id) = object_id {
            query.push(" AND object_id = ").push_bind(object_id);
        }
        query.push(" ORDER BY seq DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<AuditRow> = rows
            .iter()
            .map(|row| {
                Ok(AuditRow {
                    seq: row.try_get("seq")?,
                    actor: json(row, "actor")?,
                    action: row.try_get("action")?,
                    object_id: row.try_get("object_id")?,
                    before: row.try_get("before")?,
                    after: row.try_get("after")?,
                    at: moment(row, "at")?,
                })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Page::cut(rows, request, |row| row.seq.to_string()))
    }

    /// The types of the events of an object, in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn event_types(
        &mut self,
        organisation_id: OrganisationId,
        object_id: &str,
    ) -> Result<Vec<String>, Error> {
        query_scalar("SELECT type FROM events WHERE organisation_id = $1 AND object_id = $2 ORDER BY seq LIMIT 1000")
            .bind(organisation_id.uuid())
            .bind(object_id)
            .fetch_all(&mut self.0)
            .await
    }

    /// When the last event was published, of any organisation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn last_event_at(&mut self) -> Result<Option<DateTime<Utc>>, Error> {
        let row = query("SELECT created_at FROM events ORDER BY seq DESC LIMIT 1").fetch_optional(&mut self.0).await?;
        row.map(|row| moment(&row, "created_at")).transpose()
    }

    /// What is known of a request with an `Idempotency-Key`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn idempotent_answer(
        &mut self,
        organisation_id: OrganisationId,
        key: &str,
        kept_since: DateTime<Utc>,
    ) -> Result<Option<IdempotentAnswer>, Error> {
        let row = query(
            "SELECT request_hash, object_id, status, answer FROM idempotency_keys
             WHERE organisation_id = $1 AND key = $2 AND created_at >= $3",
        )
        .bind(organisation_id.uuid())
        .bind(key)
        .bind(millis(kept_since))
        .fetch_optional(&mut self.0)
        .await?;
        row.map(|row| {
            let status: Option<i64> = row.try_get("status")?;
            let answer: Option<String> = row.try_get("answer")?;
            let answer = status.and_then(|status| u16::try_from(status).ok()).zip(answer);
            Ok(IdempotentAnswer {
                request_hash: row.try_get("request_hash")?,
                object_id: row.try_get("object_id")?,
                answer,
            })
        })
        .transpose()
    }

    /// A person's choice.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn preference(
        &mut self,
        organisation_id: OrganisationId,
        user_id: UserId,
        name: &str,
    ) -> Result<Option<String>, Error> {
        query_scalar("SELECT value FROM preferences WHERE organisation_id = $1 AND user_id = $2 AND name = $3")
            .bind(organisation_id.uuid())
            .bind(user_id.uuid())
            .bind(name)
            .fetch_optional(&mut self.0)
            .await
    }

    /// A refused form of a person.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn form_draft(
        &mut self,
        organisation_id: OrganisationId,
        user_id: UserId,
        draft_id: DraftId,
    ) -> Result<Option<FormDraft>, Error> {
        let row = query("SELECT body, errors FROM form_drafts WHERE organisation_id = $1 AND id = $2 AND user_id = $3")
            .bind(organisation_id.uuid())
            .bind(draft_id.uuid())
            .bind(user_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.map(|row| Ok(FormDraft { body: row.try_get("body")?, errors: json(&row, "errors")? })).transpose()
    }
}

impl UnitOfWork {
    /// Puts an event into the outbox.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn publish(&mut self, event: &Event, at: DateTime<Utc>) -> Result<(), Error> {
        query("INSERT INTO events (organisation_id, id, type, object_id, payload, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(event.organisation_id.uuid())
            .bind(event.id.uuid())
            .bind(event.kind)
            .bind(&event.object_id)
            .bind(&event.payload)
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Puts a change on record.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn audit(&mut self, entry: &AuditEntry) -> Result<(), Error> {
        query("INSERT INTO audit_trail (organisation_id, actor, action, object_id, before, after, at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(entry.organisation_id.uuid())
            .bind(to_json("actor", &entry.actor)?)
            .bind(entry.action)
            .bind(&entry.object_id)
            .bind(entry.before.as_deref())
            .bind(entry.after.as_deref())
            .bind(millis(entry.at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Notes, in the unit of work that takes effect, which object a request with an `Idempotency-Key` makes. Tells what
    /// is known when the key was seen before; then nothing may take effect.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn claim_idempotency_key(
        &mut self,
        organisation_id: OrganisationId,
        key: &str,
        request_hash: &[u8],
        object_id: &str,
        at: DateTime<Utc>,
        kept_since: DateTime<Utc>,
    ) -> Result<Option<IdempotentAnswer>, Error> {
        query("DELETE FROM idempotency_keys WHERE organisation_id = $1 AND key = $2 AND created_at < $3")
            .bind(organisation_id.uuid())
            .bind(key)
            .bind(millis(kept_since))
            .execute(&mut self.conn())
            .await?;
        let done = query(
            "INSERT INTO idempotency_keys (organisation_id, key, request_hash, object_id, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organisation_id, key) DO NOTHING",
        )
        .bind(organisation_id.uuid())
        .bind(key)
        .bind(request_hash)
        .bind(object_id)
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        if done == 1 { Ok(None) } else { self.rows().idempotent_answer(organisation_id, key, kept_since).await }
    }

    /// Keeps the answer to a request that carried an `Idempotency-Key`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn finish_idempotent(
        &mut self,
        organisation_id: OrganisationId,
        key: &str,
        status: u16,
        answer: &str,
    ) -> Result<(), Error> {
        query("UPDATE idempotency_keys SET status = $3, answer = $4 WHERE organisation_id = $1 AND key = $2")
            .bind(organisation_id.uuid())
            .bind(key)
            .bind(i64::from(status))
            .bind(answer)
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Keeps a person's choice.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn set_preference(
        &mut self,
        organisation_id: OrganisationId,
        user_id: UserId,
        name: &str,
        value: &str,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO preferences (organisation_id, user_id, name, value) VALUES ($1, $2, $3, $4)
             ON CONFLICT (organisation_id, user_id, name) DO UPDATE SET value = excluded.value",
        )
        .bind(organisation_id.uuid())
        .bind(user_id.uuid())
        .bind(name)
        .bind(value)
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Keeps a refused form.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_form_draft(
        &mut self,
        organisation_id: OrganisationId,
        user_id: UserId,
        draft_id: DraftId,
        draft: &FormDraft,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query("INSERT INTO form_drafts (organisation_id, id, user_id, body, errors, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(organisation_id.uuid())
            .bind(draft_id.uuid())
            .bind(user_id.uuid())
            .bind(&draft.body)
            .bind(to_json("errors", &draft.errors)?)
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Removes refused forms and kept answers that are too old to matter.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn sweep_records(
        &mut self,
        answers_before: DateTime<Utc>,
        drafts_before: DateTime<Utc>,
    ) -> Result<(), Error> {
        query("DELETE FROM idempotency_keys WHERE created_at < $1")
            .bind(millis(answers_before))
            .execute(&mut self.conn())
            .await?;
        query("DELETE FROM form_drafts WHERE created_at < $1")
            .bind(millis(drafts_before))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }
}
