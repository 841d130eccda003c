//! Pages a second: `/customers` for somebody who is signed in, against the same HTML out of memory from a server of the
//! same make. The clients run on the same processors.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use axum::{Router, http::header, response::Html, routing::get};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, net::TcpStream, task::JoinSet};

use crate::{
    figures::{Aim, Report, Samples},
    installation::Server,
};

const CLIENTS: usize = 64;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 4;
const PATH: &str = "/customers";

pub async fn measure(report: &mut Report, server: &Server) -> Result<()> {
    let page = fetch_once(&server.address, &server.token).await?;
    ensure!(String::from_utf8_lossy(&page).contains("All Customers"), "the page is the list of customers");
    let size = page.len();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let still: Arc<str> = Arc::from(listener.local_addr()?.to_string());
    let html = String::from_utf8_lossy(&page).into_owned();
    let router = Router::new().route(PATH, get(move || async move { Html(html) }));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let (mut figure, mut baseline) = (Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        figure.push(load(&Arc::from(server.address.as_str()), &server.token).await?);
        baseline.push(load(&still, &server.token).await?);
    }
    serving.abort();
    let name = format!("{PATH} signed in, {CLIENTS} clients, {} kB", size / 1000);
    report.add(&name, "pages/s", &figure, Some(("the same HTML out of memory", &baseline)), Aim::None, None);
    Ok(())
}

async fn load(address: &Arc<str>, token: &Arc<str>) -> Result<f64> {
    let until = Instant::now() + ROUND;
    let began_at = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (address, token) = (Arc::clone(address), Arc::clone(token));
        clients.spawn(async move {
            let mut connection = connect(&address).await?;
            let mut pages = 0_u32;
            while Instant::now() < until {
                fetch(&mut connection, &address, &token).await?;
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

type Connection = http1::SendRequest<Empty<Bytes>>;

async fn connect(address: &str) -> Result<Connection> {
    let stream = TcpStream::connect(address).await.context("the server cannot be reached")?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn fetch(connection: &mut Connection, address: &str, token: &str) -> Result<Bytes> {
    connection.ready().await?;
    let request = Request::get(PATH)
        .header(header::HOST, address)
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, format!("__Host-session={token}"))
        .body(Empty::new())?;
    let answer = connection.send_request(request).await?;
    ensure!(answer.status().is_success(), "{PATH} is answered with {}", answer.status());
    Ok(answer.into_body().collect().await?.to_bytes())
}

async fn fetch_once(address: &str, token: &str) -> Result<Bytes> {
    fetch(&mut connect(address).await?, address, token).await
}
