use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{Span, Timestamp, civil::date, tz::TimeZone};

use crate::model::Clock;

/// The demo's clock: it ticks like the machine's, from an instant of one's choice, and can be moved forward.
#[derive(Debug, Clone)]
pub struct DemoClock {
    ahead: Arc<AtomicI64>,
    moves: Arc<AtomicU64>,
    machine: Clock,
}

/// Why the clock cannot show an instant.
#[derive(Debug, thiserror::Error)]
#[error("the demo's clock shows the years 2000 to 2199")]
pub struct OutOfRange;

impl DemoClock {
    /// A clock that shows `start` now, or the time of the machine.
    pub fn new(machine: Clock, start: Option<Timestamp>) -> Result<Self, OutOfRange> {
        let clock = Self {
            ahead: Arc::default(),
            moves: Arc::default(),
            machine,
        };
        if let Some(start) = start {
            clock.show(start)?;
        }
        Ok(clock)
    }

    /// The source of "now" for everything in the demo.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let (ahead, machine) = (Arc::clone(&self.ahead), self.machine.clone());
        Clock::from_fn(move || shifted(&machine, ahead.load(Ordering::SeqCst)))
    }

    /// How often it was moved.
    #[must_use]
    pub fn moves(&self) -> u64 {
        self.moves.load(Ordering::SeqCst)
    }

    /// Moves it forward by `step`, in UTC.
    pub fn forward(&self, step: Span) -> Result<(), OutOfRange> {
        let now = self.clock().now().to_zoned(TimeZone::UTC);
        let then = now.checked_add(step).map_err(|_| OutOfRange)?;
        self.show(then.timestamp())?;
        self.moves.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn show(&self, instant: Timestamp) -> Result<(), OutOfRange> {
        let year = instant.to_zoned(TimeZone::UTC).date();
        if !(date(2000, 1, 1)..date(2200, 1, 1)).contains(&year) {
            return Err(OutOfRange);
        }
        let ahead = instant.as_millisecond() - self.machine.now().as_millisecond();
        self.ahead.store(ahead, Ordering::SeqCst);
        Ok(())
    }
}

fn shifted(machine: &Clock, ahead: i64) -> Timestamp {
    let now = machine.now();
    Timestamp::from_millisecond(now.as_millisecond().saturating_add(ahead)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn it_starts_where_it_is_told_to_and_ticks() {
        let machine = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&machine);
        let machine_clock =
            Clock::from_fn(move || Timestamp::from_second(read.load(Ordering::SeqCst)).unwrap());
        let start = at("2027-01-31T10:00:00Z");
        let demo = DemoClock::new(machine_clock, Some(start)).unwrap();
        assert_eq!(demo.clock().now(), start);
        machine.store(7, Ordering::SeqCst);
        assert_eq!(demo.clock().now(), at("2027-01-31T10:00:07Z"));
        demo.forward(1.month()).unwrap();
        assert_eq!(demo.clock().now(), at("2027-02-28T10:00:07Z"));
        assert_eq!(demo.moves(), 1);
    }

    #[test]
    fn it_stays_in_the_years_that_everybody_can_write() {
        let machine = || Clock::from_fn(|| Timestamp::UNIX_EPOCH);
        for start in ["1999-12-31T23:59:59Z", "2200-01-01T00:00:00Z"] {
            assert!(DemoClock::new(machine(), Some(at(start))).is_err());
        }
        let demo = DemoClock::new(machine(), Some(at("2199-12-31T00:00:00Z"))).unwrap();
        assert!(demo.forward(1.month()).is_err());
        assert_eq!(
            (demo.clock().now(), demo.moves()),
            (at("2199-12-31T00:00:00Z"), 0)
        );
    }
}
