//! Settlement from the shell: accounts, terms, and what became of payments.

use std::{io::Write as _, path::PathBuf};

use anyhow::{Context as _, Result, anyhow};
use chrono::NaiveTime;
use clap::Subcommand;
use domain::{
    account_number::AccountFields,
    id::{OrganisationId, SettlementAccountId, SettlementId},
    money::{Currency, Money},
    settlement::{CalendarName, Settlement, SettlementAccount, SettlementMode},
};
use service::{Actor, NewSettlementAccount, NewSettlementTerms, Purser};

use super::{currency, parsed, told};

#[derive(Subcommand)]
pub enum Settling {
    /// Ask for a bank account that settlements are paid to, or paid from. It counts when a second person approved it
    AddSettlementAccount {
        /// Whose it is, to be paid to; without it an account of your own, to pay from
        #[arg(long, value_parser = parsed::<OrganisationId>)]
        organisation: Option<OrganisationId>,
        /// Its currency
        #[arg(long, value_parser = currency)]
        currency: Currency,
        /// The holder, as the bank knows them
        #[arg(long)]
        name: String,
        /// BSB of an Australian account
        #[arg(long)]
        bsb: Option<String>,
        /// The account number
        #[arg(long)]
        account_number: Option<String>,
        /// Routing number of an account in the United States
        #[arg(long)]
        routing_number: Option<String>,
        /// The IBAN
        #[arg(long)]
        iban: Option<String>,
        /// The bank's BIC; of an Australian account to pay from, its abbreviation, such as NAB
        #[arg(long)]
        bank: Option<String>,
        /// The six digits of your Direct Entry user, of an Australian account to pay from
        #[arg(long)]
        user_id: Option<String>,
        /// Who you are
        #[arg(long)]
        by: String,
    },
    /// Approve an account that somebody else asked for
    ApproveSettlementAccount {
        /// Its id
        #[arg(value_parser = parsed::<SettlementAccountId>)]
        account: SettlementAccountId,
        /// Who you are
        #[arg(long)]
        by: String,
    },
    /// Revoke an account: nothing is paid to or from it any more
    RevokeSettlementAccount {
        /// Its id
        #[arg(value_parser = parsed::<SettlementAccountId>)]
        account: SettlementAccountId,
        /// Who you are
        #[arg(long)]
        by: String,
    },
    /// List the accounts of an organisation, or your own
    SettlementAccounts {
        /// Whose
        #[arg(long, value_parser = parsed::<OrganisationId>)]
        organisation: Option<OrganisationId>,
    },
    /// Set when and where an organisation is paid in a currency; the newest terms count
    SetSettlementTerms {
        /// With whom
        #[arg(long, value_parser = parsed::<OrganisationId>)]
        organisation: OrganisationId,
        /// For which currency
        #[arg(long, value_parser = currency)]
        currency: Currency,
        /// Business days until what came in is due: the N of T+N
        #[arg(long)]
        days: u8,
        /// Until when on a business day money counts as of that day, such as 16:30
        #[arg(long, value_parser = time)]
        cutoff: NaiveTime,
        /// The time zone of that, such as Australia/Sydney
        #[arg(long)]
        zone: String,
        /// Whose business days: AU, NZ, SG, TARGET, GB or US
        #[arg(long, value_parser = calendar)]
        calendar: CalendarName,
        /// Less than this, in minor units, is carried over
        #[arg(long, default_value_t = 0)]
        minimum: i64,
        /// GROSS pays everything out, NET keeps fees back
        #[arg(long, value_parser = mode, default_value = "GROSS")]
        mode: SettlementMode,
        /// The account that is paid to
        #[arg(long, value_parser = parsed::<SettlementAccountId>)]
        account: SettlementAccountId,
        /// Who you are
        #[arg(long)]
        by: String,
    },
    /// List settlements that the bank has not paid yet, oldest first
    Settlements,
    /// Write a settlement's payment file, to give it to the bank
    SettlementFile {
        /// Its organisation
        #[arg(long, value_parser = parsed::<OrganisationId>)]
        organisation: OrganisationId,
        /// Its id
        #[arg(value_parser = parsed::<SettlementId>)]
        settlement: SettlementId,
        /// Where to write it; to the standard output when absent
        #[arg(long)]
        to: Option<PathBuf>,
    },
    /// Note that the bank was given a settlement's file
    SendSettlement {
        /// Its id
        #[arg(value_parser = parsed::<SettlementId>)]
        settlement: SettlementId,
    },
    /// Note that the bank paid a settlement
    ConfirmSettlement {
        /// Its id
        #[arg(value_parser = parsed::<SettlementId>)]
        settlement: SettlementId,
        /// The bank's id of the payment
        #[arg(long)]
        bank_reference: String,
    },
    /// Note that the bank could not pay a settlement: its money goes back, and is due again
    FailSettlement {
        /// Its id
        #[arg(value_parser = parsed::<SettlementId>)]
        settlement: SettlementId,
        /// Why, in the bank's words
        #[arg(long)]
        reason: String,
    },
}

fn calendar(text: &str) -> Result<CalendarName, String> {
    let known = CalendarName::ALL.map(CalendarName::code).join(", ");
    CalendarName::from_code(&text.to_ascii_uppercase()).ok_or_else(|| format!("choose one of {known}"))
}

fn mode(text: &str) -> Result<SettlementMode, String> {
    SettlementMode::from_code(&text.to_ascii_uppercase()).ok_or_else(|| "choose GROSS or NET".to_owned())
}

