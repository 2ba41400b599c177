use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::record::Record;
use crate::demo::{KEYED_STORIES, STORIES, Story};

use super::parties::{PAYER, Parties, Payer, endpoint};

/// The whole demo for a script, started at `now`.
pub fn object(parties: &Parties, now: Timestamp) -> Record {
    let origins = &parties.origins;
    let payer = |payer: &Payer| {
        json!({
            "username": payer.username,
            "password": payer.password,
            "payment_pointer": payer.pointer,
        })
    };
    let payers: Vec<Value> = parties.payers.iter().map(payer).collect();
    Record::default()
        .with("issuer", origins.issuer.as_str())
        .with(
            "shop",
            json!({
                "url": origins.shop,
                "client_id": parties.shop.0,
                "client_secret": parties.shop.1,
                "redirect_uri": parties.redirect_uri,
            }),
        )
        .with(
            "second_shop",
            json!({
                "url": origins.second_shop,
                "client_id": parties.second_shop.client_id,
                "redirect_uri": parties.second_shop.redirect_uri,
                "stories": stories(&KEYED_STORIES, &origins.second_shop),
            }),
        )
        .with(
            "wallet",
            json!({
                "url": origins.wallet,
                "resource_server_id": parties.wallet.0,
                "resource_server_secret": parties.wallet.1,
                "mandates_endpoint": endpoint(origins, "mandates"),
                "invoices_endpoint": endpoint(origins, "invoices"),
                "sessions_endpoint": endpoint(origins, "sessions"),
            }),
        )
        .with("users", payers)
        .with("stories", stories(&STORIES, &origins.shop))
        .with("now", now.to_string())
}

/// Every story of a shop, and where a form that begins it is sent.
fn stories(stories: &[Story], shop: &str) -> Vec<Value> {
    let story = stories.iter().map(|story| {
        json!({
            "name": story.name,
            "title": story.title,
            "action": format!("{shop}/stories/{}", story.name),
        })
    });
    story.collect()
}

/// The whole demo for a person.
pub fn text(parties: &Parties, temporary: bool) -> String {
    let origins = &parties.origins;
    let mut text = format!(
        "Countersign demo. No real money.\n\n\
         Open the shop and choose a story:  {shop}\n\n  \
         shop that holds keys  {second_shop}\n  \
         wallet                {wallet}\n  \
         authorization server  {issuer}\n\n\
         Sign in as:\n",
        shop = origins.shop,
        second_shop = origins.second_shop,
        wallet = origins.wallet,
        issuer = origins.issuer,
    );
    for payer in &parties.payers {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {:6} {:32} {}",
            payer.username, payer.password, payer.pointer
        );
    }
    text.push_str("\nOr by hand:\n");
    for (what, command) in commands(parties) {
        let _ = writeln!(text, "  # {what}\n  {command}");
    }
    text.push_str(if temporary {
        "\nCtrl-C stops everything and removes what was stored.\n"
    } else {
        "\nCtrl-C stops everything; the database stays where --data says.\n"
    });
    text
}

fn commands(parties: &Parties) -> Vec<(&'static str, String)> {
    let origins = &parties.origins;
    let terms = json!({
        "subject": parties.pointer(PAYER),
        "assetCode": "USD",
        "assetScale": 2,
        "amount": "1000",
        "interval": "P1M",
        "description": "A magazine",
    });
    let (id, secret) = &parties.wallet;
    vec![
        (
            "what this server can do",
            format!(
                "curl {}/.well-known/oauth-authorization-server",
                origins.issuer
            ),
        ),
        (
            "what the wallet says of itself, and of this server",
            format!("curl {}/.well-known/open-payments", origins.wallet),
        ),
        (
            "a mandate that nobody has approved yet",
            format!(
                "curl -i -H 'Content-Type: application/json' -d '{terms}' {}",
                endpoint(origins, "mandates")
            ),
        ),
        (
            "what the wallet learns about a token, which the shop shows you",
            format!(
                "curl -u '{id}:{secret}' -d token=TOKEN {}/introspect",
                origins.issuer
            ),
        ),
    ]
}
