//! How an agreement is read. The checks, in their order:
//!
//! 1. the JSON: bounds, no member twice, an object; secrets are dropped here;
//! 2. who: the agreement's origin, `name`, `type`, `client`, `subject`;
//! 3. over by its own word: `cancelledAt`, `status`, `state`;
//! 4. the terms, each spelling of each member, and the state;
//! 5. over by its end;
//! 6. what only a mandate must keep to, by its [`Schedule`];
//! 7. over because everything was taken, or every period has passed.

use jiff::Timestamp;

use super::members::{self, Members};
use super::{Agreement, Ended, Fault, State, Terms, state};
use crate::model::{
    AgreementType, AgreementUrl, Asset, Interval, Json, Origin, PaymentPointer, Refusal, Schedule,
};

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 10_000;

/// What is known before an agreement is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The URL that was asked for.
    pub url: &'a AgreementUrl,
    /// Its type, by its URL.
    pub kind: AgreementType,
    /// The wallet's own origin, first, and then the origins on which its payment pointers live.
    pub origins: &'a [Origin],
    /// The client that requests authorization; `None` if none does, so that any may be named.
    pub client_id: Option<&'a str>,
    /// The present instant.
    pub now: Timestamp,
}

impl Agreement {
    /// Reads the JSON that a wallet answered; a fault says which member breaks which rule, or that it is over.
    ///
    /// An agreement without a name is accepted: the URL at which it was read identifies it. Judged as seen at
    /// `reading.now`, which is also taken for the approval where the terms leave the start to it.
    pub fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Self, Fault> {
        Self::of(Json::parse(bytes)?, reading)
    }

    /// The same, for JSON that was read already.
    pub(super) fn of(json: Json, reading: &Reading<'_>) -> Result<Self, Fault> {
        let json = json.without(is_secret);
        let raw = json.to_string();
        let mut members = Members::of(json)?;
        identity(&mut members, reading)?;
        let subject = subject(&mut members, reading)?;
        if let Some(ended) = state::ended(&mut members) {
            return Err(Fault::Over(ended));
        }
        let mut terms = terms(&mut members, reading, subject.clone())?;
        let mut state = State::read(&mut members)?;
        let end = terms.end;
        if terms.kind == AgreementType::Session {
            state.session_end = terms.end.take();
        }
        if end.is_some_and(|end| end <= reading.now) {
            return Err(Fault::Over(Ended::Expired));
        }
        let schedule = match terms.kind {
            AgreementType::Mandate => Some(Schedule::new(&terms, reading.now)?),
            AgreementType::Invoice | AgreementType::Session => None,
        };
        if state.is_used_up(&terms, schedule.as_ref()) {
            return Err(Fault::Over(Ended::UsedUp));
        }
        if schedule.is_some_and(|schedule| schedule.is_over()) {
            return Err(Fault::Over(Ended::Expired));
        }
        Ok(Self {
            url: reading.url.clone(),
            subject,
            terms,
            state,
            unknown: members.rest(),
            raw,
        })
    }
}

/// Whose agreement it is, whatever else is wrong with it.
#[must_use]
pub fn subject_of(bytes: &[u8], reading: &Reading<'_>) -> Option<PaymentPointer> {
    let mut members = Members::of(Json::parse(bytes).ok()?).ok()?;
    subject(&mut members, reading).ok()
}

/// Whether a member holds a shared secret: `shared_secret`, `sharedSecret`, `ilpSecret`, and other ways to write them.
fn is_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    plain == "sharedsecret" || plain == "ilpsecret"
}

fn identity(members: &mut Members, reading: &Reading<'_>) -> Result<(), Refusal> {
    if reading.origins.first() != Some(&reading.url.origin()) {
        return Err(Refusal::new("name", "must be on the origin of its wallet"));
    }
    // An `id` that is no URL is a number in the wallet's books; it stays with the unknown members.
    let is_url = |value: &Json| match value {
        Json::String(text) => text.starts_with("//") || text.contains("://"),
        _ => false,
    };
    let id = members.peek("id").is_some_and(is_url);
    let names: &[&str] = if id { &["name", "id"] } else { &["name"] };
    members.agreed(names, |value| {
        let url = AgreementUrl::parse(&members::text(value)?, reading.origins);
        let same = url.map_err(|refusal| refusal.rule)? == *reading.url;
        keeps(same, "must be the URL that was asked for")
    })?;
    members.agreed(&["type"], |value| {
        let text = members::text(value)?;
        let known = [reading.kind.as_str(), reading.kind.details_type()];
        let rule = format!("must be {}, as its URL says", reading.kind.as_str());
        keeps(known.contains(&text.as_str()), &rule)
    })?;
    members.agreed(&["client", "client_id"], |value| {
        let client = members::text(value)?;
        let same = reading.client_id.is_none_or(|asking| client == asking);
        keeps(same, "must be the client that asks for authorization")
    })?;
    Ok(())
}

fn keeps(kept: bool, rule: &str) -> Result<(), String> {
    if kept { Ok(()) } else { Err(rule.to_owned()) }
}

fn subject(members: &mut Members, reading: &Reading<'_>) -> Result<PaymentPointer, Refusal> {
    let names: &[&str] = match reading.kind {
        AgreementType::Mandate => &["subject", "scope", "account"],
        AgreementType::Invoice | AgreementType::Session => &["subject", "account"],
    };
    members
        .agreed(names, |value| {
            let subject = pointer(value, reading.origins)?;
            let own = reading.origins.contains(&subject.origin());
            keeps(
                own,
                "must be an account of the wallet that hosts the agreement",
            )?;
            Ok(subject)
        })?
        .ok_or_else(|| Refusal::new("subject", "must be there"))
}

