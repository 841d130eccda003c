//! Time and chance, which come in from outside so that a test can say what they are.

use std::fmt::Debug;

use chrono::{DateTime, Utc};

/// The clock and the source of randomness. The real one lives in the program, another in each test.
pub trait Environment: Debug + Send + Sync + 'static {
    /// Now.
    fn now(&self) -> DateTime<Utc>;

    /// Fills with bytes that nobody can foresee.
    fn fill(&self, bytes: &mut [u8]);
}
