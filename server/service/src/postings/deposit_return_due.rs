//! A deposit that waited in suspense has to go back to its sender.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(suspense: AccountId, returns_due: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositReturnDue, &[Movement { from: suspense, to: returns_due, amount }])
}
