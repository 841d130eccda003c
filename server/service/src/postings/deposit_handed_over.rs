//! A deposit that waited in the house's suspense belongs to an organisation: it leaves the house's books, for theirs.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(suspense: AccountId, bank: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositHandedOver, &[Movement { from: suspense, to: bank, amount }])
}
