//! The HTTP server of one process.

mod connections;
mod files;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App as Application, HttpServer, web};

use crate::app::App;
use crate::web::assets::Assets;
use crate::web::respond::{every_answer, short_head};

use connections::{Connections, in_service};

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// Serves `app` on `listener` until its handle stops it: signals are the caller's, since SIGINT would end what is in flight.
pub fn build(app: Arc<App>, listener: TcpListener) -> std::io::Result<Server> {
    let (workers, stop) = (
        app.settings.server.workers,
        app.settings.server.shutdown_timeout,
    );
    let workers = match workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        set => set,
    };
    let limits = app.settings.limits.clone();
    let room = files::room_for_connections(&app.settings);
    let connections = Connections::new(&app.settings);
    let assets = web::Data::new(Assets::of(&app));
    let data = web::Data::from(app);
    let server = HttpServer::new(move || {
        let base = data.settings.server.base_path().to_owned();
        Application::new()
            .app_data(data.clone())
            .app_data(assets.clone())
            .app_data(web::PayloadConfig::new(LONGEST_BODY))
            .wrap(from_fn(short_head))
            .wrap(from_fn(every_answer))
            .wrap(from_fn(in_service))
            .configure(|services| crate::web::configure(services, &base))
    })
    .workers(workers)
    .max_connections(room.div_ceil(workers))
    .on_connect(move |io, data| connections.opened(io, data))
    .keep_alive(Duration::from_secs(limits.keep_alive))
    .client_request_timeout(Duration::from_secs(limits.head_timeout))
    .shutdown_timeout(stop)
    .disable_signals();
    Ok(server.listen(listener)?.run())
}

/// Serves the figures of `app` on `listener`, and nothing else, until its handle stops it; counts the rows of the tables now
/// and then.
pub fn figures(app: Arc<App>, listener: TcpListener) -> std::io::Result<Server> {
    let pause = Duration::from_secs(app.settings.metrics.tables);
    if !pause.is_zero() {
        // It ends with the servers: what holds the app weakly keeps no database open.
        let app = Arc::downgrade(&app);
        tokio::spawn(async move {
            while let Some(app) = app.upgrade() {
                app.count_rows().await;
                drop(app);
                tokio::time::sleep(pause).await;
            }
        });
    }
    let head_timeout = Duration::from_secs(app.settings.limits.head_timeout);
    let data = web::Data::from(app);
    let server = HttpServer::new(move || {
        Application::new()
            .app_data(data.clone())
            .configure(crate::web::figures)
    })
    .workers(1)
    // Its open files are those of the server beside it.
    .max_connections(16)
    .client_request_timeout(head_timeout)
    .shutdown_timeout(1)
    .disable_signals();
    Ok(server.listen(listener)?.run())
}
