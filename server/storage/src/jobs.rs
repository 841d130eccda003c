//! Work to be done: queued in the unit of work that makes it necessary, leased by whoever does it.

use chrono::{DateTime, Utc};
use domain::id::{JobId, OrganisationId};
use uuid::Uuid;

use crate::{
    Error, Rows, UnitOfWork,
    rows::{id, millis},
    sql::{query, query_scalar},
};

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// For which organisation.
    pub organisation_id: OrganisationId,
    /// Which work.
    pub kind: String,
    /// On what.
    pub subject_id: Uuid,
    /// On which revision of it.
    pub revision: i64,
    /// How often it was begun, this time included.
    pub attempts: i64,
}

impl Rows<'_> {
    /// Whether work is due.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_job_due(&mut self, now: DateTime<Utc>) -> Result<bool, Error> {
        query_scalar(
            "SELECT EXISTS (SELECT 1 FROM jobs WHERE done_at IS NULL AND failed_at IS NULL AND run_at <= $1
                AND (leased_until IS NULL OR leased_until <= $1))",
        )
        .bind(millis(now))
        .fetch_one(&mut self.0)
        .await
    }

    /// How much work waits, and how much was given up.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn job_counts(&mut self) -> Result<(i64, i64), Error> {
        let row = query(
            "SELECT (SELECT count(*) FROM jobs WHERE done_at IS NULL AND failed_at IS NULL) AS waiting,
                    (SELECT count(*) FROM jobs WHERE failed_at IS NOT NULL) AS failed",
        )
        .fetch_one(&mut self.0)
        .await?;
        Ok((row.try_get("waiting")?, row.try_get("failed")?))
    }
}

impl UnitOfWork {
    /// Queues work. Queuing the same work on the same revision twice changes nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn enqueue(&mut self, job: &Job, now: DateTime<Utc>) -> Result<(), Error> {
        query(
            "INSERT INTO jobs (organisation_id, id, kind, subject_id, revision, run_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
             ON CONFLICT (organisation_id, kind, subject_id, revision) DO NOTHING",
        )
        .bind(job.organisation_id.uuid())
        .bind(job.id.uuid())
        .bind(&job.kind)
        .bind(job.subject_id)
        .bind(job.revision)
        .bind(millis(now))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Takes work that is due, and has it to itself until `leased_until`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn claim_jobs(
        &mut self,
        now: DateTime<Utc>,
        leased_until: DateTime<Utc>,
        jobs_max: u32,
    ) -> Result<Vec<Job>, Error> {
        // Several workers claim at once; each passes over what another is just taking.
        let lock = self.conn().lock(" FOR UPDATE SKIP LOCKED");
        let rows = query(sqlx::AssertSqlSafe(format!(
            "UPDATE jobs SET leased_until = $2, attempts = attempts + 1 WHERE seq IN (
                SELECT seq FROM jobs WHERE done_at IS NULL AND failed_at IS NULL AND run_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1) ORDER BY run_at, seq LIMIT $3{lock})
             RETURNING organisation_id, id, kind, subject_id, revision, attempts"
        )))
        .bind(millis(now))
        .bind(millis(leased_until))
        .bind(i64::from(jobs_max))
        .fetch_all(&mut self.conn())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Job {
                    id: id(row, "id", JobId::from_uuid)?,
                    organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
                    kind: row.try_get("kind")?,
                    subject_id: row.try_get("subject_id")?,
                    revision: row.try_get("revision")?,
                    attempts: row.try_get("attempts")?,
                })
            })
            .collect()
    }

    /// The work is done. In the same unit as its effect, so that it has one exactly once.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn finish_job(&mut self, job: &Job, at: DateTime<Utc>) -> Result<(), Error> {
        query("UPDATE jobs SET done_at = $3, leased_until = NULL WHERE organisation_id = $1 AND id = $2")
            .bind(job.organisation_id.uuid())
            .bind(job.id.uuid())
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// The work could not be done: it is tried again at `run_at`, or given up when there is none. Work that somebody
    /// else has done meanwhile, after this lease ran out, stays done.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn postpone_job(
        &mut self,
        job: &Job,
        why: &str,
        run_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        query(
            "UPDATE jobs SET leased_until = NULL, last_error = $3, run_at = coalesce($4, run_at),
                failed_at = CASE WHEN $4 IS NULL THEN $5 END
             WHERE organisation_id = $1 AND id = $2 AND done_at IS NULL",
        )
        .bind(job.organisation_id.uuid())
        .bind(job.id.uuid())
        .bind(why)
        .bind(run_at.map(millis))
        .bind(millis(now))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }
}
