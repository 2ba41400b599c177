use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::answer::Problem;
use super::super::call::Call;
use super::super::json::Object;
use super::super::outgoing::{Fault, Reply};
use super::Wallet;
use super::limits::Limits;
use super::possession::{self, Scheme, Shown};

/// What a token may do with one agreement, as the authorization server says (RFC 7662).
#[derive(Debug)]
pub struct Access {
    /// The client that holds the token.
    pub client: String,
    /// Whether it is the authorization server itself, which only reads.
    pub is_issuer: bool,
    /// When the payer granted it.
    pub consented: Option<Timestamp>,
    subject: Option<String>,
    limits: Object,
}

impl Access {
    /// Refuses an account that the token is not good for.
    pub fn require_subject(&self, subject: &Value) -> Result<(), Problem> {
        if self.subject.as_deref() == subject.as_str() && self.subject.is_some() {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "This token is good for another account only.",
        )
        .rule("subject"))
    }

    /// The limits that the payer granted, in the asset of the agreement's `terms`.
    pub fn granted(&self, terms: &Object) -> Result<Limits, Problem> {
        let refused = |why: &str| Problem::new(StatusCode::FORBIDDEN, why).rule("limits");
        if ["assetCode", "assetScale"].iter().any(|name| {
            let (granted, kept) = (self.limits.get(*name), terms.get(*name));
            granted.is_some() && granted.map(plain) != kept.map(plain)
        }) {
            return Err(refused("The granted limits are in another asset."));
        }
        Limits::read(&self.limits).map_err(|complaint| {
            refused(&format!("The granted limits cannot be read: {complaint}."))
        })
    }
}

/// A number as its digits, a text as it is.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Asks the authorization server about the token of a request, and holds the answer against one place and action.
pub async fn authorize(
    wallet: &Wallet,
    request: &HttpRequest,
    place: &str,
    action: &str,
) -> Result<Access, Problem> {
    let (shown, answer) = ask(wallet, request).await?;
    if answer["active"] != true || !is_for(&answer["aud"], &wallet.origin) {
        let problem = Problem::new(
            StatusCode::UNAUTHORIZED,
            "This token is not active here. Ask for a new one.",
        );
        return Err(problem.challenge(shown.scheme.challenge("invalid_token")));
    }
    possession::require(wallet, request, shown, &answer)?;
    let details = &answer["authorization_details"][0];
    if !contains(&details["locations"], place) || !contains(&details["actions"], action) {
        return Err(insufficient(
            shown.scheme,
            place,
            format!("This token does not allow to {action} this agreement."),
        ));
    }
    let client = answer["client_id"].as_str().unwrap_or_default().to_owned();
    Ok(Access {
        is_issuer: client == wallet.issuer,
        client,
        consented: answer["consented_at"]
            .as_i64()
            .and_then(|second| Timestamp::from_second(second).ok()),
        subject: answer["subject"].as_str().map(str::to_owned),
        limits: details["limits"].as_object().cloned().unwrap_or_default(),
    })
}

/// What the authorization server says about the token of a request, for whoever holds that token.
pub async fn heard(wallet: &Wallet, request: &HttpRequest, place: &str) -> Result<Value, Problem> {
    let (shown, answer) = ask(wallet, request).await?;
    if answer["active"] != true {
        return Ok(json!({"active": false}));
    }
    possession::require(wallet, request, shown, &answer)?;
    if !contains(&answer["authorization_details"][0]["locations"], place) {
        return Err(insufficient(
            shown.scheme,
            place,
            "This token is for another place.",
        ));
    }
    Ok(answer)
}

fn insufficient(scheme: Scheme, place: &str, detail: impl Into<String>) -> Problem {
    let challenge = scheme.challenge("insufficient_scope");
    Problem::new(StatusCode::FORBIDDEN, detail).challenge(format!("{challenge}, scope=\"{place}\""))
}

/// The token of a request, and what the authorization server says about it.
async fn ask<'a>(wallet: &Wallet, request: &'a HttpRequest) -> Result<(Shown<'a>, Value), Problem> {
    let Some(shown) = Shown::find(request) else {
        let problem = Problem::new(
            StatusCode::UNAUTHORIZED,
            "Send a token: Authorization: Bearer …, or DPoP … with a proof if it is bound to a key.",
        );
        return Err(problem.challenge(possession::BOTH.to_owned()));
    };
    let answer = introspect(wallet, shown.token).await.map_err(|fault| {
        tracing::warn!(%fault, "a token could not be introspected");
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The authorization server did not answer. Try again.",
        )
    })?;
    Ok((shown, answer))
}

async fn introspect(wallet: &Wallet, token: &str) -> Result<Value, Fault> {
    let url = format!("{}/introspect", wallet.issuer.trim_end_matches('/'));
    let call = Call::form(&url, &[("token", token)]).basic(&wallet.id, &wallet.secret);
    match wallet.outgoing.send(&call).await? {
        // Only a clear answer counts: everything else is a fault, and no reason to call a token dead.
        Reply {
            status: 200, body, ..
        } if body["active"].is_boolean() => Ok(body),
        Reply { status, .. } => Err(Fault::Unexpected(format!(
            "introspection answered {status}"
        ))),
    }
}

/// Tells whether an `aud` names the wallet; an answer without one was made for whoever asked.
fn is_for(audience: &Value, origin: &str) -> bool {
    audience.is_null() || audience == origin || contains(audience, origin)
}

fn contains(list: &Value, wanted: &str) -> bool {
    list.as_array()
        .is_some_and(|list| list.iter().any(|value| value == wanted))
}
