//! What every rule is given first.

use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

mod key_sets;
mod throttle;

pub use key_sets::{KeySets, NoKeySet, Published};
pub use throttle::{Claim, Loan, Standing, Throttle, TooMany};

use crate::keys::{KeyFault, KeyRing, KeySet, Nonces, SealingKey, equal, hmac_sha256, random};
use crate::model::{Clock, Mark, ResourceServer, Secret, SignatureAlgorithm};
use crate::remote::{self, Remote};
use crate::settings::Settings;
pub use crate::store::one_request;
use crate::store::{self, Store, StoreFault};
use crate::telemetry::{Exposition, Metrics, Readings};

/// Everything a rule needs: settings, database, the way to the wallets, keys, clock; and where it says what happened.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub settings: Settings,
    /// The database.
    pub store: Store,
    /// The way to the wallets.
    pub remote: Remote,
    /// The signing keys.
    pub keys: Keys,
    /// The clock.
    pub clock: Clock,
    /// The figures.
    pub metrics: Metrics,
    /// The operator's mark.
    pub mark: Option<Mark>,
    /// How much each caller may ask.
    pub throttle: Throttle,
    /// How many password hashes may be computed at once.
    pub hashing: Semaphore,
    /// The key sets that clients and wallets publish.
    pub key_sets: KeySets<SignatureAlgorithm, KeySet>,
    wallets: LastKnown<Vec<ResourceServer>>,
    wallets_failed: AtomicBool,
}

/// A value that outlives the database: the last one read, and when reading was last tried.
type LastKnown<T> = RwLock<(Arc<T>, Instant)>;

/// The signing keys in memory, and the key that opens them.
#[derive(Debug)]
pub struct Keys {
    /// Opens and closes the private keys in the database.
    pub sealing: SealingKey,
    /// The nonces of DPoP proofs.
    pub nonces: Nonces,
    ring: LastKnown<KeyRing>,
}

/// Why the server cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The keys.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The transport to the wallets.
    #[error("the transport to the wallets: {0}")]
    Remote(String),
    /// The operator's mark.
    #[error("operator.mark: {0}")]
    Mark(String),
}

impl App {
    /// Opens the database, which must have the schema of this program, and the keys; the first start makes a signing key.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self, StartFault> {
        crate::keys::install_providers();
        let store = Store::connect(&settings.database).await?;
        if !store.is_shared() {
            store.migrate().await?;
        }
        store.check_schema().await?;
        let (file, create) = settings.keys.encryption_key(&settings.database);
        // A new key beside keys that another one sealed would only hide that the right file is missing.
        let create = create && store::signing_key::list(&store).await?.is_empty();
        let sealing = SealingKey::load_or_create(Path::new(&file), create)?;
        let remote = Remote::new(&remote::Options::of(&settings))
            .map_err(|fault| StartFault::Remote(fault.to_string()))?;
        let mark = settings.operator.mark().map_err(StartFault::Mark)?;
        let ring = first_ring(&store, &sealing, clock.now()).await?;
        let hashes = match settings.sign_in.parallel_hashes {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            set => set,
        };
        Ok(Self {
            keys: Keys {
                nonces: Nonces::new(sealing.derive("DPoP nonces")),
                sealing,
                ring: RwLock::new((Arc::new(ring), Instant::now())),
            },
            wallets: RwLock::new((Arc::new(enabled_wallets(&store).await?), Instant::now())),
            wallets_failed: AtomicBool::new(false),
            metrics: Metrics::new(clock.now()),
            throttle: Throttle::new(&settings.limits, clock.clone()),
            key_sets: KeySets::new(&settings.client_keys, clock.clone(), read_keys),
            settings,
            store,
            remote,
            mark,
            clock,
            hashing: Semaphore::new(hashes),
        })
    }

    /// The signing keys, read again when they are older than the settings allow; while the database is away, those known.
    pub async fn ring(&self) -> Arc<KeyRing> {
        let (ring, read_at) = last(&self.keys.ring);
        if read_at.elapsed() < Duration::from_secs(self.settings.keys.refresh) {
            return ring;
        }
        match self.reload_ring().await {
            Ok(ring) => ring,
            Err(error) => {
                tracing::warn!(%error, "the signing keys could not be read again");
                keep(&self.keys.ring, Arc::clone(&ring));
                ring
            }
        }
    }

    /// The signing keys in memory, for who holds a transaction: reading them would ask for a second connection, and as
    /// many transactions as there are connections would wait for each other.
    #[must_use]
    pub fn known_ring(&self) -> Arc<KeyRing> {
        last(&self.keys.ring).0
    }

    /// The nonce for the next proof, where the settings ask for one (RFC 9449 §8).
    #[must_use]
    pub fn dpop_nonce(&self) -> Option<String> {
        let dpop = &self.settings.dpop;
        let current = || {
            self.keys
                .nonces
                .current(self.clock.now(), dpop.nonce_lifetime)
        };
        dpop.require_nonce.then(current)
    }

    /// The wallets that take part, for documents that only inform; while the database is away, those known.
    pub async fn known_wallets(&self) -> Arc<Vec<ResourceServer>> {
        let (wallets, tried_at) = last(&self.wallets);
        let pause = Duration::from_secs(self.settings.keys.refresh);
        // After a failure the database is left alone for a while; else every reader asks anew.
        if self.wallets_failed.load(Ordering::Relaxed) && tried_at.elapsed() < pause {
            return wallets;
        }
        match enabled_wallets(&self.store).await {
            Ok(read) => {
                self.wallets_failed.store(false, Ordering::Relaxed);
                let read = Arc::new(read);
                keep(&self.wallets, Arc::clone(&read));
                read
            }
            Err(error) => {
                tracing::warn!(%error, "the wallets could not be read");
                self.wallets_failed.store(true, Ordering::Relaxed);
                keep(&self.wallets, Arc::clone(&wallets));
                wallets
            }
        }
    }

    /// Writes the figures down, with those that are read now.
    #[must_use]
    pub fn figures(&self, exposition: Exposition) -> String {
        let (connections, tally) = (self.store.connections(), self.store.tally());
        let readings = Readings {
            idle: connections.idle,
            in_use: connections.in_use,
            limit: self.settings.database.max_connections,
            late_connections: tally.late_connections(),
            late_statements: tally.late_statements(),
            ended: tally.ended(),
        };
        self.metrics.write(exposition, &readings)
    }

    /// Counts the rows of the tables.
    pub async fn count_rows(&self) {
        for table in store::size::TABLES {
            match store::size::rows(&self.store, table).await {
                Ok(rows) => self.metrics.set_table_size(table, rows),
                Err(error) => {
                    tracing::warn!(table, %error, "the rows of a table could not be counted");
                    return;
                }
            }
        }
    }

    /// Reads the signing keys now.
    pub async fn reload_ring(&self) -> Result<Arc<KeyRing>, StartFault> {
        let rows = store::signing_key::list(&self.store).await?;
        let ring = Arc::new(KeyRing::new(rows, &self.keys.sealing)?);
        keep(&self.keys.ring, Arc::clone(&ring));
        Ok(ring)
    }
}

