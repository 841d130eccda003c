//! Whoever runs the installation: sees the money that waits for a person, finds whose it is, or sends it back.

use domain::{
    account_number::AccountNumber,
    deposit::{self, Deposit, DepositStatus, Outcome, Reversal},
    fault::FieldError,
    id::{AccountId, DepositId, EntryId, HOUSE, ReversalId},
    ledger::AccountKind,
    permission::Actor,
    standing::Reason,
    wallet::SenderParty,
};
use storage::{AccountOwner, OpenDeposits, Page, PageRequest, UnitOfWork};

use crate::{
    Error, Purser,
    deposits::{REFERENCE_CHARS_MAX, addressee, trim},
    outcomes::{has_account, settled_already, taken_back_by_bank},
    postings,
};

/// Acts on money of every organisation.
#[derive(Clone, Debug)]
pub struct Operator {
    pub(crate) purser: Purser,
    pub(crate) actor: Actor,
}

impl Purser {
    /// Whoever runs the installation.
    #[must_use]
    pub fn operator(&self, actor: Actor) -> Operator {
        Operator { purser: self.clone(), actor }
    }
}

impl Operator {
    /// A page of deposits of all organisations that are not at their end, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_deposits(&self, filter: OpenDeposits, request: &PageRequest) -> Result<Page<Deposit>, Error> {
        Ok(self.purser.read().await?.rows().open_deposits(filter, request).await?)
    }

    /// A deposit of any organisation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn deposit(&self, deposit_id: DepositId) -> Result<Deposit, Error> {
        self.purser.read().await?.rows().deposit_of_notice(deposit_id).await?.ok_or(Error::NotFound)
    }

    /// A page of reversals that no deposit was found for, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_reversals(&self, request: &PageRequest) -> Result<Page<Reversal>, Error> {
        Ok(self.purser.read().await?.rows().open_reversals(HOUSE, request).await?)
    }

    /// Credits a deposit that is held, or that could not be sent back, to the account whose it is. What stands in the house's
    /// books and was to go back can only be returned again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when there is no such account, or it is another organisation's than the
    /// deposit's; [`Error::Refused`] when money for it is not taken; [`Error::Conflict`] when somebody was first.
    pub async fn match_deposit(&self, deposit_id: DepositId, account: &str) -> Result<Deposit, Error> {
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let mut deposit = unit.hold_deposit(deposit_id).await?.ok_or(Error::NotFound)?;
                let before = deposit.clone();
                deposit.become_status(DepositStatus::Credited).map_err(settled_already)?;
                let owner = find_account(&mut unit, account).await?.ok_or_else(|| {
                    Error::field("account", "not_found", "No account has this number. Look at it again.")
                })?;
                if let Outcome::Reject(reason) | Outcome::Hold(reason) =
                    deposit::decide(&deposit.notice, Some(addressee(&owner)))
                {
                    return Err(Error::Refused(vec![reason]));
                }
                let now = purser.now();
                let (amount, organisation_id) = (deposit.notice.amount, owner.account.organisation_id);
                let from = if before.organisation_id == organisation_id {
                    let kind = before.status.stands_in().unwrap_or(AccountKind::Suspense);
                    purser.house_account(&mut unit, organisation_id, kind, amount, now).await?
                } else if before.organisation_id == HOUSE && before.status == DepositStatus::Held {
                    let suspense = purser.house_account(&mut unit, HOUSE, AccountKind::Suspense, amount, now).await?;
                    let bank = purser.house_account(&mut unit, HOUSE, AccountKind::Bank, amount, now).await?;
                    let entry = postings::deposit_handed_over::entry(suspense, bank, amount)?;
                    unit.post(HOUSE, purser.id(EntryId::new, now), &entry, &deposit_id.to_string(), now).await?;
                    purser.house_account(&mut unit, organisation_id, AccountKind::Bank, amount, now).await?
                } else {
                    let message = if before.organisation_id == HOUSE {
                        "Once it was to go back it is no organisation's any more. Return it again, to the right account."
                    } else {
                        "This account is another organisation's than the one that the money came in for."
                    };
                    return Err(Error::field("account", "other_organisation", message));
                };
                deposit.organisation_id = organisation_id;
                deposit.reason = None;
                deposit.virtual_account_id = Some(owner.account.id);
                deposit.customer_id = Some(owner.customer.id);
                let entry = postings::deposit_matched::entry;
                purser.credit_from(&mut unit, &mut deposit, &owner, from, entry, now).await?;
                unit.save_deposit(before.organisation_id, &deposit).await?;
                purser.tell_outcome(&mut unit, self.actor, "deposit.match", &before, &deposit).await?;
                unit.save().await?;
                Ok(deposit)
            })
            .await
    }

    /// Takes a held deposit out of the books that is no money of its own: the bank told of it twice, in words that do not
    /// show it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] without a reason; [`Error::Conflict`] when it is not held any more.
    pub async fn withdraw_deposit(&self, deposit_id: DepositId, reason: &str) -> Result<Deposit, Error> {
        let reason = short_text("reason", reason)?;
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let before = unit.hold_deposit(deposit_id).await?.ok_or(Error::NotFound)?;
                let message = format!("It was told twice, and the money came once: {reason}");
                let mark = format!("withdrawn {deposit_id}");
                let why = Reason::new("told_twice", message);
                let deposit = purser.withdraw(&mut unit, self.actor, &before, &mark, why).await?;
                unit.save().await?;
                Ok(deposit)
            })
            .await
    }

    /// Begins to send a deposit back: to `receiver`, or to the sender as the bank told of it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when there is no account to send it to; [`Error::Conflict`] when somebody
    /// was first.
    pub async fn return_deposit(
        &self,
        deposit_id: DepositId,
        receiver: Option<&SenderParty>,
    ) -> Result<Deposit, Error> {
        let receiver = receiver.map(checked).transpose()?;
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let mut deposit = unit.hold_deposit(deposit_id).await?.ok_or(Error::NotFound)?;
                let before = deposit.clone();
                deposit.become_status(DepositStatus::ReturnPending).map_err(settled_already)?;
                let receiver = receiver.clone().unwrap_or_else(|| deposit.notice.sender.clone());
                if !has_account(&receiver) {
                    let message = "The bank gave no account of the sender. Give the account to pay it back to.";
                    return Err(Error::field("receiver", "required", message));
                }
                purser.begin_return(&mut unit, &before, &mut deposit, receiver).await?;
                purser.tell_outcome(&mut unit, self.actor, "deposit.return", &before, &deposit).await?;
                unit.save().await?;
                Ok(deposit)
            })
            .await
    }

    /// Notes that the bank paid a deposit back.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`]; [`Error::Conflict`] when it is not on its way back.
    pub async fn confirm_return(&self, deposit_id: DepositId, bank_reference: &str) -> Result<Deposit, Error> {
        let bank_reference = short_text("bank_reference", bank_reference)?;
        self.purser.end_return(deposit_id, self.actor, Ok(bank_reference)).await
    }

    /// Notes that the bank could not pay a deposit back, and why. It waits for a person then.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`]; [`Error::Conflict`] when it is not on its way back.
    pub async fn fail_return(&self, deposit_id: DepositId, why: &str) -> Result<Deposit, Error> {
        let why = short_text("reason", why)?;
        self.purser.end_return(deposit_id, self.actor, Err(why)).await
    }

    /// Takes back the deposit that a bank meant by a reversal for which none was found.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when the amounts differ; [`Error::Conflict`] when somebody was first, or the
    /// deposit is past being taken back.
    pub async fn apply_reversal(&self, reversal_id: ReversalId, deposit_id: DepositId) -> Result<Deposit, Error> {
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let mut reversal = unit.hold_reversal(HOUSE, reversal_id).await?.ok_or(Error::NotFound)?;
                if let Some(found) = reversal.deposit_id {
                    let detail = format!("This reversal took {found} back already.");
                    return Err(Error::Conflict { code: "reversal_applied", detail });
                }
                let mut deposit = unit.hold_deposit(deposit_id).await?.ok_or_else(|| {
                    Error::field("deposit", "not_found", "There is no such deposit. Look at the id again.")
                })?;
                if deposit.notice.amount != reversal.amount {
                    let (had, taken) = (deposit.notice.amount, reversal.amount);
                    let message = format!("The deposit is of {had}, and the bank took {taken} back.");
                    return Err(Error::field("deposit", "other_amount", message));
                }
                let before = deposit.clone();
                deposit.become_status(DepositStatus::Reversed).map_err(settled_already)?;
                let (now, amount) = (purser.now(), reversal.amount);
                let bank: AccountId = purser.house_account(&mut unit, HOUSE, AccountKind::Bank, amount, now).await?;
                let owed = purser.house_account(&mut unit, HOUSE, AccountKind::Receivable, amount, now).await?;
                let entry = postings::reversal_applied::entry(bank, owed, amount)?;
                unit.post(HOUSE, purser.id(EntryId::new, now), &entry, &reversal_id.to_string(), now).await?;
                let reason = taken_back_by_bank(&reversal);
                purser.take_back(&mut unit, &before, &mut deposit, &reversal, reason).await?;
                reversal.deposit_id = Some(deposit_id);
                unit.apply_reversal(&reversal).await?;
                purser.tell_outcome(&mut unit, self.actor, "deposit.reverse", &before, &deposit).await?;
                unit.save().await?;
                Ok(deposit)
            })
            .await
    }
}

