//! Stories over real HTTP, with an authorization server that says what each test tells it to say.

mod acts;
mod paying;
mod stories;
mod visit;
mod wallet;

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Account, DemoClock, ShopOptions, WalletOptions};
use crate::model::Clock;

/// What the authorization server of a test knows, and what it was asked.
#[derive(Default)]
struct Authority {
    issuer: String,
    tokens: HashMap<String, Value>,
    scope: String,
    asked: Vec<HashMap<String, String>>,
    refuses: bool,
    /// The actions of its next token; none for all.
    grants: Option<Vec<&'static str>>,
}

type Shared = Arc<Mutex<Authority>>;

/// A wallet and a shop beside an authorization server, with a clock that stands still until it is set.
struct Demo {
    authority: Shared,
    wallet: String,
    shop: String,
    clock: Arc<AtomicI64>,
    http: reqwest::Client,
}

fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

impl Demo {
    fn start() -> Self {
        let (socket, issuer) = listener();
        let authority = Shared::default();
        authority.lock().unwrap().issuer.clone_from(&issuer);
        let state = web::Data::new(authority.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(state.clone())
                .route(
                    "/.well-known/oauth-authorization-server",
                    web::get().to(metadata),
                )
                .route("/introspect", web::post().to(introspect))
                .route("/token", web::post().to(token))
                .route("/revoke", web::post().to(revoke))
        });
        actix_web::rt::spawn(
            server
                .listen(socket)
                .unwrap()
                .workers(1)
                .disable_signals()
                .run(),
        );
        Self::beside(authority, issuer)
    }

    /// Starts wallet and shop beside an authorization server that nobody runs.
    fn without_authority() -> Self {
        Self::beside(Shared::default(), listener().1)
    }

    fn beside(authority: Shared, issuer: String) -> Self {
        let clock = Arc::new(AtomicI64::new(0));
        let read = clock.clone();
        let shared =
            Clock::from_fn(move || Timestamp::from_second(read.load(Ordering::SeqCst)).unwrap());
        let (socket, wallet) = listener();
        actix_web::rt::spawn(
            super::wallet(WalletOptions {
                listener: socket,
                issuer,
                resource_server_id: "rs:1".to_owned(),
                resource_server_secret: "rs secret".to_owned(),
                accounts: ["alice", "bob"].map(account).to_vec(),
                clock: shared.clone(),
            })
            .unwrap(),
        );
        let (socket, shop) = listener();
        actix_web::rt::spawn(
            super::shop(ShopOptions {
                listener: socket,
                url: shop.clone(),
                client_id: "cli:1".to_owned(),
                client_secret: "cli secret".to_owned(),
                redirect_uri: format!("{shop}/callback"),
                payment_pointer: format!("{}/alice", wallet.replace("http://", "$")),
                other_pointer: format!("{wallet}/bob"),
                wallet_credentials: ("rs:1".to_owned(), "rs secret".to_owned()),
                clock: DemoClock::new(shared, None).unwrap(),
            })
            .unwrap(),
        );
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let demo = Self {
            authority,
            wallet,
            shop,
            clock,
            http: http.build().unwrap(),
        };
        demo.sets_clock("2027-01-31T00:00:00Z");
        demo
    }

    fn sets_clock(&self, now: &str) {
        let now: Timestamp = now.parse().unwrap();
        self.clock.store(now.as_second(), Ordering::SeqCst);
    }

    /// Creates an agreement at the wallet.
    async fn creates(&self, kind: &str, body: &Value) -> (u16, Option<String>, Value) {
        let url = format!("{}/{kind}", self.wallet);
        let request = self
            .http
            .post(url)
            .header("Content-Type", "application/json")
            .body(body.to_string());
        let response = request.send().await.unwrap();
        let location = response
            .headers()
            .get("Location")
            .map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), location, read(response).await)
    }

    /// Creates a mandate of alice's: $20.00 a month for three months.
    async fn mandate(&self) -> String {
        let (status, location, _) = self.creates("mandates", &monthly(&self.wallet)).await;
        assert_eq!(status, 201);
        location.unwrap()
    }

    /// Makes `token` good for the actions on an agreement.
    fn grants(&self, token: &str, agreement: &str, actions: &[&str]) {
        self.grants_limits(token, agreement, actions, &json!({}));
    }

    fn grants_limits(&self, token: &str, agreement: &str, actions: &[&str], limits: &Value) {
        let mut answer = good(&self.wallet, agreement, actions);
        answer["authorization_details"][0]["limits"] = limits.clone();
        let mut authority = self.authority.lock().unwrap();
        authority.tokens.insert(token.to_owned(), answer);
    }

    /// Makes `token` the authorization server's own, good for reading an agreement.
    fn grants_issuer(&self, token: &str, agreement: &str) {
        self.grants(token, agreement, &["read"]);
        let mut authority = self.authority.lock().unwrap();
        let issuer = authority.issuer.clone();
        let own = authority.tokens.get_mut(token).unwrap();
        own["client_id"] = json!(issuer);
        own["scope"] = Value::Null;
    }

    async fn gets(&self, url: &str, token: &str) -> reqwest::Response {
        let request = self
            .http
            .get(url)
            .header("Authorization", format!("Bearer {token}"));
        request.send().await.unwrap()
    }

    /// Charges a mandate with the token `good`.
    async fn charges(&self, mandate: &str, body: &Value) -> (u16, Value) {
        let response = self
            .charge_request(mandate, "good", body)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), read(response).await)
    }

    fn charge_request(&self, mandate: &str, token: &str, body: &Value) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{mandate}/charges"))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/json")
            .body(body.to_string())
    }
}

