use crate::app::{App, Claim};
use crate::keys::{AssertionFault, ClientAssertion, ClientCertificate, Terms};
use crate::model::{AuthMethod, Network, Secret};

use super::Parameters;
use super::error::{ErrorCode, OAuthError};

/// The one type of assertion that proves who a client is (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What comes with a request beside its form.
#[derive(Debug, Default)]
pub struct Brought {
    /// HTTP Basic, read (RFC 6749 §2.3.1).
    pub basic: Option<(String, Secret)>,
    /// The `Client-Cert` field that a proxy of ours has written (RFC 9440 §2.2).
    pub certificate: Option<String>,
    /// The `DPoP` fields, and the path of the endpoint at which they count (RFC 9449 §4.1).
    pub dpop: Option<(Vec<String>, &'static str)>,
}

/// What was presented to prove who asks; nothing of it has been looked up.
#[derive(Debug)]
pub struct Credentials {
    /// The identifier.
    pub id: String,
    /// What is to prove it.
    pub(super) proof: Proof,
    /// The certificate of the connection, whatever it is for.
    pub(super) certificate: Option<ClientCertificate>,
}

/// How somebody says that they prove who they are.
#[derive(Debug)]
pub(super) enum Proof {
    /// Not by what is in the request: a public client, or one whose certificate says it.
    Nothing,
    /// A secret, and how it came.
    Secret(Secret, AuthMethod),
    /// An assertion.
    Assertion(Box<ClientAssertion>),
}

impl Credentials {
    /// Chooses between what came in the `Authorization` header and what is in the form (RFC 6749 §2.3).
    pub fn choose(app: &App, brought: &Brought, form: &Parameters) -> Result<Self, OAuthError> {
        let certificate = brought.certificate.as_deref().map(certificate);
        let asserted = form.has("client_assertion") || form.has("client_assertion_type");
        let ways = [brought.basic.is_some(), form.has("client_secret"), asserted];
        if ways.into_iter().filter(|way| *way).count() > 1 {
            return Err(OAuthError::new(
                ErrorCode::InvalidRequest,
                "The client must authenticate in one way only",
            ));
        }
        let named = form.one("client_id");
        let (id, proof) = if asserted {
            let assertion = assertion(app, form)?;
            (
                assertion.client.clone(),
                Proof::Assertion(Box::new(assertion)),
            )
        } else if let Some((id, secret)) = &brought.basic {
            let proof = Proof::Secret(secret.clone(), AuthMethod::ClientSecretBasic);
            (id.clone(), proof)
        } else {
            let id = named.ok_or_else(|| refused("The client must authenticate"))?;
            let proof = match (form.has("client_secret"), form.one("client_secret")) {
                (false, _) => Proof::Nothing,
                (true, secret) => Proof::Secret(
                    Secret::presented(secret.unwrap_or_default()),
                    AuthMethod::ClientSecretPost,
                ),
            };
            (id.to_owned(), proof)
        };
        if named.is_some_and(|named| named != id) {
            return Err(OAuthError::new(
                ErrorCode::InvalidRequest,
                "The client_id is not the one that authenticates",
            ));
        }
        Ok(Self {
            id,
            proof,
            certificate: certificate.transpose()?,
        })
    }

    /// What is known of this proof, at a door for parties of `kind`, if it was good before; it comes from `network`.
    #[must_use]
    pub fn claim(&self, kind: &str, network: Option<Network>) -> Option<Claim> {
        match (&self.proof, &self.certificate) {
            (Proof::Secret(secret, _), _) => Some(Claim::new(kind, &self.id, secret)),
            (Proof::Assertion(assertion), _) => {
                let key = assertion.jws.kid();
                Some(Claim::signed(kind, &self.id, network, key))
            }
            (Proof::Nothing, Some(certificate)) => {
                let mark = Secret::presented(certificate.thumbprint());
                Some(Claim::new(kind, &self.id, &mark))
            }
            // A public client proves nothing, so that its name lets nobody in.
            (Proof::Nothing, None) => None,
        }
    }
}

fn assertion(app: &App, form: &Parameters) -> Result<ClientAssertion, OAuthError> {
    if form.one("client_assertion_type") != Some(JWT_BEARER) {
        return Err(unreadable(
            "The client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ));
    }
    let text = form
        .one("client_assertion")
        .ok_or_else(|| unreadable("The client_assertion is missing"))?;
    let terms = Terms {
        issuer: &app.settings.server.issuer,
        now: app.clock.now(),
    };
    ClientAssertion::read(text, &terms).map_err(|fault: AssertionFault| unreadable(fault.as_str()))
}

fn certificate(field: &str) -> Result<ClientCertificate, OAuthError> {
    ClientCertificate::from_field(field.as_bytes()).map_err(|fault| {
        OAuthError::new(
            ErrorCode::InvalidRequest,
            "The Client-Cert field of the proxy is no certificate as RFC 9440 writes it",
        )
        .because(fault)
    })
}

fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, description)
}

fn unreadable(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidAssertion, description)
}
