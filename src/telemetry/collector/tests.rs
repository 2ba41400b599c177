use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::time::Instant;

use tracing_subscriber::layer::SubscriberExt as _;

use super::super::{Endpoint, Method, traces};
use super::*;

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// A collector: its URL, and the requests that it is sent, which it answers with `status`; with none, it never does.
fn collector(status: Option<u16>) -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let (sent, hears) = mpsc::channel();
    thread::spawn(move || {
        let mut silent = Vec::new();
        for line in listener.incoming() {
            let mut line = line.unwrap();
            sent.send(request(&mut line)).unwrap_or_default();
            match status {
                Some(status) => {
                    let answer = format!(
                        "HTTP/1.1 {status} x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\
                         Connection: close\r\n\r\n"
                    );
                    line.write_all(answer.as_bytes()).unwrap();
                }
                None => silent.push(line),
            }
        }
    });
    (url, hears)
}

/// A whole request.
fn request(line: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        let mut part = [0; 4096];
        let more = line.read(&mut part).unwrap();
        read.extend(&part[..more]);
        let head = read.windows(4).position(|it| it == b"\r\n\r\n");
        let Some(head) = head else { continue };
        let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap().parse().unwrap();
        if more == 0 || read.len() >= head + 4 + length {
            return read;
        }
    }
}

/// Runs `act` with traces sent to `endpoint`, and says how long the end took.
fn traced(endpoint: &str, sample: f64, act: impl FnOnce()) -> Duration {
    let settings = Traces {
        endpoint: endpoint.to_owned(),
        sample,
    };
    let (sends, spans) = open(&settings).unwrap().unwrap();
    let subscriber = tracing_subscriber::registry().with(spans);
    tracing::subscriber::with_default(subscriber, act);
    let began = Instant::now();
    drop(sends);
    began.elapsed()
}

fn a_request(traceparent: Option<&str>) {
    let span = traces::begin("r_1", Method::Post, traceparent);
    span.in_scope(|| {
        tracing::info_span!(target: TRACE, "introspection").in_scope(|| {
            tracing::info!(secret = "in no trace", "a line of the log");
        });
        tracing::info_span!("in no trace either").in_scope(|| {});
    });
    traces::end(&span, Method::Post, Endpoint::Introspect, 503);
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

#[test]
fn a_trace_goes_on_and_arrives_at_the_end_at_the_latest() {
    let (url, hears) = collector(Some(200));
    let parent = format!("00-{TRACE_ID}-00f067aa0ba902b7-01");
    traced(&url, 0.0, || a_request(Some(&parent)));
    let sent = hears.recv_timeout(Duration::from_secs(5)).unwrap();
    let id = u128::from_str_radix(TRACE_ID, 16).unwrap().to_be_bytes();
    assert!(sent.starts_with(b"POST /v1/traces HTTP/1.1\r\n"));
    for part in [
        id.as_slice(),
        b"service.name",
        b"countersign",
        b"service.version",
        env!("CARGO_PKG_VERSION").as_bytes(),
        b"POST introspect",
        b"introspection",
        b"http.response.status_code",
        b"r_1",
    ] {
        assert!(holds(&sent, part), "{}", String::from_utf8_lossy(part));
    }
    assert!(!holds(&sent, b"in no trace"));
}

#[test]
fn what_is_not_sampled_is_not_sent() {
    let (url, hears) = collector(Some(200));
    let refused = format!("00-{TRACE_ID}-00f067aa0ba902b7-00");
    traced(&url, 0.0, || a_request(None));
    traced(&url, 1.0, || a_request(Some(&refused)));
    assert!(hears.try_recv().is_err());
    traced(&url, 1.0, || a_request(Some("00-garbled")));
    assert!(hears.recv_timeout(Duration::from_secs(5)).is_ok());
}

#[test]
fn a_collector_that_fails_or_is_silent_or_away_makes_nobody_wait() {
    let silent = collector(None);
    let failing = collector(Some(503));
    let away = {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", closed.local_addr().unwrap())
    };
    for url in [&silent.0, &failing.0, &away] {
        let ended = traced(url, 1.0, || {
            let began = Instant::now();
            for _ in 0..5000 {
                a_request(None);
            }
            assert!(began.elapsed() < Duration::from_secs(5), "{url}");
        });
        assert!(ended < PATIENCE * 3, "{url}: {ended:?}");
    }
}
