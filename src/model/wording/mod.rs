//! What an agreement allows, in words: one engine for the payer's page, the text that a grant keeps and the command line.
//!
//! Every number comes from the [`Schedule`](super::Schedule), every word from the catalogue, each sentence whole.

mod access;
mod credit;
mod currency;
mod figures;
mod mandate;
mod period;
mod permission;
mod replaced;
mod rows;
mod standing;
mod view;
mod warning;

pub use figures::Figures;
pub use permission::permissions;
pub use replaced::Replacement;
pub use standing::{brief, period};
pub use view::{View, minute, reference};
pub use warning::{AddedUp, Warning};

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
    /// To see or end a mandate, and to take nothing.
    AccessMandate,
    /// To see an invoice or change its record, and to pay nothing.
    AccessInvoice,
    /// To see a session or change its record, and to send nothing.
    AccessSession,
    /// To create mandates in the payer's name.
    CreateMandates,
    /// To create invoices in the payer's name.
    CreateInvoices,
    /// To create sessions in the payer's name.
    CreateSessions,
}

impl Ask {
    /// Every kind of request.
    pub const ALL: [Self; 9] = [
        Self::Mandate,
        Self::Invoice,
        Self::Session,
        Self::AccessMandate,
        Self::AccessInvoice,
        Self::AccessSession,
        Self::CreateMandates,
        Self::CreateInvoices,
        Self::CreateSessions,
    ];

    /// What is asked for with these actions on an agreement of this type, or with the collection of them.
    #[must_use]
    pub fn of(kind: AgreementType, collection: bool, actions: &[String]) -> Self {
        match (collection, kind.moves_money(actions), kind) {
            (false, true, AgreementType::Mandate) => Self::Mandate,
            (false, true, AgreementType::Invoice) => Self::Invoice,
            (false, true, AgreementType::Session) => Self::Session,
            (false, false, AgreementType::Mandate) => Self::AccessMandate,
            (false, false, AgreementType::Invoice) => Self::AccessInvoice,
            (false, false, AgreementType::Session) => Self::AccessSession,
            (true, _, AgreementType::Mandate) => Self::CreateMandates,
            (true, _, AgreementType::Invoice) => Self::CreateInvoices,
            (true, _, AgreementType::Session) => Self::CreateSessions,
        }
    }

    /// Whether it is about an agreement, and moves no money.
    #[must_use]
    pub fn is_access(self) -> bool {
        matches!(
            self,
            Self::AccessMandate | Self::AccessInvoice | Self::AccessSession
        )
    }

    /// The word by which messages select.
    #[must_use]
    pub fn choice(self) -> Arg {
        Arg::Choice(match self {
            Self::Mandate => "mandate",
            Self::Invoice => "invoice",
            Self::Session => "session",
            Self::AccessMandate => "access-mandate",
            Self::AccessInvoice => "access-invoice",
            Self::AccessSession => "access-session",
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
    /// Explains an agreement with some of its type's actions, as it is approved at `view.at`; refused is a mandate that
    /// [`Schedule::new`] refuses.
    ///
    /// [`Schedule::new`]: super::Schedule::new
    pub fn of(
        (actions, terms): (&[String], &Terms),
        state: &State,
        view: &View<'_>,
    ) -> Result<Self, Refusal> {
        let asked = (actions, terms);
        let moves_money = terms.kind.moves_money(actions);
        let mut explained = match terms.kind {
            _ if !moves_money => access::explain(asked, state, view)?,
            AgreementType::Mandate => mandate::explain(asked, view)?,
            AgreementType::Invoice => credit::invoice(asked, state, view),
            AgreementType::Session => credit::session(asked, state, view),
        };
        if let Some(asset) = &terms.asset {
            explained.rows.push(currency::row(asset, view.text));
            if moves_money && !asset.is_currency() {
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
