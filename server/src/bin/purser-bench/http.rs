//! Clients as merchants have them: each keeps its connection and sends one request after another.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use axum::http::{HeaderName, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection that is kept.
pub struct Client {
    address: Arc<str>,
    sender: http1::SendRequest<Full<Bytes>>,
}

pub type Headers<'a> = &'a [(HeaderName, &'a str)];

impl Client {
    pub async fn connect(address: &Arc<str>) -> Result<Self> {
        let stream = TcpStream::connect(&**address).await.context("the server cannot be reached")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { address: Arc::clone(address), sender })
    }

    pub async fn get(&mut self, path: &str, headers: Headers<'_>) -> Result<Bytes> {
        self.whole("GET", path, headers, Bytes::new()).await
    }

    pub async fn post(&mut self, path: &str, headers: Headers<'_>, body: String) -> Result<Bytes> {
        self.whole("POST", path, headers, body.into()).await
    }

    /// Reads the answer without keeping it. Tells its length.
    pub async fn drain(&mut self, path: &str, headers: Headers<'_>) -> Result<usize> {
        let mut body = self.send("GET", path, headers, Bytes::new()).await?;
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            length += frame?.data_ref().map_or(0, Bytes::len);
        }
        Ok(length)
    }

    async fn whole(&mut self, method: &str, path: &str, headers: Headers<'_>, body: Bytes) -> Result<Bytes> {
        Ok(self.send(method, path, headers, body).await?.collect().await?.to_bytes())
    }

    async fn send(&mut self, method: &str, path: &str, headers: Headers<'_>, body: Bytes) -> Result<Incoming> {
        self.sender.ready().await?;
        let request = Request::builder().method(method).uri(path).header(header::HOST, &*self.address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, *value));
        let answer = self.sender.send_request(request.body(Full::new(body))?).await?;
        let status = answer.status();
        if !status.is_success() {
            let body = answer.into_body().collect().await?.to_bytes();
            bail!("{path} is answered with {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(answer.into_body())
    }
}
