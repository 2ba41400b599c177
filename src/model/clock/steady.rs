use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// What time servers correct in a day, and a leap second, is below; somebody who sets the clock is above.
pub(super) const FOLLOWED: SignedDuration = SignedDuration::from_secs(10);

/// A correction takes this many times its size: no life is longer or shorter by more than a 2000th.
const SLOWNESS: i128 = 2000;

/// How often the wall clock is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Between two readings of different clocks more time must not pass, or their difference says nothing.
const GLANCE: Duration = Duration::from_millis(5);

/// How often a look is tried that fell into a pause of this thread.
const TRIES: u8 = 3;

type Wall = Box<dyn Fn() -> Timestamp + Send + Sync>;
type Monotonic = Box<dyn Fn() -> Duration + Send + Sync>;

/// A clock that was set once, and goes by the time that passes.
pub(super) struct Steady {
    wall: Wall,
    monotonic: Monotonic,
    mark: Mutex<Mark>,
}

/// What the clocks showed when the wall clock was last looked at, in nanoseconds.
#[derive(Clone, Copy)]
struct Mark {
    monotonic: Duration,
    shown: i128,
    /// How far the wall clock was ahead of what was shown.
    ahead: i128,
}

impl Mark {
    /// What to show after `passed`: what was shown, the time, and as much of the correction as fits into it.
    fn shown_after(&self, passed: Duration) -> i128 {
        let passed = i128::try_from(passed.as_nanos()).unwrap_or(i128::MAX);
        let most = passed / SLOWNESS;
        let correction = if self.ahead.abs() <= FOLLOWED.as_nanos() {
            self.ahead.clamp(-most, most)
        } else {
            0
        };
        self.shown.saturating_add(passed).saturating_add(correction)
    }
}

impl Steady {
    pub(super) fn new(wall: Wall, monotonic: Monotonic) -> Self {
        let mark = Mark {
            shown: wall().as_nanosecond(),
            monotonic: monotonic(),
            ahead: 0,
        };
        Self {
            wall,
            monotonic,
            mark: Mutex::new(mark),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock: two threads cannot get their readings in another order than their answers.
        let passed = (self.monotonic)().saturating_sub(mark.monotonic);
        if passed < LOOK {
            return timestamp(mark.shown_after(passed));
        }
        *mark = self.look(&mark);
        timestamp(mark.shown)
    }

    pub(super) fn offset(&self) -> SignedDuration {
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        *mark = self.look(&mark);
        SignedDuration::from_nanos_i128(mark.ahead)
    }

    /// The next mark.
    fn look(&self, last: &Mark) -> Mark {
        let mut next = *last;
        for _ in 0..TRIES {
            let before = (self.monotonic)();
            let wall = (self.wall)();
            let after = (self.monotonic)();
            next.monotonic = last.monotonic.max(after);
            next.shown = last.shown_after(after.saturating_sub(last.monotonic));
            next.ahead = wall.as_nanosecond() - next.shown;
            if after.saturating_sub(before) <= GLANCE {
                return next;
            }
        }
        // What is known of the wall clock is what was known before, less what was made up for since.
        let passed = next.monotonic.saturating_sub(last.monotonic);
        let passed = i128::try_from(passed.as_nanos()).unwrap_or(i128::MAX);
        next.ahead = last.ahead - (next.shown - last.shown - passed);
        next
    }
}

fn timestamp(nanoseconds: i128) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use jiff::ToSpan as _;
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

    /// A machine whose clocks a test sets, in microseconds.
    #[derive(Clone, Default)]
    struct Machine {
        passed: Arc<AtomicI64>,
        set: Arc<AtomicI64>,
        pause: Arc<AtomicI64>,
    }

    impl Machine {
        fn clock(&self) -> Steady {
            let (one, two) = (self.clone(), self.clone());
            Steady::new(
                Box::new(move || {
                    // A thread that is put to sleep just before it reads.
                    one.passed
                        .fetch_add(one.pause.load(Ordering::SeqCst), Ordering::SeqCst);
                    one.wall()
                }),
                Box::new(move || {
                    let micros = two.passed.load(Ordering::SeqCst);
                    Duration::from_micros(u64::try_from(micros).unwrap())
                }),
            )
        }

        fn wall(&self) -> Timestamp {
            let ahead = self.passed.load(Ordering::SeqCst) + self.set.load(Ordering::SeqCst);
            START + SignedDuration::from_micros(ahead)
        }

        fn passes(&self, span: SignedDuration) {
            let micros = i64::try_from(span.as_micros()).unwrap();
            self.passed.fetch_add(micros, Ordering::SeqCst);
        }

        fn is_set(&self, ahead: SignedDuration) {
            let micros = i64::try_from(ahead.as_micros()).unwrap();
            self.set.store(micros, Ordering::SeqCst);
        }
    }

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn seconds(count: i64) -> SignedDuration {
        SignedDuration::from_secs(count)
    }

