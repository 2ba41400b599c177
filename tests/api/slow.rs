//! Connections that are slow, idle or many: each is cut in time, and others are served meanwhile.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::raw::{Raw, replies};
use crate::support::{Fields, Server, World};

/// As short as the settings allow: a connection that asks nothing is cut after two seconds.
const HASTY: [(&str, &str); 3] = [
    ("limits.head_timeout", "1"),
    ("limits.body_timeout", "1"),
    ("limits.keep_alive", "1"),
];

/// How late something may be that is due after two seconds: the machine is busy.
const LATE: Duration = Duration::from_secs(15);

const GOOD: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
const POST: &str = "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";

/// Says one byte of `endless` after the other until nobody listens any more; what came back.
async fn trickles(raw: &mut Raw, endless: &str) -> Vec<u8> {
    let began = Instant::now();
    let mut bytes = endless.bytes().cycle();
    loop {
        assert!(began.elapsed() < LATE, "it is still listened to");
        let byte = bytes.next().unwrap();
        let mut heard = [0; 4096];
        let pause = tokio::time::sleep(Duration::from_millis(100));
        if !raw.says([byte]).await {
            return Vec::new();
        }
        tokio::select! {
            read = raw.0.read(&mut heard) => {
                let length = read.unwrap_or(0);
                return heard[..length].to_vec();
            }
            () = pause => {}
        }
    }
}

