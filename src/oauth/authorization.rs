//! `/authorize`: a client asks, through the payer's browser (RFC 6749 §4.1.1).
//!
//! Before the client and its redirect URI are verified an error is a page:
//! 1. `client_id`, once, of an enabled client — S10
//! 2. `redirect_uri`, once, registered — S11
//!
//! After that it is a redirect:
//! 3. no parameter twice — `invalid_request`
//! 4. no request object — `request_not_supported`, `request_uri_not_supported`
//! 5. the client may use codes — `unauthorized_client`
//! 6. `response_mode=query` — `invalid_request`; `response_type=code` — `unsupported_response_type`
//! 7. PKCE with S256 and a challenge of 43 characters — `invalid_request`
//! 8. `scope`, `authorization_details` and `resource` name one agreement or collection of an enabled wallet —
//!    `invalid_scope`, `invalid_authorization_details`, `invalid_target` (the list is in `details.rs`)
//! 9. `prompt`; with `none` — `login_required` or `consent_required`

use crate::app::{App, later};
use crate::keys::random;
use crate::model::{AuthorizationRequest, Client, GrantType, RequestStatus, Secret};
use crate::store::{self, StoreFault};

use super::Parameters;
use super::details;
use super::error::{AuthorizeError, ErrorCode, OAuthError, PageError, PageKind};
use super::redirection::RedirectTarget;

const STATE_LENGTH: usize = 4096;

/// A request that is kept, and the cookie that binds it to the browser that opened it.
#[derive(Debug)]
pub struct Begun {
    /// The request.
    pub request: AuthorizationRequest,
    /// The value of its cookie.
    pub cookie: Secret,
    /// How long the cookie is good, in seconds.
    pub max_age: i64,
}

/// Checks what a client asks, and keeps it for the payer; `signed_in` answers `prompt=none`.
#[tracing::instrument(target = "countersign::trace", name = "authorization", skip_all)]
pub async fn begin(
    app: &App,
    parameters: &Parameters,
    signed_in: bool,
) -> Result<Begun, AuthorizeError> {
    let (client, target) = verify_client(app, parameters).await?;
    let state = parameters
        .one("state")
        .filter(|state| state.len() <= STATE_LENGTH);
    match check(app, parameters, &client, &target, signed_in).await {
        Ok(request) => keep(app, request).await,
        Err(error) => {
            let redirection = target.with_error(&error, state, &app.settings.server.issuer);
            Err(AuthorizeError::Redirect(redirection, error))
        }
    }
}

async fn verify_client(
    app: &App,
    parameters: &Parameters,
) -> Result<(Client, RedirectTarget), PageError> {
    let unknown = || PageError::new(PageKind::UnknownApp);
    let id = parameters.one("client_id").ok_or_else(unknown)?;
    let client = store::client::find(&app.store, id)
        .await?
        .filter(Client::is_enabled)
        .ok_or_else(unknown)?;
    let target = parameters
        .one("redirect_uri")
        .and_then(|requested| RedirectTarget::verify(&client, requested))
        .ok_or_else(|| {
            PageError::new(PageKind::UnsafeLink).because(format!("client {}", client.id))
        })?;
    Ok((client, target))
}

async fn check(
    app: &App,
    parameters: &Parameters,
    client: &Client,
    target: &RedirectTarget,
    signed_in: bool,
) -> Result<AuthorizationRequest, OAuthError> {
    let invalid = |description| OAuthError::new(ErrorCode::InvalidRequest, description);
    // Its name is not logged: where the client mistook names and values, it is a secret.
    if parameters.repeated().is_some() {
        return Err(invalid("A parameter is there more than once"));
    }
    unsupported(parameters)?;
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "The client is not registered for the grant type authorization_code",
        ));
    }
    if parameters.one("response_type").is_none() {
        return Err(invalid("The parameter response_type is missing"));
    }
    if parameters
        .one("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return Err(invalid("The response_mode must be query"));
    }
    if parameters
        .one("state")
        .is_some_and(|state| state.len() > STATE_LENGTH)
    {
        return Err(invalid("The state is longer than 4096 bytes"));
    }
    let (checked, asked) = details::authorize(app, parameters, &client.id, target).await?;
    let resolved = asked.resolved;
    let prompt = prompt(parameters, signed_in)?;
    let now = app.clock.now();
    Ok(AuthorizationRequest {
        id: random::id("req_"),
        client: client.id.clone(),
        resource_server: resolved.wallet.id,
        grant_id: random::id("grt_"),
        browser_digest: None,
        request_uri_digest: None,
        redirect_uri: target.as_str().to_owned(),
        state: parameters.one("state").map(str::to_owned),
        scope: resolved.url.as_str().to_owned(),
        collection: resolved.collection,
        kind: resolved.kind,
        challenge: checked.challenge,
        details: asked.actions,
        dpop_jkt: None,
        prompt,
        ui_locales: parameters
            .one("ui_locales")
            .map(|list| list.chars().take(200).collect()),
        shown: None,
        earlier: None,
        account: None,
        changes: 0,
        extended: 0,
        created_at: now,
        expires_at: later(now, app.settings.authorization.request_lifetime),
        status: RequestStatus::Open,
    })
}

fn unsupported(parameters: &Parameters) -> Result<(), OAuthError> {
    if parameters.has("request") {
        return Err(OAuthError::new(
            ErrorCode::RequestNotSupported,
            "Request objects are not supported",
        ));
    }
    if parameters.has("request_uri") {
        return Err(OAuthError::new(
            ErrorCode::RequestUriNotSupported,
            "The parameter request_uri is not supported",
        ));
    }
    Ok(())
}

fn prompt(parameters: &Parameters, signed_in: bool) -> Result<Option<String>, OAuthError> {
    let Some(prompt) = parameters.one("prompt") else {
        return Ok(None);
    };
    let wishes: Vec<&str> = prompt.split(' ').collect();
    let known = ["none", "login", "consent", "select_account"];
    if wishes.iter().any(|wish| !known.contains(wish))
        || (wishes.contains(&"none") && wishes.len() > 1)
    {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "The prompt must be none, or of login, consent and select_account",
        ));
    }
    match (wishes.contains(&"none"), signed_in) {
        (false, _) => Ok(Some(prompt.to_owned())),
        (true, false) => Err(OAuthError::new(
            ErrorCode::LoginRequired,
            "The payer has to sign in",
        )),
        (true, true) => Err(OAuthError::new(
            ErrorCode::ConsentRequired,
            "The payer has to be asked",
        )),
    }
}

async fn keep(app: &App, mut request: AuthorizationRequest) -> Result<Begun, AuthorizeError> {
    hold_quota(app, &request.client).await?;
    let cookie = random::secret();
    request.browser_digest = Some(cookie.digest());
    store::authorization_request::insert(&app.store, &request).await?;
    Ok(Begun {
        request,
        cookie,
        max_age: app.settings.authorization.request_lifetime,
    })
}

/// Lets the oldest requests of `client` go that no payer has been shown, if there are too many. They are counted at each
/// sixteenth part of what is allowed; refusing new ones instead would let a flood in a client's name keep its payers out.
async fn hold_quota(app: &App, client: &str) -> Result<(), StoreFault> {
    let most = app.settings.limits.unseen_requests;
    if most == 0 || !app.throttle.is_nth(client, most / 16) {
        return Ok(());
    }
    let gone = store::authorization_request::forget_unseen(&app.store, client, most).await?;
    if gone > 0 {
        tracing::warn!(client, gone, "a client has too many open requests");
    }
    Ok(())
}
