use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::Shop;

/// A story that the shop can tell: one button, one agreement, one turn that it takes.
#[derive(Debug)]
pub struct Story {
    /// Its name for programs: `POST /stories/{name}` begins it.
    pub name: &'static str,
    /// The words on its button.
    pub title: &'static str,
    /// What one will see.
    pub words: &'static str,
    pub(super) group: Group,
    pub(super) asks: Asks,
    /// The error that the story is about, and what it teaches.
    pub(super) lesson: Option<(&'static str, &'static str)>,
}

/// Under which heading a story stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Money goes out of the customer's account.
    Pay,
    /// No money moves: something of the customer's is seen.
    Show,
    /// Money comes into the customer's account.
    Paid,
    /// Something keeps the permission from being given.
    Wrong,
    /// Nobody is asked.
    Free,
}

impl Group {
    /// Every heading, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Pay, Self::Show, Self::Paid, Self::Wrong, Self::Free];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pay => "You pay",
            Self::Show => "You only show",
            Self::Paid => "You are paid",
            Self::Wrong => "What can go wrong",
            Self::Free => "What needs no permission",
        }
    }
}

/// What a story asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// To take money, again and again; once that is approved, this is how the customer stands.
    Mandate(&'static str),
    /// To take money, so that the token can be stolen.
    Theft,
    /// To pay an invoice of the customer's.
    Invoice,
    /// To stream small payments to the customer.
    Session,
    /// To see a mandate, and to take nothing.
    Look,
    /// To create invoices in the customer's name.
    Collection,
    /// Nothing: somebody who lets anybody pay is paid.
    Nothing,
}

const SUBSCRIBED: Asks = Asks::Mandate("You are subscribed");

const EXPIRED: &str = "The agreement had ended before you came. The authorization server told you so and let you approve \
    nothing; the shop learns only that there is no permission.";
const FOREIGN: &str = "The agreement is about bob's account. The authorization server does not say whose it is, lets nobody else \
    approve it, and tells the shop no more than that there is no permission.";
const SILENT: &str = "The wallet kept the agreement to itself, so there was nothing to show you, and nothing was approved. The \
    shop may try again later.";

/// Every story, in the order of the page.
pub const STORIES: [Story; 13] = [
    Story {
        name: "monthly",
        title: "Subscribe for 12 months",
        words: "Up to $20.00 each month for 12 months: read the total, the end and how to stop, approve, and let the shop charge you.",
        group: Group::Pay,
        asks: SUBSCRIBED,
        lesson: None,
    },
    Story {
        name: "endless",
        title: "Subscribe without an end",
        words: "Up to $20.00 each month with no end date: see how you are warned that nothing limits the total.",
        group: Group::Pay,
        asks: SUBSCRIBED,
        lesson: None,
    },
    Story {
        name: "carry-over",
        title: "Subscribe, carrying over",
        words: "What the shop does not take in one month it may take later: move the clock on by a month and see more than $20.00 left.",
        group: Group::Pay,
        asks: SUBSCRIBED,
        lesson: None,
    },
    Story {
        name: "look",
        title: "Let the shop only look",
        words: "The shop asks to see an automatic payment, and not to take one: what it asks for in authorization_details is said on the page, and the wallet refuses it a charge.",
        group: Group::Show,
        asks: Asks::Look,
        lesson: None,
    },
    Story {
        name: "invoice",
        title: "Be paid $34.50 for an order",
        words: "The shop asks to pay an invoice into your account: nothing is taken from you, and it is paid in three parts.",
        group: Group::Paid,
        asks: Asks::Invoice,
        lesson: None,
    },
    Story {
        name: "session",
        title: "Be paid while somebody reads",
        words: "The shop streams cents into your account while a session lasts, up to $1.00 in all.",
        group: Group::Paid,
        asks: Asks::Session,
        lesson: None,
    },
    Story {
        name: "collection",
        title: "Let the shop write your invoices",
        words: "No money yet: the shop may create invoices in your name, and only in yours.",
        group: Group::Paid,
        asks: Asks::Collection,
        lesson: None,
    },
    Story {
        name: "changing",
        title: "Terms that change while you look",
        words: "You read $20.00 a month; before you approve it becomes $50.00. See that nothing is approved, and what changed.",
        group: Group::Wrong,
        asks: SUBSCRIBED,
        lesson: None,
    },
    Story {
        name: "decline",
        title: "A subscription to decline",
        words: "The same $20.00 a month for 12 months: now press Decline, and see what the shop learns.",
        group: Group::Wrong,
        asks: SUBSCRIBED,
        lesson: Some((
            "access_denied",
            "You said no, and the shop learns just that. It should ask again only when you ask for it.",
        )),
    },
    Story {
        name: "expired",
        title: "An agreement that has expired",
        words: "Its end was yesterday: see that there is nothing left to approve.",
        group: Group::Wrong,
        asks: SUBSCRIBED,
        lesson: Some(("access_denied", EXPIRED)),
    },
    Story {
        name: "foreign",
        title: "Somebody else's agreement",
        words: "The shop asks you to approve payments from bob's account: see that alice cannot, and is not told whose it is.",
        group: Group::Wrong,
        asks: SUBSCRIBED,
        lesson: Some(("access_denied", FOREIGN)),
    },
    Story {
        name: "silent",
        title: "A wallet that does not answer",
        words: "The wallet keeps the authorization server waiting: after a few seconds you are told, and can try again or go back.",
        group: Group::Wrong,
        asks: SUBSCRIBED,
        lesson: Some(("temporarily_unavailable", SILENT)),
    },
    Story {
        name: "tip",
        title: "Tip bob $2.00",
        words: "Bob lets anybody pay him: the shop creates an invoice at his wallet and pays it, with no token and no question.",
        group: Group::Free,
        asks: Asks::Nothing,
        lesson: None,
    },
];

