use super::{AgreementType, Json};

/// More than any such text needs: a location of 2048 characters, each escaped, and the names around it.
const MOST_BYTES: usize = 16 * 1024;
const MOST_LOCATION: usize = 2048;
/// The only action on a collection.
const CREATE: &str = "create";

/// What a client asks for in detail: the one object of `authorization_details` (RFC 9396 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationDetails {
    /// The kind of agreement, by its `type`.
    pub kind: AgreementType,
    /// Where it is: a URL or scheme-relative name, as it was sent.
    pub location: String,
    /// What may be done with it: some of the type's actions in the order of the table, or `create` alone.
    pub actions: Vec<String>,
}

/// Which rule a text breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailsFault {
    /// More than 16 KiB.
    TooLong,
    /// No JSON, or JSON with a member twice.
    Malformed,
    /// No array of exactly one object.
    Object,
    /// A member too many, or one too few.
    Members,
    /// A type that is not known.
    Type,
    /// Not exactly one location.
    Locations,
    /// An action that the type does not know, one twice, or none.
    Actions(AgreementType),
}

impl AuthorizationDetails {
    /// Reads an array of exactly one object with exactly the members `type`, `locations` and `actions` (RFC 9396 §2).
    ///
    /// Refused are other members and members twice, a type or an action that is not known (RFC 9396 §5), no action or one
    /// twice, `create` beside another action, not exactly one location, and more than 16 KiB. Whether the location is one
    /// of a wallet's is not judged here.
    pub fn parse(text: &str) -> Result<Self, DetailsFault> {
        if text.len() > MOST_BYTES {
            return Err(DetailsFault::TooLong);
        }
        let read = Json::parse(text.as_bytes()).map_err(|_| DetailsFault::Malformed)?;
        let Json::Array(details) = read else {
            return Err(DetailsFault::Object);
        };
        let Ok([Json::Object(members)]) = <[Json; 1]>::try_from(details) else {
            return Err(DetailsFault::Object);
        };
        let (mut kind, mut locations, mut actions) = (None, None, None);
        for (name, value) in members {
            let place = match name.as_str() {
                "type" => &mut kind,
                "locations" => &mut locations,
                "actions" => &mut actions,
                _ => return Err(DetailsFault::Members),
            };
            *place = Some(value);
        }
        let (Some(kind), Some(locations), Some(actions)) = (kind, locations, actions) else {
            return Err(DetailsFault::Members);
        };
        let kind = read_type(&kind).ok_or(DetailsFault::Type)?;
        Ok(Self {
            kind,
            location: read_location(locations).ok_or(DetailsFault::Locations)?,
            actions: read_actions(kind, actions).ok_or(DetailsFault::Actions(kind))?,
        })
    }

    /// Whether it asks to create agreements.
    #[must_use]
    pub fn is_creation(&self) -> bool {
        self.actions == [CREATE]
    }
}

fn read_type(value: &Json) -> Option<AgreementType> {
    match value {
        Json::String(name) => AgreementType::parse_details_type(name),
        _ => None,
    }
}

fn read_location(value: Json) -> Option<String> {
    let Json::Array(locations) = value else {
        return None;
    };
    let Ok([Json::String(location)]) = <[Json; 1]>::try_from(locations) else {
        return None;
    };
    // The characters of a scope (RFC 6749 §3.3): the engine is shown it as one.
    let plain = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
    let good = (1..=MOST_LOCATION).contains(&location.len()) && location.bytes().all(plain);
    good.then_some(location)
}

