use std::net::IpAddr;

use actix_web::HttpRequest;

use crate::app::{App, is_in_network};

/// The address of whoever asks: that of the connection, or what a trusted proxy says.
#[must_use]
pub fn address(app: &App, http: &HttpRequest) -> Option<IpAddr> {
    let mut address = http.peer_addr()?.ip().to_canonical();
    let trusted = &app.settings.server.trusted_proxies;
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| is_in_network(ip, network));
    let forwarded = http.headers().get_all("X-Forwarded-For");
    let hops: Vec<&str> = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    // From the nearest proxy outwards: the first that is not ours is whom we talk to.
    for hop in hops.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(ip) => address = ip.to_canonical(),
            Err(_) => break,
        }
    }
    Some(address)
}
