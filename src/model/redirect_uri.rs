//! Redirect URIs: which may be registered, and which match (RFC 6749 §3.1.2, RFC 8252 §7).

use url::{Host, Url};

const RESERVED: [&str; 4] = ["code", "state", "iss", "error"];

/// Says why `uri` cannot be registered; `Ok` if it can.
pub fn check(uri: &str) -> Result<(), &'static str> {
    if uri.len() > 2048 || !uri.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("it must be 1 to 2048 printable ASCII characters");
    }
    if uri.contains(['*', '\\', '"', '<', '>', '^', '`', '{', '|', '}']) {
        return Err("it must be a URI without wildcards, backslashes or other unsafe characters");
    }
    let url = Url::parse(uri).map_err(|_| "it must be an absolute URI")?;
    if uri.contains('#') {
        return Err("it must have no fragment");
    }
    scheme(uri, &url)?;
    if !url.username().is_empty() || url.password().is_some() || authority(uri).contains('@') {
        return Err("it must have no user or password");
    }
    if url
        .query_pairs()
        .any(|(name, _)| RESERVED.contains(&name.as_ref()))
    {
        return Err("its query must not hold code, state, iss or error");
    }
    Ok(())
}

fn scheme(uri: &str, url: &Url) -> Result<(), &'static str> {
    if !uri.starts_with(url.scheme()) {
        return Err("its scheme must be in lower case");
    }
    match url.scheme() {
        "https"
            if uri.starts_with("https://")
                && url
                    .host_str()
                    .is_some_and(|h| authority(uri).starts_with(h)) =>
        {
            Ok(())
        }
        "http" if uri.starts_with("http://") && is_loopback_literal(url) => Ok(()),
        "https" => Err("its host must be written in lower case ASCII"),
        "http" => {
            Err("http is for loopback IP addresses (http://127.0.0.1/…, http://[::1]/…); use https")
        }
        scheme if scheme.contains('.') => Ok(()),
        _ => {
            Err("a private-use scheme must contain a dot, such as com.example.app (RFC 8252 §7.1)")
        }
    }
}

/// The front page of the site that `uri` is on; `None` for an app's private scheme (RFC 8252 §7.1).
#[must_use]
pub fn site(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "http" | "https")
        .then(|| format!("{}/", url.origin().ascii_serialization()))
}

/// Whether `requested` is `registered`: byte for byte, any port on a loopback IP literal (RFC 8252 §7.3).
#[must_use]
pub fn matches(registered: &str, requested: &str) -> bool {
    if registered == requested {
        return true;
    }
    let loopback = |uri: &str| {
        Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && is_loopback_literal(&url))
    };
    match (without_port(registered), without_port(requested)) {
        (Some(left), Some(right)) => left == right && loopback(registered) && loopback(requested),
        _ => false,
    }
}

/// The host that a payer is shown beside the client's name; the scheme where there is no host.
#[must_use]
pub fn host(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => authority(uri).to_owned(),
        Ok(url) => url.scheme().to_owned(),
        Err(_) => String::new(),
    }
}

fn authority(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or("")
}

/// Scheme and host, and what follows the authority, without a port of digits.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let authority = authority(uri);
    let start = uri.find("://")? + 3;
    let tail = &uri[start + authority.len()..];
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let digits =
                !port.is_empty() && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
            digits.then_some(host)?
        }
        _ => authority,
    };
    Some((&uri[..start + host.len()], tail))
}

fn is_loopback_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_may_be_registered() {
        for good in [
            "https://shop.example/callback",
            "https://shop.example/callback?tenant=7",
            "https://shop.example",
            "http://127.0.0.1/callback",
            "http://127.0.0.1:8082/callback",
            "http://[::1]/callback",
            "com.example.app:/callback",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "/callback",
            "http://shop.example/callback",
            "http://localhost/callback",
            "https://shop.example/#fragment",
            "https://user@shop.example/",
            "https://user:password@shop.example/",
            "https://*.shop.example/",
            "https://SHOP.example/",
            "HTTPS://shop.example/",
            "https://shop.example/?code=1",
            "https://shop.example/?a=1&iss=2",
            "https:shop.example/",
            "https://shop.example\\@evil.example/",
            "myapp:/callback",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://shop.example/a b",
            "https://shöp.example/",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_host_of_two_scripts_is_shown_in_punycode() {
        for mixed in [
            "https://\u{430}cme.example/cb",
            "https://acm\u{435}.example/cb",
            "https://acme.example\u{2024}evil/cb",
        ] {
            assert!(check(mixed).is_err(), "{mixed}");
        }
        assert_eq!(check("https://xn--cme-5cd.example/cb"), Ok(()));
        assert_eq!(
            host("https://xn--cme-5cd.example/cb"),
            "xn--cme-5cd.example"
        );
        assert_eq!(host("com.example.app:/cb"), "com.example.app");
    }

    #[test]
    fn a_loopback_address_matches_on_any_port_and_nothing_else_does() {
        assert!(matches("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"));
        assert!(matches("http://[::1]:1/cb", "http://[::1]:51004/cb"));
        assert!(matches("http://127.0.0.1:1/cb", "http://127.0.0.1/cb"));
        for (registered, requested) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb/"),
            ("http://127.0.0.1/cb", "http://127.0.0.2:51004/cb"),
            ("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb"),
            (
                "http://127.0.0.1/cb",
                "http://127.0.0.1:51004@evil.example/cb",
            ),
            ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:/cb"),
            ("https://shop.example/cb", "https://shop.example:444/cb"),
            ("https://shop.example/cb", "https://shop.example/cb?"),
            ("https://shop.example/cb", "https://SHOP.example/cb"),
        ] {
            assert!(!matches(registered, requested), "{registered} {requested}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(left in ".{0,40}", right in ".{0,40}") {
            let _ = check(&left);
            let _ = host(&left);
            prop_assert_eq!(matches(&left, &right), matches(&right, &left));
        }

        #[test]
        fn what_is_registered_matches_itself_and_no_longer_one(path in "[a-z/]{0,12}", tail in "[a-z?/#:@]{1,8}") {
            let uri = format!("https://shop.example/{path}");
            prop_assert!(matches(&uri, &uri));
            let longer = format!("{uri}{tail}");
            prop_assert!(!matches(&uri, &longer));
        }
    }
}