fn read_actions(kind: AgreementType, value: Json) -> Option<Vec<String>> {
    let Json::Array(named) = value else {
        return None;
    };
    let mut wanted = Vec::new();
    for action in named {
        let Json::String(action) = action else {
            return None;
        };
        if wanted.contains(&action) {
            return None;
        }
        wanted.push(action);
    }
    if wanted == [CREATE] {
        return Some(wanted);
    }
    let known = kind.actions();
    if wanted.is_empty() || wanted.iter().any(|it| !known.contains(&it.as_str())) {
        return None;
    }
    let in_order = known
        .iter()
        .copied()
        .filter(|&it| wanted.iter().any(|w| w == it));
    Some(in_order.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = r#"[{"type":"open_payments_mandate","locations":["https://w.example/mandates/1"],"actions":["read"]}]"#;

    fn actions(kind: &str, actions: &str) -> Result<Vec<String>, DetailsFault> {
        let text = format!(
            r#"[{{"actions":{actions},"locations":["//w/1"],"type":"open_payments_{kind}"}}]"#
        );
        Ok(AuthorizationDetails::parse(&text)?.actions)
    }

    #[test]
    fn one_detail_is_read() {
        let read = AuthorizationDetails::parse(GOOD).unwrap();
        assert_eq!(read.kind, AgreementType::Mandate);
        assert_eq!(read.location, "https://w.example/mandates/1");
        assert_eq!(read.actions, ["read"]);
        assert!(!read.is_creation());
        let spaced = GOOD.replace(',', " ,\n").replace("read", "r\\u0065ad");
        assert_eq!(AuthorizationDetails::parse(&spaced).unwrap(), read);
    }

    #[test]
    fn actions_are_put_in_order_and_known_for_the_type() {
        for (kind, asked, wanted) in [
            (
                "mandate",
                r#"["cancel","read","charge"]"#,
                vec!["read", "charge", "cancel"],
            ),
            (
                "mandate",
                r#"["cancel","charge"]"#,
                vec!["charge", "cancel"],
            ),
            (
                "invoice",
                r#"["update","pay","read"]"#,
                vec!["read", "pay", "update"],
            ),
            ("session", r#"["pay"]"#, vec!["pay"]),
            ("invoice", r#"["create"]"#, vec!["create"]),
        ] {
            assert_eq!(actions(kind, asked).unwrap(), wanted, "{asked}");
        }
        for (kind, asked) in [
            ("mandate", r#"["pay"]"#),
            ("mandate", r#"["Read"]"#),
            ("invoice", r#"["charge"]"#),
            ("session", r#"["read","cancel"]"#),
            ("invoice", r#"["create","read"]"#),
            ("invoice", r#"["read","read"]"#),
            ("invoice", r#"["create","create"]"#),
            ("invoice", "[]"),
            ("invoice", r#""read""#),
            ("invoice", "[null]"),
            ("invoice", "null"),
        ] {
            let fault = actions(kind, asked).unwrap_err();
            let named = format!("open_payments_{kind}");
            let named = AgreementType::parse_details_type(&named).unwrap();
            assert_eq!(fault, DetailsFault::Actions(named), "{asked}");
        }
    }

    #[test]
    fn whatever_is_not_exactly_that_is_refused() {
        for (part, other) in [
            ("[{", "{"),
            ("[{", "[{},{"),
            ("[{", "[1,{"),
            ("\"type\"", "\"Type\""),
            ("\"type\"", "\"x\":1,\"type\""),
            ("\"type\"", "\"actions\":[\"read\"],\"type\""),
            ("open_payments_mandate", "mandate"),
            ("open_payments_mandate", "open_payments_account"),
            ("\"open_payments_mandate\"", "null"),
            ("\"open_payments_mandate\"", "[\"open_payments_mandate\"]"),
            ("[\"https", "[\"https://w.example/mandates/2\",\"https"),
            ("\"https://w.example/mandates/1\"", ""),
            ("\"https://w.example/mandates/1\"", "7"),
            ("mandates/1", "mandates/ 1"),
            ("mandates/1", "mandates/\\u00e4"),
            ("mandates/1", "mandates/\\\\1"),
            ("https://w.example/mandates/1", ""),
            ("\"actions\"", "\"privileges\""),
            (",\"actions\":[\"read\"]", ""),
            ("]}]", "]}"),
            ("]}]", "]}] 1"),
        ] {
            let text = GOOD.replacen(part, other, 1);
            assert_ne!(text, GOOD);
            assert!(AuthorizationDetails::parse(&text).is_err(), "{text}");
        }
        for text in ["", "[]", "{}", "null", "[[]]", "[{}]", "\u{feff}[{}]"] {
            assert!(AuthorizationDetails::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_bounds_hold() {
        let with = |length: usize| {
            let long = format!("https://w.example/{}", "a".repeat(length - 18));
            GOOD.replace("https://w.example/mandates/1", &long)
        };
        assert!(AuthorizationDetails::parse(&with(2048)).is_ok());
        assert!(AuthorizationDetails::parse(&with(2049)).is_err());
        let padded = |length: usize| format!("{GOOD}{}", " ".repeat(length - GOOD.len()));
        assert!(AuthorizationDetails::parse(&padded(16_384)).is_ok());
        let long = AuthorizationDetails::parse(&padded(16_385));
        assert_eq!(long, Err(DetailsFault::TooLong));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}|[\\[\\]{}:,\"a-z_\\\\0-9 ]{0,80}") {
            let _ = AuthorizationDetails::parse(&text);
        }

        #[test]
        fn what_is_changed_in_one_place_is_read_as_a_detail_or_refused(at in 0..GOOD.len(), to in "[ -~]{0,2}") {
            let text = format!("{}{to}{}", &GOOD[..at], &GOOD[at + 1..]);
            if let Ok(read) = AuthorizationDetails::parse(&text) {
                let known = read.kind.actions();
                prop_assert!(!read.actions.is_empty());
                prop_assert!(read.is_creation() || read.actions.iter().all(|it| known.contains(&it.as_str())));
            }
        }
    }
}
