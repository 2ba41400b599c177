use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::json;

use super::super::json::Object;
use super::super::money::{self, Asset};
use super::limits::{Allowance, Closed, Limits};
use super::terms::Kind;

const MOST_AGREEMENTS: usize = 500;
const MOST_CHARGES: usize = 1000;

/// Everything that the wallet remembers, within bounds.
#[derive(Debug, Default)]
pub struct Book {
    agreements: VecDeque<Agreement>,
}

/// One agreement with what happened to it.
#[derive(Debug)]
pub struct Agreement {
    /// Its type.
    pub kind: Kind,
    /// Its full URL.
    pub url: String,
    /// Its terms, as they are served.
    pub terms: Object,
    /// Its state, but for what is worked out from the charges.
    pub state: Object,
    /// When it was created.
    pub created: Timestamp,
    /// Every charge that was accepted.
    pub charges: Vec<Charge>,
}

/// One charge that was accepted.
#[derive(Debug, Clone)]
pub struct Charge {
    /// Its id.
    pub id: String,
    /// When it was taken.
    pub at: Timestamp,
    /// How much, in the smallest unit.
    pub amount: i64,
    /// The payment pointer that was paid, when there is one.
    pub receiver: Option<String>,
    /// The client and the `Idempotency-Key` that it sent.
    pub key: Option<(String, String)>,
    /// What was taken in the period, and what was left of it, after this charge.
    pub after: Allowance,
}

/// A charge that a client asks for.
#[derive(Debug)]
pub struct Order {
    /// The id that it gets.
    pub id: String,
    /// How much, in the smallest unit.
    pub amount: i64,
    /// The payment pointer to pay.
    pub receiver: Option<String>,
    /// When the payer granted the mandate to who asks.
    pub consented: Option<Timestamp>,
    /// The client and its `Idempotency-Key`.
    pub key: Option<(String, String)>,
}

/// The rule that a charge would break.
#[derive(Debug)]
pub enum Broken {
    /// The mandate has not started, or is over.
    Closed(Closed),
    /// Another payment pointer is the only one to pay.
    Receiver(String),
    /// More than one payment may take.
    TooMuchAtOnce(i64),
    /// More than is left.
    TooMuchNow(i128),
    /// The key was used for another charge.
    KeyReused,
    /// The demo remembers no more charges.
    Full,
}

impl Book {
    /// Keeps a new agreement; a full book forgets the oldest that nobody authorized, `false` when there is none.
    pub fn insert(&mut self, agreement: Agreement) -> bool {
        if self.agreements.len() >= MOST_AGREEMENTS {
            let Some(oldest) = self
                .agreements
                .iter()
                .position(|kept| !kept.is_authorized())
            else {
                return false;
            };
            self.agreements.remove(oldest);
        }
        self.agreements.push_back(agreement);
        true
    }

    /// Finds an agreement by its full URL.
    pub fn find(&mut self, url: &str) -> Option<&mut Agreement> {
        self.agreements.iter_mut().find(|kept| kept.url == url)
    }

    /// Every agreement, the newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Agreement> {
        self.agreements.iter().rev()
    }
}

impl Agreement {
    /// Whether a client has come with a token for it.
    pub fn is_authorized(&self) -> bool {
        self.state.get("authorized") == Some(&json!(true))
    }

    /// Notes that a client has come with a token for it.
    pub fn authorize(&mut self) {
        self.state.insert("authorized".to_owned(), json!(true));
    }

    /// The asset of its amount.
    pub fn asset(&self) -> Option<Asset> {
        money::find(self.terms.get("assetCode")?.as_str()?)
    }

    /// Takes a charge within what was granted and the mandate's own terms, or says which rule it breaks.
    pub fn charge(
        &mut self,
        granted: Limits,
        order: Order,
        now: Timestamp,
    ) -> Result<Charge, Broken> {
        if let Some(earlier) = self
            .charges
            .iter()
            .find(|kept| order.key.is_some() && kept.key == order.key)
        {
            let is_same = earlier.amount == order.amount && earlier.receiver == order.receiver;
            return if is_same {
                Ok(earlier.clone())
            } else {
                Err(Broken::KeyReused)
            };
        }
        let terms = self.limits().ok_or(Broken::Closed(Closed::Unreadable))?;
        let limits = granted.within(&terms);
        let before = limits
            .allowance(order.consented.unwrap_or(self.created), &self.taken(), now)
            .map_err(Broken::Closed)?;
        if let Some(only) = [&terms.receiver, &limits.receiver]
            .into_iter()
            .flatten()
            .find(|only| {
                !order
                    .receiver
                    .as_ref()
                    .is_none_or(|asked| is_same_pointer(only, asked))
            })
        {
            return Err(Broken::Receiver(only.clone()));
        }
        if let Some(most) = limits.most_per_payment.filter(|most| order.amount > *most) {
            return Err(Broken::TooMuchAtOnce(most));
        }
        let amount = i128::from(order.amount);
        if amount > before.left {
            return Err(Broken::TooMuchNow(before.left));
        }
        if self.charges.len() >= MOST_CHARGES {
            return Err(Broken::Full);
        }
        let charge = Charge {
            id: order.id,
            at: now,
            amount: order.amount,
            receiver: order.receiver,
            key: order.key,
            after: Allowance {
                taken: before.taken + amount,
                left: before.left - amount,
                ..before
            },
        };
        self.charges.push(charge.clone());
        Ok(charge)
    }

    /// The agreement as JSON, as it stands at `now`.
    pub fn describe(&self, now: Timestamp) -> Object {
        let name = self
            .url
            .split_once(':')
            .map_or(self.url.as_str(), |(_, name)| name);
        let mut object = Object::new();
        object.insert("name".to_owned(), json!(name));
        object.extend(self.terms.clone());
        object.extend(self.state.clone());
        if self.kind == Kind::Mandate {
            let taken = self.taken();
            let total: i128 = taken.iter().map(|(_, amount)| i128::from(*amount)).sum();
            let allowance = self
                .limits()
                .and_then(|limits| limits.allowance(self.created, &taken, now).ok());
            let (cycle, interval, available) =
                allowance.map_or((0, 0, 0), |it| (it.cycle, it.taken, it.left));
            object.insert("cycle".to_owned(), json!(cycle));
            object.insert(
                "balance".to_owned(),
                json!({
                    "total": total.to_string(),
                    "interval": interval.to_string(),
                    "available": available.to_string(),
                }),
            );
        }
        object
    }

    fn limits(&self) -> Option<Limits> {
        Limits::read(&self.terms).ok()
    }

    fn taken(&self) -> Vec<(Timestamp, i64)> {
        self.charges
            .iter()
            .map(|charge| (charge.at, charge.amount))
            .collect()
    }
}

fn is_same_pointer(one: &str, other: &str) -> bool {
    let url = super::super::outgoing::pointer_url;
    url(one).is_some_and(|one| Some(one) == url(other))
}
