use jiff::Timestamp;

use super::{Confirmation, Digest};

/// An authorization code as it is kept (RFC 6749 §1.3.1).
#[derive(Debug, Clone)]
pub struct AuthorizationCode {
    /// The digest of the code.
    pub digest: Digest,
    /// The grant it stands for.
    pub grant: String,
    /// The redirect URI of the request, byte for byte.
    pub redirect_uri: String,
    /// The PKCE challenge as the engine encodes it.
    pub challenge: String,
    /// The thumbprint of the key that must be held to redeem it (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
    /// Until when it can be redeemed.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub redeemed_at: Option<Timestamp>,
}

/// An access token as it is kept (RFC 6749 §1.4).
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The digest of the whole token.
    pub digest: Digest,
    /// Its identifier (RFC 7519 §4.1.7).
    pub jti: String,
    /// The grant it belongs to.
    pub grant: String,
    /// The key that whoever presents it must hold.
    pub confirmation: Option<Confirmation>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A refresh token as it is kept (RFC 6749 §1.5).
#[derive(Debug, Clone)]
pub struct RefreshToken {
    /// The digest of the token.
    pub digest: Digest,
    /// The grant it belongs to.
    pub grant: String,
    /// How many came before it.
    pub generation: i64,
    /// The token it follows.
    pub parent: Option<Digest>,
    /// The key that whoever uses it must hold.
    pub confirmation: Option<Confirmation>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends, if it is not used.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// When a retry of its parent made it worthless.
    pub voided_at: Option<Timestamp>,
}
