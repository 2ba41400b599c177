//! The key sets of clients and wallets. Those that are registered are kept as they were read; of those that are published:
//!
//! 1. a set that was read within its lifetime is used, and nobody is asked;
//! 2. without one, its host is asked, by one request for all who wait;
//! 3. for a signature that names a key which is not in the set, the host is asked again;
//! 4. no host is asked twice in [`PAUSE`] for one party, whatever it answered: a failure stands for that long.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::OwnedMutexGuard;
use tracing::Instrument as _;

use crate::model::{Clock, Digest};
use crate::remote::{Fault, Remote};
use crate::settings::ClientKeys;

#[cfg(test)]
mod tests;

/// How long the host of a party's key set is left alone after it was asked.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// A key set that is published (RFC 7591 §2, `jwks_uri`): an operator's change of any of this makes it another one.
#[derive(Clone, Copy, Debug)]
pub struct Published<'a, A> {
    /// The client or wallet.
    pub party: &'a str,
    /// Where it is.
    pub uri: &'a str,
    /// The algorithm that its keys are for.
    pub algorithm: A,
}

/// Why there is no key set; for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKeySet {
    /// Its host did not give it.
    #[error("the key set cannot be had: {0}")]
    Unread(#[from] Fault),
    /// What its host gave is none: the reason.
    #[error("the key set is not valid: {0}")]
    Invalid(String),
    /// This server is about to stop.
    #[error("the key set was not waited for")]
    Stopped,
}

/// Reads the text of a key set; the error is what is wrong with it.
pub type Read<A, S> = fn(&str, A) -> Result<S, String>;

/// The key sets in memory, each a value `S` for an algorithm `A`.
pub struct KeySets<A, S>
where
    A: Copy + Eq + Hash + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    read: Read<A, S>,
    clock: Clock,
    lifetime: SignedDuration,
    known: Cache<(String, String, A), Arc<Entry<S>>>,
    registered: Cache<(Digest, A), Arc<S>>,
}

struct Entry<S> {
    /// Held by whoever asks the host; the others wait for it.
    turn: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State<S>>,
}

struct State<S> {
    set: Option<(Arc<S>, Timestamp)>,
    asked: Option<Timestamp>,
    failure: Option<NoKeySet>,
}

