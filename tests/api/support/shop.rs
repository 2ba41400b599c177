use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign::app::new_secret;
use countersign::model::AuthMethod;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::certificates::Certificate;
use super::fields::Fields;
use super::keys::Key;
use super::register::{self, NewShop};
use super::reply::Reply;
use super::server::Server;
use super::tokens::Tokens;

pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The header of a proof by `key` (RFC 9449 §4.2).
pub fn proof_header(key: &Key) -> Value {
    json!({ "typ": "dpop+jwt", "kid": null, "jwk": key.bare_jwk() })
}

/// A client: it asks for agreements, exchanges codes, refreshes and revokes.
#[derive(Clone)]
pub struct Shop {
    pub server: Server,
    pub id: String,
    pub secret: Option<String>,
    pub first: Option<String>,
    pub method: AuthMethod,
    pub redirect_uri: String,
    /// What it signs assertions with.
    pub key: Option<Key>,
    /// What its tokens are bound to.
    pub proofs: Option<Key>,
    /// What it shows to the proxy before the server.
    pub certificate: Option<Certificate>,
}

/// What a shop sends a browser to ask, and what it keeps to itself meanwhile.
#[derive(Debug, Clone)]
pub struct Request {
    pub parameters: Fields,
    pub verifier: String,
    redirect_uri: String,
    /// What stands for it, once it is pushed.
    pub pushed_as: Option<String>,
}

/// What came back through the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    pub url: String,
    verifier: String,
    redirect_uri: String,
}

impl Shop {
    pub async fn register(server: &Server, new: NewShop<'_>) -> Self {
        let key = new.algorithm.map(Key::new);
        Self::register_with(server, new, key).await
    }

    /// The same with a key that is there already.
    pub async fn register_with(server: &Server, new: NewShop<'_>, key: Option<Key>) -> Self {
        let jwks = key.as_ref().map(Key::jwks);
        let jwks = jwks.as_deref().filter(|_| new.jwks_uri.is_none());
        let named = NewShop {
            jwks: new.jwks.or(jwks),
            ..new
        };
        let (id, secret) = register::client(server.app(), named).await;
        // Whoever cannot keep a secret holds a key.
        let bound = new.method == AuthMethod::None || new.duties.dpop_bound_access_tokens;
        Self {
            key,
            proofs: bound.then(Key::es256),
            certificate: None,
            server: server.clone(),
            id,
            first: secret.clone(),
            secret,
            method: new.method,
            redirect_uri: new.redirect_uri.to_owned(),
        }
    }

    /// The same shop, which talks to another instance.
    pub fn at(&self, instance: usize) -> Self {
        Self {
            server: self.server.at(instance),
            ..self.clone()
        }
    }

    /// The same shop at another server, with the secret that it was given first.
    pub fn as_registered(&self, server: &Server) -> Self {
        Self {
            server: server.clone(),
            secret: self.first.clone(),
            ..self.clone()
        }
    }

    /// The same shop with another secret.
    pub fn with_secret(&self, secret: &str) -> Self {
        Self {
            secret: Some(secret.to_owned()),
            ..self.clone()
        }
    }

    /// Registers another redirect URI in place of its own.
    pub async fn moves_to(&self, redirect_uri: &str) {
        register::redirect_uri(self.server.app(), &self.id, redirect_uri).await;
    }

    /// Asks for one agreement or collection.
    pub fn asks_for(&self, scope: impl AsRef<str>) -> Request {
        let verifier = new_secret().expose().to_owned();
        let state = format!("st {}&é", &verifier[..8]);
        let challenge = challenge(&verifier);
        let asked = Request {
            parameters: Fields::of(&[
                ("response_type", "code"),
                ("client_id", &self.id),
                ("redirect_uri", &self.redirect_uri),
                ("scope", scope.as_ref()),
                ("state", &state),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ]),
            verifier,
            redirect_uri: self.redirect_uri.clone(),
            pushed_as: None,
        };
        match &self.proofs {
            Some(key) => asked.with("dpop_jkt", &key.thumbprint()),
            None => asked,
        }
    }

    pub async fn exchanges(&self, callback: &Callback) -> Reply {
        self.asks_for_tokens(&callback.form()).await
    }

    pub async fn refreshes(&self, refresh_token: &str) -> Reply {
        self.asks_for_tokens(&refresh_form(refresh_token)).await
    }

    /// Wants a token for its own account.
    pub async fn wants(&self, collection: &str) -> Reply {
        let form = Fields::of(&[("grant_type", "client_credentials"), ("scope", collection)]);
        self.asks_for_tokens(&form).await
    }

