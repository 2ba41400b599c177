//! Signing in and out, in the order of the checks of `identity::sign_in`.

use countersign::identity::users;
use countersign::model::PartyState;

use crate::support::browser::{Browser, Sender};
use crate::support::{Person, Reply, World};

const WRONG: &str = "Enter the username and password for your account. Check both and try again.";
const TOO_MANY: &str = "Too many attempts.";

/// Tries to sign in as somebody, once.
async fn tries(world: &World, username: &str, password: &str) -> Reply {
    let page = world.alice.browser.opens("/sign-in").await;
    let person = Person {
        username: username.to_owned(),
        ..world.alice.clone()
    };
    person.tries(&page, password).await
}

#[tokio::test]
async fn the_right_password_signs_in() {
    let world = World::new().await;
    let page = world.alice.signs_in().await;
    page.is_page(200, "You are signed in");
    assert!(page.says("Signed in as alice"));
    world
        .alice
        .browser
        .opens("/")
        .await
        .is_page(200, "You are signed in");
}

#[tokio::test]
async fn a_name_is_folded() {
    let world = World::new().await;
    for spelling in ["ALICE", " Alice ", "ａｌｉｃｅ"] {
        let reply = tries(&world, spelling, &world.alice.password).await;
        assert_eq!(reply.status, 303, "{spelling}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_read_the_same() {
    let world = World::new().await;
    let wrong = tries(&world, "alice", "wrong password").await;
    wrong.is_page(422, WRONG);
    assert!(wrong.says("There is a problem") && wrong.body.contains("<title>Error: "));
    let unknown = tries(&world, "nobody", "wrong password").await;
    let normal = |reply: &Reply, name: &str| reply.text().replace(name, "NAME");
    assert_eq!(normal(&wrong, "alice"), normal(&unknown, "nobody"));
    users::set_state(world.server.app(), "alice", PartyState::Disabled)
        .await
        .unwrap();
    let disabled = tries(&world, "alice", &world.alice.password).await;
    assert_eq!(normal(&wrong, "alice"), normal(&disabled, "alice"));
    assert_eq!(disabled.status, 422);
}

#[tokio::test]
async fn what_was_typed_is_kept_but_for_the_password() {
    let world = World::new().await;
    let page = tries(&world, "al\"<b>", "my secret password").await;
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("value=\"al&#34;&#60;b&#62;\""),
        "{}",
        page.body
    );
    assert!(!page.body.contains("my secret password"));
}

#[tokio::test]
async fn empty_and_enormous_fields_are_wrong_and_nothing_more() {
    let world = World::new().await;
    let long = "x".repeat(20_000);
    for (username, password) in [
        ("", ""),
        ("alice", ""),
        ("", "x"),
        (&*long, "x"),
        ("alice", &*long),
    ] {
        let page = tries(&world, username, password).await;
        assert!(matches!(page.status, 422 | 429), "{page:?}");
    }
}

#[tokio::test]
async fn after_some_wrong_passwords_each_attempt_has_to_wait() {
    let world = World::new().await;
    for _ in 0..5 {
        tries(&world, "alice", "wrong password")
            .await
            .is_page(422, WRONG);
    }
    tries(&world, "alice", "wrong password")
        .await
        .is_page(422, WRONG);
    let waiting = tries(&world, "alice", &world.alice.password).await;
    waiting.is_page(429, TOO_MANY);
    assert_eq!(waiting.header("retry-after"), Some("1"));
    world.server.clock.advance_seconds(1);
    let reply = tries(&world, "alice", &world.alice.password).await;
    assert_eq!(reply.status, 303, "no lock lasts");
}

#[tokio::test]
async fn the_wait_doubles_and_never_lasts() {
    let world = World::new().await;
    for _ in 0..5 {
        tries(&world, "alice", "wrong password").await;
    }
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
        tries(&world, "alice", "wrong password")
            .await
            .is_page(422, WRONG);
        let waiting = tries(&world, "alice", "wrong password").await;
        assert_eq!(
            waiting.header("retry-after"),
            Some(wait.to_string().as_str())
        );
        world.server.clock.advance_seconds(wait);
    }
    assert_eq!(
        tries(&world, "alice", &world.alice.password).await.status,
        303
    );
}

