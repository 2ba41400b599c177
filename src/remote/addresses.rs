use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether an address is one of the public Internet's, and not of this machine, its network, or a special purpose
/// (the IANA special-purpose address registries, RFC 6890).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        // This network, private use, loopback; multicast, reserved, broadcast.
        [0 | 10 | 127 | 224..=255, ..] => false,
        // Shared by carriers.
        [100, second, ..] => !(64..=127).contains(&second),
        // Azure's platform address: public by number, and the machine's own host by meaning.
        [168, second, third, fourth] => (second, third, fourth) != (63, 129, 16),
        // Link-local: cloud metadata is at 169.254.169.254.
        [169, second, ..] => second != 254,
        [172, second, ..] => !(16..=31).contains(&second),
        // Protocol assignments, documentation, AS112, 6to4 relays, AMT, private use.
        [192, second, third, _] => !matches!(
            (second, third),
            (0, 0 | 2) | (31, 196) | (52, 193) | (88, 99) | (168, _) | (175, 48)
        ),
        // Benchmarking, documentation.
        [198, second, third, _] => !matches!((second, third), (18 | 19, _) | (51, 100)),
        [203, second, third, _] => (second, third) != (0, 113),
        _ => true,
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Mapped and translated addresses are as public as the IPv4 address in them.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(embedded(high, low))
        }
        // Protocol assignments, Teredo and ORCHID among them; documentation.
        [0x2001, second, ..] => !matches!(second, 0..=0x1ff | 0xdb8),
        // 6to4: a way into the IPv4 address in it, whoever relays.
        [0x2002, ..] => false,
        // AS112.
        [0x2620, second, third, ..] => (second, third) != (0x4f, 0x8000),
        // The newer documentation block.
        [0x3fff, second, ..] => second > 0xfff,
        // Only 2000::/3 is handed out: local, unique local, multicast, discard, loopback and the rest lie outside.
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

/// Where the addresses of a name come from.
#[derive(Clone)]
pub struct Names(Option<Arc<Answers>>);

type Answers = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

impl Names {
    /// The resolver of the machine.
    #[must_use]
    pub fn system() -> Self {
        Self(None)
    }

    /// A resolver that says whatever `answer` does, each time it is asked.
    pub fn from_fn(
        answer: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(answer)))
    }

    async fn addresses(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        match &self.0 {
            None => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            Some(answer) => {
                let found = answer(name)?.into_iter();
                Ok(found.map(|address| SocketAddr::new(address, 0)).collect())
            }
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

/// Where a transport may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To public addresses.
    Public,
    /// To public addresses, and to this machine under a name or an address that means it.
    Loopback,
    /// Anywhere.
    Anywhere,
}

impl Reach {
    /// Where hosts of key sets may be.
    pub(super) const fn outside(allow_loopback: bool) -> Self {
        if allow_loopback {
            Self::Loopback
        } else {
            Self::Public
        }
    }

    /// Whether `address` may be connected to, for a host that does or does not mean this machine.
    pub(super) fn covers(self, address: IpAddr, means_this_machine: bool) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Loopback => is_public(address) || (means_this_machine && address.is_loopback()),
            Self::Anywhere => true,
        }
    }
}

/// Resolves names for a transport and refuses those that lead where it may not go.
///
/// The check is on the addresses that are connected to, so a name cannot change its mind between check and use.
pub(super) struct Guarded {
    pub(super) reach: Reach,
    pub(super) names: Names,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, reach) = (self.names.clone(), self.reach);
        Box::pin(async move {
            let found = names.addresses(name.as_str()).await?;
            judge(name.as_str(), &found, reach)?;
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// One address that is not allowed refuses the name: what is half inside is no public host.
fn judge(name: &str, found: &[SocketAddr], reach: Reach) -> io::Result<()> {
    if found.is_empty() {
        return Err(io::Error::other("the name has no address"));
    }
    for address in found {
        let address = address.ip().to_canonical();
        if !reach.covers(address, is_localhost(name)) {
            return Err(io::Error::other(Misled::Private));
        }
        // http is allowed on these names because nothing leaves the machine (RFC 6761 §6.3).
        if is_localhost(name) && !address.is_loopback() {
            return Err(io::Error::other(Misled::Elsewhere));
        }
    }
    Ok(())
}

/// Whether a name means this machine (RFC 6761 §6.3).
pub(super) fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// A host is at an address where its registration does not allow it to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Misled {
    /// A private one, of a host that may have public ones only.
    #[error("{}", Self::PRIVATE)]
    Private,
    /// Another machine's, of a name that means this one.
    #[error("localhost leads to another machine")]
    Elsewhere,
}

impl Misled {
    /// What a private address is refused with.
    pub(super) const PRIVATE: &str =
        "the host has a private address, and is not registered as one in a private network";

    /// Finds it among the causes of an error.
    pub(super) fn behind(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(cause) = next {
            // An I/O error does not name what it was made from as its source.
            let inner = cause
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref);
            let misled = inner.and_then(|inner| inner.downcast_ref::<Self>());
            if let Some(found) = misled.or_else(|| cause.downcast_ref::<Self>()) {
                return Some(*found);
            }
            next = cause.source();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_public() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "169.253.1.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.1.1",
            "198.20.1.1",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(public(text), "{text}");
        }
    }

    #[test]
    fn special_ipv4_addresses_are_not() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.1.1",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!public(text), "{text}");
        }
    }

    #[test]
    fn special_ipv6_addresses_are_not() {
        for text in [
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b:1::10.0.0.1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:0a00:0001::1",
            "2002:808:808::1",
            "2620:4f:8000::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!public(text), "{text}");
        }
    }

    fn judged(name: &str, found: &[&str], reach: Reach) -> bool {
        let found: Vec<_> = found
            .iter()
            .map(|text| SocketAddr::new(text.parse().unwrap(), 0))
            .collect();
        judge(name, &found, reach).is_ok()
    }

    #[test]
    fn one_private_address_refuses_a_name() {
        assert!(judged("wallet.example", &["8.8.8.8"], Reach::Public));
        assert!(!judged(
            "wallet.example",
            &["8.8.8.8", "10.0.0.1"],
            Reach::Public
        ));
        assert!(judged(
            "wallet.example",
            &["8.8.8.8", "10.0.0.1"],
            Reach::Anywhere
        ));
        assert!(!judged("wallet.example", &[], Reach::Anywhere));
    }

    #[test]
    fn localhost_stays_on_this_machine() {
        assert!(judged("localhost", &["127.0.0.1", "::1"], Reach::Anywhere));
        assert!(!judged("localhost", &["127.0.0.1"], Reach::Public));
        assert!(!judged("localhost", &["10.0.0.1"], Reach::Anywhere));
        assert!(!judged("shop.localhost", &["8.8.8.8"], Reach::Anywhere));
    }

    #[test]
    fn a_way_to_this_machine_is_for_names_that_mean_it() {
        let judged = |name, found| judged(name, found, Reach::Loopback);
        assert!(judged("localhost", &["127.0.0.1", "::1"]));
        assert!(judged("client.example", &["8.8.8.8"]));
        assert!(!judged("client.example", &["127.0.0.1"]));
        assert!(!judged("client.example", &["::ffff:127.0.0.1"]));
        assert!(!judged("client.example", &["8.8.8.8", "127.0.0.1"]));
        assert!(!judged("client.example", &["10.0.0.1"]));
        assert!(!judged("localhost", &["10.0.0.1"]));
        assert!(!judged("localhost", &["127.0.0.1", "10.0.0.1"]));
        assert!(!judged("localhost", &["8.8.8.8"]));
    }
}
