//! The shop: knows two payment pointers, discovers the rest, and tells one story a button.

mod act;
mod authorization;
mod begin;
mod buttons;
mod callback;
mod catalogue;
mod client;
mod clock;
mod desk;
mod discovery;
mod front;
mod journal;
mod keyed;
mod result;
mod run;
mod tokens;
mod words;

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use url::form_urlencoded;

use super::answer::{headers, style};
use super::call::Call;
use super::outgoing::{Fault, Outgoing, Reply};
use super::{Credentials, DemoClock, Neighbour, ShopOptions};
use desk::Desk;
use journal::Journal;
use words::Notice;

pub use catalogue::{STORIES, Story};
pub use keyed::KEYED_STORIES;

const COOKIE: &str = "Shop";

/// Everything that the shop's handlers are given.
struct Shop {
    name: String,
    url: String,
    client_id: String,
    credentials: Credentials,
    redirect_uri: String,
    payment_pointer: String,
    other_pointer: String,
    neighbour: Neighbour,
    wallet_credentials: (String, String),
    clock: DemoClock,
    outgoing: Outgoing,
    desk: Mutex<Desk>,
    nonce: Mutex<Option<String>>,
}

impl Shop {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stories that it can tell.
    fn stories(&self) -> &'static [Story] {
        match self.credentials {
            Credentials::Secret(_) => &STORIES,
            Credentials::Keys(_) => &KEYED_STORIES,
        }
    }

    /// Finds one of them by its name.
    fn story(&self, name: &str) -> Option<&'static Story> {
        self.stories().iter().find(|story| story.name == name)
    }

    /// Whether what it sends can be sent by nobody else.
    fn holds_keys(&self) -> bool {
        matches!(self.credentials, Credentials::Keys(_))
    }

    /// Sends a request and notes it with its answer.
    async fn send(&self, journal: &mut Journal, what: &str, call: &Call) -> Result<Reply, Fault> {
        let answer = self.outgoing.send(call).await;
        journal.note(what, call, &answer);
        answer
    }
}

/// Builds the shop's server on its listener.
pub(super) fn serve(options: ShopOptions) -> io::Result<Server> {
    let shop = web::Data::new(Shop {
        name: options.name,
        url: options.url.trim_end_matches('/').to_owned(),
        client_id: options.client_id,
        credentials: options.credentials,
        redirect_uri: options.redirect_uri,
        payment_pointer: options.payment_pointer,
        other_pointer: options.other_pointer,
        neighbour: options.neighbour,
        wallet_credentials: options.wallet_credentials,
        clock: options.clock,
        outgoing: Outgoing::build()?,
        desk: Mutex::new(Desk::default()),
        nonce: Mutex::default(),
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shop.clone())
            .wrap(headers())
            .route("/", web::get().to(front::show))
            .route("/style.css", web::get().to(style))
            .route("/clock", web::post().to(clock::forward))
            .route("/callback", web::get().to(callback::receive))
            .route("/stories/{number}", web::get().to(result::show))
            .route("/stories/{name}", web::post().to(begin::begin))
            .route("/stories/{number}/{act}", web::post().to(act::press))
            .default_service(web::to(absent))
    });
    Ok(server
        .listen(options.listener)?
        .workers(1)
        .disable_signals()
        .run())
}

async fn absent(shop: web::Data<Shop>, request: HttpRequest) -> HttpResponse {
    let notice = Notice::new(
        "There is no such page",
        "It may belong to another browser, or to an earlier start of the demo.",
    );
    front::notice(&shop, &request, StatusCode::NOT_FOUND, notice)
}

/// The visitor that the cookie names.
fn visitor(request: &HttpRequest) -> Option<String> {
    request
        .cookie(COOKIE)
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| is_random(value))
}

/// Whether a text looks like one of the shop's random values.
fn is_random(text: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.len() == 43 && text.bytes().all(is_base64url)
}

/// A form, and anything that is none.
type Form = Result<web::Bytes, actix_web::Error>;

/// The fields of a form that a page of the shop sent, as far as the browser says.
fn own_form(
    shop: &Shop,
    request: &HttpRequest,
    form: Form,
) -> Result<HashMap<String, String>, (StatusCode, Notice)> {
    let header = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
    let is_own = header("Origin").is_none_or(|origin| origin == shop.url.as_bytes())
        && header("Sec-Fetch-Site").is_none_or(|site| site == b"same-origin" || site == b"none");
    let refused = Notice::new(
        "Please use the button here",
        "That form was not sent by this shop. Nothing was done.",
    );
    match form {
        Ok(bytes) if is_own => Ok(form_urlencoded::parse(&bytes).into_owned().collect()),
        Ok(_) => Err((StatusCode::FORBIDDEN, refused)),
        Err(_) => Err((StatusCode::BAD_REQUEST, refused)),
    }
}
