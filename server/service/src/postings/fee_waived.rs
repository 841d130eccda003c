//! A fee is not asked for any more: neither was it earned, nor is tax due on it.

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
        [Movement { from: income, to: owed, amount: fee }, Movement { from: tax_due, to: owed, amount: tax }];
    let taxed = if tax.is_zero() { &movements[..1] } else { &movements[..] };
    JournalEntry::new(EntryKind::FeeWaived, taxed)
}
