//! Deposits: from a bank's notice to a credited wallet, to suspense, or back.
//!
//! A notice is put into the inbox first, where it is recognised when it comes again, and worked from there. Both may be
//! one unit of work or two; a crash between them leaves a notice that is worked later, never one that is worked twice.

use chrono::{DateTime, Utc};
use domain::{
    account_number::{AccountFields, AccountNumber},
    deposit::{self, Addressee, Deposit, DepositNotice, DepositStatus, Outcome},
    fault::FieldError,
    id::{AccountId, DepositId, EntryId, OrganisationId, VirtualAccountId, WalletId, WalletTransactionId},
    ledger::{AccountKind, JournalEntry, LedgerError},
    money::Money,
    standing::Reason,
    wallet::{CreditTo, SenderParty, TransactionSource, TransactionType, WalletKind, WalletTransaction},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{AccountOwner, OpenNotice, Organisation, UnitOfWork};

use crate::{Editor, Error, Purser, postings, purser::json_of};

/// More than any bank transfers at once, and few enough that no sum of them overflows.
pub(crate) const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000_000;
pub(crate) const REFERENCE_CHARS_MAX: usize = 140;

/// Which account is paid.
#[derive(Clone, Debug)]
pub enum DepositTarget {
    /// By its id.
    VirtualAccount(VirtualAccountId),
    /// By its own numbers.
    Numbers(AccountFields),
}

/// Play money for an account.
#[derive(Clone, Debug)]
pub struct SandboxDeposit {
    /// Which account is paid.
    pub to: DepositTarget,
    /// How much.
    pub amount: Money,
    /// Who sends it.
    pub sender: SenderParty,
    /// What the payer wrote.
    pub reference: Option<String>,
    /// The bank's id of the payment; made up when absent.
    pub bank_reference: Option<String>,
    /// `npp`, `direct_entry` or `other`; `npp` when absent.
    pub rail: Option<String>,
    /// The bank's time; now when absent.
    pub received_at: Option<DateTime<Utc>>,
}

/// A notice as it stands in the inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NoticeBody {
    pub to: NoticeTarget,
    pub amount_minor: i64,
    pub currency: domain::money::Currency,
    pub sender: SenderParty,
    pub reference: Option<String>,
    pub rail: String,
    pub bank_reference: String,
    pub received_at: Option<DateTime<Utc>>,
}

/// Which account a notice is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoticeTarget {
    VirtualAccount(VirtualAccountId),
    /// Readings of what the bank wrote, in canonical form, and the text itself.
    Numbers {
        canonical: Vec<String>,
        text: String,
    },
}

impl Editor {
    /// Lets play money arrive. The same bank reference again answers with the first deposit.
    ///
    /// # Errors
    /// [`Error::Forbidden`] outside a sandbox, [`Error::Invalid`], [`Error::Conflict`] when the bank reference was used
    /// for a different payment.
    pub async fn simulate_deposit(&self, deposit: &SandboxDeposit) -> Result<Deposit, Error> {
        Ok(self.receive_sandbox_deposit(deposit).await?.0)
    }

    /// The same, and whether the deposit is new.
    ///
    /// # Errors
    /// As [`Self::simulate_deposit`].
    pub async fn receive_sandbox_deposit(&self, deposit: &SandboxDeposit) -> Result<(Deposit, bool), Error> {
        let purser = &self.purser;
        let rail = deposit.rail.as_deref().unwrap_or("npp");
        let is_known = matches!(rail, "npp" | "direct_entry" | "other");
        let fault = || FieldError::new("rail", "invalid", "Choose one of npp, direct_entry, other.");
        let body = purser.notice_body(deposit, rail, (!is_known).then(fault))?;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                // Only now that the unit has begun, which may have taken a wait: what happened meanwhile is not later.
                let now = purser.now();
                let organisation_id = self.organisation_id();
                let owner = find_owner(&mut unit, &body.to, Some(organisation_id)).await?;
                // Whose account it is tells as well whether money there is play money.
                if !owner.as_ref().is_some_and(|owner| owner.is_sandbox) {
                    require_sandbox(&crate::purser::organisation_of(&mut unit, organisation_id).await?)?;
                }
                if let Some(earlier) = self.earlier(&mut unit).await? {
                    let earlier = earlier.parse::<DepositId>().map_err(|_| crate::customers::reused())?;
                    let deposit = unit.rows().deposit_of_notice(earlier).await?.ok_or(Error::NotFound)?;
                    unit.save().await?;
                    return Ok((deposit, true));
                }
                let id = purser.id(DepositId::new, now);
                let notice = OpenNotice { organisation_id, id, body: json_of(&body)? };
                let known = unit.take_notice(&notice, &body.rail, &body.bank_reference, now).await?;
                let made = known.as_ref().map_or(id, |known| known.id);
                if self.claim(&mut unit, &made.to_string()).await?.is_some() {
                    return Err(Error::overtaken());
                }
                if owner.is_none() && matches!(body.to, NoticeTarget::VirtualAccount(_)) {
                    return Err(Error::field("virtual_account_id", "not_found", "There is no such account."));
                }
                let Some(known) = known else {
                    let deposit = purser.book(&mut unit, &notice, &body, owner, now).await?;
                    unit.save().await?;
                    return Ok((deposit, true));
                };
                let first: NoticeBody = serde_json::from_str(&known.body).map_err(Error::internal)?;
                if first != body {
                    return Err(Error::Conflict {
                        code: "bank_reference_reused",
                        detail: "This bank_reference was used for a different payment on the same rail. Use a new one."
                            .to_owned(),
                    });
                }
                let deposit = match unit.rows().deposit_of_notice(known.id).await? {
                    Some(deposit) => deposit,
                    None => purser.work_notice(&mut unit, &known, &first, Some(self.organisation_id()), now).await?,
                };
                unit.save().await?;
                Ok((deposit, false))
            })
            .await
    }
}

