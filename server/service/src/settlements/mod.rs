//! Settlement: what was collected is paid out to the organisation, on agreed terms.

mod answers;
mod run;
mod terms;

use chrono::{DateTime, Utc};
use domain::{
    id::{AccountId, EntryId, OrganisationId, SettlementId, WalletId, WalletTransactionId},
    ledger::AccountKind,
    money::Money,
    settlement::{Settlement, SettlementAccount, SettlementLine, SettlementStatus},
    wallet::{SenderParty, TransactionSource, TransactionType, WalletTransaction},
};
use serde_json::{Value, json};
use storage::{AuditEntry, Page, PageRequest, SettlementFile, SettlementFilter, UnitOfWork};

pub use answers::{AnswerReport, SettlementAnswer};
pub use run::{Settled, SettlementOutcome};
pub use terms::{NewSettlementAccount, NewSettlementTerms};

use crate::{Error, Operator, Purser, Reader, operator::short_text, postings};

impl Reader {
    /// A page of settlements, newest first.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn settlements(
        &self,
        filter: SettlementFilter,
        request: &PageRequest,
    ) -> Result<Page<Settlement>, Error> {
        Ok(self.purser.read().await?.rows().settlements(self.organisation_id(), filter, request).await?)
    }

    /// A settlement, with the account that it is paid to.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn settlement(&self, id: SettlementId) -> Result<(Settlement, SettlementAccount), Error> {
        let mut reading = self.purser.read().await?;
        let settlement = reading.rows().settlement(self.organisation_id(), id).await?.ok_or(Error::NotFound)?;
        let account = reading.rows().settlement_account(settlement.account_id).await?.ok_or(Error::NotFound)?;
        Ok((settlement, account))
    }

    /// A page of the deposits that a settlement pays out.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn settlement_lines(
        &self,
        id: SettlementId,
        request: &PageRequest,
    ) -> Result<Page<SettlementLine>, Error> {
        Ok(self.purser.read().await?.rows().settlement_lines(self.organisation_id(), id, request).await?)
    }

    /// The file that tells the bank to pay a settlement.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn settlement_file(&self, id: SettlementId) -> Result<SettlementFile, Error> {
        self.purser.read().await?.rows().settlement_file(self.organisation_id(), id).await?.ok_or(Error::NotFound)
    }
}

impl Operator {
    /// Settlements of all organisations that the bank has not paid yet, oldest first.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn open_settlements(&self) -> Result<Vec<Settlement>, Error> {
        Ok(self.purser.read().await?.rows().open_settlements().await?)
    }

    /// The file of a settlement of any organisation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn settlement_file(
        &self,
        organisation_id: OrganisationId,
        id: SettlementId,
    ) -> Result<SettlementFile, Error> {
        self.purser.read().await?.rows().settlement_file(organisation_id, id).await?.ok_or(Error::NotFound)
    }

    /// Notes that the bank was given a settlement's file.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it was sent before.
    pub async fn send_settlement(&self, id: SettlementId) -> Result<Settlement, Error> {
        self.move_settlement(id, SettlementStatus::Sent, None).await
    }

    /// Notes that the bank paid a settlement.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`]; [`Error::Conflict`] when it was not sent, or has ended.
    pub async fn confirm_settlement(&self, id: SettlementId, bank_reference: &str) -> Result<Settlement, Error> {
        let bank_reference = short_text("bank_reference", bank_reference)?;
        self.move_settlement(id, SettlementStatus::Paid, Some(bank_reference)).await
    }

    /// Notes that the bank could not pay a settlement: its money is back in the wallets, and its deposits are due again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`]; [`Error::Conflict`] when it was not sent, or has ended.
    pub async fn fail_settlement(&self, id: SettlementId, reason: &str) -> Result<Settlement, Error> {
        let reason = short_text("reason", reason)?;
        self.move_settlement(id, SettlementStatus::Failed, Some(reason)).await
    }

    async fn move_settlement(
        &self,
        id: SettlementId,
        next: SettlementStatus,
        words: Option<String>,
    ) -> Result<Settlement, Error> {
        let purser = &self.purser;
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let mut settlement = unit.hold_settlement(id).await?.ok_or(Error::NotFound)?;
                let before = settlement.clone();
                if !settlement.status.may_become(next) {
                    return Err(moved_already(settlement.status));
                }
                let now = purser.now();
                settlement.status = next;
                match next {
                    SettlementStatus::Sent => settlement.sent_at = Some(now),
                    SettlementStatus::Paid => {
                        settlement.bank_reference.clone_from(&words);
                        settlement.ended_at = Some(now);
                        purser.pay(&mut unit, &settlement).await?;
                    }
                    SettlementStatus::Failed => {
                        settlement.reason.clone_from(&words);
                        settlement.ended_at = Some(now);
                    }
                    SettlementStatus::Pending => return Err(moved_already(settlement.status)),
                }
                unit.save_settlement(&settlement).await?;
                if next == SettlementStatus::Failed {
                    purser.give_back(&mut unit, &settlement).await?;
                }
                let action = match next {
                    SettlementStatus::Paid => "settlement.confirm",
                    SettlementStatus::Failed => "settlement.fail",
                    _ => "settlement.send",
                };
                let told = |settlement: &Settlement| json!({ "status": settlement.status }).to_string();
                unit.audit(&AuditEntry {
                    organisation_id: settlement.organisation_id,
                    actor: self.actor,
                    action,
                    object_id: id.to_string(),
                    before: Some(told(&before)),
                    after: Some(told(&settlement)),
                    at: now,
                })
                .await?;
                if next != SettlementStatus::Sent {
                    unit.publish(&purser.settlement_event(&settlement), now).await?;
                }
                unit.save().await?;
                Ok(settlement)
            })
            .await
    }
}

