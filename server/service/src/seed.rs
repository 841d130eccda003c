//! Filling a sandbox organisation with what happened earlier, for demonstrations and measurements.
//!
//! The same rules, postings and records as the verbs, at moments of the past and with many to a unit of work: customers
//! begin as they begin, are reviewed by the review's own checks and decided by its verdict, and money arrives as any
//! notice does. Only what waits in between is left out: there is no job for a review that is over.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use ::documents::judge_off_thread;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{
    contact::Email,
    customer::{Changed, Customer, CustomerDetails},
    deposit::Deposit,
    document::Documents,
    id::{CustomerId, DepositId, DocumentId, WalletId},
    money::Currency,
    permission::{Actor, Authority, Role},
    review::{self, CheckOutcome, DocumentFact, Facts, Verdict},
    standing::Status,
    wallet::{CreditTo, VirtualAccount},
};
use serde_json::json;
use storage::{AuditEntry, DocumentRow, Event, OpenNotice, Organisation, ReviewRecord, TransitionRecord, UnitOfWork};

use crate::{
    Editor, Environment, Error, NewOrganisation, OpenedOrganisation, Purser, SandboxDeposit,
    customers::{identification_hash, refused},
    deposits::{find_owner, require_sandbox},
    purser::{SYSTEM, json_of},
    review::describe,
};

/// A customer that was created earlier, and reviewed when it was complete.
#[derive(Clone, Debug)]
pub struct PastCustomer {
    /// What was known of it.
    pub details: CustomerDetails,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When the review decided, if there was one.
    pub decided_at: DateTime<Utc>,
}

/// Fills one organisation. Things have to be told in the order in which they happened.
pub struct Seeder {
    editor: Editor,
    organisation: Organisation,
    past: Arc<Past>,
    /// What each uploaded file was seen to be.
    files: HashMap<DocumentId, String>,
    /// Who showed an identification first.
    shown: HashMap<Vec<u8>, CustomerId>,
    unit: Option<UnitOfWork>,
}

impl fmt::Debug for Seeder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seeder").field("organisation", &self.organisation.id).finish_non_exhaustive()
    }
}

/// The clock of what happened earlier. Chance is the installation's own, for it makes keys and passwords too.
#[derive(Debug)]
struct Past {
    at_millis: AtomicI64,
    present: Arc<dyn Environment>,
}

impl Environment for Past {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.at_millis.load(Ordering::Relaxed)).unwrap_or_default()
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.present.fill(bytes);
    }
}

/// Rows of many customers, until they are written together.
#[derive(Default)]
struct Batch {
    customers: Vec<(Customer, Option<Vec<u8>>)>,
    moved: Vec<Customer>,
    transitions: Vec<TransitionRecord>,
    reviews: Vec<ReviewRecord>,
    events: Vec<(Event, DateTime<Utc>)>,
    audits: Vec<AuditEntry>,
}

impl Purser {
    /// Opens a sandbox organisation at a moment of the past, to fill it.
    ///
    /// # Errors
    /// As [`Purser::create_organisation`]; [`Error::Forbidden`] when it is no sandbox.
    pub async fn seed(
        &self,
        new: &NewOrganisation,
        opened_at: DateTime<Utc>,
    ) -> Result<(OpenedOrganisation, Seeder), Error> {
        let present = Arc::clone(&self.environment);
        let past = Arc::new(Past { at_millis: AtomicI64::new(opened_at.timestamp_millis()), present });
        let environment: Arc<dyn Environment> = Arc::<Past>::clone(&past);
        let purser = Self { environment, ..self.clone() };
        let opened = purser.create_organisation(new).await?;
        require_sandbox(&opened.organisation)?;
        let login = self.read().await?.rows().login(&opened.email).await?.ok_or(Error::NotFound)?;
        let organisation_id = opened.organisation.id;
        let authority = Authority { organisation_id, actor: Actor::User(login.user_id), role: Role::Admin };
        let seeder = Seeder {
            editor: purser.editor(&authority)?,
            organisation: opened.organisation.clone(),
            past,
            files: HashMap::new(),
            shown: HashMap::new(),
            unit: None,
        };
        Ok((opened, seeder))
    }
}

impl Seeder {
    /// On whose behalf everything is done.
    #[must_use]
    pub const fn authority(&self) -> &Authority {
        &self.editor.reader.authority
    }

