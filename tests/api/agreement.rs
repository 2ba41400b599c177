//! What is refused of an agreement, and which page says so (screens S12 to S15).

use serde_json::{Value, json};

use crate::support::wallet::Wallet;
use crate::support::{Agreement, Answer, Reply, World};

pub const UNUSABLE: &str = "We cannot show these terms";
pub const UNREACHABLE: &str = "We cannot read the agreement right now";
const ENDED: &str = "This request has ended";

pub async fn looks_at(world: &World, agreement: &Agreement) -> Reply {
    let page = world.alice.opens(&world.shop.asks_for(agreement)).await;
    assert!(page.form_with_button("decision", "approve").is_none() || page.status == 200);
    page
}

/// A mandate with one change is refused as unusable; without it, it is shown.
async fn is_unusable(world: &World, why: &str, change: impl FnOnce(&mut Value)) {
    let mandate = world.wallet.mandate_of("alice", change);
    let page = looks_at(world, &mandate).await;
    assert!(
        page.says(UNUSABLE),
        "{why}: {} {}",
        page.status,
        page.text()
    );
    assert_eq!(page.status, 400, "{why}");
}

async fn is_shown(world: &World, why: &str, change: impl FnOnce(&mut Value)) {
    let mandate = world.wallet.mandate_of("alice", change);
    let page = looks_at(world, &mandate).await;
    assert_eq!(page.status, 200, "{why}: {}", page.text());
}

async fn says(world: &World, body: String) -> Reply {
    let mandate = world.wallet.mandate();
    let content_type = "application/json".to_owned();
    world
        .wallet
        .answers(&mandate, Answer::Text { content_type, body });
    looks_at(world, &mandate).await
}

#[tokio::test]
async fn every_spelling_is_read() {
    let world = World::new().await;
    let origin = world.wallet.origin.clone();
    is_shown(&world, "account", |terms| {
        terms["account"] = terms["subject"].take();
    })
    .await;
    is_shown(&world, "scope", |terms| {
        terms["scope"] = json!(format!("{origin}/alice"));
        terms["subject"] = json!(null);
    })
    .await;
    is_shown(&world, "asset", |terms| {
        terms["asset"] = json!({ "code": "USD", "scale": 2 });
    })
    .await;
    is_shown(&world, "start", |terms| {
        terms["start_at"] = terms["startAt"].clone();
    })
    .await;
    is_shown(&world, "end", |terms| {
        terms["expiry"] = terms["expiresAt"].take();
        terms["expire_time"] = terms["expiry"].clone();
    })
    .await;
    is_shown(&world, "id", |terms| {
        terms["id"] = terms["name"].take();
    })
    .await;
    is_shown(&world, "no name", |terms| {
        terms["name"] = json!(null);
    })
    .await;
    is_shown(&world, "scheme-relative name", |terms| {
        terms["name"] = json!(terms["name"].as_str().unwrap().strip_prefix("http:"));
    })
    .await;
}

#[tokio::test]
async fn its_name_must_be_the_url_that_was_asked_for() {
    let world = World::new().await;
    let other = world.wallet.mandate();
    is_unusable(&world, "another", |terms| terms["name"] = json!(other.url)).await;
    is_unusable(&world, "elsewhere", |terms| {
        terms["name"] = json!("https://evil.example/mandates/1");
    })
    .await;
    is_unusable(&world, "no URL", |terms| terms["name"] = json!("mandate")).await;
    is_unusable(&world, "no text", |terms| terms["name"] = json!(7)).await;
}

#[tokio::test]
async fn its_subject_must_be_on_the_wallet() {
    let world = World::new().await;
    let second = Wallet::open(&world.server, "Second Wallet").await;
    world.alice.owns(&second.pointer("alice")).await;
    let foreign = second.pointer("alice");
    is_unusable(&world, "another wallet's", |terms| {
        terms["subject"] = json!(foreign);
    })
    .await;
    is_unusable(&world, "elsewhere", |terms| {
        terms["subject"] = json!("$evil.example/alice");
    })
    .await;
    is_unusable(&world, "none", |terms| terms["subject"] = json!(null)).await;
    is_unusable(&world, "no pointer", |terms| {
        terms["subject"] = json!("alice");
    })
    .await;
}

