//! A refresh token becomes an access token (RFC 6749 §6, RFC 9700 §4.14).
//!
//! 0. what the client's tokens are bound to came with the request, and no identifier in it was used before —
//!    `invalid_dpop_proof`, `invalid_request`, `invalid_client`
//! 1. `refresh_token` is there — `invalid_request`; `authorization_details`, if sent, can be read —
//!    `invalid_authorization_details`
//! 2. it is known and this client's — `invalid_grant`; a foreign token stays as it is
//! 3. where it is bound to a key, there is a proof by it; a public client's mandate always has one — `invalid_dpop_proof`
//! 4. no retry has voided it, and its successor has not been used — `invalid_grant`, and the grant ends
//! 5. the grant is alive, it was not idle too long, and all whom it is about are alive — `invalid_grant`
//! 6. `scope`, `authorization_details` and `resource`, if sent, are what was granted — `invalid_scope`,
//!    `invalid_authorization_details`, `invalid_target`; nothing is rotated
//!
//! A confidential client keeps its token. A public client gets a successor each time; a retry with the old token voids
//! the successor that was not used. A public client's successor is bound to the key that was shown, if any was.

use jiff::Timestamp;

use crate::app::App;
use crate::model::{
    Confirmation, EndReason, Grant, HistoryKind, RefreshToken, ResourceServer, Secret,
};
use crate::store::{self, Transaction};

use super::caller::Bound;
use super::details::Wish;
use super::engine::refresh::{Recovered, run};
use super::error::{ErrorCode, OAuthError};
use super::grants::{self, By, entry};
use super::mint::{self, Order};
use super::token::TokenResponse;
use super::{Caller, Parameters, scope, standing};

/// Refreshes, and rotates where the client is public.
pub(super) async fn rotate(
    app: &App,
    caller: &Caller,
    form: &Parameters,
) -> Result<TokenResponse, OAuthError> {
    let confirmation = caller.confirmation()?;
    let wish = Wish::read(form)?;
    let form = canonical_scope(app, form).await?;
    let tx = app.store.begin().await?;
    let spent = caller.spending.spend(&tx).await;
    let rotation = Rotation {
        app,
        tx: &tx,
        caller,
        confirmation,
        wish,
    };
    let answer = match spent {
        Ok(()) => rotation.answer(&form).await,
        Err(error) => Err(error),
    };
    // A refusal may have ended the grant and is kept; a fault is undone.
    match answer {
        Err(error) if error.is_fault() => Err(error),
        answer => {
            tx.commit().await?;
            answer
        }
    }
}

/// The scheme-relative spelling of a scope is the same scope.
async fn canonical_scope(app: &App, form: &Parameters) -> Result<Parameters, OAuthError> {
    if form.one("scope").is_some_and(|scope| scope.contains(' ')) {
        return Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "The scope is not the one that was granted",
        ));
    }
    let Some(scope) = form.one("scope").filter(|scope| scope.starts_with("//")) else {
        return Ok(form.clone());
    };
    let resolved = scope::resolve(app, &app.store, scope).await?;
    let pairs = form.pairs().map(|(name, value)| {
        let value = if name == "scope" {
            resolved.url.as_str()
        } else {
            value
        };
        (name.to_owned(), value.to_owned())
    });
    Ok(Parameters::new(pairs.collect()))
}

struct Rotation<'a> {
    app: &'a App,
    tx: &'a Transaction,
    caller: &'a Caller,
    confirmation: Option<Confirmation>,
    wish: Wish,
}

struct Good {
    now: Timestamp,
    token: RefreshToken,
    grant: Grant,
    wallet: ResourceServer,
    successor: Option<RefreshToken>,
}

