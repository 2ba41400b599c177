//! The keys of clients and wallets, from the registration or from where they publish them.

use std::sync::Arc;

use crate::app::{App, NoKeySet, Published};
use crate::keys::{KeySet, Unverified};
use crate::model::{KeySource, PartyKeys, SignatureAlgorithm};
use crate::remote::Fault;

use super::error::{ErrorCode, OAuthError};

/// Whether some key of `party` signed `jws`, the one that it names if it names one; without keys it takes as long to find out.
///
/// Keys at a URL are fetched anew when none of those in memory is called so.
pub(super) async fn has_signed(
    app: &App,
    party: &str,
    keys: Option<&PartyKeys>,
    jws: &Unverified,
) -> Result<bool, OAuthError> {
    let Some(keys) = keys else {
        return Ok(nobodys(app).has_signed(jws));
    };
    let uri = match &keys.source {
        KeySource::Set(text) => {
            return Ok(registered(app, party, text, keys.algorithm).has_signed(jws));
        }
        KeySource::Uri(uri) => uri,
    };
    let published = Published {
        party,
        uri,
        algorithm: keys.algorithm,
    };
    let Some(set) = usable(app.key_sets.of(&app.remote, published).await)? else {
        return Ok(nobodys(app).has_signed(jws));
    };
    let is_signed = set.has_signed(jws);
    if is_signed || (jws.kid().is_some() && !set.candidates(jws.kid()).is_empty()) {
        return Ok(is_signed);
    }
    let newer = usable(app.key_sets.again(&app.remote, published, &set).await)?;
    // The set that was tried already is not tried again.
    let newer = newer.filter(|newer| !Arc::ptr_eq(newer, &set));
    Ok(newer.is_some_and(|newer| newer.has_signed(jws)))
}

/// A set that is none verifies nothing; one that cannot be had is nobody's answer, and what failed is in the log once.
fn usable(set: Result<Arc<KeySet>, NoKeySet>) -> Result<Option<Arc<KeySet>>, OAuthError> {
    match set {
        Ok(set) => Ok(Some(set)),
        // Nor does one at an address that may not be asked: asking again cures neither.
        Err(NoKeySet::Invalid(_) | NoKeySet::Unread(Fault::Refused(_))) => Ok(None),
        Err(cause) => Err(OAuthError::new(
            ErrorCode::KeysUnavailable,
            "The key set at the jwks_uri of the client cannot be fetched, try again",
        )
        .because(cause)),
    }
}

/// A set that cannot be used verifies nothing; its owner or operator finds out from the log.
fn registered(app: &App, party: &str, text: &str, algorithm: SignatureAlgorithm) -> Arc<KeySet> {
    let set = app.key_sets.registered(text, algorithm);
    set.unwrap_or_else(|fault| {
        tracing::warn!(party, fault, "the keys of a party cannot be used");
        Arc::new(KeySet::empty())
    })
}

/// A set that nobody is registered with, found as one that somebody is: that takes its time, too.
fn nobodys(app: &App) -> Arc<KeySet> {
    registered(app, "nobody", KeySet::OF_NOBODY, SignatureAlgorithm::Es256)
}
