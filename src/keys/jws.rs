use serde_json::{Map, Value};

use super::{PartyKey, strict};
use crate::model::SignatureAlgorithm;

/// A JWS longer than this is not read, in bytes.
const LONGEST: usize = 16 * 1024;

/// A compact JWS whose payload is a JSON object, read but not verified (RFC 7515 §3.1, RFC 7519 §7.2).
pub struct Unverified {
    text: String,
    /// Where the signature's dot is.
    dot: usize,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Unverified {
    /// Reads a compact JWS.
    ///
    /// `None` for anything but three parts of strict base64url, of which the first two are JSON objects without a
    /// member twice at any depth, for a header whose `alg` is missing or whose `alg`, `typ` or `kid` is not a string,
    /// and for more than 16 KiB.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        strict::base64url(signature)?;
        let header = strict::object(&strict::base64url(header)?).ok()?;
        let claims = strict::object(&strict::base64url(claims)?).ok()?;
        let text_or_absent = |name| header.get(name).is_none_or(Value::is_string);
        if !header.contains_key("alg") || !["alg", "typ", "kid"].into_iter().all(text_or_absent) {
            return None;
        }
        Some(Self {
            dot: signed.len(),
            text: text.to_owned(),
            header,
            claims,
        })
    }

    /// The JOSE header (RFC 7515 §4).
    #[must_use]
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The claims (RFC 7519 §4), which anybody can have written.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The header's `typ` (RFC 7515 §4.1.9).
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.header.get("typ")?.as_str()
    }

    /// Whether the header's `typ` is the media type `application/{subtype}`: `application/` may be left out, and the case
    /// does not count (RFC 7515 §4.1.9).
    #[must_use]
    pub fn is_a(&self, subtype: &str) -> bool {
        let typ = self.typ().unwrap_or_default();
        let short = match typ.split_once('/') {
            Some((kind, rest)) if kind.eq_ignore_ascii_case("application") => rest,
            _ => typ,
        };
        short.eq_ignore_ascii_case(subtype)
    }

    /// The header's `kid` (RFC 7515 §4.1.4).
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid")?.as_str()
    }

    /// The header's `alg` (RFC 7515 §4.1.1); `None` for one that is not accepted from anybody, such as `none`.
    #[must_use]
    pub fn alg(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::named(self.header.get("alg")?.as_str()?)
    }

    /// Whether the header has one of these members.
    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.header.contains_key(*name))
    }

    /// Whether `key` signed this with its own algorithm (RFC 7515 §5.2).
    ///
    /// A header with `crit` is never verified: it asks for what this server does not know (RFC 7515 §4.1.11).
    #[must_use]
    pub fn verify(&self, key: &PartyKey) -> bool {
        let (signed, signature) = self.text.split_at(self.dot);
        self.alg() == Some(key.algorithm())
            && !self.has_any(&["crit"])
            && key.verify(signed.as_bytes(), &signature[1..])
    }
}

#[cfg(test)]
#[path = "jws_tests.rs"]
mod tests;
