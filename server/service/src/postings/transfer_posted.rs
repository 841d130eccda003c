//! Money goes from one wallet of the organisation to another; the bank holds what it held.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(from: AccountId, to: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::TransferPosted, &[Movement { from, to, amount }])
}
