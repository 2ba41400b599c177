use crate::model::{KeySource, PartyKeys, SignatureAlgorithm, SigningAlgorithm};

use super::clauses::{Clause, Enabled, Judge, Verdict, always, elsewhere, fails, holds, list};

impl Judge<'_> {
    /// §5.4.
    #[rustfmt::skip]
    pub(super) fn cryptography(&self) -> Vec<Clause> {
        let algorithms = list(SignatureAlgorithm::ALL.iter().map(|it| it.as_str()));
        let own = SigningAlgorithm::Es256.as_str();
        vec![
            always("5.4.1-1a", "JWTs as RFC 8725 has them", "typ, aud and the registered algorithm are checked"),
            always("5.4.1-1b", "PS256, ES256 or EdDSA with Ed25519 alone", format!("clients sign with {algorithms}, this server with {own}")),
            always("5.4.1-1c", "none is no algorithm", "what names it is refused"),
            self.size("5.4.1-2", "RSA keys have 2048 bits or more", "shorter ones count neither in key sets nor in proofs"),
            self.size("5.4.1-3", "keys of elliptic curves have 224 bits or more", "P-256 and Ed25519 are the only curves of key sets and proofs"),
            always("5.4.1-4", "credentials have 128 random bits or more",
                "codes, refresh tokens, secrets and what stands for pushed requests have 256; access tokens are signed and hold 128"),
            self.key_sets(),
            always("5.4.2-2", "no x5u and no jku (recommended)", "this server writes none, and takes no key from where they lead"),
            always("5.4.2-3", "no two keys of a set have one kid (recommended)",
                "of this server's; sets of others in which two that fit have one are refused"),
            always("5.4.3", "of keys with one kid the one that fits is taken", "by kty, crv, use, key_ops and alg"),
        ]
    }

    /// Certificates of clients are checked where their connections end.
    fn size(&self, number: &'static str, rule: &'static str, why: &'static str) -> Clause {
        if self.settings.has_certificates() {
            let why = format!("{why}; in certificates it must refuse shorter ones");
            elsewhere(number, rule, Verdict::Proxy, why)
        } else {
            always(number, rule, why)
        }
    }

    fn key_sets(&self) -> Clause {
        let (number, rule) = ("5.4.2-1", "key sets are at https URLs");
        let issuer = &self.settings.server.issuer;
        if !issuer.starts_with("https://") {
            return fails(number, rule, format!("this server's own is below {issuer}"));
        }
        let Some(Enabled { clients, wallets }) = &self.parties else {
            let why = "this server's own is, and others can be registered for development alone";
            return holds(number, rule, why);
        };
        let of_clients = clients.iter().map(|it| ("client", &it.id, &it.keys));
        let of_wallets = wallets.iter().map(|it| ("wallet", &it.id, &it.keys));
        let mut all = of_clients.chain(of_wallets);
        match all.find(|(_, _, keys)| keys.as_ref().is_some_and(is_at_http)) {
            Some((noun, id, _)) => fails(number, rule, format!("that of {noun} {id} is not")),
            None => holds(
                number,
                rule,
                "this server's own is, and so are those of clients and wallets",
            ),
        }
    }
}

fn is_at_http(keys: &PartyKeys) -> bool {
    matches!(&keys.source, KeySource::Uri(uri) if !uri.starts_with("https://"))
}
