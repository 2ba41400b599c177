use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::{Response, Url};

use super::Fault;
use super::places::Places;

/// How much is asked of hosts of one kind, and how long they are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// For one answer in all: waiting for a place, name, connection, headers and body.
    pub total: Duration,
    /// The longest body that is read, in bytes.
    pub max_bytes: usize,
    /// How many requests to one host may be under way at once; others wait for their turn.
    pub per_host: usize,
}

/// Keeps exchanges within their bounds.
pub(super) struct Bounded {
    pub(super) places: Places,
    pub(super) total: Duration,
    max_bytes: usize,
}

impl Bounded {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            places: Places::new(bounds.per_host),
            total: bounds.total,
            max_bytes: bounds.max_bytes,
        }
    }

    /// Runs `exchange` as one of the requests to the host of `url`, and ends it when the time is over, wherever it is.
    pub(super) async fn within<T>(
        &self,
        url: &Url,
        exchange: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let mut placed = false;
        let whole = async {
            let Some(_place) = self.places.take(authority(url)).await else {
                return Err(Fault::Busy);
            };
            placed = true;
            exchange.await
        };
        match tokio::time::timeout(self.total, whole).await {
            Ok(answer) => answer,
            Err(_) if placed => Err(Fault::Unreachable(format!(
                "not complete within {:?}",
                self.total
            ))),
            Err(_) => Err(Fault::Busy),
        }
    }

    /// Reads a body that says it is plain JSON, and no more of it than is allowed, whatever length was announced.
    pub(super) async fn json(&self, mut response: Response) -> Result<Vec<u8>, Fault> {
        judge_headers(response.headers())?;
        let too_large = || Fault::Unreadable(format!("longer than {} bytes", self.max_bytes));
        let limit = u64::try_from(self.max_bytes).unwrap_or(u64::MAX);
        if response
            .content_length()
            .is_some_and(|length| length > limit)
        {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|fault| Fault::of(&fault))? {
            if part.len() > self.max_bytes.saturating_sub(body.len()) {
                return Err(too_large());
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }
}

impl fmt::Debug for Bounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded")
            .field("total", &self.total)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

/// Host and port, whatever the path: what the requests at once are counted by.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{host}:{port}")
}

fn judge_headers(headers: &HeaderMap) -> Result<(), Fault> {
    let unreadable = |reason: &str| Err(Fault::Unreadable(reason.to_owned()));
    if !single(headers, &CONTENT_TYPE).is_some_and(is_json) {
        return unreadable("the content type is not JSON");
    }
    if headers.contains_key(CONTENT_ENCODING)
        && !single(headers, &CONTENT_ENCODING)
            .is_some_and(|coding| coding.trim().eq_ignore_ascii_case("identity"))
    {
        return unreadable("the body is encoded, which was not asked for");
    }
    Ok(())
}

/// A header that is there exactly once: of two values, others may read the other one.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// `application/json`, or a type with the suffix `+json` (RFC 6839 §3.1), with any parameters.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let Some(subtype) = essence.strip_prefix("application/") else {
        return false;
    };
    subtype == "json"
        || subtype
            .strip_suffix("+json")
            .is_some_and(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_by_type() {
        for yes in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+json",
            "application/jwk-set+json",
            "application/vnd.x+json ;v=1",
        ] {
            assert!(is_json(yes), "{yes}");
        }
        for no in [
            "",
            "text/html",
            "text/json",
            "application/jsonp",
            "application/+json",
            "application/x-json-stream",
            "text/plain; application/json",
        ] {
            assert!(!is_json(no), "{no}");
        }
    }

    #[tokio::test]
    async fn who_finds_no_place_in_time_is_told_so() {
        let bounded = Bounded::new(Bounds {
            total: Duration::from_millis(30),
            max_bytes: 1024,
            per_host: 2,
        });
        let url = Url::parse("https://wallet.example/m/1").unwrap();
        let elsewhere = Url::parse("https://wallet.example:444/m/1").unwrap();
        let first = bounded.places.take(authority(&url)).await;
        let second = bounded.places.take(authority(&url)).await;
        let late = bounded.within(&url, async { Ok(()) }).await;
        assert_eq!(late, Err(Fault::Busy));
        let free = bounded.within(&elsewhere, async { Ok(()) }).await;
        assert_eq!(free, Ok(()));
        drop((first, second));
        assert_eq!(bounded.within(&url, async { Ok(()) }).await, Ok(()));
        let silent = bounded
            .within(&url, std::future::pending::<Result<(), _>>())
            .await;
        assert!(matches!(silent, Err(Fault::Unreachable(_))));
    }

    #[test]
    fn the_authority_names_the_port() {
        let of = |text| authority(&Url::parse(text).unwrap());
        assert_eq!(of("https://wallet.example/a"), "wallet.example:443");
        assert_eq!(of("https://wallet.example:444/b"), "wallet.example:444");
        assert_eq!(of("http://[::1]/"), "[::1]:80");
    }
}