    pub async fn revokes(&self, token: &str) -> Reply {
        self.posts("/revoke", &Fields::of(&[("token", token)]))
            .await
    }

    pub async fn asks_for_tokens(&self, form: &Fields) -> Reply {
        self.posts("/token", form).await
    }

    /// Posts a form as this client, in the way that is registered.
    pub async fn posts(&self, path: &str, form: &Fields) -> Reply {
        let (mut headers, form) = self.authenticated(form);
        if let Some(key) = &self.proofs
            && matches!(path, "/token" | "/par")
        {
            let proof = key.signs(&proof_header(key), &self.proof_claims(path));
            headers.insert("DPoP", proof.parse().unwrap());
        }
        if let Some(certificate) = &self.certificate {
            headers.insert("Client-Cert", certificate.field().parse().unwrap());
        }
        self.server.post(path, headers, &form).await
    }
}

impl Request {
    /// Where the browser is sent.
    pub fn url(&self) -> String {
        format!("/authorize?{}", self.link().encode())
    }

    /// The same request with another value for one parameter.
    pub fn with(&self, name: &str, value: &str) -> Self {
        self.replaced(self.parameters.with(name, value))
    }

    pub fn without(&self, name: &str) -> Self {
        self.replaced(self.parameters.without(name))
    }

    /// The same request with one parameter more.
    pub fn and(&self, name: &str, value: &str) -> Self {
        self.replaced(self.parameters.and(name, value))
    }

    fn replaced(&self, parameters: Fields) -> Self {
        Self {
            redirect_uri: parameters
                .value_or_first("redirect_uri")
                .unwrap_or_default()
                .to_owned(),
            parameters,
            verifier: self.verifier.clone(),
            pushed_as: None,
        }
    }

    /// What the shop makes of a redirect to it, after it has checked issuer and state.
    #[track_caller]
    pub fn answered(&self, reply: &Reply, issuer: &str) -> Callback {
        let callback = self.redirected(reply);
        let parameters = callback.parameters();
        assert_eq!(parameters.value("iss"), Some(issuer), "{callback:?}");
        let state = self.parameters.value("state");
        assert_eq!(parameters.value("state"), state, "{callback:?}");
        callback
    }

    #[track_caller]
    pub fn redirected(&self, reply: &Reply) -> Callback {
        assert!(
            matches!(reply.status, 302 | 303),
            "not sent back: {} {}",
            reply.status,
            reply.text()
        );
        let url = reply.location().to_owned();
        assert!(url.starts_with(&self.redirect_uri), "{url}");
        Callback {
            url,
            verifier: self.verifier.clone(),
            redirect_uri: self.redirect_uri.clone(),
        }
    }
}

impl Callback {
    pub fn parameters(&self) -> Fields {
        Fields::decode(self.url.split_once('?').unwrap().1)
    }

    #[track_caller]
    pub fn code(&self) -> String {
        let parameters = self.parameters();
        assert!(parameters.value("error").is_none(), "{self:?}");
        parameters.value("code").unwrap().to_owned()
    }

    /// What a client sends to redeem the code.
    #[track_caller]
    pub fn form(&self) -> Fields {
        Fields::of(&[
            ("grant_type", "authorization_code"),
            ("code", &self.code()),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &self.verifier),
        ])
    }

    /// The error, which comes without a code and with a description.
    #[track_caller]
    pub fn error(&self) -> String {
        let parameters = self.parameters();
        assert!(parameters.value("code").is_none(), "{self:?}");
        assert!(parameters.value("error_description").is_some(), "{self:?}");
        parameters.value("error").unwrap().to_owned()
    }

    /// The same answer with another verifier in the shop's memory.
    pub fn with_verifier(&self, verifier: &str) -> Self {
        Self {
            verifier: verifier.to_owned(),
            ..self.clone()
        }
    }
}

pub fn refresh_form(refresh_token: &str) -> Fields {
    Fields::of(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
    ])
}

/// Tokens for an agreement that somebody has approved.
pub async fn tokens(shop: &Shop, callback: &Callback) -> Tokens {
    shop.exchanges(callback).await.tokens()
}

pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// HTTP Basic with both parts form-encoded first (RFC 6749 §2.3.1).
pub fn basic(id: &str, secret: &str) -> HeaderMap {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    authorization(&format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", encode(id), encode(secret)))
    ))
}

pub fn authorization(value: &str) -> HeaderMap {
    HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
}
