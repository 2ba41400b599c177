use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::answer::{Problem, page, see_other};
use super::super::money;
use super::super::outgoing::{Fault, Reply};
use super::super::random;
use super::curl::{self, Command};
use super::desk::{Outcome, Subscription};
use super::tokens::{NoToken, Token, refresh};
use super::{Notice, Shop, absent, is_own_form, subscribe, visitor};

/// What one press of the button takes, in cents.
pub const PRICE: &str = "500";

/// The page of one subscription.
#[derive(Template)]
#[template(path = "demo/subscription.html")]
struct SubscriptionPage<'a> {
    number: u64,
    payment_pointer: &'a str,
    wallet: &'a str,
    agreement: &'a str,
    issuer: &'a str,
    outcomes: &'a [Outcome],
    charge_key: String,
    payload: String,
    curl: Vec<Command>,
}

/// The form behind *Charge*.
#[derive(Deserialize)]
pub struct ChargeForm {
    key: String,
}

/// `GET /subscriptions/{number}`
pub async fn show(
    shop: web::Data<Shop>,
    number: web::Path<u64>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Some(kept) = find(&shop, *number, &request) else {
        return Ok(absent(shop, request).await);
    };
    let template = SubscriptionPage {
        number: kept.number,
        payment_pointer: &shop.payment_pointer,
        wallet: &kept.request.place.wallet,
        agreement: &kept.request.agreement,
        issuer: &kept.request.place.issuer,
        outcomes: &kept.outcomes,
        charge_key: random::token()?,
        payload: kept.token.payload(),
        curl: curl::commands(&shop, &kept),
    };
    Ok(page(StatusCode::OK, &template))
}

/// `POST /subscriptions/{number}/charges`: charges $5.00, once for each time that the page was shown.
pub async fn charge(
    shop: web::Data<Shop>,
    number: web::Path<u64>,
    request: HttpRequest,
    form: web::Form<ChargeForm>,
) -> HttpResponse {
    if !is_own_form(&shop, &request) || form.key.len() != 43 || !form.key.is_ascii() {
        let refused = Notice::new(
            "Please use the button here",
            "That form was not sent by this shop. Nothing was charged.",
        );
        return subscribe::notice(&shop, &request, StatusCode::FORBIDDEN, refused);
    }
    let Some(kept) = find(&shop, *number, &request) else {
        return absent(shop, request).await;
    };
    let (accepted, words) = match take(&shop, &kept, &form.key).await {
        Ok(reply) => read(&reply),
        Err(NoToken::Refused(error)) => (
            false,
            format!(
                "The authorization server gives no new token: the permission has ended ({error})."
            ),
        ),
        Err(NoToken::Fault(fault)) => (false, format!("{fault}. Try again.")),
    };
    if let Some(kept) = shop.desk().find(*number, &kept.request.visitor) {
        kept.note(Outcome {
            key: form.into_inner().key,
            accepted,
            words,
        });
    }
    see_other(&format!("/subscriptions/{number}"))
}

fn find(shop: &Shop, number: u64, request: &HttpRequest) -> Option<Subscription> {
    let visitor = visitor(request)?;
    shop.desk().find(number, &visitor).cloned()
}

async fn take(shop: &Shop, kept: &Subscription, key: &str) -> Result<Reply, NoToken> {
    let token = fresh(shop, kept).await?;
    let url = format!("{}/charges", kept.request.agreement);
    let call = shop.outgoing.json(&url, &json!({"amount": PRICE}));
    let call = call.header("Authorization", &format!("Bearer {}", token.access));
    Ok(call.header("Idempotency-Key", key).send().await?)
}

async fn fresh(shop: &Shop, kept: &Subscription) -> Result<Token, NoToken> {
    let Some(old) = kept
        .token
        .refresh
        .as_deref()
        .filter(|_| !kept.token.is_fresh(shop.clock.now()))
    else {
        return Ok(kept.token.clone());
    };
    let token = refresh(shop, &kept.request, old).await?;
    if let Some(kept) = shop.desk().find(kept.number, &kept.request.visitor) {
        kept.token = token.clone();
    }
    Ok(token)
}

/// Puts the wallet's answer to a charge into words.
fn read(reply: &Reply) -> (bool, String) {
    let words = |amount: &Value| {
        let amount = money::parse(amount)?;
        Some(money::find("USD")?.words(amount.into()))
    };
    match reply.status {
        201 => {
            let left = words(&reply.body["leftThisPeriod"])
                .unwrap_or_else(|| "Nobody knows how much".to_owned());
            (
                true,
                format!("$5.00 was taken. {left} is left to take now."),
            )
        }
        401 => (
            false,
            "The token no longer works: the permission has ended.".to_owned(),
        ),
        status => {
            let detail = reply.body["detail"].as_str().map(str::to_owned);
            (
                false,
                detail.unwrap_or_else(|| {
                    Fault::Unexpected(format!("The wallet answered {status}.")).to_string()
                }),
            )
        }
    }
}
