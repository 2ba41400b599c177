use url::Url;

/// Writes an absolute http or https URI as RFC 3986 §6.2.2 and §6.2.3 normalise it, without query and fragment: scheme
/// and host in lower case, unreserved characters as themselves, other escapes in upper case, no dot segments, no default
/// port, no empty path.
///
/// `None` for what is no such URI, and for one with user information.
pub(super) fn normalise(uri: &str) -> Option<String> {
    let uri = uri.split(['?', '#']).next()?;
    // A URL parser repairs much that RFC 3986 does not know: backslashes, spaces, missing slashes.
    if !uri.bytes().all(is_uri_character) {
        return None;
    }
    let (scheme, rest) = uri.split_once("://")?;
    if !["http", "https"]
        .iter()
        .any(|it| scheme.eq_ignore_ascii_case(it))
    {
        return None;
    }
    let authority = rest.split('/').next()?;
    if authority.is_empty() || authority.contains('@') {
        return None;
    }
    // Dot segments and the host are judged by the parser, so escapes of unreserved characters have to be gone by then.
    let url = Url::parse(&plain_escapes(uri)?).ok()?;
    Some(url.into())
}

/// The characters of RFC 3986 §2, and the percent sign of its escapes.
fn is_uri_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// Decodes the escapes of unreserved characters and writes the others in upper case (RFC 3986 §6.2.2.1, §6.2.2.2);
/// `None` for a percent sign without two hexadecimal digits.
fn plain_escapes(uri: &str) -> Option<String> {
    let mut parts = uri.split('%');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let byte = u8::from_str_radix(digits, 16).ok()?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            plain.push(char::from(byte));
        } else {
            plain.push('%');
            plain.push_str(&digits.to_ascii_uppercase());
        }
        plain.push_str(rest);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const URI: &str = "https://auth.example/op/token";

    #[test]
    fn all_spellings_of_one_uri_are_the_same() {
        for uri in [
            URI,
            "https://auth.example/op/token?a=b",
            "https://auth.example/op/token#c",
            "https://auth.example/op/token?a#b?c",
            "HTTPS://AUTH.Example/op/token",
            "https://auth.example:443/op/token",
            "https://auth.example:/op/token",
            "https://auth.example/op/%74oke%6E",
            "https://auth.example/%6fp/token",
            "https://%61uth.example/op/token",
            "https://auth.example/op/./token",
            "https://auth.example/x/../op/token",
            "https://auth.example/x/%2e%2E/op/%2e/token",
            "https://auth.example/../op/token",
        ] {
            assert_eq!(normalise(uri).as_deref(), Some(URI), "{uri}");
        }
        assert_eq!(
            normalise("https://a.example"),
            normalise("https://a.example/")
        );
        assert_eq!(
            normalise("http://a.example:80?x"),
            normalise("http://a.example")
        );
        assert_eq!(
            normalise("https://a.example/%3a"),
            normalise("https://a.example/%3A")
        );
        assert_eq!(
            normalise("http://[::1]:8080/t").as_deref(),
            Some("http://[::1]:8080/t")
        );
    }

    #[test]
    fn other_uris_stay_others() {
        for uri in [
            "http://auth.example/op/token",
            "https://auth.example:8443/op/token",
            "https://auth.example./op/token",
            "https://auth.example/op/token/",
            "https://auth.example/op//token",
            "https://auth.example//op/token",
            "https://auth.example/op/Token",
            "https://auth.example/op%2Ftoken",
            "https://auth.example/op/token%3F",
            "https://auth.example/op/token%20",
            "https://auth.example/op/token/..",
            "https://auth.example/op",
            "https://auth.example",
            "https://evil.example/op/token",
        ] {
            assert_ne!(normalise(uri).unwrap(), URI, "{uri}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for uri in [
            "",
            "auth.example/op/token",
            "//auth.example/op/token",
            "https:auth.example/op/token",
            "https:/auth.example/op/token",
            "https:///auth.example/op/token",
            "https://?/op/token",
            "https://user@auth.example/op/token",
            "https://user:secret@auth.example/op/token",
            "https://@auth.example/op/token",
            "https://auth.example@evil.example/op/token",
            "https://auth.example\\@evil.example/op/token",
            "https://auth.example\\op\\token",
            " https://auth.example/op/token",
            "https://auth.example/op/token ",
            "https://auth.example/op/tok\ten",
            "https://auth.example/op/token\0",
            "https://auth.example/op/tok%en",
            "https://auth.example/op/token%2",
            "https://auth.example/op/token%",
            "https://auth.example/op/%+1token",
            "https://auth.example/op/%\u{e4}",
            "https://b\u{fc}cher.example/",
            "https://auth.example:99999/op/token",
            "https://[::1/op/token",
            "ftp://auth.example/op/token",
            "urn:ietf:params:oauth:request_uri:x",
        ] {
            assert_eq!(normalise(uri), None, "{uri}");
        }
    }

    proptest! {
        #[test]
        fn what_is_normalised_stays_as_it_is(uri in "\\PC{0,40}|https?://[a-zA-Z0-9.:@/%?#\\[\\]-]{0,40}|https://a\\.example/[a-f0-9./%]{0,30}") {
            if let Some(normal) = normalise(&uri) {
                prop_assert_eq!(normalise(&normal), Some(normal.clone()));
            }
        }
    }
}
