use crate::model::{Client, KeySource, SignatureAlgorithm, SigningAlgorithm};

use super::clauses::{Clause, Judge, fails, holds, list};

impl Judge<'_> {
    /// §5.4.
    #[rustfmt::skip]
    pub(super) fn cryptography(&self) -> Vec<Clause> {
        let algorithms = list(SignatureAlgorithm::ALL.iter().map(|it| it.as_str()));
        let own = SigningAlgorithm::Es256.as_str();
        vec![
            holds("5.4.1-1a", "JWTs as RFC 8725 has them", "typ, aud and the algorithm of the registration are checked"),
            holds("5.4.1-1b", "PS256, ES256 or EdDSA alone", format!("clients sign with {algorithms}, this server with {own}")),
            holds("5.4.1-1c", "none is no algorithm", "never"),
            holds("5.4.1-2", "RSA keys have 2048 bits or more", "shorter ones are left out of key sets"),
            holds("5.4.1-3", "keys of elliptic curves have 224 bits or more", "P-256 and Ed25519 are the only curves"),
            holds("5.4.1-4", "credentials have 128 random bits or more", "codes, tokens and secrets have 256"),
            self.key_sets(),
            holds("5.4.2-2", "no x5u and no jku", "assertions and proofs that have one are refused"),
            holds("5.4.2-3", "no two keys of a set have one kid", "sets in which two that fit have one are refused"),
            holds("5.4.3", "of keys with one kid the one that fits is taken", "by kty, crv, use and alg"),
        ]
    }

    fn key_sets(&self) -> Clause {
        let (number, rule) = ("5.4.2-1", "key sets are at https URLs");
        let at_http = |client: &&&Client| {
            let source = client.keys.as_ref().map(|keys| &keys.source);
            matches!(source, Some(KeySource::Uri(uri)) if !uri.starts_with("https://"))
        };
        let issuer = &self.settings.server.issuer;
        if !issuer.starts_with("https://") {
            return fails(number, rule, format!("this server's own is below {issuer}"));
        }
        let Some(clients) = &self.clients else {
            return holds(
                number,
                rule,
                "this server's own is, and no other can be registered",
            );
        };
        match clients.iter().find(at_http) {
            Some(client) => fails(number, rule, format!("that of client {} is not", client.id)),
            None => holds(
                number,
                rule,
                "this server's own is, and so are those of clients",
            ),
        }
    }
}
