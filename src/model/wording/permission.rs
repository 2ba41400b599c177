use super::{Row, View};
use crate::model::{AgreementType, Arg, Phrase, Text};

/// What `actions` let an app do with an agreement of this type, a line each: what moves money first.
#[must_use]
pub fn permissions(kind: AgreementType, actions: &[String], text: &Text) -> Vec<Phrase> {
    let asked = |action: &str| actions.iter().any(|it| it == action);
    let known = in_order(kind).into_iter().chain(["create"]);
    known
        .filter(|action| asked(action))
        .map(|action| word(kind, action, text))
        .collect()
}

/// The row of what is allowed.
pub(super) fn can(kind: AgreementType, actions: &[String], view: &View<'_>) -> Row {
    Row {
        label: view.text.plain("consent-row-can", &[]),
        values: permissions(kind, actions, view.text),
    }
}

/// The row of what is left out, unless nothing is.
pub(super) fn cannot(kind: AgreementType, actions: &[String], view: &View<'_>) -> Option<Row> {
    let asked = |action: &&str| actions.iter().any(|it| it == action);
    let left_out: Vec<Phrase> = in_order(kind)
        .into_iter()
        .filter(|action| !asked(action))
        .map(|action| word(kind, action, view.text))
        .collect();
    (!left_out.is_empty()).then(|| Row {
        label: view.text.plain("consent-row-cannot", &[]),
        values: left_out,
    })
}

fn in_order(kind: AgreementType) -> [&'static str; 3] {
    match kind {
        AgreementType::Mandate => ["charge", "read", "cancel"],
        AgreementType::Invoice | AgreementType::Session => ["pay", "read", "update"],
    }
}

fn word(kind: AgreementType, action: &str, text: &Text) -> Phrase {
    let key = match action {
        "charge" => "consent-permission-take",
        "pay" => "consent-permission-send",
        "read" => "consent-permission-see",
        "cancel" => "consent-permission-cancel",
        "update" => "consent-permission-update",
        _ => "consent-permission-create",
    };
    text.phrase(key, &[("type", Arg::Choice(kind.as_str()))])
}

/// What is done under a permission that moves no money.
#[derive(Debug, Clone, Copy)]
pub(super) enum Does {
    /// To see.
    See,
    /// To end a mandate, or to change the record of what comes in.
    Change,
    /// Both.
    Both,
}

impl Does {
    pub(super) fn of(actions: &[String]) -> Self {
        let sees = actions.iter().any(|it| it == "read");
        match (sees, actions.len()) {
            (true, 1) => Self::See,
            (true, _) => Self::Both,
            (false, _) => Self::Change,
        }
    }

    /// The word by which messages select.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Change => "change",
            Self::Both => "both",
        }
    }

    /// The same as the argument of messages.
    pub(super) fn arg(self) -> (&'static str, Arg) {
        ("does", Arg::Choice(self.word()))
    }
}