fn terms(
    members: &mut Members,
    reading: &Reading<'_>,
    subject: PaymentPointer,
) -> Result<Terms, Refusal> {
    let mandate = reading.kind == AgreementType::Mandate;
    let asset = asset(members)?;
    let terms = Terms {
        kind: reading.kind,
        name: reading.url.clone(),
        subject,
        asset,
        amount: amount_of(members, "amount")?,
        start: members.instant(&["startAt", "start_at", "start"])?,
        end: members.instant(&[
            "expiresAt",
            "expireAt",
            "expires_at",
            "expiry",
            "expire_time",
        ])?,
        interval: members.agreed(&["interval"], |value| {
            Interval::parse(&members::text(value)?).map_err(|refusal| refusal.rule)
        })?,
        cycles: members.integer(&["cycles"])?,
        cap: members.flag(&["cap"])?,
        receiver: receiver(members, reading.origins)?,
        max_per_payment: amount_of(members, "maxPerPayment")?,
        description: members.text(&["description"])?,
    };
    consistent(&terms)?;
    Ok(Terms {
        cap: mandate.then(|| terms.cap.unwrap_or(true)),
        ..terms
    })
}

/// Checks what the members of the terms ask of each other, and the text.
fn consistent(terms: &Terms) -> Result<(), Refusal> {
    if terms.kind != AgreementType::Mandate {
        let only = [
            ("interval", terms.interval.is_some()),
            ("cycles", terms.cycles.is_some()),
            ("cap", terms.cap.is_some()),
        ];
        if let Some((name, _)) = only.into_iter().find(|(_, there)| *there) {
            return Err(Refusal::new(name, "is for mandates only"));
        }
    }
    for (name, amount) in [
        ("amount", terms.amount),
        ("maxPerPayment", terms.max_per_payment),
    ] {
        if amount.is_some() && terms.asset.is_none() {
            return Err(Refusal::new(
                name,
                "an amount needs an asset code and scale",
            ));
        }
    }
    // Not every database keeps a null character in text.
    if terms
        .description
        .as_ref()
        .is_some_and(|text| text.contains('\0'))
    {
        let rule = "must not have a null character";
        return Err(Refusal::new("description", rule));
    }
    let long = |text: &String| text.chars().nth(LONGEST_DESCRIPTION).is_some();
    if terms.description.as_ref().is_some_and(long) {
        let rule = "must not be longer than 10000 characters";
        return Err(Refusal::new("description", rule));
    }
    Ok(())
}

/// Takes an amount out: an integer above zero.
pub(super) fn amount_of(members: &mut Members, name: &str) -> Result<Option<i64>, Refusal> {
    match members.integer(&[name])? {
        Some(..=0) => {
            let rule = format!("{name} must be more than zero");
            Err(Refusal::new(name, rule))
        }
        amount => Ok(amount),
    }
}

/// Reads a payment pointer.
pub(super) fn pointer(value: &Json, origins: &[Origin]) -> Result<PaymentPointer, String> {
    PaymentPointer::parse(&members::text(value)?, origins).map_err(|refusal| refusal.rule)
}

fn receiver(members: &mut Members, origins: &[Origin]) -> Result<Option<String>, Refusal> {
    members.agreed(&["receiver"], |value| {
        let receiver = pointer(value, origins)?;
        let origin = receiver.origin();
        let reachable = origin.is_https() || origins.contains(&origin);
        keeps(reachable, "must be on an https origin")?;
        Ok(receiver.as_str().to_owned())
    })
}

/// Takes `assetCode` and `assetScale` out, and `asset: {code, scale}`, which may say the same.
fn asset(members: &mut Members) -> Result<Option<Asset>, Refusal> {
    let mut nested = match members.take("asset") {
        None => Members::of(Json::Object(Vec::new()))?,
        Some(value) => Members::of(value)
            .map_err(|_| Refusal::new("asset", "must be an object with code and scale"))?,
    };
    let code = same(
        members.text(&["assetCode"])?,
        nested
            .text(&["code"])
            .map_err(|refusal| refusal.at("asset.code"))?,
        "asset.code does not agree with assetCode",
    )?;
    let scale = same(
        members.integer(&["assetScale"])?,
        nested
            .integer(&["scale"])
            .map_err(|refusal| refusal.at("asset.scale"))?,
        "asset.scale does not agree with assetScale",
    )?;
    members.put_back("asset", nested);
    match (code, scale) {
        (Some(code), Some(scale)) => Asset::new(&code, scale).map(Some),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Refusal::new(
            "assetScale",
            "an asset needs a code and a scale",
        )),
        (None, Some(_)) => Err(Refusal::new(
            "assetCode",
            "an asset needs a code and a scale",
        )),
    }
}

fn same<T: PartialEq>(
    flat: Option<T>,
    nested: Option<T>,
    rule: &str,
) -> Result<Option<T>, Refusal> {
    match (flat, nested) {
        (Some(flat), Some(nested)) if flat != nested => Err(Refusal::new("asset", rule)),
        (flat, nested) => Ok(flat.or(nested)),
    }
}