impl Purser {
    /// Reads a payment that a rail tells of; `rail_fault` is what is wrong with the rail.
    pub(crate) fn notice_body(
        &self,
        deposit: &SandboxDeposit,
        rail: &str,
        rail_fault: Option<FieldError>,
    ) -> Result<NoticeBody, Error> {
        let mut errors = Vec::from_iter(rail_fault);
        if deposit.amount.minor() <= 0 {
            errors.push(FieldError::new("amount", "not_positive", "Enter an amount above zero."));
        } else if deposit.amount.minor() > AMOUNT_MINOR_MAX {
            errors.push(FieldError::new("amount", "too_large", "Enter a smaller amount."));
        }
        let sender = &deposit.sender;
        for (field, text) in [
            ("reference", &deposit.reference),
            ("bank_reference", &deposit.bank_reference),
            ("sender.name", &sender.name),
            ("sender.bsb", &sender.bsb),
            ("sender.account_number", &sender.account_number),
            ("sender.iban", &sender.iban),
            ("sender.pay_id", &sender.pay_id),
        ] {
            if text
                .as_deref()
                .is_some_and(|t| t.chars().count() > REFERENCE_CHARS_MAX || t.chars().any(char::is_control))
            {
                let message = format!("Keep to {REFERENCE_CHARS_MAX} characters, without line breaks.");
                errors.push(FieldError::new(field, "invalid", message));
            }
        }
        let to = match &deposit.to {
            DepositTarget::VirtualAccount(id) => Some(NoticeTarget::VirtualAccount(*id)),
            DepositTarget::Numbers(fields) => match AccountNumber::parse_for(deposit.amount.currency(), fields) {
                Ok(number) => {
                    Some(NoticeTarget::Numbers { canonical: vec![number.canonical()], text: number.display() })
                }
                Err(faults) => {
                    errors.extend(faults.into_iter().map(|fault| fault.fault.at(fault.field)));
                    None
                }
            },
        };
        let bank_reference = deposit.bank_reference.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let bank_reference =
            bank_reference.map_or_else(|| self.id(DepositId::new, self.now()).to_string(), str::to_owned);
        match to {
            Some(to) if errors.is_empty() => Ok(NoticeBody {
                to,
                amount_minor: deposit.amount.minor(),
                currency: deposit.amount.currency(),
                sender: trimmed(sender),
                reference: trim(deposit.reference.as_ref()),
                rail: rail.to_owned(),
                bank_reference,
                received_at: deposit.received_at,
            }),
            _ => Err(Error::Invalid(errors)),
        }
    }

    /// Works a notice that waits in the inbox. `confined_to` is the tenant whose accounts count; a bank's file
    /// may reach any.
    pub(crate) async fn work_notice(
        &self,
        unit: &mut UnitOfWork,
        notice: &OpenNotice,
        body: &NoticeBody,
        confined_to: Option<OrganisationId>,
        now: DateTime<Utc>,
    ) -> Result<Deposit, Error> {
        if !unit.work_notice(notice, now).await? {
            return unit.rows().deposit_of_notice(notice.id).await?.ok_or(Error::NotFound);
        }
        let owner = find_owner(unit, &body.to, confined_to).await?;
        self.book(unit, notice, body, owner, now).await
    }

