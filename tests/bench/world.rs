//! A database with parties, and as many grants as wanted.

use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign::app::new_secret;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::dialect::Dialect;
use crate::load::{self, post};
use crate::process::{Server, free_address, output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");

const REDIRECT_URI: &str = "https://shop.example/callback";
const COLLECTION: &str = "https://wallet.example/mandates";

/// One payer in this many grants.
const GRANTS_A_PAYER: u64 = 10;

/// How many grants have tokens that are asked about.
const SAMPLE: usize = 2000;

/// How many rows are written by one statement.
const CHUNK: usize = 500;

/// Where a world is kept.
#[derive(Clone)]
pub enum Place {
    /// A file below the world's folder.
    Sqlite,
    /// A database of its own on the server with this URL.
    Postgres(String),
}

/// A server's database, parties and grants.
pub struct World {
    pub name: String,
    home: TempDir,
    runtime: Runtime,
    rows: DatabaseConnection,
    /// The URL of the database.
    pub url: String,
    /// The server to drop the database on, and its name.
    drop: Option<(String, String)>,
    /// What the wallet and the client authenticate with.
    wallet: String,
    client: String,
    client_id: String,
    wallet_id: String,
    refresh_tokens: Vec<String>,
    /// Access tokens of grants all over the table.
    pub access_tokens: Vec<String>,
}

impl World {
    /// Makes a database with `grants` active grants, each with an access and a refresh token.
    pub fn create(place: &Place, grants: u64) -> Self {
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (kind, url, drop) = match place {
            Place::Sqlite => {
                let file = home.path().join("figures.db");
                ("SQLite", format!("sqlite://{}", file.display()), None)
            }
            Place::Postgres(server) => {
                let name = format!("figures_{}_{grants}", std::process::id());
                let made = format!("CREATE DATABASE {name}");
                runtime.block_on(execute_on(server, &made));
                let (base, _) = server.rsplit_once('/').unwrap();
                let url = format!("{base}/{name}");
                ("PostgreSQL", url, Some((server.clone(), name)))
            }
        };
        write_key(&home.path().join("sealing.key"));
        output(program(home.path(), &url).arg("migrate"));
        let rows = runtime.block_on(connect(&url));
        let mut world = Self {
            name: format!("{kind}, {grants} grants"),
            home,
            runtime,
            rows,
            url,
            drop,
            wallet: String::new(),
            client: String::new(),
            client_id: String::new(),
            wallet_id: String::new(),
            refresh_tokens: Vec::new(),
            access_tokens: Vec::new(),
        };
        world.register();
        world.fill(grants);
        world.sample();
        world
    }

    /// The file of a `SQLite` database.
    pub fn file(&self) -> PathBuf {
        self.home.path().join("figures.db")
    }

    /// A path in the world's own folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Starts the server, with `workers` threads (0: one for each core).
    pub fn serve(&self, workers: usize) -> Server {
        let address = free_address();
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("server.log"))
            .unwrap();
        let mut command = program(self.home.path(), &self.url);
        command
            .arg("serve")
            .env("COUNTERSIGN__SERVER__BIND", address.to_string())
            .env("COUNTERSIGN__SERVER__WORKERS", workers.to_string())
            .env("COUNTERSIGN__LIMITS__ADDRESS_RATE", "0")
            .env("COUNTERSIGN__LIMITS__PARTY_RATE", "0")
            .env("COUNTERSIGN__TOKEN__ACCESS_TOKEN_LIFETIME", "3600")
            .stderr(log);
        Server::start(&mut command, address, "/readyz")
    }

    fn register(&mut self) {
        let shown = |args: &[&str]| {
            let mut command = program(self.home.path(), &self.url);
            let text = output(command.args(args).args(["-o", "json"]));
            serde_json::from_str::<serde_json::Value>(&text).unwrap()
        };
        let wallet = shown(&[
            "resource-server",
            "create",
            "--name",
            "Wallet",
            "--origin",
            "https://wallet.example",
            "--mandates-endpoint",
            COLLECTION,
            "--asset",
            "USD:2",
        ]);
        let client = shown(&[
            "client",
            "create",
            "--name",
            "Shop",
            "--redirect-uri",
            REDIRECT_URI,
            "--grant-type",
            "authorization_code",
            "--grant-type",
            "refresh_token",
            "--grant-type",
            "client_credentials",
            "--account",
            "https://wallet.example/shop",
        ]);
        let text = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap().to_owned();
        let basic = |id: &str, secret: &str| STANDARD.encode(format!("{id}:{secret}"));
        self.wallet_id = text(&wallet, "resource_server_id");
        self.client_id = text(&client, "client_id");
        self.wallet = basic(&self.wallet_id, &text(&wallet, "resource_server_secret"));
        self.client = basic(&self.client_id, &text(&client, "client_secret"));
    }

    fn fill(&self, grants: u64) {
        let payers = (grants / GRANTS_A_PAYER).max(1);
        let dialect = Dialect::of(&self.rows);
        let (now, digest) = (dialect.now(), dialect.digest());
        if !dialect.postgres {
            self.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000");
        }
        self.execute(&format!(
            r#"WITH {} INSERT INTO "user" (id, username, password_hash, state, created_at)
               SELECT 'usr_' || i, 'payer' || i, '-', 'enabled', {now} FROM n"#,
            dialect.numbers(payers)
        ));
        self.execute(
            r#"INSERT INTO payment_pointer (url, "user")
               SELECT 'https://wallet.example/payers/' || substr(id, 5), id FROM "user""#,
        );
        let grant = self.grant(&format!("1 + i % {payers}"), "active", &dialect);
        self.execute(&format!("WITH {} {grant} FROM n", dialect.numbers(grants)));
        self.execute(&format!(
            r#"INSERT INTO access_token (digest, jti, grant_id, issued_at, expires_at)
               SELECT {digest}, 'tok_' || substr(id, 5), id, {now}, {now} + 3600000 FROM "grant""#
        ));
        self.execute(&format!(
            r#"INSERT INTO refresh_token (digest, grant_id, generation, issued_at, expires_at)
               SELECT {digest}, id, 0, {now}, {now} + 86400000 FROM "grant""#
        ));
        if dialect.postgres {
            self.execute("VACUUM ANALYZE");
        }
    }

    /// What inserts grants: a mandate with limits, approved by the payer with the number `payer`.
    fn grant(&self, payer: &str, state: &str, dialect: &Dialect) -> String {
        let (id, now) = (dialect.letters(26), dialect.now());
        let limits = r#"{"amount":"2000","assetCode":"USD","assetScale":"2","interval":"P1M","start":"2026-11-01T00:00:00Z","end":"2036-11-01T00:00:00Z","cycles":"120","cap":true}"#;
        format!(
            r#"INSERT INTO "grant" (id, client, "user", resource_server, agreement_url, collection, type, actions,
               subject, snapshot, agreement_digest, approval_digest, limits, amr, auth_time, consented_at, text, locale,
               state, state_at, starts_at, ends_at, event_sequence, created_at)
               SELECT 'grt_' || {id}, '{}', 'usr_' || ({payer}), '{}', '{COLLECTION}/' || {}, {}, 'mandate',
               '["read","charge","cancel"]', 'https://wallet.example/payers/' || ({payer}), 'snp_' || {id},
               'v1.' || {}, 'v1.' || {}, '{limits}', '["pwd"]', {now} - 5000, {now},
               'up to $20.00 each month for 120 months, from 1 Nov 2026 to 1 Nov 2036: at most $2,400.00 in total', 'en',
               '{state}', {now}, {now}, {now} + 300000000000, 0, {now}"#,
            self.client_id,
            self.wallet_id,
            dialect.letters(22),
            dialect.no(),
            dialect.letters(32),
            dialect.letters(32),
        )
    }

    /// Gives grants all over the table refresh tokens that are known here, and asks for their access tokens.
    fn sample(&mut self) {
        let chosen = self.column(&format!(
            r#"SELECT id FROM "grant" ORDER BY random() LIMIT {SAMPLE}"#
        ));
        self.refresh_tokens = chosen
            .iter()
            .map(|_| new_secret().expose().to_owned())
            .collect();
        let dialect = Dialect::of(&self.rows);
        let now = dialect.now();
        let rows = chosen
            .iter()
            .zip(&self.refresh_tokens)
            .map(|(grant, token)| {
                let digest = dialect.bytes(&Sha256::digest(token.as_bytes()));
                format!("({digest}, '{grant}', 0, {now}, {now} + 86400000)")
            });
        self.insert(
            "INSERT INTO refresh_token (digest, grant_id, generation, issued_at, expires_at) VALUES",
            &rows.collect::<Vec<_>>(),
        );
        let server = self.serve(0);
        let replies = load::Caller::open(&[server.address], 8)
            .ask(&self.refreshes(chosen.len()), r#""access_token""#);
        let token = |body: &str| {
            let json: serde_json::Value = serde_json::from_str(body).unwrap();
            json["access_token"].as_str().unwrap().to_owned()
        };
        self.access_tokens = replies.iter().map(|reply| token(&reply.body)).collect();
    }

    /// Requests to refresh one grant after the other.
    pub fn refreshes(&self, count: usize) -> Vec<Vec<u8>> {
        let tokens = self.refresh_tokens.iter().cycle().take(count);
        let form = |token| format!("grant_type=refresh_token&refresh_token={token}");
        tokens
            .map(|it| post("/token", &self.client, &form(it)))
            .collect()
    }

    /// Requests to describe one token after the other.
    pub fn introspections(&self, count: usize) -> Vec<Vec<u8>> {
        let tokens = self.access_tokens.iter().cycle().take(count);
        tokens
            .map(|token| post("/introspect", &self.wallet, &format!("token={token}")))
            .collect()
    }

    /// Requests for tokens on the client's own account.
    pub fn own_tokens(&self, count: usize) -> Vec<Vec<u8>> {
        let form = "grant_type=client_credentials&scope=https%3A%2F%2Fwallet.example%2Fmandates";
        vec![post("/token", &self.client, form); count]
    }

    /// Approves `count` mandates, and answers the requests that redeem their codes.
    pub fn redemptions(&self, count: usize) -> Vec<Vec<u8>> {
        let dialect = Dialect::of(&self.rows);
        let grant = self.grant("1", "pending", &dialect);
        let wanted = u64::try_from(count).unwrap();
        self.execute(&format!("WITH {} {grant} FROM n", dialect.numbers(wanted)));
        let grants = self.column(
            r#"SELECT id FROM "grant" WHERE state = 'pending' AND id NOT IN (SELECT grant_id FROM authorization_code)"#,
        );
        let verifier = "v".repeat(43);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let now = dialect.now();
        let (mut rows, mut requests) = (Vec::new(), Vec::new());
        for grant in &grants {
            let code = new_secret();
            let digest = dialect.bytes(code.digest().as_bytes());
            rows.push(format!(
                "({digest}, '{grant}', '{REDIRECT_URI}', '{challenge}S', {now} + 600000)"
            ));
            let form = format!(
                "grant_type=authorization_code&code={}&redirect_uri=https%3A%2F%2Fshop.example%2Fcallback&code_verifier={verifier}",
                code.expose()
            );
            requests.push(post("/token", &self.client, &form));
        }
        self.insert(
            "INSERT INTO authorization_code (digest, grant_id, redirect_uri, challenge, expires_at) VALUES",
            &rows,
        );
        requests
    }

    fn insert(&self, head: &str, rows: &[String]) {
        for chunk in rows.chunks(CHUNK) {
            self.execute(&format!("{head} {}", chunk.join(",")));
        }
    }

    fn execute(&self, sql: &str) {
        let done = self.runtime.block_on(self.rows.execute_unprepared(sql));
        done.unwrap();
    }

    fn column(&self, sql: &str) -> Vec<String> {
        let statement = sea_orm::Statement::from_string(self.rows.get_database_backend(), sql);
        let rows = self.runtime.block_on(self.rows.query_all_raw(statement));
        let first = |row: &sea_orm::QueryResult| row.try_get_by_index(0).unwrap();
        rows.unwrap().iter().map(first).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        // What is left behind when this fails is named figures_… and empty of secrets.
        let _ = self.runtime.block_on(rows.close());
        if let Some((server, name)) = &self.drop {
            let dropped = format!("DROP DATABASE {name} WITH (FORCE)");
            self.runtime.block_on(execute_on(server, &dropped));
        }
    }
}

/// The server's program with the settings of a world.
fn program(home: &Path, url: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(home)
        .env("COUNTERSIGN__DATABASE__URL", url)
        .env(
            "COUNTERSIGN__KEYS__ENCRYPTION_KEY_FILE",
            home.join("sealing.key"),
        );
    command
}

fn write_key(path: &Path) {
    let mut options = std::fs::File::options();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .unwrap();
    let key = STANDARD.encode(countersign::model::Digest::of(b"figures").as_bytes());
    std::io::Write::write_all(&mut file, key.as_bytes()).unwrap();
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn execute_on(url: &str, sql: &str) {
    let connection = connect(url).await;
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// Every address of `servers`.
pub fn addresses(servers: &[&Server]) -> Vec<SocketAddr> {
    servers.iter().map(|server| server.address).collect()
}
