use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use super::Failure;

/// The port of this server when none is named.
pub const DEFAULT: u16 = 3000;

/// Where everything of the demo listens: nowhere but on loopback.
pub struct Ports {
    /// This server's sockets: browsers may take `localhost` for either address.
    pub issuer: Vec<TcpListener>,
    /// The wallet's socket.
    pub wallet: TcpListener,
    /// The shop's socket.
    pub shop: TcpListener,
    /// The second shop's socket.
    pub second_shop: TcpListener,
    /// The first address of this server.
    pub bind: SocketAddr,
    /// The names that go with them.
    pub origins: Origins,
}

/// The origins of the demo.
#[derive(Debug, Clone)]
pub struct Origins {
    /// This server's.
    pub issuer: String,
    /// The wallet's.
    pub wallet: String,
    /// The shop's.
    pub shop: String,
    /// The second shop's.
    pub second_shop: String,
}

impl Ports {
    /// Takes `first` and the three ports after it; any four when it is 0.
    pub fn bind(first: u16) -> Result<Self, Failure> {
        let after = |count: u16| match first {
            0 => Ok(0),
            first => first.checked_add(count).ok_or_else(|| {
                Failure::usage("the three ports after --port are needed, too")
                    .hint("choose one up to 65532")
            }),
        };
        let v4 = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let issuer = listen(v4, first)?;
        let bind = issuer.local_addr()?;
        let port = bind.port();
        let mut sockets = vec![issuer];
        match TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)) {
            Ok(listener) => sockets.push(listener),
            Err(error) if first != 0 && error.kind() == io::ErrorKind::AddrInUse => {
                return Err(taken(port));
            }
            // Not every machine has IPv6.
            Err(_) => {}
        }
        let wallet = listen(v4, after(1)?)?;
        let shop = listen(v4, after(2)?)?;
        let second_shop = listen(v4, after(3)?)?;
        let origins = Origins {
            issuer: format!("http://localhost:{port}"),
            wallet: format!("http://{}", wallet.local_addr()?),
            shop: format!("http://{}", shop.local_addr()?),
            second_shop: format!("http://{}", second_shop.local_addr()?),
        };
        Ok(Self {
            issuer: sockets,
            wallet,
            shop,
            second_shop,
            bind,
            origins,
        })
    }
}

fn listen(address: IpAddr, port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind(SocketAddr::new(address, port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => taken(port),
        _ => Failure::new(&format!("port {port} cannot be listened on: {error}"))
            .hint("choose another with --port, or any with --port 0"),
    })
}

fn taken(port: u16) -> Failure {
    Failure::new(&format!("port {port} is taken by another program"))
        .hint("choose the first of four free ports with --port, or any with --port 0")
}
