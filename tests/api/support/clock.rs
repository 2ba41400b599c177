use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use countersign::model::Clock;
use jiff::{SignedDuration, Timestamp};

/// When every test begins.
const START: &str = "2027-03-01T09:00:00Z";

/// A clock that stands still until a test moves it; every instance of a server reads it.
#[derive(Clone)]
pub struct TestClock(Arc<Hands>);

struct Hands {
    millis: AtomicI64,
    ticking: AtomicBool,
}

impl TestClock {
    pub fn new() -> Self {
        let start: Timestamp = START.parse().unwrap();
        Self(Arc::new(Hands {
            millis: AtomicI64::new(start.as_millisecond()),
            ticking: AtomicBool::new(false),
        }))
    }

    pub fn now(&self) -> Timestamp {
        let step = i64::from(self.0.ticking.load(Ordering::SeqCst));
        let millis = self.0.millis.fetch_add(step, Ordering::SeqCst);
        Timestamp::from_millisecond(millis).unwrap()
    }

    /// From now on each look at it moves it on by a millisecond.
    pub fn ticks(&self) {
        self.0.ticking.store(true, Ordering::SeqCst);
    }

    pub fn advance(&self, span: SignedDuration) {
        let millis = i64::try_from(span.as_millis()).unwrap();
        self.0.millis.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.advance(SignedDuration::from_secs(seconds));
    }

    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::from_fn(move || clock.now())
    }
}
