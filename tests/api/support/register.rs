use countersign::app::App;
use countersign::model::{
    AuthMethod, CertificateName, Duties, Endpoints, GrantType, SignatureAlgorithm,
};
use countersign::oauth::registration::{
    self, ClientChange, NewClient, NewCredentials, NewResourceServer, ResourceServerChange,
};

use super::keys::Key;

/// How a shop is registered.
#[derive(Debug, Clone, Copy)]
pub struct NewShop<'a> {
    pub name: &'a str,
    pub method: AuthMethod,
    pub redirect_uri: &'a str,
    pub grant_types: &'a [GrantType],
    pub account: Option<&'a str>,
    pub jwks: Option<&'a str>,
    pub jwks_uri: Option<&'a str>,
    pub certificate: Option<&'a CertificateName>,
    pub algorithm: Option<SignatureAlgorithm>,
    pub duties: Duties,
}

impl NewShop<'_> {
    /// A shop that keeps a secret and uses HTTP Basic.
    pub const CONFIDENTIAL: NewShop<'static> = NewShop {
        name: "Acme Streaming",
        method: AuthMethod::ClientSecretBasic,
        redirect_uri: "https://acme.example/callback",
        grant_types: &[GrantType::AuthorizationCode, GrantType::RefreshToken],
        account: None,
        jwks: None,
        jwks_uri: None,
        certificate: None,
        algorithm: None,
        duties: Duties {
            dpop_bound_access_tokens: false,
            tls_client_certificate_bound_access_tokens: false,
            require_pushed_authorization_requests: false,
            require_signed_request_object: false,
        },
    };

    /// An app that cannot keep a secret.
    pub const PUBLIC: NewShop<'static> = NewShop {
        name: "Pocket App",
        method: AuthMethod::None,
        redirect_uri: "http://127.0.0.1/callback",
        ..Self::CONFIDENTIAL
    };
}

pub async fn client(app: &App, new: NewShop<'_>) -> (String, Option<String>) {
    let (client, secret) = registration::create_client(
        app,
        NewClient {
            name: new.name.to_owned(),
            redirect_uris: vec![new.redirect_uri.to_owned()],
            auth_method: new.method,
            grant_types: new.grant_types.to_vec(),
            accounts: new.account.iter().map(|a| (*a).to_owned()).collect(),
            credentials: NewCredentials {
                jwks: new.jwks.map(str::to_owned),
                jwks_uri: new.jwks_uri.map(str::to_owned),
                algorithm: new.algorithm,
                certificate: new.certificate.cloned(),
                ..NewCredentials::default()
            },
            duties: new.duties,
        },
    )
    .await
    .unwrap();
    (client.id, secret.map(|secret| secret.expose().to_owned()))
}

pub async fn resource_server(app: &App, name: &str, origin: &str) -> (String, String) {
    let endpoint = |collection: &str| Some(format!("{origin}/{collection}"));
    let (server, secret) = registration::create_resource_server(
        app,
        NewResourceServer {
            name: name.to_owned(),
            origin: origin.to_owned(),
            endpoints: Endpoints {
                mandates: endpoint("mandates"),
                invoices: endpoint("invoices"),
                sessions: endpoint("sessions"),
            },
            pointer_origins: Vec::new(),
            assets: Vec::new(),
            allow_private_network: true,
            enforces_limits: true,
            auth_method: AuthMethod::ClientSecretBasic,
            credentials: NewCredentials::default(),
        },
    )
    .await
    .unwrap();
    (server.id, secret.unwrap().expose().to_owned())
}

/// Puts a key in the place of a wallet's secret.
pub async fn keys_of_wallet(app: &App, id: &str, key: &Key) {
    let change = ResourceServerChange {
        auth_method: Some(AuthMethod::PrivateKeyJwt),
        credentials: credentials(key),
        ..ResourceServerChange::default()
    };
    registration::update_resource_server(app, id, change)
        .await
        .unwrap();
}

/// The public half of a key, as an operator registers it.
pub fn credentials(key: &Key) -> NewCredentials {
    NewCredentials {
        jwks: Some(key.jwks()),
        algorithm: Some(key.algorithm()),
        ..NewCredentials::default()
    }
}

/// Puts another redirect URI in the place of a client's own.
pub async fn redirect_uri(app: &App, client: &str, redirect_uri: &str) {
    let change = ClientChange {
        redirect_uris: Some(vec![redirect_uri.to_owned()]),
        ..ClientChange::default()
    };
    registration::update_client(app, client, change)
        .await
        .unwrap();
}
