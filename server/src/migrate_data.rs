//! `purser migrate-data`: from the embedded database to a PostgreSQL server.

use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use clap::Args;
use storage::{Moving, is_postgres, move_data};

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

const BAR_CHARS: u64 = 30;
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Moves everything, and proves that both sides are the same.
///
/// # Errors
/// Says what could not be moved, and what to do.
pub async fn run(wanted: &MigrateData) -> Result<ExitCode> {
    if !wanted.from.starts_with("sqlite://") || !is_postgres(&wanted.to) {
        bail!("data moves from sqlite://<path> to postgres://…, and not the other way");
    }
    let mut progress = Progress { began_at: Instant::now(), told_at: None };
    let moved = Box::pin(move_data(&wanted.from, &wanted.to, |moving| progress.tell(moving))).await?;
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
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
        progress.began_at.elapsed().as_secs_f64()
    )?;
    Ok(ExitCode::SUCCESS)
}

struct Progress {
    began_at: Instant,
    told_at: Option<Instant>,
}

impl Progress {
    fn tell(&mut self, moving: Moving) {
        let Moving { step, table, done, total } = moving;
        let is_terminal = std::io::stderr().is_terminal();
        if is_terminal && self.told_at.is_some_and(|told_at| told_at.elapsed() < TELL_EVERY) && done < total {
            return;
        }
        self.told_at = Some(Instant::now());
        let share = |of: u64| done.saturating_mul(of).checked_div(total).unwrap_or(of);
        let full = share(BAR_CHARS);
        let bar: String = (0..BAR_CHARS).map(|at| if at < full { '█' } else { '░' }).collect();
        let (begin, end) = if is_terminal { ("\r\u{1b}[K", "") } else { ("", "\n") };
        eprint!("{begin}  {step:<9} {bar} {:>3} %  {done} of {total} rows  {table}{end}", share(100));
    }
}
