//! The program `purser`: it wires the crates together and serves.

mod router;
mod security;
mod site;

use std::io::Write as _;

use leptos::config::LeptosOptions;
use tokio::{net::TcpListener, signal::unix};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let missing = site::missing();
    if !missing.is_empty() {
        eprintln!(
            "This build lacks {}: pages will be bare. `make build` makes them.",
            missing.join(", ")
        );
    }
    let address = std::env::var("PURSER_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&address).await?;
    writeln!(
        std::io::stdout(),
        "listening on http://{}",
        listener.local_addr()?
    )?;
    let options = LeptosOptions::builder().output_name("purser").build();
    axum::serve(listener, router::router(options))
        .with_graceful_shutdown(asked_to_stop()?)
        .await
}

/// Ready when the process has been told to end.
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
