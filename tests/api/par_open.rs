//! Pushed requests at `/authorize`, in the order of the checks of `oauth::pushed`.

use countersign::jobs::When;
use countersign::jobs::sweep::{Run, Sweeper};
use countersign::model::PartyState;
use countersign::oauth::registration;
use futures_util::future::join_all;
use tokio::sync::watch;

use crate::support::browser::{Browser, Sender};
use crate::support::shop::tokens;
use crate::support::{Fields, Person, Reply, Request, World};

const ASKED: &str = "take payments from your account?";
const OVER: &str = "You waited more than";
const UNKNOWN: &str = "We do not know this request";
const ELSEWHERE: &str = "This request was opened in another browser";

/// A new mandate, which the shop has asked for and pushed.
async fn pushed(world: &World) -> Request {
    let request = world.shop.asks_for(world.wallet.mandate());
    world.shop.has_pushed(&request).await
}

/// Opens a link in a browser that nobody is signed in with.
async fn opens(world: &World, link: &Fields) -> Reply {
    let url = format!("/authorize?{}", link.encode());
    Browser::new(&world.server).gets(&url).await
}

/// Alice approves, and the shop gets its tokens.
async fn is_good(world: &World, request: &Request) {
    let callback = world.alice.approves(request).await;
    tokens(&world.shop, &callback).await;
}

/// The error with which a request comes back.
#[track_caller]
fn error(world: &World, request: &Request, reply: &Reply) -> String {
    request.answered(reply, &world.server.issuer).error()
}

#[tokio::test]
async fn a_link_without_its_client_leads_nowhere() {
    let world = World::new().await;
    let request = pushed(&world).await;
    let link = request.link();
    for bad in [
        link.without("client_id"),
        link.with("client_id", "cli_unknown"),
        link.and("client_id", &world.shop.id),
    ] {
        opens(&world, &bad)
            .await
            .is_page(400, "We do not know this app");
    }
    is_good(&world, &request).await;
}

#[tokio::test]
async fn a_request_is_its_clients_alone() {
    let world = World::new().await;
    let rival = world.rival().await;
    let request = pushed(&world).await;
    let link = request.link();
    let uri = request.request_uri();
    for bad in [
        link.with("client_id", &rival.id),
        link.with("request_uri", &format!("{uri}x")),
        link.with("request_uri", &uri[..uri.len() - 1]),
        link.with("request_uri", "urn:ietf:params:oauth:request_uri:"),
        link.with("request_uri", "urn:ietf:params:oauth:request_uri:\u{e9}"),
    ] {
        let page = opens(&world, &bad).await;
        page.is_page(400, UNKNOWN);
        assert!(page.says("invalid_request_uri"), "{}", page.text());
        assert!(!page.says(OVER), "{}", page.text());
        assert!(page.header("location").is_none() && page.header("set-cookie").is_none());
    }
    is_good(&world, &request).await;
    let page = opens(&world, &link.with("client_id", &rival.id)).await;
    page.is_page(400, UNKNOWN);
}

#[tokio::test]
async fn another_kind_of_request_uri_is_not_supported() {
    let world = World::new().await;
    let request = pushed(&world).await;
    let direct = world.shop.asks_for(world.wallet.mandate());
    for other in [
        "https://acme.example/request",
        "URN:ietf:params:oauth:request_uri:x",
        "x",
    ] {
        let named = direct.with("request_uri", other);
        let reply = opens(&world, &named.parameters).await;
        assert_eq!(error(&world, &named, &reply), "request_uri_not_supported");
        let page = opens(&world, &request.link().with("request_uri", other)).await;
        page.is_page(400, "This link is not safe to follow");
    }
    let twice = request.link().and("request_uri", request.request_uri());
    let page = opens(&world, &twice).await;
    page.is_page(400, "This link is not safe to follow");
    is_good(&world, &request).await;
}

#[tokio::test]
async fn what_was_pushed_wins_over_the_link() {
    let world = World::new().await;
    let request = pushed(&world).await;
    let other = world.wallet.mandate();
    let link = request
        .link()
        .and("scope", &other.url)
        .and("state", "another")
        .and("state", "and another")
        .and("redirect_uri", "https://evil.example/callback")
        .and("code_challenge", "x")
        .and("prompt", "none")
        .and("response_type", "token")
        .and("request", "e30.e30.")
        .and("client_secret", "x");
    let url = format!("/authorize?{}", link.encode());
    let page = world.alice.browser.opens(&url).await;
    let page = world.alice.signs_in_on(&page).await;
    page.is_page(200, ASKED);
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    let tokens = tokens(&world.shop, &callback).await;
    let scope = request.parameters.value("scope").unwrap();
    assert_eq!(tokens.response["scope"], scope);
}

