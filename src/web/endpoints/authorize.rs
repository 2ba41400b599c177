//! `/authorize` (RFC 6749 §3.1): a client sends the payer's browser here.

use actix_web::HttpResponse;

use crate::oauth::Parameters;
use crate::oauth::authorization::{self, Arrival, Begun};
use crate::oauth::error::{AuthorizeError, PageError, PageKind};
use crate::telemetry::Form;
use crate::web::extract::{FormFault, Posted, Visitor, parse_pairs};
use crate::web::respond;

/// A client asks by a link or a redirect.
pub async fn get(visitor: Visitor) -> HttpResponse {
    match parse_pairs(visitor.http.query_string()) {
        Ok(pairs) => begin(&visitor, &Parameters::new(pairs), Method::Get).await,
        Err(fault) => malformed(&visitor, fault),
    }
}

/// A client's page asks by posting a form: what is asked is kept, and the browser sent on to a GET.
pub async fn post(visitor: Visitor, posted: Posted) -> HttpResponse {
    let form = match posted.0 {
        Ok(form) => form,
        Err(fault) => return malformed(&visitor, fault),
    };
    if form.one("prompt") == Some("none") || form.has("request_uri") {
        // No cookie comes with a post from another site, so only a GET can tell who is signed in, or whose browser this is.
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form.pairs())
            .finish();
        return respond::see_other(&visitor.app, &format!("/authorize?{query}"));
    }
    begin(&visitor, &form, Method::Post).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Post,
}

async fn begin(visitor: &Visitor, parameters: &Parameters, method: Method) -> HttpResponse {
    let signed_in = visitor.payer.is_some();
    let arrival = Arrival {
        signed_in,
        cookie: &|request| visitor.request_cookie(request),
    };
    match authorization::begin(&visitor.app, parameters, &arrival).await {
        Ok(begun) => {
            // What a post from another site does not bring along, the GET after it does: only that knows who is signed in.
            let is_known = signed_in || method == Method::Post || begun.cookie.is_none();
            go_on(visitor, &begun, is_known)
        }
        Err(AuthorizeError::Page(page)) => respond::failure(visitor, &page),
        Err(AuthorizeError::Redirect(redirection, error)) => {
            let metrics = &visitor.app.metrics;
            metrics.refused(Form::Redirect, error.code.as_str());
            if error.is_fault() {
                tracing::error!(%error, "an authorization request failed");
            } else {
                tracing::info!(%error, "an authorization request was refused");
            }
            respond::to_client(&redirection)
        }
    }
}

/// Leads to the page of a request; straight to its sign-in where that is what comes first.
fn go_on(visitor: &Visitor, begun: &Begun, is_known: bool) -> HttpResponse {
    let id = &begun.request.id;
    let next = if is_known {
        format!("/consent/{id}")
    } else {
        format!("/sign-in?request={id}")
    };
    let mut response = respond::see_other(&visitor.app, &next);
    let Some(cookie) = &begun.cookie else {
        return response;
    };
    match response.add_cookie(&respond::request_cookie(id, cookie, begun.max_age)) {
        Ok(()) => response,
        Err(error) => {
            let page = PageError::new(PageKind::Fault { retry: false }).because(error);
            respond::failure(visitor, &page)
        }
    }
}

fn malformed(visitor: &Visitor, fault: FormFault) -> HttpResponse {
    let page = PageError::new(PageKind::Garbled(fault.description));
    let mut response = respond::failure(visitor, &page);
    *response.status_mut() = fault.status;
    response
}
