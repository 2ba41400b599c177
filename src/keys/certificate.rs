use std::fmt;
use std::net::IpAddr;

use sfv::{BareItem, Item, Parser};
use x509_cert::Certificate;
use x509_cert::der::asn1::{Any, ObjectIdentifier};
use x509_cert::der::{Decode as _, Encode as _, Tag, Tagged as _};
use x509_cert::name::Name;

use crate::model::{CertificateName, Digest, DistinguishedName, LONGEST_FIELD};

#[cfg(test)]
mod tests;

/// `id-ce-subjectAltName` (RFC 5280 §4.2.1.6).
const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

/// The certificate that a client showed to the proxy, which verified it and that the client holds its key.
#[derive(Clone)]
pub struct ClientCertificate {
    thumbprint: String,
    subject: DistinguishedName,
    alternatives: Vec<Alternative>,
}

/// A subject alternative name of a kind that clients are registered by.
#[derive(Clone, PartialEq, Eq)]
enum Alternative {
    Dns(String),
    Uri(String),
    Ip(Vec<u8>),
    Email(String),
}

/// Why a field holds no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is no structured field, or no byte sequence.
    #[error("the Client-Cert field is not one byte sequence (RFC 9440 section 2.2)")]
    Field,
    /// It is longer than [`LONGEST_FIELD`].
    #[error("the Client-Cert field is longer than 7168 bytes")]
    TooLong,
    /// The bytes are no certificate.
    #[error("the Client-Cert field does not hold a certificate in DER (RFC 5280)")]
    Encoding,
}

impl ClientCertificate {
    /// Reads the value of the one `Client-Cert` field (RFC 9440 §2.2): a byte sequence, whose parameters mean nothing.
    pub fn from_field(field: &[u8]) -> Result<Self, CertificateFault> {
        if field.len() > LONGEST_FIELD {
            return Err(CertificateFault::TooLong);
        }
        let item: Item = Parser::new(field)
            .parse()
            .map_err(|_| CertificateFault::Field)?;
        match item.bare_item {
            BareItem::ByteSequence(der) => Self::from_der(&der),
            _ => Err(CertificateFault::Field),
        }
    }

    /// Reads a certificate: nothing of it is verified, and nothing may be behind it.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateFault> {
        let certificate = Certificate::from_der(der).map_err(|_| CertificateFault::Encoding)?;
        let certificate = certificate.tbs_certificate();
        let extensions = certificate.extensions().into_iter().flatten();
        let mut named =
            extensions.filter(|extension| extension.extn_id == SUBJECT_ALTERNATIVE_NAME);
        let alternatives = match (named.next(), named.next()) {
            (Some(one), None) => alternatives(one.extn_value.as_bytes())?,
            (None, _) => Vec::new(),
            // Of two, others may read the other one (RFC 5280 §4.2).
            _ => return Err(CertificateFault::Encoding),
        };
        Ok(Self {
            thumbprint: Digest::of(der).to_base64url(),
            subject: distinguished(certificate.subject())?,
            alternatives,
        })
    }

    /// The `x5t#S256` of it (RFC 8705 §3.1).
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether it is in the name that somebody is registered by, exactly (RFC 8705 §2.1.2); of several alternative names
    /// one is enough.
    #[must_use]
    pub fn is_named(&self, registered: &CertificateName) -> bool {
        let any = |is: &dyn Fn(&Alternative) -> bool| self.alternatives.iter().any(is);
        match registered {
            CertificateName::SubjectDn(text) => {
                DistinguishedName::parse(text).is_ok_and(|name| name == self.subject)
            }
            CertificateName::SanDns(name) => {
                any(&|it| matches!(it, Alternative::Dns(held) if held.eq_ignore_ascii_case(name)))
            }
            CertificateName::SanUri(uri) => {
                any(&|it| matches!(it, Alternative::Uri(held) if held == uri))
            }
            CertificateName::SanIp(text) => {
                let octets = match text.parse() {
                    Ok(IpAddr::V4(address)) => address.octets().to_vec(),
                    Ok(IpAddr::V6(address)) => address.octets().to_vec(),
                    Err(_) => return false,
                };
                any(&|it| matches!(it, Alternative::Ip(held) if *held == octets))
            }
            CertificateName::SanEmail(mailbox) => {
                any(&|it| matches!(it, Alternative::Email(held) if held == mailbox))
            }
        }
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}

fn distinguished(name: &Name) -> Result<DistinguishedName, CertificateFault> {
    let mut steps = Vec::new();
    for step in name.iter_rdn() {
        let mut attributes = Vec::new();
        for attribute in step.iter() {
            let der = attribute.value.to_der();
            let der = der.map_err(|_| CertificateFault::Encoding)?;
            attributes.push((attribute.oid.to_string(), der));
        }
        steps.push(attributes);
    }
    Ok(DistinguishedName::from_der(steps))
}

/// Reads `GeneralNames` (RFC 5280 §4.2.1.6) by their tags, so that kinds which nobody is registered by may hold anything.
fn alternatives(der: &[u8]) -> Result<Vec<Alternative>, CertificateFault> {
    let names = Vec::<Any>::from_der(der).map_err(|_| CertificateFault::Encoding)?;
    let read = |name: &Any| {
        let Tag::ContextSpecific {
            constructed: false,
            number,
        } = name.tag()
        else {
            return None;
        };
        let content = name.value();
        // IA5String.
        let ascii = || {
            let text = str::from_utf8(content).ok();
            text.filter(|text| text.is_ascii()).map(str::to_owned)
        };
        match number.value() {
            1 => ascii().map(Alternative::Email),
            2 => ascii().map(Alternative::Dns),
            6 => ascii().map(Alternative::Uri),
            7 => Some(Alternative::Ip(content.to_vec())),
            _ => None,
        }
    };
    Ok(names.iter().filter_map(read).collect())
}
