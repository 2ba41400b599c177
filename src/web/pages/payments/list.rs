//! The list of what a payer has approved (screen S18).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::apart::{self, Apart};
use super::{Reader, WayBack, ask_of, named, sign_in};
use crate::model::wording::Ask;
use crate::model::{Arg, Phrase, Takings, Text, clean};
use crate::oauth::Parameters;
use crate::oauth::payments::{self as rules, Listing, Permission, Query, Show};
use crate::web::extract::{Visitor, parse_pairs};
use crate::web::pages::sign_in::sign_out_form;
use crate::web::pages::{Form, Html, Shell};
use crate::web::respond;

/// More than this are searched.
const SEARCHED: usize = 10;
/// Characters that are searched for, at most.
const LONGEST_SEARCH: usize = 100;

/// What may be taken and, apart from it, who may pay in or create things.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/payments/list.html")]
pub struct List {
    /// What is around the page.
    pub shell: Shell,
    /// What the page is about.
    pub h1: Html,
    /// How much can be taken this month, one line a currency.
    pub summary: Vec<Html>,
    /// Which to show.
    pub filters: Vec<Link>,
    /// Finds some of many.
    pub search: Option<Search>,
    /// That there is nothing that takes money.
    pub none: Option<String>,
    /// What lets take money.
    pub taking: Vec<Card>,
    /// What lets pay in, or create things.
    pub others: Vec<Card>,
    /// Whether older ones are left out.
    pub cut: bool,
    /// The other pages, if there are several.
    pub turning: Option<Turning>,
    /// "Signed in as bob".
    pub person: Html,
    /// Signs out, and comes back here.
    pub sign_out: Form,
}

/// A link of several of which one is current.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// What it says.
    pub label: String,
    /// Whether that is here.
    pub current: bool,
}

/// The field that finds some of many.
#[derive(Debug, Clone)]
pub struct Search {
    /// Where it is sent.
    pub action: String,
    /// Among which.
    pub show: &'static str,
    /// What was sent last time.
    pub words: String,
}

/// Where one is among several pages.
#[derive(Debug, Clone)]
pub struct Turning {
    /// "Page 2 of 3".
    pub here: Html,
    /// The page before.
    pub before: Option<String>,
    /// The page after.
    pub after: Option<String>,
}

/// One of them, in short.
#[derive(Debug, Clone)]
pub struct Card {
    /// The page about it.
    pub href: String,
    /// What the app is called.
    pub app: Html,
    /// Its state as a word.
    pub status: String,
    /// What it allows, for which account, since when and until when.
    pub lines: Vec<Html>,
    /// The page that stops it, and its name.
    pub stop: Option<(String, Html)>,
}

impl Card {
    fn new(
        reader: &Reader,
        shell: &Shell,
        (permission, apart): (&Permission, Apart),
        now: Timestamp,
    ) -> Self {
        let text = &reader.text;
        let app = reader.app(permission);
        let href = shell.path(&format!("/payments/{}", permission.grant.id));
        let mut lines = apart::words(reader, permission, apart);
        // What only looks does so at once.
        let moves = !ask_of(permission).is_access();
        let starts = permission
            .grant
            .starts_at
            .filter(|start| *start > now && moves);
        let ended = permission.has_ended();
        if let Some(start) = starts.filter(|_| !ended) {
            lines.push(text.phrase("payments-starts", &[("date", reader.date(start))]));
        }
        lines.extend(last(reader, permission));
        let stop = (!ended).then(|| {
            let label = text.phrase("payments-stop-link", &[named(&app)]);
            (format!("{href}/stop"), label.into())
        });
        Self {
            href,
            app: Phrase::given(&app.shown()).into(),
            status: reader.status(permission),
            lines: lines.into_iter().map(Html::from).collect(),
            stop,
        }
    }
}

/// When it ends or ended. A session has no end that this server knows: either side ends it.
fn last(reader: &Reader, permission: &Permission) -> Option<Phrase> {
    let text = &reader.text;
    if permission.has_ended() {
        let args = [("date", reader.moment(permission.since))];
        return Some(text.phrase("payments-ended", &args));
    }
    match permission.end() {
        Some(end) => Some(text.phrase("payments-ends", &[("date", reader.moment(end))])),
        None if matches!(ask_of(permission), Ask::Session | Ask::AccessSession) => None,
        None => Some(text.phrase("payments-no-end", &[])),
    }
}

