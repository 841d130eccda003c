//! A bank took money back that no deposit was found for: it holds less, and somebody owes it.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(receivable: AccountId, bank: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::ReversalOpened, &[Movement { from: receivable, to: bank, amount }])
}