    /// Books a notice that this unit of work has taken: decides, posts, records, tells.
    pub(crate) async fn book(
        &self,
        unit: &mut UnitOfWork,
        notice: &OpenNotice,
        body: &NoticeBody,
        owner: Option<AccountOwner>,
        now: DateTime<Utc>,
    ) -> Result<Deposit, Error> {
        let told = DepositNotice {
            rail: body.rail.clone(),
            bank_reference: body.bank_reference.clone(),
            amount: Money::new(body.amount_minor, body.currency),
            sender: body.sender.clone(),
            reference: body.reference.clone(),
            received_at: body.received_at.unwrap_or(now),
        };
        let outcome = deposit::decide(&told, owner.as_ref().map(addressee));
        let mut deposit = Deposit {
            id: notice.id,
            organisation_id: owner.as_ref().map_or(notice.organisation_id, |owner| owner.account.organisation_id),
            status: DepositStatus::Held,
            reason: None,
            notice: told,
            virtual_account_id: owner.as_ref().map(|owner| owner.account.id),
            account_text: match &body.to {
                NoticeTarget::Numbers { text, .. } => Some(text.clone()),
                NoticeTarget::VirtualAccount(_) => None,
            },
            customer_id: owner.as_ref().map(|owner| owner.customer.id),
            wallet_id: None,
            wallet_transaction_id: None,
            settlement_id: None,
            returned: None,
            created_at: now,
        };
        match (outcome, &owner) {
            (Outcome::Credit, Some(owner)) => self.credit(unit, &mut deposit, owner, now).await?,
            (Outcome::Reject(reason), _) => {
                let entry = postings::deposit_rejected::entry;
                self.set_aside(
                    unit,
                    &mut deposit,
                    DepositStatus::Rejected,
                    reason,
                    AccountKind::ReturnsDue,
                    entry,
                    now,
                )
                .await?;
            }
            (Outcome::Hold(reason), _) => {
                let entry = postings::deposit_held::entry;
                self.set_aside(unit, &mut deposit, DepositStatus::Held, reason, AccountKind::Suspense, entry, now)
                    .await?;
            }
            (Outcome::Credit, None) => return Err(Error::internal("a deposit without an account cannot be credited")),
        }
        unit.insert_deposit(&deposit).await?;
        unit.publish(&self.deposit_event(&deposit), now).await?;
        Ok(deposit)
    }

    async fn credit(
        &self,
        unit: &mut UnitOfWork,
        deposit: &mut Deposit,
        owner: &AccountOwner,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (organisation_id, amount) = (deposit.organisation_id, deposit.notice.amount);
        let bank = match owner.bank_account_id {
            Some(bank) => bank,
            None => self.house_account(unit, organisation_id, AccountKind::Bank, amount, now).await?,
        };
        self.credit_from(unit, deposit, owner, bank, postings::deposit_credited::entry, now).await
    }

    /// Moves a deposit from where its money stands into the wallet that the account names.
    pub(crate) async fn credit_from(
        &self,
        unit: &mut UnitOfWork,
        deposit: &mut Deposit,
        owner: &AccountOwner,
        from: AccountId,
        entry: fn(AccountId, AccountId, Money) -> Result<JournalEntry, LedgerError>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (organisation_id, amount) = (deposit.organisation_id, deposit.notice.amount);
        let wallet_id: WalletId = match owner.account.credit_to {
            CreditTo::CustomerWallet => owner.account.wallet_id,
            CreditTo::PayinWallet => {
                unit.rows().own_wallet(organisation_id, WalletKind::Payin, owner.account.currency).await?.ok_or_else(
                    || Error::internal("the organisation has no Payin wallet in a currency it issued accounts in"),
                )?
            }
        };
        let entry = entry(from, AccountId::from_uuid(wallet_id.uuid()), amount)?;
        let source_id = deposit.id.to_string();
        unit.post(organisation_id, self.id(EntryId::new, now), &entry, &source_id, now).await?;
        // Only now, while nobody else moves money on this wallet: its lines are in the order of their ids.
        let now = self.now();
        let transaction = WalletTransaction {
            id: self.id(WalletTransactionId::new, now),
            organisation_id,
            wallet_id,
            customer_id: deposit.customer_id,
            kind: TransactionType::Credit,
            source: TransactionSource::Deposit,
            source_id,
            amount,
            balance_after: Money::zero(amount.currency()),
            sender: deposit.notice.sender.clone(),
            reference: deposit.notice.reference.clone(),
            created_at: now,
        };
        unit.insert_transaction(&transaction).await?;
        deposit.status = DepositStatus::Credited;
        deposit.wallet_id = Some(wallet_id);
        deposit.wallet_transaction_id = Some(transaction.id);
        self.charge(unit, deposit, owner.fee_rule, now).await
    }