fn time(text: &str) -> Result<NaiveTime, String> {
    let read = NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"));
    read.map_err(|_| "give a time such as 16:30".to_owned())
}

pub(super) async fn run(purser: &Purser, settling: Settling) -> Result<()> {
    let operator = purser.operator(Actor::System);
    let mut out = std::io::stdout();
    match settling {
        Settling::AddSettlementAccount {
            organisation,
            currency,
            name,
            bsb,
            account_number,
            routing_number,
            iban,
            bank,
            user_id,
            by,
        } => {
            let numbers = AccountFields { bsb, account_number, iban, routing_number };
            let new = NewSettlementAccount { organisation_id: organisation, currency, name, numbers, bank, user_id };
            let account = operator.request_settlement_account(&new, &by).await.map_err(told)?;
            writeln!(out, "{}", account_line(&account))?;
        }
        Settling::ApproveSettlementAccount { account, by } => {
            writeln!(out, "{}", account_line(&operator.approve_settlement_account(account, &by).await.map_err(told)?))?;
        }
        Settling::RevokeSettlementAccount { account, by } => {
            writeln!(out, "{}", account_line(&operator.revoke_settlement_account(account, &by).await.map_err(told)?))?;
        }
        Settling::SettlementAccounts { organisation } => {
            for account in operator.settlement_accounts(organisation).await.map_err(told)? {
                writeln!(out, "{}", account_line(&account))?;
            }
        }
        Settling::SetSettlementTerms {
            organisation: organisation_id,
            currency,
            days,
            cutoff,
            zone,
            calendar,
            minimum,
            mode,
            account: account_id,
            by,
        } => {
            let terms = NewSettlementTerms {
                organisation_id,
                currency,
                days,
                cutoff,
                zone,
                calendar,
                minimum,
                mode,
                account_id,
            };
            let set = operator.set_settlement_terms(&terms, &by).await.map_err(told)?;
            writeln!(
                out,
                "version {} of {} for {organisation_id}: T+{} {}, until {} {}, to {}",
                set.version,
                currency.code(),
                set.days,
                set.calendar.code(),
                set.cutoff.format("%H:%M"),
                set.zone,
                set.account_id
            )?;
        }
        Settling::Settlements => {
            for settlement in operator.open_settlements().await.map_err(told)? {
                writeln!(out, "{}", line(&settlement))?;
            }
        }
        Settling::SettlementFile { organisation, settlement, to } => {
            let file = operator.settlement_file(organisation, settlement).await.map_err(told)?;
            match to {
                None => out.write_all(&file.bytes)?,
                Some(to) => {
                    std::fs::write(&to, &file.bytes).with_context(|| format!("{} cannot be written", to.display()))?;
                    writeln!(out, "{} ({}) in {}", file.name, file.format, to.display())?;
                }
            }
        }
        Settling::SendSettlement { settlement } => {
            writeln!(out, "{}", line(&operator.send_settlement(settlement).await.map_err(told)?))?;
        }
        Settling::ConfirmSettlement { settlement, bank_reference } => {
            let paid = operator.confirm_settlement(settlement, &bank_reference).await.map_err(told)?;
            writeln!(out, "{}", line(&paid))?;
        }
        Settling::FailSettlement { settlement, reason } => {
            writeln!(out, "{}", line(&operator.fail_settlement(settlement, &reason).await.map_err(told)?))?;
        }
    }
    Ok(())
}

fn account_line(account: &SettlementAccount) -> String {
    let state = match (&account.revoked_by, &account.approved_by) {
        (Some(by), _) => format!("revoked by {by}"),
        (None, Some(by)) => format!("approved by {by}"),
        (None, None) => "waits for a second person".to_owned(),
    };
    format!("{}  {}  {}  {}  {state}", account.id, account.currency.code(), account.number.display(), account.name)
}

fn line(settlement: &Settlement) -> String {
    format!(
        "{}  {}  {}  {:<7}  {}  {} deposits  {}",
        settlement.id,
        settlement.organisation_id,
        settlement.date,
        settlement.status.code(),
        amount(settlement.net),
        settlement.deposits,
        settlement.reference
    )
}

fn amount(amount: Money) -> String {
    format!("{} {}", amount.minor(), amount.currency().code())
}

/// `purser settle`.
///
/// # Errors
/// Says what is wrong with the date; when storage cannot be reached.
pub async fn settle(purser: &Purser, date: Option<&str>) -> Result<bool> {
    let date = match date {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| anyhow!("--date: “{text}” is no day such as 2026-11-27"))?),
    };
    let mut out = std::io::stdout();
    let mut is_complete = true;
    let settled = purser.settle(date).await.map_err(told)?;
    if settled.is_empty() {
        writeln!(out, "nothing to run: no terms are set, or every cut-off that has passed was run")?;
    }
    for one in settled {
        let (organisation, currency) = (one.organisation_id, one.currency.code());
        match one.outcome {
            service::SettlementOutcome::Done(run) | service::SettlementOutcome::Known(run) => {
                let settlement = run.settlement_id.map_or_else(|| "no settlement".to_owned(), |id| id.to_string());
                let why = run.reason.map_or_else(String::new, |reason| format!(": {}", reason.message));
                writeln!(
                    out,
                    "{organisation}  {}  {settlement}  {} settled, {} carried over{why}",
                    run.date,
                    amount(run.settled),
                    amount(run.carried)
                )?;
            }
            service::SettlementOutcome::Waits(why) => {
                is_complete = false;
                writeln!(out, "{organisation}  {}  {currency} could not be settled: {why}", one.date)?;
            }
        }
    }
    Ok(is_complete)
}
