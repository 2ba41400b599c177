//! Two instances on one database, and many who ask at once: exactly the outcomes that are promised, and never a fault.

mod acts;
mod explained;
mod model;
mod pairs;
mod stage;

use futures_util::future::join_all;

use crate::support::{Callback, Reply, Shop, Tokens, World, fate};

/// How many ask at once.
const MANY: usize = 60;

/// The replies of `count` redemptions at once, spread over both instances.
async fn all_redeem(shop: &Shop, callback: &Callback, count: usize) -> Vec<Reply> {
    let shops = [shop.at(0), shop.at(1)];
    let redeem = |number: usize| {
        let shop = &shops[number % 2];
        patient(move || shop.exchanges(callback))
    };
    join_all((0..count).map(redeem)).await
}

async fn all_refresh(shop: &Shop, token: &str, count: usize) -> Vec<Reply> {
    let shops = [shop.at(0), shop.at(1)];
    let refresh = |number: usize| {
        let shop = &shops[number % 2];
        patient(move || shop.refreshes(token))
    };
    join_all((0..count).map(refresh)).await
}

/// Asks, and again while the server says that it is busy: nothing has come of it then.
async fn patient<F: Future<Output = Reply>>(ask: impl Fn() -> F) -> Reply {
    for _ in 0..9 {
        let reply = ask().await;
        if reply.status != 503 {
            return reply;
        }
    }
    ask().await
}

/// The tokens of the replies that brought some; the others are refusals.
#[track_caller]
fn granted(replies: &[Reply]) -> Vec<Tokens> {
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.is_refused(400, "invalid_grant");
    }
    let good = replies.iter().filter(|reply| reply.status == 200);
    good.map(Reply::tokens).collect()
}

#[tokio::test]
async fn of_many_redemptions_of_one_code_one_wins_and_its_token_is_dead_by_the_end() {
    let world = World::twice().await;
    for _ in 0..2 {
        let callback = world.approved().await;
        let replies = all_redeem(&world.shop, &callback, MANY).await;
        let tokens = granted(&replies);
        assert_eq!(tokens.len(), 1);
        assert!(!world.wallet.accepts(&tokens[0].access).await);
        world
            .shop
            .refreshes(tokens[0].refresh())
            .await
            .is_refused(400, "invalid_grant");
        assert_eq!(world.fate(&tokens[0]).await, "code_replayed");
    }
}

#[tokio::test]
async fn a_thief_among_them_changes_nothing() {
    let world = World::twice().await;
    let rival = world.rival().await;
    let callback = world.approved().await;
    let (theirs, mine) = tokio::join!(
        all_redeem(&rival, &callback, 10),
        world.shop.exchanges(&callback)
    );
    assert!(granted(&theirs).is_empty());
    assert!(world.wallet.accepts(&mine.tokens().access).await);
}

#[tokio::test]
async fn parallel_refreshes_of_a_public_client_all_work_and_one_successor_lives() {
    let world = World::twice().await;
    let app = world.app().await;
    let callback = world
        .alice
        .approves(&app.asks_for(world.wallet.mandate()))
        .await;
    let tokens = app.exchanges(&callback).await.tokens();
    let replies = all_refresh(&app, tokens.refresh(), 12).await;
    let fresh = granted(&replies);
    assert_eq!(fresh.len(), 12);
    for one in &fresh {
        assert!(world.wallet.accepts(&one.access).await);
    }
    let store = &world.server.app().store;
    let mut living = Vec::new();
    for one in &fresh {
        let digest = countersign::model::Secret::presented(one.refresh()).digest();
        let row = countersign::store::refresh_token::find(store, &digest)
            .await
            .unwrap();
        if row.unwrap().voided_at.is_none() {
            living.push(one);
        }
    }
    assert_eq!(living.len(), 1);
    let next = app.refreshes(living[0].refresh()).await.tokens();
    assert!(world.wallet.accepts(&next.access).await);
    app.refreshes(tokens.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&tokens).await, "token_replayed");
    assert!(!world.wallet.accepts(&next.access).await);
}

#[tokio::test]
async fn parallel_refreshes_of_a_confidential_client_all_work() {
    let world = World::twice().await;
    let tokens = world.tokens().await;
    let fresh = granted(&all_refresh(&world.shop, tokens.refresh(), 12).await);
    assert_eq!(fresh.len(), 12);
    assert_eq!(world.fate(&tokens).await, "active");
}

#[tokio::test]
async fn approve_against_decline_has_one_outcome_and_both_get_its_redirect() {
    let world = World::twice().await;
    let mut outcomes = Vec::new();
    for _ in 0..6 {
        let request = world.shop.asks_for(world.wallet.mandate());
        let page = world.alice.opens(&request).await;
        let other = world.alice.at(1);
        let (approved, declined) = tokio::join!(
            world.alice.presses(&page, "approve"),
            other.presses(&page, "decline")
        );
        let first = request.answered(&approved, &world.server.issuer);
        let second = request.answered(&declined, &world.server.issuer);
        assert_eq!(first, second);
        let approved = first.url.contains("code=");
        if approved {
            world.shop.exchanges(&first).await.tokens();
        } else {
            assert_eq!(first.error(), "access_denied");
        }
        outcomes.push(approved);
    }
    assert_eq!(outcomes.len(), 6);
}

