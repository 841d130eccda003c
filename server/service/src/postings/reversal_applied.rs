//! The deposit that a bank took back was found: the house is owed nothing any more.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(bank: AccountId, receivable: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::ReversalApplied, &[Movement { from: bank, to: receivable, amount }])
}
