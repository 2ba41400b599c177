use std::time::Instant;

use futures_util::{StreamExt as _, stream};

use crate::keys::KeySet;
use crate::model::{AuthMethod, Client, KeySource, PartyKeys, ResourceServer, SignatureAlgorithm};
use crate::oauth::profile;
use crate::remote::Remote;
use crate::settings::Settings;
use crate::store::{self, Store, StoreFault};

use super::Patient;
use super::finding::Finding;

const CHECK: &str = "clients";
const PROFILE: &str = "profile";

const AUTHENTICATES: &str = "authenticates by a certificate, and certificates are off";
const KEYS: &str = "--auth-method private_key_jwt --jwks-uri URL";

const IS_BOUND: &str = "its tokens are bound to a certificate, and certificates are off";
const UNBOUND: &str = "--tls-client-certificate-bound-access-tokens=false";

/// How many hosts are asked at once.
const AT_ONCE: usize = 8;

/// Whoever takes part, and how they prove who they are.
struct Party {
    check: String,
    update: String,
    method: AuthMethod,
    /// Whether it gets tokens only where it shows a certificate.
    is_bound: bool,
    keys: Option<PartyKeys>,
}

/// Whether clients and wallets can prove who they are in the way that is registered.
pub(super) async fn findings(store: &Store, patient: &Patient) -> Vec<Finding> {
    let (clients, wallets) = match registered(store).await {
        Ok(registered) => registered,
        Err(fault) => return vec![Finding::of(CHECK, fault)],
    };
    let mut findings: Vec<Finding> = held_to(&patient.settings, &clients).into_iter().collect();
    let of_clients = clients
        .into_iter()
        .filter(Client::is_enabled)
        .map(of_client);
    let of_wallets = wallets.into_iter().filter(ResourceServer::is_enabled);
    let parties: Vec<Party> = of_clients.chain(of_wallets.map(of_wallet)).collect();
    let settings = &patient.settings;
    findings.extend(
        parties
            .iter()
            .filter_map(|party| certificates(settings, party)),
    );
    let published = parties.iter().filter_map(|party| {
        let keys = party.keys.as_ref()?;
        match &keys.source {
            KeySource::Uri(uri) => Some((party, uri.as_str(), keys.algorithm)),
            KeySource::Set(_) => None,
        }
    });
    let asked = stream::iter(published)
        .map(|(party, uri, algorithm)| key_set(patient.remote.as_ref(), party, uri, algorithm))
        .buffered(AT_ONCE.min(settings.client_keys.parallel));
    findings.extend(asked.collect::<Vec<Finding>>().await);
    findings
}

async fn registered(store: &Store) -> Result<(Vec<Client>, Vec<ResourceServer>), StoreFault> {
    let clients = store::client::list(store).await?;
    Ok((clients, store::resource_server::list(store).await?))
}

fn of_client(client: Client) -> Party {
    Party {
        check: format!("client {}", client.name),
        update: format!("countersign client update {}", client.id),
        method: client.auth_method,
        is_bound: client.duties.tls_client_certificate_bound_access_tokens,
        keys: client.keys,
    }
}

fn of_wallet(wallet: ResourceServer) -> Party {
    Party {
        check: format!("wallet {}", wallet.name),
        update: format!("countersign resource-server update {}", wallet.id),
        method: wallet.auth_method,
        is_bound: false,
        keys: wallet.keys,
    }
}

/// Whether the profile that is set leaves every client in.
fn held_to(settings: &Settings, clients: &[Client]) -> Option<Finding> {
    if !settings.is_fapi2() {
        return None;
    }
    let barred: Vec<String> = clients
        .iter()
        .filter_map(|client| profile::obstacle(settings, client))
        .map(|obstacle| obstacle.client)
        .collect();
    if barred.is_empty() {
        return Some(Finding::ok(
            PROFILE,
            "fapi2, and no client stands in the way",
        ));
    }
    let seen = format!("fapi2, which is in the way of {}", barred.join(", "));
    let advice = "`countersign settings check --profile fapi2` says what to change";
    Some(Finding::warning(PROFILE, seen, advice))
}

fn certificates(settings: &Settings, party: &Party) -> Option<Finding> {
    if settings.has_certificates() {
        return None;
    }
    let authenticates = party.method == AuthMethod::TlsClientAuth;
    let (seen, options) = match (authenticates, party.is_bound) {
        (true, false) => (AUTHENTICATES, KEYS.to_owned()),
        (true, true) => (AUTHENTICATES, format!("{KEYS} {UNBOUND}")),
        (false, true) => (IS_BOUND, UNBOUND.to_owned()),
        (false, false) => return None,
    };
    let advice = format!(
        "name the proxy that checks them in certificates.proxies, or run `{} {options}`",
        party.update
    );
    Some(Finding::failed(&party.check, seen, advice))
}

async fn key_set(
    remote: Option<&Remote>,
    party: &Party,
    uri: &str,
    algorithm: SignatureAlgorithm,
) -> Finding {
    let Some(remote) = remote else {
        return Finding::unknown(&party.check, "this machine cannot ask anybody over TLS");
    };
    let began = Instant::now();
    let body = match remote.client_keys(uri).await {
        Ok(body) => body,
        Err(fault) => {
            let advice = format!(
                "nothing that it signs is accepted meanwhile: see that it runs, and its certificate, or run `{} --jwks-uri URL`",
                party.update
            );
            return Finding::failed(&party.check, format!("{uri}: {fault}"), advice);
        }
    };
    match KeySet::parse(&String::from_utf8_lossy(&body), algorithm) {
        Ok(set) => {
            let (count, took) = (set.keys().len(), began.elapsed().as_millis());
            let seen = format!("{uri} has {count} keys for {algorithm}, answers in {took} ms");
            Finding::ok(&party.check, seen)
        }
        Err(fault) => {
            let text = String::from_utf8_lossy(&body);
            let advice = match KeySet::algorithm_of(&text) {
                Some(other) if other != algorithm => format!(
                    "nothing that it signs is accepted: run `{} --signing-alg {other}`, or tell its operator",
                    party.update
                ),
                _ => "nothing that it signs is accepted: tell its operator".to_owned(),
            };
            Finding::failed(&party.check, format!("{uri}: {fault}"), advice)
        }
    }
}
