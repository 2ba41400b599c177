use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest path that is gone back to.
const LONGEST: usize = 512;

/// A page of automatic payments that signing in leads back to. It is a path of these pages and nothing else, so that no
/// link can lead a payer elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack(String);

impl WayBack {
    /// The list.
    #[must_use]
    pub fn list() -> Self {
        Self("/payments".to_owned())
    }

    /// Reads `/payments`, `/payments/{id}` or `/payments/{id}/stop`, with a query or without; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let is_id = |id: &str| !id.is_empty() && id.len() <= 64 && id.bytes().all(name);
        let below = path.strip_prefix("/payments")?;
        let known = match below.strip_prefix('/') {
            None => below.is_empty(),
            Some(rest) => is_id(rest.strip_suffix("/stop").unwrap_or(rest)),
        };
        let harmless = |b: u8| name(b) || b"=&%+-.~*".contains(&b);
        let good = known && query.bytes().all(harmless) && text.len() <= LONGEST;
        good.then(|| Self(text.to_owned()))
    }

    /// The path, without the issuer's own.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of the sign-in page that leads here.
    #[must_use]
    pub fn sign_in(&self) -> String {
        let here = utf8_percent_encode(&self.0, NON_ALPHANUMERIC);
        format!("/sign-in?next={here}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_pages_are_gone_back_to() {
        for good in [
            "/payments",
            "/payments?show=ended&page=2&q=Acme+%26+Co",
            "/payments/grt_0123",
            "/payments/grt_0123/stop",
        ] {
            assert_eq!(WayBack::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "/",
            "/paymentsx",
            "/payments/",
            "/payments/a/b",
            "/payments/../sign-out",
            "/payments//evil.example",
            "/payments/a/stop/",
            "/payments/stop/stop/stop",
            "//evil.example/payments",
            "https://evil.example/payments",
            "\\\\evil.example/payments",
            "/payments?next=//evil.example",
            "/payments?a\r\nLocation: //evil.example",
            "/payments#x",
            " /payments",
        ] {
            assert_eq!(WayBack::parse(bad), None, "{bad}");
        }
        assert_eq!(
            WayBack::parse(&format!("/payments?q={}", "a".repeat(600))),
            None
        );
    }

    #[test]
    fn the_way_to_it_is_one_parameter() {
        let back = WayBack::parse("/payments?show=all").unwrap();
        assert_eq!(back.sign_in(), "/sign-in?next=%2Fpayments%3Fshow%3Dall");
    }
}
