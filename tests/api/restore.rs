//! `countersign restore`: nothing that was revoked, used or changed after a backup comes back with it.

use std::path::PathBuf;
use std::time::Duration;

use countersign::identity::users;
use countersign::model::PartyState;
use countersign::oauth::registration::{rotate_secret, set_client_state};
use countersign::oauth::signing_keys;
use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::tokens::unpack;
use crate::support::{
    Callback, Operator, Person, Reply, Request, Server, Shop, Tokens, Wallet, World, fate,
};

/// What there was at the backup, and what became of it since.
struct Story {
    world: World,
    operator: Operator,
    backup: PathBuf,
    /// Given back by the client, stopped by the payer, and kept.
    given_back: Tokens,
    stopped: Tokens,
    kept: Tokens,
    /// A public client's, and those that it got for the refresh token in them.
    app: Shop,
    old: Tokens,
    rotated: Tokens,
    /// A code that was redeemed after the backup.
    code: Callback,
    /// A request that was open, and one that was pushed and not opened yet.
    open: Reply,
    pushed: Request,
    rival: Shop,
}

/// The same people at a server with the database that was restored.
struct After {
    server: Server,
    wallet: Wallet,
    shop: Shop,
    app: Shop,
}

impl Story {
    async fn told() -> Option<Self> {
        let world = World::new().await;
        if world.server.app().store.is_shared() {
            return None;
        }
        world.server.has_keys_of_today().await;
        let operator = Operator::of(&world.server);
        let app = world.app().await;
        let rival = world.rival().await;
        world.bob().await;
        let (given_back, stopped, kept) = (
            world.tokens().await,
            world.tokens().await,
            world.tokens().await,
        );
        let mandate = world.wallet.mandate();
        let callback = world.alice.approves(&app.asks_for(&mandate)).await;
        let old = app.exchanges(&callback).await.tokens();
        let code = world.approved().await;
        let open = world
            .alice
            .opens(&world.shop.asks_for(world.wallet.mandate()))
            .await;
        let asked = world.shop.asks_for(world.wallet.mandate());
        let pushed = world.shop.has_pushed(&asked).await;
        let backup = PathBuf::from(operator.backs_up("backup.db").await);
        let rotated = app.refreshes(old.refresh()).await.tokens();
        let mut story = Self {
            world,
            operator,
            backup,
            given_back,
            stopped,
            kept,
            app,
            old,
            rotated,
            code,
            open,
            pushed,
            rival,
        };
        story.goes_on().await;
        Some(story)
    }

    /// What happens after the backup.
    async fn goes_on(&mut self) {
        let world = &self.world;
        let server = world.server.app();
        world.shop.revokes(self.given_back.refresh()).await;
        world.alice.stops(&self.stopped.grant()).await;
        world.shop.exchanges(&self.code).await.tokens();
        users::set_password(server, "alice", "another password")
            .await
            .unwrap();
        users::set_state(server, "bob", PartyState::Disabled)
            .await
            .unwrap();
        set_client_state(server, &self.rival.id, PartyState::Disabled)
            .await
            .unwrap();
        let (secret, _) = rotate_secret(server, &world.shop.id, jiff::SignedDuration::ZERO)
            .await
            .unwrap();
        self.world.shop = self.world.shop.with_secret(secret.expose());
    }

    /// Restores the backup in the place of the database as it is now; what the command says.
    async fn restores(&self, arguments: &[&str]) -> Value {
        let now = PathBuf::from(self.operator.backs_up("now.db").await);
        self.operator.moves_to(&self.world.server, &now);
        let backup = self.backup.display().to_string();
        let all = [&["restore", &backup, "-o", "json"], arguments].concat();
        let said = self.operator.does(&all).await;
        assert_eq!(said.code, 0, "{said:?}");
        said.json()
    }

    async fn after(&self) -> After {
        let server = self
            .operator
            .starts(&self.world.server, &self.operator.path("now.db"))
            .await;
        let at = |shop: &Shop| Shop {
            server: server.clone(),
            ..shop.clone()
        };
        After {
            wallet: self.world.wallet.asking(&server),
            shop: at(&self.world.shop),
            app: at(&self.app),
            server,
        }
    }

    /// A payer at the restored server, in the browser that they had or in a new one.
    fn at(&self, after: &After, browser: Browser, password: &str) -> Person {
        Person {
            server: after.server.clone(),
            browser,
            password: password.to_owned(),
            ..self.world.alice.clone()
        }
    }
}

#[tokio::test]
async fn without_a_word_about_the_time_since_everything_ends_and_everybody_is_disabled() {
    let Some(story) = Story::told().await else {
        return;
    };
    let said = story.restores(&["--end-all"]).await;
    for (member, wanted) in [
        ("grants_ended", 5),
        ("grants_kept", 0),
        ("refresh_tokens_ended", 4),
        ("access_tokens_ended", 4),
        ("codes_ended", 1),
        ("requests_ended", 2),
        ("sessions_ended", 1),
        ("clients_disabled", 3),
        ("resource_servers_disabled", 1),
        ("users_disabled", 2),
        ("signing_keys_retired", 1),
    ] {
        assert_eq!(said[member], wanted, "{member}: {said}");
    }
    let whose = said["ended_for"].as_array().unwrap();
    let of = |client: &Shop| {
        whose
            .iter()
            .find(|row| row["client_id"] == client.id.as_str())
            .unwrap()["grants"]
            .clone()
    };
    assert_eq!(
        (of(&story.world.shop), of(&story.app)),
        (4.into(), 1.into()),
        "{said}"
    );
    let after = story.after().await;
    let reply = after.shop.refreshes(story.kept.refresh()).await;
    assert_eq!(reply.status, 401, "{reply:?}");
    assert_eq!(
        fate(&after.server, &story.kept.grant()).await,
        "revoked_by_operator"
    );
}

