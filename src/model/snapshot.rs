use jiff::Timestamp;

use super::{AgreementType, Terms};

/// An agreement as the wallet served it at one moment; it never changes.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// `snp_…`
    pub id: String,
    /// The agreement's canonical URL.
    pub url: String,
    /// Its kind.
    pub kind: AgreementType,
    /// Its subject, a payment pointer as a URL.
    pub subject: String,
    /// The JSON, without shared secrets.
    pub raw: String,
    /// The normalised terms.
    pub terms: Terms,
    /// Their digest.
    pub digest: String,
    /// The wallet's `ETag`.
    pub etag: Option<String>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}
