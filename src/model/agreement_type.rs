use serde::{Deserialize, Serialize};

use super::AgreementUrl;

/// The three kinds of agreement (Open Payments, "Agreements").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgreementType {
    /// Money is pulled from the subject, once or many times.
    Mandate,
    /// Money is pushed to the subject, once.
    Invoice,
    /// Money is pushed to the subject as a stream.
    Session,
}

impl AgreementType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::Mandate, Self::Invoice, Self::Session];

    /// `mandate`, `invoice` or `session`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mandate => "mandate",
            Self::Invoice => "invoice",
            Self::Session => "session",
        }
    }

    /// The type of an authorization detail for such an agreement (RFC 9396 §2).
    #[must_use]
    pub fn details_type(self) -> &'static str {
        match self {
            Self::Mandate => "open_payments_mandate",
            Self::Invoice => "open_payments_invoice",
            Self::Session => "open_payments_session",
        }
    }

    /// What a token can be allowed to do with such an agreement, in the order in which it is written.
    #[must_use]
    pub fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Mandate => &["read", "charge", "cancel"],
            Self::Invoice | Self::Session => &["read", "pay", "update"],
        }
    }

    /// All of them.
    #[must_use]
    pub fn every_action(self) -> Vec<String> {
        self.actions().iter().map(|&it| it.to_owned()).collect()
    }

    /// Whether any of `actions` moves money under such an agreement.
    #[must_use]
    pub fn moves_money(self, actions: &[String]) -> bool {
        let mover = match self {
            Self::Mandate => "charge",
            Self::Invoice | Self::Session => "pay",
        };
        actions.iter().any(|action| action == mover)
    }

    /// Reads what [`AgreementType::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Reads what [`AgreementType::details_type`] writes.
    #[must_use]
    pub fn parse_details_type(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.details_type() == text)
    }

    fn from_segment(segment: &str) -> Option<Self> {
        match segment {
            "mandates" => Some(Self::Mandate),
            "invoices" => Some(Self::Invoice),
            "sessions" => Some(Self::Session),
            _ => None,
        }
    }
}

/// Where a wallet's agreements are created: the registered collection URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoints {
    /// The collection of mandates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandates: Option<String>,
    /// The collection of invoices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoices: Option<String>,
    /// The collection of sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions: Option<String>,
}

impl Endpoints {
    /// The collection URL for agreements of this type, if it is registered.
    #[must_use]
    pub fn of(&self, kind: AgreementType) -> Option<&str> {
        match kind {
            AgreementType::Mandate => self.mandates.as_deref(),
            AgreementType::Invoice => self.invoices.as_deref(),
            AgreementType::Session => self.sessions.as_deref(),
        }
    }
}

/// What a URL at a wallet names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// One agreement of this type.
    Agreement(AgreementType),
    /// The collection in which agreements of this type are created.
    Collection(AgreementType),
}

impl AgreementUrl {
    /// What the URL names at a wallet with these endpoints; `None` if neither the endpoints nor the path tell.
    ///
    /// A registered endpoint is its collection. Otherwise the endpoint that is the longest prefix decides, then the
    /// segment before the last. Two endpoints with one URL decide nothing: a guess would show the wrong consent.
    #[must_use]
    pub fn target(&self, endpoints: &Endpoints) -> Option<Target> {
        let mut longest = 0;
        let mut found = None;
        for kind in AgreementType::ALL {
            let Some(endpoint) = endpoints.of(kind) else {
                continue;
            };
            let endpoint = endpoint.trim_end_matches('/');
            let target = match self.as_str().strip_prefix(endpoint) {
                Some("") => Target::Collection(kind),
                Some(rest) if rest.starts_with('/') => Target::Agreement(kind),
                _ => continue,
            };
            if endpoint.len() > longest {
                longest = endpoint.len();
                found = Some(target);
            } else if endpoint.len() == longest {
                found = None;
            }
        }
        if longest > 0 {
            return found;
        }
        let mut segments = self.path().rsplit('/').skip(1);
        segments
            .next()
            .and_then(AgreementType::from_segment)
            .map(Target::Agreement)
    }
}

#[cfg(test)]
mod tests {
    use super::AgreementType::{Invoice, Mandate, Session};
    use super::*;

    fn target(url: &str, endpoints: &Endpoints) -> Option<Target> {
        AgreementUrl::parse(url, &[]).unwrap().target(endpoints)
    }

    fn endpoints() -> Endpoints {
        Endpoints {
            mandates: Some("https://wallet.example/op".to_owned()),
            invoices: Some("https://wallet.example/op/in".to_owned()),
            sessions: None,
        }
    }

    #[test]
    fn names_are_read_back() {
        for kind in AgreementType::ALL {
            assert_eq!(AgreementType::parse(kind.as_str()), Some(kind));
            assert_eq!(
                AgreementType::parse_details_type(kind.details_type()),
                Some(kind)
            );
            assert_eq!(
                serde_json::to_string(&kind).unwrap(),
                format!("\"{}\"", kind.as_str())
            );
            assert_eq!(kind.actions().len(), 3);
            let movers = kind
                .actions()
                .iter()
                .filter(|it| kind.moves_money(&[(**it).to_owned()]));
            assert_eq!(movers.count(), 1);
        }
        assert_eq!(AgreementType::parse("Mandate"), None);
    }

    #[test]
    fn the_longest_endpoint_decides() {
        let endpoints = endpoints();
        for (url, wanted) in [
            (
                "https://wallet.example/op",
                Some(Target::Collection(Mandate)),
            ),
            (
                "https://wallet.example/op/in",
                Some(Target::Collection(Invoice)),
            ),
            (
                "https://wallet.example/op/1",
                Some(Target::Agreement(Mandate)),
            ),
            (
                "https://wallet.example/op/in/1",
                Some(Target::Agreement(Invoice)),
            ),
            (
                "https://wallet.example/op/inner",
                Some(Target::Agreement(Mandate)),
            ),
            (
                "https://wallet.example/op/sessions/1",
                Some(Target::Agreement(Mandate)),
            ),
            ("https://wallet.example/open/1", None),
            ("https://other.example/op/1", None),
        ] {
            assert_eq!(target(url, &endpoints), wanted, "{url}");
        }
    }

    #[test]
    fn the_segment_before_the_id_decides_without_an_endpoint() {
        let endpoints = Endpoints::default();
        for (url, wanted) in [
            (
                "https://wallet.example/mandates/1",
                Some(Target::Agreement(Mandate)),
            ),
            (
                "https://wallet.example/alice/invoices/1",
                Some(Target::Agreement(Invoice)),
            ),
            (
                "https://wallet.example/sessions/1",
                Some(Target::Agreement(Session)),
            ),
            ("https://wallet.example/mandates", None),
            ("https://wallet.example/mandates/1/charges", None),
            ("https://wallet.example/Mandates/1", None),
            ("https://mandates/1", None),
        ] {
            assert_eq!(target(url, &endpoints), wanted, "{url}");
        }
    }

    #[test]
    fn two_types_at_one_endpoint_decide_nothing() {
        let mut endpoints = endpoints();
        endpoints.sessions.clone_from(&endpoints.invoices);
        assert_eq!(target("https://wallet.example/op/in", &endpoints), None);
        assert_eq!(target("https://wallet.example/op/in/1", &endpoints), None);
    }
}
