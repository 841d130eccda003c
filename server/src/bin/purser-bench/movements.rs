//! Ten movements a customer, for `Wallet Transactions` to list.
//!
//! They stand alone, without the postings and deposits behind them, which no listing reads: ten million of them
//! take minutes to write, and hours to pay in.

use std::time::Instant;

use anyhow::{Result, ensure};
use chrono::TimeDelta;
use domain::{
    id::{WalletTransactionId, uuid_v7},
    money::Money,
    wallet::{SenderParty, TransactionSource, TransactionType, WalletTransaction},
};
use service::{PageRequest, Reader, WalletFilter, WalletRow};
use storage::BareLoop;

use crate::{
    figures::{Aim, Report, Samples},
    installation::Demonstration,
};

pub const PER_CUSTOMER: usize = 10;
const PER_TRANSACTION: usize = 10_000;
const REPORT_EVERY: usize = 1_000_000;
const WALLETS_MAX: usize = 100_000;
const REFERENCES: [&str; 6] = ["Savings", "Top up", "Monthly transfer", "Wallet funding", "Rent", "Kontoauffüllung"];

/// Adds the movements, later than everything that is there.
pub async fn fill(report: &mut Report, demonstration: &Demonstration) -> Result<()> {
    let reader = demonstration.purser.reader(&demonstration.authority());
    let wallets = wallets(&reader).await?;
    let count = demonstration.customers * PER_CUSTOMER;
    let mut bare = BareLoop::open(&demonstration.place.database_url).await?;
    let first_at = demonstration.purser.now();
    let mut chance = fastrand::Rng::with_seed(1);
    eprintln!("adding {count} movements on {} wallets", wallets.len());
    let began_at = Instant::now();
    for from in (0..count).step_by(PER_TRANSACTION) {
        let movements: Vec<WalletTransaction> = (from..count.min(from + PER_TRANSACTION))
            .map(|n| {
                // Some four a second, as a busy organisation has them over a month.
                let at = first_at + TimeDelta::milliseconds(i64::try_from(n).unwrap_or(i64::MAX / 512) * 256);
                movement(&mut chance, &wallets, n, at)
            })
            .collect();
        bare.write_movements(&movements).await?;
        if from > 0 && from % REPORT_EVERY == 0 {
            eprintln!("  {from} movements, {:.0} a second", rate(from, began_at));
        }
    }
    let mut samples = Samples::default();
    samples.push(rate(count, began_at));
    report.add(&format!("adding {count} movements, bare"), "rows/s", &samples, None, Aim::None, None);
    bare.tidy().await?;
    bare.close().await?;
    Ok(())
}

fn movement(
    chance: &mut fastrand::Rng,
    wallets: &[WalletRow],
    n: usize,
    at: chrono::DateTime<chrono::Utc>,
) -> WalletTransaction {
    let row = &wallets[chance.usize(0..wallets.len())];
    let mut random = [0; 10];
    chance.fill(&mut random);
    let currency = row.wallet.currency();
    let reference = if n.is_multiple_of(3) { reference(n) } else { REFERENCES[n % REFERENCES.len()].to_owned() };
    WalletTransaction {
        id: WalletTransactionId::from_uuid(uuid_v7(at, random)),
        organisation_id: row.wallet.organisation_id,
        wallet_id: row.wallet.id,
        customer_id: row.wallet.customer_id,
        kind: if n % 50 == 7 { TransactionType::Debit } else { TransactionType::Credit },
        source: if n % 50 == 7 { TransactionSource::Settlement } else { TransactionSource::Deposit },
        source_id: format!("deposit_{:032x}", n),
        amount: Money::new(chance.i64(100..1_000_000), currency),
        balance_after: Money::new(0, currency),
        sender: SenderParty {
            name: row.customer_name.clone(),
            bsb: Some("062-000".to_owned()),
            account_number: Some(format!("1{:08}", chance.u32(0..100_000_000))),
            ..SenderParty::default()
        },
        reference: Some(reference),
        created_at: at,
    }
}

/// What stands on a movement that no other one has it on.
pub fn reference(n: usize) -> String {
    format!("INV-{:08}", n / 3 * 3)
}

async fn wallets(reader: &Reader) -> Result<Vec<WalletRow>> {
    let (mut wallets, mut after) = (Vec::new(), None);
    loop {
        let page = reader.wallets(&WalletFilter::default(), &PageRequest { limit: 5_000, after }).await?;
        wallets.extend(page.rows.into_iter().filter(|row| row.wallet.customer_id.is_some()));
        after = page.next;
        if after.is_none() || wallets.len() >= WALLETS_MAX {
            ensure!(!wallets.is_empty(), "the demonstration has wallets");
            return Ok(wallets);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of some million")]
fn rate(count: usize, began_at: Instant) -> f64 {
    count as f64 / began_at.elapsed().as_secs_f64()
}
