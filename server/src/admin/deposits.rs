//! Money that waits for a person: what there is, whose it is, where it goes.

use std::io::Write as _;

use anyhow::{Result, anyhow};
use clap::Subcommand;
use domain::{
    deposit::{Deposit, DepositStatus, Reversal},
    id::{DepositId, ReversalId},
    wallet::SenderParty,
};
use service::{Actor, OpenDeposits, PageRequest, Purser};

use super::{parsed, told};

#[derive(Subcommand)]
pub enum Money {
    /// List deposits of all organisations that are held, rejected or on their way back, newest first
    Deposits {
        /// `HELD`, `REJECTED`, `RETURN_PENDING` or `RETURN_FAILED`; all of them when absent
        #[arg(long, value_parser = status)]
        status: Option<DepositStatus>,
    },
    /// Credit a deposit that is held, or that could not be sent back, to the account whose it is
    MatchDeposit {
        /// Its id
        #[arg(value_parser = parsed::<DepositId>)]
        deposit: DepositId,
        /// The number of the virtual account: BSB and number, IBAN, routing and account number, or NZ account
        #[arg(long)]
        account: String,
    },
    /// Take a held deposit out of the books that the bank told of twice: the money came once
    WithdrawDeposit {
        /// Its id
        #[arg(value_parser = parsed::<DepositId>)]
        deposit: DepositId,
        /// How you know
        #[arg(long)]
        reason: String,
    },
    /// Begin to send a deposit back: to its sender, or to the account given
    ReturnDeposit {
        /// Its id
        #[arg(value_parser = parsed::<DepositId>)]
        deposit: DepositId,
        /// The receiver's name, where it is not the sender as the bank told of it
        #[arg(long)]
        name: Option<String>,
        /// The receiver's BSB
        #[arg(long)]
        bsb: Option<String>,
        /// The receiver's account number
        #[arg(long)]
        account_number: Option<String>,
        /// The receiver's IBAN
        #[arg(long)]
        iban: Option<String>,
        /// The receiver's `PayID`
        #[arg(long)]
        pay_id: Option<String>,
    },
    /// Note that the bank paid a deposit back
    ConfirmReturn {
        /// Its id
        #[arg(value_parser = parsed::<DepositId>)]
        deposit: DepositId,
        /// The bank's id of the payment back
        #[arg(long)]
        bank_reference: String,
    },
    /// Note that the bank could not pay a deposit back
    FailReturn {
        /// Its id
        #[arg(value_parser = parsed::<DepositId>)]
        deposit: DepositId,
        /// Why, in the bank's words
        #[arg(long)]
        reason: String,
    },
    /// List what banks took back and no deposit was found for, newest first
    Reversals,
    /// Take the deposit back that a bank meant by a reversal
    ApplyReversal {
        /// The id of the reversal
        #[arg(value_parser = parsed::<ReversalId>)]
        reversal: ReversalId,
        /// The id of the deposit
        #[arg(long, value_parser = parsed::<DepositId>)]
        deposit: DepositId,
    },
}

fn status(text: &str) -> Result<DepositStatus, String> {
    let open =
        [DepositStatus::Held, DepositStatus::Rejected, DepositStatus::ReturnPending, DepositStatus::ReturnFailed];
    let known = open.map(DepositStatus::code).join(", ");
    open.into_iter().find(|status| status.code() == text).ok_or_else(|| format!("choose one of {known}"))
}

pub(super) async fn run(purser: &Purser, money: Money) -> Result<()> {
    let operator = purser.operator(Actor::System);
    let done = match money {
        Money::Deposits { status } => return list(purser, status).await,
        Money::Reversals => return reversals(purser).await,
        Money::MatchDeposit { deposit, account } => operator.match_deposit(deposit, &account).await,
        Money::WithdrawDeposit { deposit, reason } => operator.withdraw_deposit(deposit, &reason).await,
        Money::ReturnDeposit { deposit, name, bsb, account_number, iban, pay_id } => {
            let receiver = SenderParty { name, bsb, account_number, iban, pay_id };
            let receiver = (receiver != SenderParty::default()).then_some(&receiver);
            operator.return_deposit(deposit, receiver).await
        }
        Money::ConfirmReturn { deposit, bank_reference } => operator.confirm_return(deposit, &bank_reference).await,
        Money::FailReturn { deposit, reason } => operator.fail_return(deposit, &reason).await,
        Money::ApplyReversal { reversal, deposit } => operator.apply_reversal(reversal, deposit).await,
    };
    Ok(writeln!(std::io::stdout(), "{}", line(&done.map_err(refused)?))?)
}

/// A refusal, with every reason for it.
fn refused(error: service::Error) -> anyhow::Error {
    match error {
        service::Error::Refused(reasons) => {
            let reasons: Vec<String> = reasons.into_iter().map(|reason| reason.message).collect();
            anyhow!("{}", reasons.join("\n"))
        }
        other => told(other),
    }
}

async fn list(purser: &Purser, status: Option<DepositStatus>) -> Result<()> {
    let operator = purser.operator(Actor::System);
    let mut request = PageRequest { limit: 200, after: None };
    loop {
        let page = operator.open_deposits(OpenDeposits { status }, &request).await.map_err(told)?;
        for deposit in &page.rows {
            writeln!(std::io::stdout(), "{}", line(deposit))?;
        }
        let Some(next) = page.next else { return Ok(()) };
        request.after = Some(next);
    }
}

async fn reversals(purser: &Purser) -> Result<()> {
    let operator = purser.operator(Actor::System);
    let mut request = PageRequest { limit: 200, after: None };
    loop {
        let page = operator.open_reversals(&request).await.map_err(told)?;
        for Reversal { id, amount, bank_reference, original_reference, reason, .. } in &page.rows {
            let reason = reason.as_deref().unwrap_or("no reason given");
            writeln!(std::io::stdout(), "{id}  {amount}  {bank_reference} takes {original_reference} back: {reason}")?;
        }
        let Some(next) = page.next else { return Ok(()) };
        request.after = Some(next);
    }
}

/// A deposit in a line: what it is, where it stands, and why.
fn line(deposit: &Deposit) -> String {
    let notice = &deposit.notice;
    let to = match (&deposit.account_text, &deposit.virtual_account_id) {
        (Some(text), _) => text.clone(),
        (None, Some(id)) => id.to_string(),
        (None, None) => "no account".to_owned(),
    };
    let why = deposit.returned.as_ref().and_then(|returned| returned.reason.as_ref()).or(deposit.reason.as_ref());
    let why = why.map_or_else(String::new, |reason| format!("  {}", reason.message));
    format!(
        "{}  {}  {}  {} {}  to {to}{why}",
        deposit.id,
        deposit.status.code(),
        notice.amount,
        notice.rail,
        notice.bank_reference
    )
}
