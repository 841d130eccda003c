//! `purser-bench`: how fast Purser is, each figure beside a baseline that was measured in turns with it (A B A B …), with
//! median and spread, and with what the disk asked for an fsync at that moment. Prints a table and writes it as JSON.
//!
//! ```text
//! purser-bench [target/bench.json]
//! ```
//!
//! | variable | default | |
//! |---|---|---|
//! | `PURSER_BENCH_CUSTOMERS` | 1,000,000 | the size of the listing; ten movements on wallets to each |
//! | `PURSER_BENCH_ONLY` | all | parts by name: `deposits,reviews,ledger,demo,listing,movements,memory,pages,browser` |
//! | `PURSER_BENCH_ENGINES` | both | `embedded,postgres` |
//! | `PURSER_BENCH_DIR` | beside the JSON | where the databases are made |
//! | `PURSER_BENCH_KEEP` | no | `1` leaves the large databases there, and takes them from there |
//!
//! The program `purser` is taken from beside this one.

#![expect(clippy::large_futures, reason = "made once, at the start of a measurement")]

#[path = "../../config.rs"]
#[expect(dead_code, reason = "the bench says itself where everything is")]
mod config;
#[path = "../../environment.rs"]
mod environment;
#[path = "../../open.rs"]
mod open;

mod browser;
mod deposits;
mod figures;
mod http;
mod installation;
mod ledger;
mod listing;
mod memory;
mod movements;
mod pages;
mod reviews;

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use figures::Report;
use installation::{Demonstration, Place, Postgres};

const ENGINES: [&str; 2] = ["embedded", "postgres"];
const PARTS: [&str; 9] =
    ["deposits", "reviews", "ledger", "demo", "listing", "movements", "memory", "pages", "browser"];
const MOVEMENTS: &str = "has-movements";

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("purser-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let file = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/bench.json"), PathBuf::from);
    let file = std::path::absolute(&file)?;
    let customers: usize = match std::env::var("PURSER_BENCH_CUSTOMERS") {
        Ok(text) => text.parse().context("PURSER_BENCH_CUSTOMERS is no number")?,
        Err(_) => 1_000_000,
    };
    let only = std::env::var("PURSER_BENCH_ONLY").unwrap_or_else(|_| PARTS.join(","));
    let wanted = |part: &str| only.split(',').any(|one| one.trim() == part);
    let folder = match std::env::var_os("PURSER_BENCH_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => file.parent().unwrap_or(Path::new(".")).join("bench"),
    };
    let is_kept = std::env::var("PURSER_BENCH_KEEP").is_ok_and(|text| text == "1");
    let temporary = tempfile::Builder::new()
        .prefix("run-")
        .tempdir_in(made(&folder)?)
        .context("no folder for the databases can be made")?;
    let large = if is_kept { folder.join("kept") } else { temporary.path().to_owned() };
    for folder in [temporary.path(), &large] {
        // A database server of another user's finds its way in.
        std::fs::set_permissions(made(folder)?, std::fs::Permissions::from_mode(0o755))?;
    }

    let mut report = Report::default();
    let engines = std::env::var("PURSER_BENCH_ENGINES").unwrap_or_else(|_| ENGINES.join(","));
    for engine in ENGINES.into_iter().filter(|engine| engines.split(',').any(|one| one.trim() == *engine)) {
        let server = if engine == "postgres" { Some(Postgres::start(&large, is_kept)?) } else { None };
        let place = |folder: &Path, name: &str| {
            let folder = folder.join(format!("{engine}-{name}"));
            match &server {
                // In a kept server, what is measured anew has a name of its own each time.
                Some(server) if name == "demo" => server.place(folder, name),
                Some(server) => server.place(folder, &format!("{name}_{}", std::process::id())),
                None => Place::embedded(folder),
            }
        };
        report.on(engine);
        if wanted("deposits") {
            deposits::measure(&mut report, &place(temporary.path(), "deposits")).await?;
        }
        if wanted("reviews") {
            reviews::measure(&mut report, &place(temporary.path(), "reviews")).await?;
        }
        if wanted("ledger") {
            ledger::measure(&mut report, &place(temporary.path(), "ledger")).await?;
        }
        if !PARTS[3..].iter().any(|part| wanted(part)) {
            continue;
        }
        let demonstration = Demonstration::open(place(&large, "demo"), customers).await?;
        if wanted("demo") {
            demonstration.report(&mut report, &place(temporary.path(), "bare")).await?;
        }
        if wanted("movements") && !demonstration.has(MOVEMENTS) {
            movements::fill(&mut report, &demonstration).await?;
            demonstration.mark(MOVEMENTS)?;
        }
        if wanted("listing") || wanted("movements") {
            let server = demonstration.serve().await?;
            if wanted("listing") {
                listing::customers(&mut report, &demonstration, &server).await?;
            }
            if wanted("movements") {
                listing::transactions(&mut report, &demonstration, &server).await?;
            }
            server.stop().await?;
        }
        // What the browser does is the same on both.
        let in_browser = wanted("browser") && engine == "embedded";
        if wanted("memory") || wanted("pages") || in_browser {
            // A new one: its memory is counted from its start.
            let server = demonstration.serve().await?;
            if wanted("memory") {
                memory::measure(&mut report, &server, demonstration.customers).await?;
            }
            if wanted("pages") {
                pages::measure(&mut report, &server).await?;
            }
            if in_browser {
                browser::measure(&mut report, &server).await?;
            }
            server.stop().await?;
        }
        demonstration.purser.close().await;
    }
    report.write(&file)
}

fn made(folder: &Path) -> Result<&Path> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}
