use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

use super::fields::Fields;
use super::gate::Gate;
use super::keys::Key;
use super::register;
use super::reply::Reply;
use super::server::{Server, Thread, listen};
use super::shop::basic;
use super::signer::Signer;
use super::tokens::unpack;

/// A wallet: it serves agreements to whoever brings this server's own token, and introspects what clients bring.
#[derive(Clone)]
pub struct Wallet {
    server: Server,
    pub origin: String,
    pub id: String,
    pub secret: String,
    /// What it signs assertions with, if it does.
    pub key: Option<Key>,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    origin: String,
    answers: HashMap<String, Answer>,
    asked: Vec<Asked>,
    made: usize,
}

const METADATA: &str = "/.well-known/open-payments";

/// What the wallet says when it is asked for an agreement.
#[derive(Debug, Clone)]
pub enum Answer {
    Json(Value),
    /// These terms, to whoever has passed the gate.
    Gated(Value, Gate),
    Text {
        content_type: String,
        body: String,
    },
    Status(u16),
    Redirect(String),
    Hang,
}

impl Answer {
    /// The answer, to whoever asked.
    pub async fn given(self) -> HttpResponse {
        match self {
            Self::Json(terms) => HttpResponse::Ok().json(terms),
            Self::Gated(terms, gate) => {
                gate.passes().await;
                HttpResponse::Ok().json(terms)
            }
            Self::Text { content_type, body } => {
                HttpResponse::Ok().content_type(content_type).body(body)
            }
            Self::Status(status) => HttpResponse::build(status.try_into().unwrap()).finish(),
            Self::Redirect(to) => HttpResponse::Found()
                .insert_header(("Location", to))
                .finish(),
            Self::Hang => {
                std::future::pending::<()>().await;
                HttpResponse::Ok().finish()
            }
        }
    }
}

/// One question that the wallet was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub claims: Value,
    pub token: String,
}

/// An agreement that a wallet hosts.
#[derive(Debug, Clone)]
pub struct Agreement {
    pub url: String,
    path: String,
}

