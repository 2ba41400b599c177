use serde_json::{Value, json};

use super::fields::Fields;
use super::reply::Reply;
use super::shop::{Request, Shop};

impl Shop {
    /// Pushes a request.
    pub async fn pushes(&self, request: &Request) -> Reply {
        self.posts("/par", &request.parameters).await
    }

    /// The same request, which the shop has pushed.
    pub async fn has_pushed(&self, request: &Request) -> Request {
        request.pushed(&self.pushes(request).await)
    }

    /// What a good request object says (RFC 9101 §4).
    pub fn request_claims(&self, request: &Request) -> Value {
        let now = self.server.clock.now().as_second();
        let mut claims = json!({
            "iss": self.id,
            "aud": self.server.issuer,
            "nbf": now,
            "exp": now + 300,
        });
        for name in request.parameters.names() {
            claims[name] = json!(request.parameters.value(name));
        }
        claims
    }

    /// The request object that says `claims`.
    pub fn signs(&self, claims: &Value) -> String {
        self.key.as_ref().unwrap().signs(&signed_header(), claims)
    }

    /// Pushes a request object, and nothing beside it.
    pub async fn pushes_signed(&self, object: &str) -> Reply {
        let reply = self
            .posts("/par", &Fields::of(&[("request", object)]))
            .await;
        assert!(!reply.body.contains("eyJ"), "{reply:?}");
        reply
    }
}

impl Request {
    /// What the browser brings along: of a pushed request, what stands for it.
    pub fn link(&self) -> Fields {
        match &self.pushed_as {
            None => self.parameters.clone(),
            Some(request_uri) => {
                let client = self.parameters.value("client_id").unwrap();
                Fields::of(&[("client_id", client), ("request_uri", request_uri)])
            }
        }
    }

    /// The same request, as the answer to its push names it.
    #[track_caller]
    pub fn pushed(&self, reply: &Reply) -> Self {
        assert_eq!(reply.status, 201, "{reply:?}");
        let request_uri = reply.json()["request_uri"].as_str().unwrap().to_owned();
        let mut pushed = self.clone();
        pushed.pushed_as = Some(request_uri);
        pushed
    }

    /// What stands for a pushed request.
    #[track_caller]
    pub fn request_uri(&self) -> &str {
        self.pushed_as.as_deref().unwrap()
    }
}

/// What the header of a request object says beside its algorithm and key (RFC 9101 §10.8).
pub fn signed_header() -> Value {
    json!({ "typ": "oauth-authz-req+jwt" })
}

/// The same claims with one of them changed; null leaves it out.
pub fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    changed[name] = value;
    changed
}
