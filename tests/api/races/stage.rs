use std::sync::Mutex;

use countersign::app::{derive, new_id, new_secret};
use countersign::identity::users;
use countersign::model::{
    AuthorizationCode, Grant, GrantState, HistoryEntry, HistoryKind, PartyState, RequestStatus,
    Secret,
};
use countersign::oauth::registration;
use countersign::store::{self, Store};
use jiff::SignedDuration;

use super::model::{ASKED, Asked, Gone, HELD, Life, RIVAL, State, Successor};
use crate::support::{Agreement, Fields, Reply, Request, Shop, Tokens, World};

/// A world of two instances with two clients who ask for the same agreements.
pub struct Arena {
    pub world: World,
    pub client: Shop,
    pub rival: Shop,
    pub public: bool,
    own: Pattern,
    theirs: Pattern,
}

/// An approval that was made through pages, of which others are copied.
struct Pattern {
    grant: Grant,
    code: AuthorizationCode,
    form: Fields,
}

/// One agreement with everything that hangs on it.
pub struct Stage<'a> {
    pub arena: &'a Arena,
    pub grants: [String; 4],
    pub forms: [Option<Fields>; 4],
    pub asked: Option<Question>,
    pub held: Option<Tokens>,
    /// The refresh token that is good, which a public client has had for the one in `held`.
    pub fresh: Option<String>,
    /// The cookie of the payer's session.
    pub session: Secret,
    /// What was granted in the race, and on which grant.
    pub granted: Mutex<Vec<(usize, Tokens)>>,
}

/// An open request, as its payer sees it.
pub struct Question {
    pub id: String,
    pub request: Request,
    pub page: Reply,
}

impl Pattern {
    async fn of(world: &World, shop: &Shop) -> Self {
        let store = &world.server.app().store;
        let request = shop.asks_for(world.wallet.mandate());
        let callback = world.alice.approves(&request).await;
        let digest = Secret::presented(callback.code()).digest();
        let code = store::authorization_code::find(store, &digest).await;
        let code = code.unwrap().unwrap();
        let grant = store::grant::find(store, &code.grant).await;
        Self {
            grant: grant.unwrap().unwrap(),
            code,
            form: callback.form(),
        }
    }
}

impl Arena {
    pub async fn open(public: bool) -> Self {
        let settings = [("wallet.timeout", "5000"), ("wallet.parallel", "100")];
        let world = World::twice_with(&settings).await;
        let client = if public {
            world.app().await
        } else {
            world.shop.clone()
        };
        let rival = world.rival().await;
        let own = Pattern::of(&world, &client).await;
        let theirs = Pattern::of(&world, &rival).await;
        // What happens one after the other is told apart by its time.
        world.server.clock.ticks();
        Self {
            world,
            client,
            rival,
            public,
            own,
            theirs,
        }
    }

    pub fn store(&self) -> &Store {
        &self.world.server.app().store
    }

    /// An agreement of which the first code is redeemed, or not, and for which the client asks once more, or not.
    pub async fn stage(&self, held: bool, asked: bool) -> Stage<'_> {
        let agreement = self.world.wallet.mandate();
        let (grants, forms) = self.approvals(&agreement).await;
        let cookie = self.world.alice.browser.cookie("__Host-session").unwrap();
        let mut stage = Stage {
            arena: self,
            grants,
            forms,
            asked: None,
            held: None,
            fresh: None,
            session: Secret::presented(cookie),
            granted: Mutex::default(),
        };
        if held {
            let form = stage.forms[HELD].as_ref().unwrap();
            let tokens = self.client.asks_for_tokens(form).await.tokens();
            let mut fresh = tokens.refresh().to_owned();
            if self.public {
                let next = self.client.refreshes(&fresh).await.tokens();
                next.refresh().clone_into(&mut fresh);
            }
            stage.held = Some(tokens);
            stage.fresh = Some(fresh);
        }
        if asked {
            stage.ask(&agreement).await;
        }
        stage
    }

    /// Two approvals of the client's and one of the rival's, as if they had been made one after the other.
    async fn approvals(&self, agreement: &Agreement) -> ([String; 4], [Option<Fields>; 4]) {
        let now = self.world.server.clock.now();
        let tx = self.store().begin().await.unwrap();
        let mut grants = [const { String::new() }; 4];
        let mut forms = [const { None }; 4];
        for (which, pattern) in [&self.own, &self.own, &self.theirs].into_iter().enumerate() {
            let grant = Grant {
                id: new_id("grt_"),
                agreement_url: agreement.url.clone(),
                state: GrantState::Pending,
                state_at: now,
                created_at: now,
                ..pattern.grant.clone()
            };
            let secret = new_secret();
            let code = AuthorizationCode {
                digest: secret.digest(),
                grant: grant.id.clone(),
                expires_at: now + SignedDuration::from_secs(60),
                ..pattern.code.clone()
            };
            let entry = HistoryEntry {
                grant: grant.id.clone(),
                at: now,
                kind: HistoryKind::Approved,
                by: "payer".to_owned(),
                detail: None,
            };
            store::grant::insert(&tx, &grant).await.unwrap();
            let inserted = store::authorization_code::insert(&tx, &code).await;
            inserted.unwrap();
            let inserted = store::grant_history::insert(&tx, &new_id("his_"), &entry).await;
            inserted.unwrap();
            grants[which] = grant.id;
            forms[which] = Some(pattern.form.with("code", secret.expose()));
        }
        tx.commit().await.unwrap();
        (grants, forms)
    }

    /// Everybody takes part again.
    async fn restore(&self, state: &State) {
        let app = self.world.server.app();
        let enabled = PartyState::Enabled;
        for party in &state.gone {
            match party {
                Gone::Client => {
                    let done = registration::set_client_state(app, &self.client.id, enabled).await;
                    done.unwrap();
                }
                Gone::Wallet => {
                    let wallet = &self.world.wallet.id;
                    let done = registration::set_resource_server_state(app, wallet, enabled).await;
                    done.unwrap();
                }
                Gone::User => {
                    let alice = &self.world.alice.username;
                    users::set_state(app, alice, enabled).await.unwrap();
                }
                Gone::Session | Gone::AccessToken => {}
            }
        }
        if state.gone.contains(&Gone::Session) {
            self.world.alice.signs_in().await;
        }
    }
}

