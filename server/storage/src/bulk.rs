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
    customers::search_text,
    fold::fold,
    rows::{millis, to_json},
    sql::QueryBuilder,
};

/// Rows to a statement. A statement has at most 32,766 parameters, and a customer 18.
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
        for some in customers.chunks(ROWS_MAX) {
            let mut texts = Vec::with_capacity(some.len());
            for (customer, _) in some {
                texts.push((to_json("reasons", &customer.standing.reasons())?, to_json("details", &customer.details)?));
            }
            let mut query = QueryBuilder::new(
                "INSERT INTO customers (organisation_id, id, type, name, name_key, reference, status, status_since, reasons, is_enabled,
                    is_wallet_ready, details, identification_hash, search_text, revision, created_at, updated_at, deleted_at) ",
            );
            query.push_values(some.iter().zip(texts), |mut row, ((customer, hash), (reasons, details))| {
                let name = customer.details.name();
                row.push_bind(customer.organisation_id.uuid())
                    .push_bind(customer.id.uuid())
                    .push_bind(customer.details.subject.customer_type().code())
                    .push_bind(name.clone())
                    .push_bind(fold(&name))
                    .push_bind(customer.details.reference.clone())
                    .push_bind(customer.status().code())
                    .push_bind(millis(customer.standing.since()))
                    .push_bind(reasons)
                    .push_bind(customer.is_enabled)
                    .push_bind(customer.is_wallet_ready())
                    .push_bind(details)
                    .push_bind(hash.clone())
                    .push_bind(search_text(customer))
                    .push_bind(customer.revision)
                    .push_bind(millis(customer.created_at))
                    .push_bind(millis(customer.updated_at))
                    .push_bind(customer.deleted_at.map(millis));
            });
            query.build().execute(&mut self.conn()).await?;
        }
        Ok(())
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
            let mut query = QueryBuilder::new(
                "UPDATE customers SET status = moved.column2, status_since = moved.column3, reasons = moved.column4, updated_at = moved.column5 FROM (",
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
        for some in records.chunks(ROWS_MAX) {
            let mut actors = Vec::with_capacity(some.len());
            for record in some {
                actors.push(to_json("actor", &record.actor)?);
            }
            let mut query = QueryBuilder::new(
                "INSERT INTO customer_transitions (organisation_id, customer_id, from_status, to_status, cause, actor, at) ",
            );
            query.push_values(some.iter().zip(actors), |mut row, (record, actor)| {
                row.push_bind(record.organisation_id.uuid())
                    .push_bind(record.customer_id.uuid())
                    .push_bind(record.transition.from.map(Status::code))
                    .push_bind(record.transition.to.code())
                    .push_bind(record.transition.cause)
                    .push_bind(actor)
                    .push_bind(millis(record.at));
            });
            query.build().execute(&mut self.conn()).await?;
        }
        Ok(())
    }

    /// Puts reviews on record, with their checks.
    ///
    /// # Errors
    /// [`Error::Taken`] when a revision has one already.
    pub async fn insert_reviews(&mut self, records: &[ReviewRecord]) -> Result<(), Error> {
        for some in records.chunks(ROWS_MAX) {
            let mut query =
                QueryBuilder::new("INSERT INTO reviews (organisation_id, customer_id, revision, verdict, decided_at) ");
            query.push_values(some, |mut row, record| {
                row.push_bind(record.organisation_id.uuid())
                    .push_bind(record.customer_id.uuid())
                    .push_bind(record.revision)
                    .push_bind(record.verdict.code())
                    .push_bind(millis(record.at));
            });
            query.build().execute(&mut self.conn()).await?;
        }
        let mut checks = Vec::new();
        for record in records {
            for (position, check) in (0_i64..).zip(&record.checks) {
                checks.push((record, position, check, to_json("evidence", &check.evidence)?));
            }
        }
        for some in checks.chunks(ROWS_MAX) {
            let mut query = QueryBuilder::new(
                "INSERT INTO review_checks (organisation_id, customer_id, revision, position, kind, outcome, sentence, evidence) ",
            );
            query.push_values(some, |mut row, (record, position, check, evidence)| {
                row.push_bind(record.organisation_id.uuid())
                    .push_bind(record.customer_id.uuid())
                    .push_bind(record.revision)
                    .push_bind(*position)
                    .push_bind(check.kind.code())
                    .push_bind(check.outcome.code())
                    .push_bind(check.sentence.clone())
                    .push_bind(evidence.clone());
            });
            query.build().execute(&mut self.conn()).await?;
        }
        Ok(())
    }

    /// Puts events into the outbox, in this order.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn publish_all(&mut self, events: &[(Event, DateTime<Utc>)]) -> Result<(), Error> {
        for some in events.chunks(ROWS_MAX) {
            let mut query =
                QueryBuilder::new("INSERT INTO events (organisation_id, id, type, object_id, payload, created_at) ");
            query.push_values(some, |mut row, (event, at)| {
                row.push_bind(event.organisation_id.uuid())
                    .push_bind(event.id.uuid())
                    .push_bind(event.kind)
                    .push_bind(event.object_id.clone())
                    .push_bind(event.payload.clone())
                    .push_bind(millis(*at));
            });
            query.build().execute(&mut self.conn()).await?;
        }
        Ok(())
    }

    /// Puts changes on record, in this order.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn audit_all(&mut self, entries: &[AuditEntry]) -> Result<(), Error> {
        for some in entries.chunks(ROWS_MAX) {
            let mut actors = Vec::with_capacity(some.len());
            for entry in some {
                actors.push(to_json("actor", &entry.actor)?);
            }
            let mut query = QueryBuilder::new(
                "INSERT INTO audit_trail (organisation_id, actor, action, object_id, before, after, at) ",
            );
            query.push_values(some.iter().zip(actors), |mut row, (entry, actor)| {
                row.push_bind(entry.organisation_id.uuid())
                    .push_bind(actor)
                    .push_bind(entry.action)
                    .push_bind(entry.object_id.clone())
                    .push_bind(entry.before.clone())
                    .push_bind(entry.after.clone())
                    .push_bind(millis(entry.at));
            });
            query.build().execute(&mut self.conn()).await?;
        }
        Ok(())
    }
}
