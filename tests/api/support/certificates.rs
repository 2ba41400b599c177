use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign::model::{CertificateName, CertificateNameKind};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A certificate of the vectors, as the proxy before the server hands it on.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    said: Value,
}

impl Certificate {
    /// The one of this name in `tests/vectors/certificates.json`.
    pub fn of(name: &str) -> Self {
        let vectors: Value =
            serde_json::from_str(include_str!("../../vectors/certificates.json")).unwrap();
        let all = vectors["certificates"].as_array().unwrap();
        let said = all.iter().find(|it| it["name"] == name).unwrap().clone();
        let der = STANDARD.decode(said["der"].as_str().unwrap()).unwrap();
        Self { der, said }
    }

    /// Another certificate with the same names: the next one of the same client.
    pub fn renewed(&self) -> Self {
        let mut next = self.clone();
        // The end of the signature, which the proxy has looked at.
        *next.der.last_mut().unwrap() ^= 1;
        next
    }

    /// The value of `Client-Cert` (RFC 9440 §2.2).
    pub fn field(&self) -> String {
        format!(":{}:", STANDARD.encode(&self.der))
    }

    /// `x5t#S256` (RFC 8705 §3.1).
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(&self.der))
    }

    /// What openssl says of the subject.
    pub fn subject(&self) -> CertificateName {
        let subject = self.said["subject_utf8"].as_str().unwrap();
        CertificateName::parse(CertificateNameKind::SubjectDn, subject).unwrap()
    }

    /// The first of its alternative names of a kind, `dns`, `uri`, `ip` or `email`.
    pub fn alternative(&self, kind: &str) -> CertificateName {
        let value = self.said["san"][kind][0].as_str().unwrap();
        let kind = match kind {
            "dns" => CertificateNameKind::SanDns,
            "uri" => CertificateNameKind::SanUri,
            "ip" => CertificateNameKind::SanIp,
            _ => CertificateNameKind::SanEmail,
        };
        CertificateName::parse(kind, value).unwrap()
    }
}
