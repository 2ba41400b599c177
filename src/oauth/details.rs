//! What a request is about: `scope`, `authorization_details` (RFC 9396) and `resource` (RFC 8707).
//!
//! A new request:
//! 1. `authorization_details`, if sent, is one detail of a known type with known actions — `invalid_authorization_details`
//! 2. `scope`, else the detail's location, is one agreement or collection of an enabled wallet — `invalid_scope`, or
//!    `invalid_authorization_details` where there is no `scope`
//! 3. the detail's location is that of `scope`, its type that of the URL, and `create` is for collections alone —
//!    `invalid_authorization_details`
//! 4. each `resource` is that agreement or collection, or its wallet's origin, with or without a final slash —
//!    `invalid_target`
//!
//! What was granted:
//! 5. `authorization_details`, if sent, says exactly what was granted: not less, either —
//!    `invalid_authorization_details`
//! 6. each `resource` is as above — `invalid_target`

use std::borrow::Cow;

use crate::app::App;
use crate::model::{
    AgreementType, AgreementUrl, AuthorizationDetails, DetailsFault, Grant, ResourceServer,
};

use super::Parameters;
use super::engine::authorization::{self, Checked};
use super::engine::client_credentials;
use super::error::{ErrorCode, OAuthError};
use super::redirection::RedirectTarget;
use super::scope::{self, Resolved};

const SCOPE: &str = "scope";

/// What a new request asks for.
pub(super) struct Asked {
    /// The agreement or collection, and its wallet.
    pub(super) resolved: Resolved,
    /// The actions that were named; none if there were no details, which asks for all.
    pub(super) actions: Option<Vec<String>>,
}

impl Asked {
    /// A refusal of what was asked for, with the code of the parameter that said it.
    pub(super) fn refuse(&self, description: &'static str) -> OAuthError {
        let code = match self.actions {
            Some(_) => ErrorCode::InvalidAuthorizationDetails,
            None => ErrorCode::InvalidScope,
        };
        OAuthError::new(code, description)
    }
}

/// Runs the engine for an authorization request, which must see a scope, and finds out what is asked for.
pub(super) async fn authorize(
    app: &App,
    parameters: &Parameters,
    client: &str,
    target: &RedirectTarget,
) -> Result<(Checked, Asked), OAuthError> {
    let wish = Wish::read(parameters)?;
    let checked = authorization::check(&wish.shown(parameters), client, target)?;
    let asked = wish.resolve(app, &checked.scope).await?;
    Ok((checked, asked))
}

/// The same for a client that acts on its own account.
pub(super) async fn own(app: &App, form: &Parameters, client: &str) -> Result<Asked, OAuthError> {
    let wish = Wish::read(form)?;
    let scope = client_credentials::check(&wish.shown(form), client)?;
    wish.resolve(app, &scope).await
}

/// What a request says of what it wants, or of what was granted.
pub(super) struct Wish {
    has_scope: bool,
    details: Option<AuthorizationDetails>,
    resources: Vec<String>,
}

impl Wish {
    /// Reads the parameters, as far as they can be judged by themselves.
    pub(super) fn read(parameters: &Parameters) -> Result<Self, OAuthError> {
        let details = parameters.one("authorization_details");
        let details = details.map(AuthorizationDetails::parse).transpose();
        Ok(Self {
            has_scope: parameters.one(SCOPE).is_some(),
            details: details.map_err(|fault| refuse(rule(fault)))?,
            resources: parameters.all("resource").map(str::to_owned).collect(),
        })
    }

