use std::io;
use std::time::Duration;

use serde_json::Value;

use super::call::Call;

const MOST_BYTES: usize = 64 * 1024;

/// The one HTTP client of an app: no redirects, no proxy, 5 s and 64 KiB in all.
#[derive(Debug, Clone)]
pub struct Outgoing(reqwest::Client);

/// What the other side answered.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The nonce for the next proof (RFC 9449 §8.2).
    pub nonce: Option<String>,
    /// The body, `Null` when it is not JSON.
    pub body: Value,
}

/// Why there is no answer to work with.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nobody answered in time, or the answer was too long.
    #[error("{0} did not answer")]
    Silent(String, #[source] Option<reqwest::Error>),
    /// What came back is not what the protocol promises.
    #[error("{0}")]
    Unexpected(String),
}

impl Outgoing {
    /// Builds the client.
    pub fn build() -> io::Result<Self> {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(5))
            // Servers close an idle connection after 5 s: one that closes as it is used would look like silence.
            .pool_idle_timeout(Duration::from_secs(2))
            .build()
            .map(Self)
            .map_err(io::Error::other)
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, call: &Call) -> Result<Reply, Fault> {
        let silent = |cause| Fault::Silent(call.url().to_owned(), cause);
        let request = call.request(&self.0);
        let mut response = request.send().await.map_err(|cause| silent(Some(cause)))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|cause| silent(Some(cause)))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MOST_BYTES {
                return Err(silent(None));
            }
        }
        let header = |name: &str| {
            let value = response.headers().get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Ok(Reply {
            status: response.status().as_u16(),
            location: header("Location"),
            nonce: header("DPoP-Nonce"),
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        })
    }
}

/// Asks for the metadata of an authorization server (RFC 8414 §3.1).
pub fn metadata_call(issuer: &str) -> Result<Call, Fault> {
    let place = url::Url::parse(issuer)
        .map_err(|_| Fault::Unexpected(format!("{issuer} is not an issuer")))?;
    Ok(Call::get(&format!(
        "{}/.well-known/oauth-authorization-server{}",
        place.origin().ascii_serialization(),
        place.path().trim_end_matches('/')
    )))
}

/// Reads the metadata, and checks that it speaks of that server (RFC 8414 §3.3).
pub fn metadata(issuer: &str, reply: Reply) -> Result<Value, Fault> {
    if reply.status != 200 {
        return Err(Fault::Silent(issuer.to_owned(), None));
    }
    if reply.body["issuer"] != *issuer {
        let found = reply.body["issuer"].as_str().unwrap_or("nobody");
        return Err(Fault::Unexpected(format!(
            "the metadata of {issuer} speaks of {found}"
        )));
    }
    Ok(reply.body)
}

/// The URL of a payment pointer: `$host/path`, `//host/path` or a URL; on loopback `$` means plain HTTP.
pub fn pointer_url(pointer: &str) -> Option<url::Url> {
    let pointer = pointer.trim();
    let rest = pointer
        .strip_prefix('$')
        .or_else(|| pointer.strip_prefix("//"));
    let written = rest.map_or_else(|| pointer.to_owned(), |rest| format!("https://{rest}"));
    let mut url = url::Url::parse(&written).ok()?;
    if rest.is_some() && matches!(url.host_str(), Some("127.0.0.1" | "localhost")) {
        url.set_scheme("http").ok()?;
    }
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if url.path() == "/" {
        url.set_path("/.well-known/pay");
    }
    is_plain.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_pointer_becomes_its_url() {
        for (pointer, expected) in [
            ("$wallet.example/bob", Some("https://wallet.example/bob")),
            (
                "$wallet.example",
                Some("https://wallet.example/.well-known/pay"),
            ),
            ("$127.0.0.1:3001/bob", Some("http://127.0.0.1:3001/bob")),
            ("//127.0.0.1:3001/bob", Some("http://127.0.0.1:3001/bob")),
            (
                "http://127.0.0.1:3001/bob",
                Some("http://127.0.0.1:3001/bob"),
            ),
            (
                "$127.0.0.1.example/bob",
                Some("https://127.0.0.1.example/bob"),
            ),
            ("javascript:alert(1)", None),
            ("$wallet.example/bob?x=1", None),
            ("bob", None),
        ] {
            let url = pointer_url(pointer).map(|url| url.to_string());
            assert_eq!(url.as_deref(), expected, "{pointer}");
        }
    }
}
