//! Somebody sets the machine's clock under a running server: no answer is another one.
//!
//! Every test of this folder runs on a machine whose wall clock is an hour off once the server has started; here the whole of
//! what depends on time is told three times, and what was answered compared.

use std::fmt::Debug;

use countersign::oauth::{registration, signing_keys};
use jiff::SignedDuration;
use serde_json::Value;

use crate::support::tokens::unpack;
use crate::support::{Person, Reply, World};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What was answered, without what is random.
#[derive(Debug, Default, PartialEq)]
struct Journal(Vec<String>);

impl Journal {
    fn notes(&mut self, what: &str, seen: impl Debug) {
        self.0.push(format!("{what}: {seen:?}"));
    }

    /// An answer's status, heading, and what its headers say of time.
    fn reads(&mut self, what: &str, reply: &Reply) {
        let heading = reply.body.split("<h1").nth(1).and_then(|rest| {
            let words = rest.split_once('>')?.1.split_once("</h1>")?.0;
            Some(words.trim().to_owned())
        });
        let cookies: Vec<String> = reply
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|set| set.to_str().unwrap().split(';').skip(1).collect())
            .collect();
        let headers = ["date", "retry-after", "cache-control"].map(|name| reply.header(name));
        self.notes(what, (reply.status, heading, headers, cookies));
    }

    fn dates(&mut self, what: &str, claims: &Value) {
        let members = ["iat", "nbf", "exp", "auth_time", "consented_at", "active"];
        self.notes(what, members.map(|name| claims[name].to_string()));
    }
}

/// A world whose machine's clock is set, to this much ahead, at the start and before each look.
struct Told {
    world: World,
    ahead: SignedDuration,
    journal: Journal,
}

impl Told {
    fn passes(&self, seconds: i64) {
        self.world.server.clock.advance_seconds(seconds);
        self.world.server.clock.sets_the_wall_clock(self.ahead);
    }

    async fn signing_in(&mut self) {
        let alice = self.world.alice.clone();
        let page = alice.browser.opens("/sign-in").await;
        self.journal.reads("the sign-in page", &page);
        for _ in 0..7 {
            let wrong = alice.tries(&page, "wrong password").await;
            self.journal.reads("a wrong password", &wrong);
        }
        for _ in 0..2 {
            self.passes(1);
            let right = alice.tries(&page, &alice.password).await;
            self.journal.reads("the right one", &right);
        }
        for seconds in [1799, 1799, 1800] {
            self.passes(seconds);
            let home = alice.browser.opens("/").await;
            self.journal.reads("the start page", &home);
        }
    }

    async fn deciding(&mut self) {
        let (world, journal) = (&self.world, &mut self.journal);
        for (wait, more_time) in [(1799, false), (1800, false), (1799, true)] {
            let name = format!("alice{wait}{more_time}");
            let alice = Person::join(&world.server, &world.wallet, &name).await;
            let user = alice.username.clone();
            let mandate = world.wallet.mandate_of(&user, |_| ());
            let request = world.shop.asks_for(&mandate);
            let mut page = alice.opens(&request).await;
            journal.reads("what there is to decide", &page);
            for _ in 0..2 {
                world.server.clock.advance_seconds(wait);
                world.server.clock.sets_the_wall_clock(self.ahead);
                if more_time {
                    let reply = alice.presses(&page, "more_time").await;
                    journal.reads("more time", &reply);
                    page = alice.browser.follows(reply).await;
                    journal.reads("and then", &page);
                } else {
                    let reply = alice.presses(&page, "approve").await;
                    journal.reads("approved", &reply);
                }
            }
        }
    }

    async fn codes_and_tokens(&mut self) {
        for wait in [59, 60] {
            let callback = self.world.approved().await;
            self.passes(wait);
            let reply = self.world.shop.exchanges(&callback).await;
            self.journal.reads("the exchange", &reply);
        }
        let app = self.world.app().await;
        let invoice = self.world.wallet.invoice();
        let callback = self.world.alice.approves(&app.asks_for(&invoice)).await;
        let mut tokens = app.exchanges(&callback).await.tokens();
        self.journal.dates("a token", &unpack(&tokens.access).1);
        self.journal
            .notes("its life", &tokens.response["expires_in"]);
        for wait in [0, 299, 1] {
            self.passes(wait);
            let described = self.world.wallet.introspects(&tokens.access).await;
            self.journal.dates("introspected", &described);
        }
        for wait in [7_775_699, 7_775_999, 7_776_000] {
            self.passes(wait);
            let reply = app.refreshes(tokens.refresh()).await;
            self.journal.reads("refreshed", &reply);
            if reply.status == 200 {
                tokens = reply.tokens();
                self.journal
                    .dates("a fresh token", &unpack(&tokens.access).1);
            }
        }
    }

    async fn parties_and_keys(&mut self) {
        let server = self.world.server.clone();
        let rotated = registration::rotate_secret(server.app(), &self.world.shop.id, HOUR);
        rotated.await.unwrap();
        let new = signing_keys::rotate(server.app()).await.unwrap();
        self.journal.notes("a new key signs", new.signs_from);
        for wait in [3599, 1, 86_400, 86_400] {
            self.passes(wait);
            let reply = self.world.shop.wants(&self.world.wallet.invoices()).await;
            self.journal.reads("the old secret", &reply);
            server.app().reload_ring().await.unwrap();
            let keys = server.get("/jwks.json").await;
            self.journal.reads("the keys", &keys);
            let count = keys.json()["keys"].as_array().unwrap().len();
            self.journal.notes("how many", count);
        }
        let list = self.world.alice.looks_at("/payments").await;
        let here = server.origin();
        let here = here.trim_start_matches("http://");
        let text = list.text().replace(self.world.wallet.authority(), "");
        let text = text.replace(here, "");
        self.journal.notes("the list", text);
    }
}

async fn told(ahead: SignedDuration) -> Journal {
    let mut told = Told {
        world: World::new().await,
        ahead,
        journal: Journal::default(),
    };
    told.passes(2);
    told.signing_in().await;
    told.deciding().await;
    told.codes_and_tokens().await;
    told.parties_and_keys().await;
    let seen = told.world.server.app().clock.offset();
    assert_eq!(seen, ahead, "the story was told on another machine");
    told.journal
}

#[tokio::test]
async fn no_answer_of_a_running_server_changes_when_the_machine_s_clock_is_set() {
    let right = told(SignedDuration::ZERO).await;
    let statuses = |status: &str| right.0.iter().filter(|line| line.contains(status)).count();
    // The story has both sides of the deadlines.
    assert!(
        statuses(": (200") > 10 && statuses(": (303") > 3 && statuses(": (429") > 0,
        "{right:#?}"
    );
    assert!(
        statuses(": (400") > 2 && statuses(": (401") > 0,
        "{right:#?}"
    );
    for ahead in [HOUR, -HOUR] {
        let other = told(ahead).await;
        for (line, expected) in other.0.iter().zip(&right.0) {
            assert_eq!(line, expected, "the clock is ahead by {ahead}");
        }
        assert_eq!(other.0.len(), right.0.len());
    }
}

#[tokio::test]
async fn an_answer_is_dated_by_the_server_s_own_clock() {
    let world = World::new().await;
    world.server.clock.advance_seconds(2);
    for path in ["/jwks.json", "/sign-in", "/livez", "/nothing"] {
        let reply = world.server.get(path).await;
        let date = Some("Mon, 01 Mar 2027 09:00:02 GMT");
        assert_eq!(reply.header("date"), date, "{path}");
    }
}
