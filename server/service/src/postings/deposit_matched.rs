//! The operator found whose deposit it is: what waited, in suspense or to go back, reaches a wallet.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(from: AccountId, wallet: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositMatched, &[Movement { from, to: wallet, amount }])
}
