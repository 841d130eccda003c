//! Customers, one at a time.

use domain::{
    contact::Email,
    customer::{Customer, CustomerDetails, Transition},
    id::{CustomerId, OrganisationId},
    permission::Actor,
    standing::{Reason, Standing, Status},
};

use crate::{
    Error, Rows, UnitOfWork,
    fold::fold,
    rows::{id, json, millis, moment, moment_maybe, to_json, word},
    search,
    sql::{Row, query, query_scalar},
};

/// How many customers of an organisation stand where, deleted ones not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CustomerCounts {
    /// `PENDING_INFO`.
    pub pending_info: i64,
    /// `UNDER_REVIEW`.
    pub under_review: i64,
    /// `APPROVED`.
    pub approved: i64,
    /// `SUSPENDED`.
    pub suspended: i64,
}

impl CustomerCounts {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.pending_info + self.under_review + self.approved + self.suspended
    }

    /// Those of one status.
    #[must_use]
    pub const fn of(&self, status: Status) -> i64 {
        match status {
            Status::PendingInfo => self.pending_info,
            Status::UnderReview => self.under_review,
            Status::Approved => self.approved,
            Status::Suspended => self.suspended,
        }
    }
}

const COLUMNS: &str = "organisation_id, id, status, status_since, reasons, is_enabled, details, revision, created_at, updated_at, deleted_at";

pub(crate) fn customer(row: &Row) -> Result<Customer, Error> {
    let status = word(row, "status", Status::from_code)?;
    let reasons: Vec<Reason> = json(row, "reasons")?;
    Ok(Customer {
        id: id(row, "id", CustomerId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        details: json::<CustomerDetails>(row, "details")?,
        standing: Standing::restored(status, moment(row, "status_since")?, reasons),
        is_enabled: row.try_get("is_enabled")?,
        deleted_at: moment_maybe(row, "deleted_at")?,
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
        revision: row.try_get("revision")?,
        missing_before_masking: None,
    })
}

impl Rows<'_> {
    /// A customer, a deleted one too. A unit of work has it to itself from then on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn customer(
        &mut self,
        organisation_id: OrganisationId,
        customer_id: CustomerId,
    ) -> Result<Option<Customer>, Error> {
        let row = query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM customers WHERE organisation_id = $1 AND id = $2{}",
            self.0.for_update()
        )))
        .bind(organisation_id.uuid())
        .bind(customer_id.uuid())
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(customer).transpose()
    }

    /// The name of a customer, a deleted one too.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn customer_name(
        &mut self,
        organisation_id: OrganisationId,
        customer_id: CustomerId,
    ) -> Result<Option<String>, Error> {
        query_scalar("SELECT name FROM customers WHERE organisation_id = $1 AND id = $2")
            .bind(organisation_id.uuid())
            .bind(customer_id.uuid())
            .fetch_optional(&mut self.0)
            .await
    }

    /// Other customers that show the same identification, at most ten.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn customers_with_identification(
        &mut self,
        organisation_id: OrganisationId,
        identification_hash: &[u8],
        except: CustomerId,
    ) -> Result<Vec<CustomerId>, Error> {
        query(
            "SELECT id FROM customers WHERE organisation_id = $1 AND identification_hash = $2 AND id <> $3 AND deleted_at IS NULL
             ORDER BY id LIMIT 10",
        )
        .bind(organisation_id.uuid())
        .bind(identification_hash)
        .bind(except.uuid())
        .fetch_all(&mut self.0)
        .await?
        .iter()
        .map(|row| id(row, "id", CustomerId::from_uuid))
        .collect()
    }

    /// How many customers stand where.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn customer_counts(&mut self, organisation_id: OrganisationId) -> Result<CustomerCounts, Error> {
        let rows = query("SELECT status, CAST(sum(customers) AS BIGINT) AS customers FROM customer_counts WHERE organisation_id = $1 GROUP BY status")
            .bind(organisation_id.uuid())
            .fetch_all(&mut self.0)
            .await?;
        let mut counts = CustomerCounts::default();
        for row in rows {
            let customers = row.try_get("customers")?;
            match word(&row, "status", Status::from_code)? {
                Status::PendingInfo => counts.pending_info = customers,
                Status::UnderReview => counts.under_review = customers,
                Status::Approved => counts.approved = customers,
                Status::Suspended => counts.suspended = customers,
            }
        }
        Ok(counts)
    }
}

