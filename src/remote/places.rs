use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many requests are under way to each host: those that are too many wait.
pub(super) struct Places {
    per_host: usize,
    hosts: Mutex<HashMap<String, Host>>,
}

/// Lives while somebody waits or asks, so that the map never outgrows the requests under way.
struct Host {
    permits: Arc<Semaphore>,
    visitors: usize,
}

/// A place among the requests to one host, given back when dropped.
pub(super) struct Place<'a> {
    places: &'a Places,
    authority: String,
    permit: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(super) fn new(per_host: usize) -> Self {
        Self {
            per_host: per_host.clamp(1, Semaphore::MAX_PERMITS),
            hosts: Mutex::default(),
        }
    }

    /// Waits for a place; a caller who waits no longer leaves nothing behind.
    pub(super) async fn take(&self, authority: String) -> Option<Place<'_>> {
        let permits = self.enter(&authority);
        let mut place = Place {
            places: self,
            authority,
            permit: None,
        };
        place.permit = Some(permits.acquire_owned().await.ok()?);
        Some(place)
    }

    fn enter(&self, authority: &str) -> Arc<Semaphore> {
        let mut hosts = self.lock();
        let host = hosts.entry(authority.to_owned()).or_insert_with(|| Host {
            permits: Arc::new(Semaphore::new(self.per_host)),
            visitors: 0,
        });
        host.visitors += 1;
        Arc::clone(&host.permits)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // First the permit: a host forgotten before would let one more in.
        self.permit = None;
        let mut hosts = self.places.lock();
        if let Some(host) = hosts.get_mut(&self.authority) {
            host.visitors = host.visitors.saturating_sub(1);
            if host.visitors == 0 {
                hosts.remove(&self.authority);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn the_bound_is_each_hosts_own_and_idle_hosts_are_forgotten() {
        let places = Places::new(2);
        let first = places.take("a:443".into()).await;
        let second = places.take("a:443".into()).await;
        assert!(timeout(SHORT, places.take("a:443".into())).await.is_err());
        let elsewhere = places.take("b:443".into()).await;
        assert_eq!(places.lock().len(), 2);
        drop(first);
        let third = timeout(SHORT, places.take("a:443".into())).await;
        assert!(third.is_ok());
        drop((second, elsewhere, third));
        assert!(places.lock().is_empty());
    }
}
