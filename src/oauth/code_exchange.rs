//! A code becomes tokens (RFC 6749 §4.1.3).
//!
//! 0. what the client's tokens are bound to came with the request, and no identifier in it was used before —
//!    `invalid_dpop_proof`, `invalid_request`, `invalid_client`; the code stays as it is
//! 1. `code` and `redirect_uri` are there — `invalid_request`; `authorization_details`, if sent, can be read —
//!    `invalid_authorization_details`
//! 2. the code is known and this client's — `invalid_grant`; a foreign code stays as it is
//! 3. it is used for the first time — `invalid_grant`, and its grant ends
//! 4. it is not too old — `invalid_grant`; from here on the code is spent and the grant ends, whatever fails
//! 5. `redirect_uri` is that of the request, byte for byte — `invalid_grant`
//! 6. `code_verifier` belongs to the challenge (RFC 7636 §4.6) — `invalid_grant`
//! 7. where the code is bound to a key, there is a proof by it (RFC 9449 §10); for a public client's mandate there always is
//!    one — `invalid_dpop_proof`
//! 8. client, redirect URI, wallet, payer and pointer are still good — `invalid_grant`
//! 9. `authorization_details` and `resource`, if sent, are what was granted — `invalid_authorization_details`,
//!    `invalid_target`
//! 10. nobody else has the agreement meanwhile, and nothing that was approved later is alive in this grant's place —
//!     `invalid_grant`

use jiff::Timestamp;

use crate::app::App;
use crate::model::{
    AuthorizationCode, Confirmation, EndReason, Grant, GrantState, GrantType, HistoryKind,
    ResourceServer, Secret,
};
use crate::store::{self, Transaction};

use super::caller::Bound;
use super::details::Wish;
use super::engine::code_exchange::{Recovered, run};
use super::error::{ErrorCode, OAuthError};
use super::grants::{self, By, Place, entry};
use super::mint::{self, Order};
use super::token::TokenResponse;
use super::{Caller, Parameters, standing};

/// Redeems a code.
pub(super) async fn exchange(
    app: &App,
    caller: &Caller,
    form: &Parameters,
) -> Result<TokenResponse, OAuthError> {
    let confirmation = caller.confirmation()?;
    let wish = Wish::read(form)?;
    let tx = app.store.begin().await?;
    let spent = caller.spending.spend(&tx).await;
    let redemption = Redemption {
        app,
        tx: &tx,
        caller,
        confirmation,
        wish,
    };
    let answer = match spent {
        Ok(()) => redemption.answer(form).await,
        Err(error) => Err(error),
    };
    // A refusal has consumed or ended something and is kept; a fault is undone.
    match answer {
        Err(error) if error.is_fault() => Err(error),
        answer => {
            tx.commit().await?;
            answer
        }
    }
}

/// A code that is spent, and the grant that it stands for.
struct Redeemed {
    code: AuthorizationCode,
    grant: Grant,
    now: Timestamp,
}

fn recovered(Redeemed { code, grant, .. }: &Redeemed) -> Recovered {
    Recovered {
        owner: grant.user.clone().unwrap_or_default(),
        client: grant.client.clone(),
        scope: grant.agreement_url.clone(),
        redirect_uri: code.redirect_uri.clone(),
        challenge: code.challenge.clone(),
    }
}

struct Redemption<'a> {
    app: &'a App,
    tx: &'a Transaction,
    caller: &'a Caller,
    confirmation: Option<Confirmation>,
    wish: Wish,
}

