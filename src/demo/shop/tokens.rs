use jiff::{SignedDuration, Timestamp};

use super::super::outgoing::{Fault, Reply};
use super::Shop;
use super::client::Errand;
use super::discovery::Place;
use super::journal::{Decoded, Journal};
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
    pub fn decoded(&self) -> Option<Decoded> {
        Decoded::read("The token", &self.access)
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
    let what = "Exchange the code for a token. One time only: a code works once, and sending it again ends the \
        permission and every token with it.";
    let target = (&request.place, request.agreement.as_str());
    ask(shop, &mut request.journal, target, what, &fields).await
}

/// Asks for the next token (RFC 6749 §6); the old refresh token stays good when no other comes.
pub async fn refresh(
    shop: &Shop,
    journal: &mut Journal,
    run: &Run,
    refresh: &str,
) -> Result<Token, NoToken> {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let what = "Get the next token. This can be sent again, for as long as the permission lasts.";
    let target = (&run.place, run.agreement.as_str());
    let mut token = ask(shop, journal, target, what, &fields).await?;
    token.refresh = token.refresh.or_else(|| Some(refresh.to_owned()));
    Ok(token)
}

async fn ask(
    shop: &Shop,
    journal: &mut Journal,
    (place, scope): (&Place, &str),
    what: &str,
    fields: &[(&str, &str)],
) -> Result<Token, NoToken> {
    let now = shop.clock.clock().now();
    let errand = Errand {
        what,
        endpoint: &place.token_endpoint,
        issuer: &place.issuer,
        fields,
        binds: true,
    };
    let reply = shop.ask(journal, &errand).await?;
    token(&reply, (place, scope), shop.token_type(), now)
}

fn token(
    reply: &Reply,
    (place, scope): (&Place, &str),
    kind: &str,
    sent: Timestamp,
) -> Result<Token, NoToken> {
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
    if !text("token_type").is_some_and(|given| given.eq_ignore_ascii_case(kind)) {
        return Err(unexpected(&format!("the token is not a {kind} token")));
    }
    let granted = &reply.body["authorization_details"][0]["locations"][0];
    if granted.as_str().is_some_and(|granted| granted != scope) {
        return Err(unexpected("the details are of another agreement"));
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
