//! Movements on wallets, each going on from the one before it; and deposits, summed up.

use std::collections::HashMap;

use futures::StreamExt as _;
use uuid::Uuid;

use super::{AccountKey, Faults, Print, Printer, snapshot::View};
use crate::Error;

const TOLD_EVERY: u64 = 50_000;

/// What movements and deposits say.
#[derive(Debug, Default)]
pub(super) struct Movements {
    pub(super) faults: Faults,
    pub(super) count: u64,
    pub(super) wallets: HashMap<AccountKey, Moves>,
    /// Of all deposits.
    pub(super) arrived: Print,
    /// Of those that reached a wallet, whether or not their bank took them back.
    pub(super) credited: Print,
}

/// What happened on a wallet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moves {
    /// Of its movements of money, each with its source.
    pub(super) print: Print,
    pub(super) balance: i64,
    pub(super) reserved: i64,
}

pub(super) async fn walk_movements(
    view: &mut View,
    printer: &Printer,
    tell: impl Fn(u64) + Send,
) -> Result<Movements, Error> {
    let mut found = Movements::default();
    let mut rows = view.rows(
        "SELECT organisation_id, wallet_id, id, type, source_id, amount, currency, balance_after, reserved_after
         FROM wallet_transactions ORDER BY organisation_id, wallet_id, id",
    );
    let mut at_hand: Option<(AccountKey, Moves)> = None;
    while let Some(row) = rows.next().await {
        let row = row?;
        let key: AccountKey = (row.try_get(0)?, row.try_get(1)?);
        let mut moves = match at_hand.take() {
            Some((same, moves)) if same == key => moves,
            other => {
                found.wallets.extend(other);
                Moves::default()
            }
        };
        let (kind, source_id): (String, String) = (row.try_get(3)?, row.try_get(4)?);
        let (amount, currency): (i64, String) = (row.try_get(5)?, row.try_get(6)?);
        let change = match kind.as_str() {
            "CREDIT" => amount,
            "DEBIT" => -amount,
            "RESERVE" | "RELEASE" => 0,
            _ => i64::MIN,
        };
        let set_aside = match kind.as_str() {
            "RESERVE" => amount,
            "RELEASE" => -amount,
            _ => 0,
        };
        let (balance, reserved): (i64, i64) = (row.try_get(7)?, row.try_get(8)?);
        let goes_on = moves.balance.checked_add(change) == Some(balance)
            && moves.reserved.checked_add(set_aside) == Some(reserved);
        if !goes_on {
            found.faults.add("a movement does not go on from the one before it", row.try_get(2)?);
        }
        if change != 0 {
            moves.print.add(printer.of((key.0, key.1, source_id.as_str(), change, currency.as_str())));
        }
        (moves.balance, moves.reserved) = (balance, reserved);
        at_hand = Some((key, moves));
        found.count += 1;
        if found.count.is_multiple_of(TOLD_EVERY) {
            tell(found.count);
        }
    }
    drop(rows);
    found.wallets.extend(at_hand);
    tell(found.count);
    let mut rows = view.rows(
        "SELECT id, amount, currency, CASE WHEN status = 'CREDITED' OR status = 'REVERSED' AND wallet_transaction_id IS NOT NULL
             THEN 1 ELSE 0 END FROM deposits",
    );
    while let Some(row) = rows.next().await {
        let row = row?;
        let (id, amount, currency): (Uuid, i64, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let mut buffer = *b"deposit_00000000000000000000000000000000";
        id.simple().encode_lower(&mut buffer[8..]);
        let named = std::str::from_utf8(&buffer).unwrap_or_default();
        let print = printer.of((named, amount, currency.as_str()));
        found.arrived.add(print);
        let is_credited: i64 = i64::from(row.try_get::<i32, _>(3)?);
        if is_credited == 1 {
            found.credited.add(print);
        }
    }
    Ok(found)
}