impl<A, S> KeySets<A, S>
where
    A: Copy + Eq + Hash + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    /// Nothing is known yet.
    #[must_use]
    pub fn new(settings: &ClientKeys, clock: Clock, read: Read<A, S>) -> Self {
        let known = Cache::builder()
            .max_capacity(settings.cached)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        let registered = Cache::builder()
            .max_capacity(settings.cached)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self {
            read,
            clock,
            lifetime: SignedDuration::from_secs(settings.lifetime),
            known,
            registered,
        }
    }

    /// The set of a text that is registered, as it was read before if it was: to read it takes longer than to verify a
    /// signature, and would tell strangers that there are keys.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn registered(&self, text: &str, algorithm: A) -> Result<Arc<S>, String> {
        let place = (Digest::of(text.as_bytes()), algorithm);
        if let Some(set) = self.registered.get(&place) {
            return Ok(set);
        }
        let set = Arc::new((self.read)(text, algorithm)?);
        self.registered.insert(place, Arc::clone(&set));
        Ok(set)
    }

    /// The set in memory if it is fresh, else the one that its host has now.
    ///
    /// # Errors
    /// [`NoKeySet`]: this server could not know the keys, and the same request can be good a little later.
    pub async fn of(
        &self,
        remote: &Remote,
        published: Published<'_, A>,
    ) -> Result<Arc<S>, NoKeySet> {
        let entry = self.entry(&published);
        if let Some(set) = self.fresh(&entry.lock()) {
            return Ok(set);
        }
        let turn = Arc::clone(&entry.turn).lock_owned().await;
        {
            // Whoever had the turn before may have brought it.
            let state = entry.lock();
            if let Some(set) = self.fresh(&state) {
                return Ok(set);
            }
            if let (true, Some(failure)) = (self.was_asked_lately(&state), &state.failure) {
                return Err(failure.clone());
            }
        }
        self.ask(remote, published, entry, turn).await
    }

    /// The set that its host has now, for a signature by a key that is not in `seen`; `seen` itself if the host was asked a
    /// moment ago.
    ///
    /// # Errors
    /// [`NoKeySet`], as for [`of`](Self::of): the key may be in the set that could not be read.
    pub async fn again(
        &self,
        remote: &Remote,
        published: Published<'_, A>,
        seen: &Arc<S>,
    ) -> Result<Arc<S>, NoKeySet> {
        let entry = self.entry(&published);
        let turn = Arc::clone(&entry.turn).lock_owned().await;
        {
            let state = entry.lock();
            if let Some(other) = self.fresh(&state).filter(|set| !Arc::ptr_eq(set, seen)) {
                return Ok(other);
            }
            if self.was_asked_lately(&state) {
                let failure = state.failure.clone();
                return failure.map_or_else(|| Ok(Arc::clone(seen)), Err);
            }
        }
        self.ask(remote, published, entry, turn).await
    }

    async fn ask(
        &self,
        remote: &Remote,
        published: Published<'_, A>,
        entry: Arc<Entry<S>>,
        turn: OwnedMutexGuard<()>,
    ) -> Result<Arc<S>, NoKeySet> {
        let (read, party) = (self.read, published.party.to_owned());
        let algorithm = published.algorithm;
        let answer = remote.client_keys(published.uri);
        let asked = self.clock.now();
        // By a task of its own: whoever asks and hangs up would else leave the others without an answer.
        let task = async move {
            let set = answer.await.map_err(NoKeySet::from).and_then(|body| {
                let text = str::from_utf8(&body).map_err(|_| "it is not UTF-8".to_owned());
                let set = text.and_then(|text| read(text, algorithm));
                set.map(Arc::new).map_err(NoKeySet::Invalid)
            });
            if let Err(failure) = &set {
                tracing::warn!(party, %failure, "the keys of a party could not be read");
            }
            entry.keep(asked, &set);
            drop(turn);
            set
        };
        let task = tokio::spawn(task.in_current_span());
        task.await.unwrap_or(Err(NoKeySet::Stopped))
    }

    fn entry(&self, published: &Published<'_, A>) -> Arc<Entry<S>> {
        let (party, uri) = (published.party.to_owned(), published.uri.to_owned());
        self.known
            .get_with((party, uri, published.algorithm), Arc::default)
    }

    fn fresh(&self, state: &State<S>) -> Option<Arc<S>> {
        let (set, read_at) = state.set.as_ref()?;
        self.is_within(*read_at, self.lifetime)
            .then(|| Arc::clone(set))
    }

    fn was_asked_lately(&self, state: &State<S>) -> bool {
        state
            .asked
            .is_some_and(|asked| self.is_within(asked, PAUSE))
    }

    fn is_within(&self, start: Timestamp, length: SignedDuration) -> bool {
        let passed = self.clock.now().duration_since(start);
        !passed.is_negative() && passed < length
    }
}

impl<S> Entry<S> {
    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A failure leaves the set that there was, which may still be fresh.
    fn keep(&self, asked: Timestamp, answer: &Result<Arc<S>, NoKeySet>) {
        let mut state = self.lock();
        state.asked = Some(asked);
        state.failure = answer.as_ref().err().cloned();
        if let Ok(set) = answer {
            state.set = Some((Arc::clone(set), asked));
        }
    }
}

impl<S> Default for Entry<S> {
    fn default() -> Self {
        Self {
            turn: Arc::default(),
            state: Mutex::new(State {
                set: None,
                asked: None,
                failure: None,
            }),
        }
    }
}

impl<A, S> fmt::Debug for KeySets<A, S>
where
    A: Copy + Eq + Hash + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySets")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
