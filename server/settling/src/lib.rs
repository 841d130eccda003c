//! When collected money is due to be paid out, and the files that tell a bank to pay it.
//!
//! No I/O and no clock: whoever settles says what time it is, and where the files go.

pub mod aba;
mod calendar;
mod holidays;
mod instruction;
pub mod pain001;
mod terms;

pub use calendar::{Calendar, OutsideHorizon};
pub use instruction::{Creditor, Debtor, FileFault, Instruction};
pub use terms::{Terms, zone};
