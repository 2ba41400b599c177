use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::Neighbour;
use super::super::answer::page;
use super::super::random;
use super::catalogue::{Group, Story};
use super::clock::ClockView;
use super::words::{Notice, ending};
use super::{Shop, visitor};

/// The shop's front page, which also shows what went wrong.
#[derive(Template)]
#[template(path = "demo/shop.html")]
struct ShopPage<'a> {
    notice: Option<Notice>,
    name: &'a str,
    holds_keys: bool,
    neighbour: &'a Neighbour,
    payment_pointer: &'a str,
    key: String,
    groups: Vec<(&'static str, Vec<&'static Story>)>,
    runs: Vec<RunRow>,
    issuer: Option<String>,
    clock: ClockView,
}

/// One run in the list of those that were begun in this browser.
struct RunRow {
    number: u64,
    title: &'static str,
    ended: &'static str,
}

/// `GET /`
pub async fn show(shop: web::Data<Shop>, request: HttpRequest) -> HttpResponse {
    render(&shop, &request, StatusCode::OK, None)
}

/// The front page with a notice on top.
pub fn notice(
    shop: &Shop,
    request: &HttpRequest,
    status: StatusCode,
    notice: Notice,
) -> HttpResponse {
    render(shop, request, status, Some(notice))
}

fn render(
    shop: &Shop,
    request: &HttpRequest,
    status: StatusCode,
    notice: Option<Notice>,
) -> HttpResponse {
    let visitor = visitor(request).unwrap_or_default();
    let (runs, issuer) = {
        let desk = shop.desk();
        let rows = desk.runs(&visitor).map(|run| RunRow {
            number: run.number,
            title: run.story.title,
            ended: ending(run).title,
        });
        let issuer = desk.runs(&visitor).next();
        (rows.collect(), issuer.map(|run| run.place.issuer.clone()))
    };
    let groups = Group::ALL.map(|group| {
        let stories = shop.stories().iter();
        let stories: Vec<_> = stories.filter(|story| story.group == group).collect();
        (group.title(), stories)
    });
    let groups = groups
        .into_iter()
        .filter(|(_, stories)| !stories.is_empty());
    let template = ShopPage {
        notice,
        name: &shop.name,
        holds_keys: shop.holds_keys(),
        neighbour: &shop.neighbour,
        payment_pointer: &shop.payment_pointer,
        // Without a key each press begins a story of its own; with one, a double click begins one.
        key: random::token().unwrap_or_default(),
        groups: groups.collect(),
        runs,
        issuer,
        clock: ClockView::new(shop, None),
    };
    page(status, &template)
}
