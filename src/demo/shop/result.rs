use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::answer::{Problem, page};
use super::super::random;
use super::buttons::Act;
use super::catalogue::{Asks, Story};
use super::clock::ClockView;
use super::journal::{Decoded, Entry, pretty};
use super::run::{Ending, Outcome, Run};
use super::words::{Notice, ending};
use super::{Shop, absent, visitor};

/// The page of one run of a story.
#[derive(Template)]
#[template(path = "demo/story.html")]
struct StoryPage<'a> {
    number: u64,
    name: &'a str,
    holds_keys: bool,
    story: &'static Story,
    ending: Notice,
    lesson: Option<&'static str>,
    went_wrong: bool,
    outcomes: &'a [Outcome],
    heading: &'static str,
    acts: &'static [Act],
    key: String,
    agreement: &'a str,
    wallet: &'a str,
    issuer: &'a str,
    token: Option<Decoded>,
    introspection: Option<String>,
    entries: &'a [Entry],
    clock: ClockView,
}

/// `GET /stories/{number}`
pub async fn show(
    shop: web::Data<Shop>,
    number: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Some(run) = find(&shop, &number, &request) else {
        return Ok(absent(shop, request).await);
    };
    let lesson = run
        .story
        .lesson
        .and_then(|(about, words)| match &run.ending {
            Ending::Refused(error, _) if error == about => Some(words),
            _ => None,
        });
    let went_wrong = matches!(run.ending, Ending::Refused(..) | Ending::Failed(_));
    let template = StoryPage {
        number: run.number,
        name: &shop.name,
        holds_keys: shop.holds_keys(),
        story: run.story,
        ending: ending(&run),
        lesson,
        went_wrong,
        outcomes: &run.outcomes,
        heading: match run.story.asks {
            Asks::Theft => "What you can try",
            _ => "What the shop can do now",
        },
        acts: if went_wrong { &[] } else { Act::of(run.story) },
        key: random::token()?,
        agreement: &run.agreement,
        wallet: &run.place.wallet,
        issuer: &run.place.issuer,
        token: run.token.as_ref().and_then(super::tokens::Token::decoded),
        introspection: run.introspection.as_ref().map(pretty),
        entries: run.journal.entries(),
        clock: ClockView::new(&shop, Some(run.number)),
    };
    Ok(page(StatusCode::OK, &template))
}

/// A run that was begun in the browser of a request.
pub fn find(shop: &Shop, number: &str, request: &HttpRequest) -> Option<Run> {
    let (number, visitor) = (number.parse().ok()?, visitor(request)?);
    shop.desk().find(number, &visitor).cloned()
}
