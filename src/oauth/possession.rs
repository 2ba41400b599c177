//! DPoP proofs at the token endpoint and with pushed requests (RFC 9449 §4.3).
//!
//! 1. there is one `DPoP` field at most — `invalid_dpop_proof`
//! 2. all that needs no memory (`keys::dpop`) — `invalid_dpop_proof`
//! 3. where the settings want one, a nonce of this server that is good — `use_dpop_nonce`
//! 4. its `jti` counts once for its key — `invalid_dpop_proof`; this is for the rule's transaction
//!
//! What binds a request to a key before there is a code (RFC 9449 §10):
//! 5. `dpop_jkt` is a thumbprint — `invalid_request`
//! 6. with a proof at `/par`, both are of one key — `invalid_dpop_proof`
//! 7. a public client that asks for a mandate has one of them — `invalid_request`

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::{App, later};
use crate::keys::{DpopFault, DpopProof, Wanted};
use crate::model::{AuthorizationRequest, Client, Unspent};

use super::Parameters;
use super::caller::{Caller, SLACK, Spending};
use super::error::{ErrorCode, OAuthError};

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

/// Binds what a client pushes to the key of the proof that came with it (RFC 9449 §10.1).
pub(super) fn bind(request: &mut AuthorizationRequest, caller: &Caller) -> Result<(), OAuthError> {
    if let Some(held) = &caller.held.key {
        let bound = request.dpop_jkt.get_or_insert_with(|| held.clone());
        if bound != held {
            return Err(refused(
                "The dpop_jkt is not the thumbprint of the key that signed the DPoP proof",
            ));
        }
    }
    check_bound(request, &caller.client)
}

/// A mandate is good for a year of payments, and who cannot keep a secret holds a key instead.
pub(super) fn check_bound(
    request: &AuthorizationRequest,
    client: &Client,
) -> Result<(), OAuthError> {
    let must = client.must_hold_a_key(request.kind, request.collection);
    if must && request.dpop_jkt.is_none() {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "A public client that asks for a mandate must bind it to a key: send dpop_jkt, the thumbprint of the key",
        ));
    }
    Ok(())
}

/// The `dpop_jkt` of a request, where there is one: a digest in base64url (RFC 9449 §10).
pub(super) fn thumbprint(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    let Some(thumbprint) = parameters.one("dpop_jkt") else {
        return Ok(None);
    };
    // Strictly: of another spelling, with bits set that mean nothing, no key is the thumbprint.
    let is_digest = URL_SAFE_NO_PAD
        .decode(thumbprint)
        .is_ok_and(|bytes| bytes.len() == 32);
    if !is_digest {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "The dpop_jkt must be a SHA-256 thumbprint of a JSON Web Key: 43 characters of base64url",
        ));
    }
    Ok(Some(thumbprint.to_owned()))
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
