//! What becomes of a deposit after it was taken in: it goes back to its sender, or its bank takes it back.

use chrono::TimeDelta;
use domain::{
    deposit::{Deposit, DepositReturn, DepositStatus, ReturnStatus, Reversal},
    id::{AccountId, DepositId, EntryId, OrganisationId, ReturnId, ReversalId, WalletTransactionId},
    ledger::AccountKind,
    money::Money,
    permission::Actor,
    standing::Reason,
    wallet::{SenderParty, TransactionSource, TransactionType, WalletTransaction},
};
use serde_json::json;
use storage::{AuditEntry, ReversalNotice, UnitOfWork};

use crate::{Editor, Error, Purser, deposits::require_sandbox, postings, purser::SYSTEM};

/// A sandbox has no bank that answers: a payment back counts as made after this long.
const SANDBOX_BANK: TimeDelta = TimeDelta::seconds(5);
/// How many deposits a sweep works at a time.
const SWEEP_DEPOSITS_MAX: u32 = 500;

/// A credit that a bank takes back, as it was told.
#[derive(Clone, Debug)]
pub struct ReversalTold {
    /// In whose inbox the credit is.
    pub inbox: OrganisationId,
    /// The rail that the credit came by.
    pub rail: String,
    /// The bank's id of the reversal.
    pub bank_reference: String,
    /// The bank's id of the credit.
    pub original_reference: String,
    /// How much.
    pub amount: Money,
    /// Why, in the bank's words.
    pub reason: Option<String>,
}

/// What became of a reversal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReversalOutcome {
    /// This deposit was taken back.
    Reversed(Box<Deposit>),
    /// No deposit fits it: the operator has to find it.
    Open(Reversal),
    /// It was told before, and nothing was done.
    Known,
}

impl Editor {
    /// Lets the bank of a sandbox take a deposit back. Again changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] outside a sandbox, [`Error::NotFound`], [`Error::Conflict`] when it is past being taken back.
    pub async fn simulate_reversal(&self, deposit_id: DepositId, reason: Option<&str>) -> Result<Deposit, Error> {
        let purser = &self.purser;
        let organisation_id = self.organisation_id();
        let mut reading = purser.read().await?;
        let organisation = reading.rows().organisation(organisation_id).await?.ok_or(Error::NotFound)?;
        require_sandbox(&organisation)?;
        let deposit = reading.rows().deposit(organisation_id, deposit_id).await?.ok_or(Error::NotFound)?;
        drop(reading);
        // Taking back what was taken back changes nothing, so that whoever asks again need not be told apart.
        let mut unit = purser.begin().await?;
        self.claim(&mut unit, &deposit_id.to_string()).await?;
        unit.save().await?;
        if deposit.status == DepositStatus::Reversed {
            return Ok(deposit);
        }
        if !deposit.status.may_become(DepositStatus::Reversed) {
            return Err(settled_already(deposit.status));
        }
        let told = ReversalTold {
            inbox: organisation_id,
            rail: deposit.notice.rail.clone(),
            bank_reference: format!("R {}", deposit.notice.bank_reference),
            original_reference: deposit.notice.bank_reference.clone(),
            amount: deposit.notice.amount,
            reason: reason.map(str::to_owned),
        };
        match purser.receive_reversal(&told).await? {
            ReversalOutcome::Reversed(deposit) => Ok(*deposit),
            // Somebody was first.
            ReversalOutcome::Open(_) | ReversalOutcome::Known => self.reader.deposit(deposit_id).await,
        }
    }
}

