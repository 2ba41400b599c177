use std::time::Duration;

/// A batch that took longer was too large: whoever wants to write waits for it.
const LONG: Duration = Duration::from_millis(6);
/// After one that took less a larger one is tried.
const SHORT: Duration = Duration::from_millis(2);
/// The smallest batch.
const LEAST: u64 = 20;
/// The pause after a batch, and its bounds: this many times as long as the batch took, so that others find the door open.
const BREATH: u32 = 4;
const SHORTEST_BREATH: Duration = Duration::from_millis(10);
const LONGEST_BREATH: Duration = Duration::from_millis(500);

/// How many rows are removed at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    batch: u64,
    most: u64,
}

impl Pace {
    /// Begins small, and goes up to `most`.
    pub(super) fn new(most: u64) -> Self {
        Self {
            batch: most.min(LEAST),
            most,
        }
    }

    pub(super) fn batch(self) -> u64 {
        self.batch
    }

    /// Learns from a full batch.
    pub(super) fn took(&mut self, work: Duration) {
        if work > LONG {
            self.batch = (self.batch / 2).max(LEAST).min(self.most);
        } else if work < SHORT {
            self.batch = (self.batch * 2).min(self.most);
        }
    }
}

/// The pause after a batch that kept others waiting for `held`.
pub(super) fn breath(held: Duration) -> Duration {
    (held * BREATH).clamp(SHORTEST_BREATH, LONGEST_BREATH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_grows_while_it_is_quick_and_shrinks_when_it_is_not() {
        let ms = Duration::from_millis;
        let mut pace = Pace::new(500);
        let mut sizes = Vec::new();
        for work in [1, 1, 1, 1, 1, 1, 4, 7, 100, 100, 100, 100, 100, 1] {
            sizes.push(pace.batch());
            pace.took(ms(work));
        }
        let expected = [
            20, 40, 80, 160, 320, 500, 500, 500, 250, 125, 62, 31, 20, 20,
        ];
        assert_eq!(sizes, expected);
        assert_eq!(pace.batch(), 40);
        assert_eq!(Pace::new(7).batch(), 7);
    }

    #[test]
    fn others_have_most_of_the_time() {
        assert_eq!(breath(Duration::ZERO), SHORTEST_BREATH);
        assert_eq!(breath(Duration::from_millis(6)), Duration::from_millis(24));
        assert_eq!(breath(Duration::from_secs(2)), LONGEST_BREATH);
    }
}
