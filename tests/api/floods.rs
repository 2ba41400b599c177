//! Floods: whoever asks too much waits, the others do not; and no table grows with what is thrown at it.

use reqwest::header::HeaderMap;
use sea_orm::{ConnectionTrait as _, Statement};

use countersign::store::Rows as _;

use crate::support::browser::{Browser, Sender};
use crate::support::shop::{basic, refresh_form};
use crate::support::{Fields, NewShop, Reply, Shop, World};

const FLOODER: &str = "192.0.2.1";
const NEIGHBOUR: &str = "192.0.2.2";

/// A world behind a proxy, in which strangers have five requests and one more each second.
async fn crowded(more: &[(&str, &str)]) -> World {
    let mut settings = vec![
        ("server.trusted_proxies", "[\"127.0.0.0/8\"]"),
        ("limits.address_rate", "1"),
        ("limits.address_burst", "5"),
    ];
    settings.extend(more);
    World::with(&settings).await
}

/// Posts a form from an address, as a program does.
async fn posts(
    world: &World,
    address: &str,
    path: &str,
    headers: HeaderMap,
    form: Fields,
) -> Reply {
    let mut headers = headers;
    headers.insert("x-forwarded-for", address.parse().unwrap());
    world.server.post(path, headers, &form).await
}

/// Opens a page from an address, with these cookies.
async fn opens(world: &World, address: &str, path: &str, cookies: &str) -> Reply {
    let request = world.server.request("GET", path);
    let request = request.header("x-forwarded-for", address);
    Reply::of(request.header("cookie", cookies)).await
}

fn token() -> Fields {
    Fields::of(&[("token", "garbage"), ("grant_type", "refresh_token")])
}

fn garbage() -> HeaderMap {
    basic("cli_garbage", "garbage")
}

/// A program that asked too much is told so, and when to come again.
#[track_caller]
fn waits(reply: &Reply) -> i64 {
    reply.is_refused(429, "temporarily_unavailable");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(!reply.body.contains("garbage"), "{reply:?}");
    reply.header("retry-after").unwrap().parse().unwrap()
}

/// Somebody whose browser asked too much reads so.
#[track_caller]
fn reads_to_wait(reply: &Reply) -> i64 {
    reply.is_page(429, "Too many requests");
    assert!(reply.says("Nothing new was approved."), "{}", reply.text());
    assert!(reply.header("content-security-policy").is_some());
    let wait = reply.header("retry-after").unwrap().parse().unwrap();
    assert!(reply.says(&format!("Wait {wait} second")));
    wait
}

async fn rows(world: &World, table: &str) -> i64 {
    let connection = world.server.app().store.connection();
    let sql = format!("SELECT count(*) AS rows FROM {table}");
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.unwrap();
    row.unwrap().try_get("", "rows").unwrap()
}

