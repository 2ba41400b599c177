use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, ResponseError as _};

use super::{OAuthFailure, failure};
use crate::model::LONGEST_FIELD;
use crate::oauth::error::{ErrorCode, OAuthError, PageError, PageKind};
use crate::web::extract::{Visitor, is_person};

/// The longest path with its query, in bytes: a state of 4096 bytes takes three times as many when it is escaped.
const LONGEST_TARGET: usize = 16 * 1024;
/// The longest names and values of all header fields together, in bytes: the longest one that is read, and what else comes.
const LONGEST_FIELDS: usize = LONGEST_FIELD + 1024;

/// Answers a request whose head is too long (RFC 9110 §15.5.15, RFC 6585 §5) in its form; nothing else looks at it.
pub async fn short_head<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some((status, why)) = fault(request.request()) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let http = request.request();
    let mut response = if is_person(http) {
        let page = PageError::new(PageKind::Garbled(why));
        failure(&Visitor::stranger(http)?, &page)
    } else {
        let error = OAuthError::new(ErrorCode::InvalidRequest, why);
        OAuthFailure::from(error).error_response()
    };
    *response.status_mut() = status;
    Ok(request.into_response(response).map_into_right_body())
}

fn fault(http: &HttpRequest) -> Option<(StatusCode, &'static str)> {
    let target = http.uri().path_and_query();
    if target.is_some_and(|target| target.as_str().len() > LONGEST_TARGET) {
        let why = "The URL is longer than 16384 bytes";
        return Some((StatusCode::URI_TOO_LONG, why));
    }
    let fields = http.headers().iter();
    let length: usize = fields
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    let why = "The header fields are longer than 8192 bytes";
    (length > LONGEST_FIELDS).then_some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, why))
}
