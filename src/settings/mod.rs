//! The settings: `config/default.toml`, overlaid by a file and the environment. Unknown keys are errors.

mod check;
mod load;
mod profile;
mod show;

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::Path;

use serde::Deserialize;
use url::Url;

use crate::model::{Bounds, Colour, Locale, Mark, Money};

pub(crate) use check::parse_network;
pub use load::{Mend, SettingsFault, load, load_from};
pub use profile::{LONGEST_CODE, LONGEST_PUSHED};
pub use show::{Shown, show};

/// Everything that can be set; each key is described in `config/default.toml`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Settings {
    pub profile: String,
    pub server: Server,
    pub operator: Operator,
    pub database: Database,
    pub keys: Keys,
    pub authorization: Authorization,
    pub dpop: Dpop,
    pub certificates: Certificates,
    pub token: Token,
    pub grant: Grant,
    pub session: Session,
    pub sign_in: SignIn,
    pub limits: Limits,
    pub wallet: Wallet,
    pub client_keys: ClientKeys,
    pub mandate: Mandate,
    pub sweep: Sweep,
    pub log: Log,
    pub metrics: Metrics,
    pub traces: Traces,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Server {
    pub issuer: String,
    pub bind: String,
    pub workers: usize,
    pub trusted_proxies: Vec<String>,
    pub shutdown_timeout: u64,
}

/// `[operator]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Operator {
    pub name: String,
    pub colour: String,
    pub mark: String,
    pub help_url: String,
    pub privacy_url: String,
    pub security_contact: String,
    pub locale: String,
    pub locales: Vec<String>,
}

impl Operator {
    /// The languages that payers can choose from.
    #[must_use]
    pub fn languages(&self) -> Vec<Locale> {
        let tags = self.locales.iter();
        tags.filter_map(|tag| Locale::find(tag)).collect()
    }

    /// The language of whoever has no wish that can be met.
    #[must_use]
    pub fn language(&self) -> Locale {
        Locale::find(&self.locale).unwrap_or_default()
    }
}

impl Operator {
    /// The operator's own colour, if one is set.
    #[must_use]
    pub fn colour(&self) -> Option<Colour> {
        Colour::parse(&self.colour)
    }

    /// Reads the operator's mark, if one is set; the error is what is wrong with it.
    pub fn mark(&self) -> Result<Option<Mark>, String> {
        if self.mark.is_empty() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let is_file = std::fs::metadata(&self.mark).is_ok_and(|found| found.is_file());
        if !is_file {
            return Err("it must be a file that can be read: there is none".to_owned());
        }
        std::fs::File::open(&self.mark)
            .and_then(|file| file.take(Mark::LARGEST + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("it must be a file that can be read: {error}"))?;
        Mark::read(bytes).map(Some).map_err(str::to_owned)
    }
}

/// `[database]`
#[derive(Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Database {
    pub url: String,
    pub max_connections: u32,
    pub acquire_timeout: u64,
    pub statement_timeout: u64,
}

/// `[keys]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Keys {
    pub encryption_key_file: String,
    pub announce: i64,
    pub refresh: u64,
}

/// `[authorization]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Authorization {
    pub request_lifetime: i64,
    pub pushed_lifetime: i64,
    pub require_pushed_requests: bool,
    pub code_lifetime: i64,
    pub allow_loopback_http: bool,
}

/// `[dpop]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Dpop {
    pub proof_lifetime: i64,
    pub require_nonce: bool,
    pub nonce_lifetime: i64,
}

/// `[certificates]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Certificates {
    pub proxies: Vec<String>,
    pub url: String,
}

/// `[token]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Token {
    pub access_token_lifetime: i64,
}

/// `[grant]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Grant {
    pub max_age: i64,
    pub collection_lifetime: i64,
    pub refresh_idle: i64,
}

/// `[session]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Session {
    pub idle: i64,
    pub lifetime: i64,
    pub step_up_after: i64,
}

/// `[sign_in]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct SignIn {
    pub free_attempts: i64,
    pub free_attempts_per_address: i64,
    pub window: i64,
    pub max_delay: i64,
    pub parallel_hashes: usize,
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Limits {
    pub address_rate: u32,
    pub address_burst: u32,
    pub party_rate: u32,
    pub party_burst: u32,
    pub callers: u64,
    pub unseen_requests: u64,
    pub head_timeout: u64,
    pub body_timeout: u64,
    pub keep_alive: u64,
    pub connections: usize,
    pub connections_per_address: usize,
}

/// `[wallet]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Wallet {
    pub timeout: u64,
    pub max_bytes: usize,
    pub parallel: usize,
}

/// `[client_keys]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct ClientKeys {
    pub lifetime: i64,
    pub timeout: u64,
    pub max_bytes: usize,
    pub parallel: usize,
    pub cached: u64,
}

/// `[mandate]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Mandate {
    pub max_start_delay: i64,
    pub min_period: i64,
    pub max_total: Vec<String>,
}

impl Mandate {
    /// What payers are not asked for.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let totals = self.max_total.iter();
        Bounds {
            longest_wait: self.max_start_delay,
            shortest_period: self.min_period,
            totals: totals.filter_map(|text| Money::parse(text)).collect(),
        }
    }
}

/// `[sweep]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Sweep {
    pub interval: u64,
    pub batch: u64,
    pub keep_expired: i64,
    pub keep_requests: i64,
    pub keep_grants: i64,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Log {
    pub filter: String,
    pub format: String,
}

/// `[metrics]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Metrics {
    pub bind: String,
    pub tables: u64,
}

/// `[traces]`
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config/default.toml is the reference")]
pub struct Traces {
    pub endpoint: String,
    pub sample: f64,
}

impl Metrics {
    /// Where figures are asked for, if anywhere.
    #[must_use]
    pub fn bind_address(&self) -> Option<SocketAddr> {
        self.bind.parse().ok()
    }
}

impl Database {
    /// The same settings for the `SQLite` file at `path`.
    #[must_use]
    pub fn at(&self, path: &Path) -> Self {
        Self {
            url: format!("sqlite://{}", path.display()),
            ..self.clone()
        }
    }

    /// Whether the URL holds a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let Ok(url) = Url::parse(&self.url) else {
            return self.sqlite_path().is_none();
        };
        url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
    }

    /// The path of the `SQLite` file, if that is the database.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&str> {
        let rest = self.url.strip_prefix("sqlite:")?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        Some(rest.split('?').next().unwrap_or(rest))
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

impl Keys {
    /// The file of the sealing key, and whether it is made when it is not there.
    #[must_use]
    pub fn encryption_key(&self, database: &Database) -> (String, bool) {
        match (self.encryption_key_file.as_str(), database.sqlite_path()) {
            ("", Some(path)) => (format!("{path}.key"), true),
            (named, sqlite) => (named.to_owned(), sqlite.is_some()),
        }
    }
}

impl Server {
    /// Where to listen.
    #[must_use]
    pub fn bind_address(&self) -> Option<SocketAddr> {
        self.bind.parse().ok()
    }

    /// The path of the issuer without a trailing slash: "" for most.
    #[must_use]
    pub fn base_path(&self) -> &str {
        let rest = self.issuer.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// The host and port of the issuer.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.issuer.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }
}
