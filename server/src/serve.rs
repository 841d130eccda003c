//! Serving and working, until the process is told to end.

use std::{io::Write as _, net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use leptos::config::LeptosOptions;
use tokio::{net::TcpListener, signal::unix, sync::watch};
use tracing::{info, warn};

use crate::{config::Config, open, router, site};

/// How long requests that are under way may take to end.
const DRAIN: Duration = Duration::from_secs(25);

/// Serves the portal and the API, and works the jobs unless told not to.
///
/// # Errors
/// When the installation cannot be opened or the address cannot be listened on.
pub async fn serve(config: &Config, is_worker: bool) -> Result<ExitCode> {
    let missing = site::missing();
    if !missing.is_empty() {
        warn!("this build lacks {}: pages will be bare; `make build` makes them", missing.join(", "));
    }
    let purser = open::purser(config).await?;
    let listener = TcpListener::bind(&config.address)
        .await
        .with_context(|| format!("{} cannot be listened on", config.address))?;
    writeln!(std::io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    std::io::stdout().flush()?;
    let stop = stopping()?;
    let working = is_worker.then(|| tokio::spawn(worker::run(purser.clone(), stopped(stop.clone()))));
    let options = LeptosOptions::builder().output_name("purser").build();
    let service = router::router(options, purser.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stopped(stop.clone())).into_future();
    let served = tokio::spawn(serving);
    stopped(stop).await;
    info!("draining");
    if let Ok(served) = tokio::time::timeout(DRAIN, served).await {
        served??;
    } else {
        warn!("some requests did not end in time and were cut off");
    }
    if let Some(working) = working {
        working.await?;
    }
    purser.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Works the jobs only.
///
/// # Errors
/// When the installation cannot be opened.
pub async fn work(config: &Config) -> Result<ExitCode> {
    let purser = open::purser(config).await?;
    info!("working");
    worker::run(purser.clone(), stopped(stopping()?)).await;
    purser.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Turns true when the process is told to end.
fn stopping() -> Result<watch::Receiver<bool>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Whoever no longer listens has ended already.
        let _ = sender.send(true);
    });
    Ok(receiver)
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // The sender is gone only after it has sent.
    let _ = stop.wait_for(|is_stopping| *is_stopping).await;
}
