use serde::{Deserialize, Serialize};

/// The one name by which a party's certificate is known (RFC 8705 §2.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificateName {
    /// The subject, as RFC 4514 writes it.
    #[serde(rename = "tls_client_auth_subject_dn")]
    SubjectDn(String),
    /// A `dNSName`.
    #[serde(rename = "tls_client_auth_san_dns")]
    SanDns(String),
    /// A `uniformResourceIdentifier`.
    #[serde(rename = "tls_client_auth_san_uri")]
    SanUri(String),
    /// An `iPAddress`.
    #[serde(rename = "tls_client_auth_san_ip")]
    SanIp(String),
    /// An `rfc822Name`.
    #[serde(rename = "tls_client_auth_san_email")]
    SanEmail(String),
}
