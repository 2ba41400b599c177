//! What decides nothing any more is removed, and no answer is another one for it.

use countersign::app::App;
use countersign::jobs::When;
use countersign::jobs::sweep::{Run, Sweeper};
use countersign::oauth::grants;
use countersign::store::{self, Rows as _};
use jiff::SignedDuration;
use sea_orm::{ConnectionTrait as _, Statement};
use tokio::sync::watch;

use crate::support::{Callback, Request, Server, Shop, Tokens, World};

const DAY: i64 = 86_400;

/// Sweeps once, and says what went.
async fn sweeps(app: &App) -> Vec<(&'static str, u64)> {
    match Sweeper::new(watch::channel(false).1)
        .run(app, When::Free)
        .await
    {
        Ok(Run::Done(swept)) => {
            let mut tables = swept.tables().to_vec();
            tables.sort_unstable();
            tables
        }
        other => panic!("{other:?}"),
    }
}

/// How many rows a table has.
async fn rows(server: &Server, table: &str) -> i64 {
    let connection = server.app().store.connection();
    let backend = connection.get_database_backend();
    let sql = format!(r#"SELECT COUNT(*) AS "rows" FROM "{table}""#);
    let found = connection.query_one_raw(Statement::from_string(backend, sql));
    found.await.unwrap().unwrap().try_get("", "rows").unwrap()
}

async fn counts<const N: usize>(server: &Server, tables: [&str; N]) -> [i64; N] {
    let mut counts = [0; N];
    for (count, table) in counts.iter_mut().zip(tables) {
        *count = rows(server, table).await;
    }
    counts
}

/// Everything that can have become of what a payer was asked.
struct Stories {
    world: World,
    app: Shop,
    kept: (Callback, Tokens),
    stopped: Tokens,
    replaced: Tokens,
    newer: Tokens,
    rotated: [Tokens; 3],
    pages: Vec<(&'static str, Request)>,
}

impl Stories {
    async fn told() -> Self {
        let world = World::with(&[("sweep.batch", "20")]).await;
        let app = world.app().await;
        let (alice, shop, wallet) = (&world.alice, &world.shop, &world.wallet);
        let mut pages = Vec::new();
        let approved = shop.asks_for(wallet.mandate());
        let callback = alice.approves(&approved).await;
        let kept = shop.exchanges(&callback).await.tokens();
        pages.push(("approved", approved));
        let declined = shop.asks_for(wallet.mandate());
        alice.declines(&declined).await;
        pages.push(("declined", declined));
        let uncollected = shop.asks_for(wallet.mandate());
        alice.approves(&uncollected).await;
        pages.push(("uncollected", uncollected));
        let open = shop.asks_for(wallet.mandate());
        alice.opens(&open).await;
        pages.push(("open", open));
        let stopped = world.tokens().await;
        alice.stops(&stopped.grant()).await;
        let twice = wallet.mandate();
        let replaced = world.tokens_for(&twice).await;
        wallet.mandate_again(&twice);
        let newer = world.tokens_for(&twice).await;
        let invoice = wallet.invoice();
        let callback_of_app = alice.approves(&app.asks_for(&invoice)).await;
        let first = app.exchanges(&callback_of_app).await.tokens();
        let second = app.refreshes(first.refresh()).await.tokens();
        let third = app.refreshes(second.refresh()).await.tokens();
        Self {
            kept: (callback, kept),
            rotated: [first, second, third],
            world,
            app,
            stopped,
            replaced,
            newer,
            pages,
        }
    }

    /// What everybody is answered who asks without changing anything.
    async fn answers(&self) -> Vec<String> {
        let (world, alice) = (&self.world, &self.world.alice);
        let mut answers = Vec::new();
        let tokens = [&self.kept.1, &self.stopped, &self.replaced, &self.newer];
        for tokens in tokens.into_iter().chain(&self.rotated) {
            let described = world.wallet.introspects(&tokens.access).await;
            answers.push(format!("introspected: {described}"));
        }
        for tokens in [&self.stopped, &self.replaced] {
            let refreshed = world.shop.refreshes(tokens.refresh()).await;
            answers.push(format!("refreshed: {:?}", refreshed.refusal()));
            let again = world.shop.revokes(tokens.refresh()).await;
            answers.push(format!("revoked: {} {}", again.status, again.body));
        }
        answers.push(format!(
            "listed: {}",
            alice.looks_at("/payments?show=all").await.text()
        ));
        for tokens in tokens.into_iter().chain([&self.rotated[0]]) {
            let page = alice
                .looks_at(&format!("/payments/{}", tokens.grant()))
                .await;
            answers.push(format!("shown: {} {}", page.status, page.text()));
        }
        answers
    }

    /// What a payer reads who comes back to a request.
    async fn comes_back(&self) -> Vec<String> {
        let mut answers = Vec::new();
        for (name, request) in &self.pages {
            let cookie = self.world.alice.browser.cookies();
            let found = self.request_of(request, &cookie).await;
            let page = self.world.alice.browser.opens(&found).await;
            let number = page.header("x-request-id").unwrap();
            let text = page.text().replace(number, "");
            answers.push(format!("{name}: {} {text}", page.status));
        }
        answers
    }

    /// The page of a request: the one of its cookies whose page is that of this agreement.
    async fn request_of(&self, request: &Request, cookies: &[String]) -> String {
        let scope = request.parameters.value("scope").unwrap();
        for name in cookies {
            let Some(id) = name.strip_prefix("__Host-request-") else {
                continue;
            };
            let store = &self.world.server.app().store;
            let found = store::authorization_request::find(store, id).await.unwrap();
            if found.is_some_and(|found| found.scope == scope) {
                return format!("/consent/{id}");
            }
        }
        panic!("no cookie is left for {scope}");
    }
}

#[tokio::test]
async fn sweeping_changes_no_answer() {
    let stories = Stories::told().await;
    let server = stories.world.server.clone();
    // Past the life of tokens and requests, and how long they are kept, as far as nobody asks for them any more.
    server.clock.advance_seconds(1800 + 3600);
    stories.world.alice.signs_in().await;
    let (before, pages) = (stories.answers().await, stories.comes_back().await);
    let swept = sweeps(server.app()).await;
    let tables: Vec<_> = swept.iter().map(|(table, _)| *table).collect();
    let over = ["access_token", "refresh_token", "replay"];
    assert_eq!(tables, over, "{swept:?}");
    assert_eq!(stories.answers().await, before);
    assert_eq!(stories.comes_back().await, pages);
    server.clock.advance_seconds(2 * DAY);
    stories.world.alice.signs_in().await;
    let before = stories.answers().await;
    let swept = sweeps(server.app()).await;
    assert!(swept.contains(&("authorization_request", 8)), "{swept:?}");
    assert_eq!(stories.answers().await, before);
}

#[tokio::test]
async fn a_code_and_an_old_refresh_token_still_end_their_grant() {
    let stories = Stories::told().await;
    let world = &stories.world;
    world.server.clock.advance_seconds(30 * DAY);
    sweeps(world.server.app()).await;
    let fresh = world
        .shop
        .refreshes(stories.kept.1.refresh())
        .await
        .tokens();
    world
        .shop
        .exchanges(&stories.kept.0)
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&fresh).await, "code_replayed");
    let [first, _, third] = &stories.rotated;
    let fourth = stories.app.refreshes(third.refresh()).await.tokens();
    assert!(world.wallet.accepts(&fourth.access).await);
    stories
        .app
        .refreshes(first.refresh())
        .await
        .is_refused(400, "invalid_grant");
    assert_eq!(world.fate(&fourth).await, "token_replayed");
    // And what has not ended goes on.
    world.shop.refreshes(stories.newer.refresh()).await.tokens();
}