#[tokio::test]
async fn unknown_names_have_to_wait_as_well() {
    let world = World::new().await;
    for _ in 0..6 {
        tries(&world, "nobody", "wrong password")
            .await
            .is_page(422, WRONG);
    }
    tries(&world, "nobody", "wrong password")
        .await
        .is_page(429, TOO_MANY);
    assert_eq!(
        tries(&world, "alice", &world.alice.password).await.status,
        303
    );
}

#[tokio::test]
async fn attempts_are_counted_for_an_address_on_every_instance() {
    let world = World::with(&[("sign_in.free_attempts_per_address", "3")]).await;
    let other = world
        .server
        .started_again(&[("sign_in.free_attempts_per_address", "3")])
        .await;
    for name in ["one", "two", "three", "four"] {
        tries(&world, name, "wrong password")
            .await
            .is_page(422, WRONG);
    }
    let elsewhere = Person {
        browser: Browser::new(&other),
        ..world.alice.clone()
    };
    let page = elsewhere.browser.opens("/sign-in").await;
    elsewhere
        .tries(&page, "wrong password")
        .await
        .is_page(429, TOO_MANY);
}

#[tokio::test]
async fn an_address_is_taken_from_a_proxy_only_if_it_is_named() {
    let one_try = [("sign_in.free_attempts_per_address", "1")];
    let named = [
        ("sign_in.free_attempts_per_address", "1"),
        ("server.trusted_proxies", "[\"127.0.0.0/8\"]"),
    ];
    for (settings, believed) in [(&one_try[..], false), (&named[..], true)] {
        let world = World::with(settings).await;
        let mut last = 0;
        for number in 1..=3 {
            let page = world.alice.browser.opens("/sign-in").await;
            let form = page.form_with_input("password").unwrap();
            let name = format!("somebody{number}");
            let fields = form
                .hidden
                .with("username", &name)
                .with("password", "wrong password");
            let sender = Sender {
                forwarded: Some(format!("203.0.113.{number}")),
                ..Sender::own(&world.server)
            };
            last = world
                .alice
                .browser
                .posts(&form.action, &fields, &sender)
                .await
                .status;
        }
        assert_eq!(last, if believed { 422 } else { 429 });
    }
}

#[tokio::test]
async fn the_session_is_new_at_each_sign_in_and_the_old_one_ends() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    browser.sets_cookie("__Host-session", "chosen-by-somebody-else");
    world.alice.signs_in().await;
    let first = browser.cookie("__Host-session").unwrap();
    assert_eq!(first.len(), 43);
    world.alice.signs_in().await;
    let second = browser.cookie("__Host-session").unwrap();
    assert_ne!(first, second);
    browser.sets_cookie("__Host-session", &first);
    browser.opens("/").await.is_page(200, "Sign in to");
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let world = World::new().await;
    world.alice.signs_in().await;
    let cookie = world.alice.browser.cookie("__Host-session").unwrap();
    world.alice.signs_out().await.is_page(200, "Sign in to");
    assert_eq!(world.alice.browser.cookie("__Host-session"), None);
    world.alice.browser.sets_cookie("__Host-session", &cookie);
    world
        .alice
        .browser
        .opens("/")
        .await
        .is_page(200, "Sign in to");
}

