//! This server, a wallet and two shops on loopback, for as long as nobody stops them. No real money.

mod parties;
mod password;
mod ports;
mod story;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::dev::Server;
use clap::Args;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::app::App;
use crate::demo::{
    Account, Credentials, DemoClock, Neighbour, ShopKeys, ShopOptions, WalletOptions, shop, wallet,
};
use crate::jobs;
use crate::model::Clock;
use crate::server;
use crate::settings::{self, Settings};
use crate::telemetry;

use super::failure::Failure;
use super::stop::Stop;
use super::{Context, output, record};

use parties::{PAYER, PAYERS, Parties, SECOND_SHOP, SHOP, TIPPED};
use ports::Ports;

/// How the demo is started.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Print one JSON object with addresses, names and secrets, for a script.
    #[arg(long)]
    json: bool,
    /// The port of this server; the wallet takes the next one, the two shops the two after. 0: any that are free.
    #[arg(long, default_value_t = ports::DEFAULT)]
    port: u16,
    /// Keep the server's database in this directory, to start from it again; without it, it is gone at the end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Start the demo's clock at this instant, such as 2027-01-31T10:00:00Z; the shop's pages move it on.
    #[arg(long, value_name = "T", value_parser = record::instant)]
    now: Option<Timestamp>,
    /// Open the shop in this machine's browser.
    #[arg(long)]
    open: bool,
}

/// Runs the demo until it is told to stop.
pub async fn run(context: &Context, arguments: Arguments) -> Result<(), Failure> {
    if context.config.is_some() {
        return Err(Failure::usage("the demo reads no settings file")
            .hint("leave --config out; `countersign serve --config FILE` reads one"));
    }
    let clock = DemoClock::new(Clock::system(), arguments.now).map_err(|error| {
        Failure::usage(&error.to_string()).hint("name another instant with --now")
    })?;
    let ports = Ports::bind(arguments.port)?;
    // From here on a signal ends the demo in order: nothing stays in the temporary directory.
    let mut stop = Stop::listen()?;
    let temporary = temporary(arguments.data.as_deref())?;
    let kept = arguments.data.as_deref();
    let directory =
        kept.unwrap_or_else(|| temporary.as_ref().map_or(Path::new("."), TempDir::path));
    let settings = settings(&ports, directory)?;
    let _log = telemetry::log::open(&settings)?;
    let app = Arc::new(App::open(settings, clock.clock()).await?);
    if app.ring().await.signing_key(app.clock.now()).is_none() {
        return Err(
            Failure::usage("what --data keeps is from later than the demo's clock shows")
                .hint("name a later instant with --now, or another directory with --data"),
        );
    }
    let keys = ShopKeys::generate()?;
    let parties = parties::register(&app, &ports.origins, &keys).await?;
    let json = arguments.json || context.output.is_json();
    let ready = || {
        if json {
            output::json_line(&story::object(&parties, clock.clock().now()))?;
        } else {
            output::print(&story::text(&parties, kept.is_none()))?;
        }
        if arguments.open {
            show(&parties.origins.shop);
        }
        Ok(())
    };
    let servers = servers(&app, ports, &parties, keys, &clock)?;
    let jobs = jobs::start(&app);
    let ended = serve_all(servers, &mut stop, ready).await;
    jobs.stop().await;
    // The database is closed before its directory goes.
    drop(app);
    if let Some(temporary) = temporary {
        temporary.close()?;
    }
    ended
}

fn temporary(data: Option<&Path>) -> Result<Option<TempDir>, Failure> {
    match data {
        None => Ok(Some(
            tempfile::Builder::new()
                .prefix("countersign-demo-")
                .tempdir()?,
        )),
        Some(kept) => {
            std::fs::create_dir_all(kept).map_err(|error| {
                Failure::new(&format!(
                    "the directory {} cannot be made: {error}",
                    kept.display()
                ))
                .hint("name a directory with --data that can be written to")
            })?;
            Ok(None)
        }
    }
}