    /// What the engine is shown: the location stands for a scope that was not sent.
    fn shown<'a>(&self, parameters: &'a Parameters) -> Cow<'a, Parameters> {
        match &self.details {
            Some(details) if !self.has_scope => {
                let others = parameters.pairs().filter(|(name, _)| *name != SCOPE);
                let pairs = others.chain([(SCOPE, details.location.as_str())]);
                let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
                Cow::Owned(Parameters::new(pairs.collect()))
            }
            _ => Cow::Borrowed(parameters),
        }
    }

    async fn resolve(self, app: &App, scope: &str) -> Result<Asked, OAuthError> {
        let resolved = scope::resolve(app, &app.store, scope).await;
        let resolved = resolved.map_err(|error| match error.code {
            ErrorCode::InvalidScope if !self.has_scope => {
                refuse("The location must be the URL of an agreement or a collection at a wallet that is registered here, in its one spelling")
                    .because(error)
            }
            _ => error,
        })?;
        if let Some(details) = &self.details {
            if !is_at(details, resolved.url.as_str(), &resolved.wallet) {
                return Err(refuse(
                    "The scope and the location are not the same agreement",
                ));
            }
            if details.kind != resolved.kind {
                return Err(refuse(
                    "The type is not that of the agreement at this location",
                ));
            }
            if details.is_creation() != resolved.collection {
                return Err(refuse(
                    "The action create is for the location of a collection, the others are for that of an agreement",
                ));
            }
        }
        self.check_resources(resolved.url.as_str(), &resolved.wallet)?;
        Ok(Asked {
            resolved,
            actions: self.details.map(|details| details.actions),
        })
    }

    /// Refuses what is not said of `grant`, whose wallet is `wallet` (RFC 9396 §6, RFC 8707 §2.2).
    pub(super) fn hold_against(
        &self,
        grant: &Grant,
        wallet: &ResourceServer,
    ) -> Result<(), OAuthError> {
        if let Some(details) = &self.details {
            let same = details.kind == grant.kind
                && details.actions == grant.actions
                && is_at(details, &grant.agreement_url, wallet);
            if !same {
                return Err(refuse(
                    "The authorization_details are not those that were granted",
                ));
            }
        }
        self.check_resources(&grant.agreement_url, wallet)
    }

    fn check_resources(&self, url: &str, wallet: &ResourceServer) -> Result<(), OAuthError> {
        let origin = wallet.origin.as_str();
        let is_known = |resource: &String| {
            resource == url || resource.strip_suffix('/').unwrap_or(resource) == origin
        };
        if self.resources.iter().all(is_known) {
            return Ok(());
        }
        Err(OAuthError::new(
            ErrorCode::InvalidTarget,
            "The resource must be the full URL of the agreement, or the origin of its wallet",
        ))
    }
}

fn is_at(details: &AuthorizationDetails, url: &str, wallet: &ResourceServer) -> bool {
    AgreementUrl::parse(&details.location, &wallet.origins())
        .is_ok_and(|location| location.as_str() == url)
}

/// The rule that is broken, for whoever mends it.
fn rule(fault: DetailsFault) -> &'static str {
    match fault {
        DetailsFault::TooLong => "The authorization_details must be at most 16 KiB",
        DetailsFault::Malformed => "The authorization_details must be JSON, with no member twice",
        DetailsFault::Object => "The authorization_details must be an array of exactly one object",
        DetailsFault::Members => {
            "The object in authorization_details must have exactly the members type, locations and actions"
        }
        DetailsFault::Type => {
            "The type in authorization_details must be open_payments_mandate, open_payments_invoice or open_payments_session"
        }
        DetailsFault::Locations => {
            "The locations in authorization_details must be an array of exactly one URL"
        }
        DetailsFault::Actions(AgreementType::Mandate) => {
            "The actions of an open_payments_mandate must be some of read, charge and cancel, none twice, or create alone"
        }
        DetailsFault::Actions(AgreementType::Invoice) => {
            "The actions of an open_payments_invoice must be some of read, pay and update, none twice, or create alone"
        }
        DetailsFault::Actions(AgreementType::Session) => {
            "The actions of an open_payments_session must be some of read, pay and update, none twice, or create alone"
        }
    }
}

fn refuse(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidAuthorizationDetails, description)
}
