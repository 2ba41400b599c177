use super::clauses::{Clause, Judge, Verdict, always, elsewhere, fails};

/// The configurations that follow what is said of TLS.
const EXAMPLES: &str = "config/nginx.conf and config/haproxy.cfg";

impl Judge<'_> {
    /// §5.2: what stands between this server and the network, of which it sees little.
    #[rustfmt::skip]
    pub(super) fn network(&self) -> Vec<Clause> {
        let (proxy, issuer) = (Verdict::Proxy, &self.settings.server.issuer);
        let stripping = "browsers cannot be led to http";
        let stripping = if issuer.starts_with("https://") {
            elsewhere("5.2.3-1", stripping, proxy,
                "it must pass on Strict-Transport-Security, which this server sends, for two years; a preloaded domain is safe from the first visit on")
        } else {
            fails("5.2.3-1", stripping, "an http issuer sends no Strict-Transport-Security")
        };
        vec![
            self.tls(),
            elsewhere("5.2.1-2", "TLS 1.2 or later", proxy,
                format!("as in {EXAMPLES}; this server asks others by nothing older")),
            elsewhere("5.2.1-3", "TLS as BCP 195 recommends (RFC 9325)", proxy, "its settings, certificate and updates decide"),
            elsewhere("5.2.1-4", "DNSSEC (recommended)", Verdict::Operator, "sign the zone of the issuer"),
            always("5.2.1-5", "certificates of servers are checked", "of wallets and of hosts of key sets, with their names"),
            elsewhere("5.2.2-1", "for programs, with TLS 1.2 only the ciphers that BCP 195 recommends", proxy,
                format!("RFC 9325 §4.2 has four, named in {EXAMPLES}")),
            always("5.2.2-2", "as a client, the same (recommended)", "but for ChaCha20-Poly1305, which IANA recommends too"),
            stripping,
            elsewhere("5.2.3-2", "for browsers, with TLS 1.2 only ciphers that BCP 195 allows", proxy, "the four are among them"),
            always("5.2.3-3", "no CORS at the authorization endpoint", "as far as this server goes: the proxy must add none"),
        ]
    }

    fn tls(&self) -> Clause {
        let (number, rule) = (
            "5.2.1-1",
            "endpoints, wallets and key sets are reached over TLS alone",
        );
        let settings = self.settings;
        let (issuer, mutual) = (&settings.server.issuer, &settings.certificates.url);
        let plain = [("server.issuer", issuer), ("certificates.url", mutual)]
            .into_iter()
            .find(|(_, url)| url.starts_with("http://"));
        if let Some((key, url)) = plain {
            let advice = format!("{key} is {url}: give it an https URL");
            return fails(number, rule, advice);
        }
        if settings.authorization.allow_loopback_http {
            let advice = "authorization.allow_loopback_http is on, for development: wallets and key sets may be at http";
            return fails(number, rule, advice);
        }
        let bind = &settings.server.bind;
        let advice = format!("it must answer over TLS alone, and be the only one to reach {bind}");
        elsewhere(number, rule, Verdict::Proxy, advice)
    }
}