#[tokio::test]
async fn approving_many_times_at_once_gives_one_code() {
    let world = World::twice().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&request).await;
    let hands = [world.alice.at(0), world.alice.at(1)];
    let replies = join_all((0..8).map(|number| hands[number % 2].presses(&page, "approve"))).await;
    let answers: Vec<Callback> = replies
        .iter()
        .map(|reply| request.answered(reply, &world.server.issuer))
        .collect();
    assert!(answers.iter().all(|answer| answer == &answers[0]));
    world.shop.exchanges(&answers[0]).await.tokens();
    world
        .shop
        .exchanges(&answers[7])
        .await
        .is_refused(400, "invalid_grant");
}

#[tokio::test]
async fn of_two_clients_codes_for_one_agreement_one_is_redeemed() {
    let world = World::twice().await;
    let rival = world.rival().await;
    for _ in 0..4 {
        let mandate = world.wallet.mandate();
        let mine = world.alice.approves(&world.shop.asks_for(&mandate)).await;
        let theirs = world.alice.approves(&rival.asks_for(&mandate)).await;
        let other = rival.at(1);
        let (mine, theirs) = tokio::join!(world.shop.exchanges(&mine), other.exchanges(&theirs));
        let winners = granted(&[mine, theirs]);
        assert_eq!(winners.len(), 1);
        assert!(world.wallet.accepts(&winners[0].access).await);
    }
}

#[tokio::test]
async fn of_one_clients_two_codes_for_one_agreement_the_later_one_lives() {
    let world = World::twice().await;
    for _ in 0..4 {
        let mandate = world.wallet.mandate();
        let one = world.alice.approves(&world.shop.asks_for(&mandate)).await;
        let two = world.alice.approves(&world.shop.asks_for(&mandate)).await;
        let other = world.shop.at(1);
        let (one, two) = tokio::join!(world.shop.exchanges(&one), other.exchanges(&two));
        let tokens = [one.tokens(), two.tokens()];
        let mut alive = 0;
        for tokens in &tokens {
            let active = world.wallet.accepts(&tokens.access).await;
            let fate = world.fate(tokens).await;
            assert_eq!(fate, if active { "active" } else { "replaced" });
            alive += usize::from(active);
        }
        assert_eq!(alive, 1);
    }
}

#[tokio::test]
async fn after_a_revocation_no_refresh_is_worth_anything() {
    let world = World::twice().await;
    for _ in 0..4 {
        let tokens = world.tokens().await;
        let other = world.shop.at(1);
        let (revoked, refreshed) = tokio::join!(
            other.revokes(tokens.refresh()),
            all_refresh(&world.shop, tokens.refresh(), 6)
        );
        assert_eq!(revoked.status, 200);
        for fresh in granted(&refreshed) {
            assert!(!world.wallet.accepts(&fresh.access).await);
        }
        assert_eq!(world.fate(&tokens).await, "revoked_by_client");
    }
}

#[tokio::test]
async fn a_grant_that_is_revoked_while_its_code_is_redeemed_is_dead() {
    let world = World::twice().await;
    for _ in 0..4 {
        let callback = world.approved().await;
        let grant = world.pending_grant().await;
        let other = world.server.at(1);
        let (revoked, reply) = tokio::join!(
            countersign::oauth::grants::revoke(other.app(), &grant),
            world.shop.exchanges(&callback)
        );
        revoked.unwrap();
        for tokens in granted(&[reply]) {
            assert!(!world.wallet.accepts(&tokens.access).await);
        }
        assert_eq!(fate(&world.server, &grant).await, "revoked_by_operator");
    }
}

#[tokio::test]
async fn parallel_attempts_cannot_outrun_their_count() {
    let world = World::twice().await;
    let page = world.alice.browser.opens("/sign-in").await;
    let hands = [world.alice.at(0), world.alice.at(1)];
    let tries = (0..20).map(|number| hands[number % 2].tries(&page, "wrong password"));
    let statuses: Vec<u16> = join_all(tries)
        .await
        .iter()
        .map(|reply| reply.status)
        .collect();
    let counted = statuses.iter().filter(|status| **status == 422).count();
    let waiting = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!((counted, waiting), (6, 14), "{statuses:?}");
}

#[tokio::test]
async fn a_client_that_asks_for_itself_many_times_at_once_has_one_grant() {
    let world = World::twice().await;
    let account = world.wallet.pointer("biller");
    let new = crate::support::NewShop {
        grant_types: &[countersign::model::GrantType::ClientCredentials],
        account: Some(&account),
        ..crate::support::NewShop::CONFIDENTIAL
    };
    let biller = Shop::register(&world.server, new).await;
    let hands = [biller.at(0), biller.at(1)];
    let collection = world.wallet.invoices();
    let replies = join_all((0..10).map(|number| hands[number % 2].wants(&collection))).await;
    let mut grants = std::collections::HashSet::new();
    for reply in &replies {
        let described = world.wallet.introspects(&reply.tokens().access).await;
        assert_eq!(described["active"], true);
        grants.insert(described["grant_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(grants.len(), 1);
}

#[tokio::test]
async fn what_one_instance_ends_is_dead_at_the_other_at_once() {
    let world = World::twice().await;
    let tokens = world.tokens().await;
    let elsewhere = world.wallet.at(1);
    assert!(elsewhere.accepts(&tokens.access).await);
    world.shop.revokes(tokens.refresh()).await;
    assert!(!elsewhere.accepts(&tokens.access).await);
}
