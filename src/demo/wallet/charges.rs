use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::super::answer::Problem;
use super::book::Payment;
use super::order::{Order, refused};
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
    let order = Order::read(&request, &object(&request, body)?, Some(&access))?;
    // The judgement and the record are made under one lock: of parallel charges none sees an old sum.
    let mut book = wallet.book();
    let mandate = book.find(&url).ok_or_else(agreements::absent)?;
    access.require_subject(&mandate.terms["subject"])?;
    let granted = access.granted(&mandate.terms)?;
    let asset = mandate.asset();
    mandate.authorize();
    match mandate.charge(granted, order, wallet.clock.now()) {
        Ok(charge) => Ok(accepted(&url, &charge)),
        Err(broken) => Err(refused(broken, asset)),
    }
}

fn accepted(url: &str, charge: &Payment) -> HttpResponse {
    HttpResponse::Created().json(json!({
        "id": format!("{url}/charges/{}", charge.id),
        "amount": charge.amount.to_string(),
        "receiver": charge.receiver,
        "createdAt": charge.at.to_string(),
        "takenThisPeriod": charge.after.taken.to_string(),
        "leftThisPeriod": charge.after.left.to_string(),
    }))
}
