//! The operator's hand on the signing keys: a new one is announced, signs later, and the others retire after it.
//!
//! 1. no key is announced that has not begun to sign — [`RotationFault::Announced`]

use jiff::Timestamp;

use crate::app::{App, later};
use crate::keys::{KeyFault, KeyRing};
use crate::model::SigningKey;
use crate::store::{self, StoreFault};

/// Clocks that differ, and answers on their way.
const MARGIN: i64 = 60;

/// Why there is no new signing key.
#[derive(Debug, thiserror::Error)]
pub enum RotationFault {
    /// The last one has not begun to sign.
    #[error("the key {kid} is announced already, and signs from {signs_from}")]
    Announced {
        /// The announced key.
        kid: String,
        /// From when it signs.
        signs_from: Timestamp,
    },
    /// The key cannot be made.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// Every signing key, the oldest first.
pub async fn list(app: &App) -> Result<Vec<SigningKey>, StoreFault> {
    store::signing_key::list(&app.store).await
}

/// Announces a new key, and sets the end of those before it.
///
/// Every server has read the new key before it signs, and every token that an old key signed has expired before that
/// key is gone.
pub async fn rotate(app: &App) -> Result<SigningKey, RotationFault> {
    let refresh = i64::try_from(app.settings.keys.refresh).unwrap_or(i64::MAX);
    let now = app.clock.now();
    let signs_from = later(now, app.settings.keys.announce.saturating_add(refresh));
    let last_token = later(signs_from, app.settings.token.access_token_lifetime);
    let retires = later(last_token, refresh.saturating_mul(2).saturating_add(MARGIN));
    let tx = app.store.begin().await?;
    tx.lock("signing_key").await?;
    let keys = store::signing_key::list(&tx).await?;
    let waiting = |key: &&SigningKey| now < key.signs_from && key.retired_at.is_none();
    if let Some(key) = keys.iter().find(waiting) {
        return Err(RotationFault::Announced {
            kid: key.kid.clone(),
            signs_from: key.signs_from,
        });
    }
    for old in keys.iter().filter(|key| key.retired_at.is_none()) {
        store::signing_key::retire(&tx, &old.kid, retires).await?;
    }
    let key = KeyRing::generate(&app.keys.sealing, now, signs_from)?;
    store::signing_key::insert(&tx, &key).await?;
    tx.commit().await?;
    Ok(key)
}
