use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde_json::Value;

use super::{JwkFault, PartyKey, Unverified, strict};
use crate::model::{Refusal, SignatureAlgorithm};

/// A longer set is not read, in bytes.
const LONGEST: usize = 64 * 1024;

/// A set of more keys is not read.
const MOST_KEYS: usize = 20;

/// How many keys are tried for a JWS that does not name its key.
const MOST_TRIED: usize = 4;

/// One key of each algorithm, to be tried where somebody's own are too few.
static DECOYS: LazyLock<Vec<PartyKey>> = LazyLock::new(|| {
    SignatureAlgorithm::ALL
        .iter()
        .filter_map(|algorithm| KeySet::parse(KeySet::OF_NOBODY, *algorithm).ok())
        .flat_map(|set| set.0)
        .collect()
});

/// Of a party's published keys (RFC 7517 §5), those that fit the algorithm that it is registered with.
#[derive(Clone, Debug)]
pub struct KeySet(Vec<PartyKey>);

impl KeySet {
    /// Keys that nobody has the private halves of, as a JWK set: they were made for this file and thrown away.
    pub const OF_NOBODY: &str = include_str!("decoy.json");

    /// Reads a JWK set.
    ///
    /// Keys of other types and for other uses, and such that are not valid, are left out (RFC 7517 §5).
    ///
    /// # Errors
    /// [`KeySetFault`] says why the set is of no use, also if no key is left.
    pub fn parse(text: &str, algorithm: SignatureAlgorithm) -> Result<Self, KeySetFault> {
        if text.len() > LONGEST {
            return Err(KeySetFault::TooLong);
        }
        let set = strict::object(text.as_bytes()).map_err(KeySetFault::Json)?;
        let listed = set.get("keys").and_then(Value::as_array);
        let listed = listed.ok_or(KeySetFault::NoList)?;
        if listed.len() > MOST_KEYS {
            return Err(KeySetFault::TooMany);
        }
        let (mut keys, mut kids, mut left_out) = (Vec::new(), HashSet::new(), Vec::new());
        for (at, jwk) in (1..).zip(listed) {
            let read = jwk.as_object().ok_or(JwkFault::Malformed);
            match read.and_then(|jwk| PartyKey::from_jwk(jwk, algorithm)) {
                Ok(key) => {
                    if let Some(kid) = key.kid().filter(|kid| !kids.insert((*kid).to_owned())) {
                        return Err(KeySetFault::Twice { kid: kid.into() });
                    }
                    keys.push(key);
                }
                Err(JwkFault::Private) => return Err(KeySetFault::Private { at }),
                Err(fault) => left_out.push((at, fault)),
            }
        }
        if keys.is_empty() {
            let reasons = reasons(&left_out);
            return Err(KeySetFault::NoneFits { algorithm, reasons });
        }
        Ok(Self(keys))
    }

    /// The first algorithm that a key of this JWK set can be used with.
    #[must_use]
    pub fn algorithm_of(text: &str) -> Option<SignatureAlgorithm> {
        let mut all = SignatureAlgorithm::ALL.iter().copied();
        all.find(|algorithm| Self::parse(text, *algorithm).is_ok())
    }

    /// The set in the place of one that cannot be used, which has signed nothing.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// The keys that may have signed a JWS with this `kid`: the one of that name, or without a name every one, at most
    /// four.
    #[must_use]
    pub fn candidates(&self, kid: Option<&str>) -> Vec<&PartyKey> {
        self.0
            .iter()
            .filter(|key| kid.is_none() || key.kid() == kid)
            .take(MOST_TRIED)
            .collect()
    }

    /// Whether one of these keys signed `jws`, with its own algorithm.
    #[must_use]
    pub fn has_signed(&self, jws: &Unverified) -> bool {
        self.tried(jws).into_iter().any(|key| jws.verify(key))
    }

    /// The keys that are tried for `jws`, of any set as many: by the time of a refusal nobody can tell whose set this is, or
    /// how many keys are in it.
    fn tried(&self, jws: &Unverified) -> Vec<&PartyKey> {
        let most = jws.kid().map_or(MOST_TRIED, |_| 1);
        let fits = |key: &&PartyKey| Some(key.algorithm()) == jws.alg();
        let own = self.candidates(jws.kid()).into_iter().filter(fits);
        own.chain(DECOYS.iter().filter(fits).cycle())
            .take(most)
            .collect()
    }

    /// The keys, in the order of the set.
    #[must_use]
    pub fn keys(&self) -> &[PartyKey] {
        &self.0
    }
}

/// Why a key set is of no use, for who registers it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetFault {
    /// More than 64 KiB.
    #[error("the key set is longer than 64 KiB")]
    TooLong,
    /// Not a JSON object, or one that can be read in two ways.
    #[error("the key set cannot be read as a JSON object")]
    Json(#[source] Refusal),
    /// There is no array `keys` in it.
    #[error(
        "the key set has no list of keys: it must be an object with an array `keys` (RFC 7517 §5)"
    )]
    NoList,
    /// More than twenty keys.
    #[error("the key set has more than 20 keys")]
    TooMany,
    /// A private or symmetric key is in it.
    #[error(
        "key {at} of the set is a private or secret key, which nobody but its owner may see: make a new pair, and give \
         its public half"
    )]
    Private {
        /// Its place, from 1 on.
        at: usize,
    },
    /// Two keys that fit have one name.
    #[error("two keys of the set have the same kid, {kid:?}: give each its own")]
    Twice {
        /// The name.
        kid: String,
    },
    /// No key can be used with the algorithm.
    #[error("no key of the set can be used with {algorithm}: {reasons}")]
    NoneFits {
        /// What the party is registered with.
        algorithm: SignatureAlgorithm,
        /// What is wrong with each key.
        reasons: String,
    },
}

/// Says of each key why it was left out.
fn reasons(left_out: &[(usize, JwkFault)]) -> String {
    let mut text = String::new();
    for (at, fault) in left_out {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}key {at} {fault}");
    }
    if text.is_empty() {
        text.push_str("it is empty");
    }
    text
}

#[cfg(test)]
#[path = "key_set_tests.rs"]
mod tests;
