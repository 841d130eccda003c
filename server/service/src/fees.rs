//! Fees: what a deposit costs its organisation, and how that is paid.
//!
//! A fee is charged when a deposit reaches a wallet, beside it: the deposit is credited in full. What is owed is taken from
//! the Fees wallet when there is money in it, or kept back by the next settlement on terms of NET.

use chrono::{DateTime, Utc};
use domain::{
    deposit::Deposit,
    fault::FieldError,
    fee::{Fee, FeeRule, FeeStatus},
    id::{AccountId, EntryId, FeeId, OrganisationId, WalletId, WalletTransactionId},
    ledger::AccountKind,
    money::{Currency, Money},
    wallet::{SenderParty, TransactionSource, TransactionType, WalletTransaction},
};
use serde_json::json;
use storage::{AuditEntry, FeeFilter, Page, PageRequest, UnitOfWork};

use crate::{
    Error, Operator, Purser, Reader, deposits::AMOUNT_MINOR_MAX, operator::short_text, postings,
    purser::organisation_of,
};

/// A rule as it is set, in minor units and basis points.
#[derive(Clone, Copy, Debug)]
pub struct NewFeeRule {
    /// Of whom fees are asked.
    pub organisation_id: OrganisationId,
    /// For deposits in which currency.
    pub currency: Currency,
    /// For each deposit.
    pub fixed: i64,
    /// Of its amount, beside that.
    pub basis_points: i64,
    /// At least this.
    pub minimum: i64,
    /// At most this.
    pub maximum: Option<i64>,
    /// The tax on it.
    pub tax_basis_points: i64,
}

/// The whole of an amount.
const BASIS_POINTS_MAX: i64 = 10_000;
/// How many fees are taken from a wallet in one unit of work.
const COLLECTED_AT_ONCE: i64 = 100;
/// How many fees one settlement keeps back at most.
const WITHHELD_MAX: i64 = 100_000;

impl Reader {
    /// A page of fees, newest first.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn fees(&self, filter: FeeFilter, request: &PageRequest) -> Result<Page<Fee>, Error> {
        Ok(self.purser.read().await?.rows().fees(self.organisation_id(), filter, request).await?)
    }
}

impl Operator {
    /// The rules that count, of all organisations.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn fee_rules(&self) -> Result<Vec<FeeRule>, Error> {
        Ok(self.purser.read().await?.rows().fee_rules().await?)
    }

    /// Sets what an organisation is asked for its deposits in a currency that are credited from now on.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`] for an organisation that is not there.
    pub async fn set_fee_rule(&self, new: &NewFeeRule, by: &str) -> Result<FeeRule, Error> {
        let by = short_text("by", by)?;
        let mut errors = Vec::new();
        let maximum = new.maximum.unwrap_or(AMOUNT_MINOR_MAX);
        for (field, amount) in [("fixed", new.fixed), ("minimum", new.minimum), ("maximum", maximum)] {
            if !(0..=AMOUNT_MINOR_MAX).contains(&amount) {
                errors.push(FieldError::new(field, "out_of_range", "Give an amount of zero or more, in minor units."));
            }
        }
        for (field, points) in [("basis_points", new.basis_points), ("tax_basis_points", new.tax_basis_points)] {
            if !(0..=BASIS_POINTS_MAX).contains(&points) {
                let message = format!("Give 0 to {BASIS_POINTS_MAX} basis points; 100 are one per cent.");
                errors.push(FieldError::new(field, "out_of_range", message));
            }
        }
        if maximum < new.minimum {
            errors.push(FieldError::new("maximum", "out_of_range", "Give no less than the minimum."));
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
                let last = unit.rows().fee_rule(new.organisation_id, new.currency).await?;
                let rule = FeeRule {
                    organisation_id: new.organisation_id,
                    currency: new.currency,
                    version: last.map_or(1, |last| last.version + 1),
                    fixed: new.fixed,
                    basis_points: new.basis_points,
                    minimum: new.minimum,
                    maximum: new.maximum,
                    tax_basis_points: new.tax_basis_points,
                };
                let now = purser.now();
                unit.insert_fee_rule(&rule, &by, now).await?;
                unit.audit(&AuditEntry {
                    organisation_id: new.organisation_id,
                    actor: self.actor,
                    action: "fee_rule.set",
                    object_id: new.organisation_id.to_string(),
                    before: last.map(|last| told(&last, "")),
                    after: Some(told(&rule, &by)),
                    at: now,
                })
                .await?;
                unit.save().await?;
                Ok(rule)
            })
            .await
    }

    /// Asks no more for a deposit.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`]; [`Error::Conflict`] when the fee is not owed any more.
    pub async fn waive_fee(&self, id: FeeId, reason: &str, by: &str) -> Result<Fee, Error> {
        let (reason, by) = (short_text("reason", reason)?, short_text("by", by)?);
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let mut fee = unit.hold_fee(id).await?.ok_or(Error::NotFound)?;
                if !fee.status.may_become(FeeStatus::Waived) {
                    let detail = format!("The fee is {} by now, and cannot be waived any more.", fee.status.code());
                    return Err(Error::Conflict { code: "fee_ended", detail });
                }
                let now = purser.now();
                fee.status = FeeStatus::Waived;
                fee.reason = Some(reason.clone());
                fee.ended_at = Some(now);
                if !unit.end_fee(&fee).await? {
                    return Err(Error::overtaken());
                }
                let accounts = purser.fee_accounts(&mut unit, &fee, now).await?;
                let entry = postings::fee_waived::entry(
                    accounts.owed,
                    (accounts.income, fee.amount),
                    (accounts.tax_due, fee.tax),
                )?;
                unit.post(fee.organisation_id, purser.id(EntryId::new, now), &entry, &id.to_string(), now).await?;
                unit.audit(&AuditEntry {
                    organisation_id: fee.organisation_id,
                    actor: self.actor,
                    action: "fee.waive",
                    object_id: id.to_string(),
                    before: Some(json!({ "status": FeeStatus::Due }).to_string()),
                    after: Some(json!({ "status": fee.status, "reason": reason, "by": by }).to_string()),
                    at: now,
                })
                .await?;
                unit.save().await?;
                Ok(fee)
            })
            .await
    }
}

