//! As little of HTTP/1.1 as a merchant's software needs: one request a connection. An answer counts when all of it came.

use std::{
    io::{Error, ErrorKind, Read as _, Result, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// Where the server listens, and with which key one speaks to it.
#[derive(Clone)]
pub struct Server {
    pub address: String,
    pub api_key: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{}: {error}: {}", self.status, String::from_utf8_lossy(&self.body));
        })
    }
}

impl Server {
    pub fn get(&self, path: &str) -> Result<Answer> {
        self.send("GET", path, "", &[])
    }

    /// As a browser asks.
    pub fn page(&self, path: &str, cookie: &str) -> Result<Answer> {
        self.send("GET", path, &format!("Accept: text/html\r\nCookie: {cookie}\r\n"), &[])
    }

    pub fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer> {
        let headers = format!("Content-Type: application/json\r\nIdempotency-Key: {key}\r\n");
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    pub fn upload(&self, key: &str, file_name: &str, content: &[u8]) -> Result<Answer> {
        let boundary = "0123456789purser";
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let headers = format!("Content-Type: multipart/form-data; boundary={boundary}\r\nIdempotency-Key: {key}\r\n");
        self.send("POST", "/api/v1/documents", &headers, &body)
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            self.address,
            self.api_key,
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        read(&bytes).ok_or_else(|| Error::new(ErrorKind::UnexpectedEof, "the answer was cut off"))
    }
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = str::from_utf8(&bytes[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let (_, length) = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    let body = bytes[end + 4..].to_vec();
    (body.len() == length.trim().parse::<usize>().ok()?).then_some(Answer { status, body })
}
