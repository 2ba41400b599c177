use serde::{Deserialize, Serialize};

use super::{Origin, Refusal, spelling};

/// The URL of an agreement, or of a collection of agreements, in its one spelling: `https://host[:port]/path`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgreementUrl(String);

impl AgreementUrl {
    /// Reads a full URL, or a name `//host/path`, which takes the scheme of the origin in `origins` with that host and
    /// port, otherwise https.
    ///
    /// Refused is whatever a WHATWG URL parser would write differently, and user information, a query, a fragment,
    /// `%`, a backslash, empty or dot segments, a trailing dot or slash, other than printable ASCII, more than 2048
    /// bytes, and http away from a loopback address. Whether the origin is registered is not judged here.
    pub fn parse(text: &str, origins: &[Origin]) -> Result<Self, Refusal> {
        let full = text.strip_prefix("//").map_or_else(
            || text.to_owned(),
            |rest| spelling::with_scheme(rest, origins),
        );
        let refused = |rule: &str| Refusal::new("agreement URL", rule);
        spelling::check(&full).map_err(refused)?;
        let url = Self(full);
        if url.path().is_empty() {
            return Err(refused("must have a path"));
        }
        Ok(url)
    }

    /// The host and port of a full or scheme-relative URL as they are written, before the URL is judged.
    #[must_use]
    pub fn authority_of(text: &str) -> Option<&str> {
        let rest = ["https://", "http://", "//"]
            .into_iter()
            .find_map(|start| text.strip_prefix(start))?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        Some(&rest[..end]).filter(|authority| !authority.is_empty())
    }

    /// The URL in full.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin of the wallet that hosts the agreement.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of_checked(&self.0)
    }

    /// The path, which begins with a slash.
    pub(super) fn path(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        spelling::split(rest).1
    }
}

impl std::fmt::Display for AgreementUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AgreementUrl {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text, &[])
    }
}

impl From<AgreementUrl> for String {
    fn from(url: AgreementUrl) -> Self {
        url.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn a_url_has_one_spelling() {
        for text in [
            "https://wallet.example/mandates/2fad69d0-7997-4543-8346-69b418c479a6",
            "https://wallet.example:8443/alice/invoices/1",
            "https://wallet.example/a/..b/.c/d~e/(f)!$&'*+,;=:@",
            "https://[2001:db8::1]/mandates/1",
            "http://localhost:8081/mandates/1",
            "http://127.0.0.1:8081/mandates/1",
        ] {
            assert_eq!(AgreementUrl::parse(text, &[]).unwrap().as_str(), text);
        }
        let long = format!("https://wallet.example/{}", "a".repeat(2048 - 23));
        assert!(AgreementUrl::parse(&long, &[]).is_ok());
        assert!(AgreementUrl::parse(&(long + "a"), &[]).is_err());
    }

    #[test]
    fn any_other_spelling_is_refused() {
        for text in [
            "",
            "mandates/1",
            "/mandates/1",
            "https://wallet.example",
            "https://wallet.example/",
            "https://wallet.example/mandates/",
            "https://wallet.example//mandates/1",
            "https://wallet.example/mandates//1",
            "https://wallet.example/./mandates/1",
            "https://wallet.example/x/../mandates/1",
            "https://wallet.example/mandates/%31",
            "https://wallet.example/%2e%2e/1",
            "https://wallet.example/mandates\\1",
            "https:\\\\wallet.example/mandates/1",
            "https:/wallet.example/mandates/1",
            "https:///wallet.example/mandates/1",
            "https://wallet.example/mandates/1?a",
            "https://wallet.example/mandates/1?",
            "https://wallet.example/mandates/1#",
            "https://wallet.example:443/mandates/1",
            "https://wallet.example./mandates/1",
            "https://Wallet.example/mandates/1",
            "Https://wallet.example/mandates/1",
            "https://alice@wallet.example/mandates/1",
            "https://:@wallet.example/mandates/1",
            "https://wallet.example@evil.example/mandates/1",
            "https://wallet.example/mandates/1 2",
            "https://wallet.example/mandates/1\n",
            "https://wallet.example/mandates/\u{e4}",
            "https://wallet.example/mandates/\"1\"",
            "https://wallet.example/mandates/<1>",
            "https://wallet.example/mandates/{1}",
            "https://2130706433/mandates/1",
            "http://wallet.example/mandates/1",
            "///wallet.example/mandates/1",
        ] {
            assert!(AgreementUrl::parse(text, &[]).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_takes_the_scheme_of_its_wallet() {
        let origins = [
            Origin::parse("https://wallet.example").unwrap(),
            Origin::parse("http://localhost:8081").unwrap(),
        ];
        for (name, url) in [
            (
                "//wallet.example/mandates/1",
                "https://wallet.example/mandates/1",
            ),
            (
                "//localhost:8081/mandates/1",
                "http://localhost:8081/mandates/1",
            ),
            (
                "//localhost:8082/mandates/1",
                "https://localhost:8082/mandates/1",
            ),
        ] {
            assert_eq!(AgreementUrl::parse(name, &origins).unwrap().as_str(), url);
        }
        assert!(AgreementUrl::parse("//localhost:443/mandates/1", &origins).is_err());
    }

    #[test]
    fn the_authority_is_known_before_the_url_is_judged() {
        for (text, wanted) in [
            (
                "https://wallet.example:8443/mandates/1",
                Some("wallet.example:8443"),
            ),
            ("//wallet.example/mandates/1", Some("wallet.example")),
            ("http://localhost:8081", Some("localhost:8081")),
            ("https://a?b/c", Some("a")),
            ("https:///a", None),
            ("/a", None),
            ("", None),
        ] {
            assert_eq!(AgreementUrl::authority_of(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_what_a_parser_writes(text in "(https?:)?//[a-z0-9.:@-]{1,12}(/[ -~]{0,8}){0,3}|\\PC{0,40}") {
            if let Ok(url) = AgreementUrl::parse(&text, &[]) {
                let parsed = Url::parse(url.as_str()).unwrap();
                prop_assert_eq!(parsed.as_str(), url.as_str());
                let origin = url.origin();
                prop_assert_eq!(parsed.origin().ascii_serialization(), origin.as_str());
                prop_assert_eq!(AgreementUrl::authority_of(&text), Some(origin.authority()));
                prop_assert_eq!(&AgreementUrl::parse(url.as_str(), &[]).unwrap(), &url);
            }
        }
    }
}
