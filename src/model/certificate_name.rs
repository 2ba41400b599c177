use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::Url;

use super::words::words;
use super::{DistinguishedName, Refusal};

words! {
    /// What of a certificate a client or a wallet is known by (RFC 8705 §2.1.2).
    CertificateNameKind {
        /// The subject's distinguished name.
        SubjectDn = "tls_client_auth_subject_dn",
        /// A subject alternative name of the type dNSName.
        SanDns = "tls_client_auth_san_dns",
        /// A subject alternative name of the type uniformResourceIdentifier.
        SanUri = "tls_client_auth_san_uri",
        /// A subject alternative name of the type iPAddress.
        SanIp = "tls_client_auth_san_ip",
        /// A subject alternative name of the type rfc822Name.
        SanEmail = "tls_client_auth_san_email",
    }
}

/// The one name in a certificate that a client or a wallet is known by (RFC 8705 §2.1.2); written as an object with the
/// kind as its only member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<String, String>",
    into = "BTreeMap<String, String>"
)]
pub enum CertificateName {
    /// The subject's distinguished name, as text (RFC 4514).
    SubjectDn(String),
    /// A host.
    SanDns(String),
    /// A URI.
    SanUri(String),
    /// An address.
    SanIp(String),
    /// A mailbox.
    SanEmail(String),
}

impl CertificateName {
    /// Reads a value as it is registered; the refusal says why it could match no certificate.
    pub fn parse(kind: CertificateNameKind, value: &str) -> Result<Self, Refusal> {
        let (judged, name): (_, fn(String) -> Self) = match kind {
            CertificateNameKind::SubjectDn => (subject(value), Self::SubjectDn),
            CertificateNameKind::SanDns => (host(value), Self::SanDns),
            CertificateNameKind::SanUri => (uri(value), Self::SanUri),
            CertificateNameKind::SanIp => (address(value), Self::SanIp),
            CertificateNameKind::SanEmail => (mailbox(value), Self::SanEmail),
        };
        match judged {
            Ok(()) => Ok(name(value.to_owned())),
            Err(rule) => Err(Refusal::new(kind.as_str(), rule)),
        }
    }

    /// What it is a name of.
    #[must_use]
    pub const fn kind(&self) -> CertificateNameKind {
        match self {
            Self::SubjectDn(_) => CertificateNameKind::SubjectDn,
            Self::SanDns(_) => CertificateNameKind::SanDns,
            Self::SanUri(_) => CertificateNameKind::SanUri,
            Self::SanIp(_) => CertificateNameKind::SanIp,
            Self::SanEmail(_) => CertificateNameKind::SanEmail,
        }
    }

    /// The value, as it was registered.
    #[must_use]
    pub fn value(&self) -> &str {
        match self {
            Self::SubjectDn(value)
            | Self::SanDns(value)
            | Self::SanUri(value)
            | Self::SanIp(value)
            | Self::SanEmail(value) => value,
        }
    }
}

fn subject(value: &str) -> Result<(), &'static str> {
    DistinguishedName::parse(value).map(|_| ())
}

/// The preferred syntax of RFC 1034 §3.5, and underscores; a wildcard would be compared as it is written, and nobody who
/// writes one means that.
fn host(value: &str) -> Result<(), &'static str> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if value.contains('*') {
        return Err("it must have no wildcard: certificates are compared with the exact name");
    }
    if value.parse::<IpAddr>().is_ok() {
        return Err("it must be a name: register an address as tls_client_auth_san_ip");
    }
    if value.len() <= 253 && value.split('.').all(is_label) {
        Ok(())
    } else {
        Err("it must be a DNS name in ASCII (xn--… for other letters), without a dot at the end")
    }
}

fn uri(value: &str) -> Result<(), &'static str> {
    if value.contains('*') {
        return Err("it must have no wildcard: certificates are compared with the exact URI");
    }
    let is_plain = value.len() <= 2048 && value.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain && Url::parse(value).is_ok() {
        Ok(())
    } else {
        Err("it must be an absolute URI of at most 2048 printable ASCII characters")
    }
}

fn address(value: &str) -> Result<(), &'static str> {
    match value.parse::<IpAddr>() {
        Ok(_) => Ok(()),
        Err(_) => Err("it must be one IP address, such as 192.0.2.7 or 2001:db8::7"),
    }
}

