//! The keys of clients and wallets, from the registration or from where they publish them.

use std::sync::Arc;

use crate::app::{App, NoKeySet, Published};
use crate::keys::KeySet;
use crate::model::{KeySource, PartyKeys, SignatureAlgorithm};
use crate::remote::Fault;

use super::error::{ErrorCode, OAuthError};

/// Whether `is_signed_by` some key of `party`, the one called `kid` if it is called anything.
///
/// Keys at a URL are fetched anew when none of those in memory is called so.
pub(super) async fn has_signed(
    app: &App,
    party: &str,
    keys: &PartyKeys,
    kid: Option<&str>,
    is_signed_by: impl Fn(&KeySet) -> bool,
) -> Result<bool, OAuthError> {
    let uri = match &keys.source {
        KeySource::Set(text) => {
            return Ok(is_signed_by(&registered(app, party, text, keys.algorithm)));
        }
        KeySource::Uri(uri) => uri,
    };
    let published = Published {
        party,
        uri,
        algorithm: keys.algorithm,
    };
    let Some(set) = usable(app.key_sets.of(&app.remote, published).await)? else {
        return Ok(is_signed_by(&KeySet::decoy()));
    };
    let is_signed = is_signed_by(&set);
    if is_signed || (kid.is_some() && !set.candidates(kid).is_empty()) {
        return Ok(is_signed);
    }
    let newer = usable(app.key_sets.again(&app.remote, published, &set).await)?;
    Ok(is_signed_by(newer.as_deref().unwrap_or(&KeySet::decoy())))
}

/// A set that is none verifies nothing; one that cannot be had is this server's fault to the party.
fn usable(set: Result<Arc<KeySet>, NoKeySet>) -> Result<Option<Arc<KeySet>>, OAuthError> {
    match set {
        Ok(set) => Ok(Some(set)),
        // Nor does one at an address that may not be asked: asking again cures neither.
        Err(NoKeySet::Invalid(_) | NoKeySet::Unread(Fault::Refused(_))) => Ok(None),
        Err(cause) => Err(OAuthError::new(
            ErrorCode::TemporarilyUnavailable,
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
        Arc::new(KeySet::decoy())
    })
}
