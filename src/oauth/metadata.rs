//! What clients and wallets can find out about this server (RFC 8414), and its keys (RFC 7517).

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::model::{
    AgreementType, AuthMethod, GrantType, ResourceServer, SignatureAlgorithm, SigningAlgorithm,
};

use super::profile;

/// The paths of the endpoints below the issuer.
#[expect(missing_docs, reason = "the names say it")]
pub mod paths {
    pub const AUTHORIZE: &str = "/authorize";
    pub const PAR: &str = "/par";
    pub const TOKEN: &str = "/token";
    pub const INTROSPECT: &str = "/introspect";
    pub const REVOKE: &str = "/revoke";
    pub const JWKS: &str = "/jwks.json";
}

/// The metadata document, also while the database is away (RFC 8414 §2, RFC 9396 §10, RFC 9701 §7), with the members of Open
/// Payments and `protected_resources` (RFC 9728 §4).
pub async fn document(app: &App) -> Value {
    let wallets = app.known_wallets().await;
    let issuer = &app.settings.server.issuer;
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
        "pushed_authorization_request_endpoint": format!("{issuer}{}", paths::PAR),
        "token_endpoint": format!("{issuer}{}", paths::TOKEN),
        "introspection_endpoint": format!("{issuer}{}", paths::INTROSPECT),
        "revocation_endpoint": format!("{issuer}{}", paths::REVOKE),
        "jwks_uri": format!("{issuer}{}", paths::JWKS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grant_types,
        "introspection_signing_alg_values_supported": [SigningAlgorithm::Es256.as_str()],
        "authorization_details_types_supported": AgreementType::ALL.map(AgreementType::details_type),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "require_pushed_authorization_requests": profile::pushes_all(&app.settings),
        // Both are about the authorization endpoint; what was pushed is usable there whatever they say (RFC 9126 §5).
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_signed_request_object": false,
        "request_object_signing_alg_values_supported": SignatureAlgorithm::NAMES,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": app.settings.operator.locales,
        "protected_resources": origins,
    });
    if let Value::Object(members) = &mut document {
        add_authentication(app, members);
        if let [only] = wallets.as_slice() {
            add_wallet(members, only);
        }
    }
    document
}

/// How clients and wallets can prove who they are, and which keys they hold (RFC 8414 §2, RFC 9449 §5.1).
fn add_authentication(app: &App, members: &mut Map<String, Value>) {
    let settings = &app.settings;
    let methods = profile::methods(settings);
    let words = |methods: &[AuthMethod]| -> Vec<&str> {
        methods.iter().map(|method| method.as_str()).collect()
    };
    let of_wallets = profile::methods_of_wallets(settings);
    let algorithms = SignatureAlgorithm::NAMES;
    for (endpoint, methods) in [
        ("token", &methods),
        ("revocation", &methods),
        ("introspection", &of_wallets),
    ] {
        let name = |what| format!("{endpoint}_endpoint_auth_{what}_supported");
        members.insert(name("methods"), json!(words(methods)));
        members.insert(name("signing_alg_values"), json!(algorithms));
    }
    let name = "dpop_signing_alg_values_supported".to_owned();
    members.insert(name, json!(algorithms));
    if settings.has_certificates() {
        add_certificates(members, &settings.certificates.url);
    }
}

/// What clients with certificates need to know (RFC 8705 §3.3, §5).
fn add_certificates(members: &mut Map<String, Value>, url: &str) {
    let bound = "tls_client_certificate_bound_access_tokens".to_owned();
    members.insert(bound, json!(true));
    if url.is_empty() {
        return;
    }
    let aliases = [
        ("pushed_authorization_request_endpoint", paths::PAR),
        ("token_endpoint", paths::TOKEN),
        ("introspection_endpoint", paths::INTROSPECT),
        ("revocation_endpoint", paths::REVOKE),
    ];
    let aliases: Map<String, Value> = aliases
        .into_iter()
        .map(|(name, path)| (name.to_owned(), json!(format!("{url}{path}"))))
        .collect();
    members.insert("mtls_endpoint_aliases".to_owned(), Value::Object(aliases));
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
