use serde_json::{Value, json};

use super::{Demo, monthly, read};

#[actix_web::test]
async fn the_wallet_publishes_its_own_document_with_the_servers_members() {
    let demo = Demo::start();
    let response = demo
        .gets(&format!("{}/.well-known/open-payments", demo.wallet), "")
        .await;
    assert_eq!(response.status(), 200);
    let document = read(response).await;
    let issuer = demo.authority.lock().unwrap().issuer.clone();
    assert_eq!(document["issuer"], *demo.wallet);
    assert_eq!(document["authorization_issuer"], *issuer);
    assert_eq!(
        document["payment_mandates_endpoint"],
        format!("{}/mandates", demo.wallet)
    );
    assert_eq!(
        document["payment_assets_supported"][1],
        json!({"code": "EUR", "scale": 2})
    );
    assert_eq!(document["jwks_uri"], format!("{issuer}/jwks"));
    let pointer = read(demo.gets(&format!("{}/alice", demo.wallet), "").await).await;
    assert_eq!(pointer["issuer"], *demo.wallet);
    assert_eq!(
        demo.gets(&format!("{}/mallory", demo.wallet), "")
            .await
            .status(),
        404
    );
}

#[actix_web::test]
async fn a_new_agreement_is_named_served_to_the_issuer_and_not_yet_authorized() {
    let demo = Demo::start();
    let (status, location, body) = demo.creates("mandates", &monthly(&demo.wallet)).await;
    let location = location.unwrap();
    assert_eq!(status, 201);
    assert_eq!(body["name"], location.trim_start_matches("http:"));
    assert_eq!(body["subject"], format!("{}/alice", demo.wallet));
    assert_eq!(
        (&body["cap"], &body["authorized"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        body["balance"],
        json!({"total": "0", "interval": "0", "available": "2000"})
    );

    demo.grants_issuer("issuer", &location);
    let seen = read(demo.gets(&location, "issuer").await).await;
    assert_eq!(seen, body);
    demo.grants("client", &location, &["read"]);
    let seen = read(demo.gets(&location, "client").await).await;
    assert_eq!(seen["authorized"], true);
}

#[actix_web::test]
async fn an_unusable_agreement_is_refused_with_what_to_fix() {
    let demo = Demo::start();
    let good = monthly(&demo.wallet);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (kind, body, word) in [
        (
            "mandates",
            with("subject", json!("$127.0.0.1/alice")),
            "subject",
        ),
        ("mandates", with("subject", Value::Null), "subject"),
        (
            "mandates",
            with("account", json!("$other.example/x")),
            "differ",
        ),
        ("mandates", with("amount", json!(5.0)), "amount"),
        ("mandates", with("amount", json!("05")), "amount"),
        ("mandates", with("amount", Value::Null), "amount"),
        ("mandates", with("assetCode", json!("XRP")), "USD"),
        ("mandates", with("assetScale", Value::Null), "assetScale"),
        ("mandates", with("interval", json!("P1M15D")), "interval"),
        ("mandates", with("cycles", json!(0)), "cycles"),
        ("mandates", with("cap", json!("yes")), "cap"),
        (
            "mandates",
            with("expiresAt", json!("2027-01-01T00:00:00Z")),
            "expiresAt",
        ),
        ("mandates", with("maxPerPayment", json!(0)), "maxPerPayment"),
        ("invoices", good.clone(), "interval"),
        ("mandates", json!([]), "object"),
    ] {
        let (status, location, problem) = demo.creates(kind, &body).await;
        assert_eq!((status, location), (400, None), "{body}");
        assert!(
            problem["detail"].as_str().unwrap().contains(word),
            "{problem}"
        );
    }
    let large = with("description", json!("x".repeat(70_000)));
    assert_eq!(demo.creates("mandates", &large).await.0, 413);
    let form = demo
        .http
        .post(format!("{}/mandates", demo.wallet))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(form.status(), 415);
    let invoice = json!({"account": format!("{}/bob", demo.wallet), "amount": 5, "asset": {"code": "EUR", "scale": 2}});
    let (status, _, body) = demo.creates("invoices", &invoice).await;
    assert_eq!(
        (status, &body["amount"], &body["assetCode"]),
        (201, &json!("5"), &json!("EUR"))
    );
}

#[actix_web::test]
async fn only_an_active_token_for_this_agreement_and_action_opens_it() {
    let demo = Demo::start();
    let (mandate, other) = (demo.mandate().await, demo.mandate().await);
    let challenge = |response: &reqwest::Response| {
        response.headers()["WWW-Authenticate"]
            .to_str()
            .unwrap()
            .to_owned()
    };

    let bare = demo.http.get(&mandate).send().await.unwrap();
    assert_eq!(
        (bare.status().as_u16(), challenge(&bare).contains("error")),
        (401, false)
    );
    let dead = demo.gets(&mandate, "dead").await;
    assert_eq!(
        (
            dead.status().as_u16(),
            challenge(&dead).contains("invalid_token")
        ),
        (401, true)
    );

    demo.grants("reader", &mandate, &["read"]);
    assert_eq!(demo.gets(&mandate, "reader").await.status(), 200);
    let wrong = demo.gets(&other, "reader").await;
    assert_eq!(
        (
            wrong.status().as_u16(),
            challenge(&wrong).contains("insufficient_scope")
        ),
        (403, true)
    );
    let charge = demo
        .charge_request(&mandate, "reader", &json!({"amount": 1}))
        .send()
        .await
        .unwrap();
    assert_eq!(charge.status(), 403);

    demo.authority
        .lock()
        .unwrap()
        .tokens
        .get_mut("reader")
        .unwrap()["aud"] = json!(["https://elsewhere.example"]);
    assert_eq!(demo.gets(&mandate, "reader").await.status(), 401);
}

#[actix_web::test]
async fn a_silent_authorization_server_is_a_503_and_not_a_dead_token() {
    let demo = Demo::without_authority();
    let mandate = demo.mandate().await;
    let response = demo.gets(&mandate, "any").await;
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("Retry-After"));
    assert_eq!(demo.charges(&mandate, &json!({"amount": 1})).await.0, 503);
    let document = demo
        .gets(&format!("{}/.well-known/open-payments", demo.wallet), "")
        .await;
    assert_eq!(document.status(), 503);
}

#[actix_web::test]
async fn charges_stay_within_the_period_and_start_afresh_in_the_next() {
    let demo = Demo::start();
    let mandate = demo.mandate().await;
    demo.grants("good", &mandate, &["read", "charge"]);
    let (status, body) = demo.charges(&mandate, &json!({"amount": 1500})).await;
    assert_eq!(
        (status, &body["takenThisPeriod"], &body["leftThisPeriod"]),
        (201, &json!("1500"), &json!("500"))
    );
    let (status, problem) = demo.charges(&mandate, &json!({"amount": "501"})).await;
    assert_eq!((status, &problem["rule"]), (403, &json!("amount")));
    assert!(problem["detail"].as_str().unwrap().contains("$5.00"));
    assert_eq!(
        demo.charges(&mandate, &json!({"amount": "500"})).await.0,
        201
    );

    demo.sets_clock("2027-02-27T23:59:59Z");
    assert_eq!(demo.charges(&mandate, &json!({"amount": 1})).await.0, 403);
    demo.sets_clock("2027-02-28T00:00:00Z");
    assert_eq!(
        demo.charges(&mandate, &json!({"amount": 2000})).await.0,
        201
    );
    let seen = read(demo.gets(&mandate, "good").await).await;
    assert_eq!(
        (&seen["cycle"], &seen["balance"]["total"]),
        (&json!(1), &json!("4000"))
    );
    demo.sets_clock("2027-04-30T00:00:00Z");
    let (status, problem) = demo.charges(&mandate, &json!({"amount": 1})).await;
    assert_eq!((status, &problem["rule"]), (403, &json!("over")));
}

#[actix_web::test]
async fn what_the_payer_granted_may_be_less_than_the_mandate() {
    let demo = Demo::start();
    let mandate = demo.mandate().await;
    let limits = json!({
        "amount": "1000", "maxPerPayment": "600", "interval": "P1M", "startAt": "2027-01-31T00:00:00Z",
        "receiver": "https://shop.example/till",
    });
    demo.grants_limits("good", &mandate, &["charge"], &limits);
    let (status, problem) = demo.charges(&mandate, &json!({"amount": 601})).await;
    assert_eq!((status, &problem["rule"]), (403, &json!("maxPerPayment")));
    let (status, problem) = demo
        .charges(
            &mandate,
            &json!({"amount": 1, "receiver": "$other.example/x"}),
        )
        .await;
    assert_eq!((status, &problem["rule"]), (403, &json!("receiver")));
    assert_eq!(
        demo.charges(
            &mandate,
            &json!({"amount": 600, "receiver": "$shop.example/till"})
        )
        .await
        .0,
        201
    );
    assert_eq!(demo.charges(&mandate, &json!({"amount": 401})).await.0, 403);
    assert_eq!(demo.charges(&mandate, &json!({"amount": 0})).await.0, 400);
    assert_eq!(demo.charges(&mandate, &json!({})).await.0, 400);
}

#[actix_web::test]
async fn a_repeated_key_charges_once() {
    let demo = Demo::start();
    let mandate = demo.mandate().await;
    demo.grants("good", &mandate, &["charge"]);
    let send = async |amount: i64| {
        let request = demo.charge_request(&mandate, "good", &json!({"amount": amount}));
        let response = request.header("Idempotency-Key", "k").send().await.unwrap();
        (response.status().as_u16(), read(response).await)
    };
    let first = send(1500).await;
    assert_eq!(first.0, 201);
    assert_eq!(send(1500).await, first);
    assert_eq!(send(1).await.0, 422);
}

#[actix_web::test]
async fn fifty_parallel_charges_never_exceed_the_limit() {
    let demo = Demo::start();
    let mandate = demo.mandate().await;
    demo.grants("good", &mandate, &["charge"]);
    let body = json!({"amount": 300});
    let charges = (0..50).map(|_| demo.charges(&mandate, &body));
    let answers = futures_util::future::join_all(charges).await;
    let accepted = answers.iter().filter(|(status, _)| *status == 201).count();
    let refused = answers.iter().filter(|(status, _)| *status == 403).count();
    assert_eq!((accepted, refused), (6, 44));
}

#[actix_web::test]
async fn the_wallets_page_lists_everything_escaped() {
    let demo = Demo::start();
    let mandate = demo.mandate().await;
    demo.grants("good", &mandate, &["charge"]);
    demo.charges(&mandate, &json!({"amount": 1234})).await;
    let response = demo.gets(&format!("{}/", demo.wallet), "").await;
    let policy = response.headers()["Content-Security-Policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("default-src 'none'"));
    let page = response.text().await.unwrap();
    for words in [
        "Demo. No real money.",
        "/bob",
        mandate.as_str(),
        "$12.34",
        "$20.00 each month, 3 times",
        "authorized",
        "Paid in all: $12.34",
        "/payments\">Stop",
        "Streaming &#60;b&#62;",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(!page.contains("<script") && !page.contains("style="));
    assert_eq!(
        demo.gets(&format!("{}/style.css", demo.wallet), "")
            .await
            .status(),
        200
    );
}
