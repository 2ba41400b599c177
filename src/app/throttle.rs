//! How much each caller may ask: strangers by their address, whoever has proven who they are by that.
//!
//! It is judged before the database is asked. Credentials that were good a while ago let a request past the limit of its
//! address, and to nothing else: the database says whether they still are.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::model::{Clock, Digest, Network, Secret};
use crate::settings::Limits;

/// How long credentials are taken for good without having been seen.
const KNOWN: Duration = Duration::from_hours(24);

/// Somebody asks too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests, wait {wait} s")]
pub struct TooMany {
    /// When there is room again, in whole seconds, at least 1.
    pub wait: u64,
}

/// Whether somebody's credentials were good a while ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They were.
    Known,
    /// Nothing is known of them.
    Stranger,
}

/// Credentials as they were presented: who somebody says they are, and the digest of how they prove it.
#[derive(Debug, Clone)]
pub struct Claim {
    party: String,
    digest: Digest,
}

impl Claim {
    /// The claim to be `party`, by `secret`, at a door for parties of `kind`.
    #[must_use]
    pub fn new(kind: &str, party: &str, secret: &Secret) -> Self {
        let proof = format!("{kind}\0{party}\0{}", secret.expose());
        Self {
            party: party.to_owned(),
            digest: Digest::of(proof.as_bytes()),
        }
    }
}

impl Claim {
    /// The claim of a browser to a session.
    #[must_use]
    pub fn session(cookie: &Secret) -> Self {
        Self::new("session", &cookie.digest().to_base64url(), cookie)
    }
}

/// What each caller has left.
#[derive(Debug)]
pub struct Throttle {
    addresses: Buckets<Network>,
    parties: Buckets<String>,
    known: Cache<Digest, ()>,
    begun: Cache<String, Arc<AtomicU64>>,
}

impl Throttle {
    /// Everybody has all that `limits` allow.
    #[must_use]
    pub fn new(limits: &Limits, clock: Clock) -> Self {
        let clock = Ticks(clock);
        let buckets = (limits.address_rate, limits.address_burst);
        let addresses = Buckets::new(buckets, limits.callers, clock.clone());
        let buckets = (limits.party_rate, limits.party_burst);
        let parties = Buckets::new(buckets, limits.callers, clock);
        Self {
            addresses,
            parties,
            known: remembered(limits.callers, KNOWN),
            begun: remembered(limits.callers, KNOWN),
        }
    }

    /// Lets a request in: by its claim, if that was good a while ago, else by its address.
    pub fn admit(
        &self,
        address: Option<Network>,
        claim: Option<&Claim>,
    ) -> Result<Standing, TooMany> {
        let known = claim.filter(|claim| self.known.get(&claim.digest).is_some());
        if let Some(claim) = known {
            self.parties.take(&claim.party)?;
            return Ok(Standing::Known);
        }
        if let Some(address) = address {
            self.addresses.take(&address)?;
        }
        Ok(Standing::Stranger)
    }

    /// A claim was good.
    pub fn proven(&self, claim: &Claim) {
        self.known.insert(claim.digest, ());
    }

    /// A claim is not good, whatever it was.
    pub fn disproven(&self, claim: &Claim) {
        self.known.invalidate(&claim.digest);
    }

    /// Counts one more of `party`'s; true for each `step`th.
    pub fn is_nth(&self, party: &str, step: u64) -> bool {
        let count = match self.begun.get(party) {
            Some(count) => count,
            None => self.begun.get_with(party.to_owned(), Arc::default),
        };
        (count.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(step.max(1))
    }
}

/// A bucket a key, for no more keys than there is room.
#[derive(Debug)]
struct Buckets<K: Hash + Eq + Send + Sync + 'static> {
    quota: Option<Quota>,
    clock: Ticks,
    all: Cache<K, Arc<Bucket>>,
}

type Bucket = RateLimiter<
    governor::state::NotKeyed,
    governor::state::InMemoryState,
    Ticks,
    governor::middleware::NoOpMiddleware<Nanos>,
>;

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Buckets<K> {
    fn new((rate, burst): (u32, u32), most: u64, clock: Ticks) -> Self {
        let quota = NonZeroU32::new(rate)
            .zip(NonZeroU32::new(burst))
            .map(|(rate, burst)| Quota::per_second(rate).allow_burst(burst));
        // What has not been touched for as long as it takes to fill is full, and need not be kept.
        let fills_in = u64::from(burst / rate.max(1)) + 60;
        Self {
            quota,
            clock,
            all: remembered(most, Duration::from_secs(fills_in)),
        }
    }

    fn take(&self, key: &K) -> Result<(), TooMany> {
        let Some(quota) = self.quota else {
            return Ok(());
        };
        let full = || Arc::new(RateLimiter::direct_with_clock(quota, self.clock.clone()));
        let bucket = match self.all.get(key) {
            Some(bucket) => bucket,
            None => self.all.get_with(key.clone(), full),
        };
        bucket.check().map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            let more = u64::from(wait.subsec_nanos() > 0);
            TooMany {
                wait: (wait.as_secs() + more).max(1),
            }
        })
    }
}

fn remembered<K, V>(most: u64, idle: Duration) -> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(most)
        .time_to_idle(idle)
        .eviction_policy(EvictionPolicy::lru())
        .build()
}

