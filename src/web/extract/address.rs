use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;

use crate::app::{App, is_in_network};

/// The address of whoever asks: that of the connection, or what a trusted proxy says.
#[must_use]
pub fn address(app: &App, http: &HttpRequest) -> Option<IpAddr> {
    let mut address = http.peer_addr()?.ip().to_canonical();
    let trusted = &app.settings.server.trusted_proxies;
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| is_in_network(ip, network));
    let forwarded = http.headers().get_all("X-Forwarded-For");
    // Bytes, since one that is no text must not hide those that a proxy has added.
    let hops: Vec<&[u8]> = forwarded
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .collect();
    // From the nearest proxy outwards: the first that is not ours is whom we talk to.
    for hop in hops.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        match parse(hop) {
            Some(ip) => address = ip.to_canonical(),
            None => break,
        }
    }
    Some(address)
}

/// An address, with or without a port.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let bare = text.parse().ok();
    bare.or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip()))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_address_may_have_a_port() {
        for (hop, address) in [
            ("9.9.9.1", "9.9.9.1"),
            (" 9.9.9.1:4711", "9.9.9.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:4711 ", "2001:db8::1"),
        ] {
            assert_eq!(parse(hop.as_bytes()), address.parse().ok(), "{hop}");
        }
        for hop in ["", "unknown", "9.9.9.1:", "9.9.9", "\u{e9}"] {
            assert_eq!(parse(hop.as_bytes()), None, "{hop}");
        }
        assert_eq!(parse(b"\xff"), None);
    }
}
