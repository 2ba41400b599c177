use std::cell::RefCell;

use askama::Template;
use jiff::tz::TimeZone;

use super::wording::App;
use super::{Form, Language, Shell, Sitting};
use super::{account, changed, consent, done, failure, home, payments, step_up};
use crate::model::wording::{Explanation, View};
use crate::model::{Agreement, Locale, Text};

mod pseudo;

thread_local! {
    static SPOKEN: RefCell<Text> = RefCell::default();
}

/// The language of the samples.
pub fn text() -> Text {
    SPOKEN.with_borrow(Clone::clone)
}

/// Does something while samples speak another language.
pub fn speaking(tag: &str, act: impl FnOnce()) {
    SPOKEN.set(Text::new(Locale::find(tag).unwrap()));
    act();
    SPOKEN.set(Text::default());
}

mod promises;
pub mod style;

/// A name that tries everything.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'&\u{202e}**x**\u{2069}</bdi>";

pub fn shell() -> Shell {
    let text = text();
    Shell {
        languages: Language::all(&Locale::available(), text.locale()),
        text,
        base: String::new(),
        title: String::new(),
        error: false,
        wallet: Some("Example Wallet".into()),
        operator: "Countersign & Co".into(),
        mark: true,
        host: "pay.example".into(),
        help_url: Some("https://help.example/?a=1&b=2".into()),
        privacy_url: Some("https://pay.example/privacy".into()),
        security_contact: Some("mailto:security@pay.example".into()),
        request_id: "req_0123".into(),
        here: "/consent/r1?a=1&b=2".into(),
    }
}

pub fn app() -> App {
    App {
        name: "Acme Streaming".into(),
        host: "acme.example".into(),
        checked: Some("3 Oct 2026".into()),
    }
}

pub fn unchecked() -> App {
    App {
        name: "Totally Your\u{202e} Bank".into(),
        host: "shop.example".into(),
        checked: None,
    }
}

/// What `app` asks for with the agreement of this JSON.
pub fn explained(agreement: &str, app: &App) -> Explanation {
    explained_with(None, agreement, app)
}

/// What `app` asks for with these actions on it; without any, with all.
pub fn explained_with(actions: Option<&[&str]>, agreement: &str, app: &App) -> Explanation {
    let at = "2026-11-22T10:00:00Z".parse().unwrap();
    let agreement = Agreement::read_draft(agreement.as_bytes(), at).unwrap();
    let view = View {
        text: &text(),
        zone: &TimeZone::UTC,
        at,
        app: &app.shown(),
    };
    let all = agreement.terms.kind.actions();
    let actions = actions.unwrap_or(all).iter().map(|&it| it.to_owned());
    let actions: Vec<String> = actions.collect();
    Explanation::of((&actions, &agreement.terms), &agreement.state, &view).unwrap()
}

/// A mandate without an end, the only thing that payers are warned of in it.
pub fn monthly() -> String {
    "{\"amount\": 2000, \"assetCode\": \"USD\", \"assetScale\": 2, \"interval\": \"P1M\"}"
        .to_owned()
}

/// An invoice over any amount.
pub fn invoice() -> String {
    "{\"type\": \"invoice\"}".to_owned()
}

pub fn csrf(action: &str) -> Form {
    Form::to(action).with("csrf", "t0ken")
}

pub fn sitting() -> Sitting {
    let until = "2026-11-22T14:32:00Z".parse().unwrap();
    let zone = TimeZone::UTC;
    Sitting::new(
        &text(),
        "bob",
        (until, &zone),
        csrf("/switch"),
        csrf("/consent/r1"),
    )
}

/// Renders a page, and holds it to what is true of every page.
pub fn page(page: &impl Template) -> String {
    let html = page.render().unwrap();
    let language = text().locale().as_str().to_owned();
    let start = format!("<!doctype html>\n<html lang=\"{language}\" dir=\"ltr\">");
    assert!(html.starts_with(&start));
    assert_eq!(html.matches("<h1>").count(), 1);
    assert_eq!(html.matches("<main ").count(), 1);
    assert!(!html.contains("<title> "), "a page without a title");
    // The hostile name may show its stars: they are its own.
    let ours = html.replace("**x**", "");
    for never in [
        "<script",
        "<style",
        " style=",
        " onclick=",
        " onload=",
        " onerror=",
        "javascript:",
        "data:",
        "autofocus",
        "**",
        "{ $",
        "{$",
    ] {
        assert!(!ours.contains(never), "{never} in {html}");
    }
    let mut sources = ours.split("src=\"").skip(1);
    assert!(sources.all(|it| it.split('"').next().unwrap().ends_with("/assets/mark")));
    assert_eq!(ours.matches("src=").count(), ours.matches("src=\"").count());
    let lacks = promises::lacks(&html);
    assert!(lacks.is_empty(), "without {lacks:?}: {html}");
    let hidden = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!html.contains(hidden), "hidden characters in {html}");
    let place = |what: &str| html.find(what).unwrap_or_else(|| panic!("no {what}"));
    assert!(place("class=\"skip\"") < place("<header"));
    assert!(place("<header") < place("<main "));
    assert!(place("<main ") < place("<footer"));
    assert!(place("<footer") < place("<bdi translate=\"no\">pay.example</bdi></strong>"));
    let forms = html.matches("<form method=\"post\" action=\"/").count();
    let searches = html.matches("<form method=\"get\" action=\"/").count();
    assert_eq!(html.matches("<form").count(), forms + searches);
    assert_eq!(html.matches("name=\"csrf\"").count(), forms);
    html
}

#[test]
fn a_path_prefix_is_on_every_link_of_ours() {
    let mut shell = shell();
    shell.base = "/as".into();
    assert_eq!(shell.path("/sign-in"), "/as/sign-in");
    let sign_out = csrf(&shell.path("/sign-out"));
    let html = super::home::Home::new(shell, "bob", sign_out)
        .render()
        .unwrap();
    assert!(html.contains("href=\"/as/assets/style.css\""));
    assert!(html.contains("action=\"/as/sign-out\""));
}

#[test]
fn a_shell_without_links_has_none() {
    let bare = Shell {
        wallet: None,
        help_url: None,
        privacy_url: None,
        security_contact: None,
        languages: Vec::new(),
        ..shell()
    };
    let html = page(&super::home::Home::new(bare, "bob", csrf("/sign-out")));
    let links = html.matches("<a ").count();
    assert_eq!(links, 2, "only the skip link and the payments");
    assert!(!html.contains("run by"));
    assert!(html.contains("Countersign &#38; Co"));
}
