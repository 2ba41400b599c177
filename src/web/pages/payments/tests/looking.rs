//! What was approved and moves no money.

use super::*;

/// What no page about it may say.
const MONEY: [&str; 6] = [
    "can take up to",
    "This period",
    "Stop payments",
    "Stop these payments",
    "taking payments",
    "paying into",
];

#[test]
fn what_only_looks_is_never_said_to_move_money() {
    for (detail, again) in looking().into_iter().zip(looking()) {
        for html in [
            detail_page(&detail),
            page(&stop_page(&detail)),
            list_page(&listing(vec![again]), &asked(Show::Active)),
        ] {
            for words in MONEY {
                assert!(!html.contains(words), "{words} in {html}");
            }
        }
        let html = detail_page(&detail);
        assert!(
            html.contains(": allowed</h1>") && !html.contains("<svg"),
            "{html}"
        );
        assert!(html.contains("It cannot"), "{html}");
    }
    // The same words are looked for where they belong.
    let html = detail_page(&monthly()) + &page(&stop_page(&monthly()));
    for words in ["This period", "Stop these payments", "Stop payments"] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn what_only_looks_stands_apart_and_adds_nothing() {
    let both = listing(vec![monthly(), only(&["read"], monthly())]);
    let html = list_page(&both, &asked(Show::Active));
    assert!(html.contains(
        "1 company can take up to <strong><bdi class=\"money\" dir=\"ltr\" translate=\"no\">$20.00"
    ));
    let others = html.find("What else you have allowed").unwrap();
    let sees = html
        .find("Can see an automatic payment, and take nothing")
        .unwrap();
    assert!(html.find("each month").unwrap() < others && others < sees);
    let mut looks = listing(vec![only(&["read", "cancel"], endless())]);
    assert!(looks.takings.is_empty());
    looks.can_take = false;
    let html = list_page(&looks, &asked(Show::Active));
    assert!(html.contains("No company can take automatic payments from your accounts."));
    assert!(!html.contains("this month"));
}

#[test]
fn stopping_access_is_not_stopping_the_payment() {
    let html = page(&stop_page(&only(&["read"], monthly())));
    assert!(html.contains("having access to this automatic payment?"));
    assert!(html.contains("The automatic payment itself is not ended by this."));
    assert!(!html.contains("you may still owe them"));
}
