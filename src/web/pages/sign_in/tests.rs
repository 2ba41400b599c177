use super::*;
use crate::web::pages::tests::{HOSTILE, app, csrf, page, shell, unchecked};

fn sample() -> SignIn {
    SignIn::new(shell(), csrf("/sign-in"))
}

fn waiting(app: &App, ask: Ask) -> SignIn {
    let leave = csrf("/consent/r1").with("decision", "decline");
    let context = Context::new(&shell().text, app, ask, leave);
    sample().because(context)
}

#[test]
fn a_plain_sign_in_needs_no_request() {
    let html = page(&sample());
    assert!(html.contains("autocomplete=\"current-password\""));
    assert!(!html.contains("role=\"alert\""));
    assert!(!html.contains("because"));
}

#[test]
fn the_app_and_what_it_wants_are_named_without_an_amount() {
    let html = page(&waiting(&app(), Ask::Mandate));
    assert!(html.contains(
        "(<bdi translate=\"no\">acme.example</bdi>) asked for permission to take payments."
    ));
    assert!(html.contains("without signing in"));
    assert!(html.contains("name=\"decision\" value=\"decline\""));
    for ask in Ask::ALL {
        assert!(page(&waiting(&app(), ask)).contains("asked for permission to"));
    }
}

#[test]
fn an_app_that_nobody_checked_is_named_by_its_host() {
    let html = page(&waiting(&unchecked(), Ask::Invoice));
    assert!(!html.contains("Totally Your Bank"));
    assert!(html.contains("shop.example"));
}

#[test]
fn one_text_for_every_wrong_sign_in() {
    let html = page(&sample().wrong(HOSTILE));
    assert!(html.contains("<title>Error: "));
    assert!(html.contains("role=\"alert\""));
    assert!(html.contains("href=\"#username\""));
    assert_eq!(html.matches("Check both and try again.").count(), 2);
    assert!(html.contains("value=\"&#60;script"));
}

#[test]
fn a_throttled_payer_reads_how_long_to_wait() {
    let wait = |seconds| sample().throttled("bob", seconds).problem.unwrap();
    assert!(wait(1).contains("Wait 1 second,"));
    assert!(wait(59).contains("Wait 59 seconds,"));
    assert!(wait(60).contains("Wait 1 minute,"));
    assert!(wait(61).contains("Wait 2 minutes,"));
    let html = page(&sample().expired("bob"));
    assert!(html.contains("role=\"alert\"") && !html.contains("aria-invalid"));
}