#[tokio::test]
async fn what_is_over_is_removed_and_nothing_else() {
    let stories = Stories::told().await;
    let server = &stories.world.server;
    let tables = [
        "authorization_request",
        "access_token",
        "refresh_token",
        "session",
        "attempt",
        "agreement_snapshot",
        "authorization_code",
        "grant",
    ];
    let begin = counts(server, tables).await;
    assert!(sweeps(server.app()).await.is_empty(), "nothing is over yet");
    server.clock.advance_seconds(3 * DAY);
    sweeps(server.app()).await;
    let after = counts(server, tables).await;
    // Of the snapshots, those that were approved stay; the declined and the open one's go.
    let expected = [0, 0, begin[2] - 2, 0, 0, begin[5] - 2, begin[6], begin[7]];
    assert_eq!(after, expected, "{tables:?} were {begin:?}");
    assert!(sweeps(server.app()).await.is_empty(), "once is enough");
}

#[tokio::test]
async fn wrong_passwords_are_forgotten_after_their_window() {
    let world = World::new().await;
    let page = world.alice.browser.opens("/sign-in").await;
    for _ in 0..7 {
        world.alice.tries(&page, "wrong password").await;
    }
    world.server.clock.advance_seconds(900 + 3599);
    assert!(sweeps(world.server.app()).await.is_empty());
    world.server.clock.advance_seconds(2);
    assert_eq!(sweeps(world.server.app()).await, [("attempt", 2)]);
}

