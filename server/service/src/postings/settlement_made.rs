//! A settlement takes what is due out of the wallets: the money waits for the bank to pay it, less the fees that are kept back.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(
    wallets: &[(AccountId, Money)],
    in_transit: AccountId,
    withheld: Option<(AccountId, Money)>,
) -> Result<JournalEntry, LedgerError> {
    let taken = wallets.iter().map(|(from, amount)| Movement { from: *from, to: in_transit, amount: *amount });
    let kept = withheld.map(|(fees_owed, amount)| Movement { from: in_transit, to: fees_owed, amount });
    JournalEntry::new(EntryKind::SettlementMade, &taken.chain(kept).collect::<Vec<_>>())
}
