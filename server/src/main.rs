//! The program `purser`: it wires the crates together, and is the command line.

mod admin;
mod bar;
mod config;
mod demo;
mod environment;
mod import;
mod log;
mod migrate_data;
mod open;
mod router;
mod security;
mod serve;
mod session;
mod site;
mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use config::Config;

/// A page is made of many small pieces; with the system's allocator a third of its time goes into finding room for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Onboard customers, give each a wallet with a bank account number of its own, and see who paid in.
///
/// Settings come from the environment: `PURSER_ADDR` (127.0.0.1:3000), `PURSER_DATA_DIR` (data), `PURSER_DATABASE_URL`
/// (sqlite://<data dir>/purser.db, or `postgres://…` for a server that any number of processes share),
/// `PURSER_DATABASE_CONNECTIONS` (10, to such a server, for each of reading and writing), `PURSER_DOCUMENTS_URL` (file://<data dir>/documents), `PURSER_KEY_FILE`
/// (<data dir>/key), `PURSER_LOG` (info), `PURSER_LOG_FORMAT` (text, or json).
#[derive(Parser)]
#[command(name = "purser", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database up to date, serve the portal and the API, and work the jobs
    Serve {
        /// Leave the jobs to other processes
        #[arg(long)]
        no_worker: bool,
    },
    /// Work the jobs only
    Worker,
    /// Open organisations and switch features
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Fill a new sandbox organisation with made-up people, companies and payments in every state
    Demo(demo::Demo),
    /// Take in bank files (ISO 20022 camt.052, camt.053, camt.054 and pacs.008, SWIFT MT940 and MT942), recognised by content
    Import {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Move everything from the embedded database to a PostgreSQL server, and prove it; goes on where it was cut off
    MigrateData(migrate_data::MigrateData),
    /// Settle what is due: every business day whose cut-off has passed and that was not run. Again changes nothing
    Settle {
        /// One business day alone, such as 2026-11-27
        #[arg(long)]
        date: Option<String>,
    },
    /// Prove the ledger: the chain of hashes, entries, balances, movements, deposits. Exits 1 on any fault
    Verify(verify::Verify),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log::start();
    // Rendering a page waits for what other tasks do, so that one thread is not enough on any machine.
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run(arguments.command)));
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("purser: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let config = Config::from_environment();
    match command {
        Command::Serve { no_worker } => serve::serve(&config, !no_worker).await,
        Command::Worker => serve::work(&config).await,
        Command::Admin(admin) => Box::pin(admin::run(&config, admin)).await,
        Command::Demo(demo) => Box::pin(demo::run(&config, &demo)).await,
        Command::Import { files } => import::run(&config, &files).await,
        Command::MigrateData(wanted) => migrate_data::run(&wanted).await,
        Command::Settle { date } => {
            let purser = open::purser(&config).await?;
            let is_complete = admin::settlements::settle(&purser, date.as_deref()).await?;
            purser.close().await;
            Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Verify(wanted) => verify::run(&config, &wanted).await,
    }
}
