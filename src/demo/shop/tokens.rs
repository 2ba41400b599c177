use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::call::Call;
use super::super::outgoing::{Fault, Reply};
use super::Shop;
use super::discovery::Place;
use super::journal::{Journal, pretty};
use super::run::{Pending, Run};

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
    /// The authorization server refused, with this error code and description.
    Refused(String, String),
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

    /// Header and payload of the token as JSON, for the page only: a client has no business in there (RFC 9068 §6).
    pub fn decoded(&self) -> Option<(String, String)> {
        let mut parts = self.access.split('.').map(|part| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            let value = serde_json::from_slice::<Value>(&bytes).ok()?;
            Some(pretty(&value))
        });
        Some((parts.next()??, parts.next()??))
    }
}

/// Exchanges a code (RFC 6749 §4.1.3).
pub async fn exchange(shop: &Shop, request: &mut Pending, code: &str) -> Result<Token, NoToken> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &shop.redirect_uri),
        ("code_verifier", &request.verifier),
    ];
    let call = Call::form(&request.place.token_endpoint, &fields);
    let what = "Exchange the code for a token. One time only: a code works once, and sending it again ends the \
        permission and every token with it.";
    let target = (&request.place, request.agreement.as_str());
    ask(shop, &mut request.journal, target, what, call).await
}

/// Asks for the next token (RFC 6749 §6); the old refresh token stays good when no other comes.
pub async fn refresh(
    shop: &Shop,
    journal: &mut Journal,
    run: &Run,
    refresh: &str,
) -> Result<Token, NoToken> {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let call = Call::form(&run.place.token_endpoint, &fields);
    let what = "Get the next token. This can be sent again, for as long as the permission lasts.";
    let target = (&run.place, run.agreement.as_str());
    let mut token = ask(shop, journal, target, what, call).await?;
    token.refresh = token.refresh.or_else(|| Some(refresh.to_owned()));
    Ok(token)
}

async fn ask(
    shop: &Shop,
    journal: &mut Journal,
    (place, scope): (&Place, &str),
    what: &str,
    call: Call,
) -> Result<Token, NoToken> {
    let now = shop.clock.clock().now();
    let call = call.basic(&shop.client_id, &shop.client_secret);
    let reply = shop.send(journal, what, &call).await?;
    token(&reply, place, scope, now)
}

fn token(reply: &Reply, place: &Place, scope: &str, sent: Timestamp) -> Result<Token, NoToken> {
    let text = |member: &str| reply.body[member].as_str().map(str::to_owned);
    if reply.status != 200 {
        return Err(match text("error") {
            Some(error) if reply.status < 500 => {
                NoToken::Refused(error, text("error_description").unwrap_or_default())
            }
            _ => Fault::Silent(place.issuer.clone(), None).into(),
        });
    }
    let unexpected = |words: &str| NoToken::Fault(Fault::Unexpected(words.to_owned()));
    if !text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(unexpected("the token is not a bearer token"));
    }
    if text("scope").is_some_and(|granted| granted != scope) {
        return Err(unexpected("the token is for another agreement"));
    }
    let life = reply.body["expires_in"]
        .as_i64()
        .map(SignedDuration::from_secs);
    Ok(Token {
        access: text("access_token")
            .ok_or_else(|| unexpected("there is no token in the answer"))?,
        refresh: text("refresh_token"),
        expires: life.and_then(|life| sent.checked_add(life).ok()),
    })
}
