//! Transfers between wallets of an organisation: at once, or set aside first and posted or released later.

use chrono::{DateTime, Utc};
use domain::{
    fault::FieldError,
    id::{AccountId, EntryId, TransferId, WalletId, WalletTransactionId},
    money::Money,
    standing::Reason,
    transfer::{Transfer, TransferStatus},
    wallet::{SenderParty, TransactionSource, TransactionType, Wallet, WalletTransaction},
};
use serde_json::json;
use storage::{Event, Page, PageRequest, TransferFilter, UnitOfWork};

use crate::{
    Editor, Error, Purser, Reader,
    customers::reused,
    deposits::{AMOUNT_MINOR_MAX, REFERENCE_CHARS_MAX, trim},
    postings,
    purser::organisation_of,
};

/// Money that is to go from one wallet to another.
#[derive(Clone, Debug)]
pub struct NewTransfer {
    /// The wallet that it leaves.
    pub from: WalletId,
    /// The wallet that it reaches.
    pub to: WalletId,
    /// How much.
    pub amount: Money,
    /// What for.
    pub reference: Option<String>,
    /// Only set it aside: it is posted or released later.
    pub is_reserved: bool,
}

impl NewTransfer {
    fn check(&self) -> Result<(), Error> {
        let mut errors = Vec::new();
        if self.amount.minor() <= 0 {
            errors.push(FieldError::new("amount", "not_positive", "Enter an amount above zero."));
        } else if self.amount.minor() > AMOUNT_MINOR_MAX {
            errors.push(FieldError::new("amount", "too_large", "Enter a smaller amount."));
        }
        if self.from == self.to {
            errors.push(FieldError::new(
                "to_wallet_id",
                "same_wallet",
                "Choose another wallet than the one it leaves.",
            ));
        }
        let is_bad = |text: &String| text.chars().count() > REFERENCE_CHARS_MAX || text.chars().any(char::is_control);
        if self.reference.as_ref().is_some_and(is_bad) {
            let message = format!("Keep to {REFERENCE_CHARS_MAX} characters, without line breaks.");
            errors.push(FieldError::new("reference", "invalid", message));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }
}

impl Editor {
    /// Moves money from one wallet to another, or sets it aside to be moved later.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Refused`] when one of the customers may not; [`Error::Conflict`] when the wallet has
    /// not as much available.
    pub async fn transfer(&self, new: &NewTransfer) -> Result<Transfer, Error> {
        new.check()?;
        let purser = &self.purser;
        let transfer_id = purser.id(TransferId::new, purser.now());
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                if let Some(earlier) = self.claim(&mut unit, &transfer_id.to_string()).await? {
                    let earlier = earlier.parse::<TransferId>().map_err(|_| reused())?;
                    let transfer = unit.rows().transfer(self.organisation_id(), earlier).await?;
                    unit.save().await?;
                    return transfer.ok_or(Error::NotFound);
                }
                self.require_wallets(&mut unit, new.from, new.to, new.amount).await?;
                let available = self.hold(&mut unit, new.from, new.to).await?;
                if available.minor() < new.amount.minor() {
                    return Err(insufficient(available, new.amount));
                }
                let now = purser.now();
                let transfer = Transfer {
                    id: transfer_id,
                    organisation_id: self.organisation_id(),
                    from_wallet_id: new.from,
                    to_wallet_id: new.to,
                    amount: new.amount,
                    reference: trim(new.reference.as_ref()),
                    status: if new.is_reserved { TransferStatus::Reserved } else { TransferStatus::Posted },
                    created_at: now,
                    settled_at: (!new.is_reserved).then_some(now),
                };
                unit.insert_transfer(&transfer).await?;
                if new.is_reserved {
                    unit.reserve(transfer.organisation_id, transfer.from_wallet_id, transfer.amount).await?;
                    self.line(&mut unit, &transfer, transfer.from_wallet_id, TransactionType::Reserve).await?;
                } else {
                    self.move_money(&mut unit, &transfer, now).await?;
                }
                self.tell(&mut unit, &transfer, None, now).await?;
                unit.save().await?;
                Ok(transfer)
            })
            .await
    }

    /// Moves what a transfer has set aside. Posting it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] when one of the customers may not; [`Error::Conflict`] when it was released.
    pub async fn post_transfer(&self, transfer_id: TransferId) -> Result<Transfer, Error> {
        self.settle_transfer(transfer_id, TransferStatus::Posted).await
    }

    /// Lets go of what a transfer has set aside. Releasing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it was posted.
    pub async fn release_transfer(&self, transfer_id: TransferId) -> Result<Transfer, Error> {
        self.settle_transfer(transfer_id, TransferStatus::Released).await
    }

    async fn settle_transfer(&self, transfer_id: TransferId, wanted: TransferStatus) -> Result<Transfer, Error> {
        let (purser, organisation_id) = (&self.purser, self.organisation_id());
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                let found = unit.rows().transfer(organisation_id, transfer_id).await?.ok_or(Error::NotFound)?;
                if wanted == TransferStatus::Posted && found.status == TransferStatus::Reserved {
                    self.require_wallets(&mut unit, found.from_wallet_id, found.to_wallet_id, found.amount).await?;
                }
                let available = self.hold(&mut unit, found.from_wallet_id, found.to_wallet_id).await?;
                // Somebody else may have done it while this one waited.
                let found = unit.rows().transfer(organisation_id, transfer_id).await?.ok_or(Error::NotFound)?;
                let is_repeat = self.claim(&mut unit, &transfer_id.to_string()).await?.is_some();
                if is_repeat || found.status == wanted {
                    unit.save().await?;
                    return Ok(found);
                }
                if wanted == TransferStatus::Posted && found.status == TransferStatus::Reserved && available.minor() < 0 {
                    return Err(Error::Conflict {
                        code: "insufficient_funds",
                        detail: "A bank took back more than the wallet had, so that nothing leaves it. Wait until that is made \
                                 good, or release the transfer."
                            .to_owned(),
                    });
                }
                let now = purser.now();
                let before = found.status;
                let settled = match wanted {
                    TransferStatus::Posted => found.post(now),
                    _ => found.release(now),
                };
                let transfer = settled.map_err(|status| Error::Conflict {
                    code: "transfer_settled",
                    detail: format!("The transfer is {} already. Make a new one.", status.code()),
                })?;
                unit.reserve(
                    organisation_id,
                    transfer.from_wallet_id,
                    transfer.amount.checked_neg().map_err(Error::internal)?,
                )
                .await?;
                self.line(&mut unit, &transfer, transfer.from_wallet_id, TransactionType::Release).await?;
                unit.settle_transfer(organisation_id, transfer_id, transfer.status, now).await?;
                if transfer.status == TransferStatus::Posted {
                    self.move_money(&mut unit, &transfer, now).await?;
                }
                self.tell(&mut unit, &transfer, Some(before), now).await?;
                unit.save().await?;
                Ok(transfer)
            })
            .await
    }

    /// Both wallets are there, in the currency, and nobody whose they are is kept from moving money.
    async fn require_wallets(
        &self,
        unit: &mut UnitOfWork,
        from: WalletId,
        to: WalletId,
        amount: Money,
    ) -> Result<(), Error> {
        let organisation_id = self.organisation_id();
        let organisation = organisation_of(unit, organisation_id).await?;
        let is_suspended = organisation.suspended_at.is_some();
        let (mut errors, mut reasons, mut customers) = (Vec::new(), Vec::new(), Vec::new());
        for (field, wallet_id) in [("from_wallet_id", from), ("to_wallet_id", to)] {
            match unit.rows().wallet(organisation_id, wallet_id).await? {
                None => errors.push(FieldError::new(field, "not_found", "There is no such wallet.")),
                Some(row) if row.wallet.currency() != amount.currency() => {
                    let (held, asked) = (row.wallet.currency().code(), amount.currency().code());
                    let message = format!("This wallet is in {held}, and the transfer in {asked}.");
                    errors.push(FieldError::new(field, "currency_mismatch", message));
                }
                Some(row) => customers.extend(row.wallet.customer_id),
            }
        }
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        if is_suspended {
            let message = "Your organisation is suspended. Ask the operator.";
            reasons.push(Reason::new("organisation_suspended", message));
        }
        // In one order, so that two transfers between the same customers do not wait for each other.
        customers.sort_unstable();
        customers.dedup();
        for customer_id in customers {
            let customer = unit.rows().customer(organisation_id, customer_id).await?.ok_or(Error::NotFound)?;
            reasons.extend(customer.why_not_active(false));
            reasons.extend(customer.why_not_enabled());
        }
        if reasons.is_empty() { Ok(()) } else { Err(Error::Refused(reasons)) }
    }

    /// Keeps others from moving money on the wallets. Tells what the first has available then.
    async fn hold(&self, unit: &mut UnitOfWork, from: WalletId, to: WalletId) -> Result<Money, Error> {
        unit.hold_wallets(self.organisation_id(), &[from, to]).await?;
        let wallet: Wallet = unit.rows().wallet(self.organisation_id(), from).await?.ok_or(Error::NotFound)?.wallet;
        Ok(wallet.available_balance)
    }

    async fn move_money(&self, unit: &mut UnitOfWork, transfer: &Transfer, now: DateTime<Utc>) -> Result<(), Error> {
        let account = |wallet_id: WalletId| AccountId::from_uuid(wallet_id.uuid());
        let (from, to) = (transfer.from_wallet_id, transfer.to_wallet_id);
        let entry = postings::transfer_posted::entry(account(from), account(to), transfer.amount)?;
        let entry_id = self.purser.id(EntryId::new, now);
        unit.post(transfer.organisation_id, entry_id, &entry, &transfer.id.to_string(), now).await?;
        self.line(unit, transfer, from, TransactionType::Debit).await?;
        self.line(unit, transfer, to, TransactionType::Credit).await
    }

    async fn line(
        &self,
        unit: &mut UnitOfWork,
        transfer: &Transfer,
        wallet_id: WalletId,
        kind: TransactionType,
    ) -> Result<(), Error> {
        // While the wallet is held: its lines are in the order of their ids.
        let now = self.purser.now();
        let row = unit.rows().wallet(transfer.organisation_id, wallet_id).await?.ok_or(Error::NotFound)?;
        let transaction = WalletTransaction {
            id: self.purser.id(WalletTransactionId::new, now),
            organisation_id: transfer.organisation_id,
            wallet_id,
            customer_id: row.wallet.customer_id,
            kind,
            source: TransactionSource::Transfer,
            source_id: transfer.id.to_string(),
            amount: transfer.amount,
            balance_after: row.wallet.ledger_balance,
            sender: SenderParty::default(),
            reference: transfer.reference.clone(),
            created_at: now,
        };
        unit.insert_transaction(&transaction).await?;
        Ok(())
    }

    async fn tell(
        &self,
        unit: &mut UnitOfWork,
        transfer: &Transfer,
        before: Option<TransferStatus>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let action = match transfer.status {
            TransferStatus::Reserved => "transfer.reserve",
            TransferStatus::Posted => "transfer.post",
            TransferStatus::Released => "transfer.release",
        };
        let before = before.map(|status| json!({ "status": status }).to_string());
        let after = json!({
            "status": transfer.status,
            "from_wallet_id": transfer.from_wallet_id,
            "to_wallet_id": transfer.to_wallet_id,
            "amount": transfer.amount.minor(),
            "currency": transfer.amount.currency(),
        });
        unit.audit(&self.audit(action, transfer.id.to_string(), before, Some(after.to_string()))).await?;
        unit.publish(&self.purser.transfer_event(transfer), now).await?;
        Ok(())
    }
}

