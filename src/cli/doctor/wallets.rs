use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;

use crate::model::{Origin, ResourceServer};
use crate::remote::{Document, Fault, Remote};
use crate::store::{self, Store};

use super::Patient;
use super::database::apart;
use super::finding::Finding;

/// Longer than this, and payers notice.
const SLOW: Duration = Duration::from_secs(1);

/// A `Date` is to the second, and was on its way.
const APART: Duration = Duration::from_secs(5);

/// Whether the wallets that take part answer, where their agreements and payment pointers are.
pub(super) async fn findings(store: &Store, patient: &Patient) -> Vec<Finding> {
    let all = match store::resource_server::list(store).await {
        Ok(all) => all,
        Err(fault) => return vec![Finding::of("wallets", fault)],
    };
    let Some(remote) = &patient.remote else {
        return vec![Finding::unknown(
            "wallets",
            "this machine cannot ask anybody over TLS",
        )];
    };
    let enabled: Vec<&ResourceServer> = all.iter().filter(|wallet| wallet.is_enabled()).collect();
    if enabled.is_empty() {
        return vec![Finding::ok("wallets", "none takes part")];
    }
    let each = enabled.iter().flat_map(|wallet| {
        let origins = wallet.origins();
        origins
            .into_iter()
            .map(|origin| look(remote, patient, wallet, origin))
    });
    join_all(each).await
}

async fn look(
    remote: &Remote,
    patient: &Patient,
    wallet: &ResourceServer,
    origin: Origin,
) -> Finding {
    let check = format!("wallet {}", wallet.name);
    let url = format!("{}/.well-known/open-payments", origin.as_str());
    match remote.document(&url, wallet.allow_private_network).await {
        Err(fault) => {
            let advice = "nobody can approve its agreements while it is away: see that it runs, and its certificate";
            Finding::failed(&check, format!("{url}: {fault}"), advice)
        }
        Ok(document) => judge(&check, &url, patient, wallet, &document),
    }
}

fn judge(
    check: &str,
    url: &str,
    patient: &Patient,
    wallet: &ResourceServer,
    document: &Document,
) -> Finding {
    let warning =
        |seen: String, advice: &str| Finding::warning(check, format!("{url} {seen}"), advice);
    let body = match &document.body {
        Ok(body) => serde_json::from_slice::<Value>(body).unwrap_or_default(),
        Err(fault) => {
            return warning(
                missing(fault),
                "shops find the wallet and this server by that document",
            );
        }
    };
    let issuer = patient.settings.server.issuer.as_str();
    if body["authorization_issuer"] != issuer {
        let seen = format!(
            "names {} as authorization_issuer",
            body["authorization_issuer"]
        );
        return warning(
            seen,
            "shops are sent there and not here: tell the wallet's operator",
        );
    }
    let endpoints = &wallet.endpoints;
    let differs = [
        ("payment_mandates_endpoint", &endpoints.mandates),
        ("payment_invoices_endpoint", &endpoints.invoices),
        ("payment_sessions_endpoint", &endpoints.sessions),
    ]
    .into_iter()
    .find(|(name, known)| body[*name].as_str() != known.as_deref());
    if let Some((name, known)) = differs {
        let seen = format!(
            "has {} as {name}, registered is {}",
            body[name],
            known.as_deref().unwrap_or("none")
        );
        return warning(
            seen,
            "bring both together, with `countersign resource-server update`",
        );
    }
    if let Some(apart) = document.date.map(|date| apart(patient.clock.now(), date))
        && apart.saturating_sub(document.took) > APART
    {
        let seen = format!("has a clock {} s from this one", apart.as_secs());
        return warning(seen, "set both by NTP: tokens are judged by the time");
    }
    let seen = format!("answers in {} ms", document.took.as_millis());
    if document.took > SLOW {
        return warning(seen, "payers wait that long, twice, for each approval");
    }
    Finding::ok(check, format!("{url} {seen}"))
}

fn missing(fault: &Fault) -> String {
    match fault {
        Fault::NotFound => "is not there (404)".to_owned(),
        fault => format!("is {fault}"),
    }
}
