//! Reading an agreement at its wallet, with this server's own token.

use std::time::Instant;

use jiff::Timestamp;
use tracing::Instrument as _;

use crate::app::App;
use crate::keys::random;
use crate::model::{
    Agreement, AgreementFault, AgreementUrl, Ended, Reading, Refusal, ResourceServer, Snapshot,
    subject_of,
};
use crate::remote::{AgreementFetch, Fault, FaultKind};
use crate::telemetry::{Call, TRACE};

use super::error::{ErrorCode, Over, PageKind};
use super::{mint, scope};

/// Why the payer cannot be asked, what the client is told when the payer goes back, and what the log says.
pub(super) struct Unreadable {
    pub(super) kind: PageKind,
    pub(super) code: ErrorCode,
    pub(super) cause: String,
    /// Whose agreement it is, where that could be read: nobody else is told what is wrong with it.
    pub(super) subject: Option<String>,
}

/// An agreement as it is now.
pub(super) struct Fetched {
    pub(super) agreement: Agreement,
    pub(super) etag: Option<String>,
    pub(super) at: Timestamp,
}

impl Fetched {
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            id: random::id("snp_"),
            url: self.agreement.url.as_str().to_owned(),
            kind: self.agreement.terms.kind,
            subject: self.agreement.subject.as_str().to_owned(),
            raw: self.agreement.raw.clone(),
            terms: self.agreement.terms.clone(),
            digest: self.agreement.terms.digest(),
            etag: self.etag.clone(),
            fetched_at: self.at,
        }
    }
}

/// Fetches the agreement `url` for `client_id`, and refuses what cannot be approved.
pub(super) async fn fetch(
    app: &App,
    wallet: &ResourceServer,
    url: &AgreementUrl,
    kind: crate::model::AgreementType,
    client_id: Option<&str>,
) -> Result<Fetched, Unreadable> {
    fetch_as_of(app, wallet, (url, kind, client_id), None).await
}

/// The same, judged as of the instant `as_of` if there is one, and else as of now.
async fn fetch_as_of(
    app: &App,
    wallet: &ResourceServer,
    (url, kind, client_id): (&AgreementUrl, crate::model::AgreementType, Option<&str>),
    as_of: Option<Timestamp>,
) -> Result<Fetched, Unreadable> {
    let token = mint::own_token(app, &wallet.origin, kind, url.as_str())
        .await
        .map_err(|error| Unreadable {
            kind: PageKind::Fault { retry: false },
            code: ErrorCode::ServerError,
            cause: error.to_string(),
            subject: None,
        })?;
    let request = AgreementFetch {
        url: url.as_str(),
        token: token.expose(),
        allow_private: wallet.allow_private_network,
    };
    let began = Instant::now();
    let span = tracing::info_span!(
        target: TRACE,
        "agreement",
        otel.kind = "client",
        server.address = wallet.origin.as_str(),
    );
    let answer = app.remote.agreement(request).instrument(span).await;
    let outcome = answer.as_ref().map_or_else(call, |_| Call::Answered);
    app.metrics.called(outcome, began.elapsed());
    let answer = answer.map_err(|fault| {
        let cause = format!("{}: {fault}", url.as_str());
        match fault.kind() {
            FaultKind::Temporary => unreachable(wallet, cause),
            FaultKind::Ended => over(Over::Cancelled, cause),
            FaultKind::Unusable => {
                let refusal = Refusal {
                    member: "agreement".to_owned(),
                    rule: fault.to_string(),
                };
                unusable(refusal, cause)
            }
        }
    })?;
    let at = as_of.unwrap_or_else(|| app.clock.now());
    let origins = wallet.origins();
    let reading = Reading {
        url,
        kind,
        origins: &origins,
        client_id,
        now: at,
    };
    match judge(app, &answer.body, &reading) {
        Ok(agreement) => Ok(Fetched {
            agreement,
            etag: answer.etag,
            at,
        }),
        Err(fault) => Err(Unreadable {
            subject: subject_of(&answer.body, &reading).map(|subject| subject.as_str().to_owned()),
            ..unreadable(url, fault)
        }),
    }
}

fn call(fault: &Fault) -> Call {
    match fault {
        Fault::Unreachable(_) => Call::Unreachable,
        Fault::Busy => Call::Busy,
        Fault::Failed(_) | Fault::Unreadable(_) => Call::Failed,
        Fault::Denied(_) => Call::Denied,
        Fault::NotFound | Fault::Gone => Call::Gone,
        Fault::Refused(_) => Call::Refused,
    }
}

fn unreadable(url: &AgreementUrl, fault: AgreementFault) -> Unreadable {
    match fault {
        AgreementFault::Refused(refusal) => {
            let cause = format!("{}: {refusal}", url.as_str());
            unusable(refusal, cause)
        }
        AgreementFault::Over(ended) => over(
            match ended {
                Ended::Cancelled => Over::Cancelled,
                Ended::Expired => Over::Expired,
                Ended::UsedUp => Over::UsedUp,
            },
            format!("{}: {ended:?}", url.as_str()),
        ),
    }
}

/// Reads an agreement, and holds it to the settings.
fn judge(app: &App, body: &[u8], reading: &Reading<'_>) -> Result<Agreement, AgreementFault> {
    let agreement = Agreement::read(body, reading)?;
    let bounds = app.settings.mandate.bounds();
    bounds.check(&agreement.terms, reading.now)?;
    bounds.check_start(&agreement.terms, reading.now)?;
    Ok(agreement)
}

/// Why an agreement cannot be read for somebody who asks about it.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// No payer is asked about it: this is the rule that it breaks.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It was not read at all.
    #[error("{0}")]
    Failed(String),
}

/// Reads the agreement at `url` as it would be read if a payer were asked at `at`, on behalf of no client.
pub async fn read(app: &App, url: &str, at: Timestamp) -> Result<Agreement, ReadFault> {
    let resolved = scope::resolve(app, &app.store, url).await;
    let resolved = resolved.map_err(|error| ReadFault::Failed(error.description.to_owned()))?;
    if resolved.collection {
        let rule = "The URL is a collection, in which agreements are created";
        return Err(ReadFault::Failed(rule.to_owned()));
    }
    let asked = (&resolved.url, resolved.kind, None);
    let read = fetch_as_of(app, &resolved.wallet, asked, Some(at)).await;
    match read {
        Ok(fetched) => Ok(fetched.agreement),
        Err(unreadable) => Err(match unreadable.kind {
            PageKind::Unusable(refusal) => refusal.into(),
            PageKind::Over(Over::Cancelled) => {
                AgreementFault::Over(Ended::Cancelled).refusal().into()
            }
            PageKind::Over(Over::Expired) => AgreementFault::Over(Ended::Expired).refusal().into(),
            PageKind::Over(Over::UsedUp) => AgreementFault::Over(Ended::UsedUp).refusal().into(),
            _ => ReadFault::Failed(unreadable.cause),
        }),
    }
}

fn unreachable(wallet: &ResourceServer, cause: String) -> Unreadable {
    Unreadable {
        kind: PageKind::Unreachable(wallet.origin.authority().to_owned()),
        code: ErrorCode::TemporarilyUnavailable,
        cause,
        subject: None,
    }
}

fn unusable(refusal: Refusal, cause: String) -> Unreadable {
    Unreadable {
        kind: PageKind::Unusable(refusal),
        code: ErrorCode::InvalidScope,
        cause,
        subject: None,
    }
}

fn over(why: Over, cause: String) -> Unreadable {
    Unreadable {
        kind: PageKind::Over(why),
        code: ErrorCode::AccessDenied,
        cause,
        subject: None,
    }
}
