//! A deposit that is not wanted: the bank holds more, and it is due back to its sender.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(bank: AccountId, returns_due: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositRejected, &[Movement { from: bank, to: returns_due, amount }])
}