struct FeeAccounts {
    owed: AccountId,
    income: AccountId,
    tax_due: AccountId,
}

impl Purser {
    async fn fee_accounts(&self, unit: &mut UnitOfWork, fee: &Fee, now: DateTime<Utc>) -> Result<FeeAccounts, Error> {
        let (organisation, amount) = (fee.organisation_id, fee.amount);
        Ok(FeeAccounts {
            owed: self.house_account(unit, organisation, AccountKind::FeesOwed, amount, now).await?,
            income: self.house_account(unit, organisation, AccountKind::FeeIncome, amount, now).await?,
            tax_due: self.house_account(unit, organisation, AccountKind::TaxDue, amount, now).await?,
        })
    }

    /// Charges for a deposit that reached a wallet.
    pub(crate) async fn charge(
        &self,
        unit: &mut UnitOfWork,
        deposit: &Deposit,
        rule: Option<FeeRule>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Some((rule, (amount, tax))) = rule.and_then(|rule| Some((rule, rule.charge(deposit.notice.amount)?)))
        else {
            return Ok(());
        };
        let fee = Fee {
            id: self.id(FeeId::new, now),
            organisation_id: deposit.organisation_id,
            deposit_id: deposit.id,
            rule_version: rule.version,
            amount,
            tax,
            status: FeeStatus::Due,
            settlement_id: None,
            reason: None,
            created_at: now,
            ended_at: None,
        };
        unit.insert_fee(&fee).await?;
        let accounts = self.fee_accounts(unit, &fee, now).await?;
        let entry = postings::fee_charged::entry(accounts.owed, (accounts.income, amount), (accounts.tax_due, tax))?;
        Ok(unit.post(fee.organisation_id, self.id(EntryId::new, now), &entry, &fee.id.to_string(), now).await?)
    }