impl List {
    /// The list for `username`, as it was asked for by `query`, at `now`.
    #[must_use]
    pub fn new(
        shell: Shell,
        reader: &Reader,
        (listing, query): (&Listing, &Query),
        (username, sign_out): (&str, Form),
        now: Timestamp,
    ) -> Self {
        let text = reader.text.clone();
        let h1 = text.phrase("payments-heading", &[]).into();
        let apart = apart::told(reader, &listing.shown);
        let cards = |taking: bool| {
            let shown = listing.shown.iter().zip(apart.iter().copied());
            shown
                .filter(|(one, _)| (ask_of(one) == Ask::Mandate) == taking)
                .map(|one| Card::new(reader, &shell, one, now))
                .collect::<Vec<_>>()
        };
        let (taking, others) = (cards(true), cards(false));
        let total = listing.active + listing.ended;
        let first_page = listing.page == 1;
        let person = [("person", username.into())];
        Self {
            h1,
            summary: summary(&text, listing),
            filters: filters(&shell, listing, query),
            search: (total > SEARCHED).then(|| Search {
                action: shell.path("/payments"),
                show: word(query.show),
                words: clean(&query.search, LONGEST_SEARCH),
            }),
            none: (taking.is_empty() && first_page).then(|| none(&text, query)),
            taking,
            others,
            cut: listing.cut,
            turning: turning(&shell, listing, query),
            person: text.phrase("payments-person", &person).into(),
            sign_out,
            shell: shell.titled(&text.phrase("payments-heading", &[]).into()),
        }
    }
}

fn summary(text: &Text, listing: &Listing) -> Vec<Html> {
    if listing.can_take && listing.takings.is_empty() {
        return vec![text.phrase("payments-summary-nothing", &[]).into()];
    }
    let line = |takings: &Takings| {
        let args = [
            ("companies", number(takings.companies)),
            ("amount", Arg::Amount(text.money(&takings.most))),
        ];
        text.phrase("payments-summary", &args).into()
    };
    listing.takings.iter().map(line).collect()
}

fn none(text: &Text, query: &Query) -> String {
    let key = match query.show {
        _ if !query.search.is_empty() => "payments-none-found",
        Show::Active => "payments-none",
        Show::Ended => "payments-none-ended",
        Show::All => "payments-none-at-all",
    };
    text.plain(key, &[])
}

fn filters(shell: &Shell, listing: &Listing, query: &Query) -> Vec<Link> {
    let count = |count| [("count", number(count))];
    let labels = [
        (
            Show::Active,
            shell
                .text
                .plain("payments-filter-active", &count(listing.active)),
        ),
        (
            Show::Ended,
            shell
                .text
                .plain("payments-filter-ended", &count(listing.ended)),
        ),
        (Show::All, shell.t("payments-filter-all")),
    ];
    labels
        .into_iter()
        .map(|(show, label)| Link {
            href: address(shell, show, "", 1),
            label,
            current: show == query.show,
        })
        .collect()
}

fn turning(shell: &Shell, listing: &Listing, query: &Query) -> Option<Turning> {
    let args = [
        ("page", number(listing.page)),
        ("pages", number(listing.pages)),
    ];
    let to = |page| address(shell, query.show, &query.search, page);
    (listing.pages > 1).then(|| Turning {
        here: shell.text.phrase("payments-page", &args).into(),
        before: (listing.page > 1).then(|| to(listing.page - 1)),
        after: (listing.page < listing.pages).then(|| to(listing.page + 1)),
    })
}

fn address(shell: &Shell, show: Show, search: &str, page: usize) -> String {
    let search = Some(search).filter(|search| !search.is_empty());
    let search = search.map(|words| utf8_percent_encode(words, NON_ALPHANUMERIC));
    let search = search.map(|words| format!("&q={words}"));
    let page = Some(page).filter(|page| *page > 1);
    let page = page.map(|page| format!("&page={page}"));
    let rest: String = search.into_iter().chain(page).collect();
    shell.path(&format!("/payments?show={}{rest}", word(show)))
}

fn word(show: Show) -> &'static str {
    match show {
        Show::Active => "active",
        Show::Ended => "ended",
        Show::All => "all",
    }
}

fn number(count: usize) -> Arg {
    Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Shows the list; whoever is not signed in is asked to.
pub async fn get(visitor: Visitor) -> HttpResponse {
    let Some((user, _)) = &visitor.payer else {
        return sign_in(&visitor);
    };
    let reader = Reader::of(&visitor);
    let shell = visitor.shell(reader.text.clone(), None);
    let Some(sign_out) = sign_out_form(&visitor, &shell, None) else {
        return sign_in(&visitor);
    };
    let sign_out = sign_out.with("next", WayBack::list().as_str());
    let now = visitor.app.clock.now();
    let query = read(visitor.http.query_string(), month_end(now, &reader.zone));
    match rules::list(&visitor.app, user, &query).await {
        Ok(listing) => {
            let who = (user.username.as_str(), sign_out);
            let page = List::new(shell, &reader, (&listing, &query), who, now);
            respond::page(StatusCode::OK, &page)
        }
        Err(error) => respond::failure(&visitor, &error),
    }
}

fn read(query: &str, until: Timestamp) -> Query {
    let pairs = Parameters::new(parse_pairs(query).unwrap_or_default());
    let search = clean(pairs.one("q").unwrap_or_default(), LONGEST_SEARCH);
    Query {
        show: match pairs.one("show") {
            Some("ended") => Show::Ended,
            Some("all") => Show::All,
            _ => Show::Active,
        },
        search,
        page: pairs
            .one("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1),
        until,
    }
}

/// The first instant of the next month.
fn month_end(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let month = now.to_zoned(zone.clone()).first_of_month();
    let next = month.and_then(|first| first.checked_add(1.month()));
    next.and_then(|first| first.start_of_day())
        .map_or(Timestamp::MAX, |first| first.timestamp())
}
