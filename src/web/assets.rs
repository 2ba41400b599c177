//! What pages load: the stylesheet, with the operator's colour, and the operator's mark.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETag, EntityTag, Header as _, IfNoneMatch,
};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::model::Digest;
use crate::oauth::error::{PageError, PageKind};
use crate::web::extract::Visitor;
use crate::web::pages::{STYLE, brand};
use crate::web::respond;

/// A mark is a document of its own if somebody opens it: it may do nothing there.
const SEALED: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// What is served beside the pages.
#[derive(Debug)]
pub struct Assets {
    style: Asset,
    mark: Option<Asset>,
}

#[derive(Debug)]
struct Asset {
    body: web::Bytes,
    media_type: &'static str,
    tag: EntityTag,
}

impl Assets {
    /// What the settings of `app` make of them.
    #[must_use]
    pub fn of(app: &App) -> Self {
        let colour = app.settings.operator.colour();
        let style = STYLE.to_owned() + &colour.map(brand::rules).unwrap_or_default();
        Self {
            style: Asset::new(style.into(), "text/css; charset=utf-8"),
            mark: app
                .mark
                .as_ref()
                .map(|mark| Asset::new(mark.bytes.clone().into(), mark.media_type)),
        }
    }
}

impl Asset {
    fn new(body: web::Bytes, media_type: &'static str) -> Self {
        let tag = EntityTag::new_strong(Digest::of(&body).to_base64url());
        Self {
            body,
            media_type,
            tag,
        }
    }

    /// The asset, unless the browser has it: a page never meets the stylesheet of another version.
    fn answer(&self, http: &HttpRequest) -> HttpResponse {
        let known = match IfNoneMatch::parse(http) {
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            Ok(IfNoneMatch::Any) => true,
            Err(_) => false,
        };
        let mut response = if known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((CACHE_CONTROL, "public, no-cache"))
            .insert_header(ETag(self.tag.clone()));
        if known {
            return response.finish();
        }
        response
            .content_type(self.media_type)
            .body(self.body.clone())
    }
}

/// The stylesheet.
pub async fn style(assets: web::Data<Assets>, http: HttpRequest) -> HttpResponse {
    assets.style.answer(&http)
}

/// The operator's mark, if there is one.
pub async fn mark(
    assets: web::Data<Assets>,
    http: HttpRequest,
) -> Result<HttpResponse, actix_web::Error> {
    let Some(mark) = &assets.mark else {
        let visitor = Visitor::extract(&http).await?;
        return Ok(respond::failure(
            &visitor,
            &PageError::new(PageKind::NotFound),
        ));
    };
    let mut response = mark.answer(&http);
    if let Ok(policy) = SEALED.parse() {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// What browsers ask for where no page names an icon: there is none, which is no fault.
pub async fn no_icon() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .finish()
}
