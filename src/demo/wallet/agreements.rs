use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::rt::time::sleep;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::answer::Problem;
use super::super::json::Object;
use super::super::random;
use super::book::{Agreement, Kept};
use super::directions::Directions;
use super::order::idempotency_key;
use super::terms::{self, Kind};
use super::{Wallet, access, object};

/// How long a reader of a silent agreement is kept waiting: longer than any reader waits.
const SILENCE: Duration = Duration::from_secs(10);

/// `POST /mandates`, `/invoices`, `/sessions`: creates an agreement that nobody has authorized yet.
///
/// Anybody may; with a token, it is made in the name of the account that the token is good for, and no other.
pub async fn create(
    wallet: web::Data<Wallet>,
    kind: web::Path<String>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let kind = Kind::parse(&kind).ok_or_else(absent)?;
    let endpoint = format!("{}/{}", wallet.origin, kind.segment());
    let access = match request.headers().get("Authorization") {
        Some(_) => Some(access::authorize(&wallet, &request, &endpoint, "create").await?),
        None => None,
    };
    let body = object(&request, body)?;
    let bad = |complaint: String| Problem::new(StatusCode::BAD_REQUEST, format!("{complaint}."));
    let directions = Directions::read(&body).map_err(bad)?;
    let terms = terms::accept(&wallet, kind, &body).map_err(bad)?;
    let changed = directions
        .changes
        .map(|changes| {
            let body: Object = body.into_iter().chain(changes).collect();
            terms::accept(&wallet, kind, &body)
        })
        .transpose()
        .map_err(|complaint| bad(format!("demo.changes: {complaint}")))?;
    if let Some(access) = &access {
        access.require_subject(&terms["subject"])?;
    }
    let client = access.map_or_else(String::new, |access| access.client);
    let (id, now) = (random::uuid()?, wallet.clock.now());
    let agreement = Agreement {
        kind,
        url: format!("{endpoint}/{id}"),
        state: terms::first_state(kind, &wallet, &id, now),
        asked: terms.clone(),
        terms,
        changed,
        silent: directions.silent,
        created: now,
        key: idempotency_key(&request)?.map(|key| (client, key)),
        payments: Vec::new(),
    };
    match wallet.book().insert(agreement) {
        Kept::As(agreement) => Ok(HttpResponse::Created()
            .insert_header(("Location", agreement.url.clone()))
            .json(agreement.describe(now))),
        Kept::KeyReused => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "This Idempotency-Key was used for another agreement. Send a new one.",
        )
        .rule("idempotency")),
        Kept::Full => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The demo wallet is full. Start it again.",
        )),
    }
}

/// `GET {agreement}`: for the authorization server, and for clients that may read it.
pub async fn show(
    wallet: web::Data<Wallet>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (kind, id) = path.into_inner();
    let url = format!("{}/{kind}/{id}", wallet.origin);
    let access = access::authorize(&wallet, &request, &url, "read").await?;
    let served = {
        let mut book = wallet.book();
        let agreement = book.find(&url).ok_or_else(absent)?;
        if !access.is_issuer {
            agreement.authorize();
        }
        let served = agreement.describe(wallet.clock.now());
        if access.is_issuer {
            agreement.change();
        }
        (!agreement.silent).then_some(served)
    };
    match served {
        Some(agreement) => Ok(HttpResponse::Ok().json(agreement)),
        None => Err(keep_silent(&wallet).await),
    }
}

/// Keeps a reader waiting, but not more than a few at once.
async fn keep_silent(wallet: &Wallet) -> Problem {
    if let Ok(_waiting) = wallet.waiting.try_acquire() {
        sleep(SILENCE).await;
    }
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "This agreement was made to stay silent.",
    )
}

/// `GET {agreement}/introspection` and `GET {collection}/introspection`: what the wallet hears about the token that
/// asks, for the demo's pages.
pub async fn introspection(
    wallet: web::Data<Wallet>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let path = request.path();
    let place = path.strip_suffix("/introspection").unwrap_or(path);
    let place = format!("{}{place}", wallet.origin);
    Ok(HttpResponse::Ok().json(access::heard(&wallet, &request, &place).await?))
}

/// The refusal for an agreement that does not exist.
pub fn absent() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "There is no such agreement at this wallet.",
    )
}
