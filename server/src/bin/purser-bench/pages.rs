//! Pages a second: `/customers` for somebody who is signed in, against the same HTML out of memory from a server of the
//! same make. The clients run on the same processors.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use axum::{Router, http::header, response::Html, routing::get};
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    figures::{Aim, Report, Samples},
    http::Client,
    installation::Server,
};

const CLIENTS: usize = 64;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 4;
const PATH: &str = "/customers";

pub async fn measure(report: &mut Report, server: &Server) -> Result<()> {
    let page = Client::connect(&server.address).await?.get(PATH, &[(header::COOKIE, &server.cookie)]).await?;
    ensure!(String::from_utf8_lossy(&page).contains("All Customers"), "the page is the list of customers");
    let size = page.len();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let still: Arc<str> = Arc::from(listener.local_addr()?.to_string());
    let html = String::from_utf8_lossy(&page).into_owned();
    let router = Router::new().route(PATH, get(move || async move { Html(html) }));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let (mut figure, mut baseline) = (Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        figure.push(load(&server.address, &server.cookie).await?);
        baseline.push(load(&still, &server.cookie).await?);
    }
    serving.abort();
    let name = format!("{PATH} signed in, {CLIENTS} clients, {} kB", size / 1000);
    report.add(&name, "pages/s", &figure, Some(("the same HTML out of memory", &baseline)), Aim::None, None);
    Ok(())
}

async fn load(address: &Arc<str>, cookie: &Arc<str>) -> Result<f64> {
    let until = Instant::now() + ROUND;
    let began_at = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (address, cookie) = (Arc::clone(address), Arc::clone(cookie));
        clients.spawn(async move {
            let mut client = Client::connect(&address).await?;
            let mut pages = 0_u32;
            while Instant::now() < until {
                client.get(PATH, &[(header::COOKIE, &cookie)]).await?;
                pages += 1;
            }
            Ok::<u32, anyhow::Error>(pages)
        });
    }
    let mut pages = 0;
    while let Some(done) = clients.join_next().await {
        pages += done??;
    }
    Ok(f64::from(pages) / began_at.elapsed().as_secs_f64())
}
