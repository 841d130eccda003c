//! The bank paid a settlement: it holds less, and nothing is on its way any more.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(in_transit: AccountId, bank: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::SettlementPaid, &[Movement { from: in_transit, to: bank, amount }])
}
