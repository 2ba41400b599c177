use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use url::form_urlencoded;

use super::super::answer::see_other;
use super::super::call::Call;
use super::act::hear;
use super::catalogue::Asks;
use super::run::{Ending, Pending, Run};
use super::tokens::{NoToken, exchange};
use super::words::Notice;
use super::{Shop, front, visitor};

/// `GET /callback`: the customer is back, with a code or an error.
pub async fn receive(shop: web::Data<Shop>, request: HttpRequest) -> HttpResponse {
    match admit(&shop, &request).await {
        Ok(number) => see_other(&format!("/stories/{number}")),
        Err(notice) => front::notice(&shop, &request, StatusCode::BAD_REQUEST, notice),
    }
}

/// Checks in order: one value per parameter, the browser and `state`, the issuer, the error, the code.
async fn admit(shop: &Shop, request: &HttpRequest) -> Result<u64, Notice> {
    let strange = || {
        Notice::new(
            "That answer makes no sense",
            "Nothing was done with it. Start again with a button below.",
        )
    };
    let answer = parameters(request.query_string()).ok_or_else(strange)?;
    let Some(visitor) = visitor(request) else {
        let text =
            "Your browser came back without the shop's cookie. Turn on cookies, and start again.";
        return Err(Notice::new("We do not know this visit", text));
    };
    let state = answer.get("state").map_or("", String::as_str);
    let (now, known) = (shop.clock.clock().now(), shop.desk().known(state, &visitor));
    if let Some(number) = known {
        // Reloaded: what it brought was used, and the page says what became of it.
        return Ok(number);
    }
    let Some(mut pending) = shop.desk().welcome(state, &visitor, now) else {
        let text =
            "This answer took too long, is being used, or belongs to another visit. Start again.";
        return Err(Notice::new("We do not know this visit", text));
    };
    if !is_from_issuer(&pending, answer.get("iss")) {
        let text = "The answer came from another server than the one we asked. We did not use it.";
        return Err(Notice::new(
            "That answer is not from where we sent you",
            text,
        ));
    }
    note(&mut pending, &answer);
    if let Some(error) = answer.get("error") {
        let description = answer.get("error_description").cloned().unwrap_or_default();
        let ending = Ending::Refused(error.clone(), description);
        return Ok(shop.desk().keep(Run::of(pending, ending)));
    }
    let code = answer.get("code").ok_or_else(strange)?;
    let run = redeem(shop, pending, code).await;
    Ok(shop.desk().keep(run))
}

fn note(pending: &mut Pending, answer: &HashMap<String, String>) {
    let mut lines: Vec<String> = answer
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    lines.sort();
    let what = "The browser came back to the shop, which checked state and iss.";
    pending.journal.push(what, String::new(), lines.join("\n"));
}

/// Exchanges the code, reads the agreement, and learns what the wallet hears about the token.
async fn redeem(shop: &Shop, mut pending: Pending, code: &str) -> Run {
    let token = match exchange(shop, &mut pending, code).await {
        Ok(token) => token,
        Err(NoToken::Refused(error, description)) => {
            return Run::of(pending, Ending::Refused(error, description));
        }
        Err(NoToken::Fault(fault)) => {
            tracing::warn!(%fault, "the demo shop got no token");
            return Run::of(pending, Ending::Failed(fault.to_string()));
        }
    };
    let mut run = Run::of(pending, Ending::Approved);
    if run.story.asks != Asks::Collection {
        let what = "Read the agreement with the token. The wallet asks about the token first, and so learns that the \
            agreement is authorized.";
        let sent = async {
            let call = shop.show(Call::get(&run.agreement), &token.access)?;
            shop.send(&mut run.journal, what, &call).await
        };
        if let Err(fault) = sent.await {
            tracing::warn!(%fault, "the demo shop could not read the agreement");
        }
    }
    run.introspection = hear(shop, &mut run.journal, (&run.place, &run.agreement), &token).await;
    run.token = Some(token);
    run
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
