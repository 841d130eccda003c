//! A bank took a deposit back: it holds less, and so does whoever it was credited to or waited for.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(from: AccountId, bank: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositReversed, &[Movement { from, to: bank, amount }])
}
