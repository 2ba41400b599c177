mod apart;
mod looking;
mod one;

use jiff::Timestamp;

use super::apart::Apart;
use super::detail::Detail;
use super::list::List;
use super::stop::Stop;
use super::*;
use crate::model::{
    Agreement, AgreementType, AuthMethod, Client, Duties, EndReason, Endpoints, Grant, HistoryKind,
    Limits, Origin, PartyState, ResourceServer, Takings,
};
use crate::oauth::payments::{self as rules, Happened, Listing, Query, Show, What};
use crate::web::pages::Shell;
use crate::web::pages::tests::{HOSTILE, csrf, page, shell};

const NOW: &str = "2026-11-22T10:14:05Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn reader() -> Reader {
    Reader {
        text: shell().text,
        zone: TimeZone::UTC,
    }
}

/// What `json` allows, approved on 15 November.
fn sample(json: &str) -> rules::Detail {
    let approved = at("2026-11-15T09:30:20Z");
    let agreement = Agreement::read_draft(json.as_bytes(), approved).unwrap();
    let limits = Limits::resolve(&agreement.terms, approved).unwrap();
    let grant = Grant {
        id: "grt_1".to_owned(),
        client: "cli_1".to_owned(),
        user: Some("usr_1".to_owned()),
        resource_server: "rs_1".to_owned(),
        agreement_url: agreement.url.as_str().to_owned(),
        collection: false,
        kind: agreement.terms.kind,
        actions: agreement.terms.kind.every_action(),
        subject: "https://wallet.example/alice".to_owned(),
        snapshot: Some("snp_1".to_owned()),
        agreement_digest: None,
        approval_digest: None,
        starts_at: limits.start,
        ends_at: Some(at("2031-11-15T00:00:00Z")),
        limits: Some(limits),
        authentication: None,
        consented_at: Some(approved),
        text: Some(("Acme can take what was agreed.".to_owned(), "en".to_owned())),
        state: GrantState::Active,
        state_at: approved,
        replaces: None,
        created_at: approved,
    };
    rules::Detail {
        permission: Permission {
            grant,
            since: approved,
            client: client("Acme Streaming"),
            redirect_uri: "https://acme.example/callback".to_owned(),
        },
        wallet: wallet(),
        terms: Some(agreement.terms),
        timeline: vec![
            Happened {
                at: approved,
                what: What::Collected(Some("grt_0".to_owned())),
            },
            Happened {
                at: approved,
                what: What::Approved,
            },
        ],
    }
}

fn client(name: &str) -> Client {
    Client {
        id: "cli_1".to_owned(),
        name: name.to_owned(),
        auth_method: AuthMethod::None,
        redirect_uris: vec!["https://acme.example/callback".to_owned()],
        grant_types: Vec::new(),
        accounts: Vec::new(),
        keys: None,
        certificate: None,
        duties: Duties::default(),
        verified_at: Some(at("2026-10-03T10:00:00Z")),
        state: PartyState::Enabled,
        created_at: at("2026-10-03T10:00:00Z"),
    }
}

fn wallet() -> ResourceServer {
    ResourceServer {
        id: "rs_1".to_owned(),
        name: "Example Wallet".to_owned(),
        origin: Origin::parse("https://wallet.example").unwrap(),
        pointer_origins: Vec::new(),
        endpoints: Endpoints {
            mandates: None,
            invoices: None,
            sessions: None,
        },
        assets: Vec::new(),
        auth_method: AuthMethod::ClientSecretBasic,
        keys: None,
        certificate: None,
        allow_private_network: false,
        enforces_limits: true,
        state: PartyState::Enabled,
        created_at: at("2026-10-03T10:00:00Z"),
    }
}

fn monthly() -> rules::Detail {
    sample(
        "{\"amount\": 2000, \"assetCode\": \"USD\", \"assetScale\": 2, \"interval\": \"P1M\", \"cycles\": 12, \
         \"startAt\": \"2026-11-01T00:00:00Z\", \"description\": \"Premium\"}",
    )
}

fn endless() -> rules::Detail {
    sample("{\"amount\": 500, \"assetCode\": \"EUR\", \"assetScale\": 2, \"interval\": \"P1W\"}")
}

fn invoice() -> rules::Detail {
    sample("{\"type\": \"invoice\", \"amount\": 3450, \"assetCode\": \"USD\", \"assetScale\": 2}")
}

