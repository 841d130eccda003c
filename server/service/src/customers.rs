//! Creating, changing, switching and deleting customers.

use chrono::{DateTime, Utc};
use domain::{
    customer::{Changed, Customer, CustomerDetails, Refused},
    fault::FieldError,
    id::{CustomerId, JobId, OrganisationId},
    input::CustomerInput,
    permission::{Actor, Feature},
};
use serde_json::json;
use storage::{Job, UnitOfWork};

use crate::{
    Editor, Error, Purser,
    purser::{json_of, organisation_of, require_feature, sha256},
    review::REVIEW_JOB,
};

impl Editor {
    /// Adds a customer. Complete, it goes to review at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is wrong, [`Error::Forbidden`] when customer creation is off.
    pub async fn create_customer(&self, input: &CustomerInput) -> Result<Customer, Error> {
        let purser = &self.purser;
        let details = input.parse(purser.today()).map_err(Error::Invalid)?;
        let now = purser.now();
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let organisation = organisation_of(&mut unit, self.organisation_id()).await?;
                require_feature(&organisation, Feature::CustomerCreation, "Creating customers")?;
                let id = purser.id(CustomerId::new, now);
                if let Some(earlier) = self.claim(&mut unit, &id.to_string()).await? {
                    let customer = self.earlier_customer(&mut unit, &earlier).await?;
                    unit.save().await?;
                    return Ok(customer);
                }
                self.check_references(&mut unit, &details).await?;
                let changed = Customer::create(id, self.organisation_id(), details.clone(), now);
                let customer = &changed.customer;
                unit.insert_customer(customer, identification_hash(customer).as_deref()).await.map_err(taken)?;
                unit.publish(&purser.customer_event("customer.created", customer), now).await?;
                purser.record(&mut unit, &changed, &self.authority.actor, now).await?;
                unit.audit(&self.audit(
                    "customer.create",
                    id.to_string(),
                    None,
                    Some(json_of(&changed.customer.details)?),
                ))
                .await?;
                unit.save().await?;
                purser.work.notify_one();
                Ok(changed.customer)
            })
            .await
    }

    /// Replaces what is known of a customer.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is wrong or would go missing, [`Error::NotFound`].
    pub async fn update_customer(&self, customer_id: CustomerId, input: &CustomerInput) -> Result<Customer, Error> {
        self.change_customer(customer_id, |_| Ok::<_, Error>(input.clone())).await
    }

    /// Replaces what is known of a customer by what `edit` makes of it. Nobody else's change comes between the two.
    ///
    /// # Errors
    /// What `edit` refuses, [`Error::Invalid`] with every field that is wrong or would go missing, [`Error::NotFound`].
    pub async fn change_customer<E: From<Error> + Send>(
        &self,
        customer_id: CustomerId,
        edit: impl Fn(CustomerInput) -> Result<CustomerInput, E> + Send + Sync,
    ) -> Result<Customer, E> {
        self.purser
            .settled(|| async {
                let mut unit = self.purser.begin().await?;
                let before = self.customer_to_change(&mut unit, customer_id).await?;
                match edit(CustomerInput::from(&before.details)) {
                    Ok(input) => Ok(Ok(self.revise(unit, before, &input).await?)),
                    Err(refused) => Ok(Err(refused)),
                }
            })
            .await?
    }

    async fn revise(&self, mut unit: UnitOfWork, before: Customer, input: &CustomerInput) -> Result<Customer, Error> {
        let purser = &self.purser;
        let customer_id = before.id;
        let now = purser.now();
        let details = input.parse(now.date_naive()).map_err(Error::Invalid)?;
        if before.details == details {
            // What is there already may not be on the disk yet.
            unit.save().await?;
            return Ok(before);
        }
        self.check_references(&mut unit, &details).await?;
        let before_json = json_of(&before.details)?;
        let changed = before.revise(details, now).map_err(refused)?;
        let customer = &changed.customer;
        unit.update_customer(customer, identification_hash(customer).as_deref()).await.map_err(taken)?;
        unit.publish(&purser.customer_event("customer.updated", customer), now).await?;
        purser.record(&mut unit, &changed, &self.authority.actor, now).await?;
        let after_json = json_of(&changed.customer.details)?;
        unit.audit(&self.audit("customer.update", customer_id.to_string(), Some(before_json), Some(after_json)))
            .await?;
        unit.save().await?;
        purser.work.notify_one();
        Ok(changed.customer)
    }

    /// Turns the merchant's switch on.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn enable_customer(&self, customer_id: CustomerId) -> Result<Customer, Error> {
        self.switch(customer_id, true, "customer.enable").await
    }

    /// Turns the merchant's switch off: money for this customer is rejected until it is on again.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn disable_customer(&self, customer_id: CustomerId) -> Result<Customer, Error> {
        self.switch(customer_id, false, "customer.disable").await
    }

    /// Deletes a customer; the record stays.
    ///
    /// # Errors
    /// [`Error::Conflict`] while any balance is not zero, [`Error::NotFound`].
    pub async fn delete_customer(&self, customer_id: CustomerId) -> Result<(), Error> {
        let purser = &self.purser;
        let now = purser.now();
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let customer = self.customer_to_change(&mut unit, customer_id).await?;
                if unit.rows().has_money(self.organisation_id(), customer_id).await? {
                    return Err(Error::Conflict {
                        code: "balance_not_zero",
                        detail: "A wallet of this customer still holds money. Move it out first.".to_owned(),
                    });
                }
                let customer = customer.delete(now);
                unit.update_customer(&customer, identification_hash(&customer).as_deref()).await?;
                unit.publish(&purser.customer_event("customer.deleted", &customer), now).await?;
                unit.audit(&self.audit("customer.delete", customer_id.to_string(), None, None)).await?;
                Ok(unit.save().await?)
            })
            .await
    }

    async fn switch(&self, customer_id: CustomerId, is_enabled: bool, action: &'static str) -> Result<Customer, Error> {
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let customer = self.customer_to_change(&mut unit, customer_id).await?;
                let is_repeat = self.claim(&mut unit, &customer_id.to_string()).await?.is_some();
                if is_repeat || customer.is_enabled == is_enabled {
                    unit.save().await?;
                    return Ok(customer);
                }
                let customer = self.put_switch(&mut unit, customer, is_enabled, action).await?;
                unit.save().await?;
                Ok(customer)
            })
            .await
    }

    /// The part that is the same whoever keeps the unit of work.
    pub(crate) async fn put_switch(
        &self,
        unit: &mut UnitOfWork,
        customer: Customer,
        is_enabled: bool,
        action: &'static str,
    ) -> Result<Customer, Error> {
        let (purser, customer_id) = (&self.purser, customer.id);
        let now = purser.now();
        let customer = customer.switch(is_enabled, now).map_err(refused)?;
        unit.update_customer(&customer, identification_hash(&customer).as_deref()).await?;
        unit.publish(&purser.customer_event("customer.updated", &customer), now).await?;
        let (before, after) = (json!({ "is_enabled": !is_enabled }), json!({ "is_enabled": is_enabled }));
        unit.audit(&self.audit(action, customer_id.to_string(), Some(before.to_string()), Some(after.to_string())))
            .await?;
        Ok(customer)
    }

    pub(crate) async fn customer_to_change(
        &self,
        unit: &mut UnitOfWork,
        customer_id: CustomerId,
    ) -> Result<Customer, Error> {
        let customer = unit.rows().customer(self.organisation_id(), customer_id).await?;
        customer.filter(|customer| customer.deleted_at.is_none()).ok_or(Error::NotFound)
    }

    async fn earlier_customer(&self, unit: &mut UnitOfWork, id: &str) -> Result<Customer, Error> {
        let id = id.parse::<CustomerId>().map_err(|_| reused())?;
        unit.rows().customer(self.organisation_id(), id).await?.ok_or(Error::NotFound)
    }

    /// Documents and senders that are named have to be there, in this organisation.
    async fn check_references(&self, unit: &mut UnitOfWork, details: &CustomerDetails) -> Result<(), Error> {
        let mut errors = Vec::new();
        for (slot, id) in details.documents.filled() {
            if unit.rows().document(self.organisation_id(), id).await?.is_none() {
                let field = format!("documents.{}", slot.code());
                errors.push(FieldError::new(field, "not_found", "There is no such document. Upload it first."));
            }
        }
        if !details.sender_ids.is_empty() {
            errors.push(FieldError::new("sender_ids", "not_found", "There is no such sender."));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }
}

