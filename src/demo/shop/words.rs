use serde_json::Value;

use super::super::money;
use super::super::outgoing::{Fault, Reply};
use super::catalogue::Asks;
use super::run::{Ending, Run};
use super::tokens::NoToken;

/// Something that went wrong, in words for the customer.
pub struct Notice {
    /// What happened.
    pub title: &'static str,
    /// What it means and what to do.
    pub text: String,
    /// What a developer wants to know.
    pub technical: String,
}

impl Notice {
    /// A notice without technical details.
    pub fn new(title: &'static str, text: impl Into<String>) -> Self {
        Self {
            title,
            text: text.into(),
            technical: String::new(),
        }
    }
}

impl From<Fault> for Notice {
    fn from(fault: Fault) -> Self {
        tracing::warn!(%fault, "the demo shop got no usable answer");
        let text = "Another server did not answer as it should. Nothing was approved. Try again.";
        Self {
            technical: fault.to_string(),
            ..Self::new("That did not work", text)
        }
    }
}

/// How a story ended, in words.
pub fn ending(run: &Run) -> Notice {
    match &run.ending {
        Ending::Approved if run.over => Notice::new(
            "The permission has ended",
            "You gave it, and it is over: every token with it is dead at the next request. The buttons still answer, and say so.",
        ),
        Ending::Approved => approved(run.story.asks),
        Ending::Unasked => Notice::new(
            "Bob was paid",
            "The shop created an invoice at bob's wallet and paid it with $2.00 of its own. Bob lets anybody pay him, so there \
             was no token, no sign-in and nothing to approve: a permission protects whoever has something to lose.",
        ),
        Ending::Refused(error, description) => {
            let (title, text) = refusal(error);
            Notice {
                technical: join(error, description),
                ..Notice::new(title, text)
            }
        }
        Ending::Failed(why) => Notice {
            technical: why.clone(),
            ..Notice::new(
                "That did not work",
                "The authorization server did not answer as it should when the shop came for its token. Start again.",
            )
        },
    }
}

fn approved(asks: Asks) -> Notice {
    let (title, text) = match asks {
        Asks::Theft => (
            "The shop has a token. Now steal it",
            "Use it as a thief would: alone, or with a key of your own. Then be the shop.",
        ),
        Asks::Mandate(standing) => (
            standing,
            "You approved, and the shop has a token that is worth this one agreement. It takes money within what you read, and the \
             wallet asks about the token each time.",
        ),
        Asks::Look => (
            "The shop may look, and take nothing",
            "You allowed the shop to see this one agreement and what was taken under it. Press the button that charges, and see \
             the wallet refuse it.",
        ),
        Asks::Invoice => (
            "The shop may pay you",
            "You allowed the shop to pay this one invoice. Nothing leaves your account.",
        ),
        Asks::Session => (
            "The shop may stream payments to you",
            "You allowed small payments into your account while the session lasts. Nothing leaves your account.",
        ),
        Asks::Collection => (
            "The shop may create invoices in your name",
            "The token is good for creating invoices for your account and for nothing else. No money has moved.",
        ),
        Asks::Nothing => ("Nobody had to be asked", "There is no permission to give."),
    };
    Notice::new(title, text)
}

fn refusal(error: &str) -> (&'static str, &'static str) {
    match error {
        "access_denied" => (
            "The permission was not given",
            "It was declined, or nobody could approve it: too late, not theirs, or over already. Nothing was approved and no money was taken.",
        ),
        "temporarily_unavailable" | "server_error" => (
            "That did not work right now",
            "Somebody did not answer in time. Nothing was approved. Wait a little, and try again.",
        ),
        "invalid_scope" | "invalid_authorization_details" => (
            "The terms were not accepted",
            "The authorization server does not ask anybody to approve such an agreement. Nothing was approved.",
        ),
        "invalid_grant" => (
            "The permission came too late",
            "The code was used before, or it has run out. Nothing was approved. Start again.",
        ),
        "unauthorized_client" | "invalid_client" => (
            "This shop is not set up correctly",
            "Nothing was approved. That is the shop's mistake, not yours.",
        ),
        _ => (
            "That did not work",
            "Nothing was approved. Start again; if it happens twice, look at the exchange below.",
        ),
    }
}

/// An error code with its description.
pub fn join(error: &str, description: &str) -> String {
    if description.is_empty() {
        error.to_owned()
    } else {
        format!("{error}: {description}")
    }
}

/// Why nothing could be sent without a token.
pub fn no_token(reason: &NoToken) -> String {
    match reason {
        NoToken::Refused(error, description) => format!(
            "The authorization server gives no new token: the permission has ended ({}).",
            join(error, description)
        ),
        NoToken::Fault(fault) => format!("{fault}. Nothing was sent to the wallet. Try again."),
    }
}

/// What the wallet made of a charge or a payment of `amount`.
pub fn paid(reply: &Reply, amount: &str, is_charge: bool) -> (bool, String) {
    let words = |member: &Value| {
        let amount = money::parse(member)?;
        Some(money::find("USD")?.words(amount.into()))
    };
    if reply.status != 201 {
        return (false, refused(reply));
    }
    let sum = words(&amount.into()).unwrap_or_default();
    let body = &reply.body;
    let text = if is_charge {
        let left =
            words(&body["leftThisPeriod"]).unwrap_or_else(|| "nobody knows how much".to_owned());
        format!("{sum} was taken. Left to take now: {left}.")
    } else {
        let received = words(&body["received"]).unwrap_or_default();
        match words(&body["leftToPay"]) {
            Some(left) => {
                format!("{sum} was paid. Received in all: {received}. Left to pay: {left}.")
            }
            None => format!("{sum} was paid. Received in all: {received}."),
        }
    };
    (true, text)
}

/// What the wallet made of a charge by somebody without the key.
pub fn stolen(reply: &Reply, amount: &str) -> (bool, String) {
    match (reply.status, reply.body["detail"].as_str()) {
        (401, Some(detail)) => (
            false,
            format!("The wallet refused the thief, and nothing was taken: {detail}"),
        ),
        _ => paid(reply, amount, true),
    }
}

/// What the wallet showed.
pub fn seen(reply: &Reply) -> (bool, String) {
    if reply.status != 200 {
        return (false, refused(reply));
    }
    let text = "The wallet showed the agreement, and what was taken under it. It is in the exchange below.";
    (true, text.to_owned())
}

/// What the wallet made of a new agreement that was sent with a token.
pub fn created(reply: &Reply) -> (bool, String) {
    match (reply.status, &reply.location) {
        (201, Some(location)) => (
            true,
            format!("The wallet created {location}. Nobody has paid it yet."),
        ),
        _ => (false, refused(reply)),
    }
}

fn refused(reply: &Reply) -> String {
    match reply.status {
        401 => "The wallet asked about the token and heard that it no longer works: the permission has ended.".to_owned(),
        status => match reply.body["detail"].as_str() {
            Some(detail) => format!("The wallet refused: {detail}"),
            None => format!("The wallet answered {status}, and nothing was done."),
        },
    }
}