    /// Takes what is owed from the Fees wallets that have money. Tells how many fees that was.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn sweep_fees(&self) -> Result<usize, Error> {
        let wallets = self.read().await?.rows().payable_fees().await?;
        let mut collected = 0;
        for (organisation_id, wallet_id, currency) in wallets {
            loop {
                let done = self.settled(|| self.collect(organisation_id, wallet_id, currency)).await?;
                collected += done;
                if done == 0 {
                    break;
                }
            }
        }
        Ok(collected)
    }

    /// The oldest first, each whole, as far as the wallet's money goes.
    async fn collect(
        &self,
        organisation_id: OrganisationId,
        wallet_id: WalletId,
        currency: Currency,
    ) -> Result<usize, Error> {
        let mut unit = self.begin().await?;
        // As a settlement does, which keeps back the same.
        unit.hold_organisation(organisation_id).await?;
        unit.hold_wallets(organisation_id, &[wallet_id]).await?;
        let wallet = unit.rows().wallet(organisation_id, wallet_id).await?.ok_or(Error::NotFound)?.wallet;
        let (mut available, mut balance) = (wallet.available_balance.minor(), wallet.ledger_balance);
        let mut collected = 0;
        for mut fee in unit.rows().due_fees(organisation_id, currency, COLLECTED_AT_ONCE).await? {
            let whole = fee.amount.checked_add(fee.tax).map_err(Error::internal)?;
            if whole.minor() > available {
                break;
            }
            available -= whole.minor();
            balance = balance.checked_sub(whole).map_err(Error::internal)?;
            let now = self.now();
            fee.status = FeeStatus::Collected;
            fee.ended_at = Some(now);
            if !unit.end_fee(&fee).await? {
                return Err(Error::overtaken());
            }
            let owed = self.house_account(&mut unit, organisation_id, AccountKind::FeesOwed, whole, now).await?;
            let entry = postings::fee_collected::entry(AccountId::from_uuid(wallet_id.uuid()), owed, whole)?;
            let source_id = fee.id.to_string();
            unit.post(organisation_id, self.id(EntryId::new, now), &entry, &source_id, now).await?;
            let transaction = WalletTransaction {
                id: self.id(WalletTransactionId::new, now),
                organisation_id,
                wallet_id,
                customer_id: None,
                kind: TransactionType::Debit,
                source: TransactionSource::Fee,
                source_id,
                amount: whole,
                balance_after: balance,
                sender: SenderParty::default(),
                reference: Some(fee.deposit_id.to_string()),
                created_at: now,
            };
            unit.insert_transaction(&transaction).await?;
            collected += 1;
        }
        unit.save().await?;
        Ok(collected)
    }

    /// What a settlement of `gross` keeps back: the oldest fees that are owed, each whole, while something is left to be paid.
    pub(crate) async fn to_withhold(
        &self,
        unit: &mut UnitOfWork,
        organisation_id: OrganisationId,
        gross: Money,
    ) -> Result<Withheld, Error> {
        let currency = gross.currency();
        let mut withheld = Withheld::nothing(currency);
        for fee in unit.rows().due_fees(organisation_id, currency, WITHHELD_MAX).await? {
            let fees = withheld.fees.checked_add(fee.amount).map_err(Error::internal)?;
            let tax = withheld.tax.checked_add(fee.tax).map_err(Error::internal)?;
            if fees.checked_add(tax).map_err(Error::internal)?.minor() >= gross.minor() {
                break;
            }
            withheld = Withheld { fees, tax, up_to: Some(fee.id), count: withheld.count + 1 };
        }
        Ok(withheld)
    }
}

/// What a settlement keeps back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Withheld {
    pub fees: Money,
    pub tax: Money,
    /// The youngest of the fees.
    pub up_to: Option<FeeId>,
    pub count: u64,
}

impl Withheld {
    pub const fn nothing(currency: Currency) -> Self {
        Self { fees: Money::zero(currency), tax: Money::zero(currency), up_to: None, count: 0 }
    }

    /// What is left to be paid.
    pub fn rest_of(&self, gross: Money) -> Result<Money, Error> {
        let kept = self.fees.checked_add(self.tax).map_err(Error::internal)?;
        gross.checked_sub(kept).map_err(Error::internal)
    }
}

fn told(rule: &FeeRule, by: &str) -> String {
    json!({
        "by": by,
        "version": rule.version,
        "currency": rule.currency,
        "fixed": rule.fixed,
        "basis_points": rule.basis_points,
        "minimum": rule.minimum,
        "maximum": rule.maximum,
        "tax_basis_points": rule.tax_basis_points,
    })
    .to_string()
}
