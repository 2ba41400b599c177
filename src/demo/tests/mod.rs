//! Stories over real HTTP, with an authorization server that says what each test tells it to say.

mod acts;
mod authority;
mod keyed;
mod paying;
mod possession;
mod stories;
mod visit;
mod wallet;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::{App, HttpServer, web};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Account, Credentials, DemoClock, Neighbour, ShopKeys, ShopOptions, WalletOptions};
use crate::model::Clock;
use authority::Shared;

/// A wallet and a shop beside an authorization server, with a clock that stands still until it is set.
struct Demo {
    authority: Shared,
    wallet: String,
    shop: String,
    clock: Arc<AtomicI64>,
    clock_of_shops: DemoClock,
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
                .configure(authority::routes)
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
        authority.lock().unwrap().clock.clone_from(&clock);
        let clock_of_shops = DemoClock::new(shared, None).unwrap();
        let shop = shop(
            &wallet,
            Credentials::Secret("cli secret".to_owned()),
            &clock_of_shops,
        );
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let demo = Self {
            authority,
            wallet,
            shop,
            clock,
            clock_of_shops,
            http: http.build().unwrap(),
        };
        demo.sets_clock("2027-01-31T00:00:00Z");
        demo
    }

    /// The same with the other shop, which holds keys.
    fn with_keys(mut self) -> Self {
        let keys = ShopKeys::generate().unwrap();
        let mut authority = self.authority.lock().unwrap();
        (authority.jwks, authority.nonce) = (keys.jwks(), "first");
        drop(authority);
        self.shop = shop(&self.wallet, Credentials::Keys(keys), &self.clock_of_shops);
        self
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::SeqCst)).unwrap()
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

/// Starts a shop, and says where it is.
fn shop(wallet: &str, credentials: Credentials, clock: &DemoClock) -> String {
    let (listener, shop) = listener();
    let (name, client_id) = match credentials {
        Credentials::Secret(_) => ("Acme Streaming", "cli:1"),
        Credentials::Keys(_) => ("Acme Utilities", "cli:2"),
    };
    let options = ShopOptions {
        listener,
        name: name.to_owned(),
        url: shop.clone(),
        client_id: client_id.to_owned(),
        credentials,
        redirect_uri: format!("{shop}/callback"),
        payment_pointer: format!("{}/alice", wallet.replace("http://", "$")),
        other_pointer: format!("{wallet}/bob"),
        neighbour: Neighbour {
            name: "Acme Elsewhere".to_owned(),
            url: "http://127.0.0.1:1".to_owned(),
        },
        wallet_credentials: ("rs:1".to_owned(), "rs secret".to_owned()),
        clock: clock.clone(),
    };
    actix_web::rt::spawn(super::shop(options).unwrap());
    shop
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
