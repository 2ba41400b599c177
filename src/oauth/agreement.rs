//! Reading an agreement at its wallet, with this server's own token.

use jiff::Timestamp;

use crate::app::App;
use crate::keys::random;
use crate::model::{
    Agreement, AgreementFault, AgreementUrl, Ended, Reading, Refusal, ResourceServer, Snapshot,
};
use crate::remote::{AgreementFetch, FaultKind};

use super::error::{ErrorCode, Over, PageKind};
use super::mint;

/// Why the payer cannot be asked, what the client is told when the payer goes back, and what the log says.
pub(super) struct Unreadable {
    pub(super) kind: PageKind,
    pub(super) code: ErrorCode,
    pub(super) cause: String,
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
    client_id: &str,
) -> Result<Fetched, Unreadable> {
    let token = mint::own_token(app, &wallet.origin, kind, url.as_str())
        .await
        .map_err(|error| Unreadable {
            kind: PageKind::Fault { retry: false },
            code: ErrorCode::ServerError,
            cause: error.to_string(),
        })?;
    let request = AgreementFetch {
        url: url.as_str(),
        token: token.expose(),
        allow_private: wallet.allow_private_network,
    };
    let answer = app.remote.agreement(request).await.map_err(|fault| {
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
    let at = app.clock.now();
    let origins = wallet.origins();
    let reading = Reading {
        url,
        kind,
        origins: &origins,
        client_id,
        now: at,
    };
    match Agreement::read(&answer.body, &reading) {
        Ok(agreement) => Ok(Fetched {
            agreement,
            etag: answer.etag,
            at,
        }),
        Err(AgreementFault::Refused(refusal)) => {
            let cause = format!("{}: {refusal}", url.as_str());
            Err(unusable(refusal, cause))
        }
        Err(AgreementFault::Over(ended)) => Err(over(
            match ended {
                Ended::Cancelled => Over::Cancelled,
                Ended::Expired => Over::Expired,
                Ended::UsedUp => Over::UsedUp,
            },
            format!("{}: {ended:?}", url.as_str()),
        )),
    }
}

fn unreachable(wallet: &ResourceServer, cause: String) -> Unreadable {
    Unreadable {
        kind: PageKind::Unreachable(wallet.origin.authority().to_owned()),
        code: ErrorCode::TemporarilyUnavailable,
        cause,
    }
}

fn unusable(refusal: Refusal, cause: String) -> Unreadable {
    Unreadable {
        kind: PageKind::Unusable(refusal),
        code: ErrorCode::InvalidScope,
        cause,
    }
}

fn over(why: Over, cause: String) -> Unreadable {
    Unreadable {
        kind: PageKind::Over(why),
        code: ErrorCode::AccessDenied,
        cause,
    }
}
