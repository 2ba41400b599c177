//! `/authorize`: a client asks, through the payer's browser (RFC 6749 §4.1.1). What was pushed before is opened by `pushed`.
//!
//! Before the client and its redirect URI are verified an error is a page:
//! 1. `client_id`, once, of an enabled client — S10
//! 2. `redirect_uri`, once, registered — S11
//!
//! After that it is a redirect:
//! 3. no parameter twice — `invalid_request`
//! 4. no request object — `request_not_supported`, `request_uri_not_supported`
//! 5. it need not have been pushed, nor signed — `invalid_request`
//!
//! What follows holds for pushed requests too, whose errors are JSON:
//! 6. the client may use codes — `unauthorized_client`
//! 7. `response_mode=query` — `invalid_request`; `response_type=code` — `unsupported_response_type`
//! 8. PKCE with S256 and a challenge of 43 characters — `invalid_request`
//! 9. `scope`, `authorization_details` and `resource` name one agreement or collection of an enabled wallet —
//!    `invalid_scope`, `invalid_authorization_details`, `invalid_target` (the list is in `details.rs`)
//! 10. `prompt` has known words — `invalid_request`
//! 11. `dpop_jkt` is a thumbprint, and a public client that asks for a mandate sends one (RFC 9449 §10) — `invalid_request`
//!
//! And when the payer's browser is here:
//! 12. not `prompt=none` — `login_required` or `consent_required`

use crate::app::{App, later};
use crate::keys::random;
use crate::model::{AuthorizationRequest, Client, GrantType, RequestStatus, Secret};
use crate::store::authorization_request::Way;
use crate::store::{self, StoreFault};

use super::Parameters;
use super::details;
use super::error::{AuthorizeError, ErrorCode, OAuthError, PageError, PageKind};
use super::redirection::RedirectTarget;
use super::{possession, profile, pushed};

const STATE_LENGTH: usize = 4096;

/// The browser that a client sent here.
pub struct Arrival<'a> {
    /// Whether somebody is signed in there.
    pub signed_in: bool,
    /// Its cookie of a request, by the request's id.
    pub cookie: &'a dyn Fn(&str) -> Option<Secret>,
}

/// A request that is kept, and the cookie that binds it to the browser that opened it.
#[derive(Debug)]
pub struct Begun {
    /// The request.
    pub request: AuthorizationRequest,
    /// The value of its cookie; none if the browser has it already.
    pub cookie: Option<Secret>,
    /// How long the cookie is good, in seconds.
    pub max_age: i64,
}

/// Checks what a client asks, and keeps it for the payer, or opens what the client has pushed.
#[tracing::instrument(target = "countersign::trace", name = "authorization", skip_all)]
pub async fn begin(
    app: &App,
    parameters: &Parameters,
    arrival: &Arrival<'_>,
) -> Result<Begun, AuthorizeError> {
    if let Some(request_uri) = pushed::request_uri(parameters) {
        return pushed::open(app, parameters, &request_uri, arrival).await;
    }
    let (client, target) = verify_client(app, parameters).await?;
    match check_direct(app, parameters, &client, &target, arrival).await {
        Ok(request) => keep(app, request).await,
        Err(error) => Err(refuse(app, &target, state(parameters), error)),
    }
}

/// The answer to a client whose redirect URI is verified.
pub(super) fn refuse(
    app: &App,
    target: &RedirectTarget,
    state: Option<&str>,
    error: OAuthError,
) -> AuthorizeError {
    let redirection = target.with_error(&error, state, &app.settings.server.issuer);
    AuthorizeError::Redirect(redirection, error)
}

/// The client's `state`, if it is short enough to be sent back.
fn state(parameters: &Parameters) -> Option<&str> {
    parameters
        .one("state")
        .filter(|state| state.len() <= STATE_LENGTH)
}

async fn verify_client(
    app: &App,
    parameters: &Parameters,
) -> Result<(Client, RedirectTarget), PageError> {
    let client = find_client(app, parameters).await?;
    let target = parameters
        .one("redirect_uri")
        .and_then(|requested| RedirectTarget::verify(&client, requested))
        .ok_or_else(|| {
            PageError::new(PageKind::UnsafeLink).because(format!("client {}", client.id))
        })?;
    Ok((client, target))
}

/// The enabled client that `client_id` names.
pub(super) async fn find_client(app: &App, parameters: &Parameters) -> Result<Client, PageError> {
    let unknown = || PageError::new(PageKind::UnknownApp);
    let id = parameters.one("client_id").ok_or_else(unknown)?;
    store::client::find(&app.store, id)
        .await?
        .filter(Client::is_enabled)
        .ok_or_else(unknown)
}

