use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::answer::see_other;
use super::super::call::Call;
use super::super::key::{Proving, ShopKey};
use super::buttons::{Act, Does};
use super::catalogue::{Asks, invoice};
use super::client::Errand;
use super::discovery::Place;
use super::journal::{Journal, pretty};
use super::result::find;
use super::run::{Outcome, Run};
use super::tokens::{NoToken, Token, refresh};
use super::words::{self, Notice};
use super::{Form, Shop, absent, front, is_random, own_form};

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
            Does::Steal { amount, has_key } => self.steal(amount, has_key).await,
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
        self.renew().await?;
        if let Some(token) = &self.run.token {
            call = self.shop.show(call, &token.access)?;
        }
        let reply = self.shop.send(&mut self.journal, what, &call).await?;
        // The token has not run out: if the wallet hears that it is dead, the permission is.
        self.run.over |= reply.status == 401;
        self.listen().await;
        Ok(reply)
    }

    /// Gets the next token if this one is known to have run out.
    async fn renew(&mut self) -> Result<(), NoToken> {
        let now = self.shop.clock.clock().now();
        let token = self.run.token.as_ref();
        if token.is_some_and(|token| !token.is_fresh(now)) {
            self.next().await?;
            self.renewed = true;
        }
        Ok(())
    }

    /// Does what somebody would who has the token and not the key that it is bound to.
    async fn steal(&mut self, amount: &str, has_key: bool) -> Result<(bool, String), NoToken> {
        self.renew().await?;
        let token = self.run.token.as_ref();
        let token = token.map_or_else(String::new, |token| token.access.clone());
        let url = format!("{}/charges", self.run.agreement);
        let mut call = self.once(&url, &json!({"amount": amount}));
        let what = if has_key {
            let proving = Proving {
                method: call.method(),
                url: call.url(),
                token: Some(&token),
                nonce: None,
            };
            let now = self.shop.clock.clock().now();
            let proof = ShopKey::generate()?.proof(now, &proving)?;
            call = call
                .header("Authorization", format!("DPoP {token}"))
                .header("DPoP", proof);
            "Charge the mandate with the stolen token, and a proof that is signed with a key of the thief's own."
        } else {
            call = call.bearer(&token);
            "Charge the mandate with the stolen token, as whoever has it would if it were not bound to a key."
        };
        let reply = self.shop.send(&mut self.journal, what, &call).await?;
        self.listen().await;
        Ok(words::stolen(&reply, amount))
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
        let errand = Errand {
            what: "Give the permission back. Sent again, it changes nothing more.",
            endpoint: &self.run.place.revocation_endpoint,
            issuer: &self.run.place.issuer,
            fields: &fields,
            binds: false,
        };
        let reply = self.shop.ask(&mut self.journal, &errand).await?;
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
    let call = Call::get(&format!("{agreement}/introspection"));
    let answer = match shop.show(call, &token.access) {
        Ok(call) => shop.outgoing.send(&call).await,
        Err(fault) => Err(fault),
    };
    let heard = match answer {
        Ok(reply) if reply.status == 200 => reply.body,
        Ok(_) => return None,
        Err(fault) => {
            tracing::warn!(%fault, "the wallet does not say what it heard");
            return None;
        }
    };
    let (what, command) = if shop.holds_keys() {
        let what = "What the wallet hears from the authorization server about the token, each time before money moves: with cnf, \
            the key that it is bound to.";
        (what, String::new())
    } else {
        let what = "What the wallet asks the authorization server about the token, each time before money moves. It takes the \
            wallet's own secret, which only a demo shows.";
        (what, introspection(shop, place, token))
    };
    journal.push(what, command, pretty(&heard));
    Some(heard)
}

/// The wallet's question about a token, as a command.
fn introspection(shop: &Shop, place: &Place, token: &Token) -> String {
    let (id, secret) = &shop.wallet_credentials;
    let fields = [("token", token.access.as_str())];
    let call = Call::form(&place.introspection_endpoint, &fields);
    call.basic(id, secret).curl()
}
