use jiff::Timestamp;

use super::permission::Does;
use super::{View, minute};
use crate::model::{Arg, Grant, Phrase};

/// What a new permission does to one whose place it takes.
#[derive(Debug, Clone, Copy)]
pub struct Replacement<'a> {
    earlier: &'a Grant,
    ends: &'static str,
    since: Timestamp,
}

impl<'a> Replacement<'a> {
    /// A permission for `actions` takes the place of `earlier`.
    #[must_use]
    pub fn new(actions: &[String], earlier: &'a Grant) -> Self {
        let lost = earlier.actions.iter().filter(|it| !actions.contains(it));
        let lost: Vec<String> = lost.cloned().collect();
        let ends = if earlier.kind.moves_money(&lost) {
            "money"
        } else if lost.is_empty() {
            "nothing"
        } else {
            Does::of(&lost).word()
        };
        Self {
            earlier,
            ends,
            since: minute(earlier.consented_at.unwrap_or(earlier.created_at)),
        }
    }

    /// What an approval covers of it: what is said, in no language.
    #[must_use]
    pub fn covered(&self) -> String {
        format!("{} {}", self.ends, self.since)
    }

    /// What is said.
    #[must_use]
    pub fn phrase(&self, view: &View<'_>) -> Phrase {
        let args = [
            view.app(),
            ("ends", Arg::Choice(self.ends)),
            ("type", Arg::Choice(self.earlier.kind.as_str())),
            ("date", view.date(self.since)),
        ];
        view.text.phrase("consent-replaces", &args)
    }
}
