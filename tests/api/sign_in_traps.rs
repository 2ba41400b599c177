//! Signing in against somebody who looks for the gaps.

use countersign::identity::users;
use countersign::store;

use crate::support::World;
use crate::support::browser::Sender;

#[tokio::test]
async fn a_password_that_was_changed_while_it_was_checked_begins_no_session() {
    let world = World::twice().await;
    let (here, there) = (world.server.app(), world.server.at(1));
    let page = world.alice.browser.opens("/sign-in").await;
    // No hash is computed here for now: the sign-in stops where the password is checked.
    let every = u32::try_from(here.hashing.available_permits()).unwrap();
    let busy = here.hashing.acquire_many(every).await.unwrap();
    let signing_in = world.alice.tries(&page, &world.alice.password);
    let changing = async {
        let attempts = async || {
            let key = "address:127.0.0.1";
            store::attempt::find(&here.store, key)
                .await
                .unwrap()
                .is_some()
        };
        while !attempts().await {}
        // It is counted, and with the next answers of this server its user is read.
        for _ in 0..20 {
            world.server.get("/readyz").await;
        }
        users::set_password(there.app(), "alice", "another password")
            .await
            .unwrap();
        drop(busy);
    };
    let (reply, ()) = tokio::join!(signing_in, changing);
    reply.is_page(422, "Check both and try again.");
    assert!(world.alice.browser.cookie("__Host-session").is_none());
}

#[tokio::test]
async fn of_an_ipv6_address_the_network_is_counted() {
    let settings = [
        ("sign_in.free_attempts_per_address", "1"),
        ("server.trusted_proxies", "[\"127.0.0.0/8\"]"),
    ];
    for (addresses, last) in [
        (["2001:db8::1", "2001:db8::2:1", "2001:db8::ffff:3"], 429),
        (["2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1"], 422),
    ] {
        let world = World::with(&settings).await;
        let mut statuses = Vec::new();
        for (number, address) in addresses.into_iter().enumerate() {
            let page = world.alice.browser.opens("/sign-in").await;
            let form = page.form_with_input("password").unwrap();
            let fields = form
                .hidden
                .with("username", &format!("somebody{number}"))
                .with("password", "wrong password");
            let sender = Sender {
                forwarded: Some(address.to_owned()),
                ..Sender::own(&world.server)
            };
            let browser = &world.alice.browser;
            statuses.push(browser.posts(&form.action, &fields, &sender).await.status);
        }
        assert_eq!(statuses, [422, 422, last], "{addresses:?}");
    }
}

#[tokio::test]
async fn a_cookie_that_was_not_made_here_is_none() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    for value in ["", "a", "a%3b%20Domain%3Dexample", "%0d%0aX:%20y", "%00"] {
        browser.sets_cookie("__Host-form", value);
        let page = browser.gets("/sign-in").await;
        page.is_page(200, "Sign in");
        let made = browser.cookie("__Host-form").unwrap();
        assert_eq!(made.len(), 43, "{value}: {made}");
        assert_eq!(page.headers.get_all("set-cookie").iter().count(), 1);
    }
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.browser.opens(&request.url()).await;
    world.alice.browser.forgets("__Host-form");
    let told = world.alice.tries(&page, &world.alice.password).await;
    told.is_page(400, "Turn on cookies to continue");
    assert!(
        told.body.contains("href=\"/sign-in?request=req_"),
        "{}",
        told.body
    );
    assert_eq!(world.alice.browser.cookie("__Host-session"), None);
}
