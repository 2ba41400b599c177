//! DPoP proofs at the token endpoint and with pushed requests (RFC 9449 §4.3).
//!
//! 1. there is one `DPoP` field at most — `invalid_dpop_proof`
//! 2. all that needs no memory (`keys::dpop`) — `invalid_dpop_proof`
//! 3. where the settings want one, a nonce of this server that is good — `use_dpop_nonce`
//! 4. its `jti` counts once for its key — `invalid_dpop_proof`; this is for the rule's transaction

use crate::app::{App, later};
use crate::keys::{DpopFault, DpopProof, Wanted};
use crate::model::Unspent;

use super::caller::Spending;
use super::error::{ErrorCode, OAuthError};

/// How long past its last good second a `jti` is kept: clocks of servers differ.
const SLACK: i64 = 60;

/// The thumbprint of the key that signed the proof, if there is a proof.
pub(super) fn prove(
    app: &App,
    fields: &[String],
    endpoint: &str,
    spending: &mut Spending,
) -> Result<Option<String>, OAuthError> {
    let text = match fields {
        [] => return Ok(None),
        [text] => text,
        _ => return Err(refused("There must be one DPoP header at most")),
    };
    let proof = verify(app, text, endpoint).map_err(|fault| refused(fault.as_str()))?;
    let now = app.clock.now();
    let settings = &app.settings.dpop;
    if settings.require_nonce {
        let nonce = proof.nonce.as_deref();
        let good =
            nonce.is_some_and(|nonce| app.keys.nonces.is_good(nonce, now, settings.nonce_lifetime));
        if !good {
            return Err(OAuthError::new(
                ErrorCode::UseDpopNonce,
                "The DPoP proof must have the nonce that is in the DPoP-Nonce header of this answer",
            ));
        }
    }
    let scope = format!("dpop:{}", proof.thumbprint);
    let end = later(proof.iat, settings.proof_lifetime + SLACK);
    let unspent = Unspent::new(scope, &proof.jti, end);
    spending.add(unspent, refused("The DPoP proof was used before"));
    Ok(Some(proof.thumbprint))
}

/// The endpoint has the issuer's address, and where there is one, that for certificates.
fn verify(app: &App, text: &str, endpoint: &str) -> Result<DpopProof, DpopFault> {
    let bases = [
        app.settings.server.issuer.as_str(),
        app.settings.certificates.url.as_str(),
    ];
    let mut found = Err(DpopFault::Uri);
    for base in bases.into_iter().filter(|base| !base.is_empty()) {
        let uri = format!("{base}{endpoint}");
        let wanted = Wanted {
            method: "POST",
            uri: &uri,
            now: app.clock.now(),
            longest: app.settings.dpop.proof_lifetime,
        };
        found = DpopProof::verify(text, &wanted);
        if !matches!(found, Err(DpopFault::Uri)) {
            break;
        }
    }
    found
}

fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidDpopProof, description)
}
