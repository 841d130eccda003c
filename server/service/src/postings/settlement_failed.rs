//! The bank could not pay a settlement: the money is back in the wallets that it came from.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(in_transit: AccountId, wallets: &[(AccountId, Money)]) -> Result<JournalEntry, LedgerError> {
    let movements: Vec<Movement> =
        wallets.iter().map(|(to, amount)| Movement { from: in_transit, to: *to, amount: *amount }).collect();
    JournalEntry::new(EntryKind::SettlementFailed, &movements)
}
