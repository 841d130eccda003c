//! A deposit reached a wallet: the bank holds more, and so does whoever the wallet belongs to.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(bank: AccountId, wallet: AccountId, amount: Money) -> Result<JournalEntry, LedgerError> {
    JournalEntry::new(EntryKind::DepositCredited, &[Movement { from: bank, to: wallet, amount }])
}
