//! `/introspect`: a wallet asks about a token before money moves (RFC 7662).
//!
//! A token is active if it is known, this wallet's, not over, not revoked, and its grant is alive with all its parties.
//! Anything else is exactly `{"active": false}`. This server's own token is known by its signature.

use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::keys::Expected;
use crate::model::{ResourceServer, Secret};
use crate::store;
use crate::telemetry::Answer;

use super::error::OAuthError;
use super::mint;

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
    pub authorization_details: Option<Value>,
}

/// Describes `token` to `wallet`.
#[tracing::instrument(target = "countersign::trace", name = "introspection", skip_all)]
pub async fn describe(
    app: &App,
    wallet: &ResourceServer,
    token: &str,
) -> Result<Introspection, OAuthError> {
    let described = look_up(app, wallet, token).await;
    app.metrics.introspected(match &described {
        Ok(described) if !described.active => Answer::Inactive,
        // Every token of a client's names its grant.
        Ok(described) if described.grant_id.is_none() => Answer::Own,
        Ok(_) => Answer::Active,
        Err(_) => Answer::Fault,
    });
    described
}

async fn look_up(
    app: &App,
    wallet: &ResourceServer,
    token: &str,
) -> Result<Introspection, OAuthError> {
    let digest = Secret::presented(token).digest();
    let Some(found) = store::access_token::find_standing(&app.store, &digest).await? else {
        return Ok(own_token(app, wallet, token).await.unwrap_or_default());
    };
    let now = app.clock.now();
    let (token, grant) = (found.token, found.grant);
    let alive = grant.resource_server == wallet.id
        && found.parties_enabled
        && grant.is_alive(now)
        && token.revoked_at.is_none()
        && now < token.expires_at;
    if !alive {
        return Ok(Introspection::default());
    }
    Ok(Introspection {
        active: true,
        authorization_details: Some(mint::details(&grant, now)),
        scope: Some(grant.agreement_url),
        sub: Some(grant.user.unwrap_or_else(|| grant.client.clone())),
        client_id: Some(grant.client),
        subject: Some(grant.subject),
        aud: Some(wallet.origin.as_str().to_owned()),
        iss: Some(app.settings.server.issuer.clone()),
        exp: Some(token.expires_at.as_second()),
        iat: Some(token.issued_at.as_second()),
        nbf: Some(token.issued_at.as_second()),
        jti: Some(token.jti),
        token_type: Some("Bearer"),
        grant_id: Some(grant.id),
        consented_at: grant.consented_at.map(jiff::Timestamp::as_second),
        auth_time: grant.authentication.map(|a| a.time.as_second()),
        agreement_digest: grant.agreement_digest,
        approval_digest: grant.approval_digest,
    })
}

async fn own_token(app: &App, wallet: &ResourceServer, token: &str) -> Option<Introspection> {
    let issuer = app.settings.server.issuer.as_str();
    let expected = Expected {
        typ: mint::TYP,
        issuer,
        audience: wallet.origin.as_str(),
    };
    let mut claims = app.ring().await.verify(token, &expected, app.clock.now())?;
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
    described.authorization_details = claims.remove("authorization_details");
    Some(described)
}
