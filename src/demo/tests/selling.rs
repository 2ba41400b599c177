use std::collections::HashMap;

use crate::model::Digest;

use super::Demo;

/// A customer's browser: one cookie, and redirects followed by hand.
struct Visit<'a> {
    demo: &'a Demo,
    cookie: String,
    sent: HashMap<String, String>,
}

impl<'a> Visit<'a> {
    /// Presses *Subscribe* and stops at the authorization server's door.
    async fn subscribes(demo: &'a Demo) -> Self {
        let response = demo
            .http
            .post(format!("{}/subscribe", demo.shop))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 303);
        let cookie = response.headers()["Set-Cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let location = url::Url::parse(response.headers()["Location"].to_str().unwrap()).unwrap();
        assert_eq!(location.path(), "/authorize");
        let sent: HashMap<String, String> = location.query_pairs().into_owned().collect();
        demo.authority
            .lock()
            .unwrap()
            .scope
            .clone_from(&sent["scope"]);
        Self { demo, cookie, sent }
    }

    async fn gets(&self, path: &str) -> reqwest::Response {
        let request = self.demo.http.get(format!("{}{path}", self.demo.shop));
        request.header("Cookie", &self.cookie).send().await.unwrap()
    }

    /// Comes back with an answer, whose `state` and `iss` are right unless they are given.
    async fn returns(&self, answer: &[(&str, &str)]) -> reqwest::Response {
        let issuer = self.demo.authority.lock().unwrap().issuer.clone();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(answer);
        for (name, value) in [("state", &self.sent["state"]), ("iss", &issuer)] {
            if !answer.iter().any(|(given, _)| *given == name) {
                query.append_pair(name, value);
            }
        }
        self.gets(&format!("/callback?{}", query.finish())).await
    }

    /// Comes back with a good code and reads the page that follows.
    async fn approves(&self) -> String {
        let response = self.returns(&[("code", "good")]).await;
        assert_eq!(response.status(), 303);
        assert_eq!(response.headers()["Location"], "/subscriptions/1");
        self.page().await
    }

    async fn page(&self) -> String {
        self.gets("/subscriptions/1").await.text().await.unwrap()
    }

