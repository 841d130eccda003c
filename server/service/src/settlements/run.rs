//! The run of a business day: what is due is collected, and the bank is told to pay it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    id::{EntryId, HOUSE, OrganisationId, SettlementId, WalletId},
    ledger::AccountKind,
    money::{Currency, Money},
    settlement::{
        Settlement, SettlementAccount, SettlementLine, SettlementMode, SettlementRun, SettlementStatus, SettlementTerms,
    },
    standing::Reason,
    wallet::TransactionType,
};
use settling::{Calendar, Creditor, Debtor, Instruction, Terms, aba, pain001, zone};
use storage::{AuditEntry, SettlementFile, UnitOfWork};

use super::{accounts, told};
use crate::{Error, Purser, fees::Withheld, postings, purser::SYSTEM};

/// What was done for an organisation and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// For whom.
    pub organisation_id: OrganisationId,
    /// In which currency.
    pub currency: Currency,
    /// On which business day.
    pub date: NaiveDate,
    /// What came of it.
    pub outcome: SettlementOutcome,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettlementOutcome {
    /// It was done now.
    Done(SettlementRun),
    /// It was done before, and nothing was changed.
    Known(SettlementRun),
    /// It could not be done: what has to happen first. The next run collects the same.
    Waits(String),
}

impl Purser {
    /// Runs what is due: every business day whose cut-off has passed and that was not run, or one day alone.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a day whose cut-off has not passed anywhere; when storage cannot be reached.
    pub async fn settle(&self, only: Option<NaiveDate>) -> Result<Vec<Settled>, Error> {
        let all = self.read().await?.rows().settlement_terms(None).await?;
        let mut settled = Vec::new();
        let mut is_too_early = false;
        for terms in &all {
            let currency = terms.minimum.currency();
            let dates = match (days_of(terms), only) {
                (Err(why), _) => Err(why),
                (Ok(days), None) => {
                    let last = self.read().await?.rows().last_settlement_run(terms.organisation_id, currency).await?;
                    days.dates_to_run(last, self.now()).map_err(|error| error.to_string())
                }
                (Ok(days), Some(date)) => match days.calendar.is_business_day(date) {
                    Err(error) => Err(error.to_string()),
                    Ok(false) => Ok(Vec::new()),
                    Ok(true) if days.cutoff_at(date) > self.now() => {
                        is_too_early = true;
                        Ok(Vec::new())
                    }
                    Ok(true) => Ok(vec![date]),
                },
            };
            let one = |date, outcome| Settled { organisation_id: terms.organisation_id, currency, date, outcome };
            match dates {
                Ok(dates) => {
                    for date in dates {
                        let outcome = self.settled(|| self.settle_one(terms, date)).await?;
                        settled.push(one(date, outcome));
                    }
                }
                Err(why) => settled.push(one(only.unwrap_or_default(), SettlementOutcome::Waits(why))),
            }
        }
        if settled.is_empty() && is_too_early {
            let message = "The cut-off of this day has not passed yet.";
            return Err(Error::field("date", "too_early", message));
        }
        Ok(settled)
    }

