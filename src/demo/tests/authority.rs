//! An authorization server that says what each test tells it to say.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::good;
use crate::keys::{ClientAssertion, DpopProof, KeySet, RequestObject, Terms, Wanted};
use crate::model::SignatureAlgorithm;

/// What the authorization server of a test knows, and what it was asked.
#[derive(Default)]
pub struct Authority {
    pub issuer: String,
    pub clock: Arc<AtomicI64>,
    pub tokens: HashMap<String, Value>,
    pub scope: String,
    pub asked: Vec<HashMap<String, String>>,
    pub refuses: bool,
    /// The actions of its next token; none for all.
    pub grants: Option<Vec<&'static str>>,
    /// The keys of the shop that has keys.
    pub jwks: String,
    /// The parameters that this shop pushed last.
    pub pushed: HashMap<String, String>,
    /// The nonce that proofs must have.
    pub nonce: &'static str,
    /// Its tokens are bound to nothing, whoever asks.
    pub forgets: bool,
}

pub type Shared = Arc<Mutex<Authority>>;

type Form = web::Form<HashMap<String, String>>;

pub fn routes(config: &mut web::ServiceConfig) {
    let metadata_path = "/.well-known/oauth-authorization-server";
    config
        .route(metadata_path, web::get().to(metadata))
        .route("/par", web::post().to(push))
        .route("/introspect", web::post().to(introspect))
        .route("/token", web::post().to(token))
        .route("/revoke", web::post().to(revoke));
}

impl Authority {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    fn keys(&self) -> KeySet {
        KeySet::parse(&self.jwks, SignatureAlgorithm::Es256).unwrap()
    }

    /// Whether a form comes with an assertion of the shop that has keys.
    fn is_asserted(&self, form: &HashMap<String, String>) -> bool {
        let Some(assertion) = form.get("client_assertion") else {
            return false;
        };
        let issuer = &self.issuer;
        let now = self.now();
        let assertion = ClientAssertion::read(assertion, &Terms { issuer, now }).unwrap();
        assert!(form["client_assertion_type"].ends_with(":jwt-bearer"));
        assertion.client == "cli:2" && self.keys().has_signed(&assertion.jws)
    }

    /// The key of the proof in a request, or the answer that asks for another.
    fn proven(&self, request: &HttpRequest) -> Result<String, HttpResponse> {
        let wanted = Wanted {
            method: "POST",
            uri: &format!("{}{}", self.issuer, request.path()),
            now: self.now(),
            longest: 60,
        };
        let header = request.headers().get("DPoP").unwrap().to_str().unwrap();
        let proof = DpopProof::verify(header, &wanted).unwrap();
        if proof.nonce.as_deref() == Some(self.nonce) {
            return Ok(proof.thumbprint);
        }
        Err(HttpResponse::BadRequest()
            .insert_header(("DPoP-Nonce", self.nonce))
            .json(json!({"error": "use_dpop_nonce"})))
    }
}

async fn metadata(state: web::Data<Shared>) -> HttpResponse {
    let issuer = state.lock().unwrap().issuer.clone();
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "pushed_authorization_request_endpoint": format!("{issuer}/par"),
        "token_endpoint": format!("{issuer}/token"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "jwks_uri": format!("{issuer}/jwks"),
        "payment_mandates_endpoint": "https://elsewhere.example/mandates",
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// Whether a request comes with these credentials, each of them form-url-encoded.
fn is_from(request: &HttpRequest, credentials: &str) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(credentials));
    let given = request.headers().get("Authorization");
    given.is_some_and(|given| given.as_bytes() == expected.as_bytes())
}

async fn push(state: web::Data<Shared>, request: HttpRequest, form: Form) -> HttpResponse {
    let mut authority = state.lock().unwrap();
    if authority.refuses || !authority.is_asserted(&form) {
        return HttpResponse::Unauthorized()
            .json(json!({"error": "invalid_client", "error_description": "Who is it"}));
    }
    if let Err(again) = authority.proven(&request) {
        return again;
    }
    let terms = Terms {
        issuer: &authority.issuer,
        now: authority.now(),
    };
    let object = RequestObject::read(&form["request"], &terms).unwrap();
    assert!(object.client == "cli:2" && authority.keys().has_signed(&object.jws));
    authority.pushed = object.parameters.into_iter().collect();
    HttpResponse::Created().json(json!({"request_uri": "urn:x:1", "expires_in": 60}))
}

async fn introspect(state: web::Data<Shared>, request: HttpRequest, form: Form) -> HttpResponse {
    if !is_from(&request, "rs%3A1:rs+secret") {
        return HttpResponse::Unauthorized().finish();
    }
    let answer = state.lock().unwrap().tokens.get(&form["token"]).cloned();
    HttpResponse::Ok().json(answer.unwrap_or_else(|| json!({"active": false})))
}

async fn token(state: web::Data<Shared>, request: HttpRequest, form: Form) -> HttpResponse {
    let mut authority = state.lock().unwrap();
    let has_keys = authority.is_asserted(&form);
    let mut key = None;
    if has_keys {
        match authority.proven(&request) {
            Ok(proven) => key = Some(proven),
            Err(again) => return again,
        }
    }
    let is_shop = has_keys || is_from(&request, "cli%3A1:cli+secret");
    let number = authority.asked.len();
    authority.asked.push(form.into_inner());
    if authority.refuses || !is_shop {
        return HttpResponse::BadRequest()
            .json(json!({"error": "invalid_grant", "error_description": "It has ended"}));
    }
    let scope = authority.scope.clone();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let access = format!(
        "{}.{}.{number}",
        part(json!({"alg": "ES256", "typ": "at+jwt"})),
        part(json!({"scope": scope, "jti": "<i>"}))
    );
    let wallet = url::Url::parse(&scope).unwrap().origin();
    let all = || vec!["read", "charge", "pay", "create"];
    let actions = authority.grants.clone().unwrap_or_else(all);
    let mut answer = good(&wallet.ascii_serialization(), &scope, &actions);
    let key = key.filter(|_| !authority.forgets);
    if let Some(key) = &key {
        answer["cnf"] = json!({"jkt": key});
    }
    authority.tokens.insert(access.clone(), answer);
    HttpResponse::Ok().json(json!({
        "access_token": access,
        "token_type": key.map_or("Bearer", |_| "DPoP"),
        "expires_in": 300,
        "scope": scope,
        "refresh_token": "again",
    }))
}

async fn revoke(state: web::Data<Shared>, request: HttpRequest, form: Form) -> HttpResponse {
    let mut authority = state.lock().unwrap();
    let is_shop = authority.is_asserted(&form) || is_from(&request, "cli%3A1:cli+secret");
    if !is_shop || form["token"] != "again" {
        return HttpResponse::Unauthorized().finish();
    }
    authority.tokens.clear();
    authority.refuses = true;
    HttpResponse::Ok().finish()
}
