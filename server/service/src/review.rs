//! The review: gathering what the checks need, running them, and taking the decision with its evidence.

use ::documents::{StoreError, judge_off_thread};
use chrono::{DateTime, Utc};
use domain::{
    customer::{Customer, Refused},
    id::CustomerId,
    review::{self, CheckOutcome, DocumentFact, Facts, Verdict},
    standing::{Reason, Status},
};
use storage::Job;

use crate::{
    Editor, Error, Purser,
    customers::{identification_hash, refused},
    documents::unavailable,
    purser::{SYSTEM, json_of, organisation_of},
};

/// The kind of job that reviews a customer.
pub const REVIEW_JOB: &str = "review";

impl Purser {
    /// Takes up to `jobs_max` jobs that are due, and has them until `leased_until`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn claim_jobs(&self, leased_until: DateTime<Utc>, jobs_max: u32) -> Result<Vec<Job>, Error> {
        let now = self.now();
        // A look costs little; a unit of work for nothing would wait for the disk.
        if !self.read().await?.rows().is_job_due(now).await? {
            return Ok(Vec::new());
        }
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let jobs = unit.claim_jobs(now, leased_until, jobs_max).await?;
            unit.save().await?;
            Ok(jobs)
        })
        .await
    }

    /// Notes that a job could not be done: it is tried again at `run_at`, or given up when there is none.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn postpone_job(&self, job: &Job, why: &str, run_at: Option<DateTime<Utc>>) -> Result<(), Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.postpone_job(job, why, run_at, self.now()).await?;
            Ok(unit.save().await?)
        })
        .await
    }

    /// Reviews the revision of a customer that a job names. What was edited since, decided or deleted is left alone; the
    /// decision and the end of the job are one unit of work, so that a crash repeats nothing.
    ///
    /// # Errors
    /// When storage cannot be reached; the job then runs again.
    pub async fn review(&self, job: &Job) -> Result<(), Error> {
        let (organisation_id, customer_id) = (job.organisation_id, CustomerId::from_uuid(job.subject_id));
        let customer = self.read().await?.rows().customer(organisation_id, customer_id).await?;
        let due = customer
            .filter(|c| c.revision == job.revision && c.status() == Status::UnderReview && c.deleted_at.is_none());
        let Some(customer) = due else { return self.finish(job).await };
        let documents = self.look_at_documents(&customer).await?;
        let now = self.now();
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let duplicates = match identification_hash(&customer) {
                Some(hash) => unit.rows().customers_with_identification(organisation_id, &hash, customer_id).await?,
                None => Vec::new(),
            };
            let checks = review::run(
                &customer.details,
                &Facts { today: now.date_naive(), documents: documents.clone(), duplicates },
            );
            let verdict = review::verdict(&checks);
            // Again, now that nobody else changes it: it may have been edited while the documents were looked at.
            let current = unit.rows().customer(organisation_id, customer_id).await?.ok_or(Error::NotFound)?;
            unit.finish_job(job, now).await?;
            match current.decide(job.revision, verdict.clone(), now) {
                Ok(changed) => {
                    if unit.insert_review(organisation_id, customer_id, job.revision, &verdict, &checks, now).await? {
                        let customer = &changed.customer;
                        unit.update_customer(customer, identification_hash(customer).as_deref()).await?;
                        self.record(&mut unit, &changed, &SYSTEM, now).await?;
                        self.audit_decision(&mut unit, customer, now).await?;
                    }
                }
                Err(Refused::ReviewOutOfDate) => {}
                Err(other) => return Err(refused(other)),
            }
            Ok(unit.save().await?)
        })
        .await
    }

    async fn audit_decision(
        &self,
        unit: &mut storage::UnitOfWork,
        customer: &Customer,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let after = serde_json::json!({ "status": customer.status(), "reasons": customer.standing.reasons() });
        unit.audit(&storage::AuditEntry {
            organisation_id: customer.organisation_id,
            actor: SYSTEM,
            action: "customer.review",
            object_id: customer.id.to_string(),
            before: Some(json_of(&serde_json::json!({ "status": Status::UnderReview }))?),
            after: Some(json_of(&after)?),
            at: now,
        })
        .await?;
        Ok(())
    }

    async fn finish(&self, job: &Job) -> Result<(), Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.finish_job(job, self.now()).await?;
            Ok(unit.save().await?)
        })
        .await
    }

    async fn look_at_documents(&self, customer: &Customer) -> Result<Vec<DocumentFact>, Error> {
        let mut facts = Vec::new();
        for (slot, id) in customer.details.documents.filled() {
            let seen = match self.stored_file(customer.organisation_id, id).await {
                Ok(content) => match judge_off_thread(content).await {
                    Ok(judged) => Ok(describe(&judged)),
                    Err(refusal) => Err(refusal.sentence()),
                },
                Err(StoreError::NotFound) => Err("The stored file is gone.".to_owned()),
                Err(StoreError::Tampered) => Err("The stored file was altered and cannot be opened.".to_owned()),
                Err(error) => return Err(unavailable(error)),
            };
            facts.push(DocumentFact { slot, seen });
        }
        Ok(facts)
    }
}

pub(crate) fn describe(judged: &::documents::Judged) -> String {
    match (judged.width_px, judged.height_px) {
        (Some(width), Some(height)) => format!("{}, {width} × {height} pixels", judged.media_type.extension()),
        _ => format!(
            "{}, {} {}",
            judged.media_type.extension(),
            judged.pages,
            if judged.pages == 1 { "page" } else { "pages" }
        ),
    }
}

impl Editor {
    /// Decides a review by hand, to try out what follows. Sandboxes only.
    ///
    /// # Errors
    /// [`Error::Forbidden`] outside a sandbox, [`Error::Conflict`] when the customer is not under review.
    pub async fn simulate_review(&self, customer_id: CustomerId, outcome: CheckOutcome) -> Result<Customer, Error> {
        let purser = &self.purser;
        let now = purser.now();
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let organisation = organisation_of(&mut unit, self.organisation_id()).await?;
                crate::deposits::require_sandbox(&organisation)?;
                let customer = self.customer_to_change(&mut unit, customer_id).await?;
                if self.claim(&mut unit, &customer_id.to_string()).await?.is_some() {
                    unit.save().await?;
                    return Ok(customer);
                }
                let reason = || vec![Reason::new("simulated", "Decided by hand in the sandbox.")];
                let verdict = match outcome {
                    CheckOutcome::Pass => Verdict::Pass,
                    CheckOutcome::Fail => Verdict::Fail(reason()),
                    CheckOutcome::Refer => Verdict::Refer(reason()),
                };
                let revision = customer.revision;
                let changed = customer.decide(revision, verdict, now).map_err(refused)?;
                unit.update_customer(&changed.customer, identification_hash(&changed.customer).as_deref()).await?;
                purser.record(&mut unit, &changed, &self.authority.actor, now).await?;
                let after = serde_json::json!({ "status": changed.customer.status() });
                unit.audit(&self.audit(
                    "customer.simulate_review",
                    customer_id.to_string(),
                    None,
                    Some(after.to_string()),
                ))
                .await?;
                unit.save().await?;
                Ok(changed.customer)
            })
            .await
    }
}
