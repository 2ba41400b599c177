//! What clients and wallets can find out about this server (RFC 8414), and its keys (RFC 7517).

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::model::{AgreementType, AuthMethod, GrantType, ResourceServer, SigningAlgorithm};

/// The paths of the endpoints below the issuer.
#[expect(missing_docs, reason = "the names say it")]
pub mod paths {
    pub const AUTHORIZE: &str = "/authorize";
    pub const TOKEN: &str = "/token";
    pub const INTROSPECT: &str = "/introspect";
    pub const REVOKE: &str = "/revoke";
    pub const JWKS: &str = "/jwks.json";
}

/// The metadata document, also while the database is away (RFC 8414 §2, RFC 9396 §10, RFC 9701 §7), with the members of Open Payments and `protected_resources` (RFC 9728 §4).
pub async fn document(app: &App) -> Value {
    let wallets = app.known_wallets().await;
    let issuer = &app.settings.server.issuer;
    let methods: Vec<&str> = AuthMethod::ALL
        .iter()
        .map(|method| method.as_str())
        .collect();
    let grant_types: Vec<&str> = GrantType::ALL
        .iter()
        .map(|grant_type| grant_type.as_str())
        .collect();
    let mut origins: Vec<&str> = wallets
        .iter()
        .map(|wallet| wallet.origin.as_str())
        .collect();
    origins.sort_unstable();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}{}", paths::AUTHORIZE),
        "token_endpoint": format!("{issuer}{}", paths::TOKEN),
        "introspection_endpoint": format!("{issuer}{}", paths::INTROSPECT),
        "revocation_endpoint": format!("{issuer}{}", paths::REVOKE),
        "jwks_uri": format!("{issuer}{}", paths::JWKS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grant_types,
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": [AuthMethod::ClientSecretBasic.as_str()],
        "introspection_signing_alg_values_supported": [SigningAlgorithm::Es256.as_str()],
        "authorization_details_types_supported": AgreementType::ALL.map(AgreementType::details_type),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": app.settings.operator.locales,
        "protected_resources": origins,
    });
    if let (Value::Object(members), [only]) = (&mut document, wallets.as_slice()) {
        add_wallet(members, only);
    }
    document
}

/// The members of Open Payments speak of one wallet, so they are there when there is one.
fn add_wallet(members: &mut Map<String, Value>, wallet: &ResourceServer) {
    let endpoints = [
        ("payment_mandates_endpoint", &wallet.endpoints.mandates),
        ("payment_invoices_endpoint", &wallet.endpoints.invoices),
        ("payment_sessions_endpoint", &wallet.endpoints.sessions),
    ];
    for (name, endpoint) in endpoints {
        if let Some(endpoint) = endpoint {
            members.insert(name.to_owned(), json!(endpoint));
        }
    }
    if !wallet.assets.is_empty() {
        let assets: Vec<Value> = wallet
            .assets
            .iter()
            .map(|asset| json!({ "code": asset.code(), "scale": asset.scale() }))
            .collect();
        members.insert("payment_assets_supported".to_owned(), Value::Array(assets));
    }
}

/// The public keys; the database is not needed.
pub async fn jwks(app: &App) -> Value {
    app.ring().await.jwks(app.clock.now())
}
