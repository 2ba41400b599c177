use super::catalogue::{Asks, Group, Story};

/// Every story of a shop that holds keys, in the order of the page.
pub const KEYED_STORIES: [Story; 3] = [
    Story {
        name: "electricity",
        title: "Pay for electricity each month",
        words: "Up to $20.00 each month for 12 months: the shop proves who it is with a key, signs what it asks for and sends it ahead, and gets a token that is bound to a key.",
        group: Group::Pay,
        asks: Asks::Mandate("Your electricity is paid from now on"),
        lesson: None,
    },
    Story {
        name: "meter",
        title: "Let the shop only look, with keys",
        words: "The shop may read an automatic payment, and take nothing: the token for that is bound to the shop's key, too.",
        group: Group::Show,
        asks: Asks::Look,
        lesson: None,
    },
    Story {
        name: "stolen",
        title: "A token that is stolen",
        words: "Approve, then be the thief: somebody who has the shop's token, and not its key, tries to charge you, and the wallet refuses.",
        group: Group::Wrong,
        asks: Asks::Theft,
        lesson: None,
    },
];
