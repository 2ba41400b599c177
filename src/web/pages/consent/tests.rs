use super::*;
use crate::model::Unit;
use crate::web::pages::tests::{app, csrf, page, shell, sitting, unchecked};
use crate::web::pages::wording::{
    Ask, Creation, Every, Invoice, Mandate, Session, Warning, currency,
};

fn sample(wording: Wording, app: &App) -> Consent {
    let text = shell().text;
    let form = csrf("/consent/r1").with("digest", "d1gest");
    let account = "$wallet.example/bob";
    let mut page = Consent::new(shell(), wording, (app, account), form, sitting());
    page.quote = Quote::new(&text, app, "Premium plan \u{202e}</blockquote><script>");
    page.technical = Technical {
        url: "https://wallet.example/mandates/2fad69d0-7997-4543-8346-69b418c479a6".into(),
        pointer: "https://wallet.example/bob".into(),
        interval: Some("P1M".into()),
        permissions: vec![
            Permission::Take,
            Permission::Send,
            Permission::See,
            Permission::Create,
        ],
        request: "r1".into(),
    }
    .rows(&text);
    page
}

fn mandate(app: &App) -> Consent {
    let text = shell().text;
    let terms = Mandate {
        amount: "$20.00".into(),
        every: Some(Every {
            count: 1,
            unit: Unit::Month,
        }),
        ..Mandate::default()
    };
    let mut page = sample(terms.wording(&text, app), app);
    page.warning = Warning::gravest(&text, terms.warnings());
    page.who
        .push(Mandate::receiver(&text, Some("$shop.example")));
    let row = currency(&text, "USD", Some("US dollars"));
    page.wording.rows.push(row);
    page
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

#[test]
fn every_kind_of_request_has_its_page() {
    let text = shell().text;
    let app = unchecked();
    let mut wordings = vec![
        Invoice::default().wording(&text, &app),
        Session::default().wording(&text, &app),
    ];
    for ask in [
        Ask::CreateInvoices,
        Ask::CreateMandates,
        Ask::CreateSessions,
    ] {
        let account = "$wallet.example/bob".to_owned();
        let creation = Creation {
            ask,
            account,
            end: None,
        };
        wordings.push(creation.wording(&text, &app));
    }
    for wording in wordings {
        let html = page(&sample(wording, &app));
        assert!(html.contains(">Allow</button>") && html.contains(">Do not allow</button>"));
    }
}

#[test]
fn what_the_app_says_is_a_quotation() {
    let html = page(&mandate(&app()));
    assert!(html.contains("Premium plan &#60;/blockquote&#62;&#60;script&#62;</bdi>"));
    assert!(Quote::new(&shell().text, &app(), " \u{200b}\n").is_none());
}
