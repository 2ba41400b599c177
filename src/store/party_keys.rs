//! The columns that hold the keys of a client or wallet.

use super::StoreFault;
use super::row::Reader;
use crate::model::{KeySource, PartyKeys, SignatureAlgorithm};

/// The keys as they are written.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) jwks: Option<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) signing_alg: Option<String>,
}

impl Columns {
    pub(super) fn of(keys: Option<&PartyKeys>) -> Self {
        let Some(keys) = keys else {
            return Self::default();
        };
        let (jwks, jwks_uri) = match &keys.source {
            KeySource::Set(text) => (Some(text.clone()), None),
            KeySource::Uri(uri) => (None, Some(uri.clone())),
        };
        Self {
            jwks,
            jwks_uri,
            signing_alg: Some(keys.algorithm.to_string()),
        }
    }
}

/// Reads the keys back.
pub(super) fn read(
    reader: &Reader<'_>,
    jwks: Option<String>,
    jwks_uri: Option<String>,
    signing_alg: Option<&str>,
) -> Result<Option<PartyKeys>, StoreFault> {
    let source = match (jwks, jwks_uri) {
        (Some(text), None) => KeySource::Set(text),
        (None, Some(uri)) => KeySource::Uri(uri),
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(reader.corrupt("keys are here and elsewhere")),
    };
    let algorithm = signing_alg.ok_or_else(|| reader.corrupt("keys have no algorithm"))?;
    Ok(Some(PartyKeys {
        source,
        algorithm: reader.word(algorithm, SignatureAlgorithm::parse)?,
    }))
}
