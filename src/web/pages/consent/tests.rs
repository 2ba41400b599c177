use super::*;
use crate::model::wording::{Ask, View, Warning, permissions};
use crate::model::{AgreementType, Arg};
use crate::web::pages::tests::{
    app, csrf, explained, explained_with, invoice, monthly, page, shell, sitting, unchecked,
};

fn sample(explained: Explanation, app: &App) -> Consent {
    let text = shell().text;
    let form = csrf("/consent/r1").with("digest", "d1gest");
    let account = "$wallet.example/bob";
    let mut page = Consent::new(shell(), explained, (app, account), form, sitting());
    page.quote = Quote::new(&text, app, "Premium plan \u{202e}</blockquote><script>");
    page.technical = Technical {
        url: "https://wallet.example/mandates/2fad69d0-7997-4543-8346-69b418c479a6".into(),
        pointer: "https://wallet.example/bob".into(),
        interval: Some("P1M".into()),
        permissions: AgreementType::ALL
            .into_iter()
            .flat_map(|kind| permissions(kind, &kind.every_action(), &text))
            .collect(),
        request: "r1".into(),
    }
    .rows(&text);
    page
}

fn mandate(app: &App) -> Consent {
    let text = shell().text;
    let explained = explained(&monthly(), app);
    let warnings = explained.warnings.clone();
    let mut page = sample(explained, app);
    page.warning = Warning::gravest(&text, warnings).map(Html::from);
    page
}

/// Mandates that have every row between them.
const MANDATES: [&str; 5] = [
    r#"{"amount": 2000, "assetCode": "USD", "assetScale": 2, "interval": "P1M", "cycles": 12, "cap": false,
        "start": "2026-01-31T00:00:00Z", "expiry": "2028-01-01T00:00:00Z", "maxPerPayment": 500}"#,
    r#"{"amount": 2000, "assetCode": "GLDX", "assetScale": 2, "interval": "P2W", "cap": false}"#,
    r#"{"amount": 50, "assetCode": "EUR", "assetScale": 2, "interval": "PT1H", "cycles": 100}"#,
    r#"{"amount": 50, "assetCode": "EUR", "assetScale": 2, "interval": "P1M", "cycles": 100,
        "start": "2026-12-01T00:00:00Z", "expiry": "2027-12-02T00:00:00Z"}"#,
    r#"{"amount": 50, "assetCode": "KWD", "assetScale": 3, "start": "2026-12-01T09:00:00Z"}"#,
];

pub fn samples() -> Vec<String> {
    let mut all = vec![page(&mandate(&app())), page(&mandate(&unchecked()))];
    all.extend(
        of_every_kind()
            .into_iter()
            .map(|it| page(&sample(it, &app()))),
    );
    all.extend(replacing().iter().map(page));
    for json in MANDATES {
        let explained = explained(json, &app());
        let warnings = explained.warnings.clone();
        let figures = explained.figures.clone().unwrap();
        let mut shown = sample(explained, &app());
        let (text, zone) = (shell().text, jiff::tz::TimeZone::UTC);
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let schedule = (&figures.schedule, json.contains("start"));
        shown.picture = Picture::new(&text, &zone, schedule, &figures.asset, now);
        shown
            .who
            .push(text.phrase("mandate-money-anywhere", &[]).into());
        for warning in warnings {
            shown.warning = Some(warning.phrase(&text).into());
            all.push(page(&shown));
        }
        all.push(page(&shown));
    }
    all
}

/// Pages that say what is taken the place of, in every way that there is.
fn replacing() -> Vec<Consent> {
    let mut all = Vec::new();
    for ends in ["money", "see", "change", "both", "nothing"] {
        for kind in AgreementType::ALL {
            let at = jiff::Timestamp::UNIX_EPOCH;
            let text = shell().text;
            let date = text.date(at, &jiff::tz::TimeZone::UTC);
            let args = [
                ("app", "Acme".into()),
                ("date", Arg::Date(at, date)),
                ("ends", Arg::Choice(ends)),
                ("type", Arg::Choice(kind.as_str())),
            ];
            let mut shown = mandate(&app());
            shown.replaces = vec![text.phrase("consent-replaces", &args).into()];
            all.push(shown);
        }
    }
    all
}

#[test]
fn what_ends_with_an_approval_stands_below_the_sentence_and_above_the_answers() {
    for shown in replacing() {
        let html = page(&shown);
        let place = |what: &str| html.find(what).unwrap_or_else(|| panic!("no {what}"));
        assert!(place("class=\"sentence\"") < place("place"));
        assert!(place("place") < place("class=\"warning\""));
        assert!(place("class=\"warning\"") < place("value=\"approve\""));
    }
    assert!(!page(&mandate(&app())).contains("place of"));
}

#[test]
fn what_decides_stands_before_the_buttons() {
    let html = page(&mandate(&app()));
    let place = |what: &str| html.find(what).unwrap_or_else(|| panic!("no {what}"));
    let order = [
        "<h1>",
        "class=\"sentence\"",
        "class=\"warning\"",
        "acme.example",
        "$wallet.example/bob",
        "value=\"approve\"",
        "value=\"decline\"",
        "What you are agreeing to",
        "<blockquote>",
        "<details",
        "Signed in as",
        "You have until",
    ];
    for pair in order.windows(2) {
        assert!(
            place(pair[0]) < place(pair[1]),
            "{} after {}",
            pair[0],
            pair[1]
        );
    }
    assert!(html.contains(">Approve</button>") && html.contains(">Decline</button>"));
}

#[test]
fn an_answer_carries_what_was_shown() {
    let html = page(&mandate(&app()));
    assert!(html.contains("<input type=\"hidden\" name=\"digest\" value=\"d1gest\">"));
    assert!(!html.contains("type=\"text\"") && !html.contains("type=\"checkbox\""));
    assert!(html.contains("value=\"more_time\""));
}

fn of_every_kind() -> Vec<Explanation> {
    let app = unchecked();
    let session = "{\"type\": \"session\"}";
    let mut all = vec![explained(&invoice(), &app), explained(session, &app)];
    let mandate = monthly();
    for (agreement, last) in [
        (&*mandate, "cancel"),
        (&*invoice(), "update"),
        (session, "update"),
    ] {
        for actions in [&["read"][..], &[last], &["read", last]] {
            all.push(explained_with(Some(actions), agreement, &app));
        }
    }
    all.push(explained_with(Some(&["pay"]), &invoice(), &app));
    let view = View {
        text: &shell().text,
        zone: &jiff::tz::TimeZone::UTC,
        at: jiff::Timestamp::UNIX_EPOCH,
        app: &app.shown(),
    };
    for ask in [
        Ask::CreateInvoices,
        Ask::CreateMandates,
        Ask::CreateSessions,
    ] {
        let account = "$wallet.example/bob";
        all.push(Explanation::of_creation(ask, account, None, &view));
    }
    all
}

#[test]
fn every_kind_of_request_has_its_page() {
    let app = unchecked();
    for explained in of_every_kind() {
        let html = page(&sample(explained, &app));
        assert!(html.contains(">Allow</button>") && html.contains(">Do not allow</button>"));
    }
}

#[test]
fn what_the_app_says_is_a_quotation() {
    let html = page(&mandate(&app()));
    assert!(html.contains("Premium plan &#60;/blockquote&#62;&#60;script&#62;</bdi>"));
    assert!(Quote::new(&shell().text, &app(), " \u{200b}\n").is_none());
}
