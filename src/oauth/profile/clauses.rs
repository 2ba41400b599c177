use std::fmt::Display;

use crate::model::{Client, ResourceServer};
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
    /// Whoever runs this server has to see to it elsewhere.
    Operator,
    /// Clients have to see to it.
    Client,
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
            Self::Operator => "your part",
            Self::Client => "client's part",
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

/// Whoever is registered.
#[derive(Debug)]
pub struct Parties {
    /// The clients.
    pub clients: Vec<Client>,
    /// The wallets.
    pub wallets: Vec<ResourceServer>,
}

/// The clauses of §5.2, §5.3.2, §5.3.3, §5.3.4 and §5.4 in their order, judged by the settings and, where it is known, by
/// whoever is registered and takes part.
#[must_use]
pub fn report(settings: &Settings, parties: Option<&Parties>) -> Vec<Clause> {
    let enabled = parties.map(|all| Enabled {
        clients: all.clients.iter().filter(|it| it.is_enabled()).collect(),
        wallets: all.wallets.iter().filter(|it| it.is_enabled()).collect(),
    });
    let judge = Judge {
        settings,
        parties: enabled,
    };
    let mut clauses = judge.network();
    clauses.extend(judge.general());
    clauses.extend(judge.code_flow());
    clauses.extend(others());
    clauses.extend(judge.cryptography());
    clauses
}

/// §5.3.3 and §5.3.4: what clients and wallets do is seen by them alone.
#[rustfmt::skip]
fn others() -> Vec<Clause> {
    let (client, wallet) = (Verdict::Client, Verdict::Wallet);
    vec![
        elsewhere("5.3.3", "clients do what is asked of them", client,
            "nothing here shows whether they check iss and the issuer, and bind state and PKCE to the browser"),
        elsewhere("5.3.4-1", "tokens are taken from the header Authorization", wallet, "with the scheme DPoP, or Bearer with a certificate"),
        elsewhere("5.3.4-2", "no tokens are taken from a URL", wallet, "such as access_token in its query"),
        elsewhere("5.3.4-3", "tokens are known to be alive", wallet, "introspection says it, at each request"),
        elsewhere("5.3.4-4", "tokens allow what is asked for", wallet, "introspection says what, as authorization_details"),
        elsewhere("5.3.4-5", "tokens are presented by whom they are bound to", wallet,
            "introspection has cnf, to compare with the proof or the certificate"),
    ]
}

/// Whoever takes part.
pub(super) struct Enabled<'a> {
    pub(super) clients: Vec<&'a Client>,
    pub(super) wallets: Vec<&'a ResourceServer>,
}

pub(super) struct Judge<'a> {
    pub(super) settings: &'a Settings,
    pub(super) parties: Option<Enabled<'a>>,
}

const SWITCH: &str = "set profile = \"fapi2\"";

impl Judge<'_> {
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
        let Some(Enabled { clients, .. }) = &self.parties else {
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

/// A clause that holds whatever is set and whoever is registered.
pub(super) fn always(number: &'static str, rule: &'static str, why: impl Display) -> Clause {
    holds(number, rule, format!("always, {why}"))
}

pub(super) fn fails(number: &'static str, rule: &'static str, why: impl Into<String>) -> Clause {
    Clause {
        verdict: Verdict::Fails,
        ..holds(number, rule, why)
    }
}

pub(super) fn elsewhere(
    number: &'static str,
    rule: &'static str,
    verdict: Verdict,
    why: impl Into<String>,
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
