use serde_json::{Value, json};

use super::{Demo, read};

impl Demo {
    /// Sends JSON with a token, or with none.
    async fn sends(&self, url: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
        let mut request = self.http.post(url);
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let request = request.header("Content-Type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        (response.status().as_u16(), read(response).await)
    }

    async fn credit(&self, kind: &str, account: &str) -> String {
        let body = json!({
            "subject": format!("{}/{account}", self.wallet), "amount": 1000,
            "assetCode": "USD", "assetScale": 2, "expiresAt": "2027-02-01T00:00:00Z",
        });
        self.creates(kind, &body).await.1.unwrap()
    }
}

#[actix_web::test]
async fn parts_add_to_what_was_received() {
    let demo = Demo::start();
    for kind in ["invoices", "sessions"] {
        let agreement = demo.credit(kind, "alice").await;
        demo.grants("good", &agreement, &["read", "pay"]);
        let payments = format!("{agreement}/payments");
        let pay = |amount: i64| {
            let (demo, payments) = (&demo, payments.clone());
            async move {
                demo.sends(&payments, Some("good"), &json!({"amount": amount}))
                    .await
            }
        };
        let (status, paid) = pay(400).await;
        assert_eq!(
            (status, &paid["received"], &paid["leftToPay"]),
            (201, &json!("400"), &json!("600"))
        );
        let (status, problem) = pay(601).await;
        assert_eq!((status, &problem["rule"]), (403, &json!("amount")));
        assert_eq!(pay(0).await.0, 400);
        assert_eq!(pay(600).await.0, 201);
        assert_eq!(pay(1).await.0, 403);
        let seen = read(demo.gets(&agreement, "good").await).await;
        assert_eq!(seen["received"], "1000", "{kind}");
        let late = demo.credit(kind, "alice").await;
        demo.grants("late", &late, &["pay"]);
        demo.sets_clock("2027-02-01T00:00:00Z");
        let (status, problem) = demo
            .sends(
                &format!("{late}/payments"),
                Some("late"),
                &json!({"amount": 1}),
            )
            .await;
        assert_eq!((status, &problem["rule"]), (403, &json!("over")));
        demo.sets_clock("2027-01-31T00:00:00Z");
    }
}

#[actix_web::test]
async fn only_an_open_accounts_invoice_is_paid_without_a_token() {
    let demo = Demo::start();
    let body = json!({"amount": 1});
    for (kind, account, expected) in [
        ("invoices", "bob", 201),
        ("invoices", "alice", 401),
        ("sessions", "bob", 401),
    ] {
        let url = format!("{}/payments", demo.credit(kind, account).await);
        assert_eq!(
            demo.sends(&url, None, &body).await.0,
            expected,
            "{kind} {account}"
        );
        assert_eq!(demo.sends(&url, Some("dead"), &body).await.0, 401);
    }
    let nowhere = format!("{}/invoices/none/payments", demo.wallet);
    assert_eq!(demo.sends(&nowhere, None, &body).await.0, 401);
}

#[actix_web::test]
async fn a_token_is_good_for_its_account_action_and_asset_only() {
    let demo = Demo::start();
    let invoice = demo.credit("invoices", "bob").await;
    let payments = format!("{invoice}/payments");
    let body = json!({"amount": 1});
    demo.grants("alices", &invoice, &["pay"]);
    let (status, problem) = demo.sends(&payments, Some("alices"), &body).await;
    assert_eq!((status, &problem["rule"]), (403, &json!("subject")));

    let own = demo.credit("invoices", "alice").await;
    let payments = format!("{own}/payments");
    demo.grants("reader", &own, &["read"]);
    assert_eq!(demo.sends(&payments, Some("reader"), &body).await.0, 403);
    demo.grants_limits(
        "euros",
        &own,
        &["pay"],
        &json!({"amount": "5", "assetCode": "EUR", "assetScale": "2"}),
    );
    let (status, problem) = demo.sends(&payments, Some("euros"), &body).await;
    assert_eq!((status, &problem["rule"]), (403, &json!("limits")));
    demo.grants_limits(
        "five",
        &own,
        &["pay"],
        &json!({"amount": "5", "assetCode": "USD", "assetScale": "2"}),
    );
    assert_eq!(
        demo.sends(&payments, Some("five"), &json!({"amount": 6}))
            .await
            .0,
        403
    );
    assert_eq!(
        demo.sends(&payments, Some("five"), &json!({"amount": 5}))
            .await
            .0,
        201
    );
}

#[actix_web::test]
async fn fifty_parallel_payments_never_exceed_the_invoice() {
    let demo = Demo::start();
    let invoice = demo.credit("invoices", "alice").await;
    demo.grants("good", &invoice, &["pay"]);
    let (payments, body) = (format!("{invoice}/payments"), json!({"amount": 300}));
    let answers = (0..50).map(|_| demo.sends(&payments, Some("good"), &body));
    let answers = futures_util::future::join_all(answers).await;
    assert_eq!(
        answers.iter().filter(|(status, _)| *status == 201).count(),
        3
    );
}

#[actix_web::test]
async fn with_a_collection_token_only_its_own_account_gets_agreements() {
    let demo = Demo::start();
    let endpoint = format!("{}/invoices", demo.wallet);
    let body = |account: &str| json!({"subject": format!("{}/{account}", demo.wallet)});
    demo.grants("good", &endpoint, &["create"]);
    assert_eq!(
        demo.sends(&endpoint, Some("good"), &body("alice")).await.0,
        201
    );
    let (status, problem) = demo.sends(&endpoint, Some("good"), &body("bob")).await;
    assert_eq!((status, &problem["rule"]), (403, &json!("subject")));
    assert_eq!(
        demo.sends(&endpoint, Some("dead"), &body("alice")).await.0,
        401
    );
    let sessions = format!("{}/sessions", demo.wallet);
    assert_eq!(
        demo.sends(&sessions, Some("good"), &body("alice")).await.0,
        403
    );
    demo.grants("reader", &endpoint, &["read"]);
    assert_eq!(
        demo.sends(&endpoint, Some("reader"), &body("alice"))
            .await
            .0,
        403
    );
}

#[actix_web::test]
async fn what_the_wallet_heard_is_for_whoever_holds_the_token() {
    let demo = Demo::start();
    let (mandate, other) = (demo.mandate().await, demo.mandate().await);
    let url = format!("{mandate}/introspection");
    assert_eq!(demo.http.get(&url).send().await.unwrap().status(), 401);
    demo.grants("others", &other, &["read"]);
    assert_eq!(demo.gets(&url, "others").await.status(), 403);
    demo.grants("good", &mandate, &["read"]);
    let heard = demo.gets(&url, "good").await.text().await.unwrap();
    assert!(heard.contains("\"active\":true") && !heard.contains("secret"));
    let heard = read(demo.gets(&url, "dead").await).await;
    assert_eq!(heard, json!({"active": false}));
    let endpoint = format!("{}/invoices", demo.wallet);
    demo.grants("maker", &endpoint, &["create"]);
    let heard = demo
        .gets(&format!("{endpoint}/introspection"), "maker")
        .await;
    assert_eq!(heard.status(), 200);
}

#[actix_web::test]
async fn directions_that_the_wallet_does_not_know_are_refused() {
    let demo = Demo::start();
    let with = |directions: Value| {
        let mut body = super::monthly(&demo.wallet);
        body["demo"] = directions;
        body
    };
    for (directions, word) in [
        (json!(true), "demo must be"),
        (json!({"slow": true}), "demo.slow"),
        (json!({"silent": "yes"}), "demo.silent"),
        (json!({"changes": []}), "demo.changes"),
        (json!({"changes": {"amount": "05"}}), "demo.changes: amount"),
    ] {
        let (status, _, problem) = demo.creates("mandates", &with(directions)).await;
        assert_eq!(status, 400);
        assert!(
            problem["detail"].as_str().unwrap().contains(word),
            "{problem}"
        );
    }
    let (status, _, served) = demo
        .creates("mandates", &with(json!({"silent": true})))
        .await;
    assert_eq!(status, 201);
    assert!(served.get("demo").is_none());
}