fn moved_already(status: SettlementStatus) -> Error {
    Error::Conflict {
        code: "settlement_ended",
        detail: format!("The settlement is {} by now, and this cannot be done to it. Look at it again.", status.code()),
    }
}

impl Purser {
    async fn pay(&self, unit: &mut UnitOfWork, settlement: &Settlement) -> Result<(), Error> {
        let (organisation_id, amount, now) = (settlement.organisation_id, settlement.net, self.now());
        let kind = AccountKind::SettlementsInTransit;
        let in_transit = self.house_account(unit, organisation_id, kind, amount, now).await?;
        let bank = self.house_account(unit, organisation_id, AccountKind::Bank, amount, now).await?;
        let entry = postings::settlement_paid::entry(in_transit, bank, amount)?;
        let source_id = settlement.id.to_string();
        Ok(unit.post(organisation_id, self.id(EntryId::new, now), &entry, &source_id, now).await?)
    }

    async fn give_back(&self, unit: &mut UnitOfWork, settlement: &Settlement) -> Result<(), Error> {
        let (organisation_id, now) = (settlement.organisation_id, self.now());
        let currency = settlement.gross.currency();
        let wallets = unit.rows().settled_wallets(organisation_id, settlement.id).await?;
        let wallets: Vec<(WalletId, Money)> =
            wallets.into_iter().map(|(wallet, minor)| (wallet, Money::new(minor, currency))).collect();
        self.hold_all(unit, organisation_id, &wallets).await?;
        let kind = AccountKind::SettlementsInTransit;
        let in_transit = self.house_account(unit, organisation_id, kind, settlement.gross, now).await?;
        let kept = self.withheld(unit, settlement, now).await?;
        let entry = postings::settlement_failed::entry(in_transit, &accounts(&wallets), kept)?;
        let source_id = settlement.id.to_string();
        unit.post(organisation_id, self.id(EntryId::new, now), &entry, &source_id, now).await?;
        self.settlement_movements(unit, settlement, &wallets, TransactionType::Credit).await
    }

    /// What a settlement keeps back, and where it is owed.
    async fn withheld(
        &self,
        unit: &mut UnitOfWork,
        settlement: &Settlement,
        now: DateTime<Utc>,
    ) -> Result<Option<(AccountId, Money)>, Error> {
        let kept = settlement.fees.checked_add(settlement.tax).map_err(Error::internal)?;
        if kept.is_zero() {
            return Ok(None);
        }
        let kind = AccountKind::FeesOwed;
        let owed = self.house_account(unit, settlement.organisation_id, kind, kept, now).await?;
        Ok(Some((owed, kept)))
    }

    /// Keeps others from moving money on these wallets, in the order in which everybody locks them.
    async fn hold_all(
        &self,
        unit: &mut UnitOfWork,
        organisation_id: OrganisationId,
        wallets: &[(WalletId, Money)],
    ) -> Result<(), Error> {
        const AT_ONCE: usize = 500;
        for wallets in wallets.chunks(AT_ONCE) {
            let ids: Vec<WalletId> = wallets.iter().map(|(wallet, _)| *wallet).collect();
            unit.hold_wallets(organisation_id, &ids).await?;
        }
        Ok(())
    }

    /// The lines on the wallets, while they are held.
    async fn settlement_movements(
        &self,
        unit: &mut UnitOfWork,
        settlement: &Settlement,
        wallets: &[(WalletId, Money)],
        kind: TransactionType,
    ) -> Result<(), Error> {
        for (wallet_id, amount) in wallets {
            let now = self.now();
            let organisation_id = settlement.organisation_id;
            let wallet = unit.rows().wallet(organisation_id, *wallet_id).await?.ok_or(Error::NotFound)?.wallet;
            let transaction = WalletTransaction {
                id: self.id(WalletTransactionId::new, now),
                organisation_id,
                wallet_id: *wallet_id,
                customer_id: wallet.customer_id,
                kind,
                source: TransactionSource::Settlement,
                source_id: settlement.id.to_string(),
                amount: *amount,
                balance_after: wallet.ledger_balance,
                sender: SenderParty::default(),
                reference: Some(settlement.reference.clone()),
                created_at: now,
            };
            unit.insert_transaction(&transaction).await?;
        }
        Ok(())
    }

    pub(crate) fn settlement_event(&self, settlement: &Settlement) -> storage::Event {
        let kind = match settlement.status {
            SettlementStatus::Pending | SettlementStatus::Sent => "settlement.created",
            SettlementStatus::Paid => "settlement.paid",
            SettlementStatus::Failed => "settlement.failed",
        };
        self.event(settlement.organisation_id, kind, settlement.id.to_string(), told(settlement))
    }
}

/// A settlement, as it is told outside.
fn told(settlement: &Settlement) -> Value {
    json!({
        "id": settlement.id,
        "status": settlement.status,
        "date": settlement.date.to_string(),
        "mode": settlement.mode,
        "currency": settlement.gross.currency(),
        "gross": settlement.gross.minor(),
        "fees": settlement.fees.minor(),
        "tax": settlement.tax.minor(),
        "net": settlement.net.minor(),
        "deposits": settlement.deposits,
        "reference": settlement.reference,
        "bank_reference": settlement.bank_reference,
        "reason": settlement.reason,
    })
}

fn accounts(wallets: &[(WalletId, Money)]) -> Vec<(AccountId, Money)> {
    wallets.iter().map(|(wallet, amount)| (AccountId::from_uuid(wallet.uuid()), *amount)).collect()
}
