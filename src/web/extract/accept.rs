use actix_web::HttpRequest;
use actix_web::http::header::{Accept, Header as _, Quality};

use crate::web::respond::SIGNED_INTROSPECTION;

/// Whether a wallet wants its answer signed (RFC 9701 §4): it names the type, and does not like JSON at least as much.
///
/// A wildcard asks for nothing in particular: it is answered in JSON, which is also the answer to a header that cannot be
/// read.
#[must_use]
pub fn wants_signed(request: &HttpRequest) -> bool {
    let Ok(accept) = Accept::parse(request) else {
        return false;
    };
    let liking = |wanted: &str| {
        let named = accept
            .iter()
            .filter(|range| range.item.essence_str().eq_ignore_ascii_case(wanted));
        named.map(|range| range.quality).max()
    };
    let signed = liking(SIGNED_INTROSPECTION).filter(|quality| *quality > Quality::ZERO);
    signed.is_some() && signed > liking("application/json")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn wants(accept: &[&str]) -> bool {
        let mut request = TestRequest::default();
        for line in accept {
            request = request.append_header(("Accept", *line));
        }
        wants_signed(&request.to_http_request())
    }

    #[test]
    fn the_type_must_be_named_and_liked_better_than_json() {
        for accept in [
            "application/token-introspection+jwt",
            "Application/Token-Introspection+JWT",
            "application/token-introspection+jwt;q=0.1",
            "application/token-introspection+jwt, */*",
            "application/token-introspection+jwt, application/json;q=0.9",
            "application/json;q=0.1, application/token-introspection+jwt;q=0.2, text/html",
            "application/json;q=0, application/token-introspection+jwt;q=0.001",
        ] {
            assert!(wants(&[accept]), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/*",
            "application/json",
            "application/jwt",
            "application/token-introspection+jwt;q=0",
            "application/token-introspection+jwt, application/json",
            "application/token-introspection+jwt;q=0.5, application/json;q=0.5",
            "application/json, application/token-introspection+jwt;q=0.9",
            "application/token-introspection",
            "application",
            ";q=1",
        ] {
            assert!(!wants(&[accept]), "{accept}");
        }
        assert!(!wants(&[]));
        assert!(wants(&["text/html", "application/token-introspection+jwt"]));
        assert!(!wants(&[
            "application/json",
            "application/token-introspection+jwt"
        ]));
    }
}
