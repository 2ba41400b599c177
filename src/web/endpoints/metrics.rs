//! The figures, for Prometheus; on a listener of their own.

use actix_web::http::header::{ACCEPT, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::telemetry::Exposition;

/// Every figure, in the format that was asked for.
pub async fn get(app: web::Data<App>, http: HttpRequest) -> HttpResponse {
    let accepts = http.headers().get_all(ACCEPT);
    let accepts: Vec<&str> = accepts.filter_map(|value| value.to_str().ok()).collect();
    let exposition = Exposition::wanted(&accepts.join(","));
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type(exposition.content_type())
        .body(app.figures(exposition))
}
