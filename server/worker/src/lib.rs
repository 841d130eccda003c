//! Works the jobs of the database: whatever a verb queued is done here, at least once and with effect once.
//!
//! One file a job. A job is leased while it is worked; a process that dies leaves its lease to run out, and another
//! takes over. What fails is tried again with growing pauses, and given up after a bound, for a person to look at.

mod review;
mod sweep;

use std::time::Duration;

use chrono::TimeDelta;
use service::{Error, Job, Purser};
use tokio::task::JoinSet;
use tracing::{error, warn};

/// How long a job may take before another worker may begin it again.
const LEASE: TimeDelta = TimeDelta::seconds(20);
/// How many jobs are worked at once.
const JOBS_AT_ONCE: u32 = 8;
/// How long nothing is asked of the database when nothing was heard of.
const POLL: Duration = Duration::from_millis(500);
/// A job is given up after this many attempts.
const ATTEMPTS_MAX: i64 = 12;
const PAUSE_SECONDS_MAX: i64 = 300;

/// Works jobs until `stop` resolves, and then finishes what was begun.
pub async fn run(purser: Purser, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let sweeping = tokio::spawn(sweep::run(purser.clone()));
    let listener = purser.clone();
    let listening = tokio::spawn(async move { listener.hear_of_work().await });
    loop {
        let is_idle = match claim(&purser).await {
            Ok(jobs) if jobs.is_empty() => true,
            Ok(jobs) => {
                work(&purser, jobs).await;
                false
            }
            Err(error) => {
                error!(error = &error as &dyn std::error::Error, code = error.code(), "jobs cannot be claimed");
                true
            }
        };
        if is_idle {
            tokio::select! {
                () = &mut stop => break,
                () = purser.work_queued() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        } else if is_ready(&mut stop).await {
            break;
        }
    }
    sweeping.abort();
    listening.abort();
}

async fn is_ready(stop: &mut (impl Future<Output = ()> + Unpin)) -> bool {
    tokio::select! {
        biased;
        () = stop => true,
        () = std::future::ready(()) => false,
    }
}

async fn claim(purser: &Purser) -> Result<Vec<Job>, Error> {
    purser.claim_jobs(purser.now() + LEASE, JOBS_AT_ONCE).await
}

async fn work(purser: &Purser, jobs: Vec<Job>) {
    let mut working = JoinSet::new();
    for job in jobs {
        let purser = purser.clone();
        working.spawn(async move { work_one(&purser, &job).await });
    }
    while let Some(done) = working.join_next().await {
        if let Err(error) = done {
            error!(%error, "a job broke off; its lease runs out and it is tried again");
        }
    }
}

async fn work_one(purser: &Purser, job: &Job) {
    let result = match job.kind.as_str() {
        service::REVIEW_JOB => review::work(purser, job).await,
        // A newer version may have queued it; it is left to one that knows it.
        other => {
            warn!(job = %job.id, kind = other, "no worker of this version knows this job");
            return;
        }
    };
    let Err(error) = result else { return };
    let run_at = (job.attempts < ATTEMPTS_MAX).then(|| purser.now() + pause(job.attempts));
    warn!(job = %job.id, attempt = job.attempts, error = &error as &dyn std::error::Error, code = error.code(), "a job failed");
    if let Err(error) = purser.postpone_job(job, error.code(), run_at).await {
        error!(job = %job.id, code = error.code(), "a failed job cannot be postponed; its lease runs out");
    }
}

/// One second, two, four … up to five minutes.
fn pause(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
    TimeDelta::seconds(2_i64.saturating_pow(doublings).min(PAUSE_SECONDS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_bounded() {
        let seconds: Vec<i64> = [1, 2, 3, 8, 9, 10, i64::MAX].map(|n| pause(n).num_seconds()).to_vec();
        assert_eq!(seconds, [1, 2, 4, 128, 256, 300, 300]);
    }
}
