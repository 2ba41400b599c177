use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::json::{
    Complaint, Object, instant, integer, interval, member, text, whole_second,
};
use super::super::money::{self, Asset};
use super::super::outgoing::pointer_url;
use super::{Account, Wallet};

/// The three types of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Money pulled from the subject.
    Mandate,
    /// Money pushed to the subject, once.
    Invoice,
    /// Money pushed to the subject, as a stream.
    Session,
}

impl Kind {
    /// Reads the segment before an agreement's id.
    pub fn parse(segment: &str) -> Option<Self> {
        [Self::Mandate, Self::Invoice, Self::Session]
            .into_iter()
            .find(|kind| kind.segment() == segment)
    }

    /// The segment before an agreement's id.
    pub fn segment(self) -> &'static str {
        match self {
            Self::Mandate => "mandates",
            Self::Invoice => "invoices",
            Self::Session => "sessions",
        }
    }
}

const SUBJECT: &[&str] = &["subject", "scope", "account"];
const START: &[&str] = &["startAt", "start_at", "start"];
const END: &[&str] = &[
    "expiresAt",
    "expireAt",
    "expires_at",
    "expiry",
    "expire_time",
];

/// What a client may not write: the members that the wallet keeps, and other spellings of what it has read.
const DROPPED: &[&str] = &[
    "demo",
    "scope",
    "account",
    "asset",
    "start_at",
    "start",
    "expireAt",
    "expires_at",
    "expiry",
    "expire_time",
    "name",
    "id",
    "type",
    "balance",
    "cycle",
    "authorized",
    "received",
    "spent",
    "status",
    "state",
    "cancelledAt",
    "createdAt",
    "updatedAt",
    "shared_secret",
    "sharedSecret",
    "ilpSecret",
    "ilpAddress",
];

/// The terms as the wallet keeps and serves them: the first spelling of each, amounts as strings, pointers as URLs.
pub fn accept(wallet: &Wallet, kind: Kind, body: &Object) -> Result<Object, Complaint> {
    let now = wallet.clock.now();
    let mut terms = body.clone();
    terms.retain(|name, value| !DROPPED.contains(&name.as_str()) && !value.is_null());
    let subject = text(body, SUBJECT)?
        .ok_or("subject is missing: name the payment pointer of the account")?;
    terms.insert("subject".to_owned(), subject_url(wallet, subject)?.into());
    if let Some(asset) = asset(body)? {
        terms.insert("assetCode".to_owned(), asset.code.into());
        terms.insert("assetScale".to_owned(), asset.scale.into());
    }
    for name in ["amount", "maxPerPayment"] {
        if let Some(amount) = integer(body, name, 1)? {
            terms.insert(name.to_owned(), amount.to_string().into());
        }
    }
    if terms.contains_key("amount") && !terms.contains_key("assetCode") {
        return Err("assetCode and assetScale are missing: an amount needs its asset".to_owned());
    }
    if text(body, &["description"])?.is_some_and(|words| words.chars().count() > 140) {
        return Err("description is longer than 140 characters".to_owned());
    }
    let (start, end) = (instant(body, START)?, instant(body, END)?);
    // One that is over already is kept all the same: it shows what the authorization server makes of it.
    if end.is_some_and(|end| start.is_some_and(|start| end <= start)) {
        return Err("expiresAt must be later than startAt".to_owned());
    }
    if let Some(end) = end {
        terms.insert("expiresAt".to_owned(), end.to_string().into());
    }
    if kind == Kind::Mandate {
        accept_mandate(body, &mut terms, start.unwrap_or(whole_second(now)))?;
    } else {
        refuse_mandate_members(body)?;
    }
    Ok(terms)
}

fn accept_mandate(body: &Object, terms: &mut Object, start: Timestamp) -> Result<(), Complaint> {
    if !terms.contains_key("amount") {
        return Err("amount is missing: the most that may be taken in one period".to_owned());
    }
    terms.insert("startAt".to_owned(), start.to_string().into());
    let interval = interval(body)?;
    if let Some(cycles) = integer(body, "cycles", 1)? {
        if interval.is_none() && cycles > 1 {
            return Err("cycles needs an interval".to_owned());
        }
        terms.insert("cycles".to_owned(), cycles.into());
    }
    let cap = member(body, &["cap"])?;
    let cap = cap.map_or(Some(true), Value::as_bool);
    let cap = cap.ok_or("cap must be true or false")?;
    terms.insert("cap".to_owned(), cap.into());
    if let Some(receiver) = text(body, &["receiver"])? {
        let url = pointer_url(receiver)
            .ok_or("receiver must be a payment pointer such as $wallet.example/shop")?;
        terms.insert("receiver".to_owned(), url.as_str().into());
    }
    Ok(())
}

fn refuse_mandate_members(body: &Object) -> Result<(), Complaint> {
    let members = ["interval", "cycles", "cap", "receiver", "maxPerPayment"];
    match members
        .into_iter()
        .find(|name| body.get(*name).is_some_and(|value| !value.is_null()))
    {
        Some(name) => Err(format!("{name} belongs to mandates only: leave it out")),
        None => Ok(()),
    }
}

fn subject_url(wallet: &Wallet, subject: &str) -> Result<String, Complaint> {
    let url = pointer_url(subject).map(String::from);
    let account = |account: &Account| format!("{}/{}", wallet.origin, account.name);
    url.filter(|url| wallet.accounts.iter().any(|kept| account(kept) == *url))
        .ok_or_else(|| {
            let known: Vec<String> = wallet.accounts.iter().map(account).collect();
            format!(
                "subject must be an account of this wallet: {}",
                known.join(", ")
            )
        })
}

fn asset(body: &Object) -> Result<Option<Asset>, Complaint> {
    let nested = match member(body, &["asset"])? {
        Some(Value::Object(nested)) => Some(nested.clone()),
        Some(_) => return Err("asset must be an object with code and scale".to_owned()),
        None => None,
    };
    let mut flat = Object::new();
    for (name, inner) in [("assetCode", "code"), ("assetScale", "scale")] {
        for value in [
            body.get(name),
            nested.as_ref().and_then(|nested| nested.get(inner)),
        ]
        .into_iter()
        .flatten()
        {
            if flat
                .insert(name.to_owned(), value.clone())
                .is_some_and(|other| other != *value)
            {
                return Err(format!("{name} and asset.{inner} differ: send one of them"));
            }
        }
    }
    let (code, scale) = (
        text(&flat, &["assetCode"])?,
        integer(&flat, "assetScale", 0)?,
    );
    match (code, scale) {
        (None, None) => Ok(None),
        (Some(code), Some(scale)) => money::find(code)
            .filter(|asset| asset.scale == scale)
            .map(Some)
            .ok_or_else(|| "this wallet holds USD and EUR, both with assetScale 2".to_owned()),
        _ => Err("send assetCode together with assetScale".to_owned()),
    }
}

/// The members that say how far a new agreement has come.
pub fn first_state(kind: Kind, wallet: &Wallet, id: &str, now: Timestamp) -> Object {
    let mut state = Object::new();
    state.insert("authorized".to_owned(), json!(false));
    state.insert("createdAt".to_owned(), json!(now.to_string()));
    if kind != Kind::Mandate {
        let host = wallet
            .origin
            .trim_start_matches("http://")
            .replace(':', ".");
        state.insert("ilpAddress".to_owned(), json!(format!("test.{host}.{id}")));
    }
    state
}
