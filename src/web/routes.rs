use actix_cors::Cors;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{
    FromRequest as _, HttpRequest, HttpResponse, Resource, ResponseError as _, guard, web,
};

use super::assets;
use super::endpoints::{authorize, health, introspect, metadata, metrics, par, revoke, token};
use super::extract::{Visitor, is_person};
use super::pages::{consent, home, language, payments, sign_in};
use super::respond::{self, OAuthFailure};
use crate::oauth::error::{ErrorCode, OAuthError, PageError, PageKind};
use crate::oauth::metadata::paths;
use crate::telemetry::Endpoint;

const WRONG_METHOD: &str =
    "This address does not take this method; Allow names those that it takes";

/// Registers every door, below the path of the issuer `base`.
pub fn configure(services: &mut web::ServiceConfig, base: &str) {
    // RFC 8414 §3.1: the issuer's path comes after the well-known part.
    for name in ["oauth-authorization-server", "open-payments"] {
        let place = format!("/.well-known/{name}{base}");
        let document = read(&place, || web::to(metadata::document));
        services.service(document.app_data(Endpoint::Metadata).wrap(reading()));
    }
    programs_doors(services, base);
    pages(services, base);
    payments_pages(services, base);
    let at = |path: &str| format!("{base}{path}");
    services
        .service(read(&at("/livez"), || web::to(health::livez)).app_data(Endpoint::Livez))
        .service(read(&at("/readyz"), || web::to(health::readyz)).app_data(Endpoint::Readyz))
        .service(
            read(&at("/assets/style.css"), || web::to(assets::style)).app_data(Endpoint::Assets),
        )
        .service(read(&at("/assets/mark"), || web::to(assets::mark)).app_data(Endpoint::Assets))
        .service(read("/favicon.ico", || web::to(assets::no_icon)).app_data(Endpoint::Assets))
        .default_service(web::to(not_found));
}

/// Registers the one door of the listener that has the figures.
pub fn figures(services: &mut web::ServiceConfig) {
    services.route("/metrics", web::get().to(metrics::get));
}

/// The doors that programs use, beside `/authorize`, to which they send browsers.
fn programs_doors(services: &mut web::ServiceConfig, base: &str) {
    let at = |path: &str| format!("{base}{path}");
    let keys = read(&at(paths::JWKS), || web::to(metadata::jwks));
    let par = only(&at(paths::PAR), "POST", vec![web::post().to(par::post)]);
    let token = only(&at(paths::TOKEN), "POST", vec![web::post().to(token::post)]);
    let introspect = vec![web::post().to(introspect::post)];
    let introspect = only(&at(paths::INTROSPECT), "POST", introspect);
    let revoke = only(
        &at(paths::REVOKE),
        "POST",
        vec![web::post().to(revoke::post)],
    );
    let posting = || any_origin().allowed_methods(["POST"]);
    services
        .service(keys.app_data(Endpoint::Jwks).wrap(reading()))
        .service(par.app_data(Endpoint::Par).wrap(posting()))
        .service(token.app_data(Endpoint::Token).wrap(posting()))
        .service(introspect.app_data(Endpoint::Introspect))
        .service(revoke.app_data(Endpoint::Revoke));
}

/// The pages around a request.
fn pages(services: &mut web::ServiceConfig, base: &str) {
    let at = |path: &str| format!("{base}{path}");
    let authorize = vec![
        web::get().to(authorize::get),
        web::post().to(authorize::post),
    ];
    let consent = vec![web::get().to(consent::get), web::post().to(consent::post)];
    let sign_in = vec![web::get().to(sign_in::get), web::post().to(sign_in::post)];
    let sign_out = vec![web::post().to(sign_in::sign_out)];
    for (path, allow, routes, endpoint) in [
        (
            paths::AUTHORIZE,
            "GET, POST",
            authorize,
            Endpoint::Authorize,
        ),
        ("/consent/{id}", "GET, POST", consent, Endpoint::Consent),
        ("/sign-in", "GET, POST", sign_in, Endpoint::SignIn),
        ("/sign-out", "POST", sign_out, Endpoint::SignOut),
    ] {
        services.service(only(&at(path), allow, routes).app_data(endpoint));
    }
    let language = read(&at("/language/{tag}"), || web::to(language::get));
    services
        .service(language.app_data(Endpoint::Language))
        .service(read(&at("/"), || web::to(home::get)).app_data(Endpoint::Home));
    if !base.is_empty() {
        services.service(read(base, || web::to(home::get)).app_data(Endpoint::Home));
    }
}

/// The pages of what a payer has approved.
fn payments_pages(services: &mut web::ServiceConfig, base: &str) {
    let at = |path: &str| format!("{base}/payments{path}");
    let stop = vec![
        web::get().to(payments::stop::get),
        web::post().to(payments::stop::post),
    ];
    let detail = read(&at("/{id}"), || web::to(payments::detail::get));
    services
        .service(read(&at(""), || web::to(payments::list::get)).app_data(Endpoint::Payments))
        .service(detail.app_data(Endpoint::Payments))
        .service(only(&at("/{id}/stop"), "GET, POST", stop).app_data(Endpoint::Stop));
}

/// A resource with `routes`; any other method is answered 405 (RFC 9110 §15.5.6), a person's with a page.
fn only(path: &str, allow: &'static str, routes: Vec<actix_web::Route>) -> Resource {
    let refuse = move |http: HttpRequest| async move {
        let mut response = if is_person(&http) {
            not_found(Visitor::extract(&http).await?).await
        } else {
            let error = OAuthError::new(ErrorCode::InvalidRequest, WRONG_METHOD);
            OAuthFailure::from(error).error_response()
        };
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        let allow = HeaderValue::from_static(allow);
        response.headers_mut().insert(ALLOW, allow);
        Ok::<_, actix_web::Error>(response)
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
        .allowed_headers([AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("dpop")])
        .expose_headers(["DPoP-Nonce", "WWW-Authenticate", "Retry-After"])
        .max_age(3600)
}

async fn not_found(visitor: Visitor) -> HttpResponse {
    respond::failure(&visitor, &PageError::new(PageKind::NotFound))
}
