//! The accounts that are paid to and from, of which a second person approves each, and the terms.

use chrono::NaiveTime;
use domain::{
    account_number::{AccountFields, AccountNumber},
    fault::FieldError,
    id::{HOUSE, OrganisationId, SettlementAccountId},
    money::{Currency, Money},
    settlement::{CalendarName, SettlementAccount, SettlementMode, SettlementTerms},
};
use serde_json::json;
use storage::{AuditEntry, UnitOfWork};

use crate::{Error, Operator, operator::short_text, purser::organisation_of};

/// An account as it is asked for.
#[derive(Clone, Debug)]
pub struct NewSettlementAccount {
    /// Whose it is to be paid to; `None` for one of the house, that is paid from.
    pub organisation_id: Option<OrganisationId>,
    /// In which currency.
    pub currency: Currency,
    /// The holder, as the bank knows them.
    pub name: String,
    /// Its numbers.
    pub numbers: AccountFields,
    /// The bank's BIC; of an account in Australia that is paid from, the bank's abbreviation of three letters.
    pub bank: Option<String>,
    /// The six digits of the Direct Entry user, of an account that is paid from.
    pub user_id: Option<String>,
}

/// Terms as they are set.
#[derive(Clone, Debug)]
pub struct NewSettlementTerms {
    /// With whom.
    pub organisation_id: OrganisationId,
    /// For which currency.
    pub currency: Currency,
    /// The `N` of `T+N`.
    pub days: u8,
    /// Until when on a business day money counts as of that day.
    pub cutoff: NaiveTime,
    /// Where that time is meant, such as `Australia/Sydney`.
    pub zone: String,
    /// Whose business days.
    pub calendar: CalendarName,
    /// Less than this is carried over, in minor units.
    pub minimum: i64,
    /// Whether fees are kept back.
    pub mode: SettlementMode,
    /// Where it is paid to.
    pub account_id: SettlementAccountId,
}

/// The most business days that money may be kept.
const DAYS_MAX: u8 = 30;

