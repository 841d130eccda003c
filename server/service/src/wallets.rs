//! Issuing wallets with their accounts.

use chrono::{DateTime, Utc};
use domain::{
    account_number::RangeError,
    customer::Customer,
    id::{AccountId, CustomerId, VirtualAccountId, WalletId},
    money::{Currency, Money},
    standing::Reason,
    wallet::{CreditTo, ReadyCustomer, VirtualAccount, Wallet, WalletKind},
};
use serde_json::json;
use storage::{Organisation, UnitOfWork};

use crate::{Editor, Error, Reader, customers::reused, purser::organisation_of};

/// Numbers that were issued by other means are passed over; after so many in a row something is wrong with the range.
const NUMBERS_PASSED_OVER_MAX: u32 = 1000;

impl Editor {
    /// Gives a customer a wallet in a currency, with an account number of its own.
    ///
    /// # Errors
    /// [`Error::Refused`] with every reason why not, [`Error::Conflict`] when the customer has one or no number is left.
    pub async fn issue_wallet(
        &self,
        customer_id: CustomerId,
        currency: Currency,
        credit_to: CreditTo,
    ) -> Result<Wallet, Error> {
        if !currency.has_wallets() {
            let codes = Currency::WALLETS.map(Currency::code);
            return Err(Error::field("currency", "unsupported", format!("Choose one of {}.", codes.join(", "))));
        }
        let purser = &self.purser;
        let now = purser.now();
        let wallet_id = purser.id(WalletId::new, now);
        purser
            .settled(|| async {
                let mut unit = purser.begin().await?;
                if let Some(earlier) = self.claim(&mut unit, &wallet_id.to_string()).await? {
                    let earlier = earlier.parse::<WalletId>().map_err(|_| reused())?;
                    let row = unit.rows().wallet(self.organisation_id(), earlier).await?;
                    unit.save().await?;
                    return Ok(row.ok_or(Error::NotFound)?.wallet);
                }
                let organisation = organisation_of(&mut unit, self.organisation_id()).await?;
                let customer = self.customer_to_change(&mut unit, customer_id).await?;
                let (wallet, _) =
                    self.issue(&mut unit, wallet_id, &customer, &organisation, (currency, credit_to), now).await?;
                unit.save().await?;
                Ok(wallet)
            })
            .await
    }

    /// The part that is the same whoever keeps the unit of work.
    pub(crate) async fn issue(
        &self,
        unit: &mut UnitOfWork,
        wallet_id: WalletId,
        customer: &Customer,
        organisation: &Organisation,
        (currency, credit_to): (Currency, CreditTo),
        now: DateTime<Utc>,
    ) -> Result<(Wallet, VirtualAccount), Error> {
        let (purser, customer_id) = (&self.purser, customer.id);
        let ready = ReadyCustomer::check(customer, organisation.suspended_at.is_some()).map_err(Error::Refused)?;
        self.own_wallets(unit, currency, now).await?;
        let wallet = self.new_wallet(unit, wallet_id, Some(customer_id), WalletKind::Customer, currency, now).await?;
        let account = self.allot(unit, ready, &wallet, credit_to, now).await?;
        let wallet_facts = json!({ "id": wallet.id, "customer_id": customer_id, "currency": currency });
        let account_facts = json!({ "id": account.id, "wallet_id": wallet.id, "customer_id": customer_id, "currency": currency, "credit_to": credit_to });
        unit.audit(&self.audit("wallet.issue", wallet.id.to_string(), None, Some(account_facts.to_string()))).await?;
        unit.publish(&purser.event(self.organisation_id(), "wallet.created", wallet.id.to_string(), wallet_facts), now)
            .await?;
        unit.publish(
            &purser.event(self.organisation_id(), "virtual_account.created", account.id.to_string(), account_facts),
            now,
        )
        .await?;
        Ok((wallet, account))
    }

    /// The organisation's own wallets of a currency come with its first customer wallet.
    async fn own_wallets(&self, unit: &mut UnitOfWork, currency: Currency, now: DateTime<Utc>) -> Result<(), Error> {
        for kind in [WalletKind::Payin, WalletKind::Fees] {
            if unit.rows().own_wallet(self.organisation_id(), kind, currency).await?.is_some() {
                continue;
            }
            unit.hold_organisation(self.organisation_id()).await?;
            // Somebody may have made it while this one waited.
            if unit.rows().own_wallet(self.organisation_id(), kind, currency).await?.is_none() {
                let id = self.purser.id(WalletId::new, now);
                self.new_wallet(unit, id, None, kind, currency, now).await?;
            }
        }
        Ok(())
    }

    async fn new_wallet(
        &self,
        unit: &mut UnitOfWork,
        id: WalletId,
        customer_id: Option<CustomerId>,
        kind: WalletKind,
        currency: Currency,
        now: DateTime<Utc>,
    ) -> Result<Wallet, Error> {
        let zero = Money::zero(currency);
        let wallet = Wallet {
            id,
            organisation_id: self.organisation_id(),
            customer_id,
            kind,
            ledger_balance: zero,
            available_balance: zero,
            created_at: now,
        };
        unit.insert_account(
            self.organisation_id(),
            AccountId::from_uuid(id.uuid()),
            kind.account_kind(),
            currency,
            now,
        )
        .await?;
        unit.insert_wallet(&wallet).await.map_err(|error| {
            if error.is_taken("wallets") {
                let detail = format!("This customer has a wallet in {} already.", currency.code());
                Error::Conflict { code: "wallet_exists", detail }
            } else {
                error.into()
            }
        })?;
        Ok(wallet)
    }

    async fn allot(
        &self,
        unit: &mut UnitOfWork,
        customer: ReadyCustomer<'_>,
        wallet: &Wallet,
        credit_to: CreditTo,
        now: DateTime<Utc>,
    ) -> Result<VirtualAccount, Error> {
        let currency = wallet.currency();
        for _ in 0..NUMBERS_PASSED_OVER_MAX {
            let Some((range_id, range, serial)) = unit.take_serial(currency).await? else { break };
            let number = match range.number_at(serial) {
                Ok(number) => number,
                Err(RangeError::Exhausted { .. }) => {
                    unit.exhaust_range(range_id, now).await?;
                    continue;
                }
                Err(error) => return Err(Error::internal(error)),
            };
            let account = VirtualAccount {
                id: self.purser.id(VirtualAccountId::new, now),
                organisation_id: self.organisation_id(),
                wallet_id: wallet.id,
                customer_id: customer.customer().id,
                currency,
                account_name: customer.customer().details.name(),
                number,
                credit_to,
                is_active: true,
                created_at: now,
            };
            if unit.insert_virtual_account(&account).await? {
                return Ok(account);
            }
        }
        Err(Error::Conflict {
            code: "no_account_numbers",
            detail: format!("No account number is left in {}. Ask the operator to add a range.", currency.code()),
        })
    }
}

impl Reader {
    /// Why no wallet can be issued to a customer; empty when one can.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn why_no_wallet(&self, customer_id: CustomerId) -> Result<Vec<Reason>, Error> {
        let mut reading = self.purser.read().await?;
        let organisation = reading.rows().organisation(self.organisation_id()).await?.ok_or(Error::NotFound)?;
        let customer: Option<Customer> = reading.rows().customer(self.organisation_id(), customer_id).await?;
        let customer = customer.filter(|customer| customer.deleted_at.is_none()).ok_or(Error::NotFound)?;
        Ok(ReadyCustomer::check(&customer, organisation.suspended_at.is_some()).err().unwrap_or_default())
    }
}
