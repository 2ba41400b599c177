//! Requests that their client has signed (RFC 9101), where they are pushed.
//!
//! 1. a client that must sign has signed — `invalid_request`
//! 2. all that does not depend on who signed it (`keys::RequestObject`) — `invalid_request_object`
//! 3. it is the request of the client that authenticates — `invalid_request_object`
//! 4. signed with a registered key — `invalid_request_object`
//! 5. no parameter has a NUL — `invalid_request_object`
//!
//! What stands beside it in the form is for authenticating alone: what was not signed is not read (RFC 9101 §5).

use crate::app::App;
use crate::keys::{RequestObject, RequestObjectFault, Terms};
use crate::model::Client;

use super::error::{ErrorCode, OAuthError};
use super::{Parameters, party_keys};

/// What `client` has signed; `None` if it has signed nothing, and need not.
pub(super) async fn signed(
    app: &App,
    client: &Client,
    form: &Parameters,
) -> Result<Option<Parameters>, OAuthError> {
    if !form.has("request") {
        if client.duties.require_signed_request_object {
            return Err(OAuthError::new(
                ErrorCode::InvalidRequest,
                "The requests of this client must be signed: send the parameter request",
            ));
        }
        return Ok(None);
    }
    let terms = Terms {
        issuer: &app.settings.server.issuer,
        now: app.clock.now(),
    };
    let object = RequestObject::read(form.one("request").unwrap_or_default(), &terms)
        .map_err(|fault: RequestObjectFault| refused(fault.as_str()))?;
    if object.client != client.id {
        return Err(refused(
            "iss and client_id in request must both be the client that authenticates",
        ));
    }
    let keys = client.keys.as_ref();
    if keys.is_none() {
        return Err(refused(
            "The client is not registered with keys, so that nothing it signs can be verified",
        ));
    }
    if !party_keys::has_signed(app, &client.id, keys, &object.jws).await? {
        return Err(refused(
            "request must be signed with a registered key of the client, and the algorithm that is registered",
        ));
    }
    // As in a form, where it cannot be read: `PostgreSQL` keeps no such text.
    if object
        .parameters
        .iter()
        .any(|(_, value)| value.contains('\0'))
    {
        return Err(refused("parameters in request must be without NUL"));
    }
    Ok(Some(Parameters::new(object.parameters)))
}

fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequestObject, description)
}
