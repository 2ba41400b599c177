//! Terms as one text and one digest (RFC 8785), so that what was shown can be compared with what is served.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Terms;
use super::members::Members;
use super::read::{amount_of, pointer};
use crate::model::{AgreementType, AgreementUrl, Asset, Digest, Interval, Json, Refusal};

impl Terms {
    /// Writes the terms as canonical JSON: sorted members, no white space, integers as decimal strings, instants in UTC
    /// with `Z`, payment pointers as URLs; absent members are left out.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut members: BTreeMap<&str, Value> = BTreeMap::new();
        let mut put = |name, text: Option<String>| {
            if let Some(text) = text {
                members.insert(name, Value::String(text));
            }
        };
        let asset = self.asset.as_ref();
        put("type", Some(self.kind.as_str().to_owned()));
        put("name", Some(self.name.as_str().to_owned()));
        put("subject", Some(self.subject.as_str().to_owned()));
        put("assetCode", asset.map(|asset| asset.code().to_owned()));
        put("assetScale", asset.map(|asset| asset.scale().to_string()));
        put("amount", self.amount.map(|amount| amount.to_string()));
        put("startAt", self.start.map(|start| start.to_string()));
        put("expiresAt", self.end.map(|end| end.to_string()));
        put("interval", self.interval.map(|step| step.to_string()));
        put("cycles", self.cycles.map(|cycles| cycles.to_string()));
        put("receiver", self.receiver.clone());
        put(
            "maxPerPayment",
            self.max_per_payment.map(|most| most.to_string()),
        );
        put("description", self.description.clone());
        if let Some(cap) = self.cap {
            members.insert("cap", Value::Bool(cap));
        }
        // All names are ASCII, so the order of bytes is the order of UTF-16 code units that RFC 8785 asks for.
        let object: serde_json::Map<String, Value> = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Value::Object(object).to_string()
    }

    /// Reads what [`Terms::canonical`] wrote; anything that it would not write is refused.
    pub fn from_canonical(text: &str) -> Result<Self, Refusal> {
        let mut members = Members::of(Json::parse_text(text)?)?;
        let kind = members.agreed(&["type"], |value| {
            AgreementType::parse(&super::members::text(value)?)
                .ok_or_else(|| "is not a type of agreement".to_owned())
        })?;
        let name = members.agreed(&["name"], |value| {
            AgreementUrl::parse(&super::members::text(value)?, &[]).map_err(|refusal| refusal.rule)
        })?;
        let subject = members.agreed(&["subject"], |value| pointer(value, &[]))?;
        let code = members.text(&["assetCode"])?;
        let scale = members.integer(&["assetScale"])?;
        let missing = |name| Refusal::new(name, "must be there");
        let terms = Self {
            kind: kind.ok_or_else(|| missing("type"))?,
            name: name.ok_or_else(|| missing("name"))?,
            subject: subject.ok_or_else(|| missing("subject"))?,
            asset: match (code, scale) {
                (Some(code), Some(scale)) => Some(Asset::new(&code, scale)?),
                _ => None,
            },
            amount: amount_of(&mut members, "amount")?,
            start: members.instant(&["startAt"])?,
            end: members.instant(&["expiresAt"])?,
            interval: members.agreed(&["interval"], |value| {
                Interval::parse(&super::members::text(value)?).map_err(|refusal| refusal.rule)
            })?,
            cycles: members.integer(&["cycles"])?,
            cap: members.flag(&["cap"])?,
            receiver: members
                .agreed(&["receiver"], |value| pointer(value, &[]))?
                .map(|receiver| receiver.as_str().to_owned()),
            max_per_payment: amount_of(&mut members, "maxPerPayment")?,
            description: members.text(&["description"])?,
        };
        if terms.canonical() == text {
            Ok(terms)
        } else {
            Err(Refusal::new("terms", "are not in canonical form"))
        }
    }

    /// The digest of the canonical form: `v1.` and SHA-256 in base64url, 46 characters.
    #[must_use]
    pub fn digest(&self) -> String {
        let digest = Digest::of(self.canonical().as_bytes());
        format!("v1.{}", digest.to_base64url())
    }
}