fn session() -> rules::Detail {
    sample("{\"type\": \"session\"}")
}

fn collection(kind: AgreementType) -> rules::Detail {
    let mut detail = session();
    detail.terms = None;
    detail.permission.grant = Grant {
        kind,
        collection: true,
        snapshot: None,
        limits: None,
        ..detail.permission.grant
    };
    detail
}

/// The same without money.
fn only(actions: &[&str], mut detail: rules::Detail) -> rules::Detail {
    detail.permission.grant.actions = actions.iter().map(|&it| it.to_owned()).collect();
    detail
}

/// Permissions of every kind that move no money.
fn looking() -> Vec<rules::Detail> {
    let mut all = Vec::new();
    for (of, last) in [
        (monthly as fn() -> rules::Detail, "cancel"),
        (invoice, "update"),
        (session, "update"),
    ] {
        all.extend([&["read"][..], &[last], &["read", last]].map(|actions| only(actions, of())));
    }
    all
}

fn every_kind() -> Vec<rules::Detail> {
    let mut all = vec![monthly(), endless(), invoice(), session()];
    all.extend(AgreementType::ALL.iter().map(|kind| collection(*kind)));
    all
}

fn ended(mut detail: rules::Detail, reason: EndReason) -> rules::Detail {
    detail.permission.grant.state = GrantState::Ended(reason);
    detail.permission.since = at(NOW);
    let happened = Happened {
        at: at(NOW),
        what: What::Ended(reason),
    };
    detail.timeline.insert(0, happened);
    detail
}

fn unchecked(mut detail: rules::Detail) -> rules::Detail {
    detail.permission.client.name = HOSTILE.to_owned();
    detail.permission.client.verified_at = None;
    detail
}

fn detail_page(detail: &rules::Detail) -> String {
    page(&Detail::new(shell(), &reader(), detail, 300, at(NOW)))
}

fn listing(shown: Vec<rules::Detail>) -> Listing {
    let shown: Vec<Permission> = shown.into_iter().map(|it| it.permission).collect();
    let ended = shown.iter().filter(|it| it.has_ended()).count();
    let grants: Vec<&Grant> = shown.iter().map(|it| &it.grant).collect();
    Listing {
        takings: Takings::of(&grants, at(NOW), at("2026-12-01T00:00:00Z")),
        can_take: true,
        active: shown.len() - ended,
        ended,
        found: shown.len(),
        page: 1,
        pages: 1,
        cut: false,
        shown,
    }
}

fn asked(show: Show) -> Query {
    Query {
        show,
        search: String::new(),
        page: 1,
        until: at("2026-12-01T00:00:00Z"),
    }
}

fn list_page(listing: &Listing, query: &Query) -> String {
    let who = ("alice", csrf("/sign-out"));
    let list = List::new(shell(), &reader(), (listing, query), who, at(NOW));
    page(&list)
}

fn stop_page(detail: &rules::Detail) -> Stop {
    let form = csrf("/payments/grt_1/stop");
    let which = (&detail.permission, Apart::Reference);
    Stop::new(shell(), &reader(), which, form, 300)
}

/// Every page in every state, in the language of the samples.
pub fn samples() -> Vec<String> {
    let mut all: Vec<String> = every_kind().iter().map(detail_page).collect();
    all.extend(every_kind().iter().map(|it| page(&stop_page(it))));
    all.extend(looking().iter().map(detail_page));
    all.extend(looking().iter().map(|it| page(&stop_page(it))));
    all.push(list_page(&listing(looking()), &asked(Show::Active)));
    all.push(detail_page(&ended(monthly(), EndReason::Payer)));
    let mut pending = monthly();
    pending.permission.grant.state = GrantState::Pending;
    all.push(detail_page(&pending));
    for show in [Show::Active, Show::Ended, Show::All] {
        all.push(list_page(&listing(every_kind()), &asked(show)));
        all.push(list_page(&listing(Vec::new()), &asked(show)));
    }
    all
}