/// The server's clock, as the buckets read it.
#[derive(Debug, Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = u64::try_from(self.0.now().as_millisecond()).unwrap_or(0);
        Nanos::from(millis.saturating_mul(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::atomic::AtomicI64;

    use jiff::Timestamp;

    use super::*;

    fn limits() -> Limits {
        let mut limits = crate::settings::load_from("").unwrap().limits;
        (limits.address_rate, limits.address_burst) = (2, 3);
        (limits.party_rate, limits.party_burst) = (4, 5);
        limits
    }

    /// A throttle whose clock shows these milliseconds.
    fn throttle(limits: &Limits) -> (Throttle, Arc<AtomicI64>) {
        let millis = Arc::new(AtomicI64::new(1_800_000_000_000));
        let shown = Arc::clone(&millis);
        let clock = Clock::from_fn(move || {
            Timestamp::from_millisecond(shown.load(Ordering::SeqCst)).unwrap()
        });
        (Throttle::new(limits, clock), millis)
    }

    fn address(last: u32) -> Network {
        Network::of(IpAddr::V4(Ipv4Addr::from_bits(last)))
    }

    fn claim(secret: &str) -> Claim {
        Claim::new("client", "cli_1", &Secret::presented(secret))
    }

    #[test]
    fn a_stranger_is_held_to_its_address_and_told_when_to_come_again() {
        let (throttle, millis) = throttle(&limits());
        for _ in 0..3 {
            assert_eq!(
                throttle.admit(Some(address(1)), None),
                Ok(Standing::Stranger)
            );
        }
        assert_eq!(
            throttle.admit(Some(address(1)), None),
            Err(TooMany { wait: 1 })
        );
        assert!(throttle.admit(Some(address(2)), None).is_ok());
        millis.fetch_add(499, Ordering::SeqCst);
        assert!(throttle.admit(Some(address(1)), None).is_err());
        millis.fetch_add(1, Ordering::SeqCst);
        assert!(throttle.admit(Some(address(1)), None).is_ok());
        assert!(throttle.admit(Some(address(1)), None).is_err());
    }

    #[test]
    fn whoever_has_proven_a_claim_is_held_to_a_limit_of_their_own() {
        let (throttle, _) = throttle(&limits());
        let (right, wrong) = (claim("right"), claim("wrong"));
        throttle.proven(&right);
        while throttle.admit(Some(address(1)), Some(&wrong)).is_ok() {}
        for _ in 0..5 {
            assert_eq!(
                throttle.admit(Some(address(1)), Some(&right)),
                Ok(Standing::Known)
            );
        }
        assert!(throttle.admit(Some(address(2)), Some(&right)).is_err());
        throttle.disproven(&right);
        assert_eq!(
            throttle.admit(Some(address(2)), Some(&right)),
            Ok(Standing::Stranger)
        );
        assert!(throttle.admit(Some(address(1)), Some(&right)).is_err());
    }

    #[test]
    fn a_claim_is_good_for_its_kind_its_party_and_its_secret() {
        let (throttle, _) = throttle(&limits());
        let secret = Secret::presented("secret");
        throttle.proven(&Claim::new("client", "a", &secret));
        for (kind, party, proof, standing) in [
            ("client", "a", "secret", Standing::Known),
            ("wallet", "a", "secret", Standing::Stranger),
            ("client", "b", "secret", Standing::Stranger),
            ("client", "a", "secret2", Standing::Stranger),
        ] {
            let claim = Claim::new(kind, party, &Secret::presented(proof));
            assert_eq!(throttle.admit(None, Some(&claim)), Ok(standing), "{kind}");
        }
    }

    #[test]
    fn a_rate_of_nothing_is_no_limit() {
        let unlimited = Limits {
            address_rate: 0,
            ..limits()
        };
        let (throttle, _) = throttle(&unlimited);
        for _ in 0..1000 {
            assert!(throttle.admit(Some(address(1)), None).is_ok());
        }
    }

    #[test]
    fn a_wait_is_rounded_up() {
        let slow = Limits {
            address_rate: 1,
            address_burst: 1,
            ..limits()
        };
        let (throttle, millis) = throttle(&slow);
        assert!(throttle.admit(Some(address(1)), None).is_ok());
        millis.fetch_add(1, Ordering::SeqCst);
        assert_eq!(
            throttle.admit(Some(address(1)), None),
            Err(TooMany { wait: 1 })
        );
    }

    #[test]
    fn however_many_callers_come_few_are_remembered() {
        let few = Limits {
            callers: 1000,
            ..limits()
        };
        let (throttle, _) = throttle(&few);
        for caller in 0..100_000 {
            let _ = throttle.admit(Some(address(caller)), None);
            let name = caller.to_string();
            throttle.proven(&Claim::new("client", &name, &Secret::presented("")));
            throttle.is_nth(&name, 2);
        }
        let Throttle {
            addresses,
            known,
            begun,
            ..
        } = &throttle;
        addresses.all.run_pending_tasks();
        known.run_pending_tasks();
        begun.run_pending_tasks();
        let counts = [
            addresses.all.entry_count(),
            known.entry_count(),
            begun.entry_count(),
        ];
        assert!(
            counts.iter().all(|count| (1..=1000).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn each_nth_is_counted_for_each_party() {
        let (throttle, _) = throttle(&limits());
        let nth: Vec<bool> = (0..6).map(|_| throttle.is_nth("a", 3)).collect();
        assert_eq!(nth, [false, false, true, false, false, true]);
        assert!(throttle.is_nth("b", 1) && throttle.is_nth("b", 0));
    }
}