#[tokio::test]
async fn it_may_name_the_client_that_asks_and_no_other() {
    let world = World::new().await;
    let id = world.shop.id.clone();
    is_shown(&world, "own", |terms| terms["client"] = json!(id)).await;
    is_unusable(&world, "another", |terms| {
        terms["client"] = json!("cli_other");
    })
    .await;
    is_unusable(&world, "another", |terms| {
        terms["client_id"] = json!("cli_other");
    })
    .await;
}

#[tokio::test]
async fn two_spellings_must_not_contradict_each_other() {
    let world = World::new().await;
    is_unusable(&world, "start", |terms| {
        terms["start"] = json!("2027-04-01T08:00:00Z");
    })
    .await;
    is_unusable(&world, "end", |terms| {
        terms["expireAt"] = json!("2027-04-01T08:00:00Z");
    })
    .await;
    is_unusable(&world, "asset", |terms| {
        terms["asset"] = json!({ "code": "EUR", "scale": 2 });
    })
    .await;
    let origin = world.wallet.origin.clone();
    is_unusable(&world, "subject", |terms| {
        terms["account"] = json!(format!("{origin}/bob"));
    })
    .await;
}

#[tokio::test]
async fn a_number_must_be_an_integer_in_range() {
    let world = World::new().await;
    for amount in [
        json!(5.5),
        json!(-5),
        json!("05"),
        json!("+5"),
        json!("5.0"),
        json!("5e2"),
        json!(""),
        json!(" 5"),
        json!("9223372036854775808"),
        json!(u64::MAX),
        json!([5]),
        json!(true),
    ] {
        let why = amount.to_string();
        is_unusable(&world, &why, |terms| terms["amount"] = amount).await;
    }
    for (member, value) in [
        ("assetScale", json!(256)),
        ("assetScale", json!("two")),
        ("cycles", json!("x")),
        ("interval", json!("monthly")),
    ] {
        is_unusable(&world, member, |terms| terms[member] = value).await;
    }
    is_shown(&world, "text", |terms| terms["amount"] = json!("2000")).await;
    is_shown(&world, "number", |terms| terms["amount"] = json!(2000)).await;
}

#[tokio::test]
async fn numbers_are_read_as_they_are_written() {
    let world = World::new().await;
    for number in ["5.0", "5e2", "5E2", "-0", "1e0"] {
        let mandate = world.wallet.mandate();
        let body = world
            .wallet
            .text_of(&mandate)
            .replace("\"2000\",\"asset", &format!("{number},\"asset"));
        assert!(body.contains(number), "{body}");
        let content_type = "application/json".to_owned();
        world
            .wallet
            .answers(&mandate, Answer::Text { content_type, body });
        looks_at(&world, &mandate).await.is_page(400, UNUSABLE);
    }
}

#[tokio::test]
async fn what_belongs_to_mandates_is_refused_elsewhere() {
    let world = World::new().await;
    for (member, value) in [
        ("interval", json!("P1M")),
        ("cycles", json!(3)),
        ("cap", json!(true)),
    ] {
        let invoice = world.wallet.invoice();
        world
            .wallet
            .changes(&invoice, |terms| terms[member] = value);
        looks_at(&world, &invoice).await.is_page(400, UNUSABLE);
    }
    let invoice = world.wallet.invoice();
    looks_at(&world, &invoice).await.is_page(200, "pay $34.50");
}

