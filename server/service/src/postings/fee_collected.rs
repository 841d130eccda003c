//! What was owed for a deposit is taken from the Fees wallet.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(fees_wallet: AccountId, owed: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::FeeCollected, &[Movement { from: fees_wallet, to: owed, amount }])
}
