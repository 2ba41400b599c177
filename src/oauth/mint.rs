//! Access tokens: signed JWTs (RFC 9068) whose digest is kept.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::app::{App, later};
use crate::keys::random;
use crate::model::{
    AccessToken, AgreementType, Confirmation, CurrentLimits, Grant, Origin, RefreshToken, Secret,
};
use crate::store::{self, Transaction};

use super::error::OAuthError;
use super::token::TokenResponse;

/// The media type of access tokens (RFC 9068 §2.1).
pub(super) const TYP: &str = "at+jwt";

/// The life of this server's own token, in seconds.
const OWN_TOKEN_LIFETIME: i64 = 60;

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    jti: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement_digest: Option<&'a str>,
    authorization_details: Details<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}

/// What an access token is minted for.
pub(super) struct Order<'a> {
    /// The grant.
    pub(super) grant: &'a Grant,
    /// The wallet's origin.
    pub(super) audience: &'a Origin,
    /// The key that whoever presents it must hold.
    pub(super) confirmation: Option<&'a Confirmation>,
    /// When.
    pub(super) now: Timestamp,
}

/// Mints an access token, and keeps its digest; the caller has seen to it that the keys in memory are fresh.
pub(super) async fn access_token(
    app: &App,
    tx: &Transaction,
    order: &Order<'_>,
) -> Result<TokenResponse, OAuthError> {
    let (row, response) = signed(app, order)?;
    store::access_token::insert(tx, &row).await?;
    Ok(response)
}

/// The same where nothing else is written.
pub(super) async fn access_token_alone(
    app: &App,
    order: &Order<'_>,
) -> Result<TokenResponse, OAuthError> {
    let (row, response) = signed(app, order)?;
    store::access_token::insert_alone(&app.store, row).await?;
    Ok(response)
}

fn signed(app: &App, order: &Order<'_>) -> Result<(AccessToken, TokenResponse), OAuthError> {
    let Order {
        grant,
        audience,
        confirmation,
        now,
    } = *order;
    let mut expires = later(now, app.settings.token.access_token_lifetime);
    if let Some(end) = grant.ends_at {
        expires = expires.min(end);
    }
    let jti = random::id("tok_");
    let approved_at = grant.consented_at.unwrap_or(grant.created_at);
    let limits = grant.limits.as_ref();
    let claims = Claims {
        iss: &app.settings.server.issuer,
        sub: grant.user.as_deref().unwrap_or(&grant.client),
        aud: audience.as_str(),
        client_id: &grant.client,
        scope: Some(&grant.agreement_url),
        jti: &jti,
        iat: now.as_second(),
        nbf: now.as_second(),
        exp: expires.as_second(),
        auth_time: grant.authentication.as_ref().map(|a| a.time.as_second()),
        subject: Some(&grant.subject),
        grant_id: Some(&grant.id),
        agreement_digest: grant.agreement_digest.as_deref(),
        authorization_details: Details::new(
            grant.kind,
            &grant.agreement_url,
            &grant.actions,
            limits.map(|limits| limits.at(now, approved_at)),
        ),
        cnf: confirmation,
    };
    let token = Secret::presented(app.known_ring().sign(TYP, &claims, now)?);
    let details = claims.authorization_details.to_json();
    let row = AccessToken {
        digest: token.digest(),
        jti,
        grant: grant.id.clone(),
        confirmation: confirmation.cloned(),
        issued_at: now,
        expires_at: expires,
        revoked_at: None,
    };
    let response = TokenResponse {
        access_token: token,
        expires_in: expires.as_second() - now.as_second(),
        refresh_token: None,
        scope: grant.agreement_url.clone(),
        authorization_details: details,
        confirmation: confirmation.cloned(),
    };
    Ok((row, response))
}

/// Makes a refresh token for the grant of `order`, after `parent`, bound to `held`, and keeps its digest.
pub(super) async fn refresh_token(
    app: &App,
    tx: &Transaction,
    &Order { grant, now, .. }: &Order<'_>,
    (parent, held): (Option<&RefreshToken>, Option<Confirmation>),
) -> Result<Secret, OAuthError> {
    let token = random::secret();
    let row = RefreshToken {
        digest: token.digest(),
        grant: grant.id.clone(),
        generation: parent.map_or(0, |parent| parent.generation + 1),
        parent: parent.map(|parent| parent.digest),
        confirmation: held,
        issued_at: now,
        expires_at: idle_limit(app, grant, now),
        used_at: None,
        voided_at: None,
    };
    store::refresh_token::insert(tx, &row).await?;
    Ok(token)
}

/// Until when a refresh token may stay unused: counted from the start of the agreement's next period.
pub(super) fn idle_limit(app: &App, grant: &Grant, now: Timestamp) -> Timestamp {
    let next = grant
        .schedule()
        .and_then(|schedule| schedule.next_start(now))
        .unwrap_or(now);
    let limit = later(next.max(now), app.settings.grant.refresh_idle);
    grant.ends_at.map_or(limit, |end| limit.min(end))
}

/// What a token allows, as authorization details (RFC 9396 §2).
#[derive(Serialize)]
pub(super) struct Details<'a>([Detail<'a>; 1]);

#[derive(Serialize)]
struct Detail<'a> {
    actions: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<CurrentLimits<'a>>,
    locations: [&'a str; 1],
    r#type: &'static str,
}

impl<'a> Details<'a> {
    pub(super) fn new(
        kind: AgreementType,
        url: &'a str,
        actions: &'a [String],
        limits: Option<CurrentLimits<'a>>,
    ) -> Self {
        // The limits are those of payments: beside actions that move none, they would be read as an allowance.
        let moves_money = kind.moves_money(actions);
        Self([Detail {
            actions,
            limits: limits.filter(|_| moves_money),
            locations: [url],
            r#type: kind.details_type(),
        }])
    }

    pub(super) fn to_json(&self) -> Option<Box<RawValue>> {
        serde_json::value::to_raw_value(self).ok()
    }
}

/// This server's own token, with which it reads an agreement at its wallet; it has no scope and is not kept.
pub(super) async fn own_token(
    app: &App,
    audience: &Origin,
    kind: AgreementType,
    url: &str,
) -> Result<Secret, OAuthError> {
    let now = app.clock.now();
    let issuer = app.settings.server.issuer.as_str();
    let actions = ["read".to_owned()];
    let claims = Claims {
        iss: issuer,
        sub: issuer,
        aud: audience.as_str(),
        client_id: issuer,
        scope: None,
        jti: &random::id("tok_"),
        iat: now.as_second(),
        nbf: now.as_second(),
        exp: later(now, OWN_TOKEN_LIFETIME).as_second(),
        auth_time: None,
        subject: None,
        grant_id: None,
        agreement_digest: None,
        authorization_details: Details::new(kind, url, &actions, None),
        cnf: None,
    };
    Ok(Secret::presented(app.ring().await.sign(TYP, &claims, now)?))
}
