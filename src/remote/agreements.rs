use std::fmt;

use reqwest::header::{ACCEPT, ETAG};
use reqwest::{Response, StatusCode};

use super::{Fault, Remote};

/// An `ETag` longer than this is not kept.
const MAX_ETAG: usize = 256;

/// Which agreement is asked for, and how.
#[derive(Clone, Copy)]
pub struct AgreementFetch<'a> {
    /// The agreement's URL, on a registered wallet's origin.
    pub url: &'a str,
    /// This server's own token for that wallet.
    pub token: &'a str,
    /// Whether the wallet is registered as one in a private network.
    pub allow_private: bool,
}

impl fmt::Debug for AgreementFetch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgreementFetch")
            .field("url", &self.url)
            .field("allow_private", &self.allow_private)
            .finish_non_exhaustive()
    }
}

/// An agreement as its wallet wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The bytes of the body, declared to be JSON and not read yet.
    pub body: Vec<u8>,
    /// The `ETag` (RFC 9110 §8.8.3) as it was sent, quotes included.
    pub etag: Option<String>,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched")
            .field("bytes", &self.body.len())
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}

impl Remote {
    /// Fetches an agreement from the wallet that keeps it.
    ///
    /// # Errors
    /// [`Fault`]; its `kind` says what to tell the payer.
    pub async fn agreement(&self, fetch: AgreementFetch<'_>) -> Result<Fetched, Fault> {
        let wallet = self.wallet(fetch.allow_private);
        let url = wallet.admit(fetch.url)?;
        let exchange = async {
            let request = wallet
                .client
                .get(url.clone())
                .header(ACCEPT, "application/json")
                .bearer_auth(fetch.token);
            let response = request.send().await.map_err(|fault| Fault::of(&fault))?;
            judge_status(response.status())?;
            let etag = etag(&response);
            let body = self.wallets.json(response).await?;
            Ok(Fetched { body, etag })
        };
        self.wallets.within(&url, exchange).await
    }
}

/// Only 200 brings an agreement; a redirect is not followed, since it would carry the token elsewhere.
fn judge_status(status: StatusCode) -> Result<(), Fault> {
    let code = status.as_u16();
    match code {
        200 => Ok(()),
        401 | 403 => Err(Fault::Denied(code)),
        404 => Err(Fault::NotFound),
        410 => Err(Fault::Gone),
        408 | 425 | 429 | 500..=599 => Err(Fault::Failed(code)),
        300..=399 => Err(Fault::Unreadable(format!("a redirect ({code})"))),
        _ => Err(Fault::Refused(format!("the status is {code}"))),
    }
}

fn etag(response: &Response) -> Option<String> {
    let text = response.headers().get(ETAG)?.to_str().ok()?;
    (text.len() <= MAX_ETAG).then(|| text.to_owned())
}
