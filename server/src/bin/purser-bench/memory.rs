//! What the serving program takes of the machine's memory once all customers were listed, searched and exported, against
//! what it took at its start.

use anyhow::{Context, Result, ensure};
use axum::http::header;
use serde_json::Value;

use crate::{
    figures::{Aim, Report, Samples},
    http::Client,
    installation::Server,
};

const SEARCHES: usize = 300;
/// How many customers a page of the API has.
const LIMIT: usize = 200;

pub async fn measure(report: &mut Report, server: &Server, customers: usize) -> Result<()> {
    let start = memory_mb(server, "VmRSS")?;
    let bearer = format!("Bearer {}", server.api_key);
    let program = [(header::AUTHORIZATION, bearer.as_str())];
    let person = [(header::COOKIE, &*server.cookie)];
    let mut client = Client::connect(&server.address).await?;
    let mut listed = 0;
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/api/v1/customers?limit={LIMIT}{cursor}"), &program).await?;
        let page: Value = serde_json::from_slice(&page)?;
        listed += page["data"].as_array().context("a page of customers")?.len();
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    ensure!(listed >= customers * 9 / 10, "{listed} of {customers} customers were listed");
    for n in 0..SEARCHES {
        let word = ["harbour", "ng", "example+com", "zzqqxx", "HX-0"][n % 5];
        client.get(&format!("/customers?q={word}"), &person).await?;
        client.get(&format!("/wallet-transactions?q={word}"), &person).await?;
    }
    let exported = client.drain("/customers.csv", &person).await?;
    let (mut before, mut after, mut peak) = (Samples::default(), Samples::default(), Samples::default());
    before.push(start);
    after.push(memory_mb(server, "VmRSS")?);
    peak.push(memory_mb(server, "VmHWM")?);
    let name = format!("memory after {listed} customers were listed, searched, exported ({} MB)", exported / 1_000_000);
    let baseline = Some(("at the start", &before));
    report.add(&name, "MB", &after, baseline, Aim::RatioMax(3.0), None);
    report.add("the most it ever had meanwhile", "MB", &peak, baseline, Aim::None, None);
    Ok(())
}

/// Megabytes, as the kernel counts them.
fn memory_mb(server: &Server, which: &str) -> Result<f64> {
    let id = server.process_id().context("the server runs")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).context("the kernel's count of memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix(which)?.strip_prefix(':'));
    let kilobytes: f64 = line.and_then(|line| line.trim().strip_suffix("kB")).context("kB")?.trim().parse()?;
    Ok(kilobytes / 1000.0)
}
