use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::super::answer::Problem;
use super::limits::Limits;
use super::order::{Order, refused};
use super::terms::Kind;
use super::{Wallet, access, agreements, object};

/// `POST /invoices/{id}/payments` and `/sessions/{id}/payments`: pays into an account, within what it asked for.
///
/// An invoice of an account that lets anybody pay needs no token.
pub async fn take(
    wallet: web::Data<Wallet>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (kind, id) = path.into_inner();
    let url = format!("{}/{kind}/{id}", wallet.origin);
    let access = if !request.headers().contains_key("Authorization") && is_open(&wallet, &url) {
        None
    } else {
        Some(access::authorize(&wallet, &request, &url, "pay").await?)
    };
    let order = Order::read(&request, &object(&request, body)?, access.as_ref())?;
    // One lock again: of parallel payments none sees an old sum.
    let mut book = wallet.book();
    let agreement = book.find(&url).ok_or_else(agreements::absent)?;
    let granted = match &access {
        Some(access) => {
            access.require_subject(&agreement.terms["subject"])?;
            agreement.authorize();
            access.granted(&agreement.terms)?
        }
        None => Limits::default(),
    };
    let asset = agreement.asset();
    let payment = agreement
        .pay(granted, order, wallet.clock.now())
        .map_err(|broken| refused(broken, asset))?;
    let mut answer = json!({
        "id": format!("{url}/payments/{}", payment.id),
        "amount": payment.amount.to_string(),
        "createdAt": payment.at.to_string(),
        "received": payment.after.taken.to_string(),
    });
    if agreement.terms.contains_key("amount") {
        answer["leftToPay"] = payment.after.left.to_string().into();
    }
    Ok(HttpResponse::Created().json(answer))
}

/// Whether anybody may pay an agreement without a token.
fn is_open(wallet: &Wallet, url: &str) -> bool {
    let mut book = wallet.book();
    let invoice = book
        .find(url)
        .filter(|agreement| agreement.kind == Kind::Invoice);
    invoice.is_some_and(|invoice| {
        let subject = invoice.terms["subject"].as_str();
        wallet.accounts.iter().any(|account| {
            account.open && subject == Some(&format!("{}/{}", wallet.origin, account.name))
        })
    })
}
