use super::Demo;
use super::visit::{Visit, value};

#[actix_web::test]
async fn a_mandate_is_charged_until_nothing_is_left() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "monthly").await;
    let mut page = visit.approves().await;
    let first = page.clone();
    for left in ["$15.00", "$10.00", "$5.00", "$0.00"] {
        page = visit.presses(&page, "charge").await;
        let words = format!("$5.00 was taken. Left to take now: {left}.");
        assert!(page.contains(&words), "{left}");
    }
    page = visit.presses(&page, "charge-too-much").await;
    assert!(page.contains("not done.</strong> The wallet refused: That is more than what is left in this period: $0.00."));
    page = visit.presses(&first, "charge").await;
    assert!(
        page.contains("$5.00 was taken. Left to take now: $15.00."),
        "the same page charges once"
    );
}

#[actix_web::test]
async fn whoever_may_only_look_cannot_charge() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "look").await;
    let details: serde_json::Value =
        serde_json::from_str(&visit.sent["authorization_details"]).unwrap();
    assert_eq!(details[0]["actions"], serde_json::json!(["read"]));
    assert!(!visit.sent.contains_key("scope"));
    demo.authority.lock().unwrap().grants = Some(vec!["read"]);
    let page = visit.approves().await;
    assert!(page.contains("The shop may look, and take nothing"));
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains(
        "not done.</strong> The wallet refused: This token does not allow to charge this agreement."
    ));
    let page = visit.presses(&page, "look").await;
    assert!(page.contains("The wallet showed the agreement, and what was taken under it."));
    demo.authority.lock().unwrap().grants = None;
    let page = visit.presses(&page, "refresh").await;
    let page = visit.presses(&page, "charge").await;
    assert!(
        page.contains("$5.00 was taken."),
        "the action is what was missing"
    );
}

#[actix_web::test]
async fn a_token_that_has_run_out_is_refreshed_before_the_next_charge() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "monthly").await;
    let page = visit.approves().await;
    demo.sets_clock("2027-01-31T00:05:00Z");
    let page = visit.presses(&page, "charge").await;
    assert!(
        page.contains(
            "The token had run out, so the shop got the next one first. $5.00 was taken."
        )
    );
    let asked = demo.authority.lock().unwrap().asked[1].clone();
    assert_eq!(asked["refresh_token"], "again");

    demo.sets_clock("2027-01-31T00:10:00Z");
    demo.authority.lock().unwrap().refuses = true;
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains("the permission has ended (invalid_grant: It has ended)"));
}

#[actix_web::test]
async fn what_was_given_back_stays_ended_in_words() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "monthly").await;
    let page = visit.approves().await;
    let page = visit.presses(&page, "refresh").await;
    assert!(page.contains("Refresh – done.") && page.contains("&#34;active&#34;: true"));
    let page = visit.presses(&page, "revoke").await;
    assert!(page.contains("it has ended, and every token with it"));
    assert!(page.contains("<h1>The permission has ended</h1>"));
    assert!(page.contains("<pre tabindex=\"0\">{\n  &#34;active&#34;: false\n}</pre>"));
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains("heard that it no longer works: the permission has ended"));
    let page = visit.presses(&page, "refresh").await;
    assert!(page.contains("gives no new token: the permission has ended"));
    let page = visit.presses(&page, "revoke").await;
    assert_eq!(
        page.matches("it has ended, and every token with it")
            .count(),
        3,
        "once on top, twice in the list"
    );
}

#[actix_web::test]
async fn an_invoice_is_paid_in_parts_until_it_is_full() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "invoice").await;
    let mut page = visit.approves().await;
    assert!(page.contains("The shop may pay you"));
    page = visit.presses(&page, "pay-too-much").await;
    assert!(page.contains("That is more than what is left to pay: $34.50."));
    for words in [
        "Received in all: $11.50. Left to pay: $23.00.",
        "Received in all: $23.00. Left to pay: $11.50.",
        "Received in all: $34.50. Left to pay: $0.00.",
        "It has received all that it asked for",
    ] {
        page = visit.presses(&page, "pay").await;
        assert!(page.contains(words), "{words}");
    }
}

