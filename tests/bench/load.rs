//! Requests over connections that stay open, from one thread, as many in flight as there are connections.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One answer.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// A program with open connections to one server, or to several in turn.
pub struct Caller(Vec<BufReader<TcpStream>>);

impl Caller {
    pub fn open(servers: &[SocketAddr], connections: usize) -> Self {
        let open = |server: &SocketAddr| {
            let stream = TcpStream::connect(server).unwrap();
            stream.set_nodelay(true).unwrap();
            let longest = Some(Duration::from_secs(30));
            stream.set_read_timeout(longest).unwrap();
            BufReader::new(stream)
        };
        Self(servers.iter().cycle().take(connections).map(open).collect())
    }

    /// Sends every request once; each answer must be 200 and hold `proof`.
    pub fn ask(&mut self, requests: &[Vec<u8>], proof: &str) -> Vec<Reply> {
        let connections = self.0.len();
        let mut replies = Vec::with_capacity(requests.len());
        for (at, request) in requests.iter().enumerate() {
            let stream = &mut self.0[at % connections];
            if at >= connections {
                replies.push(read(stream, proof));
            }
            stream.get_mut().write_all(request).unwrap();
        }
        for at in requests.len().saturating_sub(connections)..requests.len() {
            replies.push(read(&mut self.0[at % connections], proof));
        }
        replies
    }
}

/// Asks one server once.
pub fn ask_once(server: SocketAddr, request: &[u8], proof: &str) -> Reply {
    let mut replies = Caller::open(&[server], 1).ask(&[request.to_vec()], proof);
    replies.remove(0)
}

fn read(stream: &mut BufReader<TcpStream>, proof: &str) -> Reply {
    let mut head = String::new();
    loop {
        let before = head.len();
        let read = stream.read_line(&mut head).unwrap();
        assert!(read > 0, "the server hung up after: {head}");
        if &head[before..] == "\r\n" {
            break;
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or_default()];
    stream.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    let reply = Reply {
        status: status.unwrap_or_default(),
        head,
        body,
    };
    assert!(
        reply.status == 200 && reply.body.contains(proof),
        "{}{}",
        reply.head,
        reply.body
    );
    reply
}

/// A form post by somebody who authenticates with HTTP Basic.
pub fn post(path: &str, basic: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\nAccept: application/json\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// A read of `path`.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}