impl Story {
    /// The body that creates the story's agreement at the wallet.
    pub(super) fn terms(&self, shop: &Shop) -> Value {
        let now = shop.clock.clock().now();
        let mut terms = match self.asks {
            Asks::Mandate(_) | Asks::Theft | Asks::Look => subscription(shop, now),
            Asks::Invoice => invoice(&shop.payment_pointer, "3450", "Order 1042"),
            Asks::Session => invoice(&shop.payment_pointer, "100", "An article, while it is read"),
            Asks::Collection => invoice(&shop.payment_pointer, "900", "Written by the shop"),
            Asks::Nothing => invoice(&shop.other_pointer, "200", "A tip"),
        };
        match self.name {
            "endless" => drop(terms["cycles"].take()),
            "carry-over" => terms["cap"] = json!(false),
            "changing" => terms["demo"] = json!({"changes": {"amount": "5000"}}),
            "silent" => terms["demo"] = json!({"silent": true}),
            "foreign" => terms["subject"] = json!(shop.other_pointer),
            "expired" => {
                terms["startAt"] = json!(midnight(now, -60));
                terms["expiresAt"] = json!(midnight(now, -1));
            }
            "electricity" | "meter" | "stolen" => {
                terms["description"] = json!("Electricity, monthly plan");
            }
            "invoice" | "session" => terms["expiresAt"] = json!(midnight(now, 30)),
            _ => {}
        }
        if let Some(members) = terms.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        terms
    }
}

/// $20.00 a month for 12 months, from the midnight before `now`.
fn subscription(shop: &Shop, now: Timestamp) -> Value {
    json!({
        "subject": shop.payment_pointer,
        "assetCode": "USD",
        "assetScale": 2,
        "amount": "2000",
        "interval": "P1M",
        "cycles": 12,
        "cap": true,
        "startAt": midnight(now, 0),
        "description": "Streaming, standard plan",
    })
}

/// An invoice, or what else is paid into an account.
pub fn invoice(subject: &str, amount: &str, description: &str) -> Value {
    json!({
        "subject": subject,
        "assetCode": "USD",
        "assetScale": 2,
        "amount": amount,
        "description": description,
    })
}

/// The start of a day in UTC, some days from `now`.
fn midnight(now: Timestamp, days: i64) -> String {
    let then = now
        .checked_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(now);
    format!("{}T00:00:00Z", then.to_zoned(TimeZone::UTC).date())
}
