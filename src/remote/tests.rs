use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

mod client_keys;

const TOKEN: &str = "eyJ0b2tlbiI6InNlY3JldCJ9";
/// For answers that do not come.
const SHORT: Duration = Duration::from_millis(300);
/// For answers that come, on however busy a machine.
const LONG: Duration = Duration::from_secs(5);

fn remote(total: Duration) -> Remote {
    let bounds = Bounds {
        total,
        max_bytes: 1000,
        per_host: 2,
    };
    Remote::new(&Options {
        wallets: bounds,
        client_keys: bounds,
        allow_loopback: false,
        user_agent: "Countersign/test".into(),
        names: Names::system(),
    })
    .unwrap()
}

/// A wallet that does whatever a test wants with each connection.
struct Wallet {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Wallet {
    async fn serving<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/m/1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let request = head(&mut connection).await;
                seen.lock().unwrap().push(request);
                tokio::spawn(serve(connection));
            }
        });
        Self { url, requests }
    }

    /// A wallet that always answers the same and hangs up.
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        Self::serving(move |mut connection| {
            let answer = Arc::clone(&answer);
            async move {
                // The reader may be gone before all is written.
                let _gone = connection.write_all(&answer).await;
                let _gone = connection.shutdown().await;
            }
        })
        .await
    }

    async fn asked(&self) -> Result<Fetched, Fault> {
        remote(LONG).agreement(self.fetch()).await
    }

    fn fetch(&self) -> AgreementFetch<'_> {
        AgreementFetch {
            url: &self.url,
            token: TOKEN,
            allow_private: true,
        }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

fn json(body: &str) -> String {
    ok("Content-Type: application/json\r\nETag: \"7\"", body)
}

