use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::answer::see_other;
use super::super::call::Call;
use super::catalogue::{Asks, Story, invoice};
use super::discovery::Place;
use super::journal::{Journal, pretty};
use super::result::find;
use super::run::{Outcome, Run};
use super::tokens::{NoToken, Token, refresh};
use super::words::{self, Notice};
use super::{Form, Shop, absent, front, is_random, own_form};

/// One button on the page of a story that has begun.
#[derive(Debug)]
pub struct Act {
    /// Its name for programs: `POST /stories/{number}/{name}` presses it.
    pub name: &'static str,
    /// The words on it.
    pub label: &'static str,
    does: Does,
}

#[derive(Debug, Clone, Copy)]
enum Does {
    /// Take an amount, in cents, with a mandate.
    Charge(&'static str),
    /// Pay an amount, in cents, into an invoice or a session.
    Pay(&'static str),
    /// Create an invoice for the customer, or for somebody else.
    Create { for_another: bool },
    /// Read the agreement.
    Look,
    /// Get the next token.
    Refresh,
    /// Give the permission back.
    Revoke,
}

const fn act(name: &'static str, label: &'static str, does: Does) -> Act {
    Act { name, label, does }
}

const REFRESH: Act = act("refresh", "Refresh", Does::Refresh);
const REVOKE: Act = act("revoke", "Revoke", Does::Revoke);

static MANDATE: [Act; 4] = [
    act("charge", "Charge it: $5.00", Does::Charge("500")),
    act(
        "charge-too-much",
        "Charge too much: $500.00",
        Does::Charge("50000"),
    ),
    REFRESH,
    REVOKE,
];
static LOOK: [Act; 4] = [
    act("look", "Look at it", Does::Look),
    act("charge", "Charge it: $5.00", Does::Charge("500")),
    REFRESH,
    REVOKE,
];
static INVOICE: [Act; 4] = [
    act("pay", "Pay it: $11.50", Does::Pay("1150")),
    act("pay-too-much", "Pay too much: $500.00", Does::Pay("50000")),
    REFRESH,
    REVOKE,
];
static SESSION: [Act; 4] = [
    act("pay", "Send a small payment: $0.05", Does::Pay("5")),
    act("pay-too-much", "Send too much: $500.00", Does::Pay("50000")),
    REFRESH,
    REVOKE,
];
static COLLECTION: [Act; 4] = [
    act(
        "create",
        "Create an invoice with it",
        Does::Create { for_another: false },
    ),
    act(
        "create-for-another",
        "Create one for somebody else",
        Does::Create { for_another: true },
    ),
    REFRESH,
    REVOKE,
];
static NOTHING: [Act; 1] = [act("pay", "Pay it again: $2.00", Does::Pay("200"))];

impl Act {
    /// The buttons of a story.
    pub fn of(story: &Story) -> &'static [Self] {
        match story.asks {
            Asks::Mandate => &MANDATE,
            Asks::Look => &LOOK,
            Asks::Invoice => &INVOICE,
            Asks::Session => &SESSION,
            Asks::Collection => &COLLECTION,
            Asks::Nothing => &NOTHING,
        }
    }
}

/// `POST /stories/{number}/{act}`: does what the button says, once for each time that the page was shown.
pub async fn press(
    shop: web::Data<Shop>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    form: Form,
) -> HttpResponse {
    let fields = match own_form(&shop, &request, form) {
        Ok(fields) => fields,
        Err((status, notice)) => return front::notice(&shop, &request, status, notice),
    };
    let (number, name) = path.into_inner();
    let Some(run) = find(&shop, &number, &request) else {
        return absent(shop, request).await;
    };
    let Some(act) = Act::of(run.story).iter().find(|act| act.name == name) else {
        return absent(shop, request).await;
    };
    let Some(key) = fields.get("key").filter(|key| is_random(key)) else {
        let text = "The form came without its key. Nothing was done.";
        let refused = Notice::new("Please use the button on the story's page", text);
        return front::notice(&shop, &request, StatusCode::BAD_REQUEST, refused);
    };
    let (number, visitor) = (run.number, run.visitor.clone());
    let mut deed = Deed {
        shop: &shop,
        key,
        run,
        journal: Journal::default(),
        renewed: false,
    };
    let (done, said) = deed.perform(act.does).await;
    let outcome = Outcome {
        key: key.clone(),
        act: act.label,
        done,
        words: said,
    };
    let Deed { run, journal, .. } = deed;
    if let Some(kept) = shop.desk().find(number, &visitor) {
        if let (Some(old), Some(new)) = (&kept.token, &run.token) {
            kept.journal.renew(&old.access, &new.access);
        }
        kept.token = run.token;
        kept.over |= run.over;
        kept.introspection = run.introspection;
        kept.journal.extend(journal);
        kept.note(outcome);
    }
    see_other(&format!("/stories/{number}"))
}

/// One press of a button: a copy of the run, and what was sent meanwhile.
struct Deed<'a> {
    shop: &'a Shop,
    key: &'a str,
    run: Run,
    journal: Journal,
    renewed: bool,
}