#[tokio::test]
async fn where_parties_are_kept_nothing_that_was_alive_works_and_everything_can_be_had_anew() {
    let Some(story) = Story::told().await else {
        return;
    };
    let said = story.restores(&["--end-all", "--keep-parties"]).await;
    assert_eq!(
        (&said["users_disabled"], &said["clients_disabled"]),
        (&0.into(), &0.into()),
        "{said}"
    );
    let after = story.after().await;
    // The secret of the backup, since parties are as they were.
    let old_secret = story.world.shop.as_registered(&after.server);
    for tokens in [
        &story.given_back,
        &story.stopped,
        &story.kept,
        &story.old,
        &story.rotated,
    ] {
        assert!(!after.wallet.accepts(&tokens.access).await);
        let shop = if tokens.grant() == story.old.grant() {
            &after.app
        } else {
            &old_secret
        };
        shop.refreshes(tokens.refresh())
            .await
            .is_refused(400, "invalid_grant");
        assert_eq!(
            fate(&after.server, &tokens.grant()).await,
            "revoked_by_operator"
        );
    }
    old_secret
        .exchanges(&story.code)
        .await
        .is_refused(400, "invalid_grant");
    // The browser that was signed in, and its open request.
    let browser = story.world.alice.browser.at_server(&after.server);
    let page = browser.opens("/payments").await;
    assert!(page.form_with_input("password").is_some(), "{page:?}");
    let alice = story.at(&after, browser, &story.world.alice.password);
    alice.signs_in_on(&page).await;
    let reply = alice.answers(&story.open, "approve").await;
    assert!(
        !matches!(reply.status, 302 | 303) && !reply.text().contains("code="),
        "{reply:?}"
    );
    let reply = alice.browser.gets(&story.pushed.url()).await;
    let callback = story.pushed.answered(&reply, &after.server.issuer);
    assert_eq!(callback.error(), "invalid_request_uri");
    let callback = alice
        .approves(&old_secret.asks_for(story.world.wallet.mandate()))
        .await;
    let tokens = old_secret.exchanges(&callback).await.tokens();
    assert!(after.wallet.accepts(&tokens.access).await);
    assert_ne!(
        unpack(&tokens.access).0["kid"],
        unpack(&story.kept.access).0["kid"]
    );
}

#[tokio::test]
async fn the_database_that_is_replaced_is_asked_and_what_it_knows_to_be_alive_lives_on() {
    let Some(story) = Story::told().await else {
        return;
    };
    let said = story.restores(&[]).await;
    // The code's grant was waiting in the backup, and what came of it is not there.
    assert_eq!(
        (&said["grants_kept"], &said["grants_ended"]),
        (&2.into(), &1.into()),
        "{said}"
    );
    let replaced = PathBuf::from(said["replaced"].as_str().unwrap());
    assert!(replaced.exists(), "{said}");
    let after = story.after().await;
    assert!(after.wallet.accepts(&story.kept.access).await);
    after.shop.refreshes(story.kept.refresh()).await.tokens();
    for (tokens, reason) in [
        (&story.given_back, "revoked_by_client"),
        (&story.stopped, "revoked_by_payer"),
    ] {
        assert!(!after.wallet.accepts(&tokens.access).await);
        after
            .shop
            .refreshes(tokens.refresh())
            .await
            .is_refused(400, "invalid_grant");
        assert_eq!(fate(&after.server, &tokens.grant()).await, reason);
    }
    after
        .shop
        .exchanges(&story.code)
        .await
        .is_refused(400, "invalid_grant");
    // The successor lives; the token before it is one that was used.
    let third = after.app.refreshes(story.rotated.refresh()).await.tokens();
    assert!(after.wallet.accepts(&third.access).await);
    after
        .app
        .refreshes(story.old.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert!(!after.wallet.accepts(&third.access).await);
    assert_eq!(
        fate(&after.server, &story.old.grant()).await,
        "token_replayed"
    );
}

#[tokio::test]
async fn passwords_secrets_states_and_keys_are_those_of_the_database_that_is_asked() {
    let Some(story) = Story::told().await else {
        return;
    };
    let old = unpack(&story.kept.access).0["kid"].clone();
    let key = signing_keys::rotate(story.world.server.app())
        .await
        .unwrap();
    story.restores(&[]).await;
    let after = story.after().await;
    let stale = story.world.shop.as_registered(&after.server);
    let reply = stale.refreshes(story.kept.refresh()).await;
    assert_eq!(
        reply.status, 401,
        "the secret before the rotation: {reply:?}"
    );
    let app = after.server.app();
    let bob = countersign::store::user::find_by_username(&app.store, "bob")
        .await
        .unwrap();
    assert_eq!(bob.unwrap().state, PartyState::Disabled);
    let rival = countersign::store::client::find(&app.store, &story.rival.id)
        .await
        .unwrap();
    assert_eq!(rival.unwrap().state, PartyState::Disabled);
    for (password, signs_in) in [
        (story.world.alice.password.as_str(), false),
        ("another password", true),
    ] {
        let alice = story.at(&after, Browser::new(&after.server), password);
        let page = alice.looks_at("/payments").await;
        assert_eq!(
            page.form_with_input("password").is_none(),
            signs_in,
            "{password}: {page:?}"
        );
    }
    let kids: Vec<String> = signing_keys::list(app)
        .await
        .unwrap()
        .into_iter()
        .map(|key| key.kid)
        .collect();
    assert!(
        old == kids[0].as_str() && key.kid == kids[1] && kids.len() == 2,
        "{kids:?}"
    );
    tokio::time::timeout(Duration::from_secs(5), app.reload_ring())
        .await
        .unwrap()
        .unwrap();
}