    async fn settle_one(&self, terms: &SettlementTerms, date: NaiveDate) -> Result<SettlementOutcome, Error> {
        let (organisation_id, currency) = (terms.organisation_id, terms.minimum.currency());
        let mut unit = self.begin().await?;
        // Of two who run the same day at once, the second finds what the first did.
        unit.hold_organisation(organisation_id).await?;
        if let Some(run) = unit.rows().settlement_run(organisation_id, currency, date).await? {
            return Ok(SettlementOutcome::Known(run));
        }
        let to = unit.rows().settlement_account(terms.account_id).await?;
        let Some(to) = to.filter(SettlementAccount::is_approved) else {
            return Ok(SettlementOutcome::Waits("the account to pay to is not approved".to_owned()));
        };
        let house = unit.rows().settlement_accounts(HOUSE).await?;
        let from = house.into_iter().rfind(|account| account.is_approved() && account.currency == currency);
        let Some(from) = from else {
            let why = format!("the house has no approved account in {} to pay from", currency.code());
            return Ok(SettlementOutcome::Waits(why));
        };
        let due_before = days_of(terms).and_then(|days| days.due_before(date).map_err(|error| error.to_string()));
        let due_before = match due_before {
            Ok(moment) => moment,
            Err(why) => return Ok(SettlementOutcome::Waits(why)),
        };
        let due = unit.rows().unsettled_deposits(organisation_id, currency, due_before).await?;
        let (lines, carried) = self.covered(&mut unit, organisation_id, due, due_before).await?;
        let gross = sum(&lines, currency)?;
        let mut run = SettlementRun {
            organisation_id,
            date,
            settlement_id: None,
            settled: Money::new(0, currency),
            carried: sum(&carried, currency)?,
            carried_deposits: i64::try_from(carried.len()).unwrap_or(i64::MAX),
            reason: (!carried.is_empty()).then(|| {
                Reason::new("insufficient_funds", "The wallets have less available than what is due came to.")
            }),
        };
        let withheld = match terms.mode {
            SettlementMode::Net => self.to_withhold(&mut unit, organisation_id, gross).await?,
            SettlementMode::Gross => Withheld::nothing(currency),
        };
        let net = withheld.rest_of(gross)?;
        let is_enough = net.is_positive() && net.minor() >= terms.minimum.minor();
        if is_enough {
            let amounts = Amounts { gross, withheld, net };
            let settlement = match self.make(&mut unit, terms, date, &lines, amounts, (&from, &to)).await {
                // The file has no room for an account as it was given: nothing of the unit is saved.
                Err(Error::Invalid(faults)) => {
                    let faults: Vec<String> =
                        faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect();
                    return Ok(SettlementOutcome::Waits(faults.join("; ")));
                }
                made => made?,
            };
            run.settlement_id = Some(settlement.id);
            run.settled = gross;
        } else if gross.is_positive() {
            run.carried = run.carried.checked_add(gross).map_err(Error::internal)?;
            run.carried_deposits += i64::try_from(lines.len()).unwrap_or(i64::MAX);
            run.reason = Some(Reason::new(
                "below_minimum",
                "What is due, less fees that are kept back, comes to less than the agreed minimum.",
            ));
        }
        if !unit.insert_settlement_run(&run, terms.version, self.now()).await? {
            return Err(Error::overtaken());
        }
        unit.save().await?;
        Ok(SettlementOutcome::Done(run))
    }

    /// Which of these deposits their wallets have the money for: the oldest of each wallet first, each whole. The wallets are
    /// held from then on.
    async fn covered(
        &self,
        unit: &mut UnitOfWork,
        organisation_id: OrganisationId,
        due: Vec<SettlementLine>,
        due_before: chrono::DateTime<chrono::Utc>,
    ) -> Result<(Vec<SettlementLine>, Vec<SettlementLine>), Error> {
        let Some(first) = due.first() else { return Ok((Vec::new(), Vec::new())) };
        let currency = first.amount.currency();
        let mut wallets: Vec<(WalletId, Money)> = due.iter().map(|line| (line.wallet_id, line.amount)).collect();
        wallets.dedup_by_key(|(wallet, _)| *wallet);
        self.hold_all(unit, organisation_id, &wallets).await?;
        // What was taken back while others still held a wallet is not due any more.
        let due = unit.rows().unsettled_deposits(organisation_id, currency, due_before).await?;
        let (mut covered, mut carried) = (Vec::with_capacity(due.len()), Vec::new());
        for of_wallet in due.chunk_by(|one, other| one.wallet_id == other.wallet_id) {
            let Some(wallet_id) = of_wallet.first().map(|line| line.wallet_id) else { continue };
            if wallets.binary_search_by_key(&wallet_id, |(wallet, _)| *wallet).is_err() {
                // Its first deposit came in just now, and it is not held: the next run has it.
                continue;
            }
            let row = unit.rows().wallet(organisation_id, wallet_id).await?.ok_or(Error::NotFound)?;
            let mut available = row.wallet.available_balance.minor();
            for line in of_wallet {
                if line.amount.minor() <= available {
                    available -= line.amount.minor();
                    covered.push(*line);
                } else {
                    // Nothing younger is paid before it.
                    available = 0;
                    carried.push(*line);
                }
            }
        }
        Ok((covered, carried))
    }

