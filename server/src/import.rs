//! `purser import FILE…`: bank files in, and what became of each payment out.

use std::{io::Write as _, path::Path, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use domain::{account_number::AccountNumber, wallet::SenderParty};
use rails::{Account, BankTime, Notice};
use service::{BankNotice, ImportReport, Purser};

use crate::{admin::told, config::Config, open};

/// Takes the files in, each whole or not at all. One that is refused is told and does not keep the others out.
///
/// # Errors
/// When storage cannot be reached.
pub async fn run(config: &Config, files: &[PathBuf]) -> Result<ExitCode> {
    let purser = open::purser(config).await?;
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match import(&purser, file).await {
            Ok(line) => writeln!(std::io::stdout(), "{}: {line}", file.display())?,
            Err(error) => {
                eprintln!("{}: {error:#}", file.display());
                code = ExitCode::FAILURE;
            }
        }
    }
    purser.close().await;
    Ok(code)
}

async fn import(purser: &Purser, file: &Path) -> Result<String> {
    let size = std::fs::metadata(file).context("cannot be read")?.len();
    if size > rails::FILE_BYTES_MAX as u64 {
        anyhow::bail!("has {size} bytes; at most {} are read", rails::FILE_BYTES_MAX);
    }
    let bytes = std::fs::read(file).context("cannot be read")?;
    let read = rails::read(&bytes)?;
    let notices: Vec<BankNotice> = read.notices.iter().map(bank_notice).collect();
    let report = purser.import(&notices).await.map_err(told)?;
    Ok(format!("{}: {}", read.format, summary(&report, read.skipped.len())))
}

fn summary(report: &ImportReport, skipped: usize) -> String {
    format!(
        "{} credited, {} held, {} rejected, {} already known, {skipped} not deposits",
        report.credited.len(),
        report.held.len(),
        report.rejected.len(),
        report.known
    )
}

fn bank_notice(notice: &Notice) -> BankNotice {
    let sender = &notice.sender;
    let mut accounts = readings(&notice.account);
    // A batch that the bank does not tell apart stands on the account it reports on, which is nobody's virtual account.
    accounts.dedup();
    BankNotice {
        bank_reference: notice.bank_reference.clone(),
        accounts,
        account_text: text(&notice.account),
        amount: notice.amount,
        sender: SenderParty {
            name: sender.name.clone(),
            bsb: sender.bsb.clone(),
            account_number: sender.account_number.clone(),
            iban: sender.iban.clone(),
            pay_id: sender.pay_id.clone(),
        },
        reference: notice.reference.clone(),
        received_at: notice.booked_at.map(instant),
    }
}

/// Every account that the bank's text may mean, in canonical form.
fn readings(account: &Account) -> Vec<String> {
    match account {
        Account::Iban(iban) => AccountNumber::candidates(iban),
        Account::Other(other) => match &other.bsb {
            Some(bsb) => match AccountNumber::parse_au(bsb, &other.account_number) {
                Ok(number) => vec![number.canonical()],
                Err(_) => Vec::new(),
            },
            None => match &other.clearing {
                Some(clearing) => {
                    let mut found = AccountNumber::candidates(&format!("{} {}", clearing.member, other.id));
                    found.extend(AccountNumber::candidates(&other.id));
                    found
                }
                None => AccountNumber::candidates(&other.id),
            },
        },
        Account::Alias { .. } => Vec::new(),
    }
}

fn text(account: &Account) -> String {
    match account {
        Account::Iban(iban) => iban.clone(),
        Account::Other(other) => match &other.bsb {
            Some(bsb) => format!("{bsb} {}", other.account_number),
            None => other.id.clone(),
        },
        Account::Alias { id, .. } => id.clone(),
    }
}

/// A time without a zone is taken as UTC: the day is the bank's, and no better guess is to be had.
fn instant(time: BankTime) -> DateTime<Utc> {
    match time {
        BankTime::Instant(instant) => instant.to_utc(),
        BankTime::Local(local) => local.and_utc(),
    }
}
