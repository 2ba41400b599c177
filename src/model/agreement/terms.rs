use jiff::Timestamp;

use crate::model::{AgreementType, AgreementUrl, Asset, Interval, PaymentPointer};

/// What is approved: the known members of an agreement, normalised. Amounts are in the asset's smallest unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The type.
    pub kind: AgreementType,
    /// The agreement's URL.
    pub name: AgreementUrl,
    /// The account that it is about.
    pub subject: PaymentPointer,
    /// What the amounts count.
    pub asset: Option<Asset>,
    /// The most in each period of a mandate, or in all; what an invoice asks for.
    pub amount: Option<i64>,
    /// The start; absent, a mandate starts when it is approved.
    pub start: Option<Timestamp>,
    /// The end; always absent on a session, whose end is state.
    pub end: Option<Timestamp>,
    /// The length of a mandate's periods.
    pub interval: Option<Interval>,
    /// How many periods a mandate has.
    pub cycles: Option<i64>,
    /// Whether what is not taken lapses with its period (Interledger RFC 36); always present on a mandate, and only there.
    pub cap: Option<bool>,
    /// The only payment pointer that a mandate may pay, as a URL.
    pub receiver: Option<String>,
    /// The most that one payment may take.
    pub max_per_payment: Option<i64>,
    /// What it is for, in the words of its maker.
    pub description: Option<String>,
}

/// A member of the terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// The type.
    Kind,
    /// The URL.
    Name,
    /// The account.
    Subject,
    /// The asset's code or scale.
    Asset,
    /// The amount.
    Amount,
    /// The start.
    Start,
    /// The end.
    End,
    /// The length of a period.
    Interval,
    /// The number of periods.
    Cycles,
    /// Whether unused amounts lapse.
    Cap,
    /// The only receiver.
    Receiver,
    /// The most per payment.
    MaxPerPayment,
    /// The description.
    Description,
}

impl Terms {
    /// The members in which `new` differs, in the order of [`Member`].
    #[must_use]
    pub fn changes(&self, new: &Self) -> Vec<Member> {
        let differs = [
            (Member::Kind, self.kind != new.kind),
            (Member::Name, self.name != new.name),
            (Member::Subject, self.subject != new.subject),
            (Member::Asset, self.asset != new.asset),
            (Member::Amount, self.amount != new.amount),
            (Member::Start, self.start != new.start),
            (Member::End, self.end != new.end),
            (Member::Interval, self.interval != new.interval),
            (Member::Cycles, self.cycles != new.cycles),
            (Member::Cap, self.cap != new.cap),
            (Member::Receiver, self.receiver != new.receiver),
            (
                Member::MaxPerPayment,
                self.max_per_payment != new.max_per_payment,
            ),
            (Member::Description, self.description != new.description),
        ];
        let changed = differs.into_iter().filter(|(_, differs)| *differs);
        changed.map(|(member, _)| member).collect()
    }
}
