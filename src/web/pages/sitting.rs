use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

use super::{Form, Html};
use crate::model::Text;

/// Who decides and until when: the foot of every page that asks for a decision.
#[derive(Debug, Clone)]
pub struct Sitting {
    /// "Signed in as bob".
    pub person: Html,
    /// Signs out and comes back here.
    pub switch: Form,
    /// "You have until 14:32 (UTC) to decide."
    pub deadline: Html,
    /// Asks for more time; the button sends `decision=more_time`.
    pub more_time: Form,
}

impl Sitting {
    /// The foot for `username`, who has until the instant, written in the zone, to decide.
    #[must_use]
    pub fn new(
        text: &Text,
        username: &str,
        (until, zone): (Timestamp, &TimeZone),
        switch: Form,
        more_time: Form,
    ) -> Self {
        // Rounded down: what is promised is kept.
        let until = until
            .round(
                TimestampRound::new()
                    .smallest(Unit::Minute)
                    .mode(RoundMode::Floor),
            )
            .unwrap_or(until);
        let deadline = [
            ("time", text.time(until, zone).into()),
            ("zone", text.zone(until, zone).into()),
        ];
        Self {
            person: text
                .phrase("sitting-person", &[("person", username.into())])
                .into(),
            switch,
            deadline: text.phrase("sitting-deadline", &deadline).into(),
            more_time,
        }
    }
}