#[tokio::test]
async fn a_client_that_was_disabled_or_moved_meanwhile_ends_there() {
    let world = World::new().await;
    let request = pushed(&world).await;
    let app = world.server.app();
    for (state, status) in [(PartyState::Disabled, 400), (PartyState::Enabled, 303)] {
        registration::set_client_state(app, &world.shop.id, state)
            .await
            .unwrap();
        assert_eq!(opens(&world, &request.link()).await.status, status);
    }
    let request = pushed(&world).await;
    world.shop.moves_to("https://acme.example/elsewhere").await;
    let page = opens(&world, &request.link()).await;
    page.is_page(400, "This link is not safe to follow");
    world.shop.moves_to(&world.shop.redirect_uri).await;
    is_good(&world, &request).await;
}

#[tokio::test]
async fn a_request_waits_a_minute() {
    let world = World::new().await;
    let [in_time, late] = [pushed(&world).await, pushed(&world).await];
    world.server.clock.advance_seconds(59);
    let page = world.alice.opens(&in_time).await;
    page.is_page(200, ASKED);
    world.server.clock.advance_seconds(1);
    let reply = opens(&world, &late.link()).await;
    assert_eq!(error(&world, &late, &reply), "invalid_request_uri");
    assert!(reply.header("set-cookie").is_none());
    // Nobody but its client is told where it would have led.
    let rival = world.rival().await;
    let page = opens(&world, &late.link().with("client_id", &rival.id)).await;
    page.is_page(400, UNKNOWN);
    let again = world.shop.has_pushed(&late).await;
    is_good(&world, &again).await;
}

#[tokio::test]
async fn who_opened_it_has_as_long_as_for_any_request() {
    let world = World::new().await;
    let request = pushed(&world).await;
    world.server.clock.advance_seconds(50);
    let reply = world.alice.browser.gets(&request.url()).await;
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-request-req_"), "{cookie}");
    assert!(cookie.contains("Max-Age=1800"), "{cookie}");
    world.server.clock.advance_seconds(1799);
    let page = world.alice.opens(&request).await;
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    tokens(&world.shop, &callback).await;
    let request = pushed(&world).await;
    world.alice.opens(&request).await;
    world.server.clock.advance_seconds(1800);
    world.alice.opens(&request).await.is_page(410, OVER);
}

#[tokio::test]
async fn prompt_none_is_judged_when_it_is_opened() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let silent = request.with("prompt", "none");
    let silent = world.shop.has_pushed(&silent).await;
    let reply = world.alice.browser.gets(&silent.url()).await;
    assert_eq!(error(&world, &silent, &reply), "login_required");
    world.alice.signs_in().await;
    let reply = world.alice.browser.gets(&silent.url()).await;
    assert_eq!(error(&world, &silent, &reply), "consent_required");
    assert!(world.wallet.asked().is_empty());
    let request = world.shop.has_pushed(&request).await;
    is_good(&world, &request).await;
}

#[tokio::test]
async fn prompt_login_asks_who_signed_in_after_the_push_to_sign_in_once_more() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let request = world
        .shop
        .has_pushed(&request.with("prompt", "login"))
        .await;
    world.server.clock.advance_seconds(1);
    world.alice.signs_in().await;
    world.server.clock.advance_seconds(1);
    let page = world.alice.browser.opens(&request.url()).await;
    page.is_page(200, "Sign in to");
    world.alice.signs_in_on(&page).await.is_page(200, ASKED);
    is_good(&world, &request).await;
}

#[tokio::test]
async fn another_browser_cannot_open_it() {
    let world = World::new().await;
    let bob = world.bob().await;
    let request = pushed(&world).await;
    let page = world.alice.opens(&request).await;
    let stranger = bob.browser.gets(&request.url()).await;
    stranger.is_page(400, ELSEWHERE);
    assert!(!stranger.says("Acme"), "{}", stranger.text());
    assert!(stranger.header("set-cookie").is_none());
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    bob.browser
        .gets(&request.url())
        .await
        .is_page(400, ELSEWHERE);
    tokens(&world.shop, &callback).await;
}

#[tokio::test]
async fn the_same_browser_opens_it_again_until_it_has_decided() {
    let world = World::new().await;
    for decision in ["approve", "decline"] {
        let request = pushed(&world).await;
        // Before anybody has signed in, and after.
        for _ in 0..2 {
            world.alice.browser.opens(&request.url()).await;
        }
        for _ in 0..2 {
            world.alice.opens(&request).await.is_page(200, ASKED);
        }
        let reply = world.alice.browser.gets(&request.url()).await;
        assert!(reply.location().starts_with("/consent/"), "{reply:?}");
        assert!(reply.header("set-cookie").is_none(), "{reply:?}");
        let page = world.alice.browser.follows(reply).await;
        let reply = world.alice.presses(&page, decision).await;
        let callback = request.answered(&reply, &world.server.issuer);
        let after = world.alice.opens(&request).await;
        assert!(!after.says(ASKED), "{}", after.text());
        if decision == "approve" {
            after.is_page(200, "This is what you agreed to.");
            tokens(&world.shop, &callback).await;
        } else {
            assert_eq!(callback.error(), "access_denied");
            after.is_page(200, "You declined");
        }
    }
}

