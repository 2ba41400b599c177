//! The shop: knows one payment pointer, discovers the rest, and sells one subscription.

mod callback;
mod curl;
mod desk;
mod discovery;
mod subscribe;
mod subscription;
mod tokens;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

use super::answer::{headers, style};
use super::outgoing::{Fault, Outgoing};
use super::{Clock, ShopOptions};
use desk::Desk;

const COOKIE: &str = "Shop";

/// Everything that the shop's handlers are given.
struct Shop {
    url: String,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    payment_pointer: String,
    clock: Clock,
    outgoing: Outgoing,
    desk: Mutex<Desk>,
}

impl Shop {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Builds the shop's server on its listener.
pub(super) fn serve(options: ShopOptions) -> io::Result<Server> {
    let shop = web::Data::new(Shop {
        url: options.url.trim_end_matches('/').to_owned(),
        client_id: options.client_id,
        client_secret: options.client_secret,
        redirect_uri: options.redirect_uri,
        payment_pointer: options.payment_pointer,
        clock: options.clock,
        outgoing: Outgoing::build()?,
        desk: Mutex::new(Desk::default()),
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shop.clone())
            .wrap(headers())
            .route("/", web::get().to(subscribe::front))
            .route("/style.css", web::get().to(style))
            .route("/subscribe", web::post().to(subscribe::begin))
            .route("/callback", web::get().to(callback::receive))
            .route("/subscriptions/{number}", web::get().to(subscription::show))
            .route(
                "/subscriptions/{number}/charges",
                web::post().to(subscription::charge),
            )
            .default_service(web::to(absent))
    });
    Ok(server
        .listen(options.listener)?
        .workers(1)
        .disable_signals()
        .run())
}

/// Something that went wrong, in words for the customer.
struct Notice {
    title: &'static str,
    text: String,
    technical: String,
}

impl Notice {
    fn new(title: &'static str, text: impl Into<String>) -> Self {
        Self {
            title,
            text: text.into(),
            technical: String::new(),
        }
    }

    fn technical(mut self, technical: impl Into<String>) -> Self {
        self.technical = technical.into();
        self
    }
}

impl From<Fault> for Notice {
    fn from(fault: Fault) -> Self {
        tracing::warn!(%fault, "the demo shop got no usable answer");
        Self::new(
            "That did not work",
            "Another server did not answer as it should. Nothing was approved. Try again.",
        )
        .technical(fault.to_string())
    }
}

async fn absent(shop: web::Data<Shop>, request: HttpRequest) -> HttpResponse {
    let notice = Notice::new(
        "There is no such page",
        "It may belong to another browser, or to an earlier start of the demo.",
    );
    subscribe::notice(&shop, &request, StatusCode::NOT_FOUND, notice)
}

/// The visitor that the cookie names.
fn visitor(request: &HttpRequest) -> Option<String> {
    request
        .cookie(COOKIE)
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| value.len() == 43)
}

/// Whether a form was sent by a page of the shop, as far as the browser says.
fn is_own_form(shop: &Shop, request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
    header("Origin").is_none_or(|origin| origin == shop.url.as_bytes())
        && header("Sec-Fetch-Site").is_none_or(|site| site == b"same-origin" || site == b"none")
}
