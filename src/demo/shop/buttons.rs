use super::catalogue::{Asks, Story};

/// One button on the page of a story that has begun.
#[derive(Debug)]
pub struct Act {
    /// Its name for programs: `POST /stories/{number}/{name}` presses it.
    pub name: &'static str,
    /// The words on it.
    pub label: &'static str,
    pub does: Does,
}

/// What a button does.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// Take an amount, in cents, with a mandate.
    Charge(&'static str),
    /// Pay an amount, in cents, into an invoice or a session.
    Pay(&'static str),
    /// Create an invoice for the customer, or for somebody else.
    Create {
        /// Whether it is for somebody else.
        for_another: bool,
    },
    /// Read the agreement.
    Look,
    /// Take an amount, in cents, with the token and without its key.
    Steal { amount: &'static str, has_key: bool },
    /// Get the next token.
    Refresh,
    /// Give the permission back.
    Revoke,
}

const fn act(name: &'static str, label: &'static str, does: Does) -> Act {
    Act { name, label, does }
}

const REFRESH: Act = act("refresh", "Refresh", Does::Refresh);
const REVOKE: Act = act("revoke", "Revoke", Does::Revoke);

static MANDATE: [Act; 4] = [
    act("charge", "Charge it: $5.00", Does::Charge("500")),
    act(
        "charge-too-much",
        "Charge too much: $500.00",
        Does::Charge("50000"),
    ),
    REFRESH,
    REVOKE,
];
static LOOK: [Act; 4] = [
    act("look", "Look at it", Does::Look),
    act("charge", "Charge it: $5.00", Does::Charge("500")),
    REFRESH,
    REVOKE,
];
static STOLEN: [Act; 4] = [
    act(
        "steal",
        "Be a thief: use the token alone",
        Does::Steal {
            amount: "500",
            has_key: false,
        },
    ),
    act(
        "steal-with-a-key",
        "Be a thief: use it with another key",
        Does::Steal {
            amount: "500",
            has_key: true,
        },
    ),
    act(
        "charge",
        "Be the shop: charge it $5.00",
        Does::Charge("500"),
    ),
    REVOKE,
];
static INVOICE: [Act; 4] = [
    act("pay", "Pay it: $11.50", Does::Pay("1150")),
    act("pay-too-much", "Pay too much: $500.00", Does::Pay("50000")),
    REFRESH,
    REVOKE,
];
static SESSION: [Act; 4] = [
    act("pay", "Send a small payment: $0.05", Does::Pay("5")),
    act("pay-too-much", "Send too much: $500.00", Does::Pay("50000")),
    REFRESH,
    REVOKE,
];
static COLLECTION: [Act; 4] = [
    act(
        "create",
        "Create an invoice with it",
        Does::Create { for_another: false },
    ),
    act(
        "create-for-another",
        "Create one for somebody else",
        Does::Create { for_another: true },
    ),
    REFRESH,
    REVOKE,
];
static NOTHING: [Act; 1] = [act("pay", "Pay it again: $2.00", Does::Pay("200"))];

impl Act {
    /// The buttons of a story.
    pub fn of(story: &Story) -> &'static [Self] {
        match story.asks {
            Asks::Mandate(_) => &MANDATE,
            Asks::Theft => &STOLEN,
            Asks::Look => &LOOK,
            Asks::Invoice => &INVOICE,
            Asks::Session => &SESSION,
            Asks::Collection => &COLLECTION,
            Asks::Nothing => &NOTHING,
        }
    }
}