impl Rotation<'_> {
    async fn answer(&self, form: &Parameters) -> Result<TokenResponse, OAuthError> {
        let mut found = None;
        let answer = run(
            form,
            &self.caller.client.id,
            async |token: &str| {
                let good = self.recover(token).await?;
                let recovered = Recovered {
                    owner: good.grant.user.clone().unwrap_or_default(),
                    client: good.grant.client.clone(),
                    scope: good.grant.agreement_url.clone(),
                };
                found = Some(good);
                Ok(recovered)
            },
            async || Ok(()),
        )
        .await;
        match (answer, found) {
            (Ok(()), Some(good)) => {
                self.wish.hold_against(&good.grant, &good.wallet)?;
                self.issue(&good).await
            }
            (Ok(()), None) => Err(bad_token()),
            (Err(error), _) => Err(error),
        }
    }

    async fn recover(&self, token: &str) -> Result<Good, OAuthError> {
        let digest = Secret::presented(token).digest();
        let known = store::refresh_token::find(self.tx, &digest)
            .await?
            .ok_or_else(bad_token)?;
        let grant = store::grant::lock(self.tx, &known.grant)
            .await?
            .ok_or_else(bad_token)?;
        if grant.client != self.caller.client.id {
            return Err(bad_token().because(format!("grant {} is another client's", grant.id)));
        }
        // Whoever does not hold the key learns nothing, and changes nothing: the token alone is worth nothing.
        if let Some(Confirmation::Key(wanted)) = &known.confirmation {
            self.caller.holds(wanted, Bound::RefreshToken)?;
        }
        self.caller.holds_any_for(&grant)?;
        let now = self.app.clock.now();
        // Read again under the lock: a parallel refresh may have changed it.
        let token = store::refresh_token::find(self.tx, &digest)
            .await?
            .ok_or_else(bad_token)?;
        let successor = store::refresh_token::find_successor(self.tx, &digest).await?;
        // A key that was shown with this token before counts, though the token is older than that.
        let bound = successor
            .as_ref()
            .and_then(|next| next.confirmation.as_ref());
        if let Some(Confirmation::Key(wanted)) = bound {
            self.caller.holds(wanted, Bound::RefreshToken)?;
        }
        let outlived = successor
            .as_ref()
            .is_some_and(|next| next.used_at.is_some());
        if token.voided_at.is_some() || outlived {
            grants::end(
                self.tx,
                &grant.id,
                EndReason::TokenReplayed,
                By::System,
                now,
            )
            .await?;
            return Err(bad_token().because(format!(
                "an old refresh token of grant {} was used",
                grant.id
            )));
        }
        if !grant.is_alive(now) {
            return Err(bad_token().because(format!("grant {} is {:?}", grant.id, grant.state)));
        }
        if token.expires_at <= now {
            return Err(idle_token().because(format!("grant {}", grant.id)));
        }
        let wallet = standing::check(self.tx, &grant)
            .await?
            .map_err(|why| bad_token().because(why))?;
        Ok(Good {
            now,
            token,
            grant,
            wallet,
            successor,
        })
    }

    async fn issue(&self, good: &Good) -> Result<TokenResponse, OAuthError> {
        let Good {
            now,
            token,
            grant,
            wallet,
            successor,
        } = good;
        let now = *now;
        let order = Order {
            grant,
            audience: &wallet.origin,
            confirmation: self.confirmation.as_ref(),
            now,
        };
        let mut response = mint::access_token(self.app, self.tx, &order).await?;
        let idle = mint::idle_limit(self.app, grant, now);
        store::refresh_token::touch(self.tx, &token.digest, now, idle).await?;
        if self.caller.client.is_public() {
            if let Some(unused) = successor {
                store::refresh_token::void(self.tx, &unused.digest, now).await?;
            }
            // RFC 9449 §5: whoever shows a key now is held to it from now on.
            let held = token.confirmation.clone();
            let held = held.or_else(|| self.caller.holds_refresh_tokens());
            let next = mint::refresh_token(self.app, self.tx, &order, (Some(token), held)).await?;
            response.refresh_token = Some(next);
        }
        grants::note(
            self.tx,
            entry(&grant.id, HistoryKind::Refreshed, By::Client, now),
        )
        .await?;
        Ok(response)
    }
}

/// What only the token's own client hears, with the token in its hand.
fn idle_token() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "The refresh token was not used for too long: the payer has to be asked again",
    )
}

/// One answer for an unknown token, an old one, another client's and one whose grant has ended.
fn bad_token() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "The refresh token is unknown, ended or not for this client",
    )
}
