//! The proof of the ledger: everything that it holds is read once, in order, and compared with everything else that says the
//! same. See `docs/ledger-proof.md`.
//!
//! Rows come as ordered streams, so that memory grows with the accounts and not with what happened on them. Where two
//! tables must say the same in another order, each is summed up as a [`Print`]: only when the sums differ is the one row
//! looked for that makes the difference.

mod chain;
mod entries;
mod movements;
mod snapshot;

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher as _, RandomState},
};

use futures::StreamExt as _;
use uuid::Uuid;

pub use chain::ChainHead;

use crate::{Error, Store, faults, sql::query_scalar};
use entries::{Entries, walk_entries};
use movements::{Movements, walk_movements};
use snapshot::View;

/// Connections with one view: entries, postings, links, what waits, and one for everything else.
const VIEWS: usize = 5;
/// How many ids are told of each sort of fault.
const IDS_MAX: usize = 100;

/// What was looked at, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// What is wrong.
    pub faults: Faults,
    /// Journal entries.
    pub entries: u64,
    /// Postings.
    pub postings: u64,
    /// Links of the chains.
    pub links: u64,
    /// Entries that wait for their links.
    pub waiting: u64,
    /// Movements on wallets.
    pub movements: u64,
    /// Accounts of the ledger.
    pub accounts: u64,
}

/// What is wrong, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    found: Vec<(&'static str, Uuid)>,
    counts: BTreeMap<&'static str, u64>,
}

impl Faults {
    pub(crate) fn add(&mut self, what: &'static str, which: Uuid) {
        let count = self.counts.entry(what).or_default();
        *count += 1;
        if *count <= IDS_MAX as u64 {
            self.found.push((what, which));
        }
    }

    fn append(&mut self, other: Self) {
        for (what, count) in other.counts {
            *self.counts.entry(what).or_default() += count;
        }
        self.found.extend(other.found);
    }

    /// What is wrong and with which id; of each sort the first hundred.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.found.iter().map(|(what, which)| format!("{what}: {}", which.simple())).collect()
    }

    /// How many there are of each sort.
    #[must_use]
    pub const fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// How many in all.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.values().sum()
    }
}

/// How far the proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofProgress {
    /// Rows that were read: entries, postings and movements.
    pub done: u64,
    /// How many there are about.
    pub total: u64,
}

/// A sum over rows that does not depend on their order: the same only of the same rows. Nobody can make two that agree,
/// for the keys are drawn anew each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Print(u128);

#[derive(Clone, Debug)]
pub(crate) struct Printer([RandomState; 2]);

impl Printer {
    fn new() -> Self {
        Self([RandomState::new(), RandomState::new()])
    }

    fn of(&self, row: impl std::hash::Hash) -> u128 {
        let [first, second] = &self.0;
        u128::from(first.hash_one(&row)) << 64 | u128::from(second.hash_one(&row))
    }
}

impl Print {
    pub(crate) fn add(&mut self, row: u128) {
        self.0 = self.0.wrapping_add(row);
    }
}

/// An account, by its organisation and id.
type AccountKey = (Uuid, Uuid);

impl Store {
    /// Proves the ledger in one state of the database, and that the chains go on from `signed` heads.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn prove(&self, signed: &[ChainHead], mut progress: impl FnMut(ProofProgress)) -> Result<Proof, Error> {
        let [entries, postings, links, waiting, mut rest] = self.views::<VIEWS>().await?;
        let total = total(&mut rest).await?;
        let heads = rest.conn_rows().chain_heads(None).await?;
        let printer = Printer::new();
        let (told, mut done) = tokio::sync::watch::channel([0_u64; 2]);
        let first = tokio::spawn({
            let (printer, signed, told) = (printer.clone(), signed.to_vec(), told.clone());
            async move {
                let tell = |rows| told.send_modify(|done| done[0] = rows);
                walk_entries([entries, postings, links, waiting], &heads, &signed, &printer, tell).await
            }
        });
        let second = tokio::spawn(async move {
            let tell = |rows| told.send_modify(|done| done[1] = rows);
            let movements = walk_movements(&mut rest, &printer, tell).await?;
            let questions = faults::ask(&mut rest.conn()).await?;
            Ok::<_, Error>((rest, movements, questions))
        });
        let watching = async {
            while done.changed().await.is_ok() {
                let [entries, movements] = *done.borrow_and_update();
                progress(ProofProgress { done: entries + movements, total });
            }
        };
        let (first, second, ()) = tokio::join!(first, second, watching);
        let lost = |error: tokio::task::JoinError| Error::corrupt("proof", error);
        let entries = first.map_err(lost)??;
        let (mut rest, movements, questions) = second.map_err(lost)??;
        let proof = compare(&mut rest, entries, movements, questions).await?;
        rest.close().await?;
        Ok(proof)
    }
}

async fn total(view: &mut View) -> Result<u64, Error> {
    let total: i64 = query_scalar(
        "SELECT (SELECT count(*) FROM journal_entries) + (SELECT count(*) FROM postings) + (SELECT count(*) FROM wallet_transactions)",
    )
    .fetch_one(&mut view.conn())
    .await?;
    Ok(u64::try_from(total).unwrap_or(0))
}

/// Compares what entries, movements and deposits say with each other and with the stored balances.
async fn compare(
    view: &mut View,
    mut entries: Entries,
    movements: Movements,
    questions: Faults,
) -> Result<Proof, Error> {
    let mut proof = Proof {
        entries: entries.count,
        postings: entries.postings,
        links: entries.links,
        waiting: entries.waiting,
        movements: movements.count,
        ..Proof::default()
    };
    proof.faults.append(std::mem::take(&mut entries.faults));
    proof.faults.append(movements.faults);
    let mut by_wallet = movements.wallets;
    let mut moved: HashMap<AccountKey, entries::Moved> = entries.accounts;
    let mut rows = view.rows(
        "SELECT b.organisation_id, b.id, b.kind, b.balance, a.balance, a.reserved FROM account_balances b
         JOIN ledger_accounts a ON a.organisation_id = b.organisation_id AND a.id = b.id",
    );
    while let Some(row) = rows.next().await {
        let row = row?;
        let key: AccountKey = (row.try_get(0)?, row.try_get(1)?);
        let kind: String = row.try_get(2)?;
        let balance: i64 = row.try_get(3)?;
        proof.accounts += 1;
        let posted = moved.remove(&key).unwrap_or_default();
        if posted.sum != i128::from(balance) {
            proof.faults.add("the balance of an account is not the sum of its postings", key.1);
        }
        if !kind.ends_with("_wallet") {
            continue;
        }
        let told = by_wallet.remove(&key).unwrap_or_default();
        if told.print != posted.print {
            proof.faults.add("the movements of a wallet are not its postings", key.1);
        }
        if (told.balance, told.reserved) != (row.try_get(4)?, row.try_get(5)?) {
            proof.faults.add("the last movement of a wallet does not end at its balance", key.1);
        }
    }
    drop(rows);
    for key in moved.keys() {
        proof.faults.add("there are postings of an account that is not there", key.1);
    }
    for key in by_wallet.keys() {
        proof.faults.add("there are movements of a wallet that is not there", key.1);
    }
    if entries.arrived != movements.arrived || entries.credited != movements.credited {
        proof.faults.append(faults::ask_deposits(&mut view.conn()).await?);
    }
    proof.faults.append(questions);
    Ok(proof)
}
