use serde_json::Value;

use super::super::outgoing::{Fault, pointer_url};
use super::Shop;

/// What the shop found out from a payment pointer.
#[derive(Debug, Clone)]
pub struct Place {
    /// The wallet's origin.
    pub wallet: String,
    /// Where the wallet's mandates are created.
    pub mandates_endpoint: String,
    /// The authorization server.
    pub issuer: String,
    /// Where customers are sent.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Whether every answer to the browser names its issuer (RFC 9207).
    pub names_issuer: bool,
}

/// Discovers wallet and authorization server from the payment pointer.
pub async fn discover(shop: &Shop) -> Result<Place, Fault> {
    let pointer = pointer_url(&shop.payment_pointer).ok_or_else(|| {
        Fault::Unexpected(format!("{} is not a payment pointer", shop.payment_pointer))
    })?;
    let wallet = pointer.origin().ascii_serialization();
    let document_url = format!("{wallet}/.well-known/open-payments");
    let reply = shop.outgoing.get(&document_url).send().await?;
    if reply.status != 200 {
        return Err(Fault::Silent(document_url, None));
    }
    let document = reply.body;
    if document["issuer"] != *wallet {
        return Err(Fault::Unexpected(format!(
            "{document_url} speaks of another wallet"
        )));
    }
    let mandates_endpoint = text(&document, "payment_mandates_endpoint")?;
    if !is_at(&mandates_endpoint, &wallet) {
        return Err(Fault::Unexpected(
            "the mandates are at another origin than the wallet".to_owned(),
        ));
    }
    let issuer = text(&document, "authorization_issuer")?;
    let metadata = shop.outgoing.metadata(&issuer).await?;
    Ok(Place {
        authorization_endpoint: text(&metadata, "authorization_endpoint")?,
        token_endpoint: text(&metadata, "token_endpoint")?,
        names_issuer: metadata["authorization_response_iss_parameter_supported"] == true,
        wallet,
        mandates_endpoint,
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
