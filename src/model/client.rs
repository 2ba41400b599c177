use jiff::Timestamp;

use super::redirect_uri;
use super::words::words;

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
        /// A public client: it cannot keep a secret (RFC 6749 §2.1).
        None = "none",
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
    /// When the operator checked who it is.
    pub verified_at: Option<Timestamp>,
    /// Whether it takes part.
    pub state: PartyState,
    /// When it was registered.
    pub created_at: Timestamp,
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
