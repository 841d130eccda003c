//! What is done from time to time without anybody asking: notices that a crash left in the inbox are worked, rejected
//! deposits are sent back, fees are collected, journal entries get their links, what is due at a cut-off is settled, and
//! what is too old to matter is removed.

use std::time::Duration;

use chrono::TimeDelta;
use service::{Error, Purser, SettlementOutcome};
use tracing::{debug, info, warn};

const EVERY: Duration = Duration::from_secs(2);
/// A notice this young may still be in the hands of whoever took it in.
const LEFT_FOR: TimeDelta = TimeDelta::seconds(30);
/// Cut-offs are looked for every this many rounds.
const ROUNDS_PER_SETTLEMENT: u64 = 15;
/// Old records are removed every this many rounds.
const ROUNDS_PER_REMOVAL: u64 = 1_800;

pub(crate) async fn run(purser: Purser) {
    let mut clock = tokio::time::interval(EVERY);
    for round in 0_u64.. {
        clock.tick().await;
        let notices = purser.sweep_notices(purser.now() - LEFT_FOR).await;
        let returns = purser.sweep_returns().await;
        let fees = purser.sweep_fees().await;
        let links = purser.seal_ledger().await;
        let settled = if round.is_multiple_of(ROUNDS_PER_SETTLEMENT) { settle(&purser).await } else { Ok(()) };
        let records = if round.is_multiple_of(ROUNDS_PER_REMOVAL) { purser.sweep_records().await } else { Ok(()) };
        for error in
            [notices.err(), returns.err(), fees.err(), links.err(), settled.err(), records.err()].into_iter().flatten()
        {
            warn!(code = error.code(), error = &error as &dyn std::error::Error, "a sweep failed and is tried again");
        }
    }
}

/// Runs every business day whose cut-off has passed.
async fn settle(purser: &Purser) -> Result<(), Error> {
    for settled in purser.settle(None).await? {
        let (organisation, currency) = (settled.organisation_id, settled.currency.code());
        match settled.outcome {
            SettlementOutcome::Done(run) => {
                info!(%organisation, currency, date = %run.date, settlement = ?run.settlement_id, "a business day was settled");
            }
            SettlementOutcome::Known(_) => {}
            SettlementOutcome::Waits(why) => {
                debug!(%organisation, currency, why, "a business day cannot be settled yet");
            }
        }
    }
    Ok(())
}
