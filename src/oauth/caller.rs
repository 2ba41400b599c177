//! Who asks, which keys they have shown, and what their request uses up.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::{Client, Confirmation, Grant, Unspent};
use crate::store::{self, Rows, Store};

use super::error::{ErrorCode, OAuthError};

/// How long past its last good second an identifier is kept, in seconds: the clocks of servers differ.
pub(super) const SLACK: i64 = 60;

/// A client that has proven who it is.
#[derive(Debug)]
pub struct Caller {
    /// The client, as it is registered now.
    pub client: Client,
    /// The keys that it has shown.
    pub(super) held: Held,
    /// Whether all tokens are bound (FAPI 2.0 Security Profile §5.3.2.1).
    pub(super) bound: bool,
    /// What its request uses up.
    pub(super) spending: Spending,
}

/// The keys that came with a request, each with a proof that whoever sent it has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// The thumbprint of the key of a DPoP proof (RFC 9449 §6.1).
    pub(super) key: Option<String>,
    /// The thumbprint of the certificate of the connection (RFC 8705 §3.1).
    pub(super) certificate: Option<String>,
}

/// What is bound to a key, and presented with a proof by it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    /// A code, by `dpop_jkt` or a pushed proof (RFC 9449 §10).
    Code,
    /// The refresh token of a public client (RFC 9449 §5).
    RefreshToken,
}

impl Caller {
    /// What a new access token is bound to; a proof goes before a certificate, and takes the place of none that must be shown:
    /// anybody can make a proof, with a key of their own.
    pub(super) fn confirmation(&self) -> Result<Option<Confirmation>, OAuthError> {
        let duties = self.client.duties;
        let by_certificate = duties.tls_client_certificate_bound_access_tokens;
        if by_certificate && self.held.certificate.is_none() {
            return Err(OAuthError::new(
                ErrorCode::InvalidRequest,
                "The tokens of this client are bound to a certificate: use it, at the endpoint in mtls_endpoint_aliases if the metadata has one",
            ));
        }
        if let Some(key) = &self.held.key {
            return Ok(Some(Confirmation::Key(key.clone())));
        }
        if duties.dpop_bound_access_tokens {
            return Err(OAuthError::new(
                ErrorCode::InvalidDpopProof,
                "The tokens of this client are bound to a key: send a DPoP proof",
            ));
        }
        if !by_certificate && !self.bound {
            return Ok(None);
        }
        match self.held.certificate.clone() {
            Some(certificate) => Ok(Some(Confirmation::Certificate(certificate))),
            None => Err(OAuthError::new(
                ErrorCode::InvalidDpopProof,
                "All tokens are bound to a key here: send a DPoP proof",
            )),
        }
    }

    /// Whether it may have a token for `grant`: that for a mandate of a public client is always bound, also where the code or
    /// refresh token is older than this rule.
    pub(super) fn holds_any_for(&self, grant: &Grant) -> Result<(), OAuthError> {
        let must = self.client.must_hold_a_key(grant.kind, grant.collection);
        if must && self.held.key.is_none() {
            return Err(OAuthError::new(
                ErrorCode::InvalidDpopProof,
                "A public client takes payments with tokens that are bound to a key only: send a DPoP proof",
            ));
        }
        Ok(())
    }

    /// What its refresh tokens are bound to: the key of a public client, who has nothing else to prove itself with.
    pub(super) fn holds_refresh_tokens(&self) -> Option<Confirmation> {
        let key = self.held.key.clone().filter(|_| self.client.is_public());
        key.map(Confirmation::Key)
    }

    /// Whether the key of the proof is that of the thumbprint `wanted`, to which `bound` is bound (RFC 9449 §5, §10).
    pub(super) fn holds(&self, wanted: &str, bound: Bound) -> Result<(), OAuthError> {
        let held = self.held.key.as_deref();
        if held == Some(wanted) {
            return Ok(());
        }
        let description = match (bound, held) {
            (Bound::Code, Some(_)) => {
                "The DPoP proof is by another key than the one that the code is bound to, the code is spent"
            }
            (Bound::Code, None) => {
                "There is no DPoP proof by the key that the code is bound to, the code is spent"
            }
            (Bound::RefreshToken, Some(_)) => {
                "The DPoP proof is by another key than the one that the refresh token is bound to"
            }
            (Bound::RefreshToken, None) => {
                "The refresh token is bound to a key: send a DPoP proof by it"
            }
        };
        Err(OAuthError::new(ErrorCode::InvalidDpopProof, description))
    }
}

/// Identifiers of assertions and proofs, each of which counts once.
#[derive(Debug, Default)]
pub struct Spending {
    unspent: Vec<(Unspent, OAuthError)>,
    done: AtomicBool,
}

impl Spending {
    /// Adds an identifier, and what is answered if it was used before.
    pub(super) fn add(&mut self, unspent: Unspent, replayed: OAuthError) {
        self.unspent.push((unspent, replayed));
    }

    /// Whether nothing has to be used up.
    pub(super) fn is_empty(&self) -> bool {
        self.unspent.is_empty()
    }

    /// Uses everything up, as part of whatever `rows` are part of; fails if something was used before.
    pub(super) async fn spend(&self, rows: &impl Rows) -> Result<(), OAuthError> {
        self.done.store(true, Ordering::Relaxed);
        let mut first = None;
        for (unspent, replayed) in &self.unspent {
            if !store::replay::spend(rows, unspent).await? {
                first = first.or(Some(replayed));
            }
        }
        match first {
            None => Ok(()),
            Some(replayed) => Err(OAuthError::new(replayed.code, replayed.description)
                .because(format!("{}: used before", self.scopes()))),
        }
    }

    /// The same by itself.
    pub(super) async fn spend_alone(&self, store: &Store) -> Result<(), OAuthError> {
        if self.is_empty() {
            return Ok(());
        }
        let tx = store.begin().await?;
        let spent = self.spend(&tx).await;
        if spent.as_ref().is_err_and(OAuthError::is_fault) {
            return spent;
        }
        tx.commit().await?;
        spent
    }

    /// Uses up what a refusal has left, so that its request counts once too; a fault uses up nothing, and the same request can
    /// come again.
    pub(super) async fn settle<T>(
        &self,
        store: &Store,
        answer: Result<T, OAuthError>,
    ) -> Result<T, OAuthError> {
        match answer {
            Err(error) if !error.is_fault() && !self.done.load(Ordering::Relaxed) => {
                self.spend_alone(store).await?;
                Err(error)
            }
            answer => answer,
        }
    }

    fn scopes(&self) -> String {
        let scopes: Vec<&str> = self
            .unspent
            .iter()
            .map(|(unspent, _)| unspent.scope.as_str())
            .collect();
        scopes.join(", ")
    }
}
