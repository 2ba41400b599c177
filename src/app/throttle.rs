//! How much each caller may ask: strangers by their address, whoever has proven who they are by that.
//!
//! It is judged before the database is asked. Credentials that were good a while ago let a request past the limit of its
//! address, and to nothing else: the database says whether they still are.
//!
//! Of assertions nobody knows before the signature is verified whose they are. Until then each has a token on loan, of its
//! address or, where that has none left, of the little that is kept for those who sign there. It goes back once the assertion
//! is good, and the party pays instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;

mod buckets;
#[cfg(test)]
mod tests;

use buckets::{Buckets, remembered};

use crate::model::{Clock, Digest, Network, Secret};
use crate::settings::Limits;

/// Which part of what an address has is kept beside it for each party that signs there.
const SPARE: u32 = 10;

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
    /// So were such as these, but others at the address can present the like: until they are verified, this is what they had.
    Likely(Loan),
    /// Nothing is known of them.
    Stranger,
}

/// Whose token a request has until its assertion is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loan {
    /// That of its address.
    Address,
    /// One that is kept for those who sign there.
    Spare,
}

/// Credentials as they were presented: who somebody says they are, and the digest of how they prove it.
#[derive(Debug, Clone)]
pub struct Claim {
    party: String,
    digest: Digest,
    is_signed: bool,
}

impl Claim {
    /// The claim to be `party`, by `secret`, at a door for parties of `kind`.
    #[must_use]
    pub fn new(kind: &str, party: &str, secret: &Secret) -> Self {
        let proof = format!("{kind}\0{party}\0{}", secret.expose());
        Self {
            party: party.to_owned(),
            digest: Digest::of(proof.as_bytes()),
            is_signed: false,
        }
    }

    /// The claim to be `party` by an assertion that comes from `network` and names `key`: another one each time, so that this is
    /// all it can be known by.
    #[must_use]
    pub fn signed(kind: &str, party: &str, network: Option<Network>, key: Option<&str>) -> Self {
        let mark = Secret::presented(format!("{network:?}\0{key:?}"));
        Self {
            is_signed: true,
            ..Self::new(kind, party, &mark)
        }
    }

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
    spare: Buckets<Digest>,
    parties: Buckets<String>,
    known: Cache<Digest, ()>,
    begun: Cache<String, Arc<AtomicU64>>,
}

impl Throttle {
    /// Everybody has all that `limits` allow.
    #[must_use]
    pub fn new(limits: &Limits, clock: Clock) -> Self {
        let most = limits.callers;
        let (rate, burst) = (limits.address_rate, limits.address_burst);
        let addresses = Buckets::new((rate, burst), most, clock.clone());
        let part = ((rate / SPARE).max(1), (burst / SPARE).max(1));
        let spare = Buckets::new(part, most, clock.clone());
        let parties = Buckets::new((limits.party_rate, limits.party_burst), most, clock);
        Self {
            addresses,
            spare,
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
        if let Some(claim) = known.filter(|claim| !claim.is_signed) {
            self.parties.take(&claim.party)?;
            return Ok(Standing::Known);
        }
        let taken = address.map_or(Ok(()), |address| self.addresses.take(&address));
        match (taken, known) {
            (Ok(()), None) => Ok(Standing::Stranger),
            (Ok(()), Some(_)) => Ok(Standing::Likely(Loan::Address)),
            (Err(too_many), None) => Err(too_many),
            (Err(_), Some(claim)) => {
                self.spare.take(&claim.digest)?;
                Ok(Standing::Likely(Loan::Spare))
            }
        }
    }

    /// The assertion of a claim is verified: its party pays, and what it had until now goes back; not if the party has nothing
    /// left, or it could have signatures verified without end.
    pub fn verified(
        &self,
        address: Option<Network>,
        claim: &Claim,
        loan: Loan,
    ) -> Result<(), TooMany> {
        self.parties.take(&claim.party)?;
        match (loan, address) {
            (Loan::Address, Some(address)) => self.addresses.put_back(&address),
            (Loan::Address, None) => {}
            (Loan::Spare, _) => self.spare.put_back(&claim.digest),
        }
        Ok(())
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
