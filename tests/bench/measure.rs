//! What is measured, and in which order.

use std::net::SocketAddr;
use std::process::Command;

use crate::Arguments;
use crate::load::{Caller, ask_once};
use crate::peer::Peer;
use crate::process::{Server, free_address};
use crate::report::{Samples, line, table};
use crate::world::{Place, World, addresses};

/// A request that is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Introspection,
    OwnToken,
    Redemption,
    Refresh,
}

const ACTS: [(Act, &str); 4] = [
    (Act::Introspection, "introspection"),
    (Act::OwnToken, "client_credentials, ES256"),
    (Act::Redemption, "code exchange, with a refresh token"),
    (Act::Refresh, "refresh"),
];

impl Act {
    fn requests(self, world: &World, count: usize) -> Vec<Vec<u8>> {
        match self {
            Self::Introspection => world.introspections(count),
            Self::OwnToken => world.own_tokens(count),
            Self::Redemption => world.redemptions(count),
            Self::Refresh => world.refreshes(count),
        }
    }

    fn proof(self) -> &'static str {
        match self {
            Self::Introspection => r#""active":true"#,
            _ => r#""access_token":""#,
        }
    }

    /// How many of `requests` are enough.
    fn share(self, requests: usize) -> usize {
        match self {
            Self::Introspection => requests,
            Self::OwnToken => requests / 2,
            Self::Redemption | Self::Refresh => requests / 4,
        }
    }
}

/// Where the raw floor stands among the rows.
const RAW: usize = 1;

/// Makes as many requests as are wanted.
type Requests<'a> = Box<dyn Fn(usize) -> Vec<Vec<u8>> + 'a>;

/// One row of the tables: servers that are asked together.
struct Subject<'a> {
    name: String,
    act: Act,
    requests: Requests<'a>,
    servers: Vec<&'a Server>,
    samples: Samples,
}

impl<'a> Subject<'a> {
    fn new(name: &str, act: Act, world: &'a World, servers: &[&'a Server]) -> Self {
        Self {
            name: name.to_owned(),
            act,
            requests: Box::new(move |count| act.requests(world, count)),
            servers: servers.to_vec(),
            samples: Samples::default(),
        }
    }

    /// The peer, where it does the same.
    fn of_peer(act: Act, peer: &'a Peer) -> Option<Self> {
        let requests: Requests<'a> = match act {
            Act::Introspection => Box::new(|count| peer.introspections(count)),
            Act::OwnToken => Box::new(Peer::own_tokens),
            Act::Redemption | Act::Refresh => return None,
        };
        Some(Self {
            name: "node-oidc-provider, in memory".to_owned(),
            act,
            requests,
            servers: vec![&peer.server],
            samples: Samples::default(),
        })
    }

    /// One round: CPU time of the servers for each request, after some that are not counted.
    fn round(&mut self, arguments: &Arguments) {
        let count = self.act.share(arguments.requests);
        let warm_up = (count / 8).max(arguments.connections);
        let requests = (self.requests)(warm_up + count);
        let (first, counted) = requests.split_at(warm_up);
        let mut caller = Caller::open(&addresses(&self.servers), arguments.connections);
        caller.ask(first, self.act.proof());
        let before = cpu(&self.servers);
        caller.ask(counted, self.act.proof());
        let spent = cpu(&self.servers) - before;
        self.samples.add(spent / u64::try_from(count).unwrap());
    }
}

fn cpu(servers: &[&Server]) -> u64 {
    servers.iter().map(|server| server.cpu()).sum()
}

/// Measures and prints everything.
pub fn measure(arguments: &Arguments) {
    let postgres = postgres();
    let mut worlds = Vec::new();
    for grants in &arguments.grants {
        worlds.push(World::create(&Place::Sqlite, *grants));
        if let Some(url) = &postgres {
            worlds.push(World::create(&Place::Postgres(url.clone()), *grants));
        }
    }
    line(&format!(
        "CPU time a request, {} connections, {} rounds of {} introspections",
        arguments.connections, arguments.rounds, arguments.requests
    ));
    let started: Vec<_> = worlds.iter().map(|world| world.serve(0)).collect();
    let idle: Vec<_> = started
        .iter()
        .map(|server| server.memory("VmRSS"))
        .collect();
    let peer = (!arguments.no_peer).then(Peer::start).flatten();
    let settled = Settled {
        arguments,
        worlds: &worlds,
        servers: &started,
        peer: peer.as_ref(),
    };
    for (act, title) in ACTS {
        settled.figure(act, title);
    }
    for ((world, server), idle) in worlds.iter().zip(&started).zip(&idle) {
        line(&format!(
            "  {:<34} first answer {:>7.1?}, memory idle {:>6} KiB, busy at most {:>6} KiB",
            world.name,
            server.started_in,
            idle,
            server.memory("VmHWM")
        ));
    }
}

