//! Looking: everything that a role may see of its organisation, masked where the role sees customers masked.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use domain::{
    customer::{Customer, CustomerDetails, Subject},
    deposit::{Deposit, DepositStatus},
    fault::FieldError,
    id::{CustomerId, DepositId, DraftId, UserId, VirtualAccountId, WalletId, WalletTransactionId},
    ledger::AccountKind,
    money::Money,
    party::{Identification, Person},
    permission::Actor,
    wallet::{SenderParty, VirtualAccount, WalletTransaction},
};
use storage::{
    ApiKeyRow, AuditRow, CustomerCounts, CustomerFilter, CustomerRow, CustomerSort, DailySum, DepositFilter, FormDraft,
    IdempotentAnswer, Organisation, Page, PageRequest, ReviewRow, TransactionFilter, TransitionRow, WalletFilter,
    WalletRow,
};

use crate::{Error, Reader, purser::ANSWERS_KEPT};

/// Days of money in that the overview shows.
const OVERVIEW_DAYS: i64 = 30;
/// The overview says "99 or more" above this.
const ATTENTION_COUNT_MAX: u32 = 99;
const MASK: &str = "•••";

/// What the first page shows.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Customers by status.
    pub counts: CustomerCounts,
    /// What the bank holds for the organisation, by currency.
    pub balances: Vec<Money>,
    /// Money in by day and currency.
    pub daily: Vec<DailySum>,
    /// Deposits that no account was found for, counted up to 99.
    pub held: i64,
    /// Deposits that could not be sent back, counted up to 99.
    pub return_failed: i64,
}

