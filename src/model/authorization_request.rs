use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::words::words;
use super::{AgreementType, Digest};

words! {
    /// What has become of an authorization request.
    RequestStatus {
        /// The payer has not decided.
        Open = "open",
        /// The payer approved: a code was sent.
        Approved = "approved",
        /// The payer declined: `access_denied` was sent.
        Declined = "declined",
        /// It ended without a decision, and the payer went back: `access_denied` was sent.
        Left = "left",
        /// The payer went back from a page that says that the terms cannot be shown: `invalid_scope` was sent.
        Unusable = "unusable",
        /// The payer went back from a page that says that the wallet does not answer: `temporarily_unavailable` was sent.
        Unreachable = "unreachable",
    }
}

/// What a client asked for at `/authorize` (RFC 6749 §4.1.1) or has pushed (RFC 9126 §2.1), until the payer has decided.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    /// In the URL of the consent page; not a secret.
    pub id: String,
    /// Who asks.
    pub client: String,
    /// The wallet of the agreement.
    pub resource_server: String,
    /// The id that the grant gets, should it be approved.
    pub grant_id: String,
    /// The digest of the cookie of the browser that opened it; none while a pushed request waits for one.
    pub browser_digest: Option<Digest>,
    /// The digest of the `request_uri` of a pushed request (RFC 9126 §2.2).
    pub request_uri_digest: Option<Digest>,
    /// Where the answer goes, as it was asked.
    pub redirect_uri: String,
    /// The client's `state`, as it was sent.
    pub state: Option<String>,
    /// The agreement's or collection's canonical URL.
    pub scope: String,
    /// Whether the scope is a collection.
    pub collection: bool,
    /// What kind of agreement it is about.
    pub kind: AgreementType,
    /// The PKCE challenge as the engine encodes it (RFC 7636).
    pub challenge: String,
    /// The actions that `authorization_details` named (RFC 9396 §2); none if there were no details.
    pub details: Option<Vec<String>>,
    /// The thumbprint of the key that the code will be bound to (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
    /// `prompt`, as it was sent.
    pub prompt: Option<String>,
    /// `ui_locales`, as it was sent.
    pub ui_locales: Option<String>,
    /// What the payer was shown last.
    pub shown: Option<Shown>,
    /// What they saw before the terms changed, if they have.
    pub earlier: Option<Shown>,
    /// The pointer that the payer picked for a collection.
    pub account: Option<String>,
    /// How often the terms changed under the payer's eyes.
    pub changes: i64,
    /// How often the payer asked for more time.
    pub extended: i64,
    /// When it was opened; when it was pushed, while it waits for a browser.
    pub created_at: Timestamp,
    /// Until when it can be decided, or opened.
    pub expires_at: Timestamp,
    /// What has become of it.
    pub status: RequestStatus,
}

impl AuthorizationRequest {
    /// What the client may do once the payer has agreed: what it named, else everything.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        let all = || {
            if self.collection {
                vec!["create".to_owned()]
            } else {
                self.kind.every_action()
            }
        };
        self.details.clone().unwrap_or_else(all)
    }
}

/// What a payer was shown: the snapshot, the digest of everything that the approval covers, and the words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shown {
    /// Who was shown it.
    pub payer: String,
    /// The snapshot of the agreement; none for a collection.
    pub snapshot: Option<String>,
    /// The approval digest.
    pub digest: String,
    /// The sentence.
    pub text: String,
    /// The language of the sentence.
    pub locale: String,
}
