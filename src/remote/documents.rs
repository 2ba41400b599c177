use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{ACCEPT, DATE};

use super::{Fault, Remote};

/// How a host answered when it was asked for a public document.
#[derive(Debug)]
pub struct Document {
    /// The body of a 200 that says it is JSON; else why there is none.
    pub body: Result<Vec<u8>, Fault>,
    /// The host's clock (RFC 9110 §6.6.1), to the second, as the head of the answer came.
    pub date: Option<Timestamp>,
    /// How long it took.
    pub took: Duration,
}

impl Remote {
    /// Reads a document that anybody may read, without a token.
    ///
    /// # Errors
    /// [`Fault`] if no answer came at all.
    pub async fn document(&self, url: &str, allow_private: bool) -> Result<Document, Fault> {
        let transport = self.wallet(allow_private);
        let url = transport.admit(url)?;
        let began = Instant::now();
        let exchange = async {
            let request = transport.client.get(url.clone());
            let request = request.header(ACCEPT, "application/json");
            let response = request.send().await.map_err(|fault| Fault::of(&fault))?;
            let date = response.headers().get(DATE).and_then(|date| {
                let date = rfc2822::parse(date.to_str().ok()?).ok()?;
                Some(date.timestamp())
            });
            let body = match response.status().as_u16() {
                200 => self.wallets.json(response).await,
                404 => Err(Fault::NotFound),
                code => Err(Fault::Refused(format!("the status is {code}"))),
            };
            Ok(Document {
                body,
                date,
                took: began.elapsed(),
            })
        };
        self.wallets.within(&url, exchange).await
    }
}
