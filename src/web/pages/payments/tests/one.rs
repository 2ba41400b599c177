//! One of them, and how it is stopped.

use super::*;

#[test]
fn a_mandate_is_shown_with_its_words_its_period_and_its_picture() {
    let html = detail_page(&monthly());
    for words in [
        "<h1><bdi translate=\"no\">Acme Streaming</bdi>: active</h1>",
        "<blockquote lang=\"en\" dir=\"auto\"><p class=\"sentence\">Acme can take what was agreed.</p>",
        "15 Nov 2026, 09:30 UTC",
        "Stop these payments</a>",
        "This period: up to",
        "Next period: ",
        "$wallet.example/alice",
        "checked by <bdi translate=\"no\">Example Wallet</bdi>",
        "<figure class=\"schedule\"",
        "Each month, at most",
        "says:",
        "<ol class=\"timeline\" reversed>",
        "<a href=\"/payments/grt_0\">",
        "known to your wallet",
    ] {
        assert!(html.contains(words), "{words} is not in {html}");
    }
    assert!(!html.contains("role=\"status\""));
    let html = detail_page(&endless());
    assert!(html.contains("This permission runs out on <time datetime=\"2031-11-15T00:00:00Z\">"));
}

/// What a payer reads, without what a program wrote.
fn read(html: &str) -> String {
    let parts = html.split("<code").enumerate().map(|(at, part)| {
        let code = part.find("</code>").filter(|_| at > 0);
        &part[code.unwrap_or(0)..]
    });
    let text: String = parts.collect();
    text.split('<')
        .filter_map(|tag| tag.split_once('>'))
        .map(|(_, words)| words)
        .collect()
}

#[test]
fn every_kind_has_its_pages() {
    let mut headings = Vec::new();
    for detail in every_kind() {
        let html = detail_page(&detail);
        assert!(html.contains("/payments/grt_1/stop\""));
        let words = read(&html);
        for never in ["mandate", "grant", "scope", "client"] {
            assert!(!words.contains(never), "{never} in {words}");
        }
        let stop = page(&stop_page(&detail));
        let h1 = stop.split("<h1>").nth(1).unwrap().split("</h1>").next();
        headings.push(h1.unwrap().to_owned());
        assert_eq!(stop.matches("<button>").count(), 1);
        assert_eq!(stop.matches("<input").count(), 1, "only the token");
        assert!(stop.contains("<a class=\"button\" href=\"/payments/grt_1\">Keep</a>"));
        assert!(stop.contains("for up to 5 minutes"));
    }
    headings.sort();
    headings.dedup();
    // The two mandates are asked about alike.
    assert_eq!(headings.len(), 6, "{headings:?}");
}

#[test]
fn stopping_money_says_what_it_does_not_do() {
    let html = page(&stop_page(&monthly()));
    assert!(
        html.contains("<h1>Stop <bdi translate=\"no\">Acme Streaming</bdi> taking payments?</h1>")
    );
    assert!(html.contains(">Stop payments</button>"));
    assert!(html.contains("you may still owe them"));
    let html = page(&stop_page(&invoice()));
    assert!(html.contains("paying into your account?") && html.contains(">Stop</button>"));
    assert!(!html.contains("owe"));
    let mut waiting = monthly();
    waiting.permission.grant.state = GrantState::Pending;
    assert!(!page(&stop_page(&waiting)).contains("may still accept"));
    let html = page(&stop_page(&monthly()).again());
    assert!(html.contains("<title>Error: ") && html.contains("Nothing was stopped."));
}

#[test]
fn how_long_a_wallet_may_lag_is_said_in_its_unit() {
    let said = |life| {
        super::stop::late(&Text::default(), &reader().app(&monthly().permission), life).to_plain()
    };
    assert!(said(30).contains("for up to 30 seconds."));
    assert!(said(60).contains("for up to 1 minute."));
    assert!(said(301).contains("for up to 6 minutes."));
}

#[test]
fn what_was_stopped_says_when_and_for_how_long_it_may_be_accepted() {
    let html = detail_page(&ended(monthly(), EndReason::Payer));
    assert!(html.contains("role=\"status\""));
    assert!(html.contains(
        "Stopped on <time datetime=\"2026-11-22T10:14:05Z\">22 Nov 2026, 10:14 UTC</time>."
    ));
    assert!(html.contains("for up to 5 minutes"));
    assert!(!html.contains("This period") && !html.contains("class=\"schedule\""));
    let old = Detail::new(
        shell(),
        &reader(),
        &ended(monthly(), EndReason::Payer),
        300,
        at("2026-11-22T10:19:05Z"),
    );
    assert!(!page(&old).contains("for up to"));
}

#[test]
fn other_states_have_their_words() {
    let mut detail = monthly();
    for (state, words) in [
        (GrantState::Pending, "approved, not yet collected"),
        (GrantState::Suspended("wallet".to_owned()), "on hold"),
    ] {
        detail.permission.grant.state = state;
        assert!(detail_page(&detail).contains(words));
    }
}

#[test]
fn everything_that_can_happen_has_words_of_its_own() {
    let text = Text::default();
    let mut all = Vec::new();
    let mut events: Vec<What> = HistoryKind::ALL.iter().map(|kind| what(*kind)).collect();
    events.push(What::Collected(Some("grt_0".to_owned())));
    events.push(What::NotCollected);
    events.extend(EndReason::ALL.iter().map(|reason| What::Ended(*reason)));
    for event in &events {
        let mut detail = monthly();
        detail.timeline[0].what = event.clone();
        let html = detail_page(&detail);
        let line = html
            .split("<ol class=\"timeline\" reversed>")
            .nth(1)
            .unwrap();
        let line = line.split("</li>").next().unwrap();
        assert!(
            !line.contains(concat!("payments", "-")),
            "{event:?} has no words: {line}"
        );
        all.push(line.to_owned());
    }
    all.sort();
    all.dedup();
    // `Ended` stands among the kinds and among the reasons.
    assert_eq!(all.len(), events.len() - 1);
    let times = [("app", "Acme".into()), ("times", 3.into())];
    assert_eq!(
        text.plain("payments-event-renewed", &times),
        "Acme renewed its access 3 times, last on this date."
    );
}

fn what(kind: HistoryKind) -> What {
    match kind {
        HistoryKind::Approved => What::Approved,
        HistoryKind::Created => What::Created,
        HistoryKind::Redeemed => What::Collected(None),
        HistoryKind::Refreshed => What::Renewed(1),
        HistoryKind::TokenRevoked => What::GivenBack(1),
        HistoryKind::Ended => What::Ended(EndReason::Payer),
    }
}

#[test]
fn hostile_words_stay_words() {
    let json = format!(
        "{{\"amount\": 2000, \"assetCode\": \"USD\", \"assetScale\": 2, \"description\": {}}}",
        serde_json::to_string(HOSTILE).unwrap()
    );
    let mut detail = sample(&json);
    detail.permission.client.name = HOSTILE.to_owned();
    detail.permission.grant.text = Some(("<b>Acme</b>".to_owned(), "en\" x=\"".to_owned()));
    let html = detail_page(&detail);
    assert!(html.contains("&#60;b&#62;Acme"));
    page(&stop_page(&detail));
    list_page(&listing(vec![detail]), &asked(Show::Active));
}
