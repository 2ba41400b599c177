use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A token response (RFC 6749 §5.1).
#[derive(Debug, Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: Option<String>,
    pub response: Value,
}

impl Tokens {
    #[track_caller]
    pub fn read(response: Value) -> Self {
        let text = |name: &str| response[name].as_str().map(str::to_owned);
        Self {
            access: text("access_token").unwrap(),
            refresh: text("refresh_token"),
            response,
        }
    }

    /// The id of the grant.
    #[track_caller]
    pub fn grant(&self) -> String {
        let (_, claims) = unpack(&self.access);
        claims["grant_id"].as_str().unwrap().to_owned()
    }

    /// The refresh token, which must be there.
    #[track_caller]
    pub fn refresh(&self) -> &str {
        self.refresh.as_deref().unwrap()
    }
}

/// Header and claims of a signed token, unverified.
pub fn unpack(jwt: &str) -> (Value, Value) {
    let part = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let parts: Vec<&str> = jwt.split('.').collect();
    assert_eq!(parts.len(), 3, "{jwt}");
    (part(parts[0]), part(parts[1]))
}