#[actix_web::test]
async fn a_session_receives_small_payments() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "session").await;
    let page = visit.approves().await;
    let page = visit.presses(&page, "pay").await;
    assert!(page.contains("$0.05 was paid. Received in all: $0.05. Left to pay: $0.95."));
    let page = visit.presses(&page, "pay-too-much").await;
    assert!(page.contains("That is more than what is left to pay: $0.95."));
    demo.sets_clock("2027-03-02T00:00:00Z");
    let page = visit.presses(&page, "pay").await;
    assert!(page.contains("The agreement is over."));
}

#[actix_web::test]
async fn a_collection_creates_invoices_for_the_customer_only() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "collection").await;
    let page = visit.approves().await;
    let first = visit.presses(&page, "create").await;
    let created = |page: &str| {
        let rest = page.split("The wallet created ").nth(1).unwrap();
        rest.split(". ").next().unwrap().to_owned()
    };
    assert!(created(&first).starts_with(&format!("{}/invoices/", demo.wallet)));
    let again = visit.presses(&page, "create").await;
    assert_eq!(
        created(&again),
        created(&first),
        "the same page creates one"
    );
    let page = visit.presses(&first, "create-for-another").await;
    assert!(page.contains("This token is good for another account only."));
}

#[actix_web::test]
async fn a_tip_is_paid_without_a_token_and_once_for_each_page() {
    let demo = Demo::start();
    let front = demo.front().await;
    let key = value(&front, "key").to_owned();
    let form = format!("key={key}");
    let response = demo.presses("tip", &form).await;
    assert_eq!(response.status(), 303);
    let cookie = response.headers()["Set-Cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    let again = demo.http.post(format!("{}/stories/tip", demo.shop));
    let again = again.header("Cookie", cookie.split(';').next().unwrap());
    let again = again.body(form.clone()).send().await.unwrap();
    assert_eq!(again.headers()["Location"], response.headers()["Location"]);
    let stranger = demo.presses("tip", &form).await;
    assert_eq!(stranger.headers()["Location"], "/stories/2");

    let page = demo.http.get(format!("{}/stories/1", demo.shop));
    let page = page.header("Cookie", cookie.split(';').next().unwrap());
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Bob was paid") && !page.contains("Bearer"));
    assert!(page.contains("$2.00 was paid. Received in all: $2.00. Left to pay: $0.00."));
    assert!(demo.authority.lock().unwrap().asked.is_empty());
    let wallet = demo.gets(&format!("{}/", demo.wallet), "").await;
    let wallet = wallet.text().await.unwrap();
    assert_eq!(
        wallet.matches("<h3>Invoice").count(),
        1,
        "two clicks, one invoice"
    );
    assert_eq!(wallet.matches("Paid in all: $2.00").count(), 1);
}

#[actix_web::test]
async fn the_clock_moves_forward_once_for_each_page() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "monthly").await;
    let page = visit.approves().await;
    assert!(page.contains("31 Jan 2027, 00:00:00 UTC"));
    let form = format!(
        "step=P1M&moves={}&back={}",
        value(&page, "moves"),
        value(&page, "back")
    );
    for _ in 0..2 {
        let response = visit.posts("/clock", form.clone()).await;
        assert_eq!(response.headers()["Location"], "/stories/1");
    }
    let page = visit.page().await;
    assert!(page.contains("28 Feb 2027, 00:00:00 UTC"));
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains("The token had run out"));
    for (step, now) in [("PT6M", "00:06:00"), ("P1D", "1 Mar 2027, 00:06:00")] {
        let response = visit.posts("/clock", format!("step={step}")).await;
        assert_eq!(response.headers()["Location"], "/");
        assert!(demo.front().await.contains(now), "{step}");
    }
    for form in ["", "step=P9Y", "step"] {
        let response = visit.posts("/clock", form.to_owned()).await;
        assert_eq!(response.status(), 400, "{form}");
    }
    demo.sets_clock("2199-12-30T00:00:00Z");
    let response = visit.posts("/clock", "step=P1M".to_owned()).await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("2000 to 2199"));
}