#[tokio::test]
async fn a_posted_link_is_opened_like_any_other() {
    let world = World::new().await;
    let request = pushed(&world).await;
    let browser = &world.alice.browser;
    let reply = browser
        .posts("/authorize", &request.link(), &Sender::foreign())
        .await;
    let page = browser.follows(reply).await;
    world.alice.signs_in_on(&page).await.is_page(200, ASKED);
    // A post from elsewhere brings no cookie along; the look that follows does.
    let stranger = Browser::new(&world.server);
    let reply = stranger
        .posts("/authorize", &request.link(), &Sender::foreign())
        .await;
    let page = browser.follows(reply).await;
    page.is_page(200, ASKED);
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, &world.server.issuer);
    tokens(&world.shop, &callback).await;
}

#[tokio::test]
async fn of_fifty_browsers_at_two_instances_one_has_it() {
    let world = World::twice().await;
    let request = pushed(&world).await;
    let browsers: Vec<Browser> = (0..50)
        .map(|number| Browser::new(&world.server).at(number % 2))
        .collect();
    let url = request.url();
    let open = |browser: &Browser| {
        let (browser, url) = (browser.clone(), url.clone());
        async move {
            for _ in 0..9 {
                let reply = browser.gets(&url).await;
                if reply.status != 503 {
                    return reply;
                }
            }
            browser.gets(&url).await
        }
    };
    let replies = join_all(browsers.iter().map(open)).await;
    let mut winners = Vec::new();
    for (browser, reply) in browsers.iter().zip(&replies) {
        match reply.status {
            303 => winners.push(browser),
            _ => reply.is_page(400, ELSEWHERE),
        }
    }
    assert_eq!(winners.len(), 1);
    let alice = Person {
        browser: winners[0].clone(),
        ..world.alice.clone()
    };
    tokens(&world.shop, &alice.approves(&request).await).await;
}

#[tokio::test]
async fn one_instance_opens_what_another_was_given() {
    let world = World::twice().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let request = world.shop.at(0).has_pushed(&request).await;
    let callback = world.alice.at(1).approves(&request).await;
    tokens(&world.shop, &callback).await;
}

#[tokio::test]
async fn a_restart_takes_no_request_away_and_opens_none_again() {
    let world = World::new().await;
    let request = pushed(&world).await;
    world.alice.opens(&request).await.is_page(200, ASKED);
    let again = world.server.started_again(&[]).await;
    let alice = Person {
        browser: world.alice.browser.at_server(&again),
        ..world.alice.clone()
    };
    let stranger = Browser::new(&again).gets(&request.url()).await;
    stranger.is_page(400, ELSEWHERE);
    let callback = alice.approves(&request).await;
    tokens(&world.shop.as_registered(&again), &callback).await;
}

#[tokio::test]
async fn what_nobody_opened_is_swept_with_the_others() {
    let world = World::new().await;
    let request = pushed(&world).await;
    let settings = &world.server.app().settings;
    let (waits, keeps) = (60, settings.sweep.keep_requests);
    for (seconds, gone) in [(waits + keeps - 1, 0), (1, 1)] {
        world.server.clock.advance_seconds(seconds);
        let mut sweeper = Sweeper::new(watch::channel(false).1);
        let Ok(Run::Done(swept)) = sweeper.run(world.server.app(), When::Free).await else {
            panic!("nothing is swept");
        };
        let requests = |(table, _): &&(&str, u64)| *table == "authorization_request";
        let requests = swept.tables().iter().find(requests);
        assert_eq!(requests.map_or(0, |(_, rows)| *rows), gone);
        let reply = opens(&world, &request.link()).await;
        if gone == 0 {
            assert_eq!(error(&world, &request, &reply), "invalid_request_uri");
        } else {
            reply.is_page(400, UNKNOWN);
        }
    }
}

#[tokio::test]
async fn a_story_below_a_path_works_with_a_push() {
    let issuer = "\"https://auth.example/pay\"";
    let world = World::with(&[("server.issuer", issuer)]).await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let reply = world.shop.posts("/pay/par", &request.parameters).await;
    let request = request.pushed(&reply);
    let url = format!("/pay{}", request.url());
    let page = world.alice.browser.opens(&url).await;
    let page = world.alice.signs_in_on(&page).await;
    let reply = world.alice.presses(&page, "approve").await;
    let callback = request.answered(&reply, "https://auth.example/pay");
    world
        .shop
        .posts("/pay/token", &callback.form())
        .await
        .tokens();
}