fn last<T>(known: &LastKnown<T>) -> (Arc<T>, Instant) {
    known.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn keep<T>(known: &LastKnown<T>, value: Arc<T>) {
    *known.write().unwrap_or_else(PoisonError::into_inner) = (value, Instant::now());
}

fn read_keys(text: &str, algorithm: SignatureAlgorithm) -> Result<KeySet, String> {
    KeySet::parse(text, algorithm).map_err(|fault| fault.to_string())
}

async fn enabled_wallets(store: &Store) -> Result<Vec<ResourceServer>, StoreFault> {
    let all = store::resource_server::list(store).await?;
    Ok(all.into_iter().filter(ResourceServer::is_enabled).collect())
}

/// 256 random bits.
#[must_use]
pub fn new_secret() -> Secret {
    random::secret()
}

/// An identifier of 128 random bits behind `prefix`.
#[must_use]
pub fn new_id(prefix: &str) -> String {
    random::id(prefix)
}

/// A secret that only the holder of `key` can name, for `purpose` and `data`.
#[must_use]
pub fn derive(key: &Secret, purpose: &str, data: &str) -> Secret {
    Secret::from_bytes(&hmac_sha256(
        key.expose().as_bytes(),
        purpose,
        data.as_bytes(),
    ))
}

/// Compares in constant time.
#[must_use]
pub fn is_same(left: &str, right: &str) -> bool {
    equal(left.as_bytes(), right.as_bytes())
}

/// Whether `address` is in `network`, an address or a network in CIDR notation.
#[must_use]
pub fn is_in_network(address: IpAddr, network: &str) -> bool {
    let Some((base, length)) = crate::settings::parse_network(network) else {
        return false;
    };
    // A version 4 address stands in the upper 32 bits, so that a prefix is a prefix in both families.
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => u128::from(ip.to_bits()) << 96,
        IpAddr::V6(ip) => ip.to_bits(),
    };
    let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
    address.is_ipv4() == base.is_ipv4() && bits(address) & mask == bits(base) & mask
}

/// The instant `seconds` after `start`, or the last there is.
#[must_use]
pub fn later(start: Timestamp, seconds: i64) -> Timestamp {
    start
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

async fn first_ring(
    store: &Store,
    sealing: &SealingKey,
    now: Timestamp,
) -> Result<KeyRing, StartFault> {
    let tx = store.begin().await?;
    tx.lock("signing_key").await?;
    let mut rows = store::signing_key::list(&tx).await?;
    if rows.is_empty() {
        let key = KeyRing::generate(sealing, now, now)?;
        store::signing_key::insert(&tx, &key).await?;
        rows.push(key);
    }
    tx.commit().await?;
    Ok(KeyRing::new(rows, sealing)?)
}

#[cfg(test)]
mod tests {
    use super::is_in_network;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        for (network, inside, outside) in [
            ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("0.0.0.0/0", "192.0.2.7", "2001:db8::7"),
            ("2001:db8::/64", "2001:db8::ffff", "2001:db8:0:1::"),
            // Whoever writes it so means the address that peers are known by.
            ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("::ffff:192.0.2.0/120", "192.0.2.255", "192.0.3.0"),
            ("::/0", "2001:db8::7", "192.0.2.7"),
        ] {
            assert!(is_in_network(inside.parse().unwrap(), network), "{network}");
            assert!(
                !is_in_network(outside.parse().unwrap(), network),
                "{network}"
            );
        }
    }
}
