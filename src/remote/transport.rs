use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response, Url};
use url::Host;

use super::addresses::{Guarded, Misled, Names, is_localhost, is_public};
use super::places::Places;
use super::{BuildFault, Fault};
use crate::settings;

/// The bounds of everything that is asked of others.
#[derive(Clone, Debug)]
pub struct Options {
    /// For one answer in all: waiting for a place, name, connection, headers and body.
    pub total: Duration,
    /// The longest body that is read, in bytes.
    pub max_bytes: usize,
    /// How many requests to one host may be under way at once; others wait for their turn.
    pub per_host: usize,
    /// How this server names itself (RFC 9110 §10.1.5).
    pub user_agent: String,
    /// Where the addresses of names come from.
    pub names: Names,
}

impl Options {
    /// The bounds that the settings have for wallets, with the resolver of the machine.
    #[must_use]
    pub fn of(settings: &settings::Wallet) -> Self {
        Self {
            total: Duration::from_millis(settings.timeout),
            max_bytes: settings.max_bytes,
            per_host: settings.parallel,
            user_agent: concat!("countersign/", env!("CARGO_PKG_VERSION")).to_owned(),
            names: Names::system(),
        }
    }
}

/// Everything that this server asks others for.
pub struct Remote {
    public: Transport,
    private: Transport,
    places: Places,
    total: Duration,
    max_bytes: usize,
}

/// A client, and whether it may go to addresses that are not public. Each has connections of its own, so that one
/// which was made to a private address never serves a request that may not go there.
pub(super) struct Transport {
    pub(super) client: Client,
    allow_private: bool,
}

impl Remote {
    /// Makes the transports; nothing is asked yet.
    ///
    /// # Errors
    /// [`BuildFault`] if TLS cannot be set up, or the user agent is no header value.
    pub fn new(options: &Options) -> Result<Self, BuildFault> {
        Ok(Self {
            public: Transport::new(options, false)?,
            private: Transport::new(options, true)?,
            places: Places::new(options.per_host),
            total: options.total,
            max_bytes: options.max_bytes,
        })
    }

