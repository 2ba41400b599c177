//! Stopping: what was stopped is dead at the next request, whoever else acts at the same moment.

use countersign::model::HistoryKind;
use countersign::store;
use futures_util::future::join_all;

use crate::support::browser::Sender;
use crate::support::{Fields, Reply, World, fate};

/// How often the end of a grant was written down.
async fn ends(world: &World, grant: &str) -> usize {
    let store = &world.server.app().store;
    let history = store::grant_history::list(store, grant).await.unwrap();
    let ended = |kind| kind == HistoryKind::Ended;
    history.iter().filter(|entry| ended(entry.kind)).count()
}

/// What came of refreshes and redemptions is dead, or was refused.
async fn is_dead(world: &World, replies: &[Reply]) {
    for reply in replies {
        if reply.status == 200 {
            assert!(!world.wallet.accepts(&reply.tokens().access).await);
        } else {
            reply.is_refused(400, "invalid_grant");
        }
    }
}

#[tokio::test]
async fn what_was_stopped_is_dead_at_the_next_request() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let grant = tokens.grant();
    let question = world
        .alice
        .looks_at(&format!("/payments/{grant}/stop"))
        .await;
    question.is_page(200, "Stop acme.example taking payments?");
    for words in [
        "Up to $20.00 each month",
        "From now on acme.example cannot take money with this permission.",
        "A payment already sent may still arrive.",
        "you may still owe them",
        "for up to 5 minutes",
        "Stop payments Keep",
    ] {
        assert!(question.says(words), "{words:?}: {}", question.text());
    }
    assert!(world.wallet.accepts(&tokens.access).await);
    let page = world.alice.stops(&grant).await;
    page.is_page(200, "Stopped on 1 Mar 2027, 09:00 UTC.");
    assert!(page.body.contains("role=\"status\""));
    assert!(page.says("acme.example: ended") && page.says("You stopped it."));
    assert!(page.says("may still accept acme.example for up to 5 minutes"));
    assert!(!world.wallet.accepts(&tokens.access).await);
    world
        .shop
        .refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&tokens).await, "revoked_by_payer");
    let page = world.alice.looks_at("/payments").await;
    assert!(page.says("Active (0)") && page.says("Ended (1)"));
}

#[tokio::test]
async fn every_kind_can_be_stopped_in_its_own_words() {
    let world = World::new().await;
    let (invoice, session) = (world.wallet.invoice().url, world.wallet.session().url);
    for (scope, words) in [
        (invoice, "Stop acme.example paying into your account?"),
        (session, "Stop acme.example streaming payments to you?"),
        (
            world.wallet.invoices(),
            "Stop acme.example creating invoices in your name?",
        ),
    ] {
        let callback = world.alice.approves(&world.shop.asks_for(&scope)).await;
        let tokens = world.shop.exchanges(&callback).await.tokens();
        let path = format!("/payments/{}/stop", tokens.grant());
        world.alice.looks_at(&path).await.is_page(200, words);
        world.alice.stops(&tokens.grant()).await;
        assert!(!world.wallet.accepts(&tokens.access).await);
        assert_eq!(world.fate(&tokens).await, "revoked_by_payer");
    }
}

#[tokio::test]
async fn what_nobody_has_collected_is_stopped_with_its_code() {
    let world = World::new().await;
    let callback = world.approved().await;
    let grant = world.pending_grant().await;
    let page = world.alice.stops(&grant).await;
    page.is_page(200, "Stopped on");
    assert!(!page.says("may still accept"));
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(fate(&world.server, &grant).await, "revoked_by_payer");
    assert_eq!(ends(&world, &grant).await, 1);
}

#[tokio::test]
async fn stopping_again_changes_nothing_and_says_when_it_was_stopped() {
    let world = World::new().await;
    let grant = world.tokens().await.grant();
    let path = format!("/payments/{grant}/stop");
    let form = world.alice.looks_at(&path).await.form_to(&path).unwrap();
    world.alice.stops(&grant).await;
    world.server.clock.advance_seconds(600);
    let reply = world.alice.browser.submits(&form, &[]).await;
    let page = world.alice.browser.follows(reply).await;
    page.is_page(200, "Stopped on 1 Mar 2027, 09:00 UTC.");
    assert!(!page.says("may still accept"));
    assert_eq!(ends(&world, &grant).await, 1);
    let page = world.alice.browser.opens(&path).await;
    page.is_page(200, "Stopped on 1 Mar 2027, 09:00 UTC.");
}

#[tokio::test]
async fn what_has_ended_by_itself_is_not_stopped() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let grant = tokens.grant();
    let path = format!("/payments/{grant}/stop");
    let form = world.alice.looks_at(&path).await.form_to(&path).unwrap();
    world.shop.revokes(tokens.refresh()).await;
    let reply = world.alice.browser.submits(&form, &[]).await;
    let page = world.alice.browser.follows(reply).await;
    page.is_page(200, "acme.example gave the permission back.");
    assert_eq!(world.fate(&tokens).await, "revoked_by_client");
}

