//! A bar for long work: drawn again and again on a terminal, a line each time elsewhere.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

const CHARS: u64 = 30;
const EVERY: Duration = Duration::from_millis(200);
/// A log is no terminal: a line each time would drown it.
const EVERY_IN_LOGS: Duration = Duration::from_secs(5);

/// How far something is.
#[derive(Debug)]
pub struct Bar {
    began_at: Instant,
    told_at: Option<Instant>,
    is_terminal: bool,
}

impl Bar {
    /// Begins.
    pub fn new() -> Self {
        Self { began_at: Instant::now(), told_at: None, is_terminal: std::io::stderr().is_terminal() }
    }

    /// Says how far it is, not too often.
    pub fn tell(&mut self, step: &str, done: u64, total: u64, what: &str) {
        let every = if self.is_terminal { EVERY } else { EVERY_IN_LOGS };
        if self.told_at.is_some_and(|told_at| told_at.elapsed() < every) && done < total {
            return;
        }
        self.told_at = Some(Instant::now());
        let share = |of: u64| done.min(total).saturating_mul(of).checked_div(total).unwrap_or(of);
        let full = share(CHARS);
        let bar: String = (0..CHARS).map(|at| if at < full { '█' } else { '░' }).collect();
        let (begin, end) = if self.is_terminal { ("\r\u{1b}[K", "") } else { ("", "\n") };
        eprint!("{begin}  {step:<9} {bar} {:>3} %  {done} of {total} rows  {what}{end}", share(100));
    }

    /// Leaves the line.
    pub fn end(&self) {
        if self.is_terminal && self.told_at.is_some() {
            eprintln!();
        }
    }

    /// Since it began.
    pub fn elapsed(&self) -> Duration {
        self.began_at.elapsed()
    }
}
