use serde::{Deserialize, Serialize};
use url::Url;

use super::{Refusal, spelling};

/// A web origin in its one spelling: `https://host[:port]`, or `http` on a loopback address (RFC 6454 §6.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl Origin {
    /// Reads an origin; refused unless it is byte for byte what a WHATWG URL parser writes, without a trailing slash.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let url = spelling::check(text).map_err(|rule| Refusal::new("origin", rule))?;
        let origin = Self::of(&url);
        if origin.0 == text {
            Ok(origin)
        } else {
            Err(Refusal::new("origin", "must not have a path"))
        }
    }

    /// The origin of a URL whose spelling was checked.
    pub(super) fn of(url: &Url) -> Self {
        Self(url.origin().ascii_serialization())
    }

    /// The origin of a string that begins with a checked origin.
    pub(super) fn of_checked(text: &str) -> Self {
        let start = text.find("://").map_or(0, |at| at + 3);
        let end = text[start..].find('/').map_or(text.len(), |at| start + at);
        Self(text[..end].to_owned())
    }

    /// The origin as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, and the port unless it is the scheme's own: `host[:port]`.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, rest)| rest)
    }

    /// `https` or `http`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// Whether the scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme() == "https"
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Origin {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_origin_has_one_spelling() {
        for text in [
            "https://wallet.example",
            "https://wallet.example:8443",
            "https://xn--bcher-kva.example",
            "https://192.0.2.7",
            "https://[2001:db8::1]:8443",
            "http://localhost:8081",
            "http://127.0.0.1:8081",
            "http://127.8.9.1",
            "http://[::1]:8081",
        ] {
            assert_eq!(Origin::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn any_other_spelling_is_refused() {
        for text in [
            "",
            "https://",
            "https:///",
            "wallet.example",
            "//wallet.example",
            "https:wallet.example",
            "https://wallet.example/",
            "https://wallet.example/a",
            "https://wallet.example:443",
            "https://wallet.example:0443",
            "https://wallet.example:",
            "https://wallet.example.",
            "https://wallet..example",
            "https://.",
            "https://Wallet.example",
            "HTTPS://wallet.example",
            "https://b\u{fc}cher.example",
            "https://alice@wallet.example",
            "https://@wallet.example",
            "https://wallet.example?",
            "https://wallet.example#",
            "https://wallet.example\\",
            "https://wallet.exam%70le",
            "https://wallet.example\t",
            " https://wallet.example",
            "https://wallet,example",
            "https://wal'let.example",
            "https://127.1",
            "https://0x7f.0.0.1",
            "https://[0:0:0:0:0:0:0:1]",
            "http://wallet.example",
            "http://localhost:80",
            "http://localhost.example",
            "http://10.0.0.1",
            "http://[::ffff:127.0.0.1]",
            "ftp://wallet.example",
            "javascript:alert(1)",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn its_parts_are_its_own() {
        let origin = Origin::parse("http://[::1]:8081").unwrap();
        assert_eq!(origin.authority(), "[::1]:8081");
        assert_eq!(origin.scheme(), "http");
        assert!(!origin.is_https());
        assert_eq!(Origin::of_checked("http://[::1]:8081/a/b"), origin);
        assert_eq!(Origin::of_checked("http://[::1]:8081"), origin);
        let text = serde_json::to_string(&origin).unwrap();
        assert_eq!(text, r#""http://[::1]:8081""#);
        assert_eq!(serde_json::from_str::<Origin>(&text).unwrap(), origin);
        assert!(serde_json::from_str::<Origin>(r#""https://a/""#).is_err());
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back(text in "(https?://)?\\PC{0,40}|https://[a-zA-Z0-9.:@/%\\[\\]-]{0,30}") {
            if let Ok(origin) = Origin::parse(&text) {
                prop_assert_eq!(origin.as_str(), &text);
                prop_assert_eq!(format!("{}://{}", origin.scheme(), origin.authority()), text);
            }
        }
    }
}