#[tokio::test]
async fn only_her_own_form_stops_it() {
    let world = World::new().await;
    let bob = world.bob().await;
    let (tokens, other) = (world.tokens().await, world.tokens().await);
    let path = format!("/payments/{}/stop", tokens.grant());
    let form = world.alice.looks_at(&path).await.form_to(&path).unwrap();
    let elsewhere = format!("/payments/{}/stop", other.grant());
    let another = world.alice.looks_at(&elsewhere).await;
    let another = another.form_to(&elsewhere).unwrap();
    let own = Sender::own(&world.server);
    let browser = &world.alice.browser;
    let sign_out = world.alice.looks_at("/payments").await;
    let sign_out = sign_out.form_to("/sign-out").unwrap();
    for (fields, sender) in [
        (Fields::default(), own.clone()),
        (Fields::of(&[("csrf", "x")]), own.clone()),
        (another.hidden, own.clone()),
        (sign_out.hidden, own.clone()),
        (form.hidden.clone().and("csrf", "x"), own.clone()),
        (form.hidden.clone(), Sender::foreign()),
    ] {
        let reply = browser.posts(&path, &fields, &sender).await;
        reply.is_page(403, "Nothing was stopped.");
        assert!(reply.body.contains("<title>Error: "));
        assert!(world.wallet.accepts(&tokens.access).await, "{fields:?}");
    }
    bob.signs_in().await;
    let reply = bob.browser.posts(&path, &form.hidden, &own).await;
    assert!(matches!(reply.status, 403 | 404), "{reply:?}");
    assert!(world.wallet.accepts(&tokens.access).await);
    // The page that comes back has a form that works.
    let again = browser.posts(&path, &Fields::default(), &own).await;
    let reply = browser.submits(&again.form_to(&path).unwrap(), &[]).await;
    assert_eq!(reply.status, 303);
    assert!(!world.wallet.accepts(&tokens.access).await);
    assert!(world.wallet.accepts(&other.access).await);
}

#[tokio::test]
async fn somebody_elses_cannot_be_stopped_with_a_form_of_ones_own() {
    let world = World::new().await;
    let bob = world.bob().await;
    let tokens = world.tokens().await;
    bob.signs_in().await;
    let session = bob.browser.cookie("__Host-session").unwrap();
    let session = countersign::model::Secret::presented(&session);
    let place = format!("payments/{}/stop", tokens.grant());
    let token = countersign::app::derive(&session, "csrf", &place);
    let fields = Fields::of(&[("csrf", token.expose())]);
    let own = Sender::own(&world.server);
    let reply = bob.browser.posts(&format!("/{place}"), &fields, &own).await;
    reply.is_page(404, "There is no such page");
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn whoever_has_signed_out_stops_nothing() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let path = format!("/payments/{}/stop", tokens.grant());
    let form = world.alice.looks_at(&path).await.form_to(&path).unwrap();
    let list = world.alice.looks_at("/payments").await;
    let sign_out = list.form_to("/sign-out").unwrap();
    world.alice.browser.submits(&sign_out, &[]).await;
    let reply = world.alice.browser.submits(&form, &[]).await;
    assert!(reply.location().starts_with("/sign-in?next="));
    assert!(world.wallet.accepts(&tokens.access).await);
    let page = world.alice.browser.follows(reply).await;
    let page = world.alice.signs_in_on(&page).await;
    page.is_page(200, "Stop acme.example taking payments?");
}

