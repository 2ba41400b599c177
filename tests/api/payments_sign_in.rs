//! The way to the pages of what was approved leads over the sign-in page, and nowhere else.

use crate::support::{Reply, World};

/// Opens the sign-in page that leads to `next`, and signs in there.
async fn signs_in_towards(world: &World, next: &str) -> Reply {
    let page = world
        .alice
        .browser
        .gets(&format!("/sign-in?next={next}"))
        .await;
    world.alice.tries(&page, &world.alice.password).await
}

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_and_is_back() {
    let world = World::new().await;
    let grant = world.tokens().await.grant();
    for path in [
        "/payments".to_owned(),
        "/payments?show=ended&page=1&q=a%20b%26c".to_owned(),
        format!("/payments/{grant}"),
        format!("/payments/{grant}/stop"),
    ] {
        world.alice.browser.forgets("__Host-session");
        let page = world.alice.browser.opens(&path).await;
        page.is_page(200, "Sign in to");
        let wrong = world.alice.tries(&page, "wrong password").await;
        assert_eq!(wrong.status, 422);
        world.server.clock.advance_seconds(5);
        let reply = world.alice.tries(&wrong, &world.alice.password).await;
        assert_eq!(reply.location(), path);
        assert_eq!(world.alice.browser.opens(&path).await.status, 200);
    }
}

#[tokio::test]
async fn a_query_that_is_not_ours_is_left_behind() {
    let world = World::new().await;
    let page = world.alice.browser.opens("/payments?x=%22;").await;
    let reply = world.alice.tries(&page, &world.alice.password).await;
    assert_eq!(reply.location(), "/payments");
}

#[tokio::test]
async fn no_link_leads_a_payer_elsewhere() {
    let world = World::new().await;
    for next in [
        "https://evil.example/",
        "//evil.example/payments",
        "/payments/../sign-out",
        "/payments//evil.example",
        "%2Fpayments%0d%0aLocation:%20https://evil.example",
        "/consent/req_1",
        "/payments&next=/payments",
    ] {
        let reply = signs_in_towards(&world, next).await;
        assert_eq!(reply.location(), "/", "{next}");
    }
    let reply = signs_in_towards(&world, "%2Fpayments").await;
    assert_eq!(reply.location(), "/payments");
}

#[tokio::test]
async fn signing_out_of_the_list_leads_back_to_it() {
    let world = World::new().await;
    let page = world.alice.looks_at("/payments").await;
    assert!(page.says("Signed in as alice"));
    let form = page.form_to("/sign-out").unwrap();
    let reply = world.alice.browser.submits(&form, &[]).await;
    let page = world.alice.browser.follows(reply).await;
    page.is_page(200, "Sign in to");
    let reply = world.alice.tries(&page, &world.alice.password).await;
    assert_eq!(reply.location(), "/payments");
}
