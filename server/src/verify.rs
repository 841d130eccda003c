//! `purser verify`: the proof of the ledger.

use std::{io::Write as _, process::ExitCode};

use anyhow::Result;

use crate::{config::Config, open};

/// Proves it; fails on any fault.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(config: &Config) -> Result<ExitCode> {
    let purser = open::purser(config).await?;
    let (entries, postings) = purser.ledger_counts().await?;
    let faults = purser.ledger_faults().await?;
    let mut out = std::io::stdout();
    for fault in &faults {
        writeln!(out, "{fault}")?;
    }
    writeln!(out, "{entries} journal entries, {postings} postings, {} faults", faults.len())?;
    purser.close().await;
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
