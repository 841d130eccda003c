//! Many rows to a statement: what the single writes of the other modules do one by one, for filling an organisation.
//! The rules of the database hold here as there.

use chrono::{DateTime, Utc};
use domain::{
    customer::{Customer, Transition},
    id::{CustomerId, OrganisationId},
    permission::Actor,
    review::{Check, CheckOutcome},
    standing::Status,
};

use crate::{
    AuditEntry, Error, Event, UnitOfWork,
    batch::Batch,
    customers::search_text,
    fold::fold,
    rows::{millis, to_json},
    sql::QueryBuilder,
};

/// Changed rows to a statement.
const ROWS_MAX: usize = 1000;

/// A status change of a customer, with who caused it and when.
#[derive(Clone, Debug)]
pub struct TransitionRecord {
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Of which customer.
    pub customer_id: CustomerId,
    /// From where to where.
    pub transition: Transition,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: DateTime<Utc>,
}

/// A review with its checks.
#[derive(Clone, Debug)]
pub struct ReviewRecord {
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Of which customer.
    pub customer_id: CustomerId,
    /// Of which revision.
    pub revision: i64,
    /// What all checks together say.
    pub verdict: CheckOutcome,
    /// The checks, in the order they are shown.
    pub checks: Vec<Check>,
    /// When.
    pub at: DateTime<Utc>,
}

impl UnitOfWork {
    /// Adds customers, each with the hash of its identification.
    ///
    /// # Errors
    /// As [`Self::insert_customer`]; then none was added.
    pub async fn insert_customers(&mut self, customers: &[(Customer, Option<Vec<u8>>)]) -> Result<(), Error> {
        let mut rows = Batch::new(
            "customers",
            &[
                "organisation_id",
                "id",
                "type",
                "name",
                "name_key",
                "reference",
                "status",
                "status_since",
                "reasons",
                "is_enabled",
                "is_wallet_ready",
                "details",
                "identification_hash",
                "search_text",
                "revision",
                "created_at",
                "updated_at",
                "deleted_at",
            ],
        );
        for (customer, hash) in customers {
            let name = customer.details.name();
            let reasons = to_json("reasons", &customer.standing.reasons())?;
            let details = to_json("details", &customer.details)?;
            rows.push(|row| {
                row.bind(customer.organisation_id.uuid())
                    .bind(customer.id.uuid())
                    .bind(customer.details.subject.customer_type().code())
                    .bind(name.clone())
                    .bind(fold(&name))
                    .bind(customer.details.reference.as_deref())
                    .bind(customer.status().code())
                    .bind(millis(customer.standing.since()))
                    .bind(reasons)
                    .bind(customer.is_enabled)
                    .bind(customer.is_wallet_ready())
                    .bind(details)
                    .bind(hash.as_deref())
                    .bind(search_text(customer))
                    .bind(customer.revision)
                    .bind(millis(customer.created_at))
                    .bind(millis(customer.updated_at))
                    .bind(customer.deleted_at.map(millis));
            });
        }
        rows.write(&mut self.conn()).await
    }

    /// Saves where customers of one organisation stand now; nothing else of them.
    ///
    /// # Errors
    /// [`Error::Refused`] when a status change is illegal.
    pub async fn move_customers(
        &mut self,
        organisation_id: OrganisationId,
        customers: &[Customer],
    ) -> Result<(), Error> {
        for some in customers.chunks(ROWS_MAX) {
            let mut texts = Vec::with_capacity(some.len());
            for customer in some {
                texts.push(to_json("reasons", &customer.standing.reasons())?);
            }
            let mut query = QueryBuilder::of_many_values(
                "UPDATE customers SET status = moved.column2, status_since = moved.column3, reasons = moved.column4, updated_at = moved.column5 FROM (",
                &self.conn(),
            );
            query.push_values(some.iter().zip(texts), |mut row, (customer, reasons)| {
                row.push_bind(customer.id.uuid())
                    .push_bind(customer.status().code())
                    .push_bind(millis(customer.standing.since()))
                    .push_bind(reasons)
                    .push_bind(millis(customer.updated_at));
            });
            query.push(") AS moved WHERE customers.organisation_id = ").push_bind(organisation_id.uuid());
            query.push(" AND customers.id = moved.column1");
            query.build().execute(&mut self.conn()).await?;
        }
        Ok(())
    }

