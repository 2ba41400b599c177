//! Whether whoever shows a token may: a token that is bound to a key comes with a proof by that key (RFC 9449 §7.1).
//!
//! 1. the token is bound to nothing, and is shown as `Bearer` — `invalid_token`
//! 2. it is bound to a key, and is shown as `DPoP` — `invalid_token`
//! 3. one header `DPoP` — `invalid_dpop_proof`
//! 4. a proof for this request (`keys::DpopProof`) — `invalid_dpop_proof`
//! 5. for this token, by its key — `invalid_dpop_proof`
//! 6. that was not seen before — `invalid_dpop_proof`

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::answer::Problem;
use super::Wallet;
use crate::keys::{DpopProof, Wanted, access_token_hash};

/// How old a proof may be, in seconds.
const LONGEST: i64 = 60;

/// How many proofs are remembered at once.
const MOST_PROOFS: usize = 10_000;

/// The challenge for a request without a token: either kind is taken (RFC 9449 §7.2).
pub const BOTH: &str = "Bearer realm=\"demo wallet\", DPoP algs=\"ES256 PS256 EdDSA\"";

/// A token as it came with a request.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The token.
    pub token: &'a str,
    /// How it is shown.
    pub scheme: Scheme,
}

/// How a token is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// It is all that counts (RFC 6750 §2.1).
    Bearer,
    /// It is worth nothing without a proof (RFC 9449 §7.1).
    Dpop,
}

impl<'a> Shown<'a> {
    /// The token of a request.
    pub fn find(request: &'a HttpRequest) -> Option<Self> {
        let header = request.headers().get("Authorization")?.to_str().ok()?;
        let (scheme, token) = header.split_once(' ')?;
        let known = [("Bearer", Scheme::Bearer), ("DPoP", Scheme::Dpop)];
        let (_, scheme) = known
            .into_iter()
            .find(|(name, _)| scheme.eq_ignore_ascii_case(name))?;
        let token = token.trim();
        (!token.is_empty()).then_some(Self { token, scheme })
    }
}

impl Scheme {
    /// The challenge that goes with an error (RFC 6750 §3, RFC 9449 §7.1).
    pub fn challenge(self, error: &str) -> String {
        match self {
            Self::Bearer => format!("Bearer error=\"{error}\""),
            Self::Dpop => format!("DPoP error=\"{error}\", algs=\"ES256 PS256 EdDSA\""),
        }
    }
}

/// The proofs that the wallet has taken, for as long as they could come again.
#[derive(Debug, Default)]
pub struct Proofs(Mutex<HashMap<(String, String), Timestamp>>);

impl Proofs {
    /// Takes a proof, once.
    fn spend(&self, proof: &DpopProof, now: Timestamp) -> Result<(), Problem> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, until| *until >= now);
        if kept.len() >= MOST_PROOFS {
            return Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The demo wallet remembers no more proofs. Try again in a minute.",
            ));
        }
        // A proof is as old as its whole seconds: it is good for nearly one more.
        let until = SignedDuration::from_secs(LONGEST + 1);
        let until = proof.iat.checked_add(until);
        let name = (proof.thumbprint.clone(), proof.jti.clone());
        match kept.insert(name, until.unwrap_or(proof.iat)) {
            None => Ok(()),
            Some(_) => Err(refused(
                "This DPoP proof was used before. Make a new one for each request.",
            )),
        }
    }
}

/// Refuses a token that is shown by somebody who does not hold its key, as far as it is bound to one.
pub fn require(
    wallet: &Wallet,
    request: &HttpRequest,
    shown: Shown<'_>,
    answer: &Value,
) -> Result<(), Problem> {
    let unauthorized = |words: &str, scheme: Scheme| {
        Problem::new(StatusCode::UNAUTHORIZED, words).challenge(scheme.challenge("invalid_token"))
    };
    let confirmation = &answer["cnf"];
    match (confirmation["jkt"].as_str(), shown.scheme) {
        (None, Scheme::Bearer) if confirmation.is_null() => Ok(()),
        (None, _) if confirmation.is_null() => Err(unauthorized(
            "This token is not bound to a key. Send it as Authorization: Bearer.",
            Scheme::Bearer,
        )),
        (None, scheme) => Err(unauthorized(
            "This token is bound to something that the demo wallet cannot check.",
            scheme,
        )),
        (Some(_), Scheme::Bearer) => Err(unauthorized(
            "This token is bound to a key. Send it as Authorization: DPoP, with a proof by that key in the header DPoP.",
            Scheme::Dpop,
        )),
        (Some(key), Scheme::Dpop) => prove(wallet, request, shown.token, key),
    }
}

fn prove(wallet: &Wallet, request: &HttpRequest, token: &str, key: &str) -> Result<(), Problem> {
    let mut headers = request.headers().get_all("DPoP");
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return Err(refused(
            "Send one header DPoP, with a proof that is made for this request.",
        ));
    };
    let now = wallet.clock.now();
    let wanted = Wanted {
        method: request.method().as_str(),
        uri: &format!("{}{}", wallet.origin, request.path()),
        now,
        longest: LONGEST,
    };
    let proof = DpopProof::verify(header.to_str().unwrap_or_default(), &wanted)
        .map_err(|fault| refused(&format!("The DPoP proof is refused: {fault}.")))?;
    if proof.ath.as_deref() != Some(access_token_hash(token).as_str()) {
        return Err(refused(
            "ath of the DPoP proof must be the hash of the token that it comes with.",
        ));
    }
    if proof.thumbprint != key {
        return Err(refused(
            "The DPoP proof is by another key than the one that the token is bound to.",
        ));
    }
    wallet.proofs.spend(&proof, now)
}

fn refused(words: &str) -> Problem {
    let challenge = Scheme::Dpop.challenge("invalid_dpop_proof");
    Problem::new(StatusCode::UNAUTHORIZED, words).challenge(challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_counts_once_for_as_long_as_it_is_good() {
        let at = |time: &str| -> Timestamp { format!("2027-01-31T{time}Z").parse().unwrap() };
        let proof = DpopProof {
            thumbprint: "key".to_owned(),
            jti: "a".to_owned(),
            iat: at("00:00:00"),
            nonce: None,
            ath: None,
        };
        for seen in ["00:00:00", "00:00:59.9", "00:01:00", "00:01:00.1"] {
            let proofs = Proofs::default();
            assert!(proofs.spend(&proof, at(seen)).is_ok(), "{seen}");
            assert!(proofs.spend(&proof, at("00:01:00.9")).is_err(), "{seen}");
        }
    }
}
