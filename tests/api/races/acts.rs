use countersign::app::derive;
use countersign::identity::users;
use countersign::model::PartyState;
use countersign::oauth::{grants, registration};

use super::model::{Act, HELD, Out, RIVAL};
use super::stage::Stage;
use crate::support::browser::Sender;
use crate::support::shop::refresh_form;
use crate::support::{Fields, Reply};

impl Stage<'_> {
    /// Somebody does something, through one of the instances, and says what they were told; whatever is in no list of
    /// answers, a fault above all, is a failure. Who is told that the server is busy asks again, as the README says: nothing
    /// has come of it.
    #[expect(
        clippy::print_stderr,
        reason = "how often that happens is worth a look, and no failure"
    )]
    pub async fn does(&self, act: Act, instance: usize) -> Out {
        for _ in 0..9 {
            match self.tries(act, instance).await {
                Out::Busy => eprintln!("{act:?}: busy, once more"),
                out => return out,
            }
        }
        panic!("{act:?} is never done");
    }

    async fn tries(&self, act: Act, instance: usize) -> Out {
        match act {
            Act::Redeem(which) => self.redeems(which, instance).await,
            Act::Refresh => {
                let token = self.fresh.as_deref().unwrap();
                self.refreshes(token, instance).await
            }
            Act::RefreshOld => {
                let token = self.held.as_ref().unwrap().refresh();
                self.refreshes(token, instance).await
            }
            Act::GiveBack => {
                let token = &self.held.as_ref().unwrap().access;
                self.gives_back(token, instance).await
            }
            Act::GiveUp => {
                let token = self.fresh.as_deref().unwrap();
                self.gives_back(token, instance).await
            }
            Act::Approve => self.presses("approve", instance).await,
            Act::Decline => self.presses("decline", instance).await,
            Act::Stop => self.stops(instance).await,
            Act::Introspect => self.introspects(instance).await,
            operators => self.operator_does(operators, instance).await,
        }
    }

    async fn redeems(&self, which: usize, instance: usize) -> Out {
        let shop = if which == RIVAL {
            &self.arena.rival
        } else {
            &self.arena.client
        };
        let form = self.forms[which].as_ref().unwrap();
        let reply = shop.at(instance).asks_for_tokens(form).await;
        self.keeps(which, &reply)
    }

    async fn refreshes(&self, token: &str, instance: usize) -> Out {
        let client = self.arena.client.at(instance);
        let reply = client.asks_for_tokens(&refresh_form(token)).await;
        self.keeps(HELD, &reply)
    }

    fn keeps(&self, which: usize, reply: &Reply) -> Out {
        if reply.status != 200 {
            return refused(reply);
        }
        let tokens = reply.tokens();
        self.granted.lock().unwrap().push((which, tokens));
        Out::Granted
    }

    async fn gives_back(&self, token: &str, instance: usize) -> Out {
        let reply = self.arena.client.at(instance).revokes(token).await;
        match reply.status {
            200 => Out::Done,
            _ => refused(&reply),
        }
    }

    async fn presses(&self, decision: &str, instance: usize) -> Out {
        let world = &self.arena.world;
        let question = self.asked.as_ref().unwrap();
        let alice = world.alice.at(instance);
        let reply = alice.presses(&question.page, decision).await;
        match reply.status {
            400 | 410 => return Out::Page,
            409 => return Out::Changed,
            503 => return busy(&reply),
            _ => {}
        }
        let to = reply.location();
        if let Some(path) = to
            .strip_prefix(&world.server.origin())
            .or_else(|| to.strip_prefix('/').map(|_| to))
        {
            return local(path, &reply);
        }
        let callback = question.request.answered(&reply, &world.server.issuer);
        if callback.parameters().value("error").is_some() {
            assert_eq!(callback.error(), "access_denied");
            return Out::Denied;
        }
        let form = self.forms[super::model::ASKED].as_ref().unwrap();
        assert_eq!(Some(callback.code().as_str()), form.value("code"));
        Out::Code
    }

    async fn stops(&self, instance: usize) -> Out {
        let world = &self.arena.world;
        let place = format!("payments/{}/stop", self.grants[HELD]);
        let token = derive(&self.session, "csrf", &place);
        let fields = Fields::of(&[("csrf", token.expose())]);
        let browser = world.alice.browser.at(instance);
        let sender = Sender::own(&world.server);
        let reply = browser.posts(&format!("/{place}"), &fields, &sender).await;
        if reply.status == 503 {
            return busy(&reply);
        }
        let to = reply.location();
        let path = to.strip_prefix(&world.server.origin()).unwrap_or(to);
        local(path, &reply)
    }

    async fn introspects(&self, instance: usize) -> Out {
        let token = &self.held.as_ref().unwrap().access;
        let form = Fields::of(&[("token", token)]);
        let wallet = self.arena.world.wallet.at(instance);
        let reply = wallet.introspects_with(&form).await;
        match reply.status {
            200 if reply.json()["active"] == true => Out::Active,
            200 => {
                assert_eq!(reply.body, r#"{"active":false}"#);
                Out::Inactive
            }
            _ => refused(&reply),
        }
    }

    /// What the operator's commands do.
    async fn operator_does(&self, act: Act, instance: usize) -> Out {
        let world = &self.arena.world;
        let server = world.server.at(instance);
        let (app, off) = (server.app(), PartyState::Disabled);
        let (alice, password) = (&world.alice.username, &world.alice.password);
        match act {
            Act::End => match grants::revoke(app, &self.grants[HELD]).await {
                Ok(Some(false)) => Out::Nothing,
                other => done(other),
            },
            Act::DisableClient => {
                let client = &self.arena.client.id;
                done(registration::set_client_state(app, client, off).await)
            }
            Act::DisableWallet => {
                let wallet = &world.wallet.id;
                done(registration::set_resource_server_state(app, wallet, off).await)
            }
            Act::DisableUser => done(users::set_state(app, alice, off).await),
            Act::NewPassword => done(users::set_password(app, alice, password).await),
            other => panic!("{other:?} is none of the operator's acts"),
        }
    }
}

/// What a command says; that the database did not answer in time is no failure.
fn done<T, E: std::fmt::Display>(told: Result<T, E>) -> Out {
    match told.map_err(|fault| fault.to_string()) {
        Ok(_) => Out::Done,
        Err(fault) if fault.starts_with("the database did not answer") => Out::Busy,
        Err(fault) => panic!("{fault}"),
    }
}

fn busy(reply: &Reply) -> Out {
    assert!(reply.header("retry-after").is_some(), "{reply:?}");
    Out::Busy
}

/// Where a browser is sent on this server.
fn local(path: &str, reply: &Reply) -> Out {
    let leads = |to: &str| path.starts_with(to);
    match () {
        () if leads("/sign-in") => Out::SignIn,
        () if leads("/consent/") => Out::Again,
        () if leads("/payments/") => Out::Done,
        () => panic!("sent to {path}: {reply:?}"),
    }
}

fn refused(reply: &Reply) -> Out {
    match reply.refusal() {
        (503, error) if error == "temporarily_unavailable" => busy(reply),
        (400, error) if error == "invalid_grant" => Out::InvalidGrant,
        (401, error) if error == "invalid_client" => Out::InvalidClient,
        other => panic!("{other:?}: {reply:?}"),
    }
}
