use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpStream;

use super::Patient;
use super::finding::Finding;

const BIND: &str = "server.bind";
const ISSUER: &str = "issuer";

/// How long a connection on this machine may take.
const SHORT: Duration = Duration::from_secs(1);

/// Where this server listens, and whether it is found at its issuer.
pub(super) async fn findings(patient: &Patient) -> Vec<Finding> {
    let (bind, issuer) = tokio::join!(bind(patient), issuer(patient));
    vec![bind, issuer]
}

async fn bind(patient: &Patient) -> Finding {
    let Some(address) = patient.settings.server.bind_address() else {
        return Finding::unknown(BIND, "it is no address");
    };
    let reached = tokio::time::timeout(SHORT, TcpStream::connect(nearest(address))).await;
    if matches!(reached, Ok(Ok(_))) {
        return Finding::ok(BIND, format!("somebody listens on {address}"));
    }
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(BIND, format!("{address} is free: no server runs here")),
        Err(error) => {
            let advice = "set server.bind to an address of this machine and a port that the server's user may open";
            Finding::failed(
                BIND,
                format!("{address} cannot be listened on: {error}"),
                advice,
            )
        }
    }
}

/// An address at which a listener can be reached from here.
fn nearest(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn issuer(patient: &Patient) -> Finding {
    let server = &patient.settings.server;
    let Some(remote) = &patient.remote else {
        return Finding::unknown(ISSUER, "this machine cannot ask anybody over TLS");
    };
    let origin = server
        .issuer
        .strip_suffix(server.base_path())
        .unwrap_or(&server.issuer);
    let url = format!(
        "{origin}/.well-known/oauth-authorization-server{}",
        server.base_path()
    );
    let advice = "clients and wallets must reach this server there: see to the name, the proxy and its certificate";
    let found = remote.document(&url, true).await;
    let (body, took) = match found.and_then(|document| Ok((document.body?, document.took))) {
        Ok(read) => read,
        Err(fault) => return Finding::warning(ISSUER, format!("{url}: {fault}"), advice),
    };
    let document: Value = serde_json::from_slice(&body).unwrap_or_default();
    if document["issuer"] != server.issuer.as_str() {
        let seen = format!("{url} is the document of {}", document["issuer"]);
        return Finding::failed(
            ISSUER,
            seen,
            "see that the proxy leads there, and that server.issuer is what it was",
        );
    }
    Finding::ok(ISSUER, format!("{url} answers in {} ms", took.as_millis()))
}
