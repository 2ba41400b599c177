use serde_json::{Value, json};

use super::super::KEYED_STORIES;
use super::Demo;
use super::visit::Visit;

#[actix_web::test]
async fn the_front_page_of_the_shop_with_keys_has_its_own_stories() {
    let demo = Demo::start().with_keys();
    let page = demo.front().await;
    assert!(page.contains("Demo shop: Acme Utilities"));
    assert_eq!(page.matches("<h1").count(), 1);
    for story in &KEYED_STORIES {
        assert!(page.contains(&format!("action=\"/stories/{}\"", story.name)));
    }
    assert!(page.contains("<h2>You only show</h2>"));
    assert!(!page.contains("You are paid"), "no heading without a story");
    assert_eq!(demo.presses("monthly", "").await.status(), 404);
}

#[actix_web::test]
async fn what_is_asked_for_is_signed_and_pushed() {
    let demo = Demo::start().with_keys();
    let mut visit = Visit::begins(&demo, "electricity").await;
    let mandate = visit.sent["agreement"].clone();
    let pushed = demo.authority.lock().unwrap().pushed.clone();
    let details: Value = serde_json::from_str(&pushed["authorization_details"]).unwrap();
    assert_eq!(
        details,
        json!([{
            "type": "open_payments_mandate",
            "locations": [mandate],
            "actions": ["read", "charge", "cancel"],
        }])
    );
    assert_eq!(pushed["resource"], mandate);
    assert_eq!(pushed["code_challenge_method"], "S256");
    let page = visit.approves().await;
    for words in [
        "POST /par HTTP/1.1",
        "use_dpop_nonce",
        "DPoP-Nonce: first",
        "The request object, decoded",
        "The assertion, decoded",
        "The proof, decoded",
        "&#34;htu&#34;: &#34;http://127.0.0.1",
        "&#34;jkt&#34;",
        "Your electricity is paid from now on",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("-u &#39;"), "no secret is shown");
    assert_eq!(
        page.matches("use_dpop_nonce").count(),
        1,
        "the nonce is kept"
    );
}

#[actix_web::test]
async fn a_bound_token_is_used_refreshed_and_given_back() {
    let demo = Demo::start().with_keys();
    let mut visit = Visit::begins(&demo, "electricity").await;
    let page = visit.approves().await;
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains("$5.00 was taken. Left to take now: $15.00."));
    demo.sets_clock("2027-01-31T00:05:00Z");
    demo.authority.lock().unwrap().nonce = "second";
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains("The token had run out, so the shop got the next one first. $5.00"));
    assert!(page.contains("DPoP-Nonce: second"));
    let page = visit.presses(&page, "revoke").await;
    assert!(page.contains("it has ended, and every token with it"));
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains("heard that it no longer works: the permission has ended"));
}

#[actix_web::test]
async fn whoever_may_only_look_asks_for_no_more() {
    let demo = Demo::start().with_keys();
    Visit::begins(&demo, "meter").await;
    let pushed = demo.authority.lock().unwrap().pushed.clone();
    let details: Value = serde_json::from_str(&pushed["authorization_details"]).unwrap();
    assert_eq!(details[0]["actions"], json!(["read"]));
}

#[actix_web::test]
async fn a_thief_has_the_token_and_gets_nothing() {
    let demo = Demo::start().with_keys();
    let mut visit = Visit::begins(&demo, "stolen").await;
    let page = visit.approves().await;
    assert!(page.contains("<h1>The shop has a token. Now steal it</h1>"));
    assert!(page.contains("<h2>What you can try</h2>") && !page.contains("It takes money within"));
    let page = visit.presses(&page, "steal").await;
    assert!(page.contains("not done.</strong> The wallet refused the thief, and nothing was taken: This token is bound to a key."));
    let page = visit.presses(&page, "steal-with-a-key").await;
    assert!(page.contains("by another key than the one that the token is bound to"));
    let page = visit.presses(&page, "charge").await;
    assert!(page.contains("$5.00 was taken. Left to take now: $15.00."));
}

#[actix_web::test]
async fn a_shop_with_keys_takes_no_token_that_is_bound_to_nothing() {
    let demo = Demo::start().with_keys();
    demo.authority.lock().unwrap().forgets = true;
    let mut visit = Visit::begins(&demo, "electricity").await;
    let page = visit.approves().await;
    assert!(page.contains("the token is not a DPoP token"));
}

#[actix_web::test]
async fn a_refused_push_is_told_in_plain_words() {
    let demo = Demo::start().with_keys();
    demo.authority.lock().unwrap().refuses = true;
    let response = demo.presses("electricity", "").await;
    assert_eq!(response.status(), 502);
    let page = response.text().await.unwrap();
    assert!(page.contains("did not take the request (401): invalid_client: Who is it"));
}
