use jiff::Timestamp;

use super::{Asset, AuthMethod, CertificateName, Endpoints, Origin, PartyKeys, PartyState};

/// A wallet: it hosts the agreements, moves the money, enforces the limits (RFC 6749 §1.1).
#[derive(Debug, Clone)]
pub struct ResourceServer {
    /// `rs_…`, its identifier at the introspection endpoint.
    pub id: String,
    /// What payers read.
    pub name: String,
    /// Where its agreements are.
    pub origin: Origin,
    /// Further origins on which its payment pointers are.
    pub pointer_origins: Vec<Origin>,
    /// Where its agreements are created.
    pub endpoints: Endpoints,
    /// The assets in which it keeps accounts; any, when empty.
    pub assets: Vec<Asset>,
    /// The one way in which it authenticates.
    pub auth_method: AuthMethod,
    /// The keys that it signs with.
    pub keys: Option<PartyKeys>,
    /// The name in its certificate.
    pub certificate: Option<CertificateName>,
    /// Whether it may be at a private address.
    pub allow_private_network: bool,
    /// Whether it has promised to hold charges to the limits in the introspection answer.
    pub enforces_limits: bool,
    /// Whether it takes part.
    pub state: PartyState,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl ResourceServer {
    /// Whether it takes part.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.state == PartyState::Enabled
    }

    /// Its origin, and those of its payment pointers.
    #[must_use]
    pub fn origins(&self) -> Vec<Origin> {
        let mut origins = vec![self.origin.clone()];
        origins.extend(self.pointer_origins.iter().cloned());
        origins
    }
}
