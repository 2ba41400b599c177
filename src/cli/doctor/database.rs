use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::settings::Settings;
use crate::store::{Store, StoreFault};

use super::finding::Finding;
use super::{Patient, in_time, keys, parties, wallets};

const CHECK: &str = "database";
const SCHEMA: &str = "schema";
const CLOCK: &str = "clock";

/// A database that takes longer for the simplest question slows every request.
const SLOW: Duration = Duration::from_millis(20);

/// Clocks that are further apart than this should be set.
const APART: Duration = Duration::from_secs(2);

/// What hangs on the database: itself, its schema, its clock, the keys and the wallets in it.
pub(super) async fn findings(patient: &Patient) -> Vec<Finding> {
    if let Some(finding) = not_there(&patient.settings) {
        return vec![finding];
    }
    let mut store = None;
    let mut all = in_time(CHECK, async {
        match Store::look(&patient.settings.database).await {
            Ok(found) => {
                let findings = itself(&found, &patient.settings).await;
                store = Some(found);
                Some(findings)
            }
            Err(fault) => Some(vec![Finding::of(CHECK, fault)]),
        }
    })
    .await;
    let Some(store) = store else {
        for check in [SCHEMA, CLOCK, "keys", "wallets", "clients"] {
            all.push(Finding::unknown(check, "the database does not answer"));
        }
        return all;
    };
    let (clock, schema) = tokio::join!(
        in_time(CLOCK, async { Some(vec![clock(&store, patient).await]) }),
        in_time(SCHEMA, async { Some(vec![schema(&store).await]) }),
    );
    all.extend(schema);
    all.extend(clock);
    match store.schema().await {
        Ok(state) if state.applied > 0 => {
            let keys = in_time("keys", async {
                Some(keys::findings(&store, patient).await)
            })
            .await;
            all.extend(keys);
            all.extend(wallets::findings(&store, patient).await);
            all.extend(parties::findings(&store, patient).await);
        }
        _ => {
            for check in ["keys", "wallets", "clients"] {
                all.push(Finding::unknown(
                    check,
                    "the database has no schema that this program knows",
                ));
            }
        }
    }
    all
}

/// What there is to say about a file that is not there yet.
fn not_there(settings: &Settings) -> Option<Finding> {
    let path = settings
        .database
        .sqlite_path()
        .filter(|path| !Path::new(path).exists())?;
    let (key, _) = settings.keys.encryption_key(&settings.database);
    let seen = format!("none yet: the first start makes {path}, its schema and a signing key");
    if Path::new(&key).exists() {
        let advice =
            "if this is not a new server, restore the database, or see that database.url names it";
        return Some(Finding::warning(
            CHECK,
            format!("{seen}; there is a key file already"),
            advice,
        ));
    }
    Some(Finding::ok(CHECK, seen))
}

async fn itself(store: &Store, settings: &Settings) -> Vec<Finding> {
    match looked_at(store, settings).await {
        Ok(findings) => findings,
        Err(fault) => vec![Finding::of(CHECK, fault)],
    }
}

async fn looked_at(store: &Store, settings: &Settings) -> Result<Vec<Finding>, StoreFault> {
    let version = store.version().await?;
    let began = Instant::now();
    store.ping().await?;
    let took = began.elapsed();
    let seen = format!(
        "{version}, answers in {}.{:03} ms",
        took.as_millis(),
        took.subsec_micros() % 1000
    );
    let mut findings = vec![if took > SLOW {
        Finding::warning(
            CHECK,
            seen,
            "every request asks it a few times: bring it nearer, or see what keeps it busy",
        )
    } else {
        Finding::ok(CHECK, seen)
    }];
    findings.push(durability(store).await?);
    findings.extend(privileges(store).await?);
    if let Some(found) = store.allowance().await? {
        let (allowed, wanted) = (found.allowed, i64::from(settings.database.max_connections));
        let seen = format!(
            "a server takes up to {wanted} of {allowed}; {} are taken now",
            found.used
        );
        findings.push(if wanted > allowed {
            Finding::failed("connections", seen, "lower database.max_connections, or raise max_connections there")
        } else if wanted > allowed - found.used {
            let advice = "another server may find none left: lower database.max_connections, or raise max_connections there";
            Finding::warning("connections", seen, advice)
        } else {
            Finding::ok("connections", seen)
        });
    }
    Ok(findings)
}

/// Whether the role of the URL may do what a server does, where there are roles.
async fn privileges(store: &Store) -> Result<Option<Finding>, StoreFault> {
    let check = "privileges";
    if !store.is_shared() {
        return Ok(None);
    }
    let barred = store.barred_tables().await?;
    Ok(Some(if barred.is_empty() {
        Finding::ok(check, "every table can be read and written")
    } else {
        let seen = format!("not everything is allowed in {}", barred.join(", "));
        let advice = "make the role of database.url the owner of its tables, as it is after `countersign migrate`";
        Finding::failed(check, seen, advice)
    }))
}

/// Whether what is answered is on the disk.
async fn durability(store: &Store) -> Result<Finding, StoreFault> {
    let check = "durability";
    let found = store.durability().await?;
    let values: Vec<String> = found
        .iter()
        .map(|it| format!("{}={}", it.name, it.value))
        .collect();
    let seen = values.join(", ");
    let Some(bad) = found.iter().find(|it| !it.good) else {
        return Ok(Finding::ok(check, seen));
    };
    if !store.is_shared() {
        // A file that was restored, or came from a copy: serving sets it.
        return Ok(Finding::ok(
            check,
            format!("{seen}; a start sets journal_mode=wal"),
        ));
    }
    let advice = format!(
        "set {}={}, or what was answered may be lost when the database's machine fails",
        bad.name, bad.wanted
    );
    Ok(Finding::failed(check, seen, advice))
}

async fn schema(store: &Store) -> Finding {
    match store.schema().await {
        Err(fault) => Finding::of(SCHEMA, fault),
        Ok(state) if state.pending == 0 => {
            Finding::ok(SCHEMA, format!("up to date, {} migrations", state.applied))
        }
        Ok(state) if store.is_shared() => Finding::failed(
            SCHEMA,
            format!("{} migrations are missing", state.pending),
            "run `countersign migrate` with the same settings",
        ),
        Ok(state) => Finding::ok(
            SCHEMA,
            format!(
                "{} migrations are missing: the next start applies them",
                state.pending
            ),
        ),
    }
}

/// This machine's clock beside the database's.
async fn clock(store: &Store, patient: &Patient) -> Finding {
    let before = patient.clock.now();
    let began = Instant::now();
    let theirs = match store.clock().await {
        Ok(theirs) => theirs,
        Err(fault) => return Finding::of(CLOCK, fault),
    };
    let Some(theirs) = theirs else {
        return Finding::ok(
            CLOCK,
            format!("{before}; the database has no clock of its own"),
        );
    };
    let took = began.elapsed();
    let apart = apart(before, theirs).saturating_sub(took);
    let seen = format!("{before}, {} ms from the database's", apart.as_millis());
    if apart > APART {
        return Finding::warning(
            CLOCK,
            seen,
            "set both by NTP: tokens of a clock that is ahead are not valid yet elsewhere",
        );
    }
    Finding::ok(CLOCK, seen)
}

/// How far apart two instants are, whichever is first.
pub(super) fn apart(one: Timestamp, other: Timestamp) -> Duration {
    one.duration_since(other).unsigned_abs()
}
