//! node-oidc-provider, where Node and npm are there: the same two requests, in one process as it comes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::load::{ask_once, post};
use crate::process::{Server, free_address, output};

const FILES: [&str; 3] = ["package.json", "package-lock.json", "server.mjs"];

const LOGIN: &str = "shop:figures-figures-figures-figures-figures";

/// A peer that runs, and a token of its own.
pub struct Peer {
    pub server: Server,
    token: String,
}

impl Peer {
    /// Installs and starts it; `None` where there is no Node.
    pub fn start() -> Option<Self> {
        for program in ["node", "npm"] {
            let mut version = Command::new(program);
            version.arg("--version").stdout(Stdio::null());
            version
                .status()
                .ok()
                .filter(std::process::ExitStatus::success)?;
        }
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peer");
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/peer");
        fs::create_dir_all(&home).unwrap();
        for file in FILES {
            fs::copy(sources.join(file), home.join(file)).unwrap();
        }
        let mut install = Command::new("npm");
        output(install.args(["ci", "--silent"]).current_dir(&home));
        let address = free_address();
        let mut node = Command::new("node");
        node.arg("server.mjs").arg(address.port().to_string());
        node.env("NODE_ENV", "production").current_dir(&home);
        let log = fs::File::create(home.join("log")).unwrap();
        let server = Server::start(
            node.stderr(log),
            address,
            "/.well-known/openid-configuration",
        );
        let reply = ask_once(address, &token_request("opaque"), "access_token");
        let reply: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        let token = reply["access_token"].as_str().unwrap().to_owned();
        Some(Self { server, token })
    }

    /// Requests for signed tokens.
    pub fn own_tokens(count: usize) -> Vec<Vec<u8>> {
        vec![token_request("signed"); count]
    }

    /// Requests to describe its token.
    pub fn introspections(&self, count: usize) -> Vec<Vec<u8>> {
        let form = format!("token={}", self.token);
        vec![post("/token/introspection", &STANDARD.encode(LOGIN), &form); count]
    }
}

fn token_request(kind: &str) -> Vec<u8> {
    let form = format!(
        "grant_type=client_credentials&scope=create&resource=https%3A%2F%2Fwallet.example%2F{kind}"
    );
    post("/token", &STANDARD.encode(LOGIN), &form)
}
