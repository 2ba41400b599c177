//! Requests that are pushed before the payer's browser comes (RFC 9126).
//!
//! `/par`, after the client has authenticated:
//! 1. no parameter twice — `invalid_request` (checked by the door)
//! 2. no `request_uri` — `invalid_request`
//! 3. the request object is good, if there is one or must be one (`request_object`): it is what counts from here on
//! 4. `redirect_uri`, registered — `invalid_request`
//! 5. what `authorization` asks of every request; it may be bound by a proof, too (`possession`)
//! 6. no identifier in it was used before — the error of its credentials
//!
//! `/authorize` with the `request_uri`; whatever else is in the URL, what was pushed counts:
//! 7. `client_id`, once, of an enabled client — S10
//! 8. a request that this client has pushed, not yet swept — S10, for developers `invalid_request_uri`
//! 9. its redirect URI is still registered — S11
//! 10. not opened yet: in time — `invalid_request_uri`; not `prompt=none` — `login_required` or `consent_required`; it is this
//!     browser's then
//! 11. opened before: by this browser — S16; its page says what has become of it

use jiff::Timestamp;

use crate::app::{App, later};
use crate::keys::random;
use crate::model::{AuthorizationRequest, Client, Secret};
use crate::store::authorization_request::Way;
use crate::store::{self, StoreFault};

use super::authorization::{self, Arrival, Begun};
use super::error::{AuthorizeError, ErrorCode, OAuthError, PageError, PageKind};
use super::redirection::{RedirectTarget, target_of};
use super::{Caller, Parameters, possession, request_object};

/// What every `request_uri` of this server begins with (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A request that was pushed.
#[derive(Debug)]
pub struct Pushed {
    /// What stands for it at `/authorize`.
    pub request_uri: Secret,
    /// For how long it can be opened, in seconds.
    pub expires_in: i64,
}

/// Keeps what an authenticated client asks, until a browser comes with its `request_uri`.
#[tracing::instrument(target = "countersign::trace", name = "pushed request", skip_all)]
pub async fn push(app: &App, caller: &Caller, form: &Parameters) -> Result<Pushed, OAuthError> {
    let answer = answer(app, caller, form).await;
    caller.spending.settle(&app.store, answer).await
}

async fn answer(app: &App, caller: &Caller, form: &Parameters) -> Result<Pushed, OAuthError> {
    let lifetime = app.settings.authorization.pushed_lifetime;
    let mut request = check(app, &caller.client, form, lifetime).await?;
    possession::bind(&mut request, caller)?;
    authorization::hold_quota(app, &caller.client.id, Way::Pushed).await?;
    let request_uri = Secret::presented(format!("{PREFIX}{}", random::secret().expose()));
    request.request_uri_digest = Some(request_uri.digest());
    let tx = app.store.begin().await?;
    let spent = caller.spending.spend(&tx).await;
    match &spent {
        Err(error) if error.is_fault() => {}
        Err(_) => tx.commit().await?,
        Ok(()) => {
            store::authorization_request::insert(&tx, &request).await?;
            tx.commit().await?;
        }
    }
    spent.map(|()| Pushed {
        request_uri,
        expires_in: lifetime,
    })
}

async fn check(
    app: &App,
    client: &Client,
    form: &Parameters,
    lifetime: i64,
) -> Result<AuthorizationRequest, OAuthError> {
    let invalid = |description| OAuthError::new(ErrorCode::InvalidRequest, description);
    if form.has("request_uri") {
        return Err(invalid("A pushed request must not have a request_uri"));
    }
    let signed = request_object::signed(app, client, form).await?;
    let parameters = signed.as_ref().unwrap_or(form);
    let target = parameters
        .one("redirect_uri")
        .and_then(|requested| RedirectTarget::verify(client, requested))
        .ok_or_else(|| {
            invalid("The redirect_uri must be one of those that are registered, byte for byte")
        })?;
    authorization::check(app, parameters, client, &target, lifetime).await
}

/// The `request_uri` of a request that comes with one of ours.
pub(super) fn request_uri(parameters: &Parameters) -> Option<Secret> {
    let named = parameters.one("request_uri")?;
    named.starts_with(PREFIX).then(|| Secret::presented(named))
}

/// Opens a pushed request in a browser: the first one that comes may decide it.
pub(super) async fn open(
    app: &App,
    parameters: &Parameters,
    request_uri: &Secret,
    arrival: &Arrival<'_>,
) -> Result<Begun, AuthorizeError> {
    let client = authorization::find_client(app, parameters).await?;
    let request = find(app, &client, request_uri).await?;
    let target = target_of(&client, &request).ok_or_else(|| {
        PageError::new(PageKind::UnsafeLink).because(format!("client {}", client.id))
    })?;
    if request.browser_digest.is_some() {
        return Ok(reopen(app, request, arrival)?);
    }
    let now = app.clock.now();
    if let Err(error) = check_unopened(&request, arrival, now) {
        let state = request.state.as_deref();
        return Err(authorization::refuse(app, &target, state, error));
    }
    match bind(app, request, now).await? {
        Some(begun) => Ok(begun),
        // Another browser was quicker, or this one in another tab.
        None => Ok(reopen(
            app,
            find(app, &client, request_uri).await?,
            arrival,
        )?),
    }
}

async fn find(
    app: &App,
    client: &Client,
    request_uri: &Secret,
) -> Result<AuthorizationRequest, PageError> {
    store::authorization_request::find_pushed(&app.store, &request_uri.digest())
        .await?
        .filter(|request| request.client == client.id)
        .ok_or_else(|| PageError::new(PageKind::UnknownRequest))
}

fn check_unopened(
    request: &AuthorizationRequest,
    arrival: &Arrival<'_>,
    now: Timestamp,
) -> Result<(), OAuthError> {
    if request.expires_at <= now {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequestUri,
            "The request_uri was not opened in time, push the request again",
        ));
    }
    authorization::check_silence(request, arrival)
}

/// Binds a request to the browser that is here; `None` if it has been opened meanwhile.
async fn bind(
    app: &App,
    mut request: AuthorizationRequest,
    now: Timestamp,
) -> Result<Option<Begun>, StoreFault> {
    let max_age = app.settings.authorization.request_lifetime;
    let cookie = random::secret();
    request.browser_digest = Some(cookie.digest());
    // From now on it counts as one that has come through the browser: `prompt=login` wants a sign-in after this.
    request.created_at = now;
    request.expires_at = later(now, max_age);
    let bound = store::authorization_request::bind(&app.store, &request).await?;
    Ok(bound.then_some(Begun {
        request,
        cookie: Some(cookie),
        max_age,
    }))
}

/// A request that was opened before, for the browser that has its cookie.
fn reopen(
    app: &App,
    request: AuthorizationRequest,
    arrival: &Arrival<'_>,
) -> Result<Begun, PageError> {
    let cookie = (arrival.cookie)(&request.id).map(|cookie| cookie.digest());
    if cookie.is_none() || cookie != request.browser_digest {
        return Err(PageError::new(PageKind::Elsewhere));
    }
    Ok(Begun {
        request,
        cookie: None,
        max_age: app.settings.authorization.request_lifetime,
    })
}