    /// Adds somebody who signs in, and tells their password.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the e-mail is wrong or in use.
    pub async fn add_user(&mut self, email: &str, role: Role) -> Result<String, Error> {
        let purser = &self.editor.purser;
        let email = Email::parse(email).map_err(|fault| Error::Invalid(vec![fault.at("email")]))?;
        let password = purser.new_password();
        let login = purser.new_login(self.organisation.id, purser.hash_password(&password).await?, role);
        let mut unit = self.begin().await?;
        unit.insert_user(&login, &email.as_str().to_lowercase(), self.past.now()).await?;
        let after = json!({ "role": role.code() }).to_string();
        unit.audit(&self.editor.audit("user.create", login.user_id.to_string(), None, Some(after))).await?;
        self.unit = Some(unit);
        self.save().await?;
        Ok(password)
    }

    /// Uploads a file, which any number of customers may then show.
    ///
    /// # Errors
    /// As [`Editor::upload_document`].
    pub async fn upload(&mut self, file_name: &str, content: Bytes) -> Result<DocumentRow, Error> {
        self.save().await?;
        let document = self.editor.upload_document(file_name, content.clone()).await?;
        let judged = judge_off_thread(content)
            .await
            .map_err(|refusal| Error::field("file", refusal.code(), refusal.sentence()))?;
        self.files.insert(document.id, describe(&judged));
        Ok(document)
    }

    /// Adds customers, oldest first, each decided where it is complete. Tells how they stand.
    ///
    /// # Errors
    /// [`Error::Conflict`] or another when a row cannot be written; then none since the last [`Self::save`] was.
    pub async fn customers(&mut self, past: Vec<PastCustomer>) -> Result<Vec<Customer>, Error> {
        let mut batch = Batch::default();
        let mut stand = Vec::with_capacity(past.len());
        for one in past {
            stand.push(self.add_customer(&mut batch, one)?);
        }
        let mut unit = self.begin().await?;
        unit.insert_customers(&batch.customers).await?;
        unit.move_customers(self.organisation.id, &batch.moved).await?;
        unit.record_transitions(&batch.transitions).await?;
        unit.insert_reviews(&batch.reviews).await?;
        unit.publish_all(&batch.events).await?;
        unit.audit_all(&batch.audits).await?;
        self.unit = Some(unit);
        Ok(stand)
    }

