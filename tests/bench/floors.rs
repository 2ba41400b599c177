//! What an answer must cost at least: the same bytes from actix-web alone, then with the reads and writes that no server
//! could leave out. Each is a process of its own: this program, called with `floor`.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{App, HttpResponse, HttpServer, web};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::ValueEnum;
use rusqlite::{Connection, OpenFlags, params};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, Statement};
use sha2::{Digest as _, Sha256};

/// What a floor does beside answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Floor {
    /// Nothing.
    Bare,
    /// One read of token, grant and parties with rusqlite.
    Read,
    /// The same read through sea-orm.
    Orm,
    /// One ES256 signature with a parsed key, and one insert with rusqlite.
    Sign,
}

/// The answer of the real server, to be given again.
#[derive(Clone)]
pub struct Answer {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: web::Bytes,
}

const JOINED: &str = r#"SELECT t.jti, t.issued_at, t.expires_at, t.revoked_at, g.id, g.client, g."user", g.resource_server,
    g.agreement_url, g.type, g.actions, g.subject, g.agreement_digest, g.approval_digest, g.limits, g.amr, g.auth_time,
    g.consented_at, g.state, g.reason, g.ends_at, g.created_at, c.state, w.state, u.state
    FROM access_token t JOIN "grant" g ON g.id = t.grant_id JOIN client c ON c.id = g.client
    JOIN resource_server w ON w.id = g.resource_server LEFT JOIN "user" u ON u.id = g."user" WHERE t.digest = $1"#;

impl Answer {
    /// Reads what was kept of an answer: head, empty line, body.
    pub fn load(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let kept = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            let name = name.to_ascii_lowercase();
            // These two the framework writes itself.
            let own = ["content-length", "date"].contains(&name.as_str());
            (!own).then(|| (name.parse().unwrap(), value.parse().unwrap()))
        };
        Self {
            headers: head.lines().skip(1).filter_map(kept).collect(),
            body: web::Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    fn response(&self, body: web::Bytes) -> HttpResponse {
        let mut response = HttpResponse::Ok().body(body);
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }
}

/// What floors share.
#[derive(Clone)]
struct Common {
    floor: Floor,
    answer: Answer,
    orm: Option<DatabaseConnection>,
}

/// Serves a floor on `bind` until the process is ended.
pub fn serve(floor: Floor, bind: &str, answer: Answer, database: &str) -> io::Result<()> {
    actix_web::rt::System::new().block_on(async move {
        let orm = match floor {
            Floor::Orm => Some(connect(database).await),
            _ => None,
        };
        let common = Common { floor, answer, orm };
        let signer = (floor == Floor::Sign).then(|| web::Data::new(Signer::new(database)));
        let path = database.to_owned();
        HttpServer::new(move || {
            let reader = RefCell::new((common.floor == Floor::Read).then(|| open(&path)));
            let mut app = App::new()
                .app_data(web::Data::new(common.clone()))
                .app_data(web::Data::new(reader))
                .route("/", web::get().to(HttpResponse::Ok))
                .default_service(web::post().to(answer_again));
            if let Some(signer) = &signer {
                app = app.app_data(signer.clone());
            }
            app
        })
        .disable_signals()
        .bind(bind)?
        .run()
        .await
    })
}

async fn answer_again(
    common: web::Data<Common>,
    reader: web::Data<RefCell<Option<Connection>>>,
    http: actix_web::HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let answer = &common.answer;
    if let Some(connection) = &*reader.borrow() {
        let mut statement = connection.prepare_cached(JOINED).unwrap();
        let active = statement.query_row([&digest(&body)[..]], |row| {
            let jti: String = row.get(0)?;
            let state: String = row.get(18)?;
            Ok(!jti.is_empty() && state == "active")
        });
        assert!(active.unwrap());
    }
    if let Some(orm) = &common.orm {
        let values = [digest(&body).to_vec().into()];
        let statement = Statement::from_sql_and_values(orm.get_database_backend(), JOINED, values);
        let row = orm.query_one_raw(statement).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(18).unwrap(), "active");
    }
    if let Some(signer) = http.app_data::<web::Data<Signer>>() {
        return answer.response(signer.mint(&answer.body));
    }
    answer.response(answer.body.clone())
}

/// The digest of the token in `token=…`, the only parameter.
fn digest(form: &[u8]) -> [u8; 32] {
    Sha256::digest(form.strip_prefix(b"token=").unwrap()).into()
}

fn open(path: &str) -> Connection {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(8).sqlx_logging(false);
    options.test_before_acquire(false);
    Database::connect(options).await.unwrap()
}

/// One parsed key, and one connection that writes.
struct Signer {
    pair: EcdsaKeyPair,
    connection: Mutex<Connection>,
}

impl Signer {
    fn new(path: &str) -> Self {
        let connection = Connection::open(path).unwrap();
        let schema = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE access_token (digest blob NOT NULL PRIMARY KEY, jti text NOT NULL, grant_id text NOT NULL,
                confirmation text, issued_at bigint NOT NULL, expires_at bigint NOT NULL, revoked_at bigint);
            CREATE INDEX by_grant ON access_token (grant_id);
            CREATE INDEX by_end ON access_token (expires_at);";
        connection.execute_batch(schema).unwrap();
        Self {
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            connection: Mutex::new(connection),
        }
    }

    /// Signs what was signed in `answer` again, keeps its digest, and writes the answer with the new token.
    fn mint(&self, answer: &web::Bytes) -> web::Bytes {
        let text = std::str::from_utf8(answer).unwrap();
        let (before, rest) = text.split_once(r#""access_token":""#).unwrap();
        let (token, after) = rest.split_once('"').unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.unwrap());
        let token = format!("{signed}.{signature}");
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let now = 1_700_000_000_000_i64;
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut insert = connection
            .prepare_cached("INSERT INTO access_token VALUES (?1, ?2, ?3, NULL, ?4, ?5, NULL)")
            .unwrap();
        let jti = &signature[..26];
        insert
            .execute(params![&digest[..], jti, "grt_2c7sa3", now, now + 300_000])
            .unwrap();
        format!(r#"{before}"access_token":"{token}"{after}"#).into()
    }
}