    #[expect(clippy::too_many_arguments, reason = "what differs between holding and rejecting, side by side")]
    async fn set_aside(
        &self,
        unit: &mut UnitOfWork,
        deposit: &mut Deposit,
        status: DepositStatus,
        reason: Reason,
        kind: AccountKind,
        entry: fn(AccountId, AccountId, Money) -> Result<JournalEntry, LedgerError>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (organisation_id, amount) = (deposit.organisation_id, deposit.notice.amount);
        let bank = self.house_account(unit, organisation_id, AccountKind::Bank, amount, now).await?;
        let aside = self.house_account(unit, organisation_id, kind, amount, now).await?;
        unit.post(
            organisation_id,
            self.id(EntryId::new, now),
            &entry(bank, aside, amount)?,
            &deposit.id.to_string(),
            now,
        )
        .await?;
        deposit.status = status;
        deposit.reason = Some(reason);
        Ok(())
    }

    pub(crate) async fn house_account(
        &self,
        unit: &mut UnitOfWork,
        organisation_id: OrganisationId,
        kind: AccountKind,
        amount: Money,
        now: DateTime<Utc>,
    ) -> Result<AccountId, Error> {
        let new_id = self.id(AccountId::new, now);
        Ok(unit.house_account(organisation_id, kind, amount.currency(), new_id, now).await?)
    }

    pub(crate) fn deposit_event(&self, deposit: &Deposit) -> storage::Event {
        let kind = match deposit.status {
            DepositStatus::Credited => "deposit.credited",
            DepositStatus::Held => "deposit.held",
            DepositStatus::Rejected | DepositStatus::ReturnPending => "deposit.rejected",
            DepositStatus::Returned => "deposit.returned",
            DepositStatus::ReturnFailed => "deposit.return_failed",
            DepositStatus::Reversed => "deposit.reversed",
        };
        let payload = json!({
            "id": deposit.id,
            "status": deposit.status,
            "reason": deposit.reason,
            "virtual_account_id": deposit.virtual_account_id,
            "customer_id": deposit.customer_id,
            "wallet_id": deposit.wallet_id,
            "wallet_transaction_id": deposit.wallet_transaction_id,
            "amount": deposit.notice.amount.minor(),
            "currency": deposit.notice.amount.currency(),
            "sender": deposit.notice.sender,
            "reference": deposit.notice.reference,
        });
        self.event(deposit.organisation_id, kind, deposit.id.to_string(), payload)
    }
}

pub(crate) async fn find_owner(
    unit: &mut UnitOfWork,
    to: &NoticeTarget,
    confined_to: Option<OrganisationId>,
) -> Result<Option<AccountOwner>, Error> {
    match to {
        NoticeTarget::VirtualAccount(id) => match confined_to {
            Some(organisation_id) => Ok(unit.rows().account_owner(organisation_id, *id).await?),
            None => Ok(unit.rows().account_owner_anywhere(*id).await?),
        },
        NoticeTarget::Numbers { canonical, .. } => {
            for number in canonical {
                if let Some(owner) = unit.rows().account_owner_by_number(confined_to, number).await? {
                    return Ok(Some(owner));
                }
            }
            Ok(None)
        }
    }
}

pub(crate) const fn addressee(owner: &AccountOwner) -> Addressee<'_> {
    Addressee {
        account: &owner.account,
        customer: &owner.customer,
        is_organisation_suspended: owner.is_organisation_suspended,
    }
}

pub(crate) fn require_sandbox(organisation: &Organisation) -> Result<(), Error> {
    if organisation.is_sandbox {
        return Ok(());
    }
    Err(Error::Forbidden { code: "sandbox_only", detail: "This works in sandbox organisations only.".to_owned() })
}

pub(crate) fn trim(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn trimmed(sender: &SenderParty) -> SenderParty {
    SenderParty {
        name: trim(sender.name.as_ref()),
        bsb: trim(sender.bsb.as_ref()),
        account_number: trim(sender.account_number.as_ref()),
        iban: trim(sender.iban.as_ref()),
        pay_id: trim(sender.pay_id.as_ref()),
    }
}
