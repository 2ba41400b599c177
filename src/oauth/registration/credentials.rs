use crate::app::App;
use crate::keys::{KeySet, KeySetFault};
use crate::model::{
    AuthMethod, CertificateName, Client, Duties, KeySource, PartyKeys, SignatureAlgorithm,
};

use crate::remote;

use super::RegistrationFault;

/// How a client or wallet proves who it is, as the operator names it.
#[derive(Debug, Clone, Default)]
pub struct NewCredentials {
    /// Its public keys, as the text of a JWK set.
    pub jwks: Option<String>,
    /// The file that the key set is from.
    pub jwks_file: String,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,
    /// What it signs with; ES256 if it has keys and nothing is said.
    pub algorithm: Option<SignatureAlgorithm>,
    /// The name in its certificate.
    pub certificate: Option<CertificateName>,
}

impl NewCredentials {
    /// Whether keys are named, or where they are.
    #[must_use]
    pub fn names_keys(&self) -> bool {
        self.jwks.is_some() || self.jwks_uri.is_some()
    }

    /// The keys that are named in the place of `before`, checked.
    pub(super) fn keys(
        &self,
        app: &App,
        before: Option<PartyKeys>,
    ) -> Result<Option<PartyKeys>, RegistrationFault> {
        let source = match (&self.jwks, &self.jwks_uri) {
            (Some(_), Some(uri)) => {
                let rule = "keys are either in a file or at a URL; name one of the two";
                return Err(RegistrationFault::refused("jwks_uri", uri, rule));
            }
            (Some(text), None) => Some(KeySource::Set(text.clone())),
            (None, Some(uri)) => Some(KeySource::Uri(uri.clone())),
            (None, None) => before.as_ref().map(|keys| keys.source.clone()),
        };
        let algorithm = self.algorithm.or(before.map(|keys| keys.algorithm));
        let Some(source) = source else {
            return match self.algorithm {
                None => Ok(None),
                Some(algorithm) => {
                    let rule = "it belongs to keys; name --jwks-file or --jwks-uri as well";
                    let value = algorithm.as_str();
                    Err(RegistrationFault::refused("signing algorithm", value, rule))
                }
            };
        };
        let algorithm = algorithm.unwrap_or(SignatureAlgorithm::Es256);
        self.check_source(app, &source, algorithm)?;
        Ok(Some(PartyKeys { source, algorithm }))
    }

    /// Refuses keys that could never verify anything.
    fn check_source(
        &self,
        app: &App,
        source: &KeySource,
        algorithm: SignatureAlgorithm,
    ) -> Result<(), RegistrationFault> {
        match source {
            KeySource::Set(text) => KeySet::parse(text, algorithm).map(|_| ()).map_err(|fault| {
                // Without a new set it is the algorithm that is new.
                let (what, value) = match self.jwks {
                    Some(_) => ("--jwks-file", self.jwks_file.as_str()),
                    None => ("--signing-alg", algorithm.as_str()),
                };
                RegistrationFault::refused(what, value, rule(text, &fault))
            }),
            KeySource::Uri(uri) => {
                let loopback = app.settings.authorization.allow_loopback_http;
                remote::check_client_keys_uri(uri, loopback)
                    .map_err(|rule| RegistrationFault::refused("jwks_uri", uri, rule))
            }
        }
    }
}

const NEEDS_KEYS: &str = "it needs keys: name --jwks-file or --jwks-uri";

const NEEDS_NAME: &str = "it needs the name in the certificate: --tls-subject-dn, --tls-san-dns, --tls-san-uri, \
                          --tls-san-ip or --tls-san-email";

/// What is wrong with a key set, and what would do.
fn rule(text: &str, fault: &KeySetFault) -> String {
    if text.trim_start().starts_with("-----BEGIN ") {
        return "this is PEM; a JWK set is {\"keys\":[…]}".to_owned();
    }
    match (fault, KeySet::algorithm_of(text)) {
        (KeySetFault::NoneFits { .. }, Some(other)) => {
            format!("{fault}; --signing-alg {other} fits")
        }
        _ => fault.to_string(),
    }
}

/// Refuses a method without what it rests on.
pub(super) fn check_method(
    method: AuthMethod,
    keys: Option<&PartyKeys>,
    certificate: Option<&CertificateName>,
) -> Result<(), RegistrationFault> {
    let refused = |rule| RegistrationFault::refused("auth method", method.as_str(), rule);
    match method {
        AuthMethod::PrivateKeyJwt if keys.is_none() => Err(refused(NEEDS_KEYS)),
        AuthMethod::TlsClientAuth if certificate.is_none() => Err(refused(NEEDS_NAME)),
        _ => Ok(()),
    }
}

/// Refuses duties that the client cannot meet.
pub(super) fn check_duties(client: &Client) -> Result<(), RegistrationFault> {
    let Duties {
        tls_client_certificate_bound_access_tokens,
        require_signed_request_object,
        ..
    } = client.duties;
    let refused = |what, rule| RegistrationFault::refused(what, "true", rule);
    if require_signed_request_object && client.keys.is_none() {
        return Err(refused("require_signed_request_object", NEEDS_KEYS));
    }
    if tls_client_certificate_bound_access_tokens && client.is_public() {
        let rule = "the tokens of a public client are bound to a key (DPoP)";
        return Err(refused("tls_client_certificate_bound_access_tokens", rule));
    }
    Ok(())
}
