use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::run::{Pending, Run};

const MOST_PENDING: usize = 100;
const MOST_RUNS: usize = 100;

/// How long a customer may take: the authorization server gives 30 minutes, and lets a payer ask for more.
const PATIENCE: SignedDuration = SignedDuration::from_hours(6);

/// Everything that the shop remembers, within bounds.
#[derive(Default)]
pub struct Desk {
    pending: VecDeque<Pending>,
    runs: VecDeque<Run>,
    counted: u64,
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

    /// Keeps what became of a story and numbers it, once for each key of a visitor.
    pub fn keep(&mut self, mut run: Run) -> u64 {
        if let Some(number) = self.known(&run.key, &run.visitor) {
            return number;
        }
        self.counted += 1;
        run.number = self.counted;
        if self.runs.len() >= MOST_RUNS {
            self.runs.pop_front();
        }
        self.runs.push_back(run);
        self.counted
    }

    /// The number of the run that a visitor began with a key.
    pub fn known(&self, key: &str, visitor: &str) -> Option<u64> {
        let found = self
            .runs
            .iter()
            .find(|kept| kept.key == key && kept.visitor == visitor);
        found.map(|kept| kept.number)
    }

    /// Finds a run of a visitor.
    pub fn find(&mut self, number: u64, visitor: &str) -> Option<&mut Run> {
        self.runs
            .iter_mut()
            .find(|kept| kept.number == number && kept.visitor == visitor)
    }

    /// A visitor's runs, the newest first.
    pub fn runs<'a>(&'a self, visitor: &'a str) -> impl Iterator<Item = &'a Run> {
        self.runs
            .iter()
            .rev()
            .filter(move |kept| kept.visitor == visitor)
    }
}
