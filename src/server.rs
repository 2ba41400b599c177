//! The HTTP server of one process.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App as Application, HttpServer, web};

use crate::app::App;
use crate::web::assets::Assets;
use crate::web::respond::every_answer;

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// How long a connection may take to send its request head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves `app` on `listener` until its handle stops it: signals are the caller's, since SIGINT would end what is in flight.
pub fn build(app: Arc<App>, listener: TcpListener) -> std::io::Result<Server> {
    let (workers, stop) = (
        app.settings.server.workers,
        app.settings.server.shutdown_timeout,
    );
    let assets = web::Data::new(Assets::of(&app));
    let data = web::Data::from(app);
    let mut server = HttpServer::new(move || {
        let base = data.settings.server.base_path().to_owned();
        Application::new()
            .app_data(data.clone())
            .app_data(assets.clone())
            .app_data(web::PayloadConfig::new(LONGEST_BODY))
            .wrap(from_fn(every_answer))
            .configure(|services| crate::web::configure(services, &base))
    })
    .client_request_timeout(HEAD_TIMEOUT)
    .shutdown_timeout(stop)
    .disable_signals();
    if workers > 0 {
        server = server.workers(workers);
    }
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
    let data = web::Data::from(app);
    let server = HttpServer::new(move || {
        Application::new()
            .app_data(data.clone())
            .configure(crate::web::figures)
    })
    .workers(1)
    .client_request_timeout(HEAD_TIMEOUT)
    .shutdown_timeout(1)
    .disable_signals();
    Ok(server.listen(listener)?.run())
}