impl Operator {
    /// Asks for an account to be paid to, or of the house to be paid from. It counts when somebody else approved it.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`] for an organisation that is not there.
    pub async fn request_settlement_account(
        &self,
        new: &NewSettlementAccount,
        by: &str,
    ) -> Result<SettlementAccount, Error> {
        let by = short_text("by", by)?;
        let name = short_text("name", &new.name)?;
        let number = AccountNumber::parse_for(new.currency, &new.numbers)
            .map_err(|faults| Error::Invalid(faults.into_iter().map(|one| one.fault.at(one.field)).collect()))?;
        let purser = &self.purser;
        let organisation_id = new.organisation_id.unwrap_or(HOUSE);
        let now = purser.now();
        let account = SettlementAccount {
            id: purser.id(SettlementAccountId::new, now),
            organisation_id,
            currency: new.currency,
            name,
            number,
            bank: new.bank.as_deref().map(|bank| short_text("bank", bank)).transpose()?,
            user_id: new.user_id.as_deref().map(|id| short_text("user_id", id)).transpose()?,
            requested_by: by,
            requested_at: now,
            approved_by: None,
            revoked_by: None,
        };
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                if new.organisation_id.is_some() {
                    organisation_of(&mut unit, organisation_id).await?;
                }
                unit.insert_settlement_account(&account).await?;
                self.note(&mut unit, &account, "settlement_account.request", &account.requested_by).await?;
                Ok(unit.save().await?)
            })
            .await?;
        Ok(account)
    }

    /// Approves an account that somebody else asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] for who asked for it, and when it does not wait for that.
    pub async fn approve_settlement_account(
        &self,
        id: SettlementAccountId,
        by: &str,
    ) -> Result<SettlementAccount, Error> {
        self.decide(id, by, true).await
    }

    /// Revokes an account: nothing is paid to or from it any more.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it is revoked.
    pub async fn revoke_settlement_account(
        &self,
        id: SettlementAccountId,
        by: &str,
    ) -> Result<SettlementAccount, Error> {
        self.decide(id, by, false).await
    }

    async fn decide(&self, id: SettlementAccountId, by: &str, is_approved: bool) -> Result<SettlementAccount, Error> {
        let by = short_text("by", by)?;
        let refused = |code, detail: &str| Err(Error::Conflict { code, detail: detail.to_owned() });
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let mut account = unit.rows().settlement_account(id).await?.ok_or(Error::NotFound)?;
                let now = purser.now();
                let action = if is_approved {
                    if account.requested_by.eq_ignore_ascii_case(&by) {
                        let detail = "Whoever asked for an account cannot approve it: somebody else has to.";
                        return refused("same_person", detail);
                    }
                    if !unit.approve_settlement_account(id, &by, now).await? {
                        let detail = "The account does not wait for approval: look at it again.";
                        return refused("account_decided", detail);
                    }
                    account.approved_by = Some(by.clone());
                    "settlement_account.approve"
                } else {
                    if !unit.revoke_settlement_account(id, &by, now).await? {
                        return refused("account_decided", "The account is revoked already.");
                    }
                    account.revoked_by = Some(by.clone());
                    "settlement_account.revoke"
                };
                self.note(&mut unit, &account, action, &by).await?;
                unit.save().await?;
                Ok(account)
            })
            .await
    }

    /// The accounts of an organisation, or of the house.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn settlement_accounts(&self, of: Option<OrganisationId>) -> Result<Vec<SettlementAccount>, Error> {
        Ok(self.purser.read().await?.rows().settlement_accounts(of.unwrap_or(HOUSE)).await?)
    }

    /// The terms that count, of all organisations.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn settlement_terms(&self) -> Result<Vec<SettlementTerms>, Error> {
        Ok(self.purser.read().await?.rows().settlement_terms(None).await?)
    }

    /// Sets the terms with an organisation for a currency; they count from now on.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`] for an organisation that is not there.
    pub async fn set_settlement_terms(&self, new: &NewSettlementTerms, by: &str) -> Result<SettlementTerms, Error> {
        let by = short_text("by", by)?;
        let mut errors = Vec::new();
        if new.days > DAYS_MAX {
            errors.push(FieldError::new("days", "out_of_range", format!("Give 0 to {DAYS_MAX} business days.")));
        }
        if settling::zone(&new.zone).is_none() {
            errors.push(FieldError::new("zone", "invalid", "Give a time zone such as Australia/Sydney."));
        }
        if new.minimum < 0 {
            errors.push(FieldError::new("minimum", "out_of_range", "Give an amount of zero or more."));
        }
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                unit.hold_organisation(new.organisation_id).await?;
                organisation_of(&mut unit, new.organisation_id).await?;
                let account = unit.rows().settlement_account(new.account_id).await?;
                let fits = account.is_some_and(|account| {
                    account.organisation_id == new.organisation_id && account.currency == new.currency
                });
                if !fits {
                    let message = "Give an account of this organisation in this currency.";
                    return Err(Error::field("account", "not_found", message));
                }
                let all = unit.rows().settlement_terms(Some(new.organisation_id)).await?;
                let last = all.iter().find(|terms| terms.minimum.currency() == new.currency);
                let terms = SettlementTerms {
                    organisation_id: new.organisation_id,
                    version: last.map_or(1, |terms| terms.version + 1),
                    days: new.days,
                    cutoff: new.cutoff,
                    zone: new.zone.clone(),
                    calendar: new.calendar,
                    minimum: Money::new(new.minimum, new.currency),
                    mode: new.mode,
                    account_id: new.account_id,
                };
                let now = purser.now();
                unit.insert_settlement_terms(&terms, &by, now).await?;
                unit.audit(&AuditEntry {
                    organisation_id: new.organisation_id,
                    actor: self.actor,
                    action: "settlement_terms.set",
                    object_id: new.account_id.to_string(),
                    before: last.map(|last| told(last, "")),
                    after: Some(told(&terms, &by)),
                    at: now,
                })
                .await?;
                unit.save().await?;
                Ok(terms)
            })
            .await
    }

    async fn note(
        &self,
        unit: &mut UnitOfWork,
        account: &SettlementAccount,
        action: &'static str,
        by: &str,
    ) -> Result<(), Error> {
        unit.audit(&AuditEntry {
            organisation_id: account.organisation_id,
            actor: self.actor,
            action,
            object_id: account.id.to_string(),
            before: None,
            after: Some(json!({ "by": by, "currency": account.currency, "name": account.name }).to_string()),
            at: self.purser.now(),
        })
        .await?;
        Ok(())
    }
}

fn told(terms: &SettlementTerms, by: &str) -> String {
    json!({
        "by": by,
        "version": terms.version,
        "currency": terms.minimum.currency(),
        "days": terms.days,
        "cutoff": terms.cutoff.to_string(),
        "zone": terms.zone,
        "calendar": terms.calendar,
        "minimum": terms.minimum.minor(),
        "mode": terms.mode,
        "account_id": terms.account_id,
    })
    .to_string()
}