    async fn make(
        &self,
        unit: &mut UnitOfWork,
        terms: &SettlementTerms,
        date: NaiveDate,
        lines: &[SettlementLine],
        Amounts { gross, withheld, net }: Amounts,
        (from, to): (&SettlementAccount, &SettlementAccount),
    ) -> Result<Settlement, Error> {
        let (organisation_id, now) = (terms.organisation_id, self.now());
        let id = self.id(SettlementId::new, now);
        let settlement = Settlement {
            id,
            organisation_id,
            date,
            status: SettlementStatus::Pending,
            mode: terms.mode,
            gross,
            fees: withheld.fees,
            tax: withheld.tax,
            net,
            deposits: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            account_id: to.id,
            reference: reference(id),
            bank_reference: None,
            reason: None,
            created_at: now,
            sent_at: None,
            ended_at: None,
        };
        let file = payment_file(&settlement, from, to)?;
        unit.insert_settlement(&settlement, terms.version, lines, &file).await?;
        if let Some(up_to) = withheld.up_to
            && unit.withhold_fees(&settlement, up_to).await? != withheld.count
        {
            // One that is older came in meanwhile.
            return Err(Error::overtaken());
        }
        let mut by_wallet: BTreeMap<WalletId, i64> = BTreeMap::new();
        for line in lines {
            *by_wallet.entry(line.wallet_id).or_default() += line.amount.minor();
        }
        let wallets: Vec<(WalletId, Money)> =
            by_wallet.into_iter().map(|(wallet, minor)| (wallet, Money::new(minor, gross.currency()))).collect();
        let kind = AccountKind::SettlementsInTransit;
        let in_transit = self.house_account(unit, organisation_id, kind, gross, now).await?;
        let kept = self.withheld(unit, &settlement, now).await?;
        let entry = postings::settlement_made::entry(&accounts(&wallets), in_transit, kept)?;
        unit.post(organisation_id, self.id(EntryId::new, now), &entry, &id.to_string(), now).await?;
        self.settlement_movements(unit, &settlement, &wallets, TransactionType::Debit).await?;
        unit.audit(&AuditEntry {
            organisation_id,
            actor: SYSTEM,
            action: "settlement.create",
            object_id: id.to_string(),
            before: None,
            after: Some(told(&settlement).to_string()),
            at: now,
        })
        .await?;
        unit.publish(&self.settlement_event(&settlement), now).await?;
        Ok(settlement)
    }
}

/// What a settlement comes to.
#[derive(Clone, Copy)]
struct Amounts {
    gross: Money,
    withheld: Withheld,
    net: Money,
}

/// ABA from one Australian account to another in dollars, ISO 20022 otherwise.
fn payment_file(
    settlement: &Settlement,
    from: &SettlementAccount,
    to: &SettlementAccount,
) -> Result<SettlementFile, Error> {
    let debtor = Debtor {
        name: from.name.clone(),
        account: from.number.clone(),
        bank: from.bank.clone(),
        user_id: from.user_id.clone(),
    };
    let payment = Instruction {
        end_to_end_id: settlement.reference.clone(),
        amount: settlement.net,
        creditor: Creditor { name: to.name.clone(), account: to.number.clone(), bic: to.bank.clone() },
        remittance: format!("Settlement {}", settlement.date),
    };
    let payments = [payment];
    let (format, extension, text) = if settlement.net.currency() == Currency::AUD {
        ("aba", "aba", aba::write(&debtor, "SETTLEMENT", settlement.date, &payments))
    } else {
        let made = pain001::write(&settlement.reference, settlement.created_at, settlement.date, &debtor, &payments);
        ("pain.001.001.09", "xml", made)
    };
    let text = text.map_err(|fault| Error::field(fault.field, "invalid", fault.message))?;
    let name = format!("settlement-{}-{}.{extension}", settlement.date, settlement.reference);
    Ok(SettlementFile { format: format.to_owned(), name, bytes: text.into_bytes() })
}

fn days_of(terms: &SettlementTerms) -> Result<Terms, String> {
    let zone = zone(&terms.zone).ok_or_else(|| format!("the time zone {} is not known any more", terms.zone))?;
    Ok(Terms { days: terms.days, cutoff: terms.cutoff, zone, calendar: Calendar::of(terms.calendar) })
}

/// By what the bank names it: short enough for every format, and nobody else's.
fn reference(id: SettlementId) -> String {
    let digits = id.uuid().simple().to_string().to_ascii_uppercase();
    format!("S{}", digits.get(16..).unwrap_or_default())
}

fn sum(lines: &[SettlementLine], currency: Currency) -> Result<Money, Error> {
    let sum = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount.minor()));
    sum.map(|minor| Money::new(minor, currency)).ok_or_else(|| Error::internal("more than any amount can say"))
}