#[tokio::test]
async fn garbage_at_an_endpoint_waits_and_others_do_not() {
    for path in ["/par", "/token", "/introspect", "/revoke"] {
        let world = crowded(&[]).await;
        for _ in 0..5 {
            let reply = posts(&world, FLOODER, path, garbage(), token()).await;
            reply.is_refused(401, "invalid_client");
        }
        for _ in 0..3 {
            let reply = posts(&world, FLOODER, path, garbage(), token()).await;
            assert_eq!(waits(&reply), 1, "{path}");
        }
        let other = posts(&world, NEIGHBOUR, path, garbage(), token()).await;
        other.is_refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn who_waits_as_long_as_they_are_told_is_served() {
    let world = crowded(&[("limits.address_burst", "1")]).await;
    let asks = || posts(&world, FLOODER, "/token", garbage(), token());
    asks().await.is_refused(401, "invalid_client");
    let wait = waits(&asks().await);
    world.server.clock.advance_seconds(wait - 1);
    waits(&asks().await);
    world.server.clock.advance_seconds(1);
    asks().await.is_refused(401, "invalid_client");
}

#[tokio::test]
async fn what_cannot_be_read_counts_too() {
    let world = crowded(&[]).await;
    let twice = token().and("token", "garbage");
    for _ in 0..5 {
        let reply = posts(&world, FLOODER, "/introspect", garbage(), twice.clone()).await;
        reply.is_refused(400, "invalid_request");
    }
    waits(&posts(&world, FLOODER, "/introspect", garbage(), twice.clone()).await);
}

#[tokio::test]
async fn a_wallet_at_the_address_of_a_flood_is_served() {
    let world = crowded(&[]).await;
    let tokens = world.tokens().await;
    let form = Fields::of(&[("token", &tokens.access)]);
    let own = || basic(&world.wallet.id, &world.wallet.secret);
    let asks = || posts(&world, FLOODER, "/introspect", own(), form.clone());
    assert_eq!(asks().await.json()["active"], true);
    while posts(&world, FLOODER, "/introspect", garbage(), form.clone())
        .await
        .status
        != 429
    {}
    for _ in 0..20 {
        assert_eq!(asks().await.json()["active"], true);
    }
}

#[tokio::test]
async fn wrong_secrets_in_a_clients_name_do_not_lock_it_out() {
    let world = crowded(&[]).await;
    let shop = &world.shop;
    let right = || basic(&shop.id, shop.secret.as_deref().unwrap());
    let asks = |address, proof| posts(&world, address, "/token", proof, token());
    asks(FLOODER, right())
        .await
        .is_refused(400, "invalid_request");
    while asks(FLOODER, basic(&shop.id, "wrong")).await.status != 429 {}
    while asks(NEIGHBOUR, basic(&shop.id, "wrong")).await.status != 429 {}
    for address in [FLOODER, NEIGHBOUR, "192.0.2.3"] {
        let reply = asks(address, right()).await;
        reply.is_refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn credentials_that_are_no_longer_good_are_a_strangers() {
    let world = crowded(&[]).await;
    let rival = world.rival().await;
    let proof = || basic(&rival.id, rival.secret.as_deref().unwrap());
    let asks = || posts(&world, FLOODER, "/token", proof(), token());
    asks().await.is_refused(400, "invalid_request");
    let app = world.server.app();
    let disabled = countersign::model::PartyState::Disabled;
    countersign::oauth::registration::set_client_state(app, &rival.id, disabled)
        .await
        .unwrap();
    // The first one finds out, the next four are all that is left of the address's.
    for _ in 0..5 {
        asks().await.is_refused(401, "invalid_client");
    }
    waits(&asks().await);
}

#[tokio::test]
async fn a_client_that_floods_harms_itself_only() {
    let world = World::with(&[("limits.party_rate", "1"), ("limits.party_burst", "5")]).await;
    let rival = world.rival().await;
    let garbage = refresh_form("garbage");
    let mut flood = rival.asks_for_tokens(&garbage).await;
    for _ in 0..20 {
        flood = rival.asks_for_tokens(&garbage).await;
    }
    assert_eq!(waits(&flood), 1);
    let tokens = world.tokens().await;
    assert!(world.wallet.accepts(&tokens.access).await);
    world.server.clock.advance_seconds(1);
    let reply = rival.asks_for_tokens(&garbage).await;
    reply.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_wallet_that_floods_harms_itself_only() {
    let world = World::with(&[("limits.party_rate", "1"), ("limits.party_burst", "5")]).await;
    let second = crate::support::Wallet::open(&world.server, "Second Wallet").await;
    while second.introspects_with(&token()).await.status != 429 {}
    let tokens = world.tokens().await;
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn the_name_of_a_public_client_lets_nobody_in() {
    let world = crowded(&[]).await;
    let app = world.app().await;
    let form = refresh_form("garbage").with("client_id", &app.id);
    let asks = |address| posts(&world, address, "/token", HeaderMap::new(), form.clone());
    for _ in 0..5 {
        asks(FLOODER).await.is_refused(400, "invalid_grant");
    }
    waits(&asks(FLOODER).await);
    asks(NEIGHBOUR).await.is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_flood_of_requests_is_told_on_a_page_and_leaves_no_rows() {
    let world = crowded(&[]).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    for _ in 0..5 {
        let reply = opens(&world, FLOODER, &request.url(), "").await;
        assert_eq!(reply.status, 303, "{}", reply.text());
    }
    for _ in 0..3 {
        let reply = opens(&world, FLOODER, &request.url(), "").await;
        assert_eq!(reads_to_wait(&reply), 1);
        assert_eq!(reply.header("location"), None);
        assert_eq!(reply.header("set-cookie"), None);
    }
    assert_eq!(rows(&world, "authorization_request").await, 5);
    let other = opens(&world, NEIGHBOUR, &request.url(), "").await;
    assert_eq!(other.status, 303, "{}", other.text());
}

#[tokio::test]
async fn every_page_counts_and_the_database_is_not_asked() {
    let cookie = format!("__Host-session={}", "g".repeat(43));
    for path in ["/", "/sign-in", "/payments", "/consent/x", "/nowhere"] {
        let world = crowded(&[]).await;
        for _ in 0..5 {
            let reply = opens(&world, FLOODER, path, &cookie).await;
            assert!(reply.status < 429, "{path}: {}", reply.status);
        }
        world.server.loses_its_database().await;
        reads_to_wait(&opens(&world, FLOODER, path, &cookie).await);
        let program = posts(&world, FLOODER, "/token", garbage(), token()).await;
        waits(&program);
        // Somebody else would ask it.
        assert_eq!(opens(&world, NEIGHBOUR, path, &cookie).await.status, 503);
    }
}

#[tokio::test]
async fn somebody_who_is_signed_in_at_the_address_of_a_flood_reads_on() {
    let world = crowded(&[]).await;
    world.alice.signs_in().await;
    let session = world.alice.browser.cookie("__Host-session").unwrap();
    let cookie = format!("__Host-session={session}");
    let home = || opens(&world, FLOODER, "/", &cookie);
    home().await.is_page(200, "Signed in as alice");
    while opens(&world, FLOODER, "/", "").await.status != 429 {}
    for _ in 0..20 {
        home().await.is_page(200, "Signed in as alice");
    }
    // The session ends, and with it what it was worth.
    world.alice.signs_out().await;
    assert_eq!(home().await.status, 303);
    reads_to_wait(&home().await);
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() {
    let world = crowded(&[("limits.address_burst", "1")]).await;
    let asks = || {
        let request = world.server.request("GET", "/sign-in");
        let request = request.header("accept-language", "de");
        Reply::of(request.header("x-forwarded-for", FLOODER))
    };
    asks().await;
    let page = asks().await;
    page.is_page(429, "Warten Sie 1 Sekunde");
    assert_eq!(page.header("content-language"), Some("de"));
}

#[tokio::test]
async fn nobody_chooses_their_own_address() {
    let settings = [("limits.address_rate", "1"), ("limits.address_burst", "5")];
    let world = World::with(&settings).await;
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "::1", "127.0.0.2"] {
        let reply = posts(&world, address, "/token", garbage(), token()).await;
        reply.is_refused(401, "invalid_client");
    }
    waits(&posts(&world, "192.0.2.9", "/token", garbage(), token()).await);
}

#[tokio::test]
async fn of_an_ipv6_address_the_network_waits() {
    let world = crowded(&[]).await;
    for host in 0..5 {
        let address = format!("2001:db8::{host}");
        let reply = posts(&world, &address, "/token", garbage(), token()).await;
        reply.is_refused(401, "invalid_client");
    }
    waits(&posts(&world, "2001:db8::ffff", "/token", garbage(), token()).await);
    let other = posts(&world, "2001:db8:0:1::1", "/token", garbage(), token()).await;
    other.is_refused(401, "invalid_client");
}

#[tokio::test]
async fn the_requests_of_a_client_that_nobody_was_shown_are_bounded() {
    let world = World::with(&[("limits.unseen_requests", "32")]).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let seen = world.alice.opens(&request).await;
    let rival = world.rival().await;
    let others = rival.asks_for(world.wallet.mandate());
    world.server.get(&others.url()).await;
    for _ in 0..200 {
        let reply = world.server.get(&request.url()).await;
        assert_eq!(reply.status, 303, "{}", reply.text());
        world
            .server
            .clock
            .advance(jiff::SignedDuration::from_millis(1));
    }
    // What is allowed and a sixteenth part more, the request of the other client, and the one that alice was shown.
    let left = rows(&world, "authorization_request").await;
    assert!((34..=36).contains(&left), "{left}");
    let answer = world.alice.presses(&seen, "approve").await;
    let callback = request.answered(&answer, &world.server.issuer);
    world.shop.exchanges(&callback).await.tokens();
    // Who comes last is not kept out.
    let bob = world.bob().await;
    let mandate = world.wallet.mandate_of("bob", |_| {});
    bob.approves(&world.shop.asks_for(&mandate)).await.code();
}

#[tokio::test]
async fn what_comes_through_browsers_takes_no_place_of_what_was_pushed() {
    let world = World::with(&[("limits.unseen_requests", "32")]).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let instant = jiff::SignedDuration::from_millis(1);
    let pushed = world.shop.has_pushed(&request).await;
    let opened = world.shop.has_pushed(&request).await;
    let browser = Browser::new(&world.server);
    assert_eq!(browser.gets(&opened.url()).await.status, 303);
    for _ in 0..100 {
        world.server.clock.advance(instant);
        assert_eq!(world.server.get(&request.url()).await.status, 303);
    }
    let left = rows(&world, "authorization_request").await;
    assert!((34..=36).contains(&left), "{left}");
    assert_eq!(browser.gets(&opened.url()).await.status, 303);
    let callback = world.alice.approves(&pushed).await;
    world.shop.exchanges(&callback).await.tokens();
    // Nor the other way round.
    let direct = Browser::new(&world.server);
    let answer = direct.gets(&request.url()).await;
    for _ in 0..100 {
        world.server.clock.advance(instant);
        world.shop.has_pushed(&request).await;
    }
    let page = direct.gets(answer.header("location").unwrap()).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let left = rows(&world, "authorization_request").await;
    assert!((64..=68).contains(&left), "{left}");
}

#[tokio::test]
async fn guessing_passwords_waits_wherever_it_comes_from() {
    let world = crowded(&[
        ("limits.address_burst", "1000"),
        ("sign_in.free_attempts", "2"),
    ])
    .await;
    let browser = &world.alice.browser;
    let mut statuses = Vec::new();
    for number in 0..4 {
        let page = browser.opens("/sign-in").await;
        let form = page.form_with_input("password").unwrap();
        let fields = form.hidden.with("username", "alice");
        let sender = Sender {
            forwarded: Some(format!("192.0.2.{number}")),
            ..Sender::own(&world.server)
        };
        let fields = fields.with("password", "wrong password");
        let reply = browser.posts(&form.action, &fields, &sender).await;
        if reply.status == 429 {
            assert!(reply.header("retry-after").is_some());
        }
        statuses.push(reply.status);
    }
    assert_eq!(statuses, [422, 422, 422, 429]);
    let rival = Shop::register(&world.server, NewShop::PUBLIC).await;
    rival.refreshes("x").await.is_refused(400, "invalid_grant");
}
