use crate::model::{Client, GrantType, redirect_uri};
use crate::settings::{LONGEST_CODE, LONGEST_PUSHED};

use super::clauses::{Clause, Enabled, Judge, always, fails, holds, judged, list};
use super::clients::{may_be_unbound, may_go_unpushed};
use super::{methods, pushes_all};

impl Judge<'_> {
    /// §5.3.2.1.
    #[rustfmt::skip]
    pub(super) fn general(&self) -> Vec<Clause> {
        let settings = self.settings;
        let grant_types = list(GrantType::ALL.iter().map(|it| it.as_str()));
        let binding = if settings.has_certificates() {
            "DPoP and certificates"
        } else {
            "DPoP; certificates are off"
        };
        let (issuer, life) = (settings.server.issuer.as_str(), settings.token.access_token_lifetime);
        let code = settings.authorization.code_lifetime;
        let nonce = if settings.dpop.require_nonce {
            "it does"
        } else {
            "it may, and does not: dpop.require_nonce is off"
        };
        vec![
            always("5.3.2.1-1", "metadata is published", format!("below {issuer}, as RFC 8414 has it")),
            always("5.3.2.1-2", "no grant by a payer's password", format!("there are {grant_types}")),
            self.unless("5.3.2.1-3", "confidential clients alone", "public", Client::is_public),
            self.bound(),
            holds("5.3.2.1-5", "they are bound by DPoP or a certificate", binding),
            self.authentication(),
            always("5.3.2.1-7", "no open redirectors", "browsers are sent to registered redirect URIs alone"),
            always("5.3.2.1-8", "the aud of an assertion is the issuer alone, as a string", issuer),
            self.unless("5.3.2.1-9", "refresh tokens are not rotated", "public, whose refresh tokens are", Client::is_public),
            holds("5.3.2.1-10", "with DPoP, the server may ask for its nonce", nonce),
            judged("5.3.2.1-11", "a code lives 60 seconds at most", code <= LONGEST_CODE,
                format!("authorization.code_lifetime is {code}"),
                format!("authorization.code_lifetime is {code}: set it to {LONGEST_CODE} or less")),
            always("5.3.2.1-12", "a code can be bound to a DPoP key", "by dpop_jkt, or a proof with the pushed request"),
            always("5.3.2.1-13", "iat and nbf are accepted 10 seconds ahead, and refused beyond 60", "in assertions, proofs and signed requests, beyond 10 already"),
            always("5.3.2.1-14", "a token allows no more than is needed (recommended)",
                format!("one agreement, the actions that were approved, {life} seconds")),
        ]
    }

    /// §5.3.2.2.
    #[rustfmt::skip]
    pub(super) fn code_flow(&self) -> Vec<Clause> {
        let settings = self.settings;
        let issuer = settings.server.issuer.as_str();
        let pushed = settings.authorization.pushed_lifetime;
        vec![
            always("5.3.2.2-1", "code is the only response_type", "others are refused"),
            always("5.3.2.2-2", "requests can be pushed", format!("to {issuer}/par")),
            self.pushing(),
            self.unless("5.3.2.2-4", "whoever pushes has authenticated", "public", Client::is_public),
            always("5.3.2.2-5", "PKCE with S256", "plain is refused"),
            always("5.3.2.2-6", "a pushed request names its redirect URI", "also where only one is registered"),
            always("5.3.2.2-7", "the answer has iss", issuer),
            self.redirection(),
            always("5.3.2.2-9", "a code counts once", "the second use ends its grant"),
            always("5.3.2.2-10", "no redirect with 307", "303 is the only one"),
            always("5.3.2.2-11", "redirects are 303 (recommended)", "from links and forms alike"),
            judged("5.3.2.2-12", "a pushed request can be opened for less than 600 seconds", pushed <= LONGEST_PUSHED,
                format!("authorization.pushed_lifetime is {pushed}"),
                format!("authorization.pushed_lifetime is {pushed}: set it to {LONGEST_PUSHED} or less")),
            always("5.3.2.2-13", "payers are told who asks for what (recommended)", "by the consent page, in the words of the agreement"),
            always("5.3.2.2-14", "the nonce of OpenID Connect may have 64 characters", "there is no OpenID Connect here"),
            always("5.3.2.3", "only OpenID Connect says in the token response who the payer is", "nothing else in it does"),
        ]
    }

    fn bound(&self) -> Clause {
        let clause = self.unless(
            "5.3.2.1-4",
            "access tokens are bound to their sender",
            "not bound to a key by their registration",
            |client| may_be_unbound(self.settings, client),
        );
        let own = "the one with which this server itself reads an agreement is not, and is good for that, and a minute";
        Clause {
            why: format!("{}; {own}", clause.why),
            ..clause
        }
    }

    fn authentication(&self) -> Clause {
        let (number, rule) = (
            "5.3.2.1-6",
            "clients authenticate by private_key_jwt or a certificate",
        );
        if self.settings.is_fapi2() {
            let methods = list(methods(self.settings).into_iter());
            return holds(number, rule, format!("they can by {methods}"));
        }
        self.unless(number, rule, "registered for another method", |client| {
            !client.auth_method.is_key_based()
        })
    }

    fn pushing(&self) -> Clause {
        let (number, rule) = ("5.3.2.2-3", "requests that were not pushed are refused");
        if pushes_all(self.settings) {
            let key = if self.settings.is_fapi2() {
                "profile"
            } else {
                "authorization.require_pushed_requests"
            };
            return holds(number, rule, format!("because of {key}"));
        }
        self.unless(number, rule, "not bound to push", |client| {
            may_go_unpushed(self.settings, client)
        })
    }

    /// Registration allows http on loopback addresses alone; rows that another version wrote are looked at here.
    fn redirection(&self) -> Clause {
        let (number, rule) = (
            "5.3.2.2-8",
            "no redirect URI is http, but on the loopback of a native app",
        );
        let bad = |uri: &String| redirect_uri::check(uri).is_err();
        let is_http = |uri: &String| uri.starts_with("http://");
        let Some(Enabled { clients: all, .. }) = &self.parties else {
            return holds(number, rule, "no other http can be registered");
        };
        let has =
            |client: &Client, what: fn(&String) -> bool| client.redirect_uris.iter().any(what);
        if let Some(client) = all.iter().find(|client| has(client, bad)) {
            return fails(
                number,
                rule,
                format!("client {} has another one", client.id),
            );
        }
        let local = all.iter().filter(|client| has(client, is_http)).count();
        holds(
            number,
            rule,
            format!(
                "no other http can be registered; {local} of {} clients have one on loopback",
                all.len()
            ),
        )
    }
}
