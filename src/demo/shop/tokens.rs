use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::outgoing::{Fault, basic};
use super::Shop;
use super::desk::Pending;

/// A token and how to get the next one.
#[derive(Clone)]
pub struct Token {
    /// What the wallet is shown.
    pub access: String,
    /// What the authorization server is shown when the first has expired.
    pub refresh: Option<String>,
    /// When the first expires; absent, nobody said.
    pub expires: Option<Timestamp>,
}

/// Why there is no token.
#[derive(Debug)]
pub enum NoToken {
    /// The authorization server refused, with this error code.
    Refused(String),
    /// It gave no usable answer.
    Fault(Fault),
}

impl From<Fault> for NoToken {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Token {
    /// Whether it is still worth showing to the wallet.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }

    /// The payload of the token as pretty JSON, for the page only: a client has no business in there (RFC 9068 §6).
    pub fn payload(&self) -> String {
        let decoded = self
            .access
            .split('.')
            .nth(1)
            .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        decoded
            .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            .and_then(|payload| serde_json::to_string_pretty(&payload).ok())
            .unwrap_or_else(|| "This token says nothing to its bearer.".to_owned())
    }
}

/// Exchanges a code (RFC 6749 §4.1.3).
pub async fn exchange(shop: &Shop, request: &Pending, code: &str) -> Result<Token, NoToken> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &shop.redirect_uri),
        ("code_verifier", &request.verifier),
    ];
    ask(shop, request, &fields).await
}

/// Asks for the next token (RFC 6749 §6); the old refresh token stays good when no other comes.
pub async fn refresh(shop: &Shop, request: &Pending, refresh: &str) -> Result<Token, NoToken> {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let mut token = ask(shop, request, &fields).await?;
    token.refresh = token.refresh.or_else(|| Some(refresh.to_owned()));
    Ok(token)
}

async fn ask(shop: &Shop, request: &Pending, fields: &[(&str, &str)]) -> Result<Token, NoToken> {
    let now = shop.clock.now();
    let call = shop.outgoing.form(&request.place.token_endpoint, fields);
    let header = basic(&shop.client_id, &shop.client_secret);
    let reply = call.header("Authorization", &header).send().await?;
    let text = |member: &str| reply.body[member].as_str().map(str::to_owned);
    if reply.status != 200 {
        return Err(match text("error") {
            Some(error) if reply.status < 500 => NoToken::Refused(error),
            _ => Fault::Silent(request.place.issuer.clone(), None).into(),
        });
    }
    let unexpected = |words: &str| NoToken::Fault(Fault::Unexpected(words.to_owned()));
    if !text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(unexpected("the token is not a bearer token"));
    }
    if text("scope").is_some_and(|scope| scope != request.agreement) {
        return Err(unexpected("the token is for another agreement"));
    }
    let life = reply.body["expires_in"]
        .as_i64()
        .map(SignedDuration::from_secs);
    Ok(Token {
        access: text("access_token")
            .ok_or_else(|| unexpected("there is no token in the answer"))?,
        refresh: text("refresh_token"),
        expires: life.and_then(|life| now.checked_add(life).ok()),
    })
}