impl Deed<'_> {
    /// Does it, and says whether that worked, in words.
    async fn perform(&mut self, does: Does) -> (bool, String) {
        match self.attempt(does).await {
            Ok((done, said)) if self.renewed => (
                done,
                format!("The token had run out, so the shop got the next one first. {said}"),
            ),
            Ok(outcome) => outcome,
            Err(reason) => {
                self.run.over |= matches!(reason, NoToken::Refused(..));
                (false, words::no_token(&reason))
            }
        }
    }

    async fn attempt(&mut self, does: Does) -> Result<(bool, String), NoToken> {
        let needs_permission = self.run.story.asks != Asks::Nothing;
        if needs_permission && self.run.token.is_none() {
            let text = "There is no permission, so there is no token to show. Nothing was sent.";
            return Ok((false, text.to_owned()));
        }
        match does {
            Does::Charge(amount) => {
                let url = format!("{}/charges", self.run.agreement);
                let what =
                    "Charge the mandate. Sent again with the same key, it takes nothing more.";
                let call = self.once(&url, &json!({"amount": amount}));
                let reply = self.at_the_wallet(what, call).await?;
                Ok(words::paid(&reply, amount, true))
            }
            Does::Pay(amount) => {
                let url = format!("{}/payments", self.run.agreement);
                let what = "Pay it. Sent again with the same key, it pays nothing more.";
                let call = self.once(&url, &json!({"amount": amount}));
                let reply = self.at_the_wallet(what, call).await?;
                Ok(words::paid(&reply, amount, false))
            }
            Does::Create { for_another } => {
                let mut terms = self.run.story.terms(self.shop);
                if for_another {
                    terms = invoice(&self.shop.other_pointer, "900", "Written by the shop");
                }
                let what = "Create an invoice with the token. Sent again with the same key, it creates nothing more.";
                let call = self.once(&self.run.place.invoices_endpoint, &terms);
                Ok(words::created(&self.at_the_wallet(what, call).await?))
            }
            Does::Look => {
                let call = Call::get(&self.run.agreement);
                let what = "Read the agreement with the token.";
                Ok(words::seen(&self.at_the_wallet(what, call).await?))
            }
            Does::Refresh => self.refresh().await,
            Does::Revoke => self.revoke().await,
        }
    }

    /// Prepares what a second press of the button does not do again.
    fn once(&self, url: &str, body: &Value) -> Call {
        Call::json(url, body).header("Idempotency-Key", self.key)
    }

    /// Sends a request to the wallet, with a token that is not known to have run out, and asks what it heard.
    async fn at_the_wallet(
        &mut self,
        what: &str,
        mut call: Call,
    ) -> Result<super::super::outgoing::Reply, NoToken> {
        let now = self.shop.clock.clock().now();
        if self
            .run
            .token
            .as_ref()
            .is_some_and(|token| !token.is_fresh(now))
        {
            self.next().await?;
            self.renewed = true;
        }
        if let Some(token) = &self.run.token {
            call = call.bearer(&token.access);
        }
        let reply = self.shop.send(&mut self.journal, what, &call).await?;
        // The token has not run out: if the wallet hears that it is dead, the permission is.
        self.run.over |= reply.status == 401;
        self.listen().await;
        Ok(reply)
    }

    async fn refresh(&mut self) -> Result<(bool, String), NoToken> {
        let is_new = self.next().await?;
        self.listen().await;
        Ok(if is_new {
            let text = "The shop showed its refresh token and got the next access token. It is below, decoded.";
            (true, text.to_owned())
        } else {
            (
                false,
                "There is no refresh token to show: the permission ends with its token.".to_owned(),
            )
        })
    }

    /// Gets the next token, where there is a way to.
    async fn next(&mut self) -> Result<bool, NoToken> {
        let old = self
            .run
            .token
            .as_ref()
            .and_then(|token| token.refresh.clone());
        let Some(old) = old else {
            return Ok(false);
        };
        let token = refresh(self.shop, &mut self.journal, &self.run, &old).await?;
        self.run.token = Some(token);
        Ok(true)
    }

    /// Gives the permission back (RFC 7009): a refresh token ends it with all its tokens.
    async fn revoke(&mut self) -> Result<(bool, String), NoToken> {
        let Some(token) = &self.run.token else {
            return Ok((false, "There is nothing to give back.".to_owned()));
        };
        let (secret, kind) = match &token.refresh {
            Some(refresh) => (refresh.as_str(), "refresh_token"),
            None => (token.access.as_str(), "access_token"),
        };
        let fields = [("token", secret), ("token_type_hint", kind)];
        let call = Call::form(&self.run.place.revocation_endpoint, &fields)
            .basic(&self.shop.client_id, &self.shop.client_secret);
        let what = "Give the permission back. Sent again, it changes nothing more.";
        let reply = self.shop.send(&mut self.journal, what, &call).await?;
        self.run.over |= reply.status == 200;
        self.listen().await;
        Ok(if reply.status == 200 {
            let text = "The shop gave the permission back: it has ended, and every token with it. The wallet hears so at once.";
            (true, text.to_owned())
        } else {
            (
                false,
                format!(
                    "The authorization server answered {}. Try again.",
                    reply.status
                ),
            )
        })
    }

    async fn listen(&mut self) {
        if let Some(token) = &self.run.token {
            let place = (&self.run.place, self.run.agreement.as_str());
            let heard = hear(self.shop, &mut self.journal, place, token).await;
            self.run.introspection = heard.or(self.run.introspection.take());
        }
    }
}

/// What the wallet hears when it asks about a token: it tells whoever holds the token.
pub async fn hear(
    shop: &Shop,
    journal: &mut Journal,
    (place, agreement): (&Place, &str),
    token: &Token,
) -> Option<Value> {
    let call = Call::get(&format!("{agreement}/introspection")).bearer(&token.access);
    let heard = match shop.outgoing.send(&call).await {
        Ok(reply) if reply.status == 200 => reply.body,
        Ok(_) => return None,
        Err(fault) => {
            tracing::warn!(%fault, "the wallet does not say what it heard");
            return None;
        }
    };
    let what = "What the wallet asks the authorization server about the token, each time before money moves. It takes the \
        wallet's own secret, which only a demo shows.";
    journal.push(what, introspection(shop, place, token), pretty(&heard));
    Some(heard)
}

/// The wallet's question about a token, as a command.
fn introspection(shop: &Shop, place: &Place, token: &Token) -> String {
    let (id, secret) = &shop.wallet_credentials;
    let fields = [("token", token.access.as_str())];
    let call = Call::form(&place.introspection_endpoint, &fields);
    call.basic(id, secret).curl()
}
