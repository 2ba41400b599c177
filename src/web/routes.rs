use actix_cors::Cors;
use actix_web::http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, Resource, guard, web};

use super::endpoints::{authorize, health, introspect, metadata, revoke, token};
use super::extract::Visitor;
use super::pages::{STYLE, consent, home, language, sign_in};
use super::respond;
use crate::oauth::error::{PageError, PageKind};
use crate::oauth::metadata::paths;

/// Registers every door, below the path of the issuer `base`.
pub fn configure(services: &mut web::ServiceConfig, base: &str) {
    // RFC 8414 §3.1: the issuer's path comes after the well-known part.
    for name in ["oauth-authorization-server", "open-payments"] {
        let place = format!("/.well-known/{name}{base}");
        services.service(read(&place, || web::to(metadata::document)).wrap(reading()));
    }
    let at = |path: &str| format!("{base}{path}");
    services
        .service(read(&at(paths::JWKS), || web::to(metadata::jwks)).wrap(reading()))
        .service(
            only(&at(paths::TOKEN), "POST", vec![web::post().to(token::post)])
                .wrap(any_origin().allowed_methods(["POST"])),
        )
        .service(only(
            &at(paths::INTROSPECT),
            "POST",
            vec![web::post().to(introspect::post)],
        ))
        .service(only(
            &at(paths::REVOKE),
            "POST",
            vec![web::post().to(revoke::post)],
        ))
        .service(only(
            &at(paths::AUTHORIZE),
            "GET, POST",
            vec![
                web::get().to(authorize::get),
                web::post().to(authorize::post),
            ],
        ))
        .service(only(
            &at("/consent/{id}"),
            "GET, POST",
            vec![web::get().to(consent::get), web::post().to(consent::post)],
        ))
        .service(only(
            &at("/sign-in"),
            "GET, POST",
            vec![web::get().to(sign_in::get), web::post().to(sign_in::post)],
        ))
        .service(only(
            &at("/sign-out"),
            "POST",
            vec![web::post().to(sign_in::sign_out)],
        ))
        .service(read(&at("/language/{tag}"), || web::to(language::get)))
        .service(read(&at("/livez"), || web::to(health::livez)))
        .service(read(&at("/readyz"), || web::to(health::readyz)))
        .service(read(&at("/assets/style.css"), || web::to(style)))
        .service(read(&at("/"), || web::to(home::get)));
    if !base.is_empty() {
        services.service(read(base, || web::to(home::get)));
    }
    services.default_service(web::to(not_found));
}

/// A resource with `routes`; any other method is answered 405 (RFC 9110 §15.5.6).
fn only(path: &str, allow: &'static str, routes: Vec<actix_web::Route>) -> Resource {
    let refuse = move || async move {
        HttpResponse::MethodNotAllowed()
            .insert_header((ALLOW, allow))
            .finish()
    };
    routes
        .into_iter()
        .fold(web::resource(path), Resource::route)
        .default_service(web::to(refuse))
}

/// A resource that is only read.
fn read(path: &str, route: impl Fn() -> actix_web::Route) -> Resource {
    only(
        path,
        "GET, HEAD",
        vec![route().guard(guard::Any(guard::Get()).or(guard::Head()))],
    )
}

fn reading() -> Cors {
    any_origin().allowed_methods(["GET", "HEAD"])
}

/// No cookie is read at these endpoints, so any page may ask (Fetch, CORS protocol).
fn any_origin() -> Cors {
    Cors::default()
        .allow_any_origin()
        .send_wildcard()
        .allowed_headers([AUTHORIZATION, CONTENT_TYPE])
        .max_age(3600)
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

async fn not_found(visitor: Visitor) -> HttpResponse {
    respond::failure(&visitor, &PageError::new(PageKind::NotFound))
}
