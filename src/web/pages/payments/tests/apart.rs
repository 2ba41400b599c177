//! Permissions that look alike are told apart.

use super::*;
use crate::web::pages::payments::apart;

/// The same, for another agreement.
fn of(reference: &str, mut detail: rules::Detail) -> rules::Detail {
    detail.permission.grant.agreement_url = format!("https://wallet.example/mandates/{reference}");
    detail
}

/// The same, approved at another time.
fn since(time: &str, mut detail: rules::Detail) -> rules::Detail {
    detail.permission.grant.consented_at = Some(at(time));
    detail
}

fn cards(details: Vec<rules::Detail>) -> Vec<String> {
    let html = list_page(&listing(details), &asked(Show::All));
    let cards = html.split("<li>\n<h").skip(1).map(read);
    cards.collect()
}

/// The words of a part of a page.
fn read(html: &str) -> String {
    let html = html.split("</li>").next().unwrap();
    let words = html.split('<').filter_map(|tag| tag.split_once('>'));
    words.map(|(_, words)| words).collect()
}

#[test]
fn two_of_one_minute_are_told_by_their_references() {
    let seconds = ["2026-11-15T09:30:20Z", "2026-11-15T09:30:41Z"];
    let [one, two] = seconds.map(|time| since(time, monthly()));
    let shown = cards(vec![of("first-1", one), of("other-2", two), endless()]);
    assert!(shown[0].contains("Reference first-1") && shown[1].contains("Reference other-2"));
    assert!(
        shown
            .iter()
            .all(|card| card.contains("Approved 15 Nov 2026, 09:30 UTC")),
        "{shown:?}"
    );
    assert!(!shown[2].contains("Reference"), "{shown:?}");
    // Where something else differs, that is enough.
    for other in [
        only(&["read"], monthly()),
        since("2026-11-15T09:31:00Z", monthly()),
        unchecked(monthly()),
    ] {
        for card in cards(vec![of("first-1", monthly()), of("other-2", other)]) {
            assert!(!card.contains("Reference"), "{card}");
        }
    }
}

#[test]
fn the_second_is_said_where_nothing_else_differs() {
    let seconds = ["2026-11-15T09:30:20Z", "2026-11-15T09:30:41Z"];
    let over = seconds.map(|time| since(time, ended(monthly(), EndReason::Replaced)));
    let shown = cards(over.into());
    for (card, second) in shown.iter().zip(["09:30:20", "09:30:41"]) {
        assert!(
            card.contains(&format!("Approved 15 Nov 2026, {second} UTC")),
            "{card}"
        );
    }
    // A permission to create has no agreement to name.
    let create = || collection(AgreementType::Invoice);
    let shown = cards(seconds.map(|time| since(time, create())).into());
    assert!(
        shown[0].contains("09:30:20") && !shown[0].contains("Reference"),
        "{shown:?}"
    );
}

#[test]
fn whoever_stops_one_reads_which() {
    let html = page(&stop_page(&of("first-1", monthly())));
    assert!(
        html.contains("Reference <bdi translate=\"no\">first-1</bdi>"),
        "{html}"
    );
    assert!(html.contains("09:30 UTC</time>") && !html.contains("not yet collected"));
    let mut waits = monthly();
    waits.permission.grant.state = GrantState::Pending;
    assert!(page(&stop_page(&waits)).contains("<li>Approved, not yet collected</li>"));
    let seconds = ["2026-11-15T09:30:20Z", "2026-11-15T09:30:41Z"];
    let mut alike = seconds.map(|time| since(time, monthly()).permission);
    alike[1].grant.id = "grt_2".to_owned();
    let among = |all: &[Permission]| apart::among(&reader(), &all[1], all);
    assert_eq!(among(&alike), Apart::Second);
    alike[0].grant.agreement_url.push('x');
    assert_eq!(among(&alike), Apart::Reference);
    alike[0].grant.actions = vec!["read".to_owned()];
    assert_eq!(among(&alike), Apart::Reference);
}
