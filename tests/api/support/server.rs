use std::collections::BTreeMap;
use std::net::TcpListener;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use actix_web::dev::{Server as Running, ServerHandle};
use countersign::app::App;
use countersign::model::Clock;
use countersign::remote::{Names, Options, Remote};
use countersign::settings::{self, Settings};
use countersign::store::{Rows as _, Store};
use reqwest::header::HeaderMap;
use sea_orm::ConnectionTrait as _;

use super::clock::TestClock;
use super::database::{Database, Held};
use super::fields::Fields;
use super::line::Line;
use super::network::Directory;
use super::reply::Reply;

/// One or more instances of Countersign on one database; a clone speaks to the same ones.
#[derive(Clone)]
pub struct Server {
    all: Arc<Instances>,
    at: usize,
}

/// What the instances share. They stop before their database goes.
pub struct Instances {
    pub clock: TestClock,
    pub issuer: String,
    pub http: reqwest::Client,
    running: Vec<Instance>,
    beside: Mutex<Vec<Thread>>,
    database: Arc<Database>,
}

struct Instance {
    app: Arc<App>,
    base: String,
    _thread: Thread,
}

/// A server that runs in a thread of its own until this is dropped.
pub struct Thread(ServerHandle);

impl Deref for Server {
    type Target = Instances;

    fn deref(&self) -> &Instances {
        &self.all
    }
}

impl Server {
    pub async fn start(count: usize, changed: &[(&str, &str)]) -> Self {
        Self::start_with(count, changed, None).await
    }

    /// A server that looks names up in a directory.
    pub async fn start_among(directory: &Directory, changed: &[(&str, &str)]) -> Self {
        Self::start_with(1, changed, Some(&directory.names())).await
    }

    async fn start_with(count: usize, changed: &[(&str, &str)], names: Option<&Names>) -> Self {
        let database = Arc::new(Database::create().await);
        let listeners: Vec<_> = (0..count).map(|_| listen()).collect();
        let settings = settings(&database, &listeners[0].1, changed);
        let store = Store::connect(&settings.database).await.unwrap();
        store.migrate().await.unwrap();
        drop(store);
        let clock = TestClock::new();
        Self::run(settings, listeners, database, (clock, names)).await
    }

    /// Another server with the same database, issuer and clock, and other settings.
    pub async fn started_again(&self, changed: &[(&str, &str)]) -> Self {
        let settings = settings(&self.database, &self.issuer, changed);
        let database = Arc::clone(&self.database);
        let clock = (self.clock.clone(), None);
        Self::run(settings, vec![listen()], database, clock).await
    }

    async fn run(
        settings: Settings,
        listeners: Vec<(TcpListener, String)>,
        database: Arc<Database>,
        (clock, names): (TestClock, Option<&Names>),
    ) -> Self {
        let mut instances = Vec::new();
        for (listener, base) in listeners {
            let mut app = App::open(settings.clone(), clock.clock()).await.unwrap();
            if let Some(names) = names {
                let options = Options {
                    names: names.clone(),
                    ..Options::of(&settings)
                };
                app.remote = Remote::new(&options).unwrap();
            }
            let app = Arc::new(app);
            let served = Arc::clone(&app);
            let build = move || countersign::server::build(served, listener);
            instances.push(Instance {
                app,
                base,
                _thread: Thread::run(build),
            });
        }
        let all = Instances {
            clock,
            issuer: settings.server.issuer.clone(),
            http: http(),
            running: instances,
            beside: Mutex::default(),
            database,
        };
        Self {
            all: Arc::new(all),
            at: 0,
        }
    }

    /// The same server, through another of its instances.
    pub fn at(&self, instance: usize) -> Self {
        Self {
            all: Arc::clone(&self.all),
            at: instance,
        }
    }

    pub fn app(&self) -> &App {
        &self.running[self.at].app
    }

