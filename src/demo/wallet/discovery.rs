use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::super::answer::Problem;
use super::super::money::ASSETS;
use super::super::outgoing::{self, Fault};
use super::Wallet;

/// `GET /.well-known/open-payments`: the authorization server's metadata (RFC 8414), as members of the wallet's own.
pub async fn document(wallet: web::Data<Wallet>) -> Result<HttpResponse, Problem> {
    let Value::Object(mut document) = metadata(&wallet).await.map_err(|fault| {
        tracing::warn!(%fault, "no metadata for the wallet's document");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("{fault}."))
    })?
    else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The authorization server has no metadata.",
        ));
    };
    document.retain(|member, _| {
        !member.starts_with("payment_")
            && member != "protected_resources"
            && member != "signed_metadata"
    });
    let origin = &wallet.origin;
    let assets: Vec<Value> = ASSETS
        .iter()
        .map(|asset| json!({"code": asset.code, "scale": asset.scale}))
        .collect();
    for (member, value) in [
        ("issuer", json!(origin)),
        ("authorization_issuer", json!(wallet.issuer)),
        (
            "payment_mandates_endpoint",
            json!(format!("{origin}/mandates")),
        ),
        (
            "payment_invoices_endpoint",
            json!(format!("{origin}/invoices")),
        ),
        (
            "payment_sessions_endpoint",
            json!(format!("{origin}/sessions")),
        ),
        ("payment_assets_supported", json!(assets)),
    ] {
        document.insert(member.to_owned(), value);
    }
    Ok(HttpResponse::Ok().json(document))
}

async fn metadata(wallet: &Wallet) -> Result<Value, Fault> {
    let call = outgoing::metadata_call(&wallet.issuer)?;
    outgoing::metadata(&wallet.issuer, wallet.outgoing.send(&call).await?)
}

/// `GET /{account}`: a payment pointer itself.
pub async fn pointer(
    wallet: web::Data<Wallet>,
    account: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let account = wallet.accounts.iter().find(|kept| kept.name == *account);
    let account = account
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "There is no such account here."))?;
    let url = format!("{}/{}", wallet.origin, account.name);
    let host = url.trim_start_matches("http://");
    Ok(HttpResponse::Ok().json(json!({
        "name": url,
        "paymentPointer": format!("${host}"),
        "issuer": wallet.origin,
        "invoicesNeedToken": !account.open,
    })))
}
