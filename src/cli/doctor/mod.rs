//! `countersign doctor`: everything that a server needs is looked at, and nothing is made.
//!
//! Every check runs, whatever the others found, each within its time.

mod database;
mod files;
mod finding;
mod keys;
mod parties;
mod place;
mod settings;
mod wallets;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::identity;
use crate::model::Clock;
use crate::remote::{self, Remote};
use crate::settings::Settings;

use super::Context;
use super::failure::Failure;
use super::output;
use finding::{Finding, Verdict};

/// How long one kind of check may take.
const LONGEST: Duration = Duration::from_secs(6);

/// A hash that takes longer keeps a payer waiting.
const SLOW_HASH: Duration = Duration::from_millis(500);

/// What every check is given.
struct Patient {
    settings: Settings,
    clock: Clock,
    remote: Option<Remote>,
}

/// Looks at everything; fails if something must be mended.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let mut findings = Vec::new();
    match settings::read(context.config.as_deref()) {
        Ok(settings) => {
            let remote = Remote::new(&remote::Options::of(&settings));
            let patient = Arc::new(Patient {
                remote: remote.ok(),
                clock: Clock::system(),
                settings,
            });
            findings.extend(settings::findings(
                &patient.settings,
                context.config.as_deref(),
            ));
            findings.extend(Box::pin(examine(&patient)).await);
        }
        Err(faults) => {
            findings.extend(faults);
            for check in [
                "files", "database", "keys", "clock", "issuer", "wallets", "clients",
            ] {
                findings.push(Finding::unknown(check, "the settings cannot be read"));
            }
            findings.push(hash(None).await);
        }
    }
    report(context, &findings)
}

/// Everything but the settings themselves; what does not need the other runs beside it.
async fn examine(patient: &Arc<Patient>) -> Vec<Finding> {
    let (paths, at) = (Arc::clone(patient), Arc::clone(patient));
    let (files, mut findings, place, hash) = tokio::join!(
        in_time("files", blocking(move || files::findings(&paths.settings))),
        database::findings(patient),
        in_time("server", async move { Some(place::findings(&at).await) }),
        hash(Some(&patient.settings)),
    );
    let mut all = files;
    all.append(&mut findings);
    all.extend(place);
    all.push(hash);
    all
}

/// The findings of `look`, or that there were none in time.
async fn in_time(check: &str, look: impl Future<Output = Option<Vec<Finding>>>) -> Vec<Finding> {
    let late = || {
        let seen = format!("nothing was found out within {} s", LONGEST.as_secs());
        Finding::failed(
            check,
            seen,
            "see what hangs: a disk, a name server, the network",
        )
    };
    match tokio::time::timeout(LONGEST, look).await {
        Ok(Some(findings)) => findings,
        Ok(None) | Err(_) => vec![late()],
    }
}

async fn blocking<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(look).await.ok()
}

/// What a password costs here.
async fn hash(settings: Option<&Settings>) -> Finding {
    let check = "password hash";
    let timed = tokio::time::timeout(LONGEST, blocking(identity::hash_cost)).await;
    let Ok(Some(Ok(cost))) = timed else {
        let advice = "see that 19 MiB of memory and a processor are free";
        return Finding::failed(check, "no password could be hashed", advice);
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let set = settings.map_or(0, |settings| settings.sign_in.parallel_hashes);
    let parallel = if set == 0 { cores } else { set };
    let working = u128::try_from(parallel.min(cores)).unwrap_or(1);
    let seen = format!(
        "{} ms and 19 MiB each, {parallel} at once: about {} sign-ins a second",
        cost.as_millis(),
        working * 1000 / cost.as_millis().max(1),
    );
    if cost > SLOW_HASH {
        let advice =
            "payers wait that long to sign in: give the machine a faster or a less busy processor";
        return Finding::warning(check, seen, advice);
    }
    if parallel > cores {
        let advice = format!(
            "sign_in.parallel_hashes above the {cores} processors takes memory and gains nothing"
        );
        return Finding::warning(check, seen, advice);
    }
    Finding::ok(check, seen)
}

fn report(context: &Context, findings: &[Finding]) -> Result<(), Failure> {
    if context.output.is_json() {
        output::json(&findings)?;
    } else {
        output::print(&table(findings))?;
    }
    let of = |verdict| {
        findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    };
    match of(Verdict::Failed) {
        0 => Ok(()),
        1 => Err(Failure::new("1 check failed")),
        failed => Err(Failure::new(&format!("{failed} checks failed"))),
    }
}

/// A line for each finding.
fn table(findings: &[Finding]) -> String {
    let lengths = findings.iter().map(|finding| finding.check.chars().count());
    let width = lengths.max().unwrap_or(0);
    let line = |finding: &Finding| {
        let advice = finding.advice.as_deref();
        let advice = advice.map_or_else(String::new, |advice| format!("; {advice}"));
        let said = output::line(&format!("{}{advice}", finding.seen));
        let check = output::line(&finding.check);
        format!("{:8}{check:width$}  {said}\n", finding.verdict.as_str())
    };
    findings.iter().map(line).collect()
}