impl Purser {
    fn transfer_event(&self, transfer: &Transfer) -> Event {
        let kind = match transfer.status {
            TransferStatus::Reserved => "transfer.reserved",
            TransferStatus::Posted => "transfer.posted",
            TransferStatus::Released => "transfer.released",
        };
        let payload = json!({
            "id": transfer.id,
            "status": transfer.status,
            "from_wallet_id": transfer.from_wallet_id,
            "to_wallet_id": transfer.to_wallet_id,
            "amount": transfer.amount.minor(),
            "currency": transfer.amount.currency(),
            "reference": transfer.reference,
        });
        self.event(transfer.organisation_id, kind, transfer.id.to_string(), payload)
    }
}

impl Reader {
    /// A transfer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn transfer(&self, transfer_id: TransferId) -> Result<Transfer, Error> {
        let found = self.purser.read().await?.rows().transfer(self.organisation_id(), transfer_id).await?;
        found.ok_or(Error::NotFound)
    }

    /// A page of transfers, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn transfers(&self, filter: &TransferFilter, request: &PageRequest) -> Result<Page<Transfer>, Error> {
        Ok(self.purser.read().await?.rows().transfers(self.organisation_id(), filter, request).await?)
    }
}

fn insufficient(available: Money, amount: Money) -> Error {
    Error::Conflict {
        code: "insufficient_funds",
        detail: format!("The wallet has {available} available, which is less than {amount}. Transfer less."),
    }
}
