use serde_json::json;

use super::super::STORIES;
use super::visit::{Visit, value};
use super::{Demo, read};
use crate::model::Digest;

#[actix_web::test]
async fn the_front_page_has_a_button_for_every_story() {
    let demo = Demo::start();
    let page = demo.front().await.replace("&#39;", "'");
    assert!(page.contains("Demo. No real money."));
    assert_eq!(page.matches("<h1").count(), 1);
    for story in &STORIES {
        assert!(page.contains(&format!("action=\"/stories/{}\"", story.name)));
        assert!(page.contains(story.title) && page.contains(story.words));
    }
    assert_eq!(STORIES.len(), 13);
    assert!(!page.contains("<script") && !page.contains("style="));
}

#[actix_web::test]
async fn each_story_creates_what_it_is_about() {
    let demo = Demo::start();
    let (alice, bob) = (
        format!("{}/alice", demo.wallet),
        format!("{}/bob", demo.wallet),
    );
    for (name, member, expected) in [
        ("monthly", "cycles", json!(12)),
        ("monthly", "cap", json!(true)),
        ("endless", "cycles", json!(null)),
        ("carry-over", "cap", json!(false)),
        ("invoice", "amount", json!("3450")),
        ("session", "amount", json!("100")),
        ("changing", "amount", json!("2000")),
        ("decline", "subject", json!(alice)),
        ("expired", "expiresAt", json!("2027-01-30T00:00:00Z")),
        ("foreign", "subject", json!(bob)),
    ] {
        let visit = Visit::begins(&demo, name).await;
        let agreement = &visit.sent["scope"];
        demo.grants_issuer("issuer", agreement);
        let seen = read(demo.gets(agreement, "issuer").await).await;
        assert_eq!(seen[member], expected, "{name}");
        assert!(seen.get("demo").is_none(), "{name}");
        assert_eq!(visit.sent["code_challenge_method"], "S256");
    }
    let visit = Visit::begins(&demo, "collection").await;
    assert_eq!(visit.sent["scope"], format!("{}/invoices", demo.wallet));
}

#[actix_web::test]
async fn terms_change_once_the_authorization_server_has_read_them() {
    let demo = Demo::start();
    let visit = Visit::begins(&demo, "changing").await;
    let agreement = &visit.sent["scope"];
    demo.grants("client", agreement, &["read"]);
    demo.grants_issuer("issuer", agreement);
    for (token, amount) in [
        ("client", "2000"),
        ("issuer", "2000"),
        ("issuer", "5000"),
        ("client", "5000"),
    ] {
        let seen = read(demo.gets(agreement, token).await).await;
        assert_eq!(seen["amount"], amount);
    }
}

#[actix_web::test]
async fn a_silent_wallet_keeps_its_reader_waiting() {
    let demo = Demo::start();
    let waiting = std::time::Duration::from_secs(2);
    for (story, answers) in [("monthly", true), ("silent", false)] {
        let visit = Visit::begins(&demo, story).await;
        let agreement = &visit.sent["scope"];
        assert_eq!(demo.gets(agreement, "nobody").await.status(), 401);
        demo.grants_issuer("issuer", agreement);
        let read = demo.gets(agreement, "issuer");
        let answer = actix_web::rt::time::timeout(waiting, read).await;
        assert_eq!(answer.is_ok(), answers, "{story}");
    }
}

#[actix_web::test]
async fn the_exchange_and_the_token_are_shown() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "monthly").await;
    let page = visit.approves().await;
    let form = demo.authority.lock().unwrap().asked[0].clone();
    assert_eq!(form["redirect_uri"], format!("{}/callback", demo.shop));
    assert_eq!(
        Digest::of(form["code_verifier"].as_bytes()).to_base64url(),
        visit.sent["code_challenge"]
    );
    for words in [
        "You are subscribed",
        "&#60;i&#62;",
        "at+jwt",
        "/.well-known/open-payments&#39;",
        "/.well-known/oauth-authorization-server&#39;",
        "/mandates&#39;",
        "/authorize?response_type=code",
        "grant_type=authorization_code",
        "One time only",
        "-u &#39;cli%3A1:cli+secret&#39;",
        "-u &#39;rs%3A1:rs+secret&#39;",
        "&#34;active&#34;: true",
        "Demo. No real money.",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<i>"), "the payload is escaped");
    assert_eq!(page.matches("<h1").count(), 1);
    let front = visit.gets("/").await.text().await.unwrap();
    assert!(
        front.contains("<a href=\"/stories/1\">1. Subscribe for 12 months</a>: You are subscribed")
    );
    assert!(front.contains("/payments\">Stop one"));
}

#[actix_web::test]
async fn an_answer_from_elsewhere_is_not_used() {
    let demo = Demo::start();
    for answer in [
        &[("code", "good"), ("state", "wrong")][..],
        &[("code", "good"), ("iss", "http://evil.example")],
        &[("code", "good"), ("code", "better")],
        &[("nothing", "")],
    ] {
        let visit = Visit::begins(&demo, "monthly").await;
        let response = visit.returns(answer).await;
        assert_eq!(response.status(), 400, "{answer:?}");
    }
    let visit = Visit::begins(&demo, "monthly").await;
    let state = &visit.sent["state"];
    let silent = visit
        .gets(&format!("/callback?code=good&state={state}"))
        .await;
    assert_eq!(silent.status(), 400, "the server promised to name itself");
    let bare = demo
        .http
        .get(format!("{}/callback?code=good&state={state}", demo.shop))
        .send()
        .await
        .unwrap();
    assert_eq!(bare.status(), 400);
    assert!(
        demo.authority.lock().unwrap().asked.is_empty(),
        "no code was sent to anybody"
    );
}

