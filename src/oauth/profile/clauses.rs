use std::fmt::Display;

use crate::model::Client;
use crate::settings::Settings;

/// What is to be said of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This server sees to it.
    Holds,
    /// It does not, as it is set or as its clients are registered.
    Fails,
    /// The proxy before this server has to see to it.
    Proxy,
    /// Wallets have to see to it.
    Wallet,
}

impl Verdict {
    /// The words for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "does not hold",
            Self::Proxy => "proxy's part",
            Self::Wallet => "wallet's part",
        }
    }
}

/// One clause of the FAPI 2.0 Security Profile, and how this server stands to it.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its section and number.
    pub number: &'static str,
    /// What it asks for, in our words.
    pub rule: &'static str,
    /// Whether it is so.
    pub verdict: Verdict,
    /// Why, or what to do.
    pub why: String,
}

/// The clauses of §5.2, §5.3.2, §5.3.4 and §5.4 in their order, judged by the settings and, where they are known, the clients.
#[must_use]
pub fn report(settings: &Settings, clients: Option<&[Client]>) -> Vec<Clause> {
    let enabled = clients.map(|all| all.iter().filter(|client| client.is_enabled()).collect());
    let judge = Judge {
        settings,
        clients: enabled,
    };
    let mut clauses = judge.network();
    clauses.extend(judge.general());
    clauses.extend(judge.code_flow());
    clauses.push(elsewhere(
        "5.3.4",
        "tokens are checked for validity, scope and whom they are bound to",
        Verdict::Wallet,
        "introspection says all of it, with cnf to compare with the proof or the certificate",
    ));
    clauses.extend(judge.cryptography());
    clauses
}

pub(super) struct Judge<'a> {
    pub(super) settings: &'a Settings,
    pub(super) clients: Option<Vec<&'a Client>>,
}

const SWITCH: &str = "set profile = \"fapi2\"";

impl Judge<'_> {
    /// §5.2: what stands between this server and the network.
    #[rustfmt::skip]
    fn network(&self) -> Vec<Clause> {
        let settings = self.settings;
        let (issuer, mutual) = (&settings.server.issuer, &settings.certificates.url);
        let plain = [("server.issuer", issuer), ("certificates.url", mutual)]
            .into_iter()
            .find(|(_, url)| url.starts_with("http://"));
        let tls = "every endpoint and every request to others is over TLS";
        let tls = match plain {
            Some((key, url)) => fails("5.2.1-1", tls, format!("{key} is {url}: give it an https URL")),
            None if settings.authorization.allow_loopback_http => {
                let why = "authorization.allow_loopback_http is on, for development: wallets and key sets may be at http";
                fails("5.2.1-1", tls, why)
            }
            None => elsewhere("5.2.1-1", tls, Verdict::Proxy, "it must answer over TLS alone"),
        };
        vec![
            tls,
            elsewhere("5.2.1-2", "TLS 1.2 or later", Verdict::Proxy, "this server asks others by nothing older"),
            elsewhere("5.2.2-1", "for programs, TLS 1.2 with the four ciphers of the list alone", Verdict::Proxy,
                "name them there, or allow TLS 1.3 alone"),
            judged("5.2.3-1", "browsers cannot be led to http", issuer.starts_with("https://"),
                "Strict-Transport-Security is sent, for two years", "an http issuer sends no Strict-Transport-Security"),
        ]
    }

    /// A clause that the profile sees to, and without it, that no client is `what`.
    pub(super) fn unless(
        &self,
        number: &'static str,
        rule: &'static str,
        what: &str,
        is: impl Fn(&Client) -> bool,
    ) -> Clause {
        if self.settings.is_fapi2() {
            return holds(
                number,
                rule,
                "profile is fapi2: who does otherwise is refused",
            );
        }
        let Some(clients) = &self.clients else {
            return fails(number, rule, format!("nothing sees to it: {SWITCH}"));
        };
        match clients.iter().filter(|client| is(client)).count() {
            0 => holds(
                number,
                rule,
                format!("no client is {what}; {SWITCH}, and none is let in"),
            ),
            count => fails(
                number,
                rule,
                format!("of {} clients {count} are {what}: {SWITCH}", clients.len()),
            ),
        }
    }
}

pub(super) fn holds(number: &'static str, rule: &'static str, why: impl Into<String>) -> Clause {
    Clause {
        number,
        rule,
        verdict: Verdict::Holds,
        why: why.into(),
    }
}

pub(super) fn fails(number: &'static str, rule: &'static str, why: impl Into<String>) -> Clause {
    Clause {
        verdict: Verdict::Fails,
        ..holds(number, rule, why)
    }
}

fn elsewhere(
    number: &'static str,
    rule: &'static str,
    verdict: Verdict,
    why: &'static str,
) -> Clause {
    Clause {
        verdict,
        ..holds(number, rule, why)
    }
}

pub(super) fn judged(
    number: &'static str,
    rule: &'static str,
    good: bool,
    why: impl Into<String>,
    advice: impl Into<String>,
) -> Clause {
    if good {
        holds(number, rule, why)
    } else {
        fails(number, rule, advice)
    }
}

pub(super) fn list(words: impl Iterator<Item = impl Display>) -> String {
    let words: Vec<String> = words.map(|word| word.to_string()).collect();
    words.join(", ")
}
