use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::reply::Reply;
use super::server::Server;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection on which anything can be said.
pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn to(server: &Server) -> Self {
        let address = server.address("/");
        let authority = address.trim_start_matches("http://").trim_end_matches('/');
        Self(TcpStream::connect(authority).await.unwrap())
    }

    /// Says something, as far as somebody listens.
    pub async fn says(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Everything that comes until the other side ends it.
    pub async fn hears(&mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        let end = timeout(PATIENCE, self.0.read_to_end(&mut heard)).await;
        assert!(end.is_ok(), "still open: {}", show(&heard));
        heard
    }

    /// What comes next, without waiting for the end.
    pub async fn hears_some(&mut self) -> Vec<u8> {
        let mut heard = vec![0; 65_536];
        let read = timeout(PATIENCE, self.0.read(&mut heard)).await;
        let length = read.unwrap().unwrap_or(0);
        heard.truncate(length);
        heard
    }
}

/// Sends these bytes on a connection of their own, and says that there is no more; every answer until it is closed.
pub async fn sends(server: &Server, bytes: impl AsRef<[u8]>) -> Vec<Reply> {
    let mut raw = Raw::to(server).await;
    raw.says(bytes).await;
    // What is refused early may have been closed already.
    let _ = raw.0.shutdown().await;
    replies(&raw.hears().await)
}

/// The only answer to these bytes.
pub async fn sends_one(server: &Server, bytes: impl AsRef<[u8]>) -> Reply {
    let bytes = bytes.as_ref();
    let mut all = sends(server, bytes).await;
    assert_eq!(all.len(), 1, "{}: {all:?}", show(bytes));
    all.remove(0)
}

/// Reads answers that say how long they are.
pub fn replies(mut bytes: &[u8]) -> Vec<Reply> {
    let mut all = Vec::new();
    while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers: HeaderMap = lines
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap();
                let name: HeaderName = name.parse().unwrap();
                (name, value.trim().parse::<HeaderValue>().unwrap())
            })
            .collect();
        let length = headers.get("content-length");
        let length = length.map_or(0, |value| value.to_str().unwrap().parse().unwrap());
        let body = &bytes[end + 4..];
        let length = length.min(body.len());
        all.push(Reply {
            status: status.parse().unwrap(),
            headers,
            body: String::from_utf8_lossy(&body[..length]).into_owned(),
        });
        bytes = &body[length..];
    }
    assert!(bytes.is_empty(), "no answer: {}", show(bytes));
    all
}

fn show(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(300)];
    String::from_utf8_lossy(start).into_owned()
}