async fn is_served(world: &World, token: &str) {
    let served = world.wallet.accepts(token);
    assert!(tokio::time::timeout(LATE, served).await.unwrap());
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut() {
    let world = World::with(&HASTY).await;
    let mut raw = Raw::to(&world.server).await;
    raw.says("GET /livez HTTP/1.1\r\nHost: localhost\r\n").await;
    let heard = trickles(&mut raw, "X: a\r\n").await;
    let answers = replies(&heard);
    assert!(
        answers.iter().all(|answer| answer.status == 408),
        "{answers:?}"
    );
}

#[tokio::test]
async fn a_later_head_that_never_ends_is_cut_too() {
    let world = World::with(&HASTY).await;
    let mut raw = Raw::to(&world.server).await;
    for _ in 0..3 {
        raw.says(GOOD).await;
        assert_eq!(replies(&raw.hears_some().await)[0].status, 200);
    }
    raw.says("GET /livez HTTP/1.1\r\nHost: localhost\r\n").await;
    let heard = trickles(&mut raw, "X: a\r\n").await;
    assert!(heard.is_empty(), "{}", String::from_utf8_lossy(&heard));
}

#[tokio::test]
async fn a_body_that_never_ends_is_answered_408() {
    let world = World::with(&HASTY).await;
    for (fields, endless) in [
        ("Content-Length: 10000\r\n\r\n", "a"),
        ("Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
    ] {
        let mut raw = Raw::to(&world.server).await;
        raw.says(format!("{POST}{fields}")).await;
        let heard = trickles(&mut raw, endless).await;
        let answers = replies(&heard);
        assert_eq!(answers.len(), 1, "{answers:?}");
        answers[0].is_refused(408, "invalid_request");
        assert_eq!(answers[0].header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn a_body_that_nobody_wants_is_cut() {
    let world = World::with(&HASTY).await;
    for head in [
        "GET /livez HTTP/1.1",
        "POST /nowhere HTTP/1.1",
        "PUT /token HTTP/1.1",
    ] {
        let mut raw = Raw::to(&world.server).await;
        raw.says(format!(
            "{head}\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        ))
        .await;
        let began = Instant::now();
        // The answer comes at once; what is cut is the rest.
        let answered = trickles(&mut raw, "1\r\na\r\n").await;
        assert_eq!(replies(&answered).len(), 1, "{head}");
        while !trickles(&mut raw, "\r\n1\r\na").await.is_empty() {}
        assert!(began.elapsed() < LATE, "{head}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_read_is_cut() {
    let world = World::with(&HASTY).await;
    let mut raw = Raw::to(&world.server).await;
    let many = "GET /assets/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
    let began = Instant::now();
    // As soon as nothing more is taken, the server waits for us; until it no longer does.
    let mut at = 0;
    loop {
        assert!(began.elapsed() < LATE, "the connection is still open");
        let writing = raw.0.write(&many.as_bytes()[at..]);
        match tokio::time::timeout(Duration::from_millis(200), writing).await {
            Ok(Ok(length)) => at = (at + length) % many.len(),
            Ok(Err(_)) => break,
            Err(_) => {}
        }
    }
    assert_eq!(world.server.get("/livez").await.status, 200);
}

#[tokio::test]
async fn a_connection_is_kept_for_a_while_and_not_for_ever() {
    let world = World::with(&HASTY).await;
    let mut raw = Raw::to(&world.server).await;
    raw.says(GOOD).await;
    assert_eq!(replies(&raw.hears_some().await)[0].status, 200);
    let began = Instant::now();
    assert!(raw.hears().await.is_empty());
    assert!(
        began.elapsed() > Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_long_answer_is_not_cut_while_it_is_worked_on() {
    let world = World::with(&HASTY).await;
    // A wallet that hangs is waited for longer than a connection may ask nothing.
    let mandate = world.wallet.mandate();
    world.wallet.answers(&mandate, crate::support::Answer::Hang);
    let began = Instant::now();
    let page = world.alice.opens(&world.shop.asks_for(&mandate)).await;
    page.is_page(503, "We cannot read the agreement right now");
    assert!(
        began.elapsed() > Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
}

/// So many connections that say what is given and wait.
async fn crowd(server: &Server, count: usize, says: &str) -> Vec<Raw> {
    let mut crowd = Vec::new();
    for _ in 0..count {
        let mut raw = Raw::to(server).await;
        raw.says(says).await;
        crowd.push(raw);
    }
    crowd
}

#[tokio::test]
async fn hundreds_of_slow_connections_keep_nobody_from_being_served() {
    let world = World::with(&[("limits.connections_per_address", "0")]).await;
    let tokens = world.tokens().await;
    let slow = crowd(&world.server, 200, "GET /livez HTTP/1.1\r\nHo").await;
    let idle = crowd(&world.server, 100, GOOD).await;
    let bodies = crowd(
        &world.server,
        100,
        &format!("{POST}Content-Length: 100\r\n\r\na"),
    )
    .await;
    for _ in 0..20 {
        is_served(&world, &tokens.access).await;
        let renewed = world.shop.refreshes(tokens.refresh()).await;
        assert_eq!(renewed.status, 200);
    }
    drop((slow, idle, bodies));
    is_served(&world, &tokens.access).await;
}

#[tokio::test]
async fn when_all_seats_are_taken_the_slow_ones_are_cut_and_others_served() {
    let mut settings = HASTY.to_vec();
    settings.extend([
        ("limits.connections", "16"),
        ("limits.connections_per_address", "0"),
    ]);
    let world = World::with(&settings).await;
    let tokens = world.tokens().await;
    let crowd = crowd(&world.server, 60, "GET /livez HTTP/1.1\r\nHo").await;
    is_served(&world, &tokens.access).await;
    drop(crowd);
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_others_have_theirs() {
    let world = World::with(&[("limits.connections_per_address", "20")]).await;
    let tokens = world.tokens().await;
    let mut many = crowd(&world.server, 40, "GET /livez HTTP/1.1\r\nHo").await;
    let mut closed = 0;
    for raw in &mut many {
        let mut byte = [0];
        let read = raw.0.read(&mut byte);
        let end = tokio::time::timeout(Duration::from_millis(50), read).await;
        closed += usize::from(matches!(end, Ok(Ok(0) | Err(_))));
    }
    // The shop's and the wallet's own are among the twenty.
    assert!((20..=25).contains(&closed), "{closed}");
    drop(many);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let form = Fields::of(&[("token", &tokens.access)]);
    let last = world.wallet.introspects_with(&form).await.status;
    assert_eq!(last, 200);
}

#[tokio::test]
async fn a_proxy_has_as_many_connections_as_it_needs() {
    let settings = [
        ("limits.connections_per_address", "5"),
        ("server.trusted_proxies", "[\"127.0.0.1\"]"),
    ];
    let world = World::with(&settings).await;
    let mut many = crowd(&world.server, 40, "").await;
    for raw in &mut many {
        raw.says(GOOD).await;
        assert_eq!(replies(&raw.hears_some().await)[0].status, 200);
    }
}

#[tokio::test]
async fn who_asks_on_and_on_and_reads_no_answer_is_cut() {
    let world = World::with(&[("limits.head_timeout", "1"), ("limits.keep_alive", "1")]).await;
    let mut raw = Raw::to(&world.server).await;
    let many = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2000);
    let (mut said, most) = (0, 64 << 20);
    while said < most {
        let more = tokio::time::timeout(Duration::from_secs(20), raw.says(&many)).await;
        if !more.expect("it is cut") {
            break;
        }
        said += many.len();
    }
    assert!(said < most, "the server took {said} bytes");
    assert_eq!(world.server.get("/livez").await.status, 200);
}
