//! Durable deposits a second: through REST, by many clients at once, against a bare loop of the same rows; spread over
//! many wallets, and all to one.

use std::{sync::Arc, time::Instant};

use anyhow::{Result, ensure};
use axum::http::{HeaderName, header};
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
    http::Client,
    installation::{Place, Sandbox},
};

const WALLETS: usize = 10_000;
const CLIENTS: usize = 64;
const DEPOSITS_PER_CLIENT: usize = 40;
const BARE_DEPOSITS: usize = 3_000;
const PER_TRANSACTION: usize = 100;
const ROUNDS: usize = 5;

pub async fn measure(report: &mut Report, place: &Place) -> Result<()> {
    let sandbox = Sandbox::open(place, WALLETS).await?;
    let bank = bank_account(place, &sandbox).await?;
    let mut bare = BareLoop::open(&place.database_url).await?;
    let (server, address) = place.serve().await?;
    let rest = Rest { address: address.into(), api_key: sandbox.api_key.as_str().into() };
    let (mut spread, mut hot, mut bare_rate, mut by_table_rate, mut one_by_one, mut fsync) = (
        Samples::default(),
        Samples::default(),
        Samples::default(),
        Samples::default(),
        Samples::default(),
        Samples::default(),
    );
    for round in 0..ROUNDS {
        fsync.push(fsync_us(&place.folder)?);
        spread.push(rest.load(&sandbox.accounts, format!("S{round}")).await?);
        let rows = rows(&sandbox, bank)?;
        let began_at = Instant::now();
        bare.write(&rows, PER_TRANSACTION).await?;
        bare_rate.push(rate(rows.len(), began_at));
        hot.push(rest.load(&sandbox.accounts[..1], format!("H{round}")).await?);
        one_by_one.push(one_at_a_time(&sandbox, round).await?);
        let rows = self::rows(&sandbox, bank)?;
        let began_at = Instant::now();
        bare.write_by_table(&rows).await?;
        by_table_rate.push(rate(rows.len(), began_at));
    }
    bare.close().await?;
    drop(server);
    // Rows that were written table by table are sound but for the balances that their movements tell.
    let proof = sandbox.purser.prove_ledger(&[], |_| ()).await?;
    let is_known = |what: &&str| what.contains("movement");
    ensure!(proof.faults.counts().keys().all(is_known), "the ledger is sound: {:?}", proof.faults.counts());
    sandbox.purser.close().await;
    let fsync = Some(fsync.median());
    let is_postgres = storage::is_postgres(&place.database_url);
    let aim = Aim::RatioMin(if is_postgres { 0.3 } else { 0.5 });
    let baseline = format!("bare loop, {PER_TRANSACTION} to a commit");
    let name = format!("durable deposits through REST, {CLIENTS} clients");
    report.add(&name, "/s", &spread, Some((&baseline, &bare_rate)), aim, fsync);
    let way = if is_postgres { "COPY" } else { "lists of rows" };
    let baseline = format!("{way}, {BARE_DEPOSITS} to a commit");
    report.add(&name, "/s", &spread, Some((&baseline, &by_table_rate)), Aim::None, fsync);
    let baseline = format!("spread over {WALLETS} wallets");
    let name = format!("the same, all to one wallet, {CLIENTS} clients");
    report.add(&name, "/s", &hot, Some((&baseline, &spread)), Aim::RatioMin(0.5), fsync);
    report.add("durable deposits through the verb, one after another", "/s", &one_by_one, None, Aim::None, fsync);
    Ok(())
}

/// The account at the bank that all deposits of the organisation come from.
pub async fn bank_account(place: &Place, sandbox: &Sandbox) -> Result<AccountId> {
    // Opened a second time only to look: a deposit made the account.
    pay(&sandbox.purser, sandbox, &sandbox.accounts[0], "opening".to_owned()).await?;
    let store = Store::open(&place.database_url).await?;
    let organisation_id = sandbox.authority.organisation_id;
    let now = sandbox.purser.now();
    let mut unit = store.begin().await?;
    let unused = AccountId::new(now, [0; 10]);
    let bank = unit.house_account(organisation_id, AccountKind::Bank, Currency::AUD, unused, now).await?;
    drop(unit);
    store.close().await;
    Ok(bank)
}

/// Merchants' software, which sends one deposit at a time over a connection that it keeps.
struct Rest {
    address: Arc<str>,
    api_key: Arc<str>,
}

impl Rest {
    async fn load(&self, accounts: &[VirtualAccount], label: String) -> Result<f64> {
        let accounts: Arc<[String]> = accounts.iter().map(|account| account.id.to_string()).collect();
        let began_at = Instant::now();
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..CLIENTS {
            let (address, api_key, accounts) =
                (Arc::clone(&self.address), Arc::clone(&self.api_key), Arc::clone(&accounts));
            let label = format!("{label}-{client}");
            clients.spawn(async move {
                let mut chance = fastrand::Rng::with_seed(client as u64);
                let mut merchant = Client::connect(&address).await?;
                let bearer = format!("Bearer {api_key}");
                for n in 0..DEPOSITS_PER_CLIENT {
                    let body = json!({
                        "virtual_account_id": accounts[chance.usize(0..accounts.len())], "amount": 12_500, "currency": "AUD",
                        "sender": sender_of_all(), "reference": "Invoice 20418", "bank_reference": format!("{label}-{n}"),
                    });
                    let key = format!("{label}-{n}");
                    let headers = [
                        (header::AUTHORIZATION, bearer.as_str()),
                        (header::CONTENT_TYPE, "application/json"),
                        (HeaderName::from_static("idempotency-key"), &key),
                    ];
                    merchant.post("/api/v1/sandbox/deposits", &headers, body.to_string()).await?;
                }
                Ok::<(), anyhow::Error>(())
            });
        }
        while let Some(done) = clients.join_next().await {
            done??;
        }
        Ok(rate(CLIENTS * DEPOSITS_PER_CLIENT, began_at))
    }
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
        sender: sender_of_all(),
        reference: Some("Invoice 20418".to_owned()),
        bank_reference: Some(bank_reference),
        rail: None,
        received_at: None,
    }
}

fn sender_of_all() -> SenderParty {
    SenderParty {
        name: Some("Elin Amalia Nordquist".to_owned()),
        bsb: Some("062-000".to_owned()),
        account_number: Some("123456789".to_owned()),
        ..SenderParty::default()
    }
}

/// The rows, made before the clock starts.
pub fn rows(sandbox: &Sandbox, bank: AccountId) -> Result<Vec<BareDeposit>> {
    let now = sandbox.purser.now();
    let id = || {
        let mut random = [0; 10];
        Machine.fill(&mut random);
        domain::id::uuid_v7(now, random)
    };
    let sender = serde_json::to_string(&sender_of_all())?;
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
