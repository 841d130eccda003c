//! A deposit that no account was found for: the bank holds more, and it waits in suspense.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(bank: AccountId, suspense: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositHeld, &[Movement { from: bank, to: suspense, amount }])
}