impl Reader {
    /// The organisation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn organisation(&self) -> Result<Organisation, Error> {
        self.purser.read().await?.rows().organisation(self.organisation_id()).await?.ok_or(Error::NotFound)
    }

    /// What the first page shows.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn overview(&self) -> Result<Overview, Error> {
        let mut reading = self.purser.read().await?;
        let mut rows = reading.rows();
        let organisation_id = self.organisation_id();
        let since = self.purser.now() - Duration::days(OVERVIEW_DAYS);
        Ok(Overview {
            counts: rows.customer_counts(organisation_id).await?,
            balances: rows.balances_by_currency(organisation_id).await?,
            daily: rows.daily_deposits(organisation_id, since).await?,
            held: rows.deposit_count(organisation_id, DepositStatus::Held, ATTENTION_COUNT_MAX).await?,
            return_failed: rows
                .deposit_count(organisation_id, DepositStatus::ReturnFailed, ATTENTION_COUNT_MAX)
                .await?,
        })
    }

    /// What stands on the organisation's accounts, by what they stand for: in each currency, it sums to zero.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn trial_balance(&self) -> Result<Vec<(AccountKind, Money)>, Error> {
        Ok(self.purser.read().await?.rows().trial_balance(self.organisation_id()).await?)
    }

    /// A page of customers.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn customers(
        &self,
        filter: &CustomerFilter,
        sort: CustomerSort,
        request: &PageRequest,
    ) -> Result<Page<CustomerRow>, Error> {
        let page = self.purser.read().await?.rows().customers(self.organisation_id(), filter, sort, request).await?;
        Ok(page.map(|mut row| {
            row.name = self.name_to_show(row.name);
            row
        }))
    }

    /// How many customers stand where.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn customer_counts(&self) -> Result<CustomerCounts, Error> {
        Ok(self.purser.read().await?.rows().customer_counts(self.organisation_id()).await?)
    }

    /// A customer.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a deleted one.
    pub async fn customer(&self, customer_id: CustomerId) -> Result<Customer, Error> {
        let customer = self.purser.read().await?.rows().customer(self.organisation_id(), customer_id).await?;
        let mut customer = customer.filter(|customer| customer.deleted_at.is_none()).ok_or(Error::NotFound)?;
        if !self.authority.role.sees_personal_data() {
            customer.missing_before_masking = Some(customer.missing());
            mask(&mut customer.details);
        }
        Ok(customer)
    }

    /// The last review of a customer; without what the checks looked at for a role that sees customers masked.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn review(&self, customer_id: CustomerId) -> Result<Option<ReviewRow>, Error> {
        self.customer(customer_id).await?;
        let mut review = self.purser.read().await?.rows().last_review(self.organisation_id(), customer_id).await?;
        if !self.authority.role.sees_personal_data() {
            review.iter_mut().flat_map(|review| &mut review.checks).for_each(|check| check.evidence.clear());
        }
        Ok(review)
    }

    /// The status changes of a customer, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn transitions(&self, customer_id: CustomerId) -> Result<Vec<TransitionRow>, Error> {
        self.customer(customer_id).await?;
        Ok(self.purser.read().await?.rows().transitions(self.organisation_id(), customer_id).await?)
    }

    /// A page of the audit trail. What it says of customers is left out for a role that sees them masked.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit_trail(&self, object_id: Option<&str>, request: &PageRequest) -> Result<Page<AuditRow>, Error> {
        let page = self.purser.read().await?.rows().audit_trail(self.organisation_id(), object_id, request).await?;
        if self.authority.role.sees_personal_data() {
            return Ok(page);
        }
        Ok(page.map(|row| AuditRow { before: None, after: None, ..row }))
    }

    /// A page of wallets.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn wallets(&self, filter: &WalletFilter, request: &PageRequest) -> Result<Page<WalletRow>, Error> {
        let page = self.purser.read().await?.rows().wallets(self.organisation_id(), filter, request).await?;
        Ok(page.map(|row| self.wallet_to_show(row)))
    }

    /// A wallet.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn wallet(&self, wallet_id: WalletId) -> Result<WalletRow, Error> {
        let row = self.purser.read().await?.rows().wallet(self.organisation_id(), wallet_id).await?;
        row.map(|row| self.wallet_to_show(row)).ok_or(Error::NotFound)
    }

    /// A wallet with the balances that it had at a moment: all that happened up to that millisecond.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a moment that has not come, or before the wallet was issued.
    pub async fn wallet_at(&self, wallet_id: WalletId, at: DateTime<Utc>) -> Result<WalletRow, Error> {
        let mut reading = self.purser.read().await?;
        let row = reading.rows().wallet(self.organisation_id(), wallet_id).await?;
        let mut row = row.map(|row| self.wallet_to_show(row)).ok_or(Error::NotFound)?;
        let at = DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at);
        if at > self.purser.now() {
            return Err(Error::field("at", "future", "Choose a moment in the past: this one has not come yet"));
        }
        if at < row.wallet.created_at {
            let issued_at = row.wallet.created_at.to_rfc3339_opts(SecondsFormat::Millis, true);
            return Err(Error::field(
                "at",
                "too_early",
                format!("Choose {issued_at} or later: the wallet was issued then"),
            ));
        }
        let before = at + Duration::milliseconds(1);
        let standing = reading.rows().standing_before(self.organisation_id(), wallet_id, before).await?;
        let zero = Money::zero(row.wallet.currency());
        row.wallet.ledger_balance = standing.map_or(zero, |standing| standing.ledger_balance);
        row.wallet.available_balance = standing.map_or(zero, |standing| standing.available_balance);
        Ok(row)
    }

    /// The accounts that were issued with a wallet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn virtual_accounts(&self, wallet_id: WalletId) -> Result<Vec<VirtualAccount>, Error> {
        let mut accounts = self.purser.read().await?.rows().virtual_accounts(self.organisation_id(), wallet_id).await?;
        for account in &mut accounts {
            account.account_name = self.name_to_show(std::mem::take(&mut account.account_name));
        }
        Ok(accounts)
    }

    /// An account by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn virtual_account(&self, account_id: VirtualAccountId) -> Result<VirtualAccount, Error> {
        let owner = self.purser.read().await?.rows().account_owner(self.organisation_id(), account_id).await?;
        let mut account = owner.ok_or(Error::NotFound)?.account;
        account.account_name = self.name_to_show(account.account_name);
        Ok(account)
    }

    /// A page of movements with the names of their customers.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn transactions(
        &self,
        filter: &TransactionFilter,
        request: &PageRequest,
    ) -> Result<Page<(WalletTransaction, Option<String>)>, Error> {
        let page = self.purser.read().await?.rows().transactions(self.organisation_id(), filter, request).await?;
        Ok(page.map(|row| self.transaction_to_show(row)))
    }

    /// A movement with the name of its customer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn transaction(
        &self,
        transaction_id: WalletTransactionId,
    ) -> Result<(WalletTransaction, Option<String>), Error> {
        let row = self.purser.read().await?.rows().transaction(self.organisation_id(), transaction_id).await?;
        row.map(|row| self.transaction_to_show(row)).ok_or(Error::NotFound)
    }

    /// The newest movement on a wallet, or of all: what a page asks again for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn newest_transaction(&self, wallet_id: Option<WalletId>) -> Result<Option<WalletTransactionId>, Error> {
        Ok(self.purser.read().await?.rows().newest_transaction(self.organisation_id(), wallet_id).await?)
    }

    /// A page of deposits.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn deposits(&self, filter: &DepositFilter, request: &PageRequest) -> Result<Page<Deposit>, Error> {
        let page = self.purser.read().await?.rows().deposits(self.organisation_id(), filter, request).await?;
        Ok(page.map(|deposit| self.deposit_to_show(deposit)))
    }

    /// A deposit.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn deposit(&self, deposit_id: DepositId) -> Result<Deposit, Error> {
        let deposit = self.purser.read().await?.rows().deposit(self.organisation_id(), deposit_id).await?;
        deposit.map(|deposit| self.deposit_to_show(deposit)).ok_or(Error::NotFound)
    }

    /// The keys for programs, without their secrets.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyRow>, Error> {
        Ok(self.purser.read().await?.rows().api_keys(self.organisation_id()).await?)
    }

    /// A choice that the person made earlier.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn preference(&self, name: &str) -> Result<Option<String>, Error> {
        let Ok(user_id) = self.user() else { return Ok(None) };
        Ok(self.purser.read().await?.rows().preference(self.organisation_id(), user_id, name).await?)
    }

    /// Keeps a choice of the person.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a program.
    pub async fn set_preference(&self, name: &str, value: &str) -> Result<(), Error> {
        let user_id = self.user()?;
        if name.len() > 60 || value.len() > 2000 {
            return Err(Error::field("value", "too_long", "Keep the choice shorter."));
        }
        self.purser
            .settled(|| async {
                let mut unit = self.purser.begin().await?;
                unit.set_preference(self.organisation_id(), user_id, name, value).await?;
                Ok(unit.save().await?)
            })
            .await
    }

    /// A form of the person that was refused earlier.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn form_draft(&self, draft_id: DraftId) -> Result<Option<FormDraft>, Error> {
        let user_id = self.user()?;
        Ok(self.purser.read().await?.rows().form_draft(self.organisation_id(), user_id, draft_id).await?)
    }

    /// Keeps a refused form, so that nothing typed is lost.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a program.
    pub async fn save_form_draft(&self, body: String, errors: Vec<FieldError>) -> Result<DraftId, Error> {
        let user_id = self.user()?;
        let now = self.purser.now();
        let draft_id = self.purser.id(DraftId::new, now);
        let mut unit = self.purser.begin().await?;
        unit.insert_form_draft(self.organisation_id(), user_id, draft_id, &FormDraft { body, errors }, now).await?;
        unit.save().await?;
        Ok(draft_id)
    }

    /// What is known of a request with an `Idempotency-Key`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn idempotent_answer(&self, key: &str) -> Result<Option<IdempotentAnswer>, Error> {
        let kept_since = self.purser.now() - ANSWERS_KEPT;
        Ok(self.purser.read().await?.rows().idempotent_answer(self.organisation_id(), key, kept_since).await?)
    }

    /// Keeps the answer to a request with an `Idempotency-Key` that took effect.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn save_idempotent_answer(&self, key: &str, status: u16, body: &str) -> Result<(), Error> {
        self.purser
            .settled(|| async {
                let mut unit = self.purser.begin().await?;
                unit.finish_idempotent(self.organisation_id(), key, status, body).await?;
                Ok(unit.save().await?)
            })
            .await
    }

    fn user(&self) -> Result<UserId, Error> {
        match self.authority.actor {
            Actor::User(user_id) => Ok(user_id),
            _ => Err(Error::Forbidden { code: "role", detail: "Only a person who is signed in has this.".to_owned() }),
        }
    }

    pub(crate) fn name_to_show(&self, name: String) -> String {
        if self.authority.role.sees_personal_data() { name } else { masked(&name) }
    }

    fn wallet_to_show(&self, row: WalletRow) -> WalletRow {
        WalletRow { customer_name: row.customer_name.map(|name| self.name_to_show(name)), ..row }
    }

    pub(crate) fn transaction_to_show(
        &self,
        (mut transaction, name): (WalletTransaction, Option<String>),
    ) -> (WalletTransaction, Option<String>) {
        self.hide_sender(&mut transaction.sender);
        (transaction, name.map(|name| self.name_to_show(name)))
    }

    fn deposit_to_show(&self, mut deposit: Deposit) -> Deposit {
        self.hide_sender(&mut deposit.notice.sender);
        if let Some(returned) = &mut deposit.returned {
            self.hide_sender(&mut returned.receiver);
        }
        deposit
    }

    fn hide_sender(&self, sender: &mut SenderParty) {
        if !self.authority.role.sees_personal_data() {
            let SenderParty { name, bsb: _, account_number, iban, pay_id } = sender;
            for text in [name, account_number, iban, pay_id].into_iter().flatten() {
                *text = masked(text);
            }
        }
    }
}

