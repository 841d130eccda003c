//! What reading one file may cost.

use std::cell::Cell;

/// Bytes looked at, all passes together: some fifty times the largest file.
const WORK_MAX: usize = 256 * 1024 * 1024;
/// Bytes that came out of decompression, all streams together.
const INFLATED_MAX: usize = 128 * 1024 * 1024;

/// Counts down what reading one file may still cost. Once something was asked for that is not there any
/// more it stays spent, and whoever asked stops.
pub(super) struct Budget {
    work: Cell<usize>,
    inflated: Cell<usize>,
    spent: Cell<bool>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { work: Cell::new(WORK_MAX), inflated: Cell::new(INFLATED_MAX), spent: Cell::new(false) }
    }

    /// Takes the cost of looking at so many bytes.
    pub(super) fn work(&self, bytes: usize) -> Option<()> {
        self.take(&self.work, bytes)
    }

    /// Takes room for so many decompressed bytes.
    pub(super) fn inflated(&self, bytes: usize) -> Option<()> {
        self.take(&self.inflated, bytes)
    }

    /// How many decompressed bytes there is room for.
    pub(super) fn inflated_left(&self) -> usize {
        self.inflated.get()
    }

    /// Ends the reading, for a bound that is counted elsewhere.
    pub(super) fn spend(&self) {
        self.spent.set(true);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.spent.get()
    }

    fn take(&self, purse: &Cell<usize>, bytes: usize) -> Option<()> {
        let left = if self.is_spent() { None } else { purse.get().checked_sub(bytes) };
        match left {
            Some(left) => purse.set(left),
            None => self.spend(),
        }
        left.map(|_| ())
    }
}
