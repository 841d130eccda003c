//! A deposit is back with its sender: the bank holds less, and nothing is due any more.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(returns_due: AccountId, bank: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositReturned, &[Movement { from: returns_due, to: bank, amount }])
}
