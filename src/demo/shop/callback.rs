use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use url::form_urlencoded;

use super::super::answer::see_other;
use super::desk::Pending;
use super::tokens::{NoToken, exchange};
use super::{Notice, Shop, subscribe, visitor};

/// `GET /callback`: the customer is back, with a code or an error.
pub async fn receive(shop: web::Data<Shop>, request: HttpRequest) -> HttpResponse {
    match admit(&shop, &request).await {
        Ok(number) => see_other(&format!("/subscriptions/{number}")),
        Err((status, notice)) => subscribe::notice(&shop, &request, status, notice),
    }
}

/// Checks in order: one value per parameter, the browser and `state`, the issuer, the error, the code.
async fn admit(shop: &Shop, request: &HttpRequest) -> Result<u64, (StatusCode, Notice)> {
    let bad = |title, text: &str| (StatusCode::BAD_REQUEST, Notice::new(title, text));
    let strange = || {
        bad(
            "That answer makes no sense",
            "Nothing was bought. Start again with the button below.",
        )
    };
    let answer = parameters(request.query_string()).ok_or_else(strange)?;
    let Some(visitor) = visitor(request) else {
        let text =
            "Your browser came back without the shop's cookie. Turn on cookies, and start again.";
        return Err(bad("We do not know this visit", text));
    };
    let state = answer.get("state").map_or("", String::as_str);
    let Some(pending) = shop.desk().welcome(state, &visitor, shop.clock.now()) else {
        let text =
            "This answer was used before, took too long, or belongs to another visit. Start again.";
        return Err(bad("We do not know this visit", text));
    };
    if !is_from_issuer(&pending, answer.get("iss")) {
        let text = "The answer came from another server than the one we asked. We did not use it.";
        return Err(bad("That answer is not from where we sent you", text));
    }
    if let Some(error) = answer.get("error") {
        return Err((
            StatusCode::OK,
            refusal(error, answer.get("error_description")),
        ));
    }
    let code = answer.get("code").ok_or_else(strange)?;
    match exchange(shop, &pending, code).await {
        Ok(token) => Ok(shop.desk().keep(pending, code.clone(), token)),
        Err(NoToken::Refused(error)) => Err((StatusCode::BAD_GATEWAY, refusal(&error, None))),
        Err(NoToken::Fault(fault)) => Err((StatusCode::BAD_GATEWAY, fault.into())),
    }
}

fn parameters(query: &str) -> Option<HashMap<String, String>> {
    let mut parameters = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if parameters
            .insert(name.into_owned(), value.into_owned())
            .is_some()
        {
            return None;
        }
    }
    Some(parameters)
}

/// An answer must name its issuer where the issuer promised to (RFC 9207 §2.4).
fn is_from_issuer(pending: &Pending, named: Option<&String>) -> bool {
    named.map_or(!pending.place.names_issuer, |named| {
        *named == pending.place.issuer
    })
}

fn refusal(error: &str, description: Option<&String>) -> Notice {
    let (title, text) = match error {
        "access_denied" => (
            "You declined",
            "The shop cannot take payments from you. No money was taken.",
        ),
        "temporarily_unavailable" | "server_error" => (
            "That did not work right now",
            "Nothing was approved. Wait a little, and try again.",
        ),
        "invalid_scope" | "invalid_authorization_details" => (
            "Your wallet's terms were not accepted",
            "Nothing was approved. Start again; if it happens twice, tell us.",
        ),
        "invalid_grant" => (
            "The permission came too late",
            "It was used before, or it has ended. Start again.",
        ),
        "unauthorized_client" | "invalid_client" => (
            "This shop is not set up correctly",
            "Nothing was approved. That is our mistake, not yours.",
        ),
        _ => (
            "That did not work",
            "Nothing was approved. Start again; if it happens twice, tell us.",
        ),
    };
    let technical =
        description.map_or_else(|| error.to_owned(), |words| format!("{error}: {words}"));
    Notice::new(title, text).technical(technical)
}
