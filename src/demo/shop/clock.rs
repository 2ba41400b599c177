use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::{Span, ToSpan};

use super::super::answer::see_other;
use super::words::Notice;
use super::{Form, Shop, front, own_form};

/// The demo's clock as the pages show it.
pub struct ClockView {
    /// The present instant, in words.
    pub now: String,
    /// How often it was moved: a second click on the same page moves nothing.
    pub moves: u64,
    /// The story to return to; empty for the front page.
    pub back: String,
}

impl ClockView {
    /// The clock as it stands, on the page of a run or on the front page.
    pub fn new(shop: &Shop, back: Option<u64>) -> Self {
        let now = shop.clock.clock().now();
        Self {
            now: now.strftime("%-d %b %Y, %H:%M:%S UTC").to_string(),
            moves: shop.clock.moves(),
            back: back.map_or_else(String::new, |number| number.to_string()),
        }
    }
}

/// `POST /clock`: moves the demo's clock forward, for all three servers.
pub async fn forward(shop: web::Data<Shop>, request: HttpRequest, form: Form) -> HttpResponse {
    let fields = match own_form(&shop, &request, form) {
        Ok(fields) => fields,
        Err((status, notice)) => return front::notice(&shop, &request, status, notice),
    };
    let Some(step) = fields.get("step").and_then(|step| span(step)) else {
        let text = "The clock moves by 6 minutes, a day or a month. It was not moved.";
        let refused = Notice::new("Please use the buttons here", text);
        return front::notice(&shop, &request, StatusCode::BAD_REQUEST, refused);
    };
    let seen = fields.get("moves").and_then(|moves| moves.parse().ok());
    if seen.is_none_or(|seen: u64| seen == shop.clock.moves())
        && let Err(reason) = shop.clock.forward(step)
    {
        let text = format!("It was not moved: {reason}.");
        let refused = Notice::new("The clock cannot be moved that far", text);
        return front::notice(&shop, &request, StatusCode::BAD_REQUEST, refused);
    }
    match fields
        .get("back")
        .and_then(|number| number.parse::<u64>().ok())
    {
        Some(number) => see_other(&format!("/stories/{number}")),
        None => see_other("/"),
    }
}

fn span(step: &str) -> Option<Span> {
    match step {
        "PT6M" => Some(6.minutes()),
        "P1D" => Some(1.day()),
        "P1M" => Some(1.month()),
        _ => None,
    }
}