    /// Turns the merchant's switch off.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn disable(&mut self, customer: Customer, at: DateTime<Utc>) -> Result<Customer, Error> {
        self.happens(at);
        let mut unit = self.begin().await?;
        let customer = self.editor.put_switch(&mut unit, customer, false, "customer.disable").await?;
        self.unit = Some(unit);
        Ok(customer)
    }

    /// Gives a customer a wallet with an account number.
    ///
    /// # Errors
    /// As [`Editor::issue_wallet`].
    pub async fn issue_wallet(
        &mut self,
        customer: &Customer,
        currency: Currency,
        credit_to: CreditTo,
        at: DateTime<Utc>,
    ) -> Result<VirtualAccount, Error> {
        self.happens(at);
        let mut unit = self.begin().await?;
        let id = self.editor.purser.id(WalletId::new, at);
        let wanted = (currency, credit_to);
        let (_, account) = self.editor.issue(&mut unit, id, customer, &self.organisation, wanted, at).await?;
        self.unit = Some(unit);
        Ok(account)
    }

    /// Lets play money arrive.
    ///
    /// # Errors
    /// As [`Editor::simulate_deposit`].
    pub async fn deposit(&mut self, deposit: &SandboxDeposit, at: DateTime<Utc>) -> Result<Deposit, Error> {
        self.happens(at);
        let body = self.editor.purser.notice_body(deposit, deposit.rail.as_deref().unwrap_or("npp"), None)?;
        let mut unit = self.begin().await?;
        let (purser, organisation_id) = (&self.editor.purser, self.organisation.id);
        let notice = OpenNotice { organisation_id, id: purser.id(DepositId::new, at), body: json_of(&body)? };
        let owner = find_owner(&mut unit, &body.to, Some(organisation_id)).await?;
        if unit.take_notice(&notice, &body.rail, &body.bank_reference, at).await?.is_some() {
            return Err(Error::Conflict {
                code: "bank_reference_reused",
                detail: "This bank reference was used before.".to_owned(),
            });
        }
        let deposit = purser.book(&mut unit, &notice, &body, owner, at).await?;
        self.unit = Some(unit);
        Ok(deposit)
    }

    /// Makes everything so far last.
    ///
    /// # Errors
    /// When the commit failed.
    pub async fn save(&mut self) -> Result<(), Error> {
        match self.unit.take() {
            Some(unit) => Ok(unit.save().await?),
            None => Ok(()),
        }
    }

    fn happens(&self, at: DateTime<Utc>) {
        self.past.at_millis.store(at.timestamp_millis(), Ordering::Relaxed);
    }

    async fn begin(&mut self) -> Result<UnitOfWork, Error> {
        match self.unit.take() {
            Some(unit) => Ok(unit),
            None => self.editor.purser.begin().await,
        }
    }

    fn add_customer(&mut self, batch: &mut Batch, past: PastCustomer) -> Result<Customer, Error> {
        self.happens(past.created_at);
        let purser = &self.editor.purser;
        let id = purser.id(CustomerId::new, past.created_at);
        let created = Customer::create(id, self.organisation.id, past.details, past.created_at);
        let customer = &created.customer;
        let hash = identification_hash(customer);
        batch.events.push((purser.customer_event("customer.created", customer), past.created_at));
        let after = Some(json_of(&customer.details)?);
        batch.audits.push(self.editor.audit("customer.create", id.to_string(), None, after));
        self.record(batch, &created, self.authority().actor, past.created_at);
        batch.customers.push((created.customer.clone(), hash.clone()));
        let duplicates = hash.as_ref().and_then(|hash| self.shown.get(hash)).copied().into_iter().collect();
        if let Some(hash) = hash {
            self.shown.entry(hash).or_insert(id);
        }
        if !created.is_review_due {
            return Ok(created.customer);
        }
        self.decide(batch, created.customer, duplicates, past.decided_at)
    }

    fn decide(
        &self,
        batch: &mut Batch,
        customer: Customer,
        duplicates: Vec<CustomerId>,
        at: DateTime<Utc>,
    ) -> Result<Customer, Error> {
        self.happens(at);
        let documents = self.seen(&customer.details.documents);
        let checks = review::run(&customer.details, &Facts { today: at.date_naive(), documents, duplicates });
        let verdict = review::verdict(&checks);
        let outcome = match &verdict {
            Verdict::Pass => CheckOutcome::Pass,
            Verdict::Fail(_) => CheckOutcome::Fail,
            Verdict::Refer(_) => CheckOutcome::Refer,
        };
        let (id, revision) = (customer.id, customer.revision);
        let decided = customer.decide(revision, verdict, at).map_err(refused)?;
        let customer = &decided.customer;
        batch.reviews.push(ReviewRecord {
            organisation_id: customer.organisation_id,
            customer_id: id,
            revision,
            verdict: outcome,
            checks,
            at,
        });
        self.record(batch, &decided, SYSTEM, at);
        let after = json!({ "status": customer.status(), "reasons": customer.standing.reasons() }).to_string();
        batch.audits.push(AuditEntry {
            organisation_id: customer.organisation_id,
            actor: SYSTEM,
            action: "customer.review",
            object_id: id.to_string(),
            before: Some(json!({ "status": Status::UnderReview }).to_string()),
            after: Some(after),
            at,
        });
        batch.moved.push(customer.clone());
        Ok(decided.customer)
    }

    fn record(&self, batch: &mut Batch, changed: &Changed, actor: Actor, at: DateTime<Utc>) {
        let customer = &changed.customer;
        for transition in &changed.transitions {
            batch.transitions.push(TransitionRecord {
                organisation_id: customer.organisation_id,
                customer_id: customer.id,
                transition: transition.clone(),
                actor,
                at,
            });
            if transition.from.is_some() {
                let event = self.editor.purser.customer_event("customer.status_changed", customer);
                batch.events.push((event, at));
            }
        }
    }

    fn seen(&self, documents: &Documents) -> Vec<DocumentFact> {
        let gone = || "The stored file is gone.".to_owned();
        documents
            .filled()
            .map(|(slot, id)| DocumentFact { slot, seen: self.files.get(&id).cloned().ok_or_else(gone) })
            .collect()
    }
}
