use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::super::answer::Problem;
use super::super::json::{integer, text};
use super::super::money::Asset;
use super::super::outgoing::pointer_url;
use super::super::random;
use super::book::{Broken, Charge, Order};
use super::limits::{Closed, Limits};
use super::{Wallet, access, agreements, object};

/// `POST /mandates/{id}/charges`: takes money within the limits that the payer granted.
pub async fn take(
    wallet: web::Data<Wallet>,
    id: web::Path<String>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let url = format!("{}/mandates/{id}", wallet.origin);
    let access = access::authorize(&wallet, &request, &url, "charge").await?;
    let bad = |complaint: String| Problem::new(StatusCode::BAD_REQUEST, format!("{complaint}."));
    let body = object(&request, body)?;
    let amount = integer(&body, "amount", 1).map_err(bad)?;
    let receiver = text(&body, &["receiver"]).map_err(bad)?;
    let receiver = receiver
        .map(|pointer| {
            pointer_url(pointer)
                .map(String::from)
                .ok_or("receiver must be a payment pointer")
        })
        .transpose()
        .map_err(|complaint| bad(complaint.to_owned()))?;
    let order = Order {
        id: random::uuid()?,
        amount: amount.ok_or_else(|| bad("amount is missing".to_owned()))?,
        receiver,
        consented: access.consented,
        key: idempotency_key(&request)?.map(|key| (access.client.clone(), key)),
    };
    let granted = Limits::read(&access.limits).map_err(|complaint| {
        Problem::new(
            StatusCode::FORBIDDEN,
            format!("The granted limits cannot be read: {complaint}."),
        )
    })?;
    // The judgement and the record are made under one lock: of parallel charges none sees an old sum.
    let mut book = wallet.book();
    let mandate = book.find(&url).ok_or_else(agreements::absent)?;
    let asset = mandate.asset();
    mandate.authorize();
    match mandate.charge(granted, order, wallet.clock.now()) {
        Ok(charge) => Ok(accepted(&url, &charge)),
        Err(broken) => Err(refused(broken, asset)),
    }
}

fn accepted(url: &str, charge: &Charge) -> HttpResponse {
    HttpResponse::Created().json(json!({
        "id": format!("{url}/charges/{}", charge.id),
        "amount": charge.amount.to_string(),
        "receiver": charge.receiver,
        "createdAt": charge.at.to_string(),
        "takenThisPeriod": charge.after.taken.to_string(),
        "leftThisPeriod": charge.after.left.to_string(),
    }))
}

fn refused(broken: Broken, asset: Option<Asset>) -> Problem {
    let words =
        |amount: i128| asset.map_or_else(|| amount.to_string(), |asset| asset.words(amount));
    let (status, rule, detail) = match broken {
        Broken::Closed(Closed::NotStarted(start)) => (
            StatusCode::FORBIDDEN,
            "start",
            format!("The mandate starts at {start}."),
        ),
        Broken::Closed(Closed::Over) => (
            StatusCode::FORBIDDEN,
            "over",
            "The mandate is over.".to_owned(),
        ),
        Broken::Closed(Closed::Unreadable) => (
            StatusCode::FORBIDDEN,
            "limits",
            "The limits of the mandate cannot be worked out.".to_owned(),
        ),
        Broken::Receiver(only) => (
            StatusCode::FORBIDDEN,
            "receiver",
            format!("The mandate pays {only} only."),
        ),
        Broken::TooMuchAtOnce(most) => (
            StatusCode::FORBIDDEN,
            "maxPerPayment",
            format!("One payment may take at most {}.", words(most.into())),
        ),
        Broken::TooMuchNow(left) => (
            StatusCode::FORBIDDEN,
            "amount",
            format!(
                "That is more than what is left in this period: {}.",
                words(left)
            ),
        ),
        Broken::KeyReused => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency",
            "This Idempotency-Key was used for another charge. Send a new one.".to_owned(),
        ),
        Broken::Full => (
            StatusCode::SERVICE_UNAVAILABLE,
            "demo",
            "The demo remembers no more charges. Start it again.".to_owned(),
        ),
    };
    Problem::new(status, detail).rule(rule)
}

fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(header) = request.headers().get("Idempotency-Key") else {
        return Ok(None);
    };
    let key = header
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "Idempotency-Key must be 1 to 255 visible ASCII characters.",
        )
    })
}
