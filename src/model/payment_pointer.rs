use serde::{Deserialize, Serialize};

use super::{Origin, Refusal, spelling};

/// Where a payment pointer without a path points (Payment Pointers specification, "Resolution").
const WELL_KNOWN: &str = "/.well-known/pay";

/// The name of an account: `$wallet.example/alice`, kept as the URL that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaymentPointer(String);

impl PaymentPointer {
    /// Reads `$wallet.example/alice`, `//wallet.example/alice` or the full URL, each in its one spelling.
    ///
    /// `$` and `//` take the scheme of the origin in `origins` that has the same host and port, otherwise https.
    pub fn parse(text: &str, origins: &[Origin]) -> Result<Self, Refusal> {
        let rest = text.strip_prefix('$').or_else(|| text.strip_prefix("//"));
        let mut full = rest.map_or_else(
            || text.to_owned(),
            |rest| spelling::with_scheme(rest, origins),
        );
        let start = full.find("://").map_or(0, |at| at + 3);
        if spelling::split(&full[start..]).1 == "/" {
            full.pop();
        }
        let checked =
            spelling::check(&full).map_err(|rule| Refusal::new("payment pointer", rule))?;
        if spelling::split(&full[start..]).1.is_empty() {
            full = Origin::of(&checked).as_str().to_owned() + WELL_KNOWN;
        }
        Ok(Self(full))
    }

    /// The URL that the pointer stands for, in full.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin of the account's wallet, the issuer of the pointer.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of_checked(&self.0)
    }

    /// The pointer as people write it: `$wallet.example/alice`, or `$wallet.example`.
    #[must_use]
    pub fn display(&self) -> String {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        format!(
            "${}",
            rest.strip_suffix(WELL_KNOWN).map_or(rest, |host| {
                // Only the whole path is left out, not the end of a longer one.
                if host.contains('/') { rest } else { host }
            })
        )
    }
}

impl TryFrom<String> for PaymentPointer {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text, &[])
    }
}

impl From<PaymentPointer> for String {
    fn from(pointer: PaymentPointer) -> Self {
        pointer.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_forms_of_a_pointer_are_one() {
        for (text, url, display) in [
            (
                "$wallet.example/alice",
                "https://wallet.example/alice",
                "$wallet.example/alice",
            ),
            (
                "//wallet.example/alice",
                "https://wallet.example/alice",
                "$wallet.example/alice",
            ),
            (
                "https://wallet.example/alice",
                "https://wallet.example/alice",
                "$wallet.example/alice",
            ),
            (
                "$wallet.example",
                "https://wallet.example/.well-known/pay",
                "$wallet.example",
            ),
            (
                "$wallet.example/",
                "https://wallet.example/.well-known/pay",
                "$wallet.example",
            ),
            (
                "https://wallet.example/",
                "https://wallet.example/.well-known/pay",
                "$wallet.example",
            ),
            (
                "$wallet.example/.well-known/pay",
                "https://wallet.example/.well-known/pay",
                "$wallet.example",
            ),
            (
                "$wallet.example/a/.well-known/pay",
                "https://wallet.example/a/.well-known/pay",
                "$wallet.example/a/.well-known/pay",
            ),
        ] {
            let pointer = PaymentPointer::parse(text, &[]).unwrap();
            assert_eq!(pointer.as_str(), url);
            assert_eq!(pointer.display(), display);
            assert_eq!(pointer.origin().as_str(), "https://wallet.example");
        }
    }

    #[test]
    fn a_loopback_wallet_lends_its_scheme() {
        let origins = [Origin::parse("http://localhost:8081").unwrap()];
        let pointer = PaymentPointer::parse("$localhost:8081/bob", &origins).unwrap();
        assert_eq!(pointer.as_str(), "http://localhost:8081/bob");
        let other = PaymentPointer::parse("$localhost:8082/bob", &origins).unwrap();
        assert_eq!(other.as_str(), "https://localhost:8082/bob");
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "$",
            "$/",
            "//",
            "$//wallet.example/alice",
            "$$wallet.example",
            "$https://wallet.example",
            "wallet.example/alice",
            "alice@wallet.example",
            "$alice@wallet.example",
            "$wallet.example/alice/",
            "$wallet.example//",
            "$wallet.example//alice",
            "$wallet.example/./alice",
            "$wallet.example/a%6cice",
            "$wallet.example/alice?x",
            "$wallet.example/alice#x",
            "$Wallet.example/alice",
            "$wallet.example:443/alice",
            "http://wallet.example/alice",
            "$wallet.example/\u{e4}",
        ] {
            assert!(PaymentPointer::parse(text, &[]).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_what_is_displayed_gives_the_same(text in "\\PC{0,40}|[$/]{0,2}[a-z0-9.:-]{1,12}(/[a-z.]{0,5}){0,3}") {
            if let Ok(pointer) = PaymentPointer::parse(&text, &[]) {
                let origins = [pointer.origin()];
                prop_assert_eq!(&PaymentPointer::parse(&pointer.display(), &origins).unwrap(), &pointer);
                prop_assert_eq!(&PaymentPointer::parse(pointer.as_str(), &[]).unwrap(), &pointer);
            }
        }
    }
}