impl Stage<'_> {
    async fn ask(&mut self, agreement: &Agreement) {
        let alice = &self.arena.world.alice;
        let request = self.arena.client.asks_for(agreement);
        let page = alice.opens(&request).await;
        let form = page.form_with_button("decision", "approve").unwrap();
        let id = form.action.strip_prefix("/consent/").unwrap().to_owned();
        let cookie = alice.browser.cookie(&format!("__Host-request-{id}"));
        let code = derive(&Secret::presented(cookie.unwrap()), "code", &id);
        let verifier = &request.verifier;
        let form = self.arena.own.form.with("code", code.expose());
        self.forms[ASKED] = Some(form.with("code_verifier", verifier));
        let found = store::authorization_request::find(self.arena.store(), &id).await;
        self.grants[ASKED] = found.unwrap().unwrap().grant_id;
        self.asked = Some(Question { id, request, page });
    }

    /// What the database says.
    pub async fn state(&self) -> State {
        let store = self.arena.store();
        let mut state = super::model::vacant(self.arena.public);
        for which in 0..4 {
            let grant = store::grant::find(store, &self.grants[which]).await;
            state.lives[which] = match grant.unwrap().map(|grant| grant.state) {
                None => Life::Unborn,
                Some(GrantState::Pending) => Life::Pending,
                Some(GrantState::Active) => Life::Active,
                Some(GrantState::Ended(why)) => Life::Ended(why),
                Some(other) => panic!("{other:?}"),
            };
            if let Some(form) = &self.forms[which] {
                let digest = Secret::presented(form.value("code").unwrap()).digest();
                let code = store::authorization_code::find(store, &digest).await;
                let redeemed = code.unwrap().and_then(|code| code.redeemed_at);
                state.spent[which] = redeemed.is_some();
            }
        }
        if let Some(question) = &self.asked {
            let request = store::authorization_request::find(store, &question.id).await;
            let request = request.unwrap().unwrap();
            state.changes = u8::try_from(request.changes).unwrap();
            state.asked = match request.status {
                RequestStatus::Open => Asked::Open,
                RequestStatus::Approved => Asked::Approved,
                RequestStatus::Declined => Asked::Declined,
                RequestStatus::Left => Asked::Left,
                other => panic!("{other:?}"),
            };
        }
        if let (Some(fresh), true) = (&self.fresh, self.arena.public) {
            let digest = Secret::presented(fresh.clone()).digest();
            let row = store::refresh_token::find(store, &digest).await;
            let row = row.unwrap().unwrap();
            state.successor = match (row.voided_at, row.used_at) {
                (Some(_), None) => Successor::Void,
                (None, Some(_)) => Successor::Used,
                (None, None) => Successor::Unused,
                both @ (Some(_), Some(_)) => panic!("void and used: {both:?}"),
            };
        }
        self.missing(&mut state).await;
        state
    }

    async fn missing(&self, state: &mut State) {
        let Arena { world, client, .. } = self.arena;
        let store = self.arena.store();
        let row = store::client::find(store, &client.id).await.unwrap();
        let client = row.unwrap().is_enabled();
        let row = store::resource_server::find(store, &world.wallet.id).await;
        let wallet = row.unwrap().unwrap().is_enabled();
        let row = store::user::find(store, &world.alice.id).await.unwrap();
        let user = row.unwrap().is_enabled();
        let session = store::session::find(store, &self.session.digest()).await;
        let session = session.unwrap().is_some();
        let token = match &self.held {
            None => true,
            Some(held) => {
                let digest = Secret::presented(held.access.clone()).digest();
                let row = store::access_token::find(store, &digest).await.unwrap();
                row.unwrap().revoked_at.is_none()
            }
        };
        let there = [
            (Gone::Client, client),
            (Gone::Wallet, wallet),
            (Gone::User, user),
            (Gone::Session, session),
            (Gone::AccessToken, token),
        ];
        let gone = there.into_iter().filter(|(_, there)| !there);
        state.gone = gone.map(|(party, _)| party).collect();
    }

    /// Tidies up, and holds what was granted to what became of it: a token works exactly if its grant is alive.
    pub async fn closes(self, state: &State) {
        let Arena { world, .. } = self.arena;
        self.arena.restore(state).await;
        if let Some(question) = &self.asked {
            let cookie = format!("__Host-request-{}", question.id);
            world.alice.browser.forgets(&cookie);
        }
        let granted = self.granted.into_inner().unwrap();
        let lives = |which: usize| state.lives[which] == Life::Active;
        for which in [HELD, super::model::NEXT, RIVAL, ASKED] {
            let mine = granted.iter().filter(|(grant, _)| *grant == which);
            for (_, tokens) in mine.take(2) {
                assert_eq!(tokens.grant(), self.grants[which]);
                let works = world.wallet.accepts(&tokens.access).await;
                assert_eq!(works, lives(which), "a token of grant {which}: {state:?}");
            }
        }
        if let Some(held) = &self.held {
            let works = lives(HELD) && !state.gone.contains(&Gone::AccessToken);
            for instance in 0..2 {
                let wallet = world.wallet.at(instance);
                assert_eq!(wallet.accepts(&held.access).await, works, "{state:?}");
            }
        }
    }
}