impl Redemption<'_> {
    async fn answer(&self, form: &Parameters) -> Result<TokenResponse, OAuthError> {
        let mut redeemed = None;
        let answer = run(
            form,
            &self.caller.client.id,
            async |code: &str| {
                let found = self.redeem(code).await?;
                let recovered = recovered(&found);
                redeemed = Some(found);
                Ok(recovered)
            },
            async |_: &str| Ok(()),
        )
        .await;
        match (answer, redeemed) {
            (Ok(()), Some(redeemed)) => self.issue(redeemed).await,
            (Ok(()), None) => Err(bad_code()),
            (Err(error), Some(Redeemed { grant, now, .. })) if !error.is_fault() => {
                grants::end(self.tx, &grant.id, EndReason::System, By::System, now).await?;
                Err(error)
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn redeem(&self, code: &str) -> Result<Redeemed, OAuthError> {
        let digest = Secret::presented(code).digest();
        let code = store::authorization_code::find(self.tx, &digest)
            .await?
            .ok_or_else(bad_code)?;
        let grant = store::grant::find(self.tx, &code.grant)
            .await?
            .ok_or_else(bad_code)?;
        if grant.client != self.caller.client.id {
            return Err(bad_code().because(format!("grant {} is another client's", grant.id)));
        }
        // The agreement first, then the grant: every redemption takes its locks in this order.
        self.tx.lock(&grant.agreement_url).await?;
        let grant = store::grant::lock(self.tx, &grant.id)
            .await?
            .ok_or_else(bad_code)?;
        let now = self.app.clock.now();
        if !store::authorization_code::redeem(self.tx, &digest, now).await? {
            let replayed = EndReason::CodeReplayed;
            grants::end(self.tx, &grant.id, replayed, By::System, now).await?;
            return Err(
                bad_code().because(format!("the code of grant {} was used twice", grant.id))
            );
        }
        if code.expires_at <= now {
            grants::end(self.tx, &grant.id, EndReason::Expired, By::System, now).await?;
            return Err(bad_code().because(format!("the code of grant {} is too old", grant.id)));
        }
        Ok(Redeemed { code, grant, now })
    }

    async fn issue(&self, redeemed: Redeemed) -> Result<TokenResponse, OAuthError> {
        let Redeemed { code, grant, now } = redeemed;
        match self.activate(&grant, &code, now).await? {
            Ok(wallet) => {
                let active = Grant {
                    state: GrantState::Active,
                    ..grant
                };
                self.mint(&active, &wallet, now).await
            }
            Err(refusal) => {
                grants::end(self.tx, &grant.id, EndReason::System, By::System, now).await?;
                Err(refusal)
            }
        }
    }

    /// The outer error is a fault, the inner one a refusal that ends the grant.
    async fn activate(
        &self,
        grant: &Grant,
        code: &AuthorizationCode,
        now: Timestamp,
    ) -> Result<Result<ResourceServer, OAuthError>, OAuthError> {
        if grant.state != GrantState::Pending || grant.ends_at.is_some_and(|end| end <= now) {
            return Ok(Err(bad_code().because(format!(
                "grant {} is {}",
                grant.id,
                grant.state.as_str()
            ))));
        }
        let held = match &code.dpop_jkt {
            Some(key) => self.caller.holds(key, Bound::Code),
            None => self.caller.holds_any_for(grant),
        };
        if let Err(other) = held {
            return Ok(Err(other));
        }
        if !self.caller.client.may_redirect_to(&code.redirect_uri) {
            return Ok(Err(
                bad_code().because("the redirect URI is no longer registered")
            ));
        }
        let wallet = match standing::check(self.tx, grant).await? {
            Ok(wallet) => wallet,
            Err(why) => return Ok(Err(bad_code().because(why))),
        };
        if let Err(other) = self.wish.hold_against(grant, &wallet) {
            return Ok(Err(other));
        }
        let older = match self.older(grant, now).await? {
            Ok(older) => older,
            Err(refusal) => return Ok(Err(refusal)),
        };
        for older in &older {
            // Somebody may refresh it at this moment: first its lock, then the clock.
            store::grant::lock(self.tx, older).await?;
            let now = self.app.clock.now();
            grants::end(self.tx, older, EndReason::Replaced, By::System, now).await?;
        }
        let replaces = older.first().map(String::as_str);
        if !store::grant::activate(self.tx, &grant.id, replaces, now).await? {
            return Ok(Err(bad_code()));
        }
        grants::note(
            self.tx,
            entry(&grant.id, HistoryKind::Redeemed, By::Client, now),
        )
        .await?;
        Ok(Ok(wallet))
    }

    /// The grants whose place this one takes; a refusal if the place is not free for it.
    async fn older(
        &self,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<Result<Vec<String>, OAuthError>, OAuthError> {
        let place = Place {
            agreement_url: &grant.agreement_url,
            collection: grant.collection,
            client: &grant.client,
            user: grant.user.as_deref(),
            subject: &grant.subject,
        };
        let earlier = grants::earlier(self.tx, &place, now).await?;
        for over in &earlier.over {
            grants::end(self.tx, &over.id, EndReason::Expired, By::System, now).await?;
        }
        let refused = |why| Ok(Err(OAuthError::new(ErrorCode::InvalidGrant, why)));
        if earlier.taken {
            return refused("Another client has the agreement by now");
        }
        // The payer's last word counts, in whatever order the codes come.
        if earlier
            .own
            .iter()
            .any(|own| own.consented_at > grant.consented_at)
        {
            grants::end(self.tx, &grant.id, EndReason::Replaced, By::System, now).await?;
            return refused(
                "The payer approved another request for it later, whose code was redeemed",
            );
        }
        Ok(Ok(earlier.own.into_iter().map(|own| own.id).collect()))
    }

    async fn mint(
        &self,
        grant: &Grant,
        wallet: &ResourceServer,
        now: Timestamp,
    ) -> Result<TokenResponse, OAuthError> {
        let order = Order {
            grant,
            audience: &wallet.origin,
            confirmation: self.confirmation.as_ref(),
            now,
        };
        let mut response = mint::access_token(self.app, self.tx, &order).await?;
        if self.caller.client.may_use(GrantType::RefreshToken) {
            let held = self.caller.holds_refresh_tokens();
            let token = mint::refresh_token(self.app, self.tx, &order, (None, held)).await?;
            response.refresh_token = Some(token);
        }
        Ok(response)
    }
}

/// One answer for an unknown code, a used one, an old one and another client's.
fn bad_code() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "The code is unknown, used, too old or not for this client",
    )
}
