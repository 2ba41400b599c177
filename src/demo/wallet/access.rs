use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::super::answer::Problem;
use super::super::json::Object;
use super::super::outgoing::{Fault, Reply, basic};
use super::Wallet;

/// What a token may do with one agreement, as the authorization server says (RFC 7662).
#[derive(Debug)]
pub struct Access {
    /// The client that holds the token.
    pub client: String,
    /// Whether it is the authorization server itself, which only reads.
    pub is_issuer: bool,
    /// When the payer granted it.
    pub consented: Option<Timestamp>,
    /// The limits that the payer granted.
    pub limits: Object,
}

/// Asks the authorization server about the token of a request, and holds the answer against one agreement and action.
pub async fn authorize(
    wallet: &Wallet,
    request: &HttpRequest,
    agreement: &str,
    action: &str,
) -> Result<Access, Problem> {
    let Some(token) = bearer(request) else {
        let problem = Problem::new(
            StatusCode::UNAUTHORIZED,
            "Send a token: Authorization: Bearer ….",
        );
        return Err(problem.challenge("Bearer realm=\"demo wallet\"".to_owned()));
    };
    let answer = introspect(wallet, token).await.map_err(|fault| {
        tracing::warn!(%fault, "a token could not be introspected");
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The authorization server did not answer. Try again.",
        )
    })?;
    if answer["active"] != true || !is_for(&answer["aud"], &wallet.origin) {
        let problem = Problem::new(
            StatusCode::UNAUTHORIZED,
            "This token is not active here. Ask for a new one.",
        );
        return Err(problem.challenge("Bearer error=\"invalid_token\"".to_owned()));
    }
    let details = &answer["authorization_details"][0];
    if !contains(&details["locations"], agreement) || !contains(&details["actions"], action) {
        let problem = Problem::new(
            StatusCode::FORBIDDEN,
            format!("This token does not allow to {action} this agreement."),
        );
        return Err(problem.challenge(format!(
            "Bearer error=\"insufficient_scope\", scope=\"{agreement}\""
        )));
    }
    let client = answer["client_id"].as_str().unwrap_or_default().to_owned();
    Ok(Access {
        is_issuer: client == wallet.issuer,
        client,
        consented: answer["consented_at"]
            .as_i64()
            .and_then(|second| Timestamp::from_second(second).ok()),
        limits: details["limits"].as_object().cloned().unwrap_or_default(),
    })
}

async fn introspect(wallet: &Wallet, token: &str) -> Result<Value, Fault> {
    let url = format!("{}/introspect", wallet.issuer.trim_end_matches('/'));
    let call = wallet.outgoing.form(&url, &[("token", token)]);
    let reply = call
        .header("Authorization", &basic(&wallet.id, &wallet.secret))
        .send()
        .await?;
    match reply {
        // Only a clear answer counts: everything else is a fault, and no reason to call a token dead.
        Reply {
            status: 200, body, ..
        } if body["active"].is_boolean() => Ok(body),
        Reply { status, .. } => Err(Fault::Unexpected(format!(
            "introspection answered {status}"
        ))),
    }
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get("Authorization")?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

/// Tells whether an `aud` names the wallet; an answer without one was made for whoever asked.
fn is_for(audience: &Value, origin: &str) -> bool {
    audience.is_null() || audience == origin || contains(audience, origin)
}

fn contains(list: &Value, wanted: &str) -> bool {
    list.as_array()
        .is_some_and(|list| list.iter().any(|value| value == wanted))
}