fn settings(ports: &Ports, directory: &Path) -> Result<Settings, Failure> {
    let file = directory.join("countersign.db");
    let quoted = |text: String| serde_json::to_string(&text).map_err(|error| Failure::new(&error));
    // A JSON string is a basic string of TOML.
    let text = format!(
        "[server]\nissuer = {}\nbind = {}\nworkers = 2\nshutdown_timeout = 2\n\
         [operator]\nname = \"Demo Wallet\"\n\
         [database]\nurl = {}\n\
         [authorization]\nallow_loopback_http = true\n\
         [dpop]\nrequire_nonce = true\n\
         [sweep]\nkeep_requests = 31536000\n\
         [log]\nfilter = \"warn\"\n",
        quoted(ports.origins.issuer.clone())?,
        quoted(ports.bind.to_string())?,
        quoted(format!("sqlite://{}", file.display()))?,
    );
    Ok(settings::load_from(&text)?)
}

/// Opens a page in this machine's browser; the demo goes on where there is none.
fn show(url: &str) {
    if let Err(error) = open::that_detached(url) {
        output::note(&format!(
            "no browser could be opened ({error}): open {url} yourself"
        ));
    }
}

/// Everything that listens.
fn servers(
    app: &Arc<App>,
    ports: Ports,
    parties: &Parties,
    keys: ShopKeys,
    clock: &DemoClock,
) -> Result<Vec<Server>, Failure> {
    let mut servers = Vec::new();
    for listener in ports.issuer {
        servers.push(server::build(Arc::clone(app), listener)?);
    }
    let accounts = PAYERS.map(|name| Account {
        name: name.to_owned(),
        open: name == TIPPED,
    });
    servers.push(wallet(WalletOptions {
        listener: ports.wallet,
        issuer: parties.origins.issuer.clone(),
        resource_server_id: parties.wallet.0.clone(),
        resource_server_secret: parties.wallet.1.clone(),
        accounts: accounts.to_vec(),
        clock: clock.clock(),
    })?);
    let listeners = (ports.shop, ports.second_shop);
    servers.extend(shops(listeners, parties, keys, clock)?);
    Ok(servers)
}

/// The shop, and the one that holds keys.
fn shops(
    (first, second): (TcpListener, TcpListener),
    parties: &Parties,
    keys: ShopKeys,
    clock: &DemoClock,
) -> Result<[Server; 2], Failure> {
    let (origins, holder) = (&parties.origins, &parties.second_shop);
    let neighbour = |name: &str, url: &str| Neighbour {
        name: name.to_owned(),
        url: url.to_owned(),
    };
    let first = ShopOptions {
        listener: first,
        name: SHOP.to_owned(),
        url: origins.shop.clone(),
        client_id: parties.shop.0.clone(),
        credentials: Credentials::Secret(parties.shop.1.clone()),
        redirect_uri: parties.redirect_uri.clone(),
        payment_pointer: parties.pointer(PAYER),
        other_pointer: parties.pointer(TIPPED),
        neighbour: neighbour(SECOND_SHOP, &origins.second_shop),
        wallet_credentials: parties.wallet.clone(),
        clock: clock.clone(),
    };
    let second = ShopOptions {
        listener: second,
        name: SECOND_SHOP.to_owned(),
        url: origins.second_shop.clone(),
        client_id: holder.client_id.clone(),
        credentials: Credentials::Keys(keys),
        redirect_uri: holder.redirect_uri.clone(),
        payment_pointer: parties.pointer(PAYER),
        other_pointer: parties.pointer(TIPPED),
        neighbour: neighbour(SHOP, &origins.shop),
        wallet_credentials: parties.wallet.clone(),
        clock: clock.clone(),
    };
    Ok([shop(first)?, shop(second)?])
}

/// Starts everything, says so, and waits for the end.
async fn serve_all(
    servers: Vec<Server>,
    stop: &mut Stop,
    ready: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut running = JoinSet::new();
    let mut handles = Vec::new();
    for server in servers {
        handles.push(server.handle());
        running.spawn(server);
    }
    ready()?;
    let first = tokio::select! {
        () = stop.asked() => None,
        ended = running.join_next() => ended,
    };
    for handle in &handles {
        // A browser's idle connections would be waited for.
        handle.stop(false).await;
    }
    while running.join_next().await.is_some() {}
    match first {
        Some(Err(panicked)) => Err(Failure::new(&panicked)),
        Some(Ok(Err(error))) => Err(error.into()),
        Some(Ok(Ok(()))) | None => Ok(()),
    }
}
