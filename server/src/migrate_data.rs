//! `purser migrate-data`: from the embedded database to a PostgreSQL server.

use std::{io::Write as _, process::ExitCode};

use anyhow::{Result, bail};
use clap::Args;
use storage::{Moving, is_postgres, move_data};

use crate::bar::Bar;

/// From where to where.
#[derive(Args)]
pub struct MigrateData {
    /// The embedded database, `sqlite://<path>`
    #[arg(long)]
    from: String,
    /// An empty database on a server, `postgres://…`; it is made when the server has none of this name
    #[arg(long)]
    to: String,
}

/// Moves everything, and proves that both sides are the same.
///
/// # Errors
/// Says what could not be moved, and what to do.
pub async fn run(wanted: &MigrateData) -> Result<ExitCode> {
    if !wanted.from.starts_with("sqlite://") || !is_postgres(&wanted.to) {
        bail!("data moves from sqlite://<path> to postgres://…, and not the other way");
    }
    let mut bar = Bar::new();
    let moved = Box::pin(move_data(&wanted.from, &wanted.to, |Moving { step, table, done, total }| {
        bar.tell(step, done, total, table);
    }))
    .await?;
    bar.end();
    let mut out = std::io::stdout();
    for (table, rows, hash) in &moved.tables {
        writeln!(out, "{rows:>12}  {hash}  {table}")?;
    }
    if moved.resumed_after > 0 {
        writeln!(out, "{} rows had been copied before", moved.resumed_after)?;
    }
    writeln!(
        out,
        "moved and found the same on both sides, in {:.1} s: rows, content and balances\n\
         Serve the new one from now on: PURSER_DATABASE_URL=postgres://… with the same key file and documents as before.",
        bar.elapsed().as_secs_f64()
    )?;
    Ok(ExitCode::SUCCESS)
}
