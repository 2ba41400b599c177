//! What an agreement allows, in words: one engine for the payer's page, the text that a grant keeps and the command line.
//!
//! Every number comes from the [`Schedule`](super::Schedule), every word from the catalogue, each sentence whole.

mod credit;
mod currency;
mod figures;
mod mandate;
mod period;
mod rows;
mod standing;
mod view;
mod warning;

pub use figures::Figures;
pub use standing::{brief, period};
pub use view::{View, reference};
pub use warning::Warning;

use jiff::Timestamp;

use super::{AgreementType, Arg, LONGEST_QUOTE, Phrase, Refusal, State, Terms, clean};

/// What an app asks a payer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// To take payments.
    Mandate,
    /// To pay the payer once.
    Invoice,
    /// To stream payments to the payer.
    Session,
    /// To create mandates in the payer's name.
    CreateMandates,
    /// To create invoices in the payer's name.
    CreateInvoices,
    /// To create sessions in the payer's name.
    CreateSessions,
}

impl Ask {
    /// Every kind of request.
    pub const ALL: [Self; 6] = [
        Self::Mandate,
        Self::Invoice,
        Self::Session,
        Self::CreateMandates,
        Self::CreateInvoices,
        Self::CreateSessions,
    ];

    /// What is asked for with an agreement of this type, or with the collection of them.
    #[must_use]
    pub fn of(kind: AgreementType, collection: bool) -> Self {
        match (collection, kind) {
            (false, AgreementType::Mandate) => Self::Mandate,
            (false, AgreementType::Invoice) => Self::Invoice,
            (false, AgreementType::Session) => Self::Session,
            (true, AgreementType::Mandate) => Self::CreateMandates,
            (true, AgreementType::Invoice) => Self::CreateInvoices,
            (true, AgreementType::Session) => Self::CreateSessions,
        }
    }

    /// The word by which messages select.
    #[must_use]
    pub fn choice(self) -> Arg {
        Arg::Choice(match self {
            Self::Mandate => "mandate",
            Self::Invoice => "invoice",
            Self::Session => "session",
            Self::CreateMandates => "create-mandates",
            Self::CreateInvoices => "create-invoices",
            Self::CreateSessions => "create-sessions",
        })
    }
}

/// A line of "What you are agreeing to": a label, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// One line each.
    pub values: Vec<Phrase>,
}

impl Row {
    fn new(label: String, value: Phrase) -> Self {
        Self {
            label,
            values: vec![value],
        }
    }
}

/// An agreement, or a permission to create them, in words.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What is asked for.
    pub ask: Ask,
    /// The question.
    pub heading: Phrase,
    /// The sentence that is agreed to.
    pub sentence: Phrase,
    /// The same in detail.
    pub rows: Vec<Row>,
    /// What the terms give reason to warn of, the gravest first.
    pub warnings: Vec<Warning>,
    /// What a mandate comes to.
    pub figures: Option<Figures>,
}

impl Explanation {
    /// Explains an agreement as it is approved at `view.at`; refused is a mandate that [`Schedule::new`] refuses.
    ///
    /// [`Schedule::new`]: super::Schedule::new
    pub fn of(terms: &Terms, state: &State, view: &View<'_>) -> Result<Self, Refusal> {
        let mut explained = match terms.kind {
            AgreementType::Mandate => mandate::explain(terms, view)?,
            AgreementType::Invoice => credit::invoice(terms, state, view),
            AgreementType::Session => credit::session(terms, state, view),
        };
        if let Some(asset) = &terms.asset {
            explained.rows.push(currency::row(asset, view.text));
            if !asset.is_currency() {
                let code = asset.code().to_owned();
                explained.warnings.push(Warning::UnknownCurrency(code));
            }
        }
        explained.rows.push(view.reference(terms));
        explained.warnings.sort();
        Ok(explained)
    }

    /// Explains a permission to create agreements for `account` until an instant; `ask` is one of the three for it.
    #[must_use]
    pub fn of_creation(ask: Ask, account: &str, until: Option<Timestamp>, view: &View<'_>) -> Self {
        credit::creation(ask, account, until, view)
    }
}

/// What a page says of the terms outside of its table: who can be paid, and what the app or the wallet says.
#[must_use]
pub fn beside(terms: &Terms, view: &View<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    if terms.kind == AgreementType::Mandate {
        rows.push(Row::new(
            view.text.plain("changed-receiver", &[]),
            payee(terms, view),
        ));
    }
    let said = terms
        .description
        .as_deref()
        .map(|said| clean(said, LONGEST_QUOTE));
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        rows.push(Row::new(
            view.text.plain("changed-description", &[]),
            Phrase::given(&said),
        ));
    }
    rows
}

/// To whom a mandate's money can go: to its `receiver`, or wherever the app wants.
#[must_use]
pub fn payee(terms: &Terms, view: &View<'_>) -> Phrase {
    match terms.receiver.as_deref() {
        Some(receiver) => {
            let args = [("receiver", view::pointer(receiver).into())];
            view.text.phrase("mandate-money-to", &args)
        }
        None => view.text.phrase("mandate-money-anywhere", &[]),
    }
}

#[cfg(test)]
mod tests;
