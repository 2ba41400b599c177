use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// A way to a database that can be blocked: then nothing arrives, and nothing is closed.
pub struct Line {
    pub url: String,
    blocked: watch::Sender<bool>,
}

impl Line {
    pub async fn to(database: &str) -> Self {
        let mut url = Url::parse(database).unwrap();
        let there = format!("{}:{}", url.host().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(here.port())).unwrap();
        let (blocked, watched) = watch::channel(false);
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let (from_near, to_near) = near.into_split();
                let far = TcpStream::connect(&there).await.unwrap();
                let (from_far, to_far) = far.into_split();
                tokio::spawn(carry(from_near, to_far, watched.clone()));
                tokio::spawn(carry(from_far, to_near, watched.clone()));
            }
        });
        Self {
            url: url.into(),
            blocked,
        }
    }

    pub fn blocks(&self) {
        self.blocked.send_replace(true);
    }

    pub fn opens(&self) {
        self.blocked.send_replace(false);
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut blocked: watch::Receiver<bool>,
) {
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let open = blocked.wait_for(|blocked| !blocked).await.is_ok();
        if !open || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
