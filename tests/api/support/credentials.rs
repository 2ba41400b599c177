use countersign::app::new_secret;
use countersign::model::AuthMethod;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::certificates::Certificate;
use super::fields::Fields;
use super::keys::Key;
use super::shop::{JWT_BEARER, Shop, basic};

/// How a shop proves who it is, and which keys it holds.
impl Shop {
    /// What a good assertion says (RFC 7523 §3).
    pub fn assertion_claims(&self) -> Value {
        let now = self.server.clock.now().as_second();
        json!({
            "iss": self.id,
            "sub": self.id,
            "aud": self.server.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": new_secret().expose(),
        })
    }

    /// What a good proof for a post to `path` says (RFC 9449 §4.2).
    pub fn proof_claims(&self, path: &str) -> Value {
        json!({
            "jti": new_secret().expose(),
            "htm": "POST",
            "htu": format!("{}{path}", self.server.issuer),
            "iat": self.server.clock.now().as_second(),
        })
    }

    /// The same shop whose tokens are bound to `key` from now on.
    pub fn proving(&self, key: Option<&Key>) -> Self {
        Self {
            proofs: key.cloned(),
            ..self.clone()
        }
    }

    /// The same shop, which shows `certificate` from now on.
    pub fn showing(&self, certificate: Option<&Certificate>) -> Self {
        Self {
            certificate: certificate.cloned(),
            ..self.clone()
        }
    }

    pub(super) fn authenticated(&self, form: &Fields) -> (HeaderMap, Fields) {
        let secret = self.secret.as_deref().unwrap_or_default();
        match self.method {
            AuthMethod::ClientSecretBasic => (basic(&self.id, secret), form.clone()),
            AuthMethod::ClientSecretPost => {
                let form = form
                    .with("client_id", &self.id)
                    .with("client_secret", secret);
                (HeaderMap::new(), form)
            }
            AuthMethod::PrivateKeyJwt => {
                let assertion = self
                    .key
                    .as_ref()
                    .unwrap()
                    .signs(&json!({}), &self.assertion_claims());
                let form = form
                    .with("client_assertion_type", JWT_BEARER)
                    .with("client_assertion", &assertion);
                (HeaderMap::new(), form)
            }
            AuthMethod::TlsClientAuth | AuthMethod::None => {
                (HeaderMap::new(), form.with("client_id", &self.id))
            }
        }
    }
}
