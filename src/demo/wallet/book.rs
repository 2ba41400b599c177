use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::json;

use super::super::json::Object;
use super::super::money::{self, Asset};
use super::limits::{Allowance, Closed, Limits};
use super::order::Order;
use super::terms::Kind;

const MOST_AGREEMENTS: usize = 500;
const MOST_PAYMENTS: usize = 500;

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
    /// The terms that the client asked for.
    pub asked: Object,
    /// Its terms, as they are served.
    pub terms: Object,
    /// The terms that it takes on once the authorization server has read it.
    pub changed: Option<Object>,
    /// Whether reads are left without an answer.
    pub silent: bool,
    /// Its state, but for what is worked out from the payments.
    pub state: Object,
    /// When it was created.
    pub created: Timestamp,
    /// The client that created it and the `Idempotency-Key` that it sent.
    pub key: Option<(String, String)>,
    /// Every payment that was accepted.
    pub payments: Vec<Payment>,
}

/// One payment that was accepted: out of a mandate, or into an invoice or a session.
#[derive(Debug, Clone)]
pub struct Payment {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub at: Timestamp,
    /// How much, in the smallest unit.
    pub amount: i64,
    /// The payment pointer that was paid, when there is one.
    pub receiver: Option<String>,
    /// The client and the `Idempotency-Key` that it sent.
    pub key: Option<(String, String)>,
    /// What was taken in the period or received in all, and what was left of it, after this payment.
    pub after: Allowance,
}

/// What became of a new agreement.
pub enum Kept<'a> {
    /// It is kept, or was before: the same was sent with the same key.
    As(&'a Agreement),
    /// The key was used for another agreement.
    KeyReused,
    /// There is no room.
    Full,
}

/// The rule that a payment would break.
#[derive(Debug)]
pub enum Broken {
    /// The agreement has not started, or is over.
    Closed(Closed),
    /// Another payment pointer is the only one to pay.
    Receiver(String),
    /// More than one payment may take.
    TooMuchAtOnce(i64),
    /// More than is left.
    TooMuchNow(i128),
    /// More than the invoice or session still asks for.
    TooMuchToPay(i128),
    /// The key was used for another payment.
    KeyReused,
    /// The demo remembers no more payments.
    Full,
}

impl Book {
    /// Keeps a new agreement, once for each key; a full book forgets the oldest that nobody authorized.
    pub fn insert(&mut self, new: Agreement) -> Kept<'_> {
        let repeated = self
            .agreements
            .iter()
            .position(|kept| new.key.is_some() && kept.key == new.key);
        if let Some(place) = repeated {
            let kept = &self.agreements[place];
            let is_same = kept.kind == new.kind && kept.asked == new.asked;
            return if is_same {
                Kept::As(kept)
            } else {
                Kept::KeyReused
            };
        }
        if self.agreements.len() >= MOST_AGREEMENTS {
            let Some(oldest) = self
                .agreements
                .iter()
                .position(|kept| !kept.is_authorized())
            else {
                return Kept::Full;
            };
            self.agreements.remove(oldest);
        }
        self.agreements.push_back(new);
        self.agreements.back().map_or(Kept::Full, Kept::As)
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

    /// Takes on the terms that it was told to change to.
    pub fn change(&mut self) {
        if let Some(changed) = self.changed.take() {
            self.terms = changed;
        }
    }

    /// The payment that was made with the key of `order`, if there is one.
    fn repeated(&self, order: &Order) -> Result<Option<Payment>, Broken> {
        let earlier = self
            .payments
            .iter()
            .find(|kept| order.key.is_some() && kept.key == order.key);
        match earlier {
            Some(kept) if kept.amount == order.amount && kept.receiver == order.receiver => {
                Ok(Some(kept.clone()))
            }
            Some(_) => Err(Broken::KeyReused),
            None => Ok(None),
        }
    }

    /// Takes a payment into an invoice or a session within what was granted and its own terms.
    pub fn pay(
        &mut self,
        granted: Limits,
        order: Order,
        now: Timestamp,
    ) -> Result<Payment, Broken> {
        if let Some(earlier) = self.repeated(&order)? {
            return Ok(earlier);
        }
        let terms = self.limits().ok_or(Broken::Closed(Closed::Unreadable))?;
        let limits = granted.within(&terms);
        if let Some(start) = limits.start.filter(|start| now < *start) {
            return Err(Broken::Closed(Closed::NotStarted(start)));
        }
        if limits.end.is_some_and(|end| end <= now) {
            return Err(Broken::Closed(Closed::Over));
        }
        if let Some(most) = limits.most_per_payment.filter(|most| order.amount > *most) {
            return Err(Broken::TooMuchAtOnce(most));
        }
        let (amount, received) = (i128::from(order.amount), self.total());
        let left = limits
            .amount
            .map_or(i128::MAX, |most| i128::from(most) - received);
        if amount > left {
            return Err(Broken::TooMuchToPay(left.max(0)));
        }
        let after = Allowance {
            cycle: 0,
            taken: received + amount,
            left: left - amount,
        };
        self.keep(order, after, now)
    }

    fn keep(&mut self, order: Order, after: Allowance, now: Timestamp) -> Result<Payment, Broken> {
        if self.payments.len() >= MOST_PAYMENTS {
            return Err(Broken::Full);
        }
        let payment = Payment {
            id: order.id,
            at: now,
            amount: order.amount,
            receiver: order.receiver,
            key: order.key,
            after,
        };
        self.payments.push(payment.clone());
        Ok(payment)
    }

    /// Takes a charge within what was granted and the mandate's own terms, or says which rule it breaks.
    pub fn charge(
        &mut self,
        granted: Limits,
        order: Order,
        now: Timestamp,
    ) -> Result<Payment, Broken> {
        if let Some(earlier) = self.repeated(&order)? {
            return Ok(earlier);
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
        let after = Allowance {
            taken: before.taken + amount,
            left: before.left - amount,
            ..before
        };
        self.keep(order, after, now)
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
            let total = self.total();
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
        } else {
            object.insert("received".to_owned(), json!(self.total().to_string()));
        }
        object
    }

    fn limits(&self) -> Option<Limits> {
        Limits::read(&self.terms).ok()
    }

    fn taken(&self) -> Vec<(Timestamp, i64)> {
        self.payments
            .iter()
            .map(|payment| (payment.at, payment.amount))
            .collect()
    }

    /// What was paid in all.
    pub fn total(&self) -> i128 {
        let amounts = self
            .payments
            .iter()
            .map(|payment| i128::from(payment.amount));
        amounts.sum()
    }
}

fn is_same_pointer(one: &str, other: &str) -> bool {
    let url = super::super::outgoing::pointer_url;
    url(one).is_some_and(|one| Some(one) == url(other))
}
