use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::discovery::Place;
use super::tokens::Token;

const MOST_PENDING: usize = 100;
const MOST_SUBSCRIPTIONS: usize = 100;
const MOST_OUTCOMES: usize = 20;

/// How long a customer may take: the authorization server gives 30 minutes, and lets a payer ask for more.
const PATIENCE: SignedDuration = SignedDuration::from_hours(6);

/// Everything that the shop remembers, within bounds.
#[derive(Default)]
pub struct Desk {
    pending: VecDeque<Pending>,
    subscriptions: VecDeque<Subscription>,
    counted: u64,
}

/// A customer who is on the way to the authorization server.
#[derive(Clone)]
pub struct Pending {
    /// The `state` of the request.
    pub state: String,
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// The browser that asked.
    pub visitor: String,
    /// The URL of the mandate that was created.
    pub agreement: String,
    /// The body that created it.
    pub terms: String,
    /// Where everything is.
    pub place: Place,
    /// When the customer left.
    pub left: Timestamp,
}

/// A subscription that the customer approved.
#[derive(Clone)]
pub struct Subscription {
    /// Its number, given by the desk.
    pub number: u64,
    /// What was known when the customer left.
    pub request: Pending,
    /// The token.
    pub token: Token,
    /// The code that was exchanged for it.
    pub code: String,
    /// What came of the charges, the newest first.
    pub outcomes: Vec<Outcome>,
}

/// What came of one charge.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The key under which it was sent.
    pub key: String,
    /// Whether the wallet took the money.
    pub accepted: bool,
    /// How much is left, or why it was refused.
    pub words: String,
}

impl Desk {
    /// Remembers a customer who leaves.
    pub fn expect(&mut self, pending: Pending) {
        self.pending
            .retain(|kept| pending.left.duration_since(kept.left) < PATIENCE);
        if self.pending.len() >= MOST_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(pending);
    }

    /// Takes the request that a returning customer left with: once, in the same browser, in time.
    pub fn welcome(&mut self, state: &str, visitor: &str, now: Timestamp) -> Option<Pending> {
        let place = self
            .pending
            .iter()
            .position(|kept| kept.state == state && kept.visitor == visitor)?;
        let pending = self.pending.remove(place)?;
        (now.duration_since(pending.left) < PATIENCE).then_some(pending)
    }

    /// Keeps a subscription and numbers it.
    pub fn keep(&mut self, request: Pending, code: String, token: Token) -> u64 {
        self.counted += 1;
        if self.subscriptions.len() >= MOST_SUBSCRIPTIONS {
            self.subscriptions.pop_front();
        }
        self.subscriptions.push_back(Subscription {
            number: self.counted,
            request,
            token,
            code,
            outcomes: Vec::new(),
        });
        self.counted
    }

    /// Finds a subscription of a visitor.
    pub fn find(&mut self, number: u64, visitor: &str) -> Option<&mut Subscription> {
        self.subscriptions
            .iter_mut()
            .find(|kept| kept.number == number && kept.request.visitor == visitor)
    }

    /// The numbers of a visitor's subscriptions.
    pub fn numbers(&self, visitor: &str) -> Vec<u64> {
        self.subscriptions
            .iter()
            .filter(|kept| kept.request.visitor == visitor)
            .map(|kept| kept.number)
            .collect()
    }
}

impl Subscription {
    /// Notes what came of a charge; the same key replaces what was noted under it.
    pub fn note(&mut self, outcome: Outcome) {
        self.outcomes.retain(|kept| kept.key != outcome.key);
        self.outcomes.insert(0, outcome);
        self.outcomes.truncate(MOST_OUTCOMES);
    }
}
