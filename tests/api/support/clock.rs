use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use countersign::model::Clock;
use jiff::{SignedDuration, Timestamp};

/// When every test begins.
const START: &str = "2027-03-01T09:00:00Z";

/// A clock that stands still until a test moves it; every instance of a server reads it.
///
/// It is a machine's monotonic clock. The same machine's wall clock is right when a server starts, and an hour off ever
/// after, in turn ahead and behind: nothing may go by it.
#[derive(Clone)]
pub struct TestClock(Arc<Hands>);

struct Hands {
    millis: AtomicI64,
    ticking: AtomicBool,
    wall_ahead: AtomicI64,
}

impl TestClock {
    pub fn new() -> Self {
        let start: Timestamp = START.parse().unwrap();
        let hour = SignedDuration::from_hours(1).as_millis();
        Self(Arc::new(Hands {
            millis: AtomicI64::new(start.as_millisecond()),
            ticking: AtomicBool::new(false),
            wall_ahead: AtomicI64::new(i64::try_from(hour).unwrap()),
        }))
    }

    fn reads(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.millis.load(Ordering::SeqCst)).unwrap()
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
        let ahead = self.0.wall_ahead.load(Ordering::SeqCst);
        self.0.wall_ahead.store(-ahead, Ordering::SeqCst);
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.advance(SignedDuration::from_secs(seconds));
    }

    /// Somebody sets the machine's wall clock.
    pub fn sets_the_wall_clock(&self, ahead: SignedDuration) {
        let millis = i64::try_from(ahead.as_millis()).unwrap();
        self.0.wall_ahead.store(millis, Ordering::SeqCst);
    }

    /// The clock of a server that starts now.
    pub fn clock(&self) -> Clock {
        let (machine, passing) = (self.clone(), self.clone());
        let runs = AtomicBool::new(false);
        let wall = move || {
            let right = machine.reads();
            if !runs.swap(true, Ordering::SeqCst) {
                return right;
            }
            right + SignedDuration::from_millis(machine.0.wall_ahead.load(Ordering::SeqCst))
        };
        let monotonic = move || {
            let millis = passing.now().as_millisecond();
            Duration::from_millis(u64::try_from(millis).unwrap())
        };
        Clock::anchored(wall, monotonic)
    }
}
