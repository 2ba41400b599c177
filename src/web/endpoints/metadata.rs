//! The metadata document at both well-known places (RFC 8414 §3), and the keys (RFC 7517 §5).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::oauth::metadata;

/// What this server can do.
pub async fn document(app: web::Data<App>) -> HttpResponse {
    let document = metadata::document(&app).await;
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=60"))
        .json(document)
}

/// The public keys.
pub async fn jwks(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=60"))
        .content_type("application/jwk-set+json")
        .json(metadata::jwks(&app).await)
}
