//! `/introspect`: a wallet asks about a token before money moves (RFC 7662).
//!
//! A token is active if it is known, this wallet's, not over, not revoked, and its grant is alive with all its parties.
//! Anything else is exactly `{"active": false}`. This server's own token is known by its signature. A wallet that asks for it
//! gets the same answer signed, for itself alone (RFC 9701).

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::app::App;
use crate::keys::Expected;
use crate::model::{Confirmation, GrantState};
use crate::telemetry::Answer;

use super::error::OAuthError;
use super::{AskingWallet, mint};

/// The answer (RFC 7662 §2.2).
#[derive(Debug, Default, Serialize)]
#[expect(
    missing_docs,
    reason = "the members of RFC 7662 §2.2 and RFC 9396 §9.2, and the grant's own"
)]
pub struct Introspection {
    pub active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consented_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<Box<RawValue>>,
}

/// The media type of a signed answer, and the type of its JWT (RFC 9701 §5).
const SIGNED: &str = "token-introspection+jwt";

/// What is signed.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    token_introspection: &'a Introspection,
}

/// Signs an answer for the wallet `id`, which asked for it (RFC 9701 §5).
///
/// It has neither `sub` nor `exp` nor `jti`: it must not be taken for an access token (RFC 9701 §8.1).
pub async fn sign(app: &App, described: &Introspection, id: &str) -> Result<String, OAuthError> {
    let now = app.clock.now();
    let claims = Claims {
        iss: &app.settings.server.issuer,
        aud: id,
        iat: now.as_second(),
        token_introspection: described,
    };
    Ok(app.ring().await.sign(SIGNED, &claims, now)?)
}

/// Describes `token` to `wallet`, which has presented it.
#[tracing::instrument(target = "countersign::trace", name = "introspection", skip_all)]
pub async fn describe(app: &App, wallet: AskingWallet, token: &str) -> Introspection {
    let described = look_up(app, wallet, token).await;
    // Every token of a client's names its grant.
    app.metrics
        .introspected(match (described.active, &described.grant_id) {
            (false, _) => Answer::Inactive,
            (true, None) => Answer::Own,
            (true, Some(_)) => Answer::Active,
        });
    described
}

async fn look_up(app: &App, wallet: AskingWallet, token: &str) -> Introspection {
    let Some(found) = wallet.standing else {
        let own = own_token(app, &wallet.origin, token).await;
        return own.unwrap_or_default();
    };
    let now = app.clock.now();
    let alive = found.resource_server == wallet.id
        && found.parties_enabled
        && found.state == GrantState::Active
        && found.ends_at.is_none_or(|end| now < end)
        && !found.revoked
        && now < found.expires_at;
    if !alive {
        return Introspection::default();
    }
    let approved_at = found.consented_at.unwrap_or(found.created_at);
    let details = mint::Details::new(
        found.kind,
        &found.agreement_url,
        &found.actions,
        found
            .limits
            .as_ref()
            .map(|limits| limits.at(now, approved_at)),
    );
    Introspection {
        active: true,
        authorization_details: details.to_json(),
        scope: Some(found.agreement_url),
        sub: Some(found.user.unwrap_or_else(|| found.client.clone())),
        client_id: Some(found.client),
        subject: Some(found.subject),
        aud: Some(wallet.origin),
        iss: Some(app.settings.server.issuer.clone()),
        exp: Some(found.expires_at.as_second()),
        iat: Some(found.issued_at.as_second()),
        nbf: Some(found.issued_at.as_second()),
        jti: Some(found.jti),
        token_type: Some(Confirmation::token_type(found.confirmation.as_ref())),
        cnf: found.confirmation,
        grant_id: Some(found.grant),
        consented_at: found.consented_at.map(Timestamp::as_second),
        auth_time: found.auth_time.map(Timestamp::as_second),
        agreement_digest: found.agreement_digest,
        approval_digest: found.approval_digest,
    }
}

async fn own_token(app: &App, origin: &str, token: &str) -> Option<Introspection> {
    let issuer = app.settings.server.issuer.as_str();
    let expected = Expected {
        typ: mint::TYP,
        issuer,
        audience: origin,
    };
    let claims = app.ring().await.verify(token, &expected, app.clock.now())?;
    if claims.get("sub")?.as_str() != Some(issuer) || claims.contains_key("scope") {
        return None;
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    let mut described = Introspection {
        active: true,
        client_id: text("client_id"),
        sub: text("sub"),
        aud: text("aud"),
        iss: text("iss"),
        jti: text("jti"),
        exp: number("exp"),
        iat: number("iat"),
        nbf: number("nbf"),
        token_type: Some("Bearer"),
        ..Introspection::default()
    };
    let details = claims.get("authorization_details")?;
    described.authorization_details = serde_json::value::to_raw_value(details).ok();
    Some(described)
}
