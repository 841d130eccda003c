//! The real clock and the operating system's randomness. Everything else takes them as arguments.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// Time and chance as this machine has them.
#[derive(Clone, Copy, Debug)]
pub struct Machine;

/// A clock that is set back by no more than this is waited for: meanwhile time stands still. Ids and listings are in the
/// order of time, so what is written next must not be older than what was written last. A clock that was further off had
/// no right time to wait for.
const STANDS_STILL_MAX_MS: i64 = 10 * 60 * 1000;

/// The latest moment that anybody was told.
static LATEST: Steady = Steady(AtomicI64::new(0));

struct Steady(AtomicI64);

impl Steady {
    fn tell(&self, clock_ms: i64) -> i64 {
        let follow = |latest: i64| {
            let is_set_back_a_little = clock_ms < latest && latest - clock_ms <= STANDS_STILL_MAX_MS;
            if is_set_back_a_little { latest } else { clock_ms }
        };
        let latest = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |latest| Some(follow(latest)));
        follow(latest.unwrap_or(clock_ms))
    }
}

impl Machine {
    /// Goes on from a moment that an earlier process has written down.
    pub fn goes_on_from(moment: DateTime<Utc>) {
        // One that lies ahead is stood still for, if it is near.
        LATEST.0.fetch_max(moment.timestamp_millis(), Ordering::Relaxed);
    }
}

impl service::Environment for Machine {
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    fn now(&self) -> DateTime<Utc> {
        let clock = Utc::now();
        DateTime::from_timestamp_millis(LATEST.tell(clock.timestamp_millis())).unwrap_or(clock)
    }

    #[expect(clippy::expect_used, reason = "without randomness no id, key or session may be made")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_still_for_a_clock_that_is_set_back_a_little_and_follows_one_that_jumps() {
        let steady = Steady(AtomicI64::new(0));
        let day = 86_400_000;
        for (clock, told) in [
            (day, day),
            (day + 5, day + 5),
            (day + 4, day + 5),
            (day + 5 - STANDS_STILL_MAX_MS, day + 5),
            (day + 6, day + 6),
            (3 * day, 3 * day),
            (day, day),
            (day + 1, day + 1),
        ] {
            assert_eq!(steady.tell(clock), told, "at {clock}");
        }
    }
}