/// What a search looks in: names, the merchant's reference, e-mail and the id.
pub(crate) fn search_text(customer: &Customer) -> String {
    let details = &customer.details;
    let name = details.name();
    let texts = [Some(name.as_str()), details.reference.as_deref(), details.email.as_ref().map(Email::as_str)];
    search::search_text(texts.into_iter().flatten(), Some(customer.id.uuid()))
}

impl UnitOfWork {
    /// Adds a customer.
    ///
    /// # Errors
    /// [`Error::Taken`] when the reference is in use, [`Error::Refused`] when the status is none to begin with.
    pub async fn insert_customer(
        &mut self,
        customer: &Customer,
        identification_hash: Option<&[u8]>,
    ) -> Result<(), Error> {
        let name = customer.details.name();
        query(
            "INSERT INTO customers (organisation_id, id, type, name, name_key, reference, status, status_since, reasons, is_enabled,
                is_wallet_ready, details, identification_hash, search_text, revision, created_at, updated_at, deleted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        )
        .bind(customer.organisation_id.uuid())
        .bind(customer.id.uuid())
        .bind(customer.details.subject.customer_type().code())
        .bind(&name)
        .bind(fold(&name))
        .bind(customer.details.reference.as_deref())
        .bind(customer.status().code())
        .bind(millis(customer.standing.since()))
        .bind(to_json("reasons", &customer.standing.reasons())?)
        .bind(customer.is_enabled)
        .bind(customer.is_wallet_ready())
        .bind(to_json("details", &customer.details)?)
        .bind(identification_hash)
        .bind(search_text(customer))
        .bind(customer.revision)
        .bind(millis(customer.created_at))
        .bind(millis(customer.updated_at))
        .bind(customer.deleted_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Saves a changed customer.
    ///
    /// # Errors
    /// [`Error::Taken`] when the reference is in use, [`Error::Refused`] when the status change is illegal.
    pub async fn update_customer(
        &mut self,
        customer: &Customer,
        identification_hash: Option<&[u8]>,
    ) -> Result<(), Error> {
        let name = customer.details.name();
        query(
            "UPDATE customers SET name = $3, name_key = $4, reference = $5, status = $6, status_since = $7, reasons = $8,
                is_enabled = $9, is_wallet_ready = $10, details = $11, identification_hash = $12, search_text = $13,
                revision = $14, updated_at = $15, deleted_at = $16
             WHERE organisation_id = $1 AND id = $2",
        )
        .bind(customer.organisation_id.uuid())
        .bind(customer.id.uuid())
        .bind(&name)
        .bind(fold(&name))
        .bind(customer.details.reference.as_deref())
        .bind(customer.status().code())
        .bind(millis(customer.standing.since()))
        .bind(to_json("reasons", &customer.standing.reasons())?)
        .bind(customer.is_enabled)
        .bind(customer.is_wallet_ready())
        .bind(to_json("details", &customer.details)?)
        .bind(identification_hash)
        .bind(search_text(customer))
        .bind(customer.revision)
        .bind(millis(customer.updated_at))
        .bind(customer.deleted_at.map(millis))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Puts a status change on record.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_transition(
        &mut self,
        customer: &Customer,
        transition: &Transition,
        actor: &Actor,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO customer_transitions (organisation_id, customer_id, from_status, to_status, cause, actor, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(customer.organisation_id.uuid())
        .bind(customer.id.uuid())
        .bind(transition.from.map(Status::code))
        .bind(transition.to.code())
        .bind(transition.cause)
        .bind(to_json("actor", actor)?)
        .bind(millis(customer.updated_at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }
}
