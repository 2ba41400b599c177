use serde_json::Value;

use super::super::call::Call;
use super::super::outgoing::{self, Fault, pointer_url};
use super::Shop;
use super::catalogue::Asks;
use super::journal::Journal;

/// What the shop found out from a payment pointer.
#[derive(Debug, Clone)]
pub struct Place {
    /// The wallet's origin.
    pub wallet: String,
    /// Where the wallet's mandates are created.
    pub mandates_endpoint: String,
    /// Where its invoices are created.
    pub invoices_endpoint: String,
    /// Where its sessions are created.
    pub sessions_endpoint: String,
    /// The authorization server.
    pub issuer: String,
    /// Where customers are sent.
    pub authorization_endpoint: String,
    /// Where requests are sent ahead (RFC 9126 §5), if they can be.
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where permissions are given back (RFC 7009).
    pub revocation_endpoint: String,
    /// Where wallets ask about tokens (RFC 7662).
    pub introspection_endpoint: String,
    /// Whether every answer to the browser names its issuer (RFC 9207).
    pub names_issuer: bool,
}

impl Place {
    /// Where what a story needs is created.
    pub fn endpoint(&self, asks: Asks) -> &str {
        match asks {
            Asks::Mandate(_) | Asks::Theft | Asks::Look => &self.mandates_endpoint,
            Asks::Session => &self.sessions_endpoint,
            Asks::Invoice | Asks::Collection | Asks::Nothing => &self.invoices_endpoint,
        }
    }
}

/// Discovers wallet and authorization server from a payment pointer.
pub async fn discover(
    shop: &Shop,
    journal: &mut Journal,
    payment_pointer: &str,
) -> Result<Place, Fault> {
    let pointer = pointer_url(payment_pointer)
        .ok_or_else(|| Fault::Unexpected(format!("{payment_pointer} is not a payment pointer")))?;
    let wallet = pointer.origin().ascii_serialization();
    let document_url = format!("{wallet}/.well-known/open-payments");
    let what = "Discover the wallet: where its agreements are created, and which authorization server it trusts.";
    let reply = shop.send(journal, what, &Call::get(&document_url)).await?;
    if reply.status != 200 {
        return Err(Fault::Silent(document_url, None));
    }
    let document = reply.body;
    if document["issuer"] != *wallet {
        return Err(Fault::Unexpected(format!(
            "{document_url} speaks of another wallet"
        )));
    }
    let endpoint = |kind: &str| {
        text(&document, &format!("payment_{kind}_endpoint")).and_then(|url| {
            let stray = format!("the {kind} are at another origin than the wallet");
            let is_here = is_at(&url, &wallet);
            is_here.then_some(url).ok_or(Fault::Unexpected(stray))
        })
    };
    let (mandates, invoices, sessions) = (
        endpoint("mandates")?,
        endpoint("invoices")?,
        endpoint("sessions")?,
    );
    let issuer = text(&document, "authorization_issuer")?;
    let call = outgoing::metadata_call(&issuer)?;
    let what =
        "Discover the authorization server: where to send the browser, and where tokens come from.";
    let reply = shop.send(journal, what, &call).await?;
    let metadata = outgoing::metadata(&issuer, reply)?;
    Ok(Place {
        authorization_endpoint: text(&metadata, "authorization_endpoint")?,
        pushed_authorization_request_endpoint: text(
            &metadata,
            "pushed_authorization_request_endpoint",
        )
        .ok(),
        token_endpoint: text(&metadata, "token_endpoint")?,
        revocation_endpoint: text(&metadata, "revocation_endpoint")?,
        introspection_endpoint: text(&metadata, "introspection_endpoint")?,
        names_issuer: metadata["authorization_response_iss_parameter_supported"] == true,
        mandates_endpoint: mandates,
        invoices_endpoint: invoices,
        sessions_endpoint: sessions,
        wallet,
        issuer,
    })
}

/// Whether a URL is at an origin.
pub fn is_at(url: &str, origin: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url.origin().ascii_serialization() == origin)
}

fn text(document: &Value, member: &str) -> Result<String, Fault> {
    document[member]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Fault::Unexpected(format!("{member} is missing from the metadata")))
}