fn mailbox(value: &str) -> Result<(), &'static str> {
    if value.contains('*') {
        return Err("it must have no wildcard: certificates are compared with the exact address");
    }
    let parts = value.rsplit_once('@');
    let is_plain = value.len() <= 320 && value.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain && parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty()) {
        Ok(())
    } else {
        Err("it must be a mail address in ASCII, such as keys@shop.example")
    }
}

impl TryFrom<BTreeMap<String, String>> for CertificateName {
    type Error = Refusal;

    fn try_from(members: BTreeMap<String, String>) -> Result<Self, Refusal> {
        let mut members = members.into_iter();
        let one = match (members.next(), members.next()) {
            (Some((kind, value)), None) => CertificateNameKind::parse(&kind).zip(Some(value)),
            _ => None,
        };
        let Some((kind, value)) = one else {
            let rule = "must be an object with one member, such as tls_client_auth_san_dns";
            return Err(Refusal::new("certificate name", rule));
        };
        Self::parse(kind, &value)
    }
}

impl From<CertificateName> for BTreeMap<String, String> {
    fn from(name: CertificateName) -> Self {
        let kind = name.kind().as_str().to_owned();
        Self::from([(kind, name.value().to_owned())])
    }
}

#[cfg(test)]
mod tests {
    use CertificateNameKind::{SanDns, SanEmail, SanIp, SanUri, SubjectDn};

    use super::*;

    #[test]
    fn what_can_be_in_a_certificate_can_be_registered() {
        for (kind, value) in [
            (SubjectDn, "CN=shop.example,O=Shop GmbH,C=DE"),
            (SanDns, "shop.example"),
            (SanDns, "Shop.xn--bcher-kva.example"),
            (SanDns, "_keys.localhost"),
            (SanUri, "https://shop.example/client"),
            (SanUri, "spiffe://shop.example/payments"),
            (SanUri, "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
            (SanIp, "192.0.2.7"),
            (SanIp, "2001:db8::7"),
            (SanEmail, "keys@shop.example"),
        ] {
            let name = CertificateName::parse(kind, value).unwrap();
            assert_eq!((name.kind(), name.value()), (kind, value));
            let json = serde_json::to_string(&name).unwrap();
            assert_eq!(json, format!("{{\"{kind}\":\"{value}\"}}"));
            assert_eq!(
                serde_json::from_str::<CertificateName>(&json).unwrap(),
                name
            );
        }
    }

    #[test]
    fn what_can_match_nothing_is_refused() {
        for (kind, value, rule) in [
            (SubjectDn, "", "empty"),
            (SubjectDn, "shop.example", "TYPE=value"),
            (SubjectDn, "/C=DE/CN=shop.example", "attribute type"),
            (SanDns, "", "DNS name"),
            (SanDns, "*.shop.example", "wildcard"),
            (SanDns, "shop.example.", "DNS name"),
            (SanDns, "https://shop.example", "DNS name"),
            (SanDns, "b\u{fc}cher.example", "DNS name"),
            (SanDns, "-shop.example", "DNS name"),
            (SanDns, "192.0.2.7", "tls_client_auth_san_ip"),
            (SanUri, "", "absolute URI"),
            (SanUri, "shop.example", "absolute URI"),
            (SanUri, "https://*.shop.example/", "wildcard"),
            (SanUri, "https://shop.example/\u{fc}", "absolute URI"),
            (SanIp, "", "IP address"),
            (SanIp, "shop.example", "IP address"),
            (SanIp, "192.0.2.0/24", "IP address"),
            (SanIp, "192.0.2.007", "IP address"),
            (SanIp, "[2001:db8::7]", "IP address"),
            (SanEmail, "", "mail address"),
            (SanEmail, "shop.example", "mail address"),
            (SanEmail, "@shop.example", "mail address"),
            (SanEmail, "*@shop.example", "wildcard"),
        ] {
            let refusal = CertificateName::parse(kind, value).unwrap_err();
            assert_eq!(refusal.member, kind.as_str());
            assert!(refusal.rule.contains(rule), "{value}: {refusal}");
        }
    }

    #[test]
    fn a_row_says_one_known_name() {
        for row in [
            "{}",
            "\"shop.example\"",
            "{\"tls_client_auth_san_dns\":\"a.example\",\"tls_client_auth_san_ip\":\"192.0.2.7\"}",
            "{\"tls_client_auth_san_dns\":\"*.example\"}",
            "{\"san_dns\":\"a.example\"}",
        ] {
            assert!(
                serde_json::from_str::<CertificateName>(row).is_err(),
                "{row}"
            );
        }
    }
}
