use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::EcdsaKeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Serialize;
use serde_json::{Map, Value};

use super::KeyFault;
use crate::model::SigningAlgorithm;

/// The claims of a verified token (RFC 7519 §4).
pub type Claims = Map<String, Value>;

/// What a token must say to be taken for what it is presented as.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The header's `typ`, byte for byte: `at+jwt` (RFC 9068 §2.1).
    pub typ: &'a str,
    /// The claim `iss`.
    pub issuer: &'a str,
    /// The claim `aud`, or one of its members.
    pub audience: &'a str,
}

/// The whole header of the tokens that a key signs: what differs from it is not one of ours.
pub(super) fn header(algorithm: SigningAlgorithm, kid: &str, typ: &str) -> Header {
    let mut header = Header::new(alg(algorithm));
    header.typ = Some(typ.to_owned());
    header.kid = Some(kid.to_owned());
    header
}

const fn alg(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::Es256 => Algorithm::ES256,
    }
}

/// Writes a compact JWS (RFC 7515 §7.1) with a key pair that was parsed before: `jsonwebtoken::encode` would parse it
/// anew for each token, at half of a signature's cost.
pub(super) fn sign(
    header: &Header,
    claims: &impl Serialize,
    pair: &EcdsaKeyPair,
) -> Result<String, KeyFault> {
    let header = serde_json::to_vec(header).map_err(KeyFault::Claims)?;
    let claims = serde_json::to_vec(claims).map_err(KeyFault::Claims)?;
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = pair
        .sign(&SystemRandom::new(), token.as_bytes())
        .map_err(|_| KeyFault::Crypto("sign a token"))?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// Checks signature and claims; the header was compared before.
pub(super) fn verify(
    token: &str,
    algorithm: SigningAlgorithm,
    key: &DecodingKey,
    expected: &Expected<'_>,
) -> Option<Claims> {
    let mut validation = Validation::new(alg(algorithm));
    // Without this list a token that lacks `iss` or `aud` passes, whatever the next two lines say.
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.audience]);
    // It would ask the machine's clock, and allow for a minute: `in_time` asks ours.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.leeway = 0;
    let claims: Claims = jsonwebtoken::decode(token, key, &validation).ok()?.claims;
    // It also takes a list of issuers with ours among them.
    (claims.get("iss")?.as_str()? == expected.issuer).then_some(claims)
}

/// Judges `exp` and `nbf` (RFC 7519 §4.1.4, §4.1.5): whole seconds, no leeway, since both ends are this server.
pub(super) fn in_time(claims: &Claims, now: Timestamp) -> bool {
    let now = now.as_second();
    let unexpired = claims
        .get("exp")
        .and_then(Value::as_i64)
        .is_some_and(|exp| now < exp);
    let begun = claims
        .get("nbf")
        .is_none_or(|nbf| nbf.as_i64().is_some_and(|nbf| nbf <= now));
    unexpired && begun
}
