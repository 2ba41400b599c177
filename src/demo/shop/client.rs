use std::sync::PoisonError;

use super::super::Credentials;
use super::super::call::Call;
use super::super::key::{Proving, ShopKeys};
use super::super::outgoing::{Fault, Reply};
use super::Shop;
use super::journal::Journal;

/// Something that the shop asks of the authorization server as its client.
pub struct Errand<'a> {
    /// What it is for.
    pub what: &'a str,
    /// Where it goes.
    pub endpoint: &'a str,
    /// The authorization server.
    pub issuer: &'a str,
    /// The form, without who sends it.
    pub fields: &'a [(&'a str, &'a str)],
    /// Whether the answer is bound to a key, for a shop that has one.
    pub binds: bool,
}

impl Shop {
    /// Sends a form as the client that the shop is: with its secret, or with an assertion and a proof.
    pub(super) async fn ask(
        &self,
        journal: &mut Journal,
        errand: &Errand<'_>,
    ) -> Result<Reply, Fault> {
        let form = Call::form(errand.endpoint, errand.fields);
        let keys = match &self.credentials {
            Credentials::Secret(secret) => {
                let call = form.basic(&self.client_id, secret);
                return self.send(journal, errand.what, &call).await;
            }
            Credentials::Keys(keys) => keys,
        };
        let call = self.signed(keys, errand, form.clone())?;
        let reply = self.send(journal, errand.what, &call).await?;
        self.remember(&reply);
        if reply.body["error"] != "use_dpop_nonce" || reply.nonce.is_none() {
            return Ok(reply);
        }
        let what = "The same with a new assertion, and a new proof that has the nonce which came back: it cannot have been made \
            in advance (RFC 9449 §8).";
        let call = self.signed(keys, errand, form)?;
        let reply = self.send(journal, what, &call).await?;
        self.remember(&reply);
        Ok(reply)
    }

    /// Adds what only the holder of the keys can add; each is good once.
    fn signed(&self, keys: &ShopKeys, errand: &Errand<'_>, call: Call) -> Result<Call, Fault> {
        let now = self.clock.clock().now();
        let assertion = keys
            .registered
            .assertion(&self.client_id, errand.issuer, now)?;
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let call = call
            .field("client_assertion_type", kind)
            .field("client_assertion", assertion);
        if !errand.binds {
            return Ok(call);
        }
        let nonce = self.nonce.lock();
        let nonce = nonce.unwrap_or_else(PoisonError::into_inner).clone();
        let proving = Proving {
            method: call.method(),
            url: call.url(),
            token: None,
            nonce: nonce.as_deref(),
        };
        let proof = keys.proving.proof(now, &proving)?;
        Ok(call.header("DPoP", proof))
    }

    fn remember(&self, reply: &Reply) {
        if let Some(nonce) = &reply.nonce {
            let mut kept = self.nonce.lock().unwrap_or_else(PoisonError::into_inner);
            *kept = Some(nonce.clone());
        }
    }

    /// Adds a token for the wallet (RFC 6750 §2.1), and a proof if it is bound to a key (RFC 9449 §7.1).
    pub(super) fn show(&self, call: Call, token: &str) -> Result<Call, Fault> {
        let Credentials::Keys(keys) = &self.credentials else {
            return Ok(call.bearer(token));
        };
        let proving = Proving {
            method: call.method(),
            url: call.url(),
            token: Some(token),
            nonce: None,
        };
        let proof = keys.proving.proof(self.clock.clock().now(), &proving)?;
        let call = call.header("Authorization", format!("DPoP {token}"));
        Ok(call.header("DPoP", proof))
    }

    /// What its tokens are called in an answer (RFC 6749 §7.1).
    pub(super) fn token_type(&self) -> &'static str {
        match self.credentials {
            Credentials::Secret(_) => "Bearer",
            Credentials::Keys(_) => "DPoP",
        }
    }
}
