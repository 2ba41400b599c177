use jiff::Timestamp;

use super::words::words;
use super::{AgreementType, CertificateName, PartyKeys, redirect_uri};

words! {
    /// Whether a party takes part.
    PartyState {
        /// It does.
        Enabled = "enabled",
        /// The operator has switched it off.
        Disabled = "disabled",
    }
}

words! {
    /// How a client proves who it is at the token endpoint (RFC 7591 §2, `token_endpoint_auth_method`).
    AuthMethod {
        /// HTTP Basic with the client's secret (RFC 6749 §2.3.1).
        ClientSecretBasic = "client_secret_basic",
        /// The secret in the form (RFC 6749 §2.3.1).
        ClientSecretPost = "client_secret_post",
        /// A JWT that it signs with a key of its own (RFC 7523 §2.2, OpenID Connect Core 1.0 §9).
        PrivateKeyJwt = "private_key_jwt",
        /// A certificate that names it, issued by somebody whom the proxy trusts (RFC 8705 §2.1).
        TlsClientAuth = "tls_client_auth",
        /// A public client: it cannot keep a secret (RFC 6749 §2.1).
        None = "none",
    }
}

impl AuthMethod {
    /// Whether it rests on a secret that this server makes.
    #[must_use]
    pub fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }

    /// Whether it rests on a private key that this server never sees.
    #[must_use]
    pub fn is_key_based(self) -> bool {
        matches!(self, Self::PrivateKeyJwt | Self::TlsClientAuth)
    }

    /// Whether wallets can authenticate so.
    #[must_use]
    pub fn is_for_wallets(self) -> bool {
        self.is_key_based() || self == Self::ClientSecretBasic
    }
}

words! {
    /// What a client may ask the token endpoint for (RFC 7591 §2, `grant_types`).
    GrantType {
        /// RFC 6749 §4.1.
        AuthorizationCode = "authorization_code",
        /// RFC 6749 §6.
        RefreshToken = "refresh_token",
        /// RFC 6749 §4.4.
        ClientCredentials = "client_credentials",
    }
}

/// A shop, an acquirer or another wallet: whoever asks for access (RFC 6749 §1.1).
#[derive(Debug, Clone)]
pub struct Client {
    /// `cli_…`, the `client_id`.
    pub id: String,
    /// What payers read, as the operator reviewed it.
    pub name: String,
    /// The one way in which it authenticates.
    pub auth_method: AuthMethod,
    /// The registered redirect URIs, byte for byte.
    pub redirect_uris: Vec<String>,
    /// What it may ask the token endpoint for.
    pub grant_types: Vec<GrantType>,
    /// Its own payment pointers, at most one a wallet, as URLs.
    pub accounts: Vec<String>,
    /// The keys that it signs with.
    pub keys: Option<PartyKeys>,
    /// The name in its certificate.
    pub certificate: Option<CertificateName>,
    /// What it has to do beyond what everybody has to.
    pub duties: Duties,
    /// When the operator checked who it is.
    pub verified_at: Option<Timestamp>,
    /// Whether it takes part.
    pub state: PartyState,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// What a client has to do beyond what everybody has to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are four members of client metadata, each on or off"
)]
pub struct Duties {
    /// Its tokens are bound to a key (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Its tokens are bound to its certificate (RFC 8705 §3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// It pushes its requests (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// It signs its requests (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
}

impl Client {
    /// Whether it takes part.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.state == PartyState::Enabled
    }

    /// Whether it cannot keep a secret (RFC 6749 §2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.auth_method == AuthMethod::None
    }

    /// Whether it gets tokens for such an agreement, or collection, only if they are bound to a key: it takes payments, and has
    /// nothing else to prove itself with.
    #[must_use]
    pub fn must_hold_a_key(&self, kind: AgreementType, collection: bool) -> bool {
        self.is_public() && kind == AgreementType::Mandate && !collection
    }

    /// Whether `requested` is one of its redirect URIs: byte for byte, any port on a loopback IP literal (RFC 8252 §7.3).
    #[must_use]
    pub fn may_redirect_to(&self, requested: &str) -> bool {
        self.redirect_uris
            .iter()
            .any(|registered| redirect_uri::matches(registered, requested))
    }

    /// Whether it may use `grant_type`.
    #[must_use]
    pub fn may_use(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }
}
