//! Reviews with their checks, and the status changes of a customer.

use chrono::{DateTime, Utc};
use domain::{
    id::{CustomerId, OrganisationId},
    permission::Actor,
    review::{Check, CheckKind, CheckOutcome, Verdict},
    standing::Status,
};

use crate::{
    Error, Rows, UnitOfWork,
    rows::{json, millis, moment, to_json, word},
    sql::query,
};

/// A review of one revision of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRow {
    /// Of which revision.
    pub revision: i64,
    /// What all checks together say.
    pub verdict: CheckOutcome,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// The checks, in the order they are shown.
    pub checks: Vec<Check>,
}

/// A status change on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitionRow {
    /// Before. Nothing before the first.
    pub from: Option<Status>,
    /// After.
    pub to: Status,
    /// What caused it.
    pub cause: String,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: DateTime<Utc>,
}

impl Rows<'_> {
    /// The last review of a customer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn last_review(
        &mut self,
        organisation_id: OrganisationId,
        customer_id: CustomerId,
    ) -> Result<Option<ReviewRow>, Error> {
        let row = query(
            "SELECT revision, verdict, decided_at FROM reviews WHERE organisation_id = $1 AND customer_id = $2
             ORDER BY revision DESC LIMIT 1",
        )
        .bind(organisation_id.uuid())
        .bind(customer_id.uuid())
        .fetch_optional(&mut self.0)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let revision: i64 = row.try_get("revision")?;
        let checks = query(
            "SELECT kind, outcome, sentence, evidence FROM review_checks
             WHERE organisation_id = $1 AND customer_id = $2 AND revision = $3 ORDER BY position",
        )
        .bind(organisation_id.uuid())
        .bind(customer_id.uuid())
        .bind(revision)
        .fetch_all(&mut self.0)
        .await?
        .iter()
        .map(|row| {
            Ok(Check {
                kind: word(row, "kind", CheckKind::from_code)?,
                outcome: word(row, "outcome", CheckOutcome::from_code)?,
                sentence: row.try_get("sentence")?,
                evidence: json(row, "evidence")?,
            })
        })
        .collect::<Result<_, Error>>()?;
        let verdict = word(&row, "verdict", CheckOutcome::from_code)?;
        Ok(Some(ReviewRow { revision, verdict, decided_at: moment(&row, "decided_at")?, checks }))
    }

    /// The status changes of a customer, oldest first, the last 200.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn transitions(
        &mut self,
        organisation_id: OrganisationId,
        customer_id: CustomerId,
    ) -> Result<Vec<TransitionRow>, Error> {
        let mut rows = query(
            "SELECT from_status, to_status, cause, actor, at FROM customer_transitions
             WHERE organisation_id = $1 AND customer_id = $2 ORDER BY seq DESC LIMIT 200",
        )
        .bind(organisation_id.uuid())
        .bind(customer_id.uuid())
        .fetch_all(&mut self.0)
        .await?;
        rows.reverse();
        rows.iter()
            .map(|row| {
                let from: Option<String> = row.try_get("from_status")?;
                Ok(TransitionRow {
                    from: from.as_deref().and_then(Status::from_code),
                    to: word(row, "to_status", Status::from_code)?,
                    cause: row.try_get("cause")?,
                    actor: json(row, "actor")?,
                    at: moment(row, "at")?,
                })
            })
            .collect()
    }
}

impl UnitOfWork {
    /// Puts a review on record. False when this revision has one already: then nothing is to be done a second time.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_review(
        &mut self,
        organisation_id: OrganisationId,
        customer_id: CustomerId,
        revision: i64,
        verdict: &Verdict,
        checks: &[Check],
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let verdict = match verdict {
            Verdict::Pass => CheckOutcome::Pass,
            Verdict::Fail(_) => CheckOutcome::Fail,
            Verdict::Refer(_) => CheckOutcome::Refer,
        };
        let done = query(
            "INSERT INTO reviews (organisation_id, customer_id, revision, verdict, decided_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organisation_id, customer_id, revision) DO NOTHING",
        )
        .bind(organisation_id.uuid())
        .bind(customer_id.uuid())
        .bind(revision)
        .bind(verdict.code())
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        if done == 0 {
            return Ok(false);
        }
        for (position, check) in (0_i64..).zip(checks) {
            query(
                "INSERT INTO review_checks (organisation_id, customer_id, revision, position, kind, outcome, sentence, evidence)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(organisation_id.uuid())
            .bind(customer_id.uuid())
            .bind(revision)
            .bind(position)
            .bind(check.kind.code())
            .bind(check.outcome.code())
            .bind(&check.sentence)
            .bind(to_json("evidence", &check.evidence)?)
            .execute(&mut self.conn())
            .await?;
        }
        Ok(true)
    }
}