#[tokio::test]
async fn nobody_else_can_sign_a_payer_out() {
    let world = World::new().await;
    world.alice.signs_in().await;
    let page = world.alice.browser.opens("/").await;
    let form = page.forms().remove(0);
    let browser = &world.alice.browser;
    let own = Sender::own(&world.server);
    for (fields, sender) in [
        (form.hidden.without("csrf"), own.clone()),
        (form.hidden.with("csrf", "x"), own),
        (form.hidden.clone(), Sender::foreign()),
    ] {
        browser
            .posts(&form.action, &fields, &sender)
            .await
            .is_page(403, "Please open the page again");
        browser.opens("/").await.is_page(200, "You are signed in");
    }
    assert_eq!(browser.gets("/sign-out").await.status, 405);
    // Another site's form comes without the cookie, and the answer takes none away.
    let session = browser.cookie("__Host-session").unwrap();
    browser.forgets("__Host-session");
    let reply = browser
        .posts(&form.action, &form.hidden, &Sender::foreign())
        .await;
    assert_eq!((reply.status, reply.header("set-cookie")), (303, None));
    browser.sets_cookie("__Host-session", &session);
    browser.opens("/").await.is_page(200, "You are signed in");
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    let page = browser.opens("/sign-in").await;
    let form = page.form_with_input("password").unwrap();
    let typed = form
        .hidden
        .with("username", "alice")
        .with("password", &world.alice.password);
    let own = Sender::own(&world.server);
    for (fields, sender) in [
        (typed.without("csrf"), own.clone()),
        (typed.with("csrf", "x"), own.clone()),
        (typed.clone(), Sender::foreign()),
    ] {
        let reply = browser.posts(&form.action, &fields, &sender).await;
        assert_eq!(reply.status, 403);
        assert_eq!(browser.cookie("__Host-session"), None);
    }
    let stranger = Browser::new(&world.server);
    assert_eq!(stranger.posts(&form.action, &typed, &own).await.status, 400);
    assert_eq!(browser.posts(&form.action, &typed, &own).await.status, 303);
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle() {
    let world = World::new().await;
    world.alice.signs_in().await;
    for _ in 0..5 {
        world.server.clock.advance_seconds(1799);
        world
            .alice
            .browser
            .opens("/")
            .await
            .is_page(200, "You are signed in");
    }
    world.server.clock.advance_seconds(1800);
    world
        .alice
        .browser
        .opens("/")
        .await
        .is_page(200, "Sign in to");
}

#[tokio::test]
async fn a_session_ends_after_half_a_day_in_all() {
    let world = World::new().await;
    world.alice.signs_in().await;
    for _ in 0..47 {
        world.server.clock.advance_seconds(900);
        world
            .alice
            .browser
            .opens("/")
            .await
            .is_page(200, "You are signed in");
    }
    world.server.clock.advance_seconds(900);
    world
        .alice
        .browser
        .opens("/")
        .await
        .is_page(200, "Sign in to");
}

#[tokio::test]
async fn another_password_ends_every_session() {
    let world = World::new().await;
    world.alice.signs_in().await;
    users::set_password(world.server.app(), "alice", "a new password")
        .await
        .unwrap();
    world
        .alice
        .browser
        .opens("/")
        .await
        .is_page(200, "Sign in to");
    tries(&world, "alice", &world.alice.password)
        .await
        .is_page(422, WRONG);
    assert_eq!(tries(&world, "alice", "a new password").await.status, 303);
}

#[tokio::test]
async fn signing_in_leads_to_this_server_only() {
    let world = World::new().await;
    for request in [
        "//evil.example",
        "https://evil.example/",
        "..%2F..%2Fevil",
        "a/b",
    ] {
        let page = world
            .alice
            .browser
            .opens(&format!("/sign-in?request={request}"))
            .await;
        let Some(form) = page.form_with_input("password") else {
            assert!(page.status < 500);
            continue;
        };
        let typed = [
            ("username", "alice"),
            ("password", &*world.alice.password),
            ("request", request),
        ];
        let reply = world.alice.browser.submits(&form, &typed).await;
        let to = reply.location();
        assert!(to == "/" || to.starts_with("/consent/"), "{to}");
    }
}
