use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::answer::{Problem, page, see_other};
use super::super::outgoing::Fault;
use super::super::random;
use super::desk::Pending;
use super::discovery::{Place, discover, is_at};
use super::{COOKIE, Notice, Shop, is_own_form, visitor};
use crate::model::Digest;

/// The shop's front page, which also shows what went wrong.
#[derive(Template)]
#[template(path = "demo/shop.html")]
struct ShopPage<'a> {
    notice: Option<Notice>,
    payment_pointer: &'a str,
    subscriptions: Vec<u64>,
}

/// `GET /`
pub async fn front(shop: web::Data<Shop>, request: HttpRequest) -> HttpResponse {
    render(&shop, &request, StatusCode::OK, None)
}

/// The front page with a notice on top.
pub fn notice(
    shop: &Shop,
    request: &HttpRequest,
    status: StatusCode,
    notice: Notice,
) -> HttpResponse {
    render(shop, request, status, Some(notice))
}

fn render(
    shop: &Shop,
    request: &HttpRequest,
    status: StatusCode,
    notice: Option<Notice>,
) -> HttpResponse {
    let subscriptions = visitor(request).map(|visitor| shop.desk().numbers(&visitor));
    let template = ShopPage {
        notice,
        payment_pointer: &shop.payment_pointer,
        subscriptions: subscriptions.unwrap_or_default(),
    };
    page(status, &template)
}

/// `POST /subscribe`: creates the mandate at the wallet, then sends the customer to the authorization server.
pub async fn begin(shop: web::Data<Shop>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if !is_own_form(&shop, &request) {
        let text = "That form was sent by another page. Nothing was asked for.";
        let refused = Notice::new("Please use the button here", text);
        return Ok(notice(&shop, &request, StatusCode::FORBIDDEN, refused));
    }
    let terms = terms(&shop);
    let (place, agreement) = match create(&shop, &terms).await {
        Ok(created) => created,
        Err(fault) => {
            return Ok(notice(
                &shop,
                &request,
                StatusCode::BAD_GATEWAY,
                fault.into(),
            ));
        }
    };
    let known = visitor(&request);
    let pending = Pending {
        state: random::token()?,
        verifier: random::token()?,
        visitor: known.clone().map_or_else(random::token, Ok)?,
        agreement,
        terms: terms.to_string(),
        place,
        left: shop.clock.now(),
    };
    let mut response = see_other(&authorization_url(&shop, &pending));
    if known.is_none() {
        // The shop is plain HTTP on loopback, so the cookie cannot ask for a secure channel.
        let cookie = Cookie::build(COOKIE, pending.visitor.clone())
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .finish();
        if let Err(cause) = response.add_cookie(&cookie) {
            tracing::error!(%cause, "the demo shop's cookie could not be written");
        }
    }
    shop.desk().expect(pending);
    Ok(response)
}

/// What the shop offers: $20.00 a month for 12 months, from the midnight before now.
fn terms(shop: &Shop) -> Value {
    let today = shop.clock.now().to_zoned(TimeZone::UTC).date();
    json!({
        "subject": shop.payment_pointer,
        "assetCode": "USD",
        "assetScale": 2,
        "amount": "2000",
        "interval": "P1M",
        "cycles": 12,
        "cap": true,
        "startAt": format!("{today}T00:00:00Z"),
        "description": "Streaming, standard plan",
    })
}

async fn create(shop: &Shop, terms: &Value) -> Result<(Place, String), Fault> {
    let place = discover(shop).await?;
    let reply = shop
        .outgoing
        .json(&place.mandates_endpoint, terms)
        .send()
        .await?;
    if reply.status != 201 {
        let why = reply.body["detail"].as_str().unwrap_or("no reason given");
        return Err(Fault::Unexpected(format!(
            "the wallet refused the mandate ({}): {why}",
            reply.status
        )));
    }
    let location = reply.location.unwrap_or_default();
    let agreement = url::Url::parse(&place.mandates_endpoint)
        .and_then(|endpoint| endpoint.join(&location))
        .map(String::from)
        .ok()
        .filter(|url| !location.is_empty() && is_at(url, &place.wallet));
    let agreement = agreement.ok_or_else(|| {
        Fault::Unexpected("the wallet did not say where the mandate is".to_owned())
    })?;
    Ok((place, agreement))
}

fn authorization_url(shop: &Shop, pending: &Pending) -> String {
    let challenge = Digest::of(pending.verifier.as_bytes()).to_base64url();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", &shop.client_id),
            ("redirect_uri", &shop.redirect_uri),
            ("scope", &pending.agreement),
            ("state", &pending.state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let endpoint = &pending.place.authorization_endpoint;
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{query}")
}