    /// Puts status changes on record.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_transitions(&mut self, records: &[TransitionRecord]) -> Result<(), Error> {
        let mut rows = Batch::new(
            "customer_transitions",
            &["organisation_id", "customer_id", "from_status", "to_status", "cause", "actor", "at"],
        );
        for record in records {
            let actor = to_json("actor", &record.actor)?;
            rows.push(|row| {
                row.bind(record.organisation_id.uuid())
                    .bind(record.customer_id.uuid())
                    .bind(record.transition.from.map(Status::code))
                    .bind(record.transition.to.code())
                    .bind(record.transition.cause)
                    .bind(actor)
                    .bind(millis(record.at));
            });
        }
        rows.write(&mut self.conn()).await
    }

    /// Puts reviews on record, with their checks.
    ///
    /// # Errors
    /// [`Error::Taken`] when a revision has one already.
    pub async fn insert_reviews(&mut self, records: &[ReviewRecord]) -> Result<(), Error> {
        let mut reviews =
            Batch::new("reviews", &["organisation_id", "customer_id", "revision", "verdict", "decided_at"]);
        let mut checks = Batch::new(
            "review_checks",
            &["organisation_id", "customer_id", "revision", "position", "kind", "outcome", "sentence", "evidence"],
        );
        for record in records {
            let (organisation_id, customer_id) = (record.organisation_id.uuid(), record.customer_id.uuid());
            reviews.push(|row| {
                row.bind(organisation_id)
                    .bind(customer_id)
                    .bind(record.revision)
                    .bind(record.verdict.code())
                    .bind(millis(record.at));
            });
            for (position, check) in (0_i64..).zip(&record.checks) {
                let evidence = to_json("evidence", &check.evidence)?;
                checks.push(|row| {
                    row.bind(organisation_id)
                        .bind(customer_id)
                        .bind(record.revision)
                        .bind(position)
                        .bind(check.kind.code())
                        .bind(check.outcome.code())
                        .bind(&check.sentence)
                        .bind(evidence);
                });
            }
        }
        reviews.write(&mut self.conn()).await?;
        checks.write(&mut self.conn()).await
    }

    /// Puts events into the outbox, in this order.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn publish_all(&mut self, events: &[(Event, DateTime<Utc>)]) -> Result<(), Error> {
        let mut rows = Batch::new("events", &["organisation_id", "id", "type", "object_id", "payload", "created_at"]);
        for (event, at) in events {
            rows.push(|row| {
                row.bind(event.organisation_id.uuid())
                    .bind(event.id.uuid())
                    .bind(event.kind)
                    .bind(&event.object_id)
                    .bind(&event.payload)
                    .bind(millis(*at));
            });
        }
        rows.write(&mut self.conn()).await
    }

    /// Puts changes on record, in this order.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn audit_all(&mut self, entries: &[AuditEntry]) -> Result<(), Error> {
        let mut rows =
            Batch::new("audit_trail", &["organisation_id", "actor", "action", "object_id", "before", "after", "at"]);
        for entry in entries {
            let actor = to_json("actor", &entry.actor)?;
            rows.push(|row| {
                row.bind(entry.organisation_id.uuid())
                    .bind(actor)
                    .bind(entry.action)
                    .bind(&entry.object_id)
                    .bind(entry.before.as_deref())
                    .bind(entry.after.as_deref())
                    .bind(millis(entry.at));
            });
        }
        rows.write(&mut self.conn()).await
    }
}
