//! A settlement takes what is due out of the wallets: the money waits for the bank to pay it.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(wallets: &[(AccountId, Money)], in_transit: AccountId) -> Result<JournalEntry, LedgerError> {
    let movements: Vec<Movement> =
        wallets.iter().map(|(from, amount)| Movement { from: *from, to: in_transit, amount: *amount }).collect();
    JournalEntry::new(EntryKind::SettlementMade, &movements)
}