#[tokio::test]
async fn json_must_be_one_object_within_bounds() {
    let world = World::new().await;
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let long = format!("{{\"description\":\"{}\"}}", "x".repeat(70_000));
    for body in [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "{".to_owned(),
        "{}x".to_owned(),
        "{\"a\":1,}".to_owned(),
        "\u{feff}{}".to_owned(),
        "{'a':1}".to_owned(),
        format!("{{\"deep\":{deep}}}"),
        "<html>".to_owned(),
        "{\"a\":\"\u{1}\"}".to_owned(),
    ] {
        says(&world, body).await.is_page(400, UNUSABLE);
    }
    let page = says(&world, long).await;
    assert!(
        page.says(UNUSABLE) || page.says(UNREACHABLE),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn no_member_may_be_there_twice() {
    let world = World::new().await;
    for twice in [
        "{\"amount\":\"1\",",
        "{\"am\\u006funt\":\"2000\",",
        "{\"balance\":{\"x\":1,\"x\":1},",
    ] {
        let mandate = world.wallet.mandate();
        let text = world.wallet.text_of(&mandate);
        let text = if twice.contains("balance") {
            text.replace("\"balance\"", "\"other\"")
        } else {
            text
        };
        let body = text.replacen('{', twice, 1);
        let content_type = "application/json".to_owned();
        world
            .wallet
            .answers(&mandate, Answer::Text { content_type, body });
        looks_at(&world, &mandate).await.is_page(400, UNUSABLE);
    }
}

#[tokio::test]
async fn an_agreement_that_is_over_is_not_asked_for() {
    let world = World::new().await;
    let cases = [
        (
            "cancelledAt",
            json!("2027-02-01T00:00:00Z"),
            "The agreement was cancelled.",
        ),
        ("status", json!("cancelled"), "The agreement was cancelled."),
        ("state", json!("revoked"), "The agreement was cancelled."),
        (
            "status",
            json!("expired"),
            "The agreement is past its end date.",
        ),
        (
            "status",
            json!("completed"),
            "Everything in this agreement has been paid.",
        ),
        (
            "expiresAt",
            json!("2027-03-01T09:00:00Z"),
            "The agreement is past its end date.",
        ),
        (
            "balance",
            json!({ "total": "24000" }),
            "Everything in this agreement has been paid.",
        ),
    ];
    for (member, value, words) in cases {
        let mandate = world.wallet.mandate_of("alice", |terms| {
            terms[member] = value;
        });
        let page = looks_at(&world, &mandate).await;
        page.is_page(410, ENDED);
        assert!(page.says(words), "{member}: {}", page.text());
    }
    let invoice = world.wallet.invoice();
    world
        .wallet
        .changes(&invoice, |terms| terms["received"] = json!(3450));
    looks_at(&world, &invoice)
        .await
        .is_page(410, "Everything in this agreement has been paid.");
}

#[tokio::test]
async fn a_refusal_tells_the_developer_which_member_and_nobody_a_secret() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["amount"] = json!("<script>5.0</script>");
        terms["sharedSecret"] = json!("never-to-be-shown");
    });
    let page = looks_at(&world, &mandate).await;
    page.is_page(400, UNUSABLE);
    assert!(page.says("amount"), "{}", page.text());
    assert!(!page.body.contains("<script>") && !page.body.contains("never-to-be-shown"));
}

#[tokio::test]
async fn what_a_wallet_writes_is_shown_as_text() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["description"] =
            json!("<b>free</b>\u{202e}\u{7} \"quoted\" & <script>alert(1)</script>");
    });
    let page = looks_at(&world, &mandate).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("<b>") && !page.body.contains("<script>"));
    assert!(!page.body.contains('\u{202e}') && !page.body.contains('\u{7}'));
    assert!(page.says("<b>free</b>"), "{}", page.text());
}

#[tokio::test]
async fn what_the_settings_forbid_is_refused() {
    let world = World::with(&[
        ("mandate.max_total", "[\"USD 240.00\"]"),
        ("mandate.min_period", "3600"),
    ])
    .await;
    is_shown(&world, "the largest total", |_| {}).await;
    is_unusable(&world, "above the largest total", |terms| {
        terms["amount"] = json!(2001);
    })
    .await;
    is_unusable(&world, "no total at all", |terms| {
        terms["cycles"] = json!(null);
        terms["expiresAt"] = json!(null);
    })
    .await;
    is_shown(&world, "another currency", |terms| {
        terms["assetCode"] = json!("EUR");
        terms["amount"] = json!(2001);
    })
    .await;
    is_unusable(&world, "a short period", |terms| {
        terms["interval"] = json!("PT59M");
    })
    .await;
    is_unusable(&world, "a start more than a year off", |terms| {
        terms["startAt"] = json!("2028-03-03T00:00:00Z");
        terms["expiresAt"] = json!(null);
    })
    .await;
}