/// Checks what came through the browser, to which it is bound then.
async fn check_direct(
    app: &App,
    parameters: &Parameters,
    client: &Client,
    target: &RedirectTarget,
    arrival: &Arrival<'_>,
) -> Result<AuthorizationRequest, OAuthError> {
    // Its name is not logged: where the client mistook names and values, it is a secret.
    if parameters.repeated().is_some() {
        return Err(invalid("A parameter is there more than once"));
    }
    no_request_object(parameters)?;
    need_not_be_pushed(app, client)?;
    let lifetime = app.settings.authorization.request_lifetime;
    let request = check(app, parameters, client, target, lifetime).await?;
    possession::check_bound(&request, client)?;
    check_silence(&request, arrival)?;
    Ok(request)
}

/// What is asked, however it came; it can be opened or decided for `lifetime` seconds.
pub(super) async fn check(
    app: &App,
    parameters: &Parameters,
    client: &Client,
    target: &RedirectTarget,
    lifetime: i64,
) -> Result<AuthorizationRequest, OAuthError> {
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
    let prompt = prompt(parameters)?;
    let dpop_jkt = possession::thumbprint(parameters)?;
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
        dpop_jkt,
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
        expires_at: later(now, lifetime),
        status: RequestStatus::Open,
    })
}

fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest, description)
}

fn no_request_object(parameters: &Parameters) -> Result<(), OAuthError> {
    if parameters.has("request") {
        return Err(OAuthError::new(
            ErrorCode::RequestNotSupported,
            "Request objects are not supported here, push them to the pushed_authorization_request_endpoint",
        ));
    }
    if parameters.has("request_uri") {
        return Err(OAuthError::new(
            ErrorCode::RequestUriNotSupported,
            "The request_uri must be one that the pushed_authorization_request_endpoint gave",
        ));
    }
    Ok(())
}

/// RFC 9126 §5 and §6, RFC 9101 §10.5: what is signed is signed where it is pushed.
fn need_not_be_pushed(app: &App, client: &Client) -> Result<(), OAuthError> {
    if client.duties.require_signed_request_object {
        return Err(invalid(
            "The requests of this client must be signed, and pushed to the pushed_authorization_request_endpoint",
        ));
    }
    if profile::must_push(&app.settings, client) {
        return Err(invalid(
            "The request must be pushed to the pushed_authorization_request_endpoint first",
        ));
    }
    Ok(())
}

fn prompt(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    let Some(prompt) = parameters.one("prompt") else {
        return Ok(None);
    };
    let wishes: Vec<&str> = prompt.split(' ').collect();
    let known = ["none", "login", "consent", "select_account"];
    if wishes.iter().any(|wish| !known.contains(wish))
        || (wishes.contains(&"none") && wishes.len() > 1)
    {
        return Err(invalid(
            "The prompt must be none, or of login, consent and select_account",
        ));
    }
    Ok(Some(prompt.to_owned()))
}

/// A payer is always asked, so that `prompt=none` ends here.
pub(super) fn check_silence(
    request: &AuthorizationRequest,
    arrival: &Arrival<'_>,
) -> Result<(), OAuthError> {
    match (request.prompt.as_deref(), arrival.signed_in) {
        (Some("none"), false) => Err(OAuthError::new(
            ErrorCode::LoginRequired,
            "The payer has to sign in",
        )),
        (Some("none"), true) => Err(OAuthError::new(
            ErrorCode::ConsentRequired,
            "The payer has to be asked",
        )),
        _ => Ok(()),
    }
}

async fn keep(app: &App, mut request: AuthorizationRequest) -> Result<Begun, AuthorizeError> {
    hold_quota(app, &request.client, Way::Browser).await?;
    let cookie = random::secret();
    request.browser_digest = Some(cookie.digest());
    store::authorization_request::insert(&app.store, &request).await?;
    Ok(Begun {
        request,
        cookie: Some(cookie),
        max_age: app.settings.authorization.request_lifetime,
    })
}

/// Lets the oldest requests of `client` go that came the same `way` and that no payer has been shown, if there are too many.
/// They are counted at each sixteenth part of what is allowed; refusing new ones instead would let a flood in a client's name
/// keep its payers out.
pub(super) async fn hold_quota(app: &App, client: &str, way: Way) -> Result<(), StoreFault> {
    let most = app.settings.limits.unseen_requests;
    let counted = format!("{way:?} {client}");
    if most == 0 || !app.throttle.is_nth(&counted, most / 16) {
        return Ok(());
    }
    let gone = store::authorization_request::forget_unseen(&app.store, client, way, most).await?;
    if gone > 0 {
        tracing::warn!(client, ?way, gone, "a client has too many open requests");
    }
    Ok(())
}
