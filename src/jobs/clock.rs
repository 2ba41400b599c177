use std::time::Duration;

use jiff::SignedDuration;

use crate::model::Clock;

/// How often the machine's clock is compared with ours.
const PAUSE: Duration = Duration::from_secs(10);

/// Says in the log when somebody has set the machine's clock, as long as it is polled.
pub(super) async fn watch(clock: Clock) {
    let mut known = Known::default();
    loop {
        match known.compare(clock.offset()) {
            Some(Seen::Step(offset)) => tracing::warn!(
                ahead_seconds = offset.as_secs(),
                "the machine's clock was set: this server goes on by its own; restart it to take over the machine's"
            ),
            Some(Seen::Agreement) => tracing::info!("the machine's clock agrees again"),
            None => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What was said of the machine's clock last.
#[derive(Default)]
struct Known(SignedDuration);

/// What there is to say of it.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// It was set, and is ahead of ours by this.
    Step(SignedDuration),
    /// It was set back to ours, or nearly.
    Agreement,
}

impl Known {
    fn compare(&mut self, offset: SignedDuration) -> Option<Seen> {
        let moved = offset.saturating_sub(self.0);
        let large = |span: SignedDuration| span.abs() > Clock::FOLLOWED;
        match (large(offset), large(self.0)) {
            (true, _) if large(moved) => {
                self.0 = offset;
                Some(Seen::Step(offset))
            }
            (false, true) => {
                self.0 = SignedDuration::ZERO;
                Some(Seen::Agreement)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_said_once_with_its_size() {
        let mut known = Known::default();
        let mut seen = |seconds| known.compare(SignedDuration::from_secs(seconds));
        let step = |seconds| Some(Seen::Step(SignedDuration::from_secs(seconds)));
        assert_eq!(seen(0), None);
        assert_eq!(seen(9), None);
        assert_eq!(seen(3600), step(3600));
        assert_eq!(seen(3600), None);
        assert_eq!(seen(3605), None);
        assert_eq!(seen(-3600), step(-3600));
        assert_eq!(seen(-3600), None);
        assert_eq!(seen(-2), Some(Seen::Agreement));
        assert_eq!(seen(-1), None);
        assert_eq!(seen(11), step(11));
        assert_eq!(seen(10), Some(Seen::Agreement));
    }
}
