//! The wallet: hosts agreements, takes charges and payments within their limits, and asks the authorization server about every token.

mod access;
mod agreements;
mod book;
mod charges;
mod directions;
mod discovery;
mod limits;
mod order;
mod page;
mod payments;
mod possession;
mod terms;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpServer, web};
use tokio::sync::Semaphore;

use super::answer::{Problem, headers, style};
use super::json::Object;
use super::outgoing::Outgoing;
use super::{Account, Clock, WalletOptions};
use book::Book;
use possession::Proofs;

const MOST_BYTES: usize = 64 * 1024;

/// How many readers of silent agreements are kept waiting at once.
const MOST_WAITING: usize = 32;

/// Everything that the wallet's handlers are given.
struct Wallet {
    origin: String,
    issuer: String,
    id: String,
    secret: String,
    accounts: Vec<Account>,
    clock: Clock,
    outgoing: Outgoing,
    book: Mutex<Book>,
    waiting: Semaphore,
    proofs: Proofs,
}

impl Wallet {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Builds the wallet's server on its listener.
pub(super) fn serve(options: WalletOptions) -> io::Result<Server> {
    let origin = format!("http://{}", options.listener.local_addr()?);
    let wallet = web::Data::new(Wallet {
        origin,
        issuer: options.issuer,
        id: options.resource_server_id,
        secret: options.resource_server_secret,
        accounts: options.accounts,
        clock: options.clock,
        outgoing: Outgoing::build()?,
        book: Mutex::new(Book::default()),
        waiting: Semaphore::new(MOST_WAITING),
        proofs: Proofs::default(),
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(wallet.clone())
            .app_data(web::PayloadConfig::new(MOST_BYTES))
            .wrap(headers())
            .route("/", web::get().to(page::show))
            .route("/style.css", web::get().to(style))
            .route(
                "/.well-known/open-payments",
                web::get().to(discovery::document),
            )
            .route("/mandates/{id}/charges", web::post().to(charges::take))
            .route(
                "/{kind:invoices|sessions}/{id}/payments",
                web::post().to(payments::take),
            )
            .route(
                "/{kind:mandates|invoices|sessions}/introspection",
                web::get().to(agreements::introspection),
            )
            .route(
                "/{kind:mandates|invoices|sessions}/{id}/introspection",
                web::get().to(agreements::introspection),
            )
            .route(
                "/{kind:mandates|invoices|sessions}",
                web::post().to(agreements::create),
            )
            .route(
                "/{kind:mandates|invoices|sessions}/{id}",
                web::get().to(agreements::show),
            )
            .route("/{account}", web::get().to(discovery::pointer))
            .default_service(web::to(absent))
    });
    Ok(server
        .listen(options.listener)?
        .workers(1)
        .disable_signals()
        .run())
}

async fn absent() -> Result<&'static str, Problem> {
    Err(Problem::new(
        StatusCode::NOT_FOUND,
        "There is nothing here.",
    ))
}

/// Reads a JSON object from a body that says it is JSON, so that no form of another page can post here.
fn object(
    request: &HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<Object, Problem> {
    let kind = request.headers().get("Content-Type");
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send Content-Type: application/json.",
        ));
    }
    let bytes = body.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Send at most 64 KiB, completely.",
        )
    })?;
    serde_json::from_slice(&bytes).map_err(|cause| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!("The body must be one JSON object: {cause}."),
        )
    })
}
