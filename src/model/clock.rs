mod steady;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use steady::Steady;

/// The only source of "now".
#[derive(Clone)]
pub struct Clock(Arc<Source>);

enum Source {
    Told(Box<dyn Fn() -> Timestamp + Send + Sync>),
    Steady(Steady),
}

impl Clock {
    /// The clock of the machine, as it was set when this was called: from then on it follows the time that passes, also while
    /// the machine sleeps, and not whoever sets the clock.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn system() -> Self {
        Self::anchored(Timestamp::now, since_boot())
    }

    /// A clock that starts at what `wall` reads, and goes on by what `monotonic` does: `wall` may be set to anything later,
    /// `monotonic` only grows.
    pub fn anchored(
        wall: impl Fn() -> Timestamp + Send + Sync + 'static,
        monotonic: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        let steady = Steady::new(Box::new(wall), Box::new(monotonic));
        Self(Arc::new(Source::Steady(steady)))
    }

    /// A clock that reads whatever `read` answers.
    pub fn from_fn(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(Source::Told(Box::new(read))))
    }

    /// The present instant, to the millisecond, as it is stored.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = match &*self.0 {
            Source::Told(read) => read(),
            Source::Steady(steady) => steady.now(),
        };
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// How far the machine's clock is ahead of this one: about zero unless somebody has set it.
    #[must_use]
    pub fn offset(&self) -> SignedDuration {
        match &*self.0 {
            Source::Told(_) => SignedDuration::ZERO,
            Source::Steady(steady) => steady.offset(),
        }
    }

    /// The largest offset that this clock makes up for, a little each second; with a larger one it goes on as it was.
    pub const FOLLOWED: SignedDuration = steady::FOLLOWED;
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Reads how long the machine runs, its sleep counted.
#[cfg(target_os = "linux")]
fn since_boot() -> impl Fn() -> Duration + Send + Sync {
    use rustix::time::{ClockId, clock_gettime};
    || Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
}

/// Reads how long this program runs.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> impl Fn() -> Duration + Send + Sync {
    let start = std::time::Instant::now();
    move || start.elapsed()
}