    /// The database goes away under the server, for good.
    pub async fn loses_its_database(&self) {
        for instance in &self.running {
            let connection = instance.app.store.connection();
            connection.close_by_ref().await.unwrap();
        }
    }

    /// Lets its signing keys be of this machine's time, for commands that know no other.
    pub async fn has_keys_of_today(&self) {
        let now = Clock::system().now().as_millisecond() - 1000;
        let moved = format!("UPDATE signing_key SET published_at = {now}, signs_from = {now}");
        let rows = self.app().store.connection();
        rows.execute_unprepared(&moved).await.unwrap();
    }

    /// Somebody else keeps the tables from being written until the answer is dropped.
    pub async fn database_is_held(&self) -> Held {
        self.database.hold().await
    }

    /// Another way to the database, if it is behind a network.
    pub async fn line_to_its_database(&self) -> Option<Line> {
        match self.database.remote_url() {
            Some(url) => Some(Line::to(&url).await),
            None => None,
        }
    }

    /// Keeps another server running as long as this one.
    pub fn beside(&self, thread: Thread) {
        self.beside.lock().unwrap().push(thread);
    }

    /// Serves this instance's figures, and says where.
    pub fn serves_figures(&self) -> String {
        let (listener, base) = listen();
        let app = Arc::clone(&self.running[self.at].app);
        let build = move || countersign::server::figures(app, listener);
        self.beside(Thread::run(build));
        base
    }

    /// The origin of the issuer, which is what browsers say they come from.
    pub fn origin(&self) -> String {
        url::Url::parse(&self.issuer)
            .unwrap()
            .origin()
            .ascii_serialization()
    }

    /// Where `url` is really served: the instance behind the issuer's origin.
    pub fn address(&self, url: &str) -> String {
        let path = url.strip_prefix(&self.origin()).unwrap_or(url);
        assert!(path.starts_with('/'), "{url} is not on {}", self.origin());
        format!("{}{path}", self.running[self.at].base)
    }

    pub fn request(&self, method: &str, url: &str) -> reqwest::RequestBuilder {
        let method = method.parse().unwrap();
        self.http.request(method, self.address(url))
    }

    pub async fn get(&self, url: &str) -> Reply {
        Reply::of(self.request("GET", url)).await
    }

    /// Posts a form, as a program does.
    pub async fn post(&self, url: &str, headers: HeaderMap, form: &Fields) -> Reply {
        let request = self
            .request("POST", url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .headers(headers)
            .body(form.encode());
        Reply::of(request).await
    }
}

impl Thread {
    pub fn run<B>(build: B) -> Self
    where
        B: FnOnce() -> std::io::Result<Running> + Send + 'static,
    {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = build().unwrap();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self(receiver.recv().unwrap())
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        // Sent at once; nobody waits for the end.
        drop(self.0.stop(false));
    }
}

/// A free port of the loopback interface, and its origin.
pub fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(std::time::Duration::from_secs(30))
        // The server lets go of an idle connection after 5 s: one that it closes as it is used would fail a test.
        .pool_idle_timeout(std::time::Duration::from_secs(2))
        .build()
        .unwrap()
}

fn settings(database: &Database, issuer: &str, changed: &[(&str, &str)]) -> Settings {
    let mut lines = BTreeMap::from(
        [
            ("server.issuer", format!("{issuer:?}")),
            ("server.workers", "2".to_owned()),
            ("server.shutdown_timeout", "1".to_owned()),
            ("authorization.allow_loopback_http", "true".to_owned()),
            ("wallet.timeout", "3000".to_owned()),
            // The clock stands still, so that what is used up would stay so.
            ("limits.address_rate", "0".to_owned()),
            ("limits.party_rate", "0".to_owned()),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    lines.extend(database.settings());
    lines.extend(
        changed
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
    );
    let lines: Vec<String> = lines
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    settings::load_from(&lines.join("\n")).unwrap()
}
