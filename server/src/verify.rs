//! `purser verify`: the proof of the ledger.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use clap::Args;
use service::SignedHead;

use crate::{admin::told, bar::Bar, config::Config, open};

/// What to compare with, and what to leave behind.
#[derive(Args)]
pub struct Verify {
    /// Writes the signed heads of the chains to this file when there is no fault
    #[arg(long, value_name = "FILE")]
    export_head: Option<PathBuf>,
    /// Checks that today's chains go on from the heads in this file; may be given more than once
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
}

/// Proves it; fails on any fault.
///
/// # Errors
/// When the database or a file of heads cannot be read.
pub async fn run(config: &Config, wanted: &Verify) -> Result<ExitCode> {
    let purser = open::purser(config).await?;
    let mut signed = Vec::new();
    for file in &wanted.against {
        let heads = read_heads(file)?;
        signed.extend(purser.open_heads(&heads).map_err(told).with_context(|| file.display().to_string())?);
    }
    let mut bar = Bar::new();
    let proof = purser.prove_ledger(&signed, |progress| bar.tell("reading", progress.done, progress.total, "")).await?;
    bar.end();
    eprintln!("read and compared in {:.1} s", bar.elapsed().as_secs_f64());
    let mut out = std::io::stdout();
    for fault in proof.faults.lines() {
        writeln!(out, "{fault}")?;
    }
    for (what, count) in proof.faults.counts().iter().filter(|(_, count)| **count > 1) {
        writeln!(out, "{count} times: {what}")?;
    }
    let faults = proof.faults.count();
    if let Some(file) = wanted.export_head.as_ref().filter(|_| faults == 0) {
        let heads = purser.ledger_heads(None).await.map_err(told)?;
        let text = serde_json::to_string_pretty(&heads)? + "\n";
        std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
        writeln!(out, "{} signed heads in {}", heads.len(), file.display())?;
    }
    for head in &signed {
        let (organisation, number) = (head.organisation_id, head.number);
        writeln!(out, "compared with the signed head of {organisation} at {number}")?;
    }
    writeln!(
        out,
        "{} journal entries ({} sealed, {} wait for it), {} postings, {} movements, {} accounts, {faults} faults",
        proof.entries, proof.links, proof.waiting, proof.postings, proof.movements, proof.accounts
    )?;
    purser.close().await;
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_heads(file: &Path) -> Result<Vec<SignedHead>> {
    let text = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} holds no signed heads", file.display()))
}