impl AsRef<str> for Agreement {
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl Wallet {
    /// Opens a wallet and registers it.
    pub async fn open(server: &Server, name: &str) -> Self {
        let (listener, origin) = listen();
        let shelf = Arc::new(Mutex::new(Shelf {
            origin: origin.clone(),
            ..Shelf::default()
        }));
        let shared = web::Data::new(Arc::clone(&shelf));
        server.beside(Thread::run(move || {
            let app = move || {
                App::new()
                    .app_data(shared.clone())
                    .default_service(web::to(answer))
            };
            let running = HttpServer::new(app)
                .workers(1)
                .disable_signals()
                .shutdown_timeout(0)
                .listen(listener)?;
            Ok(running.run())
        }));
        let (id, secret) = register::resource_server(server.app(), name, &origin).await;
        Self {
            server: server.clone(),
            origin,
            id,
            secret,
            key: None,
            shelf,
        }
    }

    /// The same wallet, which asks another server.
    pub fn asking(&self, server: &Server) -> Self {
        Self {
            server: server.clone(),
            ..self.clone()
        }
    }

    /// The same wallet, which is registered with a key in the place of its secret.
    pub async fn signs_with(&self, key: &Key) -> Self {
        register::keys_of_wallet(self.server.app(), &self.id, key).await;
        Self {
            key: Some(key.clone()),
            ..self.clone()
        }
    }

    /// The same wallet, which asks another instance.
    pub fn at(&self, instance: usize) -> Self {
        Self {
            server: self.server.at(instance),
            ..self.clone()
        }
    }

    /// A monthly mandate over 20 dollars of `alice`'s.
    pub fn mandate(&self) -> Agreement {
        self.mandate_of("alice", |_| {})
    }

    /// A mandate of `user`'s with one change.
    pub fn mandate_of(&self, user: &str, change: impl FnOnce(&mut Value)) -> Agreement {
        let agreement = self.names("mandates");
        let mut terms = self.monthly(&agreement, user);
        change(&mut terms);
        self.answers(&agreement, Answer::Json(terms));
        agreement
    }

    /// The mandate of alice's is there again, as it was.
    pub fn mandate_again(&self, agreement: &Agreement) {
        let terms = self.monthly(agreement, "alice");
        self.answers(agreement, Answer::Json(terms));
    }

    fn monthly(&self, agreement: &Agreement, user: &str) -> Value {
        json!({
            "name": agreement.url,
            "subject": format!("${}/{user}", self.authority()),
            "assetCode": "USD",
            "assetScale": 2,
            "amount": "2000",
            "interval": "P1M",
            "cycles": 12,
            "cap": false,
            "startAt": "2027-03-01T08:00:00Z",
            "expiresAt": "2028-03-02T00:00:00Z",
            "description": "Streaming, standard plan",
            "balance": { "total": "0", "interval": "0", "available": "2000" },
            "cycle": 0,
        })
    }

    /// An invoice over 34.50 dollars, to be paid to `alice`.
    pub fn invoice(&self) -> Agreement {
        let agreement = self.names("invoices");
        let terms = json!({
            "name": agreement.url,
            "subject": format!("${}/alice", self.authority()),
            "assetCode": "USD",
            "assetScale": 2,
            "amount": 3450,
            "received": "1000",
            "expiresAt": "2027-12-05T00:00:00Z",
            "description": "Order 1042",
        });
        self.answers(&agreement, Answer::Json(terms));
        agreement
    }

    /// A session that streams to `alice`.
    pub fn session(&self) -> Agreement {
        let agreement = self.names("sessions");
        let terms = json!({
            "name": agreement.url,
            "subject": format!("${}/alice", self.authority()),
            "sharedSecret": "never-to-be-stored",
        });
        self.answers(&agreement, Answer::Json(terms));
        agreement
    }

    fn names(&self, collection: &str) -> Agreement {
        let mut kept = self.shelf();
        kept.made += 1;
        let path = format!("/{collection}/{}", kept.made);
        Agreement {
            url: format!("{}{path}", self.origin),
            path,
        }
    }

    pub fn mandates(&self) -> String {
        format!("{}/mandates", self.origin)
    }

    pub fn invoices(&self) -> String {
        format!("{}/invoices", self.origin)
    }

    pub fn sessions(&self) -> String {
        format!("{}/sessions", self.origin)
    }

    pub fn authority(&self) -> &str {
        self.origin.strip_prefix("http://").unwrap()
    }

    pub fn pointer(&self, user: &str) -> String {
        format!("{}/{user}", self.origin)
    }

    /// From now on the wallet says this about an agreement.
    pub fn answers(&self, agreement: &Agreement, answer: Answer) {
        self.shelf().answers.insert(agreement.path.clone(), answer);
    }

    /// From now on this is what anybody can read about the wallet.
    pub fn publishes(&self, answer: Answer) {
        self.shelf().answers.insert(METADATA.to_owned(), answer);
    }

    /// Changes the terms of an agreement.
    pub fn changes(&self, agreement: &Agreement, change: impl FnOnce(&mut Value)) {
        let mut kept = self.shelf();
        let Some(Answer::Json(terms)) = kept.answers.get_mut(&agreement.path) else {
            panic!("{agreement} has no terms");
        };
        change(terms);
    }

    /// From now on who asks for an agreement waits at a gate, and gets it as it is now.
    pub fn gates(&self, agreement: &Agreement) -> Gate {
        let gate = Gate::shut();
        let terms = serde_json::from_str(&self.text_of(agreement)).unwrap();
        self.answers(agreement, Answer::Gated(terms, gate.clone()));
        gate
    }

    /// The terms of an agreement, as text.
    pub fn text_of(&self, agreement: &Agreement) -> String {
        let kept = self.shelf();
        let Some(Answer::Json(terms)) = kept.answers.get(&agreement.path) else {
            panic!("{agreement} has no terms");
        };
        terms.to_string()
    }

    /// What it was asked, from the first.
    pub fn asked(&self) -> Vec<Asked> {
        self.shelf().asked.clone()
    }

    /// What the server says about a token.
    pub async fn introspects(&self, token: &str) -> Value {
        let reply = self
            .introspects_with(&Fields::of(&[("token", token)]))
            .await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    pub async fn introspects_with(&self, form: &Fields) -> Reply {
        let Some(key) = &self.key else {
            let credentials = basic(&self.id, &self.secret);
            return self.server.post("/introspect", credentials, form).await;
        };
        let signer = Signer {
            server: self.server.clone(),
            id: self.id.clone(),
            key: key.clone(),
            path: "/introspect",
            form: form.clone(),
        };
        signer.sends(&signer.assertion()).await
    }

    /// Whether the server says that a token is worth something; what is dead is described by nothing else.
    pub async fn accepts(&self, token: &str) -> bool {
        let described = self.introspects(token).await;
        let active = described["active"] == json!(true);
        assert!(
            active || described == json!({ "active": false }),
            "{described}"
        );
        active
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
    }
}

async fn answer(request: HttpRequest, shelf: web::Data<Arc<Mutex<Shelf>>>) -> HttpResponse {
    let path = request.path().to_owned();
    let answer = {
        let mut shelf = shelf.lock().unwrap();
        match own_token(&request, &shelf.origin) {
            Some((token, claims)) => shelf.asked.push(Asked {
                path: path.clone(),
                claims,
                token,
            }),
            None if path == METADATA => {}
            None => return HttpResponse::Unauthorized().finish(),
        }
        shelf.answers.get(&path).cloned()
    };
    answer.unwrap_or(Answer::Status(404)).given().await
}

/// The server's own token and its claims, if that is what was brought: it names this wallet and has no scope.
fn own_token(request: &HttpRequest, origin: &str) -> Option<(String, Value)> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let token = header.strip_prefix("Bearer ")?;
    let (kind, claims) = unpack(token);
    let own = kind["typ"] == "at+jwt"
        && claims["aud"] == origin
        && claims["sub"] == claims["iss"]
        && claims.get("scope").is_none();
    own.then(|| (token.to_owned(), claims))
}

/// How long a test lets the server wait for a wallet that hangs.
pub const PATIENCE: Duration = Duration::from_millis(300);