    #[test]
    fn a_wall_clock_that_is_set_moves_nothing_and_is_seen() {
        for step in [HOUR, -HOUR, seconds(11), seconds(-11), HOUR * 24 * 365] {
            let machine = Machine::default();
            let clock = machine.clock();
            machine.passes(seconds(7));
            assert_eq!(clock.now(), START + 7.seconds());
            machine.is_set(step);
            assert_eq!(clock.now(), START + 7.seconds(), "{step}");
            for hour in 1..48 {
                machine.passes(HOUR);
                assert_eq!(clock.now(), START + 7.seconds() + HOUR * hour, "{step}");
            }
            assert_eq!(clock.offset(), step);
            machine.is_set(SignedDuration::ZERO);
            assert_eq!(clock.offset(), SignedDuration::ZERO);
        }
    }

    #[test]
    fn a_small_correction_is_made_up_for_slowly() {
        for step in [seconds(2), seconds(-2)] {
            let machine = Machine::default();
            let clock = machine.clock();
            machine.is_set(step);
            machine.passes(seconds(1));
            clock.now();
            assert_eq!(
                clock.offset(),
                step,
                "it was looked at too late to be known"
            );
            machine.passes(seconds(1000));
            let sign = i32::try_from(step.as_secs() / 2).unwrap();
            let part = SignedDuration::from_millis(500) * sign;
            assert_eq!(clock.now(), START + seconds(1001) + part);
            assert_eq!(clock.offset(), step - part);
            machine.passes(seconds(3000));
            assert_eq!(clock.now(), machine.wall());
            machine.passes(HOUR);
            assert_eq!(clock.now(), machine.wall());
            assert_eq!(clock.offset(), SignedDuration::ZERO);
        }
    }

    #[test]
    fn a_machine_that_slept_wakes_up_in_the_present() {
        let machine = Machine::default();
        let clock = machine.clock();
        machine.passes(HOUR * 9);
        assert_eq!(clock.now(), machine.wall());
        assert_eq!(clock.offset(), SignedDuration::ZERO);
    }

    #[test]
    fn a_thread_that_slept_between_two_readings_sees_no_step() {
        let machine = Machine::default();
        let clock = machine.clock();
        machine.is_set(seconds(1));
        machine.passes(seconds(2));
        assert_eq!(clock.offset(), seconds(1));
        machine.pause.store(60_000_000, Ordering::SeqCst);
        machine.is_set(HOUR);
        assert!(clock.offset() <= seconds(1), "{}", clock.offset());
        machine.pause.store(0, Ordering::SeqCst);
        assert!(clock.offset() > seconds(3598), "{}", clock.offset());
    }

    #[test]
    fn the_machine_s_own_clocks_agree() {
        let clock = super::super::Clock::system();
        let first = clock.now();
        let second = clock.now();
        assert!(first <= second && second <= first + 10.seconds());
        assert!(clock.offset().abs() < seconds(1), "{}", clock.offset());
    }

    #[test]
    fn threads_never_see_it_go_back() {
        let machine = Machine::default();
        let clock = machine.clock();
        let latest = AtomicI64::new(0);
        std::thread::scope(|scope| {
            for thread in 0..8_i64 {
                let (clock, machine, latest) = (&clock, &machine, &latest);
                scope.spawn(move || {
                    let mut last = Timestamp::UNIX_EPOCH;
                    for turn in 0..4000_i64 {
                        machine.passes(SignedDuration::from_micros(turn % 700));
                        machine.is_set(SignedDuration::from_millis((turn * thread) % 9000 - 4500));
                        // Whatever anybody saw before this call is not later than what it answers.
                        let before = latest.load(Ordering::SeqCst);
                        let now = clock.now();
                        assert!(now >= last, "{now} after {last}");
                        assert!(now.as_microsecond() >= before);
                        latest.fetch_max(now.as_microsecond(), Ordering::SeqCst);
                        last = now;
                    }
                });
            }
        });
    }

    proptest! {
        #[test]
        fn whatever_the_wall_clock_does_a_span_is_off_by_a_2000th_at_most(
            turns in prop::collection::vec((0_i64..5_000_000, -20_000_000_i64..20_000_000, any::<bool>()), 1..60)
        ) {
            let machine = Machine::default();
            let clock = machine.clock();
            let mut last = clock.now();
            for (passed, set, look) in turns {
                machine.passes(SignedDuration::from_micros(passed));
                machine.is_set(SignedDuration::from_micros(set));
                if look {
                    let offset = clock.offset();
                    let shown = clock.now();
                    prop_assert_eq!(shown + offset, machine.wall());
                }
                let now = clock.now();
                let span = now.duration_since(last).as_micros();
                let most = i128::from(passed / 2000) + 1;
                prop_assert!((span - i128::from(passed)).abs() <= most, "{} for {}", span, passed);
                last = now;
            }
        }
    }
}