#[tokio::test]
async fn a_grant_that_has_ended_goes_with_everything_when_the_operator_says_so() {
    let stories = Stories::told().await;
    let keeps = stories
        .world
        .server
        .started_again(&[("sweep.keep_grants", "86400")])
        .await;
    let tables = [
        "grant",
        "grant_history",
        "authorization_code",
        "agreement_snapshot",
    ];
    keeps.clock.advance_seconds(DAY - 1);
    assert_eq!(sweeps_of(&keeps, "grant").await, 0);
    let before = counts(&keeps, tables).await;
    keeps.clock.advance_seconds(3600);
    // Stopped; the replaced one is named by the newer, and the one that nobody collected is not ended.
    assert_eq!(sweeps_of(&keeps, "grant").await, 1);
    let after = counts(&keeps, tables).await;
    let gone: Vec<i64> = before.iter().zip(after).map(|(b, a)| b - a).collect();
    // Two more snapshots were of requests that came to nothing.
    assert_eq!(gone, [1, 3, 1, 3]);
    let page = format!("/payments/{}", stories.stopped.grant());
    assert_eq!(stories.world.alice.looks_at(&page).await.status, 404);
    let page = format!("/payments/{}", stories.newer.grant());
    assert_eq!(stories.world.alice.looks_at(&page).await.status, 200);
    let app = keeps.app();
    grants::revoke(app, &stories.newer.grant()).await.unwrap();
    keeps.clock.advance_seconds(DAY + 1);
    assert_eq!(sweeps_of(&keeps, "grant").await, 1, "the newer");
    assert_eq!(sweeps_of(&keeps, "grant").await, 1, "then the replaced");
}

async fn sweeps_of(server: &Server, table: &str) -> u64 {
    let swept = sweeps(server.app()).await;
    let found = swept.iter().find(|(name, _)| *name == table);
    found.map_or(0, |(_, rows)| *rows)
}

#[tokio::test]
async fn many_go_in_small_batches_by_one_of_two_instances() {
    let world = World::twice().await;
    for _ in 0..130 {
        let request = world.shop.asks_for(world.wallet.invoices());
        assert_eq!(world.server.get(&request.url()).await.status, 303);
    }
    world.server.clock.advance_seconds(1800 + DAY);
    let (first, second) = (world.server.at(0), world.server.at(1));
    let mut one = Sweeper::new(watch::channel(false).1);
    let mut other = Sweeper::new(watch::channel(false).1);
    let (left, right) = tokio::join!(
        one.run(first.app(), When::Due),
        other.run(second.app(), When::Due)
    );
    let (left, right) = (left.unwrap(), right.unwrap());
    let (done, not) = match left {
        Run::Done(_) => (left, right),
        _ => (right, left),
    };
    assert_eq!(not, Run::NotNow);
    let Run::Done(swept) = &done else {
        panic!("{done:?}");
    };
    assert_eq!(swept.tables(), [("authorization_request", 130)]);
    // Nobody sweeps before it is due again, unless they are told to.
    assert_eq!(
        other.run(second.app(), When::Due).await.unwrap(),
        Run::NotNow
    );
    assert!(matches!(
        other.run(second.app(), When::Free).await,
        Ok(Run::Done(_))
    ));
    world.server.clock.advance_seconds(600);
    assert!(matches!(
        other.run(second.app(), When::Due).await,
        Ok(Run::Done(_))
    ));
}

#[tokio::test]
async fn who_is_stopped_gives_the_lease_back_and_who_is_gone_loses_it() {
    let world = World::new().await;
    let app = world.server.app();
    let request = world.shop.asks_for(world.wallet.invoices());
    assert_eq!(world.server.get(&request.url()).await.status, 303);
    world.server.clock.advance_seconds(1800 + DAY);
    let mut stopped = Sweeper::new(watch::channel(true).1);
    let run = stopped.run(app, When::Due).await.unwrap();
    assert!(
        matches!(&run, Run::Broken(swept) if swept.tables().is_empty()),
        "{run:?}"
    );
    assert_eq!(rows(&world.server, "authorization_request").await, 1);

    let gone = ("sweep", "srv_gone");
    let now = world.server.clock.now();
    let soon = now + SignedDuration::from_secs(30);
    assert!(
        store::lease::take(&app.store, gone, now, soon)
            .await
            .unwrap()
    );
    let mut next = Sweeper::new(watch::channel(false).1);
    assert_eq!(next.run(app, When::Free).await.unwrap(), Run::NotNow);
    world.server.clock.advance_seconds(30);
    assert!(matches!(next.run(app, When::Due).await, Ok(Run::Done(_))));
    assert_eq!(rows(&world.server, "authorization_request").await, 0);
    // Who was thought to be gone finds out before it removes anything.
    let tx = app.store.begin().await.unwrap();
    assert_eq!(store::lease::held_until(&tx, gone).await.unwrap(), None);
    tx.commit().await.unwrap();
}
