use std::sync::{Arc, Mutex};

use actix_web::{App, HttpResponse, HttpServer, web};

use super::gate::Gate;
use super::keys::Key;
use super::server::{Server, Thread, listen};
use super::wallet::Answer;

/// Where a client or wallet publishes its keys.
#[derive(Clone)]
pub struct KeyHost {
    pub uri: String,
    shelf: Arc<Mutex<Shelf>>,
}

struct Shelf {
    answer: Answer,
    asked: usize,
}

impl KeyHost {
    /// A host with the public half of `key`, which runs as long as `server`.
    pub fn open(server: &Server, key: &Key) -> Self {
        let (listener, origin) = listen();
        let shelf = Arc::new(Mutex::new(Shelf {
            answer: Answer::Status(404),
            asked: 0,
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
        let host = Self {
            uri: format!("{origin}/keys"),
            shelf,
        };
        host.publishes(key);
        host
    }

    /// From now on it has the public half of `key` alone.
    pub fn publishes(&self, key: &Key) {
        self.says(&key.jwks());
    }

    /// From now on it has this text.
    pub fn says(&self, body: &str) {
        self.answers(Answer::Text {
            content_type: "application/jwk-set+json".to_owned(),
            body: body.to_owned(),
        });
    }

    pub fn answers(&self, answer: Answer) {
        self.shelf.lock().unwrap().answer = answer;
    }

    /// From now on who asks waits at a gate, and gets the public half of `key`.
    pub fn gates(&self, key: &Key) -> Gate {
        let gate = Gate::shut();
        let set = serde_json::from_str(&key.jwks()).unwrap();
        self.answers(Answer::Gated(set, gate.clone()));
        gate
    }

    /// How often it was asked since this was asked last.
    pub fn asked(&self) -> usize {
        std::mem::take(&mut self.shelf.lock().unwrap().asked)
    }
}

async fn answer(shelf: web::Data<Arc<Mutex<Shelf>>>) -> HttpResponse {
    let answer = {
        let mut shelf = shelf.lock().unwrap();
        shelf.asked += 1;
        shelf.answer.clone()
    };
    answer.given().await
}
