//! The real clock and the operating system's randomness. Everything else takes them as arguments.

use chrono::{DateTime, Utc};

/// Time and chance as this machine has them.
#[derive(Clone, Copy, Debug)]
pub struct Machine;

impl service::Environment for Machine {
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    #[expect(clippy::expect_used, reason = "without randomness no id, key or session may be made")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