    /// The transport to a registered wallet.
    pub(super) fn wallet(&self, allow_private: bool) -> &Transport {
        if allow_private {
            &self.private
        } else {
            &self.public
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

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("total", &self.total)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

impl Transport {
    fn new(options: &Options, allow_private: bool) -> Result<Self, BuildFault> {
        let client = match builder(options, allow_private).build() {
            Ok(client) => client,
            Err(fault) => {
                // A machine without certificates can still run the demo, over http on itself; https fails closed.
                tracing::warn!(
                    cause = chain(&fault),
                    "no host can be trusted over https: are CA certificates installed on this machine?"
                );
                builder(options, allow_private).tls_certs_only([]).build()?
            }
        };
        Ok(Self {
            client,
            allow_private,
        })
    }

    /// Checks what can be seen in the URL itself; names are checked when they are resolved.
    pub(super) fn admit(&self, text: &str) -> Result<Url, Fault> {
        let refused = |reason: &str| Fault::Refused(reason.to_owned());
        let url = Url::parse(text).map_err(|_| refused("the URL is not valid"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("the URL has credentials in it"));
        }
        let (loopback, address) = match url.host() {
            Some(Host::Domain(name)) => (is_localhost(name), None),
            Some(Host::Ipv4(address)) => (address.is_loopback(), Some(address.into())),
            Some(Host::Ipv6(address)) => (address.is_loopback(), Some(address.into())),
            None => return Err(refused("the URL has no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(refused("the URL is not https")),
        }
        // An address needs no resolver, so the resolver's check never sees it.
        if !self.allow_private && address.is_some_and(|address| !is_public(address)) {
            return Err(Fault::Refused(Misled::Private.to_string()));
        }
        Ok(url)
    }
}

/// How long an idle connection is kept. Servers close theirs after 5 s, or later: one that closes as it is used would look
/// like a wallet that does not answer.
const IDLE: Duration = Duration::from_secs(2);

fn builder(options: &Options, allow_private: bool) -> ClientBuilder {
    let names = options.names.clone();
    Client::builder()
        .user_agent(&options.user_agent)
        .dns_resolver(Arc::new(Guarded {
            allow_private,
            names,
        }))
        // A proxy from the environment would connect for us, past every check of addresses.
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        // Said although the features are off: another package's wish would turn them on, and a small body large.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        // The whole is timed in `within`; this ends a connection attempt that outlives its request.
        .connect_timeout(options.total)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(options.per_host)
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

impl Fault {
    /// What a failed exchange means; its text leaves the URL out.
    pub(super) fn of(fault: &reqwest::Error) -> Self {
        if fault.is_builder() {
            return Self::Refused("the request cannot be written".to_owned());
        }
        if let Some(misled) = Misled::behind(fault) {
            return Self::Refused(misled.to_string());
        }
        Self::Unreachable(chain(fault))
    }
}

/// The causes of an error from the second on, which are the ones that say what happened; reqwest's own text repeats
/// the URL.
fn chain(fault: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut next = fault.source();
    while let Some(cause) = next {
        if !cause.is::<reqwest::Error>() {
            let text = cause.to_string();
            if causes.last() != Some(&text) {
                causes.push(text);
            }
        }
        next = cause.source();
    }
    if causes.is_empty() {
        return "the exchange failed".to_owned();
    }
    causes.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote() -> Remote {
        Remote::new(&Options {
            total: Duration::from_secs(1),
            max_bytes: 1024,
            per_host: 2,
            user_agent: "Countersign".into(),
            names: Names::system(),
        })
        .unwrap()
    }

    fn admits(url: &str, allow_private: bool) -> bool {
        remote().wallet(allow_private).admit(url).is_ok()
    }

    #[test]
    fn https_goes_anywhere_and_http_to_this_machine_only() {
        assert!(admits("https://wallet.example/m/1", false));
        assert!(admits("http://127.0.0.1:8080/m/1", true));
        assert!(admits("http://[::1]:8080/m/1", true));
        assert!(admits("http://localhost:8080/m/1", true));
        assert!(!admits("http://wallet.example/m/1", true));
        assert!(!admits("http://10.0.0.1/m/1", true));
        assert!(!admits("http://localhost.example/m/1", true));
        assert!(!admits("ftp://wallet.example/m/1", true));
        assert!(!admits("file:///etc/passwd", true));
        assert!(!admits("//wallet.example/m/1", true));
        assert!(!admits("https://name:word@wallet.example/m/1", true));
    }

    #[test]
    fn an_address_in_the_url_is_checked_as_well() {
        for url in [
            "https://10.0.0.1/m",
            "https://[::1]/m",
            "https://0x7f.1/m",
            "https://2130706433/m",
            "https://[::ffff:169.254.169.254]/m",
            "https://[fd00::1]/m",
            "http://127.0.0.1/m",
        ] {
            assert!(!admits(url, false), "{url}");
            assert!(admits(url, true), "{url}");
        }
        assert!(admits("https://8.8.8.8/m", false));
    }

    #[test]
    fn json_is_recognised_by_type() {
        for yes in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+json",
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
        let remote = Remote {
            total: Duration::from_millis(30),
            ..remote()
        };
        let url = Url::parse("https://wallet.example/m/1").unwrap();
        let elsewhere = Url::parse("https://wallet.example:444/m/1").unwrap();
        let first = remote.places.take(authority(&url)).await;
        let second = remote.places.take(authority(&url)).await;
        let late = remote.within(&url, async { Ok(()) }).await;
        assert_eq!(late, Err(Fault::Busy));
        let free = remote.within(&elsewhere, async { Ok(()) }).await;
        assert_eq!(free, Ok(()));
        drop((first, second));
        assert_eq!(remote.within(&url, async { Ok(()) }).await, Ok(()));
        let silent = remote
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
