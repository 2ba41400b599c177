use serde_json::{Value, json};

use super::super::Credentials;
use super::super::call::Call;
use super::super::key::ShopKeys;
use super::super::outgoing::Fault;
use super::Shop;
use super::catalogue::Asks;
use super::client::Errand;
use super::run::Pending;
use super::words::join;
use crate::model::Digest;

/// Prepares the request for authorization, and says where the browser takes it.
pub async fn prepare(shop: &Shop, pending: &mut Pending) -> Result<String, Fault> {
    match &shop.credentials {
        Credentials::Secret(_) => Ok(plain(shop, pending)),
        Credentials::Keys(keys) => push(shop, keys, pending).await,
    }
}

/// All of it in the URL (RFC 6749 §4.1.1).
fn plain(shop: &Shop, pending: &mut Pending) -> String {
    let details = details(pending).to_string();
    let wanted = match pending.story.asks {
        Asks::Look => ("authorization_details", details.as_str()),
        _ => ("scope", pending.agreement.as_str()),
    };
    let url = url_of(
        pending,
        &[
            ("response_type", "code"),
            ("client_id", &shop.client_id),
            ("redirect_uri", &shop.redirect_uri),
            wanted,
            ("state", &pending.state),
            ("code_challenge", &challenge(pending)),
            ("code_challenge_method", "S256"),
        ],
    );
    let what = if pending.story.asks == Asks::Look {
        "Send the browser to the authorization server, to ask for a token with which the agreement can be read and nothing else."
    } else {
        "Send the browser to the authorization server, to ask for a token whose scope is the agreement's URL. It can be \
        opened again; what comes back then belongs to a request that the shop has finished."
    };
    let command = Call::get(&url).curl();
    let answer = format!("The browser went to\n{url}");
    pending.journal.push(what, command, answer);
    url
}

/// Signed (RFC 9101) and sent ahead (RFC 9126 §2): the browser carries no more than its name.
async fn push(shop: &Shop, keys: &ShopKeys, pending: &mut Pending) -> Result<String, Fault> {
    let place = pending.place.clone();
    let endpoint = place.pushed_authorization_request_endpoint.as_ref();
    let endpoint = endpoint.ok_or_else(|| {
        Fault::Unexpected("the authorization server takes no pushed requests".to_owned())
    })?;
    let parameters = json!({
        "client_id": shop.client_id,
        "response_type": "code",
        "redirect_uri": shop.redirect_uri,
        "state": pending.state,
        "code_challenge": challenge(pending),
        "code_challenge_method": "S256",
        "authorization_details": details(pending),
        "resource": pending.agreement,
    });
    let now = shop.clock.clock().now();
    let request = keys.registered.request(&place.issuer, now, &parameters)?;
    let errand = Errand {
        what: "Push the request: what is asked for, signed by the shop, goes straight to the authorization server. The assertion \
            says who sends it, and the proof which key the token will be bound to.",
        endpoint,
        issuer: &place.issuer,
        fields: &[("request", &request)],
        binds: true,
    };
    let reply = shop.ask(&mut pending.journal, &errand).await?;
    let text = |member: &str| reply.body[member].as_str().unwrap_or_default();
    let name = text("request_uri");
    if reply.status != 201 || name.is_empty() {
        return Err(Fault::Unexpected(format!(
            "the authorization server did not take the request ({}): {}",
            reply.status,
            join(text("error"), text("error_description"))
        )));
    }
    let url = url_of(
        pending,
        &[("client_id", &shop.client_id), ("request_uri", name)],
    );
    let what = "Send the browser to the authorization server with the name of the request, and nothing to read or change on the \
        way. Only the browser that opens it first can go on with it.";
    let answer = format!("The browser went to\n{url}");
    pending.journal.push(what, String::new(), answer);
    Ok(url)
}

/// What is asked for (RFC 9396 §2), as Open Payments has it.
fn details(pending: &Pending) -> Value {
    let actions: &[&str] = match pending.story.asks {
        Asks::Look => &["read"],
        _ => &["read", "charge", "cancel"],
    };
    json!([{
        "type": "open_payments_mandate",
        "locations": [&pending.agreement],
        "actions": actions,
    }])
}

fn challenge(pending: &Pending) -> String {
    Digest::of(pending.verifier.as_bytes()).to_base64url()
}

fn url_of(pending: &Pending, parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let endpoint = &pending.place.authorization_endpoint;
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{query}")
}