fn ok(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\n{headers}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn refused(answer: Result<Fetched, Fault>) -> String {
    match answer {
        Err(fault @ Fault::Refused(_)) => {
            assert_eq!(fault.kind(), FaultKind::Unusable);
            fault.to_string()
        }
        other => panic!("{other:?}"),
    }
}

fn unreadable(answer: Result<Fetched, Fault>) -> String {
    match answer {
        Err(fault @ Fault::Unreadable(_)) => {
            assert_eq!(fault.kind(), FaultKind::Temporary);
            fault.to_string()
        }
        other => panic!("{other:?}"),
    }
}

fn unreachable(answer: Result<Fetched, Fault>) -> String {
    match answer {
        Err(fault @ Fault::Unreachable(_)) => {
            assert_eq!(fault.kind(), FaultKind::Temporary);
            fault.to_string()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_agreement_is_fetched_with_body_and_etag() {
    let wallet = Wallet::answering(json("{\"a\":1}")).await;
    let fetched = wallet.asked().await.unwrap();
    assert_eq!(fetched.body, b"{\"a\":1}");
    assert_eq!(fetched.etag.as_deref(), Some("\"7\""));
    let request = wallet.requests().remove(0).to_ascii_lowercase();
    assert!(request.starts_with("get /m/1 http/1.1\r\n"), "{request}");
    assert!(request.contains("accept: application/json\r\n"));
    assert!(request.contains("user-agent: countersign/test\r\n"));
    assert!(request.contains(&format!(
        "authorization: bearer {}\r\n",
        TOKEN.to_ascii_lowercase()
    )));
    for absent in ["accept-encoding", "cookie", "referer"] {
        assert!(!request.contains(absent), "{request}");
    }
}

#[tokio::test]
async fn the_time_is_for_the_whole_of_a_slow_body() {
    let wallet = Wallet::serving(|mut connection| async move {
        let start =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n";
        let _gone = connection.write_all(start.as_bytes()).await;
        while connection.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let begun = Instant::now();
    let text = unreachable(remote(SHORT).agreement(wallet.fetch()).await);
    assert!(text.contains("300ms"), "{text}");
    assert!(begun.elapsed() < LONG);
}

#[tokio::test]
async fn silence_is_not_waited_for() {
    let wallet = Wallet::serving(|connection| async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(connection);
    })
    .await;
    unreachable(remote(SHORT).agreement(wallet.fetch()).await);
}

#[tokio::test]
async fn what_is_too_long_is_cut_whatever_it_announces() {
    let exact = "x".repeat(1000);
    let wallet = Wallet::answering(json(&exact)).await;
    assert_eq!(wallet.asked().await.unwrap().body.len(), 1000);
    let announced = Wallet::answering(json(&"x".repeat(1001))).await;
    assert!(unreadable(announced.asked().await).contains("1000 bytes"));
    let endless = Wallet::serving(|mut connection| async move {
        let start = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        let _gone = connection.write_all(start.as_bytes()).await;
        while connection.write_all(b"5\r\nxxxxx\r\n").await.is_ok() {}
    })
    .await;
    assert!(unreadable(endless.asked().await).contains("1000 bytes"));
    let unannounced = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}",
        "x".repeat(5000)
    );
    let unannounced = Wallet::answering(unannounced).await;
    assert!(unreadable(unannounced.asked().await).contains("1000 bytes"));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer() {
    let wallet = Wallet::answering(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"a\":1}",
    )
    .await;
    unreachable(wallet.asked().await);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Wallet::answering(json("{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            other.url
        );
        let wallet = Wallet::answering(answer).await;
        assert!(unreadable(wallet.asked().await).contains("redirect"));
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn only_plain_json_is_read() {
    for headers in [
        "Content-Type: text/html",
        "X-Nothing: 1",
        "Content-Type: application/json\r\nContent-Type: text/html",
        "Content-Type: application/json\r\nContent-Encoding: gzip",
        "Content-Type: application/json\r\nContent-Encoding: identity\r\nContent-Encoding: br",
    ] {
        let wallet = Wallet::answering(ok(headers, "{}")).await;
        unreadable(wallet.asked().await);
    }
    let identity = "Content-Type: application/ld+json; charset=utf-8\r\nContent-Encoding: identity";
    let wallet = Wallet::answering(ok(identity, "{}")).await;
    assert!(wallet.asked().await.is_ok());
}

#[tokio::test]
async fn each_status_has_its_meaning() {
    use FaultKind::{Ended, Temporary, Unusable};
    for (status, fault, kind) in [
        (401, Fault::Denied(401), Temporary),
        (403, Fault::Denied(403), Temporary),
        (404, Fault::NotFound, Unusable),
        (410, Fault::Gone, Ended),
        (429, Fault::Failed(429), Temporary),
        (500, Fault::Failed(500), Temporary),
        (503, Fault::Failed(503), Temporary),
        (204, Fault::Refused("the status is 204".into()), Unusable),
        (304, Fault::Unreadable("a redirect (304)".into()), Temporary),
        (400, Fault::Refused("the status is 400".into()), Unusable),
    ] {
        let wallet =
            Wallet::answering(format!("HTTP/1.1 {status} X\r\nConnection: close\r\n\r\n")).await;
        let answer = wallet.asked().await.unwrap_err();
        assert_eq!(answer, fault);
        assert_eq!(answer.kind(), kind);
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/m/1", listener.local_addr().unwrap());
    drop(listener);
    let fetch = AgreementFetch {
        url: &url,
        token: TOKEN,
        allow_private: true,
    };
    let text = unreachable(remote(LONG).agreement(fetch).await);
    assert!(text.to_lowercase().contains("refused"), "{text}");
    assert!(!text.contains("/m/1"), "{text}");
}

#[tokio::test]
async fn https_is_not_taken_from_a_server_that_speaks_http() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/m/1", listener.local_addr().unwrap());
    let fetch = AgreementFetch {
        url: &url,
        token: TOKEN,
        allow_private: true,
    };
    let server = async {
        let (mut connection, _) = listener.accept().await.unwrap();
        connection.write_all(json("{}").as_bytes()).await.unwrap();
        let mut hello = Vec::new();
        let _gone = connection.read_to_end(&mut hello).await;
        hello
    };
    let remote = remote(LONG);
    let (answer, hello) = tokio::join!(remote.agreement(fetch), server);
    unreachable(answer);
    let sent = String::from_utf8_lossy(&hello);
    assert!(!sent.contains("GET") && !sent.contains(TOKEN), "{sent}");
}

#[tokio::test]
async fn a_private_address_is_asked_only_where_registered() {
    let wallet = Wallet::serving(|mut connection| async move {
        let answer = json("{}").replace("close", "keep-alive");
        let _gone = connection.write_all(answer.as_bytes()).await;
        // Kept, so that a client which shared its connections would use this one again.
        tokio::time::sleep(LONG).await;
    })
    .await;
    let named = wallet.url.replace("127.0.0.1", "localhost");
    let remote = remote(LONG);
    for url in [&wallet.url, &named] {
        let fetch = AgreementFetch {
            url,
            ..wallet.fetch()
        };
        // First with permission: the connection that this leaves must not serve the second request.
        assert!(remote.agreement(fetch).await.is_ok(), "{url}");
        let unregistered = AgreementFetch {
            allow_private: false,
            ..fetch
        };
        let text = refused(remote.agreement(unregistered).await);
        assert!(text.contains("private address"), "{text}");
    }
    assert_eq!(wallet.requests().len(), 2);
}

#[tokio::test]
async fn only_so_many_ask_one_host_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let wallet = Wallet::serving(move |mut connection| {
        let (now, seen) = (Arc::clone(&now), Arc::clone(&seen));
        async move {
            seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            let _gone = connection.write_all(json("{}").as_bytes()).await;
        }
    })
    .await;
    let remote = remote(LONG);
    let all = (0..6).map(|_| remote.agreement(wallet.fetch()));
    let answers = futures_util::future::join_all(all).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn neither_token_nor_body_is_shown() {
    let wallet = Wallet::answering(ok("Content-Type: text/html", "private terms")).await;
    let shown = format!("{:?} {:?}", wallet.fetch(), wallet.asked().await);
    assert!(!shown.contains(TOKEN) && !shown.contains("private terms"));
    let wallet = Wallet::answering(json("private terms")).await;
    let shown = format!("{:?}", wallet.asked().await.unwrap());
    assert!(!shown.contains("private terms"), "{shown}");
}