impl Purser {
    /// Puts status changes on record, tells of them, and queues the review that is due.
    pub(crate) async fn record(
        &self,
        unit: &mut UnitOfWork,
        changed: &Changed,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let customer = &changed.customer;
        for transition in &changed.transitions {
            unit.record_transition(customer, transition, actor).await?;
            if transition.from.is_some() {
                unit.publish(&self.customer_event("customer.status_changed", customer), now).await?;
            }
        }
        if changed.is_review_due {
            let job = Job {
                id: self.id(JobId::new, now),
                organisation_id: customer.organisation_id,
                kind: REVIEW_JOB.to_owned(),
                subject_id: customer.id.uuid(),
                revision: customer.revision,
                attempts: 0,
            };
            unit.enqueue(&job, now).await?;
        }
        Ok(())
    }

    pub(crate) fn customer_event(&self, kind: &'static str, customer: &Customer) -> storage::Event {
        let payload = json!({
            "id": customer.id,
            "type": customer.details.subject.customer_type(),
            "status": customer.status(),
            "is_enabled": customer.is_enabled,
            "is_wallet_ready": customer.is_wallet_ready(),
        });
        self.event(customer.organisation_id, kind, customer.id.to_string(), payload)
    }
}

/// The same for two customers of an organisation exactly when they show the same paper.
pub(crate) fn identification_hash(customer: &Customer) -> Option<Vec<u8>> {
    identification_hash_of(customer.organisation_id, &customer.details)
}

fn identification_hash_of(organisation_id: OrganisationId, details: &CustomerDetails) -> Option<Vec<u8>> {
    let paper = details.identification().fingerprint_input()?;
    Some(sha256(format!("{organisation_id}|{paper}").as_bytes()).to_vec())
}

fn taken(error: storage::Error) -> Error {
    if error.is_taken("reference") {
        Error::field("reference", "taken", "Another customer has this reference. Use a different one.")
    } else {
        error.into()
    }
}

pub(crate) fn reused() -> Error {
    Error::Conflict {
        code: "idempotency_key_reused",
        detail: "This Idempotency-Key was used for another request. Use a new one.".to_owned(),
    }
}

pub(crate) fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Deleted => Error::NotFound,
        Refused::TypeChanged => {
            Error::field("type", "immutable", "The type of a customer cannot change. Create another customer.")
        }
        Refused::WouldBeIncomplete(lacking) => Error::Invalid(
            lacking
                .iter()
                .map(|r| {
                    FieldError::new(
                        r.path,
                        "required",
                        format!("{}: it was submitted and cannot be emptied now.", r.how),
                    )
                })
                .collect(),
        ),
        Refused::ReviewOutOfDate => Error::Conflict {
            code: "not_under_review",
            detail: "This customer is not under review, or was edited since.".to_owned(),
        },
    }
}