#[test]
fn the_list_tells_what_may_be_taken_apart_from_the_rest() {
    let html = list_page(&listing(every_kind()), &asked(Show::Active));
    for words in [
        "1 company can take up to <strong><bdi class=\"money\" dir=\"ltr\" translate=\"no\">€10.00",
        "1 company can take up to <strong><bdi class=\"money\" dir=\"ltr\" translate=\"no\">$20.00",
        "aria-current=\"page\">Active (7)</a>",
        "<strong>No end date</strong>",
        "<a href=\"/payments/grt_1\"><bdi translate=\"no\">Acme Streaming</bdi></a></h2>",
        "<a href=\"/payments/grt_1/stop\">Stop <bdi",
        "<p class=\"status\">Active</p>",
        "<p class=\"status\">Allowed</p>",
    ] {
        assert!(html.contains(words), "{words} is not in {html}");
    }
    let others = html.find("What else you have allowed").unwrap();
    let invoice = html.find("Can pay you").unwrap();
    let monthly = html.find("each month").unwrap();
    assert!(monthly < others && others < invoice);
    assert_eq!(html.matches("<h3>").count(), 5);
    assert!(!html.contains("role=\"search\""), "so few need no search");
}

#[test]
fn an_empty_list_says_that_nobody_can_take_anything() {
    let mut nothing = listing(Vec::new());
    nothing.can_take = false;
    let html = list_page(&nothing, &asked(Show::Active));
    assert!(html.contains("No company can take automatic payments from your accounts."));
    assert!(!html.contains("this month"));
    for show in [Show::Ended, Show::All] {
        assert!(!list_page(&nothing, &asked(show)).contains("No company can take automatic"));
    }
    let later = Listing {
        takings: Vec::new(),
        ..listing(vec![monthly()])
    };
    let html = list_page(&later, &asked(Show::Active));
    assert!(html.contains("No company can take anything this month."));
}

#[test]
fn many_are_searched_and_turned() {
    let many = Listing {
        active: 120,
        page: 2,
        pages: 3,
        cut: true,
        ..listing(vec![monthly()])
    };
    let query = Query {
        search: HOSTILE.to_owned(),
        page: 2,
        ..asked(Show::All)
    };
    let html = list_page(&many, &query);
    assert!(html.contains("role=\"search\"") && html.contains("name=\"show\" value=\"all\""));
    assert!(html.contains("Page 2 of 3"));
    assert!(html.contains("&#38;page=3\" rel=\"next\""));
    assert!(html.contains("Only the newest are listed here."));
    let none = Listing {
        active: 120,
        ..listing(Vec::new())
    };
    assert!(list_page(&none, &query_for("x")).contains("Nothing here has that in its name."));
}

fn query_for(search: &str) -> Query {
    Query {
        search: search.to_owned(),
        ..asked(Show::All)
    }
}

#[test]
fn what_has_ended_cannot_be_stopped_again() {
    let over = listing(vec![ended(monthly(), EndReason::Payer)]);
    let html = list_page(&over, &asked(Show::Ended));
    assert!(html.contains("<p class=\"status\">Ended</p>"));
    assert!(html.contains("Ended on "));
    assert!(!html.contains("/stop\""));
}

#[test]
fn an_unchecked_app_is_its_host_everywhere() {
    let html = list_page(&listing(vec![unchecked(monthly())]), &asked(Show::Active));
    assert!(html.contains("acme.example") && !html.contains("alert(1)"));
    let html = detail_page(&unchecked(monthly()));
    assert!(html.contains("<h1><bdi translate=\"no\">acme.example</bdi>: active</h1>"));
    assert!(html.contains("It calls itself “<bdi"));
    assert!(html.contains("has not checked this company"));
    let html = page(&stop_page(&unchecked(monthly())));
    assert!(!html.contains("alert(1)"));
}

#[test]
fn a_path_prefix_is_on_every_link() {
    let prefixed = || Shell {
        base: "/as".to_owned(),
        ..shell()
    };
    let who = ("alice", csrf("/as/sign-out"));
    let (listing, query) = (listing(every_kind()), asked(Show::Active));
    let list = List::new(prefixed(), &reader(), (&listing, &query), who, at(NOW));
    let detail = Detail::new(prefixed(), &reader(), &monthly(), 300, at(NOW));
    for html in [page(&list), page(&detail)] {
        for href in html.split("href=\"").skip(1) {
            let ours = href.starts_with("/as/") || href.starts_with('#');
            assert!(ours || href.contains("example"), "{href}");
        }
    }
}
