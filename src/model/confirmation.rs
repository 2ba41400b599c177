use serde::{Deserialize, Serialize};

/// The longest header field that is read for a proof or a certificate, in bytes; all fields together may have little more.
pub const LONGEST_FIELD: usize = 7 * 1024;

/// The key that whoever presents a token must hold (RFC 7800 §3.1); it is written as the claim `cnf`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// A key that proofs are signed with, by its thumbprint (RFC 9449 §6.1).
    #[serde(rename = "jkt")]
    Key(String),
    /// A certificate, by its thumbprint (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Confirmation {
    /// How a token is presented that is bound to `confirmation`, or to nothing (RFC 6750 §2.1, RFC 9449 §7.1).
    #[must_use]
    pub fn token_type(confirmation: Option<&Self>) -> &'static str {
        match confirmation {
            Some(Self::Key(_)) => "DPoP",
            Some(Self::Certificate(_)) | None => "Bearer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_the_claim() {
        let key = Confirmation::Key("abc".to_owned());
        assert_eq!(serde_json::to_string(&key).unwrap(), r#"{"jkt":"abc"}"#);
        let certificate = Confirmation::Certificate("def".to_owned());
        let written = serde_json::to_string(&certificate).unwrap();
        assert_eq!(written, r#"{"x5t#S256":"def"}"#);
        assert_eq!(
            serde_json::from_str::<Confirmation>(&written).unwrap(),
            certificate
        );
    }
}