    /// Presses *Charge $5.00* on a page and reads the one that follows.
    async fn charges(&self, page: &str) -> String {
        let key = page
            .split("name=\"key\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let request = self
            .demo
            .http
            .post(format!("{}/subscriptions/1/charges", self.demo.shop));
        let request = request
            .header("Cookie", &self.cookie)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Origin", &self.demo.shop)
            .body(format!("key={key}"));
        assert_eq!(request.send().await.unwrap().status(), 303);
        self.page().await
    }

    fn access_token(page: &str) -> String {
        let rest = page.split("Bearer ").nth(1).unwrap();
        rest.split("&#39;").next().unwrap().to_owned()
    }
}

#[actix_web::test]
async fn a_customer_subscribes_and_is_charged_until_nothing_is_left() {
    let demo = Demo::start();
    let front = demo
        .http
        .get(&demo.shop)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(front.contains("Demo. No real money.") && front.contains("<button>Subscribe</button>"));

    let visit = Visit::subscribes(&demo).await;
    let agreement = visit.sent["scope"].clone();
    assert!(agreement.starts_with(&format!("{}/mandates/", demo.wallet)));
    assert_eq!(visit.sent["code_challenge_method"], "S256");

    let mut page = visit.approves().await;
    let form = demo.authority.lock().unwrap().asked[0].clone();
    assert_eq!(form["redirect_uri"], format!("{}/callback", demo.shop));
    assert_eq!(
        Digest::of(form["code_verifier"].as_bytes()).to_base64url(),
        visit.sent["code_challenge"]
    );
    assert!(
        page.contains("&#60;i&#62;") && !page.contains("<i>"),
        "the payload is shown, escaped"
    );
    assert!(page.contains("curl -i -H"));
    assert_eq!(page.matches("<h1").count(), 1);

    demo.grants(&Visit::access_token(&page), &agreement, &["charge"]);
    let first = page.clone();
    for left in ["$15.00", "$10.00", "$5.00", "$0.00"] {
        page = visit.charges(&page).await;
        assert!(
            page.contains(&format!("$5.00 was taken. {left} is left")),
            "{left}"
        );
    }
    assert!(
        visit
            .charges(&page)
            .await
            .contains("The charge was refused.")
    );
    assert!(
        visit
            .charges(&first)
            .await
            .contains("$5.00 was taken. $15.00 is left"),
        "the same page charges once"
    );
}

#[actix_web::test]
async fn an_expired_token_is_refreshed_before_the_next_charge() {
    let demo = Demo::start();
    let visit = Visit::subscribes(&demo).await;
    let page = visit.approves().await;
    demo.sets_clock("2027-01-31T00:05:00Z");
    visit.charges(&page).await;
    assert_eq!(
        demo.authority.lock().unwrap().asked[1]["refresh_token"],
        "again"
    );

    demo.sets_clock("2027-01-31T00:10:00Z");
    demo.authority.lock().unwrap().refuses = true;
    assert!(
        visit
            .charges(&page)
            .await
            .contains("the permission has ended")
    );
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
        let visit = Visit::subscribes(&demo).await;
        let response = visit.returns(answer).await;
        assert_eq!(response.status(), 400, "{answer:?}");
    }
    let visit = Visit::subscribes(&demo).await;
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
    let (alice, mut mallory) = (
        Visit::subscribes(&demo).await,
        Visit::subscribes(&demo).await,
    );
    let own = mallory.sent.clone();
    mallory.sent.clone_from(&alice.sent);
    assert_eq!(mallory.returns(&[("code", "good")]).await.status(), 400);
    mallory.sent = own;
    demo.authority
        .lock()
        .unwrap()
        .scope
        .clone_from(&alice.sent["scope"]);
    alice.approves().await;
    assert_eq!(mallory.gets("/subscriptions/1").await.status(), 404);
    assert_eq!(
        alice.returns(&[("code", "good")]).await.status(),
        400,
        "an answer counts once"
    );
}

#[actix_web::test]
async fn a_refusal_is_told_in_plain_words() {
    let demo = Demo::start();
    for (error, words) in [
        ("access_denied", "You declined"),
        ("temporarily_unavailable", "That did not work right now"),
        ("invalid_scope", "terms were not accepted"),
        ("<script>", "That did not work"),
    ] {
        let visit = Visit::subscribes(&demo).await;
        let page = visit
            .returns(&[("error", error), ("error_description", "<b>")])
            .await
            .text()
            .await
            .unwrap();
        assert!(page.contains(words), "{error}");
        assert!(!page.contains("<script>") && !page.contains("<b>"));
    }
    let visit = Visit::subscribes(&demo).await;
    demo.authority.lock().unwrap().refuses = true;
    let late = visit.returns(&[("code", "late")]).await;
    assert_eq!(late.status(), 502);
    assert!(late.text().await.unwrap().contains("too late"));
}

#[actix_web::test]
async fn a_customer_who_stays_away_too_long_starts_again() {
    let demo = Demo::start();
    let visit = Visit::subscribes(&demo).await;
    demo.sets_clock("2027-01-31T06:00:00Z");
    assert_eq!(visit.returns(&[("code", "good")]).await.status(), 400);
}

#[actix_web::test]
async fn a_form_of_another_page_buys_nothing() {
    let demo = Demo::start();
    let url = format!("{}/subscribe", demo.shop);
    for (name, value) in [
        ("Origin", "http://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
    ] {
        let response = demo
            .http
            .post(&url)
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 403, "{name}");
    }
}

#[actix_web::test]
async fn a_server_that_is_away_is_told_in_plain_words() {
    let demo = Demo::without_authority();
    let response = demo
        .http
        .post(format!("{}/subscribe", demo.shop))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 502);
    assert!(response.text().await.unwrap().contains("That did not work"));
}