/// The first character and a mask of fixed length, so that the length tells nothing either.
fn masked(text: &str) -> String {
    text.chars().next().map(|first| format!("{first}{MASK}")).unwrap_or_default()
}

fn mask(details: &mut CustomerDetails) {
    match &mut details.subject {
        Subject::Individual(person) => mask_person(person),
        Subject::Company(company) => {
            company.name = masked(&company.name);
            mask_text(&mut company.registration_number);
            company.website = None;
            mask_person(&mut company.authorized_person);
            for owner in &mut company.beneficial_owners {
                owner.name = masked(&owner.name);
                owner.date_of_birth = None;
            }
        }
    }
    let address = &mut details.address;
    for text in
        [&mut address.line1, &mut address.line2, &mut address.city, &mut address.postal_code, &mut details.description]
    {
        mask_text(text);
    }
    details.email = None;
    details.phone = None;
    details.metadata.clear();
}

fn mask_person(person: &mut Person) {
    mask_text(&mut person.first_name);
    mask_text(&mut person.last_name);
    person.date_of_birth = None;
    let Identification { number, expires_on, .. } = &mut person.identification;
    mask_text(number);
    *expires_on = None;
}

fn mask_text(text: &mut Option<String>) {
    if let Some(text) = text {
        *text = masked(text);
    }
}
