use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, web};
use percent_encoding::percent_decode_str;
use tokio::time::timeout;

use crate::app::App;
use crate::oauth::Parameters;

const MOST_PAIRS: usize = 200;

/// Why a query or form cannot be read: the status, and what to fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormFault {
    /// 400, 408, 413 or 415.
    pub status: StatusCode,
    /// What to fix.
    pub description: &'static str,
}

const MALFORMED: FormFault = FormFault {
    status: StatusCode::BAD_REQUEST,
    description: "The parameters are not form-urlencoded UTF-8 without NUL",
};

/// The form that was posted; what is wrong with it is for the handler to say.
#[derive(Debug)]
pub struct Posted(pub Result<Parameters, FormFault>);

impl FromRequest for Posted {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = is_form(request);
        let longest = request
            .app_data::<web::Data<App>>()
            .map(|app| app.settings.limits.body_timeout);
        let longest = Duration::from_secs(longest.unwrap_or_default());
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Ok(Self(Err(FormFault {
                    status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    description: "The body must be of type application/x-www-form-urlencoded, in UTF-8 and without a Content-Encoding",
                })));
            }
            let Ok(body) = timeout(longest, body).await else {
                return Ok(Self(Err(FormFault {
                    status: StatusCode::REQUEST_TIMEOUT,
                    description: "The body did not come in time",
                })));
            };
            let parsed = match body {
                Ok(body) => std::str::from_utf8(&body)
                    .map_err(|_| MALFORMED)
                    .and_then(parse_pairs),
                Err(error)
                    if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE =>
                {
                    Err(FormFault {
                        status: StatusCode::PAYLOAD_TOO_LARGE,
                        description: "The body is longer than 65536 bytes",
                    })
                }
                Err(_) => Err(FormFault {
                    status: StatusCode::BAD_REQUEST,
                    description: "The body cannot be read",
                }),
            };
            Ok(Self(parsed.map(Parameters::new)))
        })
    }
}

fn is_form(request: &HttpRequest) -> bool {
    let mut types = request.headers().get_all(CONTENT_TYPE);
    let only = types
        .next()
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = only.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let is_utf8 = parts
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim_matches('"'))
        .all(|value| {
            ["utf-8", "utf8"]
                .iter()
                .any(|it| value.eq_ignore_ascii_case(it))
        });
    let as_it_is = !request.headers().contains_key(CONTENT_ENCODING);
    as_it_is
        && types.next().is_none()
        && is_utf8
        && essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Reads form-urlencoded pairs, in order; stricter than the WHATWG's parser, which repairs what is broken.
pub fn parse_pairs(text: &str) -> Result<Vec<(String, String)>, FormFault> {
    let mut pairs = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name)?, decode(value)?));
        if pairs.len() > MOST_PAIRS {
            return Err(FormFault {
                status: StatusCode::BAD_REQUEST,
                description: "There are more than 200 parameters",
            });
        }
    }
    Ok(pairs)
}

/// Decodes one name or value.
pub(super) fn decode(text: &str) -> Result<String, FormFault> {
    let well_formed = text.split('%').skip(1).all(|tail| {
        let digits = tail.as_bytes();
        digits.len() >= 2 && digits[..2].iter().all(u8::is_ascii_hexdigit)
    });
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| MALFORMED)?;
    if well_formed && !decoded.contains('\0') {
        Ok(decoded.into_owned())
    } else {
        Err(MALFORMED)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_is_in_utf_8() {
        for (more, fits) in [
            ("", true),
            ("; charset=UTF-8", true),
            (";charset=\"utf-8\"; boundary=x", true),
            ("; Charset=utf8", true),
            ("; charset=utf-16", false),
            (";CHARSET=\"ISO-8859-1\"", false),
            ("; charset=utf-8; charset=utf-16", false),
            ("; charset=", false),
        ] {
            let kind = format!("application/x-www-form-urlencoded{more}");
            let request = TestRequest::default().insert_header((CONTENT_TYPE, kind));
            assert_eq!(is_form(&request.to_http_request()), fits, "{more}");
        }
    }

    #[test]
    fn what_is_broken_is_refused_and_not_repaired() {
        for broken in [
            "a=%", "a=%4", "a=%zz", "%zz=a", "a=%ff", "a=%00", "a=%c3%28", "a=\0", "a=%u0041",
        ] {
            assert_eq!(parse_pairs(broken), Err(MALFORMED), "{broken}");
        }
        let many = "a=1&".repeat(MOST_PAIRS + 1);
        assert!(parse_pairs(&many).is_err());
    }

    #[test]
    fn pairs_keep_their_order_and_repetitions() {
        let pairs = parse_pairs("a=1&b=x+y%2Bz&a=2&c&=d&&e=%C3%A4=").unwrap();
        let read: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            read,
            [
                ("a", "1"),
                ("b", "x y+z"),
                ("a", "2"),
                ("c", ""),
                ("", "d"),
                ("e", "ä=")
            ]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(pairs in proptest::collection::vec(("[^\0]{1,12}", "[^\0]{0,12}"), 0..8)) {
            let written = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            prop_assert_eq!(parse_pairs(&written).unwrap(), pairs);
        }

        #[test]
        fn nothing_panics(text in "[a-z%+&=\\x00-\\x1fé0-9]{0,64}") {
            let _ = parse_pairs(&text);
        }
    }
}