/// Whose account a number is, as a person writes it.
async fn find_account(unit: &mut UnitOfWork, number: &str) -> Result<Option<AccountOwner>, Error> {
    for number in AccountNumber::candidates(number) {
        if let Some(owner) = unit.rows().account_owner_by_number(None, &number).await? {
            return Ok(Some(owner));
        }
    }
    Ok(None)
}

pub(crate) fn short_text(field: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(field, "required", "Say it in a few words."));
    }
    if text.chars().count() > REFERENCE_CHARS_MAX || text.chars().any(char::is_control) {
        let message = format!("Keep to {REFERENCE_CHARS_MAX} characters, without line breaks.");
        return Err(Error::field(field, "invalid", message));
    }
    Ok(text.to_owned())
}

/// A receiver that somebody typed.
fn checked(receiver: &SenderParty) -> Result<SenderParty, Error> {
    let mut errors = Vec::new();
    let mut read = |field: &'static str, text: &Option<String>| {
        let text = trim(text.as_ref());
        if text.as_ref().is_some_and(|t| t.chars().count() > REFERENCE_CHARS_MAX || t.chars().any(char::is_control)) {
            let message = format!("Keep to {REFERENCE_CHARS_MAX} characters, without line breaks.");
            errors.push(FieldError::new(field, "invalid", message));
        }
        text
    };
    let read = SenderParty {
        name: read("receiver.name", &receiver.name),
        bsb: read("receiver.bsb", &receiver.bsb),
        account_number: read("receiver.account_number", &receiver.account_number),
        iban: read("receiver.iban", &receiver.iban),
        pay_id: read("receiver.pay_id", &receiver.pay_id),
    };
    if read.bsb.is_some() && read.account_number.is_none() {
        errors.push(FieldError::new("receiver.account_number", "required", "Give the account number beside the BSB."));
    }
    for (field, fault) in [
        ("receiver.iban", read.iban.as_ref().map(|iban| domain::account_number::Iban::parse(iban).err())),
        ("receiver.bsb", read.bsb.as_ref().map(|bsb| domain::account_number::Bsb::parse(bsb).err())),
    ] {
        errors.extend(fault.flatten().map(|fault| fault.at(field)));
    }
    if errors.is_empty() { Ok(read) } else { Err(Error::Invalid(errors)) }
}
