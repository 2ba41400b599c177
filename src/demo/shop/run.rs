use jiff::Timestamp;
use serde_json::Value;

use super::catalogue::Story;
use super::discovery::Place;
use super::journal::Journal;
use super::tokens::Token;

const MOST_OUTCOMES: usize = 20;

/// A customer who is on the way to the authorization server.
#[derive(Clone)]
pub struct Pending {
    /// The `state` of the request.
    pub state: String,
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// The browser that asked.
    pub visitor: String,
    /// What the customer chose.
    pub story: &'static Story,
    /// The scope: the URL of the agreement that was created, or of the collection.
    pub agreement: String,
    /// Where everything is.
    pub place: Place,
    /// When the customer left.
    pub left: Timestamp,
    /// What was sent so far.
    pub journal: Journal,
}

/// One run of a story, from the moment at which it is known how it ended.
#[derive(Clone)]
pub struct Run {
    /// Its number, given by the desk.
    pub number: u64,
    /// What the customer chose.
    pub story: &'static Story,
    /// What it was begun with: the `state` of the request, or the key of the form.
    pub key: String,
    /// The browser that began it.
    pub visitor: String,
    /// The URL of the agreement, or of the collection.
    pub agreement: String,
    /// Where everything is.
    pub place: Place,
    /// How it ended.
    pub ending: Ending,
    /// Whether the permission has ended since, as far as the shop knows.
    pub over: bool,
    /// The newest token, where there is a permission.
    pub token: Option<Token>,
    /// What the wallet last heard about the token.
    pub introspection: Option<Value>,
    /// What came of the buttons, the newest first.
    pub outcomes: Vec<Outcome>,
    /// What was sent.
    pub journal: Journal,
}

/// How a story ended when the browser came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// There is a permission.
    Approved,
    /// The authorization server said no, with this error and description.
    Refused(String, String),
    /// The code could not be exchanged.
    Failed(String),
    /// Nobody had to be asked.
    Unasked,
}

/// What came of one press of a button.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The key under which it was sent.
    pub key: String,
    /// The words on the button.
    pub act: &'static str,
    /// Whether what was asked for was done.
    pub done: bool,
    /// What happened.
    pub words: String,
}

impl Run {
    /// What became of a request.
    pub fn of(pending: Pending, ending: Ending) -> Self {
        Self {
            number: 0,
            story: pending.story,
            key: pending.state,
            visitor: pending.visitor,
            agreement: pending.agreement,
            place: pending.place,
            ending,
            over: false,
            token: None,
            introspection: None,
            outcomes: Vec::new(),
            journal: pending.journal,
        }
    }

    /// Notes what came of a press; the same key replaces what was noted under it.
    pub fn note(&mut self, outcome: Outcome) {
        self.outcomes.retain(|kept| kept.key != outcome.key);
        self.outcomes.insert(0, outcome);
        self.outcomes.truncate(MOST_OUTCOMES);
    }
}
