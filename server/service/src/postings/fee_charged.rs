//! A deposit costs a fee, and the tax on it: the organisation owes both, the house earned one and owes the other on.

use domain::{
    id::AccountId,
    ledger::{EntryKind, JournalEntry, LedgerError, Movement},
    money::Money,
};

pub(crate) fn entry(
    owed: AccountId,
    (income, fee): (AccountId, Money),
    (tax_due, tax): (AccountId, Money),
) -> Result<JournalEntry, LedgerError> {
    let movements =
        [Movement { from: owed, to: income, amount: fee }, Movement { from: owed, to: tax_due, amount: tax }];
    let taxed = if tax.is_zero() { &movements[..1] } else { &movements[..] };
    JournalEntry::new(EntryKind::FeeCharged, taxed)
}
