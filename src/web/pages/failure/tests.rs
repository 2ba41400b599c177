use super::*;
use crate::web::pages::tests::{HOSTILE, csrf, page, shell};

fn sample(trouble: &Trouble) -> Failure {
    let shell = shell();
    let at = "2026-11-22T10:00:00Z".parse().unwrap();
    Failure::new(shell.clone(), trouble)
        .with(Action::retry(&shell))
        .with(Action::payments(&shell))
        .with(Action::leave(&shell, HOSTILE, csrf("/consent/r1")))
        .with(Action::restart(&shell, "Acme", csrf("/consent/r1")))
        .with(Action::switch(&shell, csrf("/switch")))
        .for_developers("invalid_scope", HOSTILE, at)
}

fn all() -> Vec<(Trouble, &'static str)> {
    vec![
        (Trouble::UnknownApp, "We do not know this app"),
        (Trouble::Garbled, "This link is damaged"),
        (Trouble::Left, "This request ended without a decision."),
        (Trouble::UnsafeLink, "This link is not safe to follow"),
        (Trouble::UnknownRequest, "We do not know this request"),
        (Trouble::Unusable, "We cannot show these terms"),
        (
            Trouble::Unreachable(HOSTILE.into()),
            "We cannot read the agreement right now",
        ),
        (Trouble::Waited(30), "You waited more than 30 minutes."),
        (Trouble::Waited(1), "You waited more than 1 minute."),
        (Trouble::Approved, "You already approved this request."),
        (
            Trouble::Uncollected,
            "the app did not come back for it in time",
        ),
        (Trouble::Declined, "You already declined this request."),
        (Trouble::Cancelled, "The agreement was cancelled."),
        (Trouble::Expired, "The agreement is past its end date."),
        (
            Trouble::UsedUp,
            "Everything in this agreement has been paid.",
        ),
        (Trouble::Taken, "This agreement is already in use."),
        (
            Trouble::NotYours(HOSTILE.into()),
            "This agreement is for a different account",
        ),
        (Trouble::Stale, "Please open the page again"),
        (Trouble::NoCookies, "Turn on cookies to continue"),
        (
            Trouble::Elsewhere,
            "This request was opened in another browser",
        ),
        (Trouble::NotFound, "There is no such page"),
        (Trouble::TooMany(1), "Wait 1 second, then try again."),
        (Trouble::TooMany(90), "Wait 90 seconds, then try again."),
        (Trouble::Unavailable, "We cannot answer right now"),
    ]
}

pub fn samples() -> Vec<String> {
    let all = all();
    let all = all.iter().map(|(trouble, _)| page(&sample(trouble)));
    all.collect()
}

#[test]
fn every_trouble_has_its_page() {
    for (trouble, words) in all() {
        let html = page(&sample(&trouble));
        assert!(html.contains(words), "{trouble:?}");
        let money = html.contains("<strong>No");
        assert_eq!(money, trouble != Trouble::NotFound, "{trouble:?}");
    }
}

#[test]
fn a_decided_request_is_not_said_to_be_unapproved() {
    assert!(!page(&sample(&Trouble::Approved)).contains("no money was taken"));
    assert!(page(&sample(&Trouble::Cancelled)).contains("no money was taken"));
}

#[test]
fn developers_find_the_reference() {
    let html = page(&sample(&Trouble::Unusable));
    assert!(html.contains("req_0123"));
    assert!(html.contains("invalid_scope"));
    assert!(html.contains("<time datetime=\"2026-11-22T10:00:00Z\">"));
    let bare = Failure::new(shell(), &Trouble::Unusable);
    assert!(!page(&bare).contains("For developers"));
}
