//! The bank could not pay a settlement: the money is back in the wallets that it came from, and the fees are owed again.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(
    in_transit: AccountId,
    wallets: &[(AccountId, Money)],
    withheld: Option<(AccountId, Money)>,
) -> Result<JournalEntry, LedgerError> {
    let owed = withheld.map(|(fees_owed, amount)| Movement { from: fees_owed, to: in_transit, amount });
    let back = wallets.iter().map(|(to, amount)| Movement { from: in_transit, to: *to, amount: *amount });
    JournalEntry::new(EntryKind::SettlementFailed, &owed.into_iter().chain(back).collect::<Vec<_>>())
}