#[actix_web::test]
async fn another_browser_cannot_use_or_see_what_is_not_its_own() {
    let demo = Demo::start();
    let mut alice = Visit::begins(&demo, "monthly").await;
    let mut mallory = Visit::begins(&demo, "monthly").await;
    let own = mallory.sent.clone();
    mallory.sent.clone_from(&alice.sent);
    assert_eq!(mallory.returns(&[("code", "good")]).await.status(), 400);
    mallory.sent = own;
    let scope = &alice.sent["scope"];
    demo.authority.lock().unwrap().scope.clone_from(scope);
    let page = alice.approves().await;
    assert_eq!(mallory.gets("/stories/1").await.status(), 404);
    let form = format!("key={}", value(&page, "key"));
    let charge = mallory.posts("/stories/1/charge", form).await;
    assert_eq!(charge.status(), 404);
}

#[actix_web::test]
async fn a_reloaded_answer_leads_to_the_same_page_and_is_not_used_again() {
    let demo = Demo::start();
    let mut visit = Visit::begins(&demo, "monthly").await;
    visit.approves().await;
    let again = visit.returns(&[("code", "good")]).await;
    assert_eq!(again.status(), 303);
    assert_eq!(again.headers()["Location"], "/stories/1");
    assert_eq!(demo.authority.lock().unwrap().asked.len(), 1);
}

#[actix_web::test]
async fn every_refusal_is_told_in_plain_words_on_the_storys_page() {
    let demo = Demo::start();
    for (story, error, words) in [
        ("decline", "access_denied", "You said no"),
        ("monthly", "access_denied", "The permission was not given"),
        ("expired", "access_denied", "had ended before you came"),
        ("foreign", "access_denied", "about bob&#39;s account"),
        (
            "silent",
            "temporarily_unavailable",
            "kept the agreement to itself",
        ),
        (
            "monthly",
            "temporarily_unavailable",
            "That did not work right now",
        ),
        ("monthly", "invalid_scope", "The terms were not accepted"),
        ("monthly", "<script>", "That did not work"),
    ] {
        let mut visit = Visit::begins(&demo, story).await;
        let page = visit
            .ends(&[("error", error), ("error_description", "<b>")])
            .await;
        assert!(page.contains(words), "{story} {error}");
        assert!(page.contains("Start this story again"));
        assert!(!page.contains("<script>") && !page.contains("<b>"));
        assert!(!page.contains("/charge\""), "there is nothing to charge");
    }
    let mut visit = Visit::begins(&demo, "monthly").await;
    demo.authority.lock().unwrap().refuses = true;
    let late = visit.ends(&[("code", "late")]).await;
    assert!(late.contains("too late") && late.contains("invalid_grant: It has ended"));
    let form = format!("key={}", value(&late, "key"));
    let response = visit.posts("/stories/9/charge", form).await;
    assert_eq!(response.status(), 303);
    let page = visit.page().await;
    assert!(page.contains("There is no permission, so there is no token to show."));
}

#[actix_web::test]
async fn a_customer_who_stays_away_too_long_starts_again() {
    let demo = Demo::start();
    let visit = Visit::begins(&demo, "monthly").await;
    demo.sets_clock("2027-01-31T06:00:00Z");
    assert_eq!(visit.returns(&[("code", "good")]).await.status(), 400);
}

#[actix_web::test]
async fn a_form_of_another_page_does_nothing() {
    let demo = Demo::start();
    for path in ["/stories/monthly", "/stories/1/charge", "/clock"] {
        for (name, value) in [
            ("Origin", "http://evil.example"),
            ("Sec-Fetch-Site", "cross-site"),
        ] {
            let request = demo.http.post(format!("{}{path}", demo.shop));
            let response = request.header(name, value).send().await.unwrap();
            assert_eq!(response.status(), 403, "{path} {name}");
        }
    }
}

#[actix_web::test]
async fn a_server_that_is_away_is_told_in_plain_words() {
    let demo = Demo::without_authority();
    for story in ["monthly", "tip"] {
        let response = demo.presses(story, "").await;
        assert_eq!(response.status(), 502);
        assert!(response.text().await.unwrap().contains("That did not work"));
    }
}

#[actix_web::test]
async fn what_is_not_there_is_a_page_with_words() {
    let demo = Demo::start();
    for path in ["/stories/1", "/stories/monthly", "/stories/%2f", "/x"] {
        let response = demo.http.get(format!("{}{path}", demo.shop));
        let response = response.send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert!(
            response
                .text()
                .await
                .unwrap()
                .contains("There is no such page")
        );
    }
    assert_eq!(demo.presses("nothing", "").await.status(), 404);
    let mut visit = Visit::begins(&demo, "monthly").await;
    visit.approves().await;
    assert_eq!(
        visit.posts("/stories/1/pay", String::new()).await.status(),
        404
    );
    for form in ["", "key=", "key=%3Cb%3E"] {
        let response = visit.posts("/stories/1/charge", form.to_owned()).await;
        assert_eq!(response.status(), 400, "{form}");
    }
    let huge = visit
        .posts("/stories/1/charge", "x".repeat(3_000_000))
        .await;
    assert_eq!(huge.status(), 400);
}
