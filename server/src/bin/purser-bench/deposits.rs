//! Durable deposits a second: the verb, called by many at once, against a bare loop of the same rows.

use std::{path::Path, sync::Arc, time::Instant};

use anyhow::{Result, ensure};
use domain::{
    id::AccountId,
    ledger::AccountKind,
    money::{Currency, Money},
    wallet::{SenderParty, VirtualAccount},
};
use serde_json::json;
use service::{DepositTarget, Environment as _, Purser, SandboxDeposit};
use storage::{BareDeposit, BareLoop, Store};

use crate::{
    environment::Machine,
    figures::{Aim, Report, Samples, fsync_us},
    installation::{Sandbox, database_url},
};

const WALLETS: usize = 500;
const TASKS: usize = 64;
const DEPOSITS_PER_TASK: usize = 40;
const BARE_DEPOSITS: usize = 3_000;
const PER_TRANSACTION: usize = 100;
const ROUNDS: usize = 5;

pub async fn measure(report: &mut Report, folder: &Path) -> Result<()> {
    let sandbox = Sandbox::open(folder, WALLETS).await?;
    let bank = bank_account(folder, &sandbox).await?;
    let mut bare = BareLoop::open(&database_url(folder)).await?;
    let (mut verb, mut bare_rate, mut one_by_one, mut fsync) =
        (Samples::default(), Samples::default(), Samples::default(), Samples::default());
    for round in 0..ROUNDS {
        fsync.push(fsync_us(folder)?);
        verb.push(by_the_verb(&sandbox, round).await?);
        bare_rate.push(by_the_bare_loop(&mut bare, &sandbox, bank).await?);
        one_by_one.push(one_at_a_time(&sandbox, round).await?);
    }
    bare.close().await?;
    ensure!(sandbox.purser.ledger_faults().await?.is_empty(), "the ledger is sound after all that");
    sandbox.purser.close().await;
    let baseline = format!("bare loop, {PER_TRANSACTION} to a commit");
    let name = format!("durable deposits, {TASKS} at once");
    report.add(&name, "/s", &verb, Some((&baseline, &bare_rate)), Aim::RatioMin(0.5), Some(fsync.median()));
    report.add("durable deposits, one after another", "/s", &one_by_one, None, Aim::None, Some(fsync.median()));
    Ok(())
}

/// The account at the bank that all deposits of the organisation come from.
async fn bank_account(folder: &Path, sandbox: &Sandbox) -> Result<AccountId> {
    // Opened a second time only to look: a deposit made the account.
    pay(&sandbox.purser, sandbox, &sandbox.accounts[0], "opening".to_owned()).await?;
    let store = Store::open(&database_url(folder)).await?;
    let organisation_id = sandbox.authority.organisation_id;
    let now = sandbox.purser.now();
    let mut unit = store.begin().await?;
    let unused = AccountId::new(now, [0; 10]);
    let bank = unit.house_account(organisation_id, AccountKind::Bank, Currency::AUD, unused, now).await?;
    drop(unit);
    store.close().await;
    Ok(bank)
}

