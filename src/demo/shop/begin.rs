use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::answer::{Problem, see_other};
use super::super::call::Call;
use super::super::outgoing::Fault;
use super::super::random;
use super::catalogue::{Asks, Story};
use super::discovery::{Place, discover, is_at};
use super::journal::Journal;
use super::run::{Ending, Outcome, Pending, Run};
use super::{
    COOKIE, Form, Shop, absent, authorization, front, is_random, own_form, visitor, words,
};

/// `POST /stories/{name}`: creates what the story is about at the wallet, then sends the customer to the authorization
/// server; where nobody needs to be asked, it pays.
pub async fn begin(
    shop: web::Data<Shop>,
    name: web::Path<String>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let fields = match own_form(&shop, &request, form) {
        Ok(fields) => fields,
        Err((status, notice)) => return Ok(front::notice(&shop, &request, status, notice)),
    };
    let Some(story) = shop.story(&name) else {
        return Ok(absent(shop, request).await);
    };
    let known = visitor(&request);
    let who = known.clone().map_or_else(random::token, Ok)?;
    let key = fields.get("key").filter(|key| is_random(key)).cloned();
    let key = key.map_or_else(random::token, Ok)?;
    let place = if story.asks == Asks::Nothing {
        tip(&shop, story, &who, &key).await
    } else {
        ask(&shop, story, &who).await?
    };
    match place {
        Ok(place) => Ok(remembering(
            known.is_none().then_some(&who),
            see_other(&place),
        )),
        Err(fault) => {
            let status = StatusCode::BAD_GATEWAY;
            Ok(front::notice(&shop, &request, status, fault.into()))
        }
    }
}

/// Gives a new visitor the cookie that knows them again.
fn remembering(new: Option<&String>, mut response: HttpResponse) -> HttpResponse {
    if let Some(visitor) = new {
        // The shop is plain HTTP on loopback, so the cookie cannot ask for a secure channel.
        let cookie = Cookie::build(COOKIE, visitor.clone())
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .finish();
        if let Err(cause) = response.add_cookie(&cookie) {
            tracing::error!(%cause, "the demo shop's cookie could not be written");
        }
    }
    response
}

/// Prepares a request for authorization, and says where it is made.
async fn ask(
    shop: &Shop,
    story: &'static Story,
    visitor: &str,
) -> Result<Result<String, Fault>, Problem> {
    let (state, verifier) = (random::token()?, random::token()?);
    let mut journal = Journal::default();
    let created = async {
        let place = discover(shop, &mut journal, &shop.payment_pointer).await?;
        let agreement = if story.asks == Asks::Collection {
            place.invoices_endpoint.clone()
        } else {
            let terms = story.terms(shop);
            create(shop, &mut journal, (&place, story.asks), &terms, None).await?
        };
        Ok((place, agreement))
    };
    let (place, agreement) = match created.await {
        Ok(created) => created,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut pending = Pending {
        state,
        verifier,
        visitor: visitor.to_owned(),
        story,
        agreement,
        place,
        left: shop.clock.clock().now(),
        journal,
    };
    let url = match authorization::prepare(shop, &mut pending).await {
        Ok(url) => url,
        Err(fault) => return Ok(Err(fault)),
    };
    shop.desk().expect(pending);
    Ok(Ok(url))
}

/// Pays bob, who lets anybody do so: no token, no question.
async fn tip(
    shop: &Shop,
    story: &'static Story,
    visitor: &str,
    key: &str,
) -> Result<String, Fault> {
    let known = shop.desk().known(key, visitor);
    if let Some(number) = known {
        return Ok(format!("/stories/{number}"));
    }
    let mut journal = Journal::default();
    let place = discover(shop, &mut journal, &shop.other_pointer).await?;
    let terms = story.terms(shop);
    let target = (&place, story.asks);
    let invoice = create(shop, &mut journal, target, &terms, Some(key)).await?;
    let call = Call::json(
        &format!("{invoice}/payments"),
        &json!({"amount": terms["amount"]}),
    )
    .header("Idempotency-Key", key);
    let what = "Pay it, without a token. Sent again with the same key, it pays nothing more.";
    let reply = shop.send(&mut journal, what, &call).await?;
    let (done, said) = words::paid(&reply, terms["amount"].as_str().unwrap_or_default(), false);
    let run = Run {
        number: 0,
        story,
        key: key.to_owned(),
        visitor: visitor.to_owned(),
        agreement: invoice,
        place,
        ending: Ending::Unasked,
        over: false,
        token: None,
        introspection: None,
        outcomes: vec![Outcome {
            key: key.to_owned(),
            act: "Pay it: $2.00",
            done,
            words: said,
        }],
        journal,
    };
    let number = shop.desk().keep(run);
    Ok(format!("/stories/{number}"))
}

/// Creates an agreement at the wallet; its URL is the scope to ask for.
async fn create(
    shop: &Shop,
    journal: &mut Journal,
    (place, asks): (&Place, Asks),
    terms: &Value,
    key: Option<&str>,
) -> Result<String, Fault> {
    let endpoint = place.endpoint(asks);
    let mut call = Call::json(endpoint, terms);
    if let Some(key) = key {
        call = call.header("Idempotency-Key", key);
    }
    let what = if key.is_some() {
        "Create the agreement at the wallet. Sent again with the same key, it creates nothing more."
    } else {
        "Create the agreement at the wallet. Nobody has authorized it yet; sent again, it creates another."
    };
    let reply = shop.send(journal, what, &call).await?;
    if reply.status != 201 {
        let why = reply.body["detail"].as_str().unwrap_or("no reason given");
        return Err(Fault::Unexpected(format!(
            "the wallet refused the agreement ({}): {why}",
            reply.status
        )));
    }
    let location = reply.location.unwrap_or_default();
    let agreement = url::Url::parse(endpoint)
        .and_then(|endpoint| endpoint.join(&location))
        .map(String::from)
        .ok()
        .filter(|url| !location.is_empty() && is_at(url, &place.wallet));
    agreement.ok_or_else(|| {
        Fault::Unexpected("the wallet did not say where the agreement is".to_owned())
    })
}
