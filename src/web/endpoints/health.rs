//! Whether the process lives, and whether it can do its work.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::app::App;
use crate::oauth::health;

/// The process answers.
pub async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// The database answers, and there is a key to sign with.
pub async fn readyz(app: web::Data<App>) -> HttpResponse {
    match health::check(&app).await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ok" })),
        Err(why) => {
            tracing::warn!(why, "not ready");
            HttpResponse::ServiceUnavailable()
                .insert_header(("retry-after", "1"))
                .json(json!({ "status": "unavailable" }))
        }
    }
}