async fn by_the_verb(sandbox: &Sandbox, round: usize) -> Result<f64> {
    let accounts: Arc<[VirtualAccount]> = sandbox.accounts.clone().into();
    let editor = sandbox.purser.editor(&sandbox.authority)?;
    let began_at = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let (editor, accounts) = (editor.clone(), Arc::clone(&accounts));
        tasks.spawn(async move {
            let mut chance = fastrand::Rng::with_seed((round * TASKS + task) as u64);
            for n in 0..DEPOSITS_PER_TASK {
                let account = &accounts[chance.usize(0..accounts.len())];
                editor.simulate_deposit(&deposit(account, format!("V{round}-{task}-{n}"))).await?;
            }
            Ok::<(), service::Error>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(rate(TASKS * DEPOSITS_PER_TASK, began_at))
}

async fn one_at_a_time(sandbox: &Sandbox, round: usize) -> Result<f64> {
    let count = 100;
    let began_at = Instant::now();
    for n in 0..count {
        let account = &sandbox.accounts[n % sandbox.accounts.len()];
        pay(&sandbox.purser, sandbox, account, format!("O{round}-{n}")).await?;
    }
    Ok(rate(count, began_at))
}

async fn pay(purser: &Purser, sandbox: &Sandbox, account: &VirtualAccount, bank_reference: String) -> Result<()> {
    purser.editor(&sandbox.authority)?.simulate_deposit(&deposit(account, bank_reference)).await?;
    Ok(())
}

fn deposit(account: &VirtualAccount, bank_reference: String) -> SandboxDeposit {
    SandboxDeposit {
        to: DepositTarget::VirtualAccount(account.id),
        amount: Money::new(12_500, Currency::AUD),
        sender: sender(),
        reference: Some("Invoice 20418".to_owned()),
        bank_reference: Some(bank_reference),
        rail: None,
        received_at: None,
    }
}

fn sender() -> SenderParty {
    SenderParty {
        name: Some("Elin Amalia Nordquist".to_owned()),
        bsb: Some("062-000".to_owned()),
        account_number: Some("123456789".to_owned()),
        ..SenderParty::default()
    }
}

async fn by_the_bare_loop(bare: &mut BareLoop, sandbox: &Sandbox, bank: AccountId) -> Result<f64> {
    let rows = rows(sandbox, bank)?;
    let began_at = Instant::now();
    bare.write(&rows, PER_TRANSACTION).await?;
    Ok(rate(rows.len(), began_at))
}

/// The rows, made before the clock starts.
fn rows(sandbox: &Sandbox, bank: AccountId) -> Result<Vec<BareDeposit>> {
    let now = sandbox.purser.now();
    let id = || {
        let mut random = [0; 10];
        Machine.fill(&mut random);
        domain::id::uuid_v7(now, random)
    };
    let sender = serde_json::to_string(&sender())?;
    let mut rows = Vec::with_capacity(BARE_DEPOSITS);
    for n in 0..BARE_DEPOSITS {
        let account = &sandbox.accounts[(n * 7_919) % sandbox.accounts.len()];
        let (deposit_id, transaction_id) = (id(), id());
        let bank_reference = deposit_id.simple().to_string();
        let payload = json!({
            "id": format!("deposit_{}", deposit_id.simple()), "status": "CREDITED", "reason": null,
            "virtual_account_id": account.id, "customer_id": account.customer_id, "wallet_id": account.wallet_id,
            "wallet_transaction_id": format!("wtxn_{}", transaction_id.simple()), "amount": 12_500, "currency": "AUD",
            "sender": sender, "reference": "Invoice 20418",
        });
        let body = json!({
            "to": { "virtual_account": account.id }, "amount_minor": 12_500, "currency": "AUD", "sender": sender,
            "reference": "Invoice 20418", "rail": "npp", "bank_reference": bank_reference, "received_at": null,
        });
        rows.push(BareDeposit {
            organisation_id: sandbox.authority.organisation_id.uuid(),
            deposit_id,
            entry_id: id(),
            transaction_id,
            event_id: id(),
            bank_account_id: bank.uuid(),
            wallet_id: account.wallet_id.uuid(),
            customer_id: account.customer_id.uuid(),
            virtual_account_id: account.id.uuid(),
            amount: 12_500,
            currency: "AUD",
            bank_reference,
            sender: sender.clone(),
            reference: "Invoice 20418".to_owned(),
            body: body.to_string(),
            payload: payload.to_string(),
            search_text: "elin amalia nordquist\n062-000\n123456789\ninvoice 20418\n".to_owned(),
            at: now.timestamp_millis(),
        });
    }
    Ok(rows)
}

#[expect(clippy::cast_precision_loss, reason = "a count of some thousand")]
fn rate(count: usize, began_at: Instant) -> f64 {
    count as f64 / began_at.elapsed().as_secs_f64()
}
