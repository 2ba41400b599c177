//! What is no HTTP, or HTTP that two servers read differently: refused, closed, and nothing behind it is answered.

use crate::support::World;
use crate::support::raw::sends;

/// What can follow a request that two servers may see the end of at different places.
const SMUGGLED: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: m4rk3r\r\n\r\n";

#[tokio::test]
async fn a_request_with_two_ends_is_refused_and_nothing_behind_it_is_read() {
    let world = World::new().await;
    let length = SMUGGLED.len();
    for fields in [
        "Content-Length: 0\r\nContent-Length: 5".to_owned(),
        format!("Content-Length: {length}\r\nContent-Length: {length}"),
        format!("Content-Length: {length}, {length}"),
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {length}"),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked".to_owned(),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity".to_owned(),
        "Transfer-Encoding: xchunked".to_owned(),
        "Transfer-Encoding: chunked, identity".to_owned(),
        "Transfer-Encoding: gzip, chunked".to_owned(),
        "Transfer-Encoding: identity".to_owned(),
        "Transfer-Encoding : chunked".to_owned(),
        "Transfer-Encoding\t: chunked".to_owned(),
        "Transfer-Encoding:\r\n chunked".to_owned(),
        "Content-Length: -1".to_owned(),
        "Content-Length: +5".to_owned(),
        "Content-Length: 0x5".to_owned(),
        "Content-Length: 5 5".to_owned(),
        "Content-Length: 99999999999999999999999".to_owned(),
        "Content-Length:".to_owned(),
    ] {
        let sent = format!(
            "POST /token HTTP/1.1\r\nHost: localhost\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n{fields}\r\n\r\n0\r\n\r\n{SMUGGLED}"
        );
        let answers = sends(&world.server, &sent).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [400], "{fields}: {answers:?}");
        assert!(!format!("{answers:?}").contains("m4rk3r"), "{fields}");
    }
}

#[tokio::test]
async fn a_chunk_that_cannot_be_is_refused() {
    let world = World::new().await;
    for chunks in [
        "ffffffffffffffff\r\nm4rk3r",
        "10000000000000000\r\nm4rk3r",
        "fffffffffffffffffffffffff\r\nm4rk3r",
        "-1\r\nm4rk3r",
        "0x5\r\nm4rk3\r\n0\r\n\r\n",
        "zz\r\nm4rk3r",
        "\r\n\r\n",
        "5\r\nm4rk3r\r\n0\r\n\r\n",
        "5 5\r\nm4rk3\r\n0\r\n\r\n",
        "6\nm4rk3r\n0\n\n",
    ] {
        let sent = format!(
            "POST /token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{chunks}{SMUGGLED}"
        );
        let answers = sends(&world.server, &sent).await;
        for answer in &answers {
            assert!((400..500).contains(&answer.status), "{chunks}: {answers:?}");
        }
        assert!(answers.len() <= 1, "{chunks}: {answers:?}");
        assert!(!format!("{answers:?}").contains("m4rk3r"), "{chunks}");
    }
}

/// What no server takes for a request.
const NO_REQUESTS: &[&[u8]] = &[
    b"\0\0\0\0\r\n\r\n",
    b"\xff\xfe\xfd m4rk3r\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03m4rk3r",
    b"GET\r\n\r\n",
    b"GET /m4rk3r\r\n\r\n",
    b"GET / HTTP/0.9\r\n\r\n",
    b"GET / HTTP/1.2\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / m4rk3r HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"G\0T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /m4rk3r\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: m4rk3r\0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX\0: m4rk3r\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: m4rk3r\x01\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nm4rk3r\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n: m4rk3r\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n m4rk3r\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: m4rk3r\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: m4rk3r\r\n\r\n",
    b"POST /token HTTP/1.0\r\n\r\nm4rk3r",
    b"POST /token HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
];

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let world = World::new().await;
    let long = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "m4rk3r".repeat(40_000)
    );
    let many: Vec<String> = (0..200).map(|n| format!("X-{n}: m4rk3r\r\n")).collect();
    let many = many.concat();
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    let sent = NO_REQUESTS.iter().copied();
    for sent in sent.chain([long.as_bytes(), many.as_bytes()]) {
        let answers = sends(&world.server, [sent, SMUGGLED.as_bytes()].concat()).await;
        let shown = String::from_utf8_lossy(&sent[..sent.len().min(80)]);
        // What never becomes a request can also be closed without a word.
        for answer in &answers {
            assert!(matches!(answer.status, 400 | 431), "{shown:?}: {answers:?}");
        }
        assert!(answers.len() <= 1, "{shown:?}: {answers:?}");
        assert!(!format!("{answers:?}").contains("m4rk3r"), "{shown:?}");
    }
    assert_eq!(world.server.get("/livez").await.status, 200);
}

/// Heads of requests that are odd, without their last line.
const ODD: &[&[u8]] = &[
        b"GET http://m4rk3r.example/sign-in HTTP/1.1\r\nHost: localhost\r\n",
        b"GET / HTTP/1.1\r\nHost: m4rk3r.example\r\n",
        b"GET / HTTP/1.1\r\nHost: user@m4rk3r:99999\r\n",
        b"GET / HTTP/1.1\r\nHost:\r\n",
        b"GET / HTTP/1.1\r\nHost: m4rk3r/\\\xff\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nX: m4rk3r\r\n",
        b"CONNECT m4rk3r.example:443 HTTP/1.1\r\nHost: localhost\r\n",
        b"TRACE / HTTP/1.1\r\nHost: localhost\r\nX: m4rk3r\r\n",
        b"get / HTTP/1.1\r\nHost: localhost\r\nX: m4rk3r\r\n",
        b"GET //m4rk3r.example/%2e%2e HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /../../m4rk3r HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /m4rk3r\xff HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /authorize?client_id=m4rk3r\xff HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /m4rk3r%00 HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /m4rk3r#fragment HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-form=m4rk3r\xff\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nAccept-Language: m4rk3r\xff;q=x\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: m4rk3r\xff\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: m4rk3r\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\nX: m4rk3r\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nHTTP2-Settings: m4rk3r\r\n",
        b"GET / HTTP/1.1\nHost: localhost\nX: m4rk3r\n",
];

#[tokio::test]
async fn what_is_odd_is_answered_without_a_fault_or_an_echo() {
    let world = World::new().await;
    let tail = "Connection: close\r\n\r\n";
    for sent in ODD.iter().copied() {
        let answers = sends(&world.server, [sent, tail.as_bytes()].concat()).await;
        let shown = String::from_utf8_lossy(sent);
        assert_eq!(answers.len(), 1, "{shown:?}: {answers:?}");
        assert!(answers[0].status < 500, "{shown:?}: {answers:?}");
        let body = &answers[0].body;
        let echo = body.replace("%2fm4rk3r", "").contains("<script");
        assert!(!echo, "{shown:?}: {answers:?}");
        assert!(
            !format!("{:?}", answers[0].headers).contains("m4rk3r"),
            "{shown:?}: {answers:?}"
        );
    }
}

#[tokio::test]
async fn who_expects_to_go_on_is_told_so_and_answered() {
    let world = World::new().await;
    let sent = "POST /token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\ntoken=x";
    let answers = sends(&world.server, sent).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [100, 401], "{answers:?}");
}

#[tokio::test]
async fn each_request_of_a_flood_on_one_connection_is_answered_in_order() {
    let world = World::new().await;
    let one = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let last = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answers = sends(&world.server, one.repeat(500) + last).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.len(), 501);
    assert!(statuses[..500].iter().all(|status| *status == 200));
    assert_eq!(statuses[500], 404);
}
