//! An agreement in a file: nobody serves it, so it may leave out who and where.

use jiff::Timestamp;

use super::{Agreement, Fault, Reading};
use crate::model::{AgreementType, AgreementUrl, Endpoints, Json, PaymentPointer, Refusal, Target};

/// The URL of a draft without a name.
const NAMELESS: &str = "https://wallet.example/mandates/draft";

impl Agreement {
    /// Reads an agreement that no wallet serves: a draft, or a copy.
    ///
    /// A draft without a name or type is a mandate; one with a name is of the type that its path says, and else of the
    /// type that it says itself. Any client may be named, and no wallet's registration is known: a subject is not held
    /// to the origin of the name, and may be left out. Everything else is held to the rules of [`Agreement::read`].
    pub fn read_draft(bytes: &[u8], now: Timestamp) -> Result<Self, Fault> {
        let mut json = Json::parse(bytes)?;
        let text = |name: &str| match member(&json, name) {
            Some(Json::String(text)) => Some(text.as_str()),
            _ => None,
        };
        let is_url = |text: &&str| text.starts_with("//") || text.contains("://");
        let name = text("name").or_else(|| text("id").filter(is_url));
        let url = AgreementUrl::parse(name.unwrap_or(NAMELESS), &[])
            .map_err(|refusal| refusal.at("name"))?;
        let kind = match url.target(&Endpoints::default()).filter(|_| name.is_some()) {
            Some(Target::Agreement(kind) | Target::Collection(kind)) => kind,
            None => text("type").map_or(Ok(AgreementType::Mandate), kind_of)?,
        };
        let mut origins = vec![url.origin()];
        let subjects = ["subject", "scope", "account"].into_iter().filter_map(text);
        for subject in subjects {
            // One that cannot be read is refused below, by the rule that it breaks.
            if let Ok(pointer) = PaymentPointer::parse(subject, &origins) {
                origins.push(pointer.origin());
            }
        }
        if let Json::Object(members) = &mut json
            && origins.len() == 1
            && !members.iter().any(|(name, _)| name == "subject")
        {
            let somebody = format!("{}/somebody", url.origin());
            members.push(("subject".to_owned(), Json::String(somebody)));
        }
        let reading = Reading {
            url: &url,
            kind,
            origins: &origins,
            client_id: None,
            now,
        };
        Self::of(json, &reading)
    }
}

fn member<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    let Json::Object(members) = json else {
        return None;
    };
    let found = members.iter().find(|(member, _)| member == name)?;
    Some(&found.1)
}

fn kind_of(text: &str) -> Result<AgreementType, Refusal> {
    AgreementType::parse(text)
        .or_else(|| AgreementType::parse_details_type(text))
        .ok_or_else(|| Refusal::new("type", "is not a type of agreement"))
}
