use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::answer::Problem;
use super::super::random;
use super::book::Agreement;
use super::terms::{self, Kind};
use super::{Wallet, access, object};

/// `POST /mandates`, `/invoices`, `/sessions`: creates an agreement that nobody has authorized yet.
pub async fn create(
    wallet: web::Data<Wallet>,
    kind: web::Path<String>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let kind = Kind::parse(&kind).ok_or_else(absent)?;
    let body = object(&request, body)?;
    let terms = terms::accept(&wallet, kind, &body)
        .map_err(|complaint| Problem::new(StatusCode::BAD_REQUEST, format!("{complaint}.")))?;
    let (id, now) = (random::uuid()?, wallet.clock.now());
    let agreement = Agreement {
        kind,
        url: format!("{}/{}/{id}", wallet.origin, kind.segment()),
        state: terms::first_state(kind, &wallet, &id, now),
        terms,
        created: now,
        charges: Vec::new(),
    };
    let (url, description) = (agreement.url.clone(), agreement.describe(now));
    if !wallet.book().insert(agreement) {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The demo wallet is full. Start it again.",
        ));
    }
    Ok(HttpResponse::Created()
        .insert_header(("Location", url))
        .json(description))
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
    let mut book = wallet.book();
    let agreement = book.find(&url).ok_or_else(absent)?;
    if !access.is_issuer {
        agreement.authorize();
    }
    Ok(HttpResponse::Ok().json(agreement.describe(wallet.clock.now())))
}

/// The refusal for an agreement that does not exist.
pub fn absent() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "There is no such agreement at this wallet.",
    )
}
