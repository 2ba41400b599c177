use std::error::Error;
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};
use url::Host;

use super::addresses::{Guarded, Misled, Names, Reach, is_localhost};
use super::bounds::{Bounded, Bounds};
use super::{BuildFault, Fault};
use crate::settings::Settings;

/// How everything is asked of others.
#[derive(Clone, Debug)]
pub struct Options {
    /// The bounds for wallets.
    pub wallets: Bounds,
    /// The bounds for hosts of key sets.
    pub client_keys: Bounds,
    /// Whether key sets may be read from this machine, under a name or an address that means it.
    pub allow_loopback: bool,
    /// How this server names itself (RFC 9110 §10.1.5).
    pub user_agent: String,
    /// Where the addresses of names come from.
    pub names: Names,
}

impl Options {
    /// What the settings say, with the resolver of the machine.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let (wallet, client_keys) = (&settings.wallet, &settings.client_keys);
        Self {
            wallets: Bounds {
                total: Duration::from_millis(wallet.timeout),
                max_bytes: wallet.max_bytes,
                per_host: wallet.parallel,
            },
            client_keys: Bounds {
                total: Duration::from_millis(client_keys.timeout),
                max_bytes: client_keys.max_bytes,
                per_host: client_keys.parallel,
            },
            allow_loopback: settings.authorization.allow_loopback_http,
            user_agent: concat!("countersign/", env!("CARGO_PKG_VERSION")).to_owned(),
            names: Names::system(),
        }
    }
}

/// Everything that this server asks others for.
pub struct Remote {
    public: Transport,
    private: Transport,
    pub(super) wallets: Bounded,
    pub(super) outside: Arc<Outside>,
}

/// The way to hosts that nobody registered as a wallet: they are named by clients and wallets, and may be anywhere in the
/// public Internet.
pub(super) struct Outside {
    pub(super) transport: Transport,
    pub(super) bounded: Bounded,
}

/// A client, and where it may go. Each has connections of its own, so that one which was made to a private address never
/// serves a request that may not go there.
pub(super) struct Transport {
    pub(super) client: Client,
    reach: Reach,
}

impl Remote {
    /// Makes the transports; nothing is asked yet.
    ///
    /// # Errors
    /// [`BuildFault`] if TLS cannot be set up, or the user agent is no header value.
    pub fn new(options: &Options) -> Result<Self, BuildFault> {
        let (wallets, client_keys) = (options.wallets, options.client_keys);
        Ok(Self {
            public: Transport::new(options, wallets, Reach::Public)?,
            private: Transport::new(options, wallets, Reach::Anywhere)?,
            wallets: Bounded::new(wallets),
            outside: Arc::new(Outside {
                transport: Transport::new(
                    options,
                    client_keys,
                    Reach::outside(options.allow_loopback),
                )?,
                bounded: Bounded::new(client_keys),
            }),
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
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("wallets", &self.wallets)
            .field("outside", &self.outside.bounded)
            .finish_non_exhaustive()
    }
}

impl Transport {
    fn new(options: &Options, bounds: Bounds, reach: Reach) -> Result<Self, BuildFault> {
        let client = match builder(options, bounds, reach).build() {
            Ok(client) => client,
            Err(fault) => {
                // A machine without certificates can still run the demo, over http on itself; https fails closed.
                tracing::warn!(
                    cause = chain(&fault),
                    "no host can be trusted over https: are CA certificates installed on this machine?"
                );
                let builder = builder(options, bounds, reach);
                builder.tls_certs_only([]).build()?
            }
        };
        Ok(Self { client, reach })
    }

    /// Checks what can be seen in the URL itself; names are checked when they are resolved.
    pub(super) fn admit(&self, text: &str) -> Result<Url, Fault> {
        admit(text, self.reach).map_err(|rule| Fault::Refused(rule.to_owned()))
    }
}

/// Reads a URL that leads where `reach` goes, as far as the URL itself tells.
pub(super) fn admit(text: &str, reach: Reach) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "the URL is not valid")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL has credentials in it");
    }
    let (loopback, address) = match url.host() {
        Some(Host::Domain(name)) if is_localhost(name) => (true, Some(Ipv4Addr::LOCALHOST.into())),
        Some(Host::Domain(_)) => (false, None),
        Some(Host::Ipv4(address)) => (address.is_loopback(), Some(address.into())),
        Some(Host::Ipv6(address)) => (address.is_loopback(), Some(address.into())),
        None => return Err("the URL has no host"),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => return Err("the URL is not https"),
    }
    // An address needs no resolver, so the resolver's check never sees it; what localhost is, is known before.
    if address.is_some_and(|address| !reach.covers(address, loopback)) {
        return Err(Misled::PRIVATE);
    }
    Ok(url)
}

/// How long an idle connection is kept. Servers close theirs after 5 s, or later: one that closes as it is used would look
/// like a wallet that does not answer.
const IDLE: Duration = Duration::from_secs(2);

fn builder(options: &Options, bounds: Bounds, reach: Reach) -> ClientBuilder {
    let names = options.names.clone();
    Client::builder()
        .user_agent(&options.user_agent)
        .dns_resolver(Arc::new(Guarded { reach, names }))
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
        .connect_timeout(bounds.total)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(bounds.per_host)
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

    fn admits(url: &str, reach: Reach) -> bool {
        admit(url, reach).is_ok()
    }

    #[test]
    fn https_goes_anywhere_and_http_to_this_machine_only() {
        assert!(admits("https://wallet.example/m/1", Reach::Public));
        assert!(admits("http://127.0.0.1:8080/m/1", Reach::Anywhere));
        assert!(admits("http://[::1]:8080/m/1", Reach::Anywhere));
        assert!(admits("http://localhost:8080/m/1", Reach::Anywhere));
        assert!(!admits("http://wallet.example/m/1", Reach::Anywhere));
        assert!(!admits("http://10.0.0.1/m/1", Reach::Anywhere));
        assert!(!admits("http://localhost.example/m/1", Reach::Anywhere));
        assert!(!admits("ftp://wallet.example/m/1", Reach::Anywhere));
        assert!(!admits("file:///etc/passwd", Reach::Anywhere));
        assert!(!admits("//wallet.example/m/1", Reach::Anywhere));
        assert!(!admits(
            "https://name:word@wallet.example/m/1",
            Reach::Anywhere
        ));
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
            "http://localhost/m",
            "https://wallet.localhost/m",
        ] {
            assert!(!admits(url, Reach::Public), "{url}");
            assert!(admits(url, Reach::Anywhere), "{url}");
        }
        assert!(admits("https://8.8.8.8/m", Reach::Public));
    }

    #[test]
    fn a_way_to_this_machine_is_none_to_its_network() {
        for url in [
            "https://client.example/keys",
            "https://8.8.8.8/keys",
            "http://localhost:8080/keys",
            "http://127.0.0.1:8080/keys",
            "https://127.1.2.3/keys",
            "http://[::1]:8080/keys",
        ] {
            assert!(admits(url, Reach::Loopback), "{url}");
        }
        for url in [
            "http://client.example/keys",
            "http://8.8.8.8/keys",
            "https://10.0.0.1/keys",
            "http://10.0.0.1/keys",
            "https://192.168.1.1/keys",
            "https://169.254.169.254/keys",
            "http://0.0.0.0/keys",
            "https://[fd00::1]/keys",
            "https://[::ffff:127.0.0.1]/keys",
            "http://[::ffff:127.0.0.1]/keys",
        ] {
            assert!(!admits(url, Reach::Loopback), "{url}");
        }
    }
}
