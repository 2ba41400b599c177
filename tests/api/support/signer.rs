use countersign::app::new_secret;
use countersign::model::{AuthMethod, GrantType, SignatureAlgorithm};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::fields::Fields;
use super::keys::Key;
use super::register::NewShop;
use super::reply::Reply;
use super::server::Server;
use super::shop::{JWT_BEARER, Shop, refresh_form};
use super::{Tokens, World};

/// A client or a wallet that signs assertions, at one endpoint, with a request that is fine.
#[derive(Clone)]
pub struct Signer {
    pub server: Server,
    pub id: String,
    pub key: Key,
    pub path: &'static str,
    pub form: Fields,
}

/// A shop that signs, its tokens, and a wallet that signs.
pub struct Signers {
    pub world: World,
    pub shop: Shop,
    pub tokens: Tokens,
}

impl Signers {
    pub async fn new(algorithm: SignatureAlgorithm) -> Self {
        Self::among(World::new().await, algorithm).await
    }

    pub async fn among(mut world: World, algorithm: SignatureAlgorithm) -> Self {
        let shop = Shop::register(&world.server, signing(algorithm)).await;
        let request = shop.asks_for(world.wallet.mandate());
        let callback = world.alice.approves(&request).await;
        let tokens = shop.exchanges(&callback).await.tokens();
        world.wallet = world.wallet.signs_with(&Key::new(algorithm)).await;
        Self {
            world,
            shop,
            tokens,
        }
    }

    /// Whoever signs, at each endpoint where that counts.
    pub fn everywhere(&self) -> [Signer; 4] {
        let request = self.shop.asks_for(self.world.wallet.mandate());
        [
            self.at("/token", refresh_form(self.tokens.refresh())),
            self.at("/par", request.parameters.without("client_id")),
            self.at("/revoke", Fields::of(&[("token", "unknown")])),
            Signer {
                id: self.world.wallet.id.clone(),
                key: self.world.wallet.key.clone().unwrap(),
                ..self.at("/introspect", Fields::of(&[("token", &self.tokens.access)]))
            },
        ]
    }

    /// The shop at the token endpoint.
    pub fn at_the_token_endpoint(&self) -> Signer {
        self.at("/token", refresh_form(self.tokens.refresh()))
    }

    fn at(&self, path: &'static str, form: Fields) -> Signer {
        Signer {
            server: self.world.server.clone(),
            id: self.shop.id.clone(),
            key: self.shop.key.clone().unwrap(),
            path,
            form,
        }
    }
}

/// A shop that signs with `algorithm`.
pub fn signing(algorithm: SignatureAlgorithm) -> NewShop<'static> {
    NewShop {
        method: AuthMethod::PrivateKeyJwt,
        algorithm: Some(algorithm),
        grant_types: &[
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::ClientCredentials,
        ],
        ..NewShop::CONFIDENTIAL
    }
}

impl Signer {
    /// What a good assertion says, with some changes; what is null is not said.
    pub fn claims(&self, changes: &Value) -> Value {
        let now = self.server.clock.now().as_second();
        let mut claims = json!({
            "iss": self.id,
            "sub": self.id,
            "aud": self.server.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": new_secret().expose(),
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    /// An assertion with changes to its header and to what it says.
    pub fn signs(&self, header: &Value, changes: &Value) -> String {
        self.key.signs(header, &self.claims(changes))
    }

    /// An assertion that is good.
    pub fn assertion(&self) -> String {
        self.signs(&json!({}), &json!({}))
    }

    /// The request with an assertion.
    pub fn with(&self, assertion: &str) -> Fields {
        self.form
            .with("client_assertion_type", JWT_BEARER)
            .with("client_assertion", assertion)
    }

    pub async fn sends(&self, assertion: &str) -> Reply {
        self.posts(&self.with(assertion)).await
    }

    pub async fn posts(&self, form: &Fields) -> Reply {
        self.server.post(self.path, HeaderMap::new(), form).await
    }

    /// Sends a good assertion, and sees that it is taken.
    #[track_caller]
    pub fn is_let_in(&self, what: &str, reply: &Reply) {
        let good = if self.path == "/par" { 201 } else { 200 };
        assert_eq!(reply.status, good, "{what} at {}: {reply:?}", self.path);
        if self.path == "/introspect" {
            assert_eq!(reply.json()["active"], true, "{what}");
        }
    }

    pub async fn gets_in(&self, what: &str) {
        self.is_let_in(what, &self.sends(&self.assertion()).await);
    }

    /// The same at another server or instance.
    pub fn through(&self, server: &Server) -> Self {
        Self {
            server: server.clone(),
            ..self.clone()
        }
    }
}
