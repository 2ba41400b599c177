use std::sync::Arc;

use reqwest::header::ACCEPT;

use super::addresses::Reach;
use super::transport::{Outside, admit};
use super::{Fault, Remote};

/// The longest URL that can be registered, in bytes.
const LONGEST: usize = 2048;

/// Says why `uri` cannot be registered as a `jwks_uri` (RFC 7591 §2); `Ok` if it can.
pub fn check_uri(uri: &str, allow_loopback: bool) -> Result<(), &'static str> {
    if uri.is_empty() || uri.len() > LONGEST || !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("it must be 1 to 2048 printable ASCII characters");
    }
    if uri.contains('#') {
        return Err("it must have no fragment");
    }
    // Without the scheme's slashes a parser finds a host where a reader sees a path.
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '\\']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("it must have no user or password");
    }
    let url = match admit(uri, Reach::outside(allow_loopback)) {
        Ok(url) => url,
        Err(_) if allow_loopback => {
            return Err(
                "it must be an https URL on a host that the public Internet can reach, or on this machine",
            );
        }
        Err(_) => {
            return Err("it must be an https URL on a host that the public Internet can reach");
        }
    };
    let written = url.as_str();
    if written != uri && written.strip_suffix('/') != Some(uri) {
        return Err(
            "it must be written as a URL parser writes it (lower case, no default port, no backslash, no dot segments)",
        );
    }
    Ok(())
}

impl Remote {
    /// Reads the key set of a client or a wallet at its `jwks_uri` (RFC 7591 §2).
    ///
    /// The future needs nothing of this server any more, so that it can go on when whoever asked is gone.
    pub fn client_keys(
        &self,
        uri: &str,
    ) -> impl Future<Output = Result<Vec<u8>, Fault>> + Send + use<> {
        let (outside, uri) = (Arc::clone(&self.outside), uri.to_owned());
        async move { outside.client_keys(&uri).await }
    }
}

impl Outside {
    async fn client_keys(&self, uri: &str) -> Result<Vec<u8>, Fault> {
        let url = self.transport.admit(uri)?;
        let exchange = async {
            let request = self.transport.client.get(url.clone());
            let request = request.header(ACCEPT, "application/jwk-set+json, application/json");
            let response = request.send().await.map_err(|fault| Fault::of(&fault))?;
            match response.status().as_u16() {
                200 => self.bounded.json(response).await,
                404 => Err(Fault::NotFound),
                410 => Err(Fault::Gone),
                code @ 300..=399 => Err(Fault::Unreadable(format!("a redirect ({code})"))),
                code => Err(Fault::Failed(code)),
            }
        };
        self.bounded.within(&url, exchange).await
    }
}

#[cfg(test)]
mod tests {
    use super::check_uri;

    #[test]
    fn a_key_set_is_on_a_public_host_over_https() {
        for uri in [
            "https://client.example",
            "https://client.example/keys",
            "https://client.example:8443/keys?of=7",
            "https://client.example/a%20b",
            "https://8.8.8.8/keys",
        ] {
            assert_eq!(check_uri(uri, false), Ok(()), "{uri}");
            assert_eq!(check_uri(uri, true), Ok(()), "{uri}");
        }
    }

    #[test]
    fn this_machine_is_for_development() {
        for uri in [
            "http://localhost:8080/keys",
            "http://127.0.0.1:8080/keys",
            "http://[::1]:8080/keys",
            "https://127.0.0.1/keys",
        ] {
            assert_eq!(check_uri(uri, true), Ok(()), "{uri}");
        }
        for uri in [
            "http://127.0.0.1/keys",
            "https://127.0.0.1/keys",
            "https://[::1]/keys",
        ] {
            let rule = check_uri(uri, false).unwrap_err();
            assert!(rule.contains("public Internet"), "{uri}: {rule}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_rule() {
        for (uri, rule) in [
            ("", "1 to 2048"),
            ("https://client.example/k\u{e9}ys", "printable ASCII"),
            ("https://client.example/ keys", "printable ASCII"),
            ("https://client.example/keys#1", "no fragment"),
            ("https://client.example/keys#", "no fragment"),
            ("https://user@client.example/keys", "no user"),
            ("https://user:word@client.example/keys", "no user"),
            ("https://@client.example/keys", "no user"),
            ("http://client.example/keys", "https URL"),
            ("ftp://client.example/keys", "https URL"),
            ("file:///etc/passwd", "https URL"),
            ("data:application/json,{}", "https URL"),
            ("client.example/keys", "https URL"),
            ("https://", "https URL"),
            ("https://10.0.0.1/keys", "public Internet"),
            ("https://169.254.169.254/keys", "public Internet"),
            ("https://[fd00::1]/keys", "public Internet"),
            ("https://2130706433/keys", "URL"),
            ("http://localhost.example/keys", "https URL"),
            ("HTTPS://client.example/keys", "as a URL parser"),
            ("https://CLIENT.example/keys", "as a URL parser"),
            ("https:client.example/keys", "as a URL parser"),
            ("https://client.example:443/keys", "as a URL parser"),
            ("https://client.example/a/../keys", "as a URL parser"),
            (
                "https://client.example\\@other.example/keys",
                "as a URL parser",
            ),
        ] {
            let found = check_uri(uri, true).unwrap_err();
            assert!(found.contains(rule), "{uri}: {found}");
        }
        let long = format!("https://client.example/{}", "k".repeat(2048));
        assert!(check_uri(&long, true).is_err());
    }
}