#[tokio::test]
async fn fifty_stops_at_once_are_one() {
    let world = World::twice().await;
    let tokens = world.tokens().await;
    let grant = tokens.grant();
    let path = format!("/payments/{grant}/stop");
    let form = world.alice.looks_at(&path).await.form_to(&path).unwrap();
    let hands = [world.alice.at(0), world.alice.at(1)];
    let replies =
        join_all((0..50).map(|number| hands[number % 2].browser.submits(&form, &[]))).await;
    for reply in &replies {
        assert_eq!(reply.location(), format!("/payments/{grant}"));
    }
    assert_eq!(ends(&world, &grant).await, 1);
    assert!(!world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn a_refresh_does_not_outrun_a_stop() {
    let world = World::twice().await;
    for _ in 0..4 {
        let tokens = world.tokens().await;
        let grant = tokens.grant();
        let shops = [world.shop.at(0), world.shop.at(1)];
        let (stopped, refreshed) = tokio::join!(
            world.alice.presses_stop(&grant),
            join_all((0..6).map(|number| shops[number % 2].refreshes(tokens.refresh())))
        );
        assert_eq!(stopped.status, 303);
        is_dead(&world, &refreshed).await;
        assert_eq!(world.fate(&tokens).await, "revoked_by_payer");
    }
}

#[tokio::test]
async fn a_redemption_does_not_outrun_a_stop() {
    let world = World::twice().await;
    let other = world.shop.at(1);
    for _ in 0..4 {
        let callback = world.approved().await;
        let grant = world.pending_grant().await;
        let (stopped, redeemed) =
            tokio::join!(world.alice.presses_stop(&grant), other.exchanges(&callback));
        assert_eq!(stopped.status, 303);
        is_dead(&world, &[redeemed]).await;
        assert_eq!(fate(&world.server, &grant).await, "revoked_by_payer");
        assert_eq!(ends(&world, &grant).await, 1);
    }
}

#[tokio::test]
async fn approving_anew_while_the_old_one_is_stopped_leaves_only_the_new_one() {
    let world = World::twice().await;
    let other = world.alice.at(1);
    for _ in 0..4 {
        let mandate = world.wallet.mandate();
        let old = world.tokens_for(&mandate).await;
        let grant = old.grant();
        let request = world.shop.asks_for(&mandate);
        let page = world.alice.opens(&request).await;
        let (stopped, approved) = tokio::join!(
            world.alice.presses_stop(&grant),
            other.presses(&page, "approve")
        );
        assert_eq!(stopped.status, 303);
        // Stopped before the approval, it is no longer what the page said: then she is shown that first.
        let to = approved.header("location").unwrap_or_default();
        let reply = if approved.status == 409 || to.contains("/consent/") {
            let changed = world.alice.browser.follows(approved).await;
            assert!(changed.says("Something changed."), "{}", changed.text());
            world.alice.answers(&changed, "approve").await
        } else {
            approved
        };
        let callback = request.answered(&reply, &world.server.issuer);
        let new = world.shop.exchanges(&callback).await.tokens();
        assert!(!world.wallet.accepts(&old.access).await);
        assert_eq!(world.fate(&old).await, "revoked_by_payer");
        assert!(world.wallet.accepts(&new.access).await);
    }
}

#[tokio::test]
async fn without_its_database_nothing_is_stopped_and_the_page_says_so() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let path = format!("/payments/{}/stop", tokens.grant());
    let form = world.alice.looks_at(&path).await.form_to(&path).unwrap();
    let held = world.server.database_is_held().await;
    let reply = world.alice.browser.submits(&form, &[]).await;
    reply.is_page(503, "Sorry, something went wrong");
    held.release().await;
    assert!(world.wallet.accepts(&tokens.access).await);
    let reply = world.alice.browser.submits(&form, &[]).await;
    assert_eq!(reply.status, 303);
    assert!(!world.wallet.accepts(&tokens.access).await);
    world.server.loses_its_database().await;
    let reply = world.alice.browser.submits(&form, &[]).await;
    reply.is_page(503, "Sorry, something went wrong");
}

#[tokio::test]
async fn two_of_one_minute_are_told_apart_where_they_are_listed_and_stopped() {
    let world = World::new().await;
    let agreements = [world.wallet.mandate(), world.wallet.mandate()];
    let mut grants = Vec::new();
    for agreement in &agreements {
        grants.push(world.tokens_for(agreement).await.grant());
        world.server.clock.advance_seconds(10);
    }
    let references = agreements.each_ref().map(|agreement| {
        let id = agreement.url.rsplit('/').next().unwrap();
        format!("Reference {}", id.chars().take(12).collect::<String>())
    });
    assert_ne!(references[0], references[1]);
    let list = world.alice.looks_at("/payments").await;
    for (grant, (mine, other)) in grants.iter().zip([(0, 1), (1, 0)]) {
        assert!(list.says(&references[mine]), "{}", list.text());
        let stop = format!("/payments/{grant}/stop");
        let question = world.alice.looks_at(&stop).await;
        question.is_page(200, &references[mine]);
        assert!(!question.says(&references[other]), "{}", question.text());
        assert!(
            question.says("Approved 1 Mar 2027, 09:00 UTC"),
            "{}",
            question.text()
        );
    }
    world.alice.stops(&grants[0]).await;
    let list = world.alice.looks_at("/payments").await;
    assert!(!list.says("Reference"), "{}", list.text());
    // The same agreement approved again and again: only the second differs.
    for _ in 0..2 {
        grants.push(world.tokens_for(&agreements[1]).await.grant());
    }
    for grant in [&grants[1], &grants[2]] {
        assert_eq!(fate(&world.server, grant).await, "replaced");
    }
    let list = world.alice.looks_at("/payments?show=ended").await;
    for words in [
        "Approved 1 Mar 2027, 09:00:10 UTC",
        "Approved 1 Mar 2027, 09:00:20 UTC",
    ] {
        assert!(list.says(words), "{words:?} is not in {}", list.text());
    }
    // One that waits to be collected is no twin of the one that it is to replace.
    let request = world.shop.asks_for(&agreements[1]);
    world.alice.approves(&request).await;
    let pending = world.pending_grant().await;
    let question = world
        .alice
        .looks_at(&format!("/payments/{pending}/stop"))
        .await;
    question.is_page(200, "Approved, not yet collected");
}