fn account(name: &str) -> Account {
    Account {
        name: name.to_owned(),
        open: name == "bob",
    }
}

/// What the authorization server says about a token of the shop's, granted by alice.
fn good(wallet: &str, agreement: &str, actions: &[&str]) -> Value {
    json!({
        "active": true,
        "client_id": "cli:1",
        "aud": wallet,
        "scope": agreement,
        "subject": format!("{wallet}/alice"),
        "authorization_details": [
            {"type": "open_payments_mandate", "locations": [agreement], "actions": actions},
        ],
    })
}

fn monthly(wallet: &str) -> Value {
    json!({
        "subject": format!("{}/alice", wallet.replace("http://", "$")),
        "assetCode": "USD", "assetScale": 2, "amount": "2000",
        "interval": "P1M", "cycles": 3, "startAt": "2027-01-31T00:00:00Z",
        "description": "Streaming <b>",
    })
}

async fn read(response: reqwest::Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null)
}

async fn metadata(state: web::Data<Shared>) -> HttpResponse {
    let issuer = state.lock().unwrap().issuer.clone();
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
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
    request.headers().get("Authorization").unwrap().as_bytes() == expected.as_bytes()
}

async fn introspect(
    state: web::Data<Shared>,
    request: HttpRequest,
    form: web::Form<HashMap<String, String>>,
) -> HttpResponse {
    if !is_from(&request, "rs%3A1:rs+secret") {
        return HttpResponse::Unauthorized().finish();
    }
    let answer = state.lock().unwrap().tokens.get(&form["token"]).cloned();
    HttpResponse::Ok().json(answer.unwrap_or_else(|| json!({"active": false})))
}

async fn token(
    state: web::Data<Shared>,
    request: HttpRequest,
    form: web::Form<HashMap<String, String>>,
) -> HttpResponse {
    let mut authority = state.lock().unwrap();
    let is_shop = is_from(&request, "cli%3A1:cli+secret");
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
    let answer = good(&wallet.ascii_serialization(), &scope, &actions);
    authority.tokens.insert(access.clone(), answer);
    HttpResponse::Ok().json(json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": scope,
        "refresh_token": "again",
    }))
}

async fn revoke(
    state: web::Data<Shared>,
    request: HttpRequest,
    form: web::Form<HashMap<String, String>>,
) -> HttpResponse {
    if !is_from(&request, "cli%3A1:cli+secret") || form["token"] != "again" {
        return HttpResponse::Unauthorized().finish();
    }
    let mut authority = state.lock().unwrap();
    authority.tokens.clear();
    authority.refuses = true;
    HttpResponse::Ok().finish()
}
