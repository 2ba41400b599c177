//! Connections: how many there are, how many of one address, and how long one may stay that asks nothing.
//!
//! The library's own time limit is for the first request head of a connection. A later one that never ends, a body that nobody
//! wants, an answer that is not read: each is a connection without a request in service, and that is cut here. Nor does the
//! library wait, between requests that are sent in one go, for others or for the answers to be read: that is done here, too.

use std::any::Any;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::error::ErrorRequestTimeout;
use actix_web::middleware::Next;
use actix_web::rt;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::app::is_in_network;
use crate::model::Network;
use crate::settings::Settings;

/// The connections of one server.
#[derive(Clone)]
pub(super) struct Connections {
    longest: Duration,
    most_of_one: usize,
    trusted: Arc<[String]>,
    open: Arc<Mutex<HashMap<Network, usize>>>,
}

impl Connections {
    pub(super) fn new(settings: &Settings) -> Self {
        let limits = &settings.limits;
        Self {
            // Who waits before the next request, and then takes all the time for it, is in time.
            longest: Duration::from_secs(limits.head_timeout + limits.keep_alive),
            most_of_one: limits.connections_per_address,
            trusted: settings.server.trusted_proxies.clone().into(),
            open: Arc::default(),
        }
    }

    /// Watches a connection from now on; one of too many of its address is closed at once.
    pub(super) fn opened(&self, io: &dyn Any, data: &mut Extensions) {
        let Some(io) = io.downcast_ref::<rt::net::TcpStream>() else {
            return;
        };
        // Of its own, so that it can be shut down while the library waits on the other.
        let socket = match io.as_fd().try_clone_to_owned() {
            Ok(owned) => TcpStream::from(owned),
            Err(error) => {
                tracing::warn!(%error, "a connection is not watched");
                return;
            }
        };
        let Some(seat) = self.seat(&socket) else {
            tracing::debug!("an address has too many connections");
            // That it is closed already is as good.
            let _ = socket.shutdown(Shutdown::Both);
            return;
        };
        let connection = Rc::new(Connection {
            socket,
            in_service: Cell::new(0),
            idle_since: Cell::new(Instant::now()),
            longest: self.longest,
            watch: OnceCell::new(),
            _seat: seat,
        });
        let watch = rt::spawn(watch(Rc::downgrade(&connection), self.longest));
        // There is none yet.
        let _ = connection.watch.set(watch);
        data.insert(connection);
    }

    /// A place for one more connection; none if its address has enough.
    fn seat(&self, socket: &TcpStream) -> Option<Seat> {
        let peer = socket.peer_addr().ok()?.ip().to_canonical();
        let network = Network::of(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(network).or_default();
        let free = self.most_of_one == 0 || self.trusted.iter().any(|it| is_in_network(peer, it));
        if !free && *count >= self.most_of_one {
            return None;
        }
        *count += 1;
        Some(Seat {
            network,
            open: Arc::clone(&self.open),
        })
    }
}

/// A connection, as long as it is open.
struct Connection {
    socket: TcpStream,
    in_service: Cell<usize>,
    idle_since: Cell<Instant>,
    longest: Duration,
    watch: OnceCell<rt::task::JoinHandle<()>>,
    _seat: Seat,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(watch) = self.watch.get() {
            watch.abort();
        }
    }
}

/// Cuts a connection that has had no request in service for `longest`.
async fn watch(connection: Weak<Connection>, longest: Duration) {
    let mut pause = longest;
    loop {
        rt::time::sleep(pause).await;
        let Some(connection) = connection.upgrade() else {
            return;
        };
        if connection.in_service.get() > 0 {
            pause = longest;
            continue;
        }
        let idle = connection.idle_since.get().elapsed();
        if idle >= longest {
            tracing::debug!("a connection that asks nothing is cut");
            let _ = connection.socket.shutdown(Shutdown::Both);
            return;
        }
        pause = longest.saturating_sub(idle);
    }
}

/// Notes that a request of a connection is in service, until it is answered or dropped.
pub(super) async fn in_service<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    // Many requests in one read would else be answered before anybody else's turn comes.
    rt::task::yield_now().await;
    if let Some(connection) = &connection {
        connection.until_read().await?;
    }
    let _busy = connection.map(Busy::with);
    next.call(request).await
}

impl Connection {
    /// Waits until earlier answers have left; whoever does not read them is cut, and gets no further one.
    async fn until_read(&self) -> Result<(), Error> {
        let began = Instant::now();
        while !self.has_room() {
            if began.elapsed() >= self.longest {
                tracing::debug!("a connection that does not read its answers is cut");
                let _ = self.socket.shutdown(Shutdown::Both);
                return Err(ErrorRequestTimeout("answers are not read"));
            }
            rt::time::sleep(READING).await;
        }
        Ok(())
    }

    /// Whether the system takes more to send.
    fn has_room(&self) -> bool {
        let mut asked = [PollFd::new(&self.socket, PollFlags::OUT)];
        // What cannot be asked is found out by sending.
        poll(&mut asked, Some(&Timespec::default())).is_err() || !asked[0].revents().is_empty()
    }
}

/// How often it is seen whether answers are read.
const READING: Duration = Duration::from_millis(20);

struct Busy(Rc<Connection>);

impl Busy {
    fn with(connection: Rc<Connection>) -> Self {
        connection.in_service.update(|count| count + 1);
        Self(connection)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.in_service.update(|count| count.saturating_sub(1));
        self.0.idle_since.set(Instant::now());
    }
}

/// One of the connections of a network.
struct Seat {
    network: Network,
    open: Arc<Mutex<HashMap<Network, usize>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.network);
            }
        }
    }
}
