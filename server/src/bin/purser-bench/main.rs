//! `purser-bench`: how fast Purser is, each figure beside a baseline that was measured in turns with it (A B A B …), with
//! median and spread, and with what the disk asked for an fsync at that moment. Prints a table and writes it as JSON.
//!
//! ```text
//! purser-bench [target/bench.json]
//! ```
//!
//! `PURSER_BENCH_CUSTOMERS` (1,000,000) is the size of the listing; `PURSER_BENCH_ONLY` picks parts by name
//! (`deposits,listing,pages,browser,reviews`), `PURSER_BENCH_ENGINES` engines (`embedded,postgres`); `PURSER_BENCH_DIR` (beside the JSON) is where the databases are made. The
//! program `purser` is taken from beside this one.

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
mod installation;
mod listing;
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
const PARTS: [&str; 5] = ["deposits", "listing", "pages", "browser", "reviews"];

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
    let folder = tempfile::Builder::new()
        .prefix("run-")
        .tempdir_in(made(&folder)?)
        .context("no folder for the databases can be made")?;
    // A database server of another user's finds its way in.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;

    let mut report = Report::default();
    let engines = std::env::var("PURSER_BENCH_ENGINES").unwrap_or_else(|_| ENGINES.join(","));
    for engine in ENGINES.into_iter().filter(|engine| engines.split(',').any(|one| one.trim() == *engine)) {
        let server = if engine == "postgres" { Some(Postgres::start(folder.path())?) } else { None };
        let place = |name: &str| {
            let folder = folder.path().join(format!("{engine}-{name}"));
            match &server {
                Some(server) => server.place(folder, name),
                None => Place::embedded(folder),
            }
        };
        report.on(engine);
        if wanted("deposits") {
            deposits::measure(&mut report, &place("deposits")).await?;
        }
        if wanted("reviews") {
            reviews::measure(&mut report, &place("reviews")).await?;
        }
        if wanted("listing") || wanted("pages") || wanted("browser") {
            let demonstration = Demonstration::fill(&mut report, place("demo"), customers).await?;
            if wanted("listing") {
                listing::measure(&mut report, &demonstration).await?;
            }
            if wanted("pages") || wanted("browser") {
                let server = demonstration.serve().await?;
                if wanted("pages") {
                    pages::measure(&mut report, &server).await?;
                }
                // What the browser does is the same on both.
                if wanted("browser") && engine == "embedded" {
                    browser::measure(&mut report, &server).await?;
                }
                server.stop().await?;
            }
            demonstration.purser.close().await;
        }
    }
    report.write(&file)
}

fn made(folder: &Path) -> Result<&Path> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}
