use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::TooMany;
use crate::model::Clock;

const SECOND: i64 = 1_000_000_000;

/// A bucket a key, for no more keys than there is room.
#[derive(Debug)]
pub(super) struct Buckets<K: Hash + Eq + Send + Sync + 'static> {
    /// How long one token takes to come back, and all of them; nothing where there is no limit.
    fills: Option<(i64, i64)>,
    clock: Clock,
    /// When each bucket will be full, in nanoseconds.
    pub(super) all: Cache<K, Arc<AtomicI64>>,
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Buckets<K> {
    /// Buckets of `burst` tokens, of which `rate` come back each second, for at most `most` keys.
    pub(super) fn new((rate, burst): (u32, u32), most: u64, clock: Clock) -> Self {
        let one = SECOND / i64::from(rate.max(1));
        // What has not been touched for as long as it takes to fill is full, and need not be kept.
        let fills_in = u64::from(burst / rate.max(1)) + 60;
        Self {
            fills: (rate > 0 && burst > 0).then_some((one, one * i64::from(burst))),
            clock,
            all: remembered(most, Duration::from_secs(fills_in)),
        }
    }

    /// Takes a token.
    pub(super) fn take(&self, key: &K) -> Result<(), TooMany> {
        let Some((one, all)) = self.fills else {
            return Ok(());
        };
        let bucket = match self.all.get(key) {
            Some(bucket) => bucket,
            None => self.all.get_with(key.clone(), Arc::default),
        };
        let now = self.now();
        let taken = |full: i64| Some(full.max(now) + one).filter(|full| full - now <= all);
        bucket
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken)
            .map(drop)
            .map_err(|full| {
                let wait = full.max(now) + one - all - now;
                let seconds = (wait + SECOND - 1) / SECOND;
                TooMany {
                    wait: u64::try_from(seconds).unwrap_or(1).max(1),
                }
            })
    }

    /// Puts a token back.
    pub(super) fn put_back(&self, key: &K) {
        if let (Some((one, _)), Some(bucket)) = (self.fills, self.all.get(key)) {
            bucket.fetch_sub(one, Ordering::Relaxed);
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond().saturating_mul(1_000_000)
    }
}

/// What is remembered of at most `most`, as long as they come again within `idle`.
pub(super) fn remembered<K, V>(most: u64, idle: Duration) -> Cache<K, V>
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