impl Purser {
    /// Takes in that a bank takes a credit back: a deposit that fits is reversed, and a wallet may go below zero by it.
    ///
    /// # Errors
    /// [`Error::Conflict`] while the credit itself is still being taken in; when storage cannot be reached.
    pub async fn receive_reversal(&self, told: &ReversalTold) -> Result<ReversalOutcome, Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let named =
                |bank_reference| ReversalNotice { organisation_id: told.inbox, rail: &told.rail, bank_reference };
            if unit.rows().reversal_of_reference(&named(&told.bank_reference)).await?.is_some() {
                return Ok(ReversalOutcome::Known);
            }
            let original = unit.rows().notice_of_reference(&named(&told.original_reference)).await?;
            let deposit = match original {
                Some(id) => {
                    let deposit = unit.hold_deposit(id).await?.ok_or_else(|| Error::Conflict {
                        code: "original_open",
                        detail: "The payment that this takes back is still being taken in. Try again in a minute."
                            .to_owned(),
                    })?;
                    Some(deposit)
                }
                None => None,
            };
            let fits = |deposit: &Deposit| {
                deposit.status.may_become(DepositStatus::Reversed) && deposit.notice.amount == told.amount
            };
            let deposit = deposit.filter(fits);
            let now = self.now();
            let reversal = Reversal {
                id: self.id(ReversalId::new, now),
                organisation_id: told.inbox,
                rail: told.rail.clone(),
                bank_reference: told.bank_reference.clone(),
                original_reference: told.original_reference.clone(),
                amount: told.amount,
                reason: told.reason.clone(),
                deposit_id: deposit.as_ref().map(|deposit| deposit.id),
                created_at: now,
            };
            if !unit.insert_reversal(&reversal).await? {
                return Err(Error::overtaken());
            }
            let outcome = if let Some(mut deposit) = deposit {
                let before = deposit.clone();
                deposit.become_status(DepositStatus::Reversed).map_err(settled_already)?;
                let reason = taken_back_by_bank(&reversal);
                self.take_back(&mut unit, &before, &mut deposit, &reversal, reason).await?;
                self.tell_outcome(&mut unit, SYSTEM, "deposit.reverse", &before, &deposit).await?;
                ReversalOutcome::Reversed(Box::new(deposit))
            } else {
                let owed = self.house_account(&mut unit, told.inbox, AccountKind::Receivable, told.amount, now).await?;
                let bank = self.house_account(&mut unit, told.inbox, AccountKind::Bank, told.amount, now).await?;
                let entry = postings::reversal_opened::entry(owed, bank, told.amount)?;
                let source_id = reversal.id.to_string();
                unit.post(told.inbox, self.id(EntryId::new, now), &entry, &source_id, now).await?;
                ReversalOutcome::Open(reversal)
            };
            unit.save().await?;
            Ok(outcome)
        })
        .await
    }

    /// Sends back what was rejected, and in sandboxes lets payments back arrive. Tells how many deposits moved on.
    ///
    /// # Errors
    /// When storage cannot be reached. What was done by then stays done.
    pub async fn sweep_returns(&self) -> Result<usize, Error> {
        let rejected = self.read().await?.rows().deposits_to_return(SWEEP_DEPOSITS_MAX).await?;
        for id in &rejected {
            self.return_rejected(*id).await?;
        }
        let arrived = self.now() - SANDBOX_BANK;
        let arrived = self.read().await?.rows().sandbox_returns(arrived, SWEEP_DEPOSITS_MAX).await?;
        for id in &arrived {
            match self.end_return(*id, SYSTEM, Ok(format!("sandbox {}", id.uuid().simple()))).await {
                // Another worker was first.
                Ok(_) | Err(Error::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(rejected.len().saturating_add(arrived.len()))
    }

    async fn return_rejected(&self, deposit_id: DepositId) -> Result<(), Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let Some(mut deposit) = unit.hold_deposit(deposit_id).await? else { return Ok(()) };
            if deposit.status != DepositStatus::Rejected {
                return Ok(());
            }
            let before = deposit.clone();
            deposit.become_status(DepositStatus::ReturnPending).map_err(settled_already)?;
            let receiver = deposit.notice.sender.clone();
            let is_payable = has_account(&receiver);
            self.begin_return(&mut unit, &before, &mut deposit, receiver).await?;
            if !is_payable {
                let message = "The bank gave no account of the sender, so it cannot be paid back by itself. Ask the bank, \
                               then return it to the account that it names, or match it to a wallet.";
                let pending = deposit.clone();
                deposit.become_status(DepositStatus::ReturnFailed).map_err(settled_already)?;
                self.end(&mut unit, &pending, &mut deposit, Err(Reason::new("sender_account_missing", message)))
                    .await?;
            }
            self.tell_outcome(&mut unit, SYSTEM, "deposit.return", &before, &deposit).await?;
            Ok(unit.save().await?)
        })
        .await
    }

    /// Sets a payment back on its way. The deposit has its new status already.
    pub(crate) async fn begin_return(
        &self,
        unit: &mut UnitOfWork,
        before: &Deposit,
        deposit: &mut Deposit,
        receiver: SenderParty,
    ) -> Result<(), Error> {
        let (now, organisation_id, amount) = (self.now(), deposit.organisation_id, deposit.notice.amount);
        if before.status == DepositStatus::Held {
            let suspense = self.house_account(unit, organisation_id, AccountKind::Suspense, amount, now).await?;
            let due = self.house_account(unit, organisation_id, AccountKind::ReturnsDue, amount, now).await?;
            let entry = postings::deposit_return_due::entry(suspense, due, amount)?;
            unit.post(organisation_id, self.id(EntryId::new, now), &entry, &deposit.id.to_string(), now).await?;
        }
        let returned = DepositReturn {
            id: self.id(ReturnId::new, now),
            receiver,
            status: ReturnStatus::Pending,
            reason: None,
            bank_reference: None,
            created_at: now,
            settled_at: None,
        };
        unit.insert_return(organisation_id, deposit.id, &returned).await?;
        deposit.returned = Some(returned);
        Ok(unit.save_deposit(organisation_id, deposit).await?)
    }

    /// Ends a payment back: the bank's id of it, or why there is none.
    pub(crate) async fn end_return(
        &self,
        deposit_id: DepositId,
        actor: Actor,
        answer: Result<String, String>,
    ) -> Result<Deposit, Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let mut deposit = unit.hold_deposit(deposit_id).await?.ok_or(Error::NotFound)?;
            let before = deposit.clone();
            let (next, action) = match answer {
                Ok(_) => (DepositStatus::Returned, "deposit.confirm_return"),
                Err(_) => (DepositStatus::ReturnFailed, "deposit.fail_return"),
            };
            deposit.become_status(next).map_err(settled_already)?;
            let answer = answer.clone().map_err(|why| {
                let message = format!(
                    "The bank could not pay it back: {why}. Return it again to the right account, or match it to a wallet."
                );
                Reason::new("return_failed", message)
            });
            self.end(&mut unit, &before, &mut deposit, answer).await?;
            self.tell_outcome(&mut unit, actor, action, &before, &deposit).await?;
            unit.save().await?;
            Ok(deposit)
        })
        .await
    }

    async fn end(
        &self,
        unit: &mut UnitOfWork,
        before: &Deposit,
        deposit: &mut Deposit,
        answer: Result<String, Reason>,
    ) -> Result<(), Error> {
        let (now, organisation_id, amount) = (self.now(), before.organisation_id, before.notice.amount);
        let returned = deposit.returned.as_mut().ok_or_else(|| Error::internal("a return without its record"))?;
        returned.settled_at = Some(now);
        match answer {
            Ok(bank_reference) => {
                returned.status = ReturnStatus::Returned;
                returned.bank_reference = Some(bank_reference);
                let due = self.house_account(unit, organisation_id, AccountKind::ReturnsDue, amount, now).await?;
                let bank = self.house_account(unit, organisation_id, AccountKind::Bank, amount, now).await?;
                let entry = postings::deposit_returned::entry(due, bank, amount)?;
                unit.post(organisation_id, self.id(EntryId::new, now), &entry, &before.id.to_string(), now).await?;
            }
            Err(reason) => {
                returned.status = ReturnStatus::Failed;
                returned.reason = Some(reason);
            }
        }
        unit.settle_return(organisation_id, returned).await?;
        Ok(unit.save_deposit(organisation_id, deposit).await?)
    }

    /// Takes a held deposit out of the books that is no money of its own: what was told stands there otherwise. The deposit is
    /// locked. Tells it as it is then.
    pub(crate) async fn withdraw(
        &self,
        unit: &mut UnitOfWork,
        actor: Actor,
        before: &Deposit,
        mark: &str,
        reason: Reason,
    ) -> Result<Deposit, Error> {
        if before.status != DepositStatus::Held {
            return Err(settled_already(before.status));
        }
        let mut deposit = before.clone();
        deposit.become_status(DepositStatus::Reversed).map_err(settled_already)?;
        let now = self.now();
        let reversal = Reversal {
            id: self.id(ReversalId::new, now),
            organisation_id: before.organisation_id,
            rail: before.notice.rail.clone(),
            bank_reference: mark.to_owned(),
            original_reference: before.notice.bank_reference.clone(),
            amount: before.notice.amount,
            reason: Some(reason.message.clone()),
            deposit_id: Some(deposit.id),
            created_at: now,
        };
        if !unit.insert_reversal(&reversal).await? {
            return Err(Error::overtaken());
        }
        self.take_back(unit, before, &mut deposit, &reversal, reason).await?;
        self.tell_outcome(unit, actor, "deposit.withdraw", before, &deposit).await?;
        Ok(deposit)
    }

    /// Books that a bank took a deposit back, from wherever its money stands. The deposit has its new status already.
    pub(crate) async fn take_back(
        &self,
        unit: &mut UnitOfWork,
        before: &Deposit,
        deposit: &mut Deposit,
        reversal: &Reversal,
        reason: Reason,
    ) -> Result<(), Error> {
        let (now, organisation_id, amount) = (self.now(), before.organisation_id, before.notice.amount);
        let wallet_id = before.wallet_id.filter(|_| before.status == DepositStatus::Credited);
        let bank = self.house_account(unit, organisation_id, AccountKind::Bank, amount, now).await?;
        let from = match (before.status.stands_in(), wallet_id) {
            (Some(kind), _) => self.house_account(unit, organisation_id, kind, amount, now).await?,
            (None, Some(wallet_id)) => {
                unit.hold_wallets(organisation_id, &[wallet_id]).await?;
                unit.allow_reversal(organisation_id, wallet_id, amount).await?;
                AccountId::from_uuid(wallet_id.uuid())
            }
            (None, None) => return Err(Error::internal("a deposit that was credited to no wallet")),
        };
        let entry = postings::deposit_reversed::entry(from, bank, amount)?;
        let source_id = reversal.id.to_string();
        unit.post(organisation_id, self.id(EntryId::new, now), &entry, &source_id, now).await?;
        if let Some(wallet_id) = wallet_id {
            // While the wallet is held: its lines are in the order of their ids.
            let now = self.now();
            let wallet = unit.rows().wallet(organisation_id, wallet_id).await?.ok_or(Error::NotFound)?.wallet;
            let transaction = WalletTransaction {
                id: self.id(WalletTransactionId::new, now),
                organisation_id,
                wallet_id,
                customer_id: before.customer_id,
                kind: TransactionType::Debit,
                source: TransactionSource::Reversal,
                source_id,
                amount,
                balance_after: wallet.ledger_balance,
                sender: before.notice.sender.clone(),
                reference: before.notice.reference.clone(),
                created_at: now,
            };
            unit.insert_transaction(&transaction).await?;
        }
        deposit.reason = Some(reason);
        Ok(unit.save_deposit(organisation_id, deposit).await?)
    }

    /// The line of the audit trail and the event that say what became of a deposit.
    pub(crate) async fn tell_outcome(
        &self,
        unit: &mut UnitOfWork,
        actor: Actor,
        action: &'static str,
        before: &Deposit,
        deposit: &Deposit,
    ) -> Result<(), Error> {
        let told = |deposit: &Deposit| {
            json!({
                "status": deposit.status,
                "organisation_id": deposit.organisation_id,
                "wallet_id": deposit.wallet_id,
                "return_id": deposit.returned.as_ref().map(|returned| returned.id),
            })
            .to_string()
        };
        let now = self.now();
        unit.audit(&AuditEntry {
            organisation_id: deposit.organisation_id,
            actor,
            action,
            object_id: deposit.id.to_string(),
            before: Some(told(before)),
            after: Some(told(deposit)),
            at: now,
        })
        .await?;
        // That it is on its way back is no news beside that it was rejected.
        if deposit.status != DepositStatus::ReturnPending {
            unit.publish(&self.deposit_event(deposit), now).await?;
        }
        Ok(())
    }
}

/// What a deposit says that its bank took back.
pub(crate) fn taken_back_by_bank(reversal: &Reversal) -> Reason {
    let why = reversal.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    Reason::new("reversed", format!("The bank took it back{why}."))
}

/// Whether there is an account that a payment can go to.
pub(crate) const fn has_account(party: &SenderParty) -> bool {
    party.account_number.is_some() || party.iban.is_some() || party.pay_id.is_some()
}

/// Why nothing was done: somebody else acted on the deposit first, or it is past that.
pub(crate) fn settled_already(status: DepositStatus) -> Error {
    Error::Conflict {
        code: "deposit_settled",
        detail: format!("The deposit is {} by now, and this cannot be done to it. Look at it again.", status.code()),
    }
}