/// A server where databases can be made.
#[expect(
    clippy::disallowed_methods,
    reason = "the measurement's own setting, not the program's"
)]
fn postgres() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok()
}

/// Everything that runs while figures are taken.
struct Settled<'a> {
    arguments: &'a Arguments,
    worlds: &'a [World],
    servers: &'a [Server],
    peer: Option<&'a Peer>,
}

impl Settled<'_> {
    fn figure(&self, act: Act, title: &str) {
        let plain = &self.worlds[0];
        let floors = floors(act, plain, self.servers[0].address, self.worlds);
        let shared = shared(self.worlds);
        let pair = shared.map(|world| [world.serve(1), world.serve(1)]);
        let mut subjects = Vec::new();
        for (name, world, floor) in &floors {
            subjects.push(Subject::new(name, act, world, &[floor]));
        }
        for (world, server) in self.worlds.iter().zip(self.servers) {
            let name = format!("countersign, {}", world.name);
            subjects.push(Subject::new(&name, act, world, &[server]));
        }
        if let (Some(world), Some([one, two])) = (shared, &pair) {
            let alone = "countersign, PostgreSQL, one worker";
            subjects.push(Subject::new(alone, act, world, &[one]));
            let both = "countersign, PostgreSQL, two of one worker";
            subjects.push(Subject::new(both, act, world, &[one, two]));
        }
        subjects.extend(self.peer.and_then(|peer| Subject::of_peer(act, peer)));
        for _ in 0..self.arguments.rounds {
            for subject in &mut subjects {
                subject.round(self.arguments);
            }
        }
        let floor = subjects[RAW].samples.median();
        let rows: Vec<_> = subjects
            .into_iter()
            .map(|subject| (subject.name, subject.samples))
            .collect();
        table(title, &rows, floor);
    }
}

/// A floor: its name, the world whose tokens it knows, and its process.
type Running<'a> = (&'static str, &'a World, Server);

/// Starts the floors of an act, the raw one second; they answer as the server at `address` does.
fn floors<'a>(
    act: Act,
    plain: &'a World,
    address: SocketAddr,
    worlds: &'a [World],
) -> Vec<Running<'a>> {
    let request = act.requests(plain, 1).remove(0);
    let reply = ask_once(address, &request, act.proof());
    let answer = plain.path("answer");
    std::fs::write(&answer, reply.head + &reply.body).unwrap();
    let start = |name, kind: &str, world, database: String| {
        let bind = free_address();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["floor", kind, &bind.to_string()]);
        command.arg(&answer).arg(database);
        (name, world, Server::start(&mut command, bind, "/"))
    };
    let mut running = vec![start(
        "actix-web, the same bytes",
        "bare",
        plain,
        String::new(),
    )];
    if act == Act::Introspection {
        let file = plain.file().display().to_string();
        running.push(start(
            "+ one read, rusqlite (raw floor)",
            "read",
            plain,
            file,
        ));
        let orm = plain.url.clone();
        running.push(start("+ one read, sea-orm, SQLite", "orm", plain, orm));
        if let Some(shared) = shared(worlds) {
            let orm = shared.url.clone();
            running.push(start("+ one read, sea-orm, PostgreSQL", "orm", shared, orm));
        }
    } else {
        let new = plain.path(&format!("floor{}.db", act as usize));
        let new = new.display().to_string();
        running.push(start(
            "+ ES256, one insert, rusqlite (raw floor)",
            "sign",
            plain,
            new,
        ));
    }
    running
}

/// The first world on a database that instances can share.
fn shared(worlds: &[World]) -> Option<&World> {
    worlds
        .iter()
        .find(|world| world.url.starts_with("postgres"))
}
