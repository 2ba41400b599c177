use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpMessage as _, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::address::address;
use super::form::{FormFault, Posted, decode};
use crate::app::{App, Claim, Standing, is_in_network};
use crate::model::{Network, Secret};
use crate::oauth::error::{ErrorCode, OAuthError};
use crate::oauth::metadata::paths;
use crate::oauth::{
    AskingWallet, Brought, Caller, Credentials, Parameters, authenticate_client,
    authenticate_resource_server,
};
use crate::web::respond::{DpopNonce, OAuthFailure};

/// A client that has proven who it is, with the form that it sent.
pub struct AuthenticatedClient {
    /// Who asks.
    pub caller: Caller,
    /// What is asked.
    pub form: Parameters,
}

/// A resource server that has proven who it is, with the form that it sent.
pub struct AuthenticatedResourceServer {
    /// Who asks.
    pub server: AskingWallet,
    /// What is asked.
    pub form: Parameters,
}

impl AuthenticatedClient {
    /// Authenticates the client of a form post to `endpoint` (RFC 6749 §2.3).
    pub async fn prove(
        app: &App,
        request: &HttpRequest,
        posted: Posted,
        endpoint: &'static str,
    ) -> Result<Self, OAuthFailure> {
        let takes_proofs = [paths::TOKEN, paths::PAR].contains(&endpoint);
        let proofs = takes_proofs.then(|| dpop(app, request));
        let mut entered = Entered::by(app, request, posted, "client")?;
        entered.brought.dpop = proofs.map(|proofs| (proofs, endpoint));
        let caller = authenticate_client(app, &entered.credentials, &entered.brought).await;
        // A public client has proven nothing, whatever certificate came along.
        let proves = |caller: &Caller| !caller.client.is_public();
        Ok(Self {
            caller: entered.judge(app, caller, proves)?,
            form: entered.form,
        })
    }
}

impl AuthenticatedResourceServer {
    /// Authenticates the resource server of a form post (RFC 7662 §2.1).
    pub async fn prove(
        app: &App,
        request: &HttpRequest,
        posted: Posted,
    ) -> Result<Self, OAuthFailure> {
        let entered = Entered::by(app, request, posted, "resource server")?;
        let server =
            authenticate_resource_server(app, &entered.credentials, entered.form.one("token"))
                .await;
        Ok(Self {
            server: entered.judge(app, server, |_| true)?,
            form: entered.form,
        })
    }
}

/// A form post that was let in, unproven.
struct Entered {
    brought: Brought,
    credentials: Credentials,
    form: Parameters,
    network: Option<Network>,
    claim: Option<Claim>,
    standing: Standing,
}

impl Entered {
    /// Lets a post in if there is room, whether it can be read or not.
    fn by(
        app: &App,
        request: &HttpRequest,
        posted: Posted,
        kind: &str,
    ) -> Result<Self, OAuthFailure> {
        let network = address(app, request).map(Network::of);
        let read = read(app, request, posted);
        let claim = read
            .as_ref()
            .ok()
            .and_then(|(_, credentials, _)| credentials.claim(kind, network));
        let standing = app.throttle.admit(network, claim.as_ref())?;
        let (brought, credentials, form) = read?;
        Ok(Self {
            brought,
            credentials,
            form,
            network,
            claim,
            standing,
        })
    }

    /// Remembers what came of the credentials.
    fn judge<T>(
        &self,
        app: &App,
        proof: Result<T, OAuthError>,
        proves: impl Fn(&T) -> bool,
    ) -> Result<T, OAuthFailure> {
        let Some(claim) = &self.claim else {
            return Ok(proof?);
        };
        match (&proof, self.standing) {
            (Ok(party), Standing::Stranger) if proves(party) => app.throttle.proven(claim),
            (Err(error), Standing::Known) if error.code == ErrorCode::InvalidClient => {
                app.throttle.disproven(claim);
            }
            (proof, Standing::Likely(loan)) if is_verified(proof) => {
                app.throttle.verified(self.network, claim, loan)?;
            }
            _ => {}
        }
        Ok(proof?)
    }
}

/// Whether an assertion was verified: proofs of possession are looked at after it.
fn is_verified<T>(proof: &Result<T, OAuthError>) -> bool {
    let of_the_proof = |error: &OAuthError| {
        let code = error.code;
        matches!(code, ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce)
    };
    proof.as_ref().err().is_none_or(of_the_proof)
}

type Read = (Brought, Credentials, Parameters);

fn read(app: &App, request: &HttpRequest, posted: Posted) -> Result<Read, OAuthFailure> {
    let form = posted.0.map_err(
        |FormFault {
             status,
             description,
         }| OAuthFailure {
            status: Some(status),
            ..OAuthError::new(ErrorCode::InvalidRequest, description).into()
        },
    )?;
    if form.repeated().is_some() {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "A parameter is there more than once",
        )
        .into());
    }
    if !request.query_string().is_empty() {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "Parameters belong in the body, not in the URL",
        )
        .into());
    }
    let brought = Brought {
        basic: basic(request)?,
        certificate: certificate(app, request)?,
        dpop: None,
    };
    let credentials = Credentials::choose(app, &brought, &form)?;
    Ok((brought, credentials, form))
}

/// The certificate of a connection to a proxy of ours; what anybody else says of certificates is not looked at (RFC 9440 §4).
fn certificate(app: &App, request: &HttpRequest) -> Result<Option<String>, OAuthError> {
    let proxies = &app.settings.certificates.proxies;
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let is_ours = |ip| proxies.iter().any(|network| is_in_network(ip, network));
    if !peer.is_some_and(is_ours) {
        return Ok(None);
    }
    let mut fields = request.headers().get_all("Client-Cert");
    let (first, second) = (fields.next(), fields.next());
    if second.is_some() {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "The Client-Cert header is there more than once",
        ));
    }
    Ok(first.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()))
}

/// The proofs of a request; where nonces are asked for, its answer will hand out one.
fn dpop(app: &App, request: &HttpRequest) -> Vec<String> {
    let fields = request.headers().get_all("DPoP");
    let fields: Vec<String> = fields
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    if let Some(nonce) = app.dpop_nonce()
        && !fields.is_empty()
    {
        request.extensions_mut().insert(DpopNonce(nonce));
    }
    fields
}

/// Reads HTTP Basic; identifier and secret are form-urlencoded in it (RFC 6749 §2.3.1).
fn basic(request: &HttpRequest) -> Result<Option<(String, Secret)>, OAuthError> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "The Authorization header is there more than once",
        ));
    }
    let wrong = || {
        OAuthError::new(
            ErrorCode::InvalidClient,
            "The Authorization header must be Basic, with client_id and client_secret form-urlencoded",
        )
    };
    let (scheme, encoded) = header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(wrong)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(wrong());
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| wrong())?;
    let decoded = String::from_utf8(decoded).map_err(|_| wrong())?;
    let (id, secret) = decoded.split_once(':').ok_or_else(wrong)?;
    let (id, secret) = (
        decode(id).map_err(|_| wrong())?,
        decode(secret).map_err(|_| wrong())?,
    );
    Ok(Some((id, Secret::presented(secret))))
}
