use std::path::Path;

use crate::cli::failure::Failure;
use crate::settings::{self, Settings, parse_network};
use crate::telemetry;

use super::files;
use super::finding::Finding;

const CHECK: &str = "settings";
const PROXIES: &str = "trusted proxies";
const CERTIFICATES: &str = "certificate proxies";

/// The settings, or what is wrong with them.
pub(super) fn read(file: Option<&Path>) -> Result<Settings, Vec<Finding>> {
    settings::load(file).map_err(|fault| {
        let faults = fault.0.iter();
        faults
            .map(|fault| Finding::of(CHECK, Failure::new(fault)))
            .collect()
    })
}

/// What good settings say about themselves.
pub(super) fn findings(settings: &Settings, file: Option<&Path>) -> Vec<Finding> {
    let changed = settings::show(file).map_or(0, |all| {
        all.iter()
            .filter(|setting| setting.source != "default")
            .count()
    });
    let source = file.map_or_else(|| "no file".to_owned(), |path| path.display().to_string());
    let mut findings = vec![match telemetry::log::filter(&settings.log) {
        Ok(_) => Finding::ok(CHECK, format!("{source}, {changed} not at their defaults")),
        Err(fault) => Finding::of(CHECK, fault),
    }];
    if let Some(path) = file {
        findings.push(settings_file(settings, path));
    }
    findings.push(proxies(settings));
    findings.extend(certificates(settings));
    findings
}

/// Who may read the file, and who may write it.
fn settings_file(settings: &Settings, path: &Path) -> Finding {
    let check = "settings file";
    let shown = path.display();
    let Some(mode) = files::mode(path) else {
        return Finding::unknown(check, "its permissions cannot be read");
    };
    let from_file = settings::show(Some(path)).is_ok_and(|all| {
        all.iter()
            .any(|setting| setting.key == "database.url" && setting.source == "file")
    });
    let secret = from_file && settings.database.has_password();
    let seen = format!(
        "{shown}, mode {mode:03o}{}",
        if secret {
            ", with the database's password"
        } else {
            ""
        }
    );
    if mode & 0o022 != 0 {
        let advice = format!("others can change what this server does: run `chmod go-w '{shown}'`");
        return Finding::failed(check, seen, advice);
    }
    if secret && mode & 0o007 != 0 {
        let advice = format!(
            "run `chmod o= '{shown}'`, and change the password if somebody else may have read it"
        );
        return Finding::failed(check, seen, advice);
    }
    Finding::ok(check, seen)
}

/// Whose word about addresses is taken.
fn proxies(settings: &Settings) -> Finding {
    let (trusted, issuer) = (&settings.server.trusted_proxies, &settings.server.issuer);
    if let Some(network) = wide(trusted) {
        let advice = "anybody in it can write any address into X-Forwarded-For and sign in as often as they like: name \
                      the proxy alone";
        return Finding::failed(PROXIES, format!("{network} is trusted"), advice);
    }
    if trusted.is_empty() && issuer.starts_with("https://") {
        let advice = "this server does not end TLS: name the proxy that does, or all payers are counted as one address";
        return Finding::warning(PROXIES, "none, with an https issuer", advice);
    }
    let seen = if trusted.is_empty() {
        "none".to_owned()
    } else {
        trusted.join(", ")
    };
    Finding::ok(PROXIES, seen)
}

/// Whose word about certificates is taken.
fn certificates(settings: &Settings) -> Option<Finding> {
    let believed = &settings.certificates.proxies;
    if let Some(network) = wide(believed) {
        let advice = "anybody in it can write any certificate into Client-Cert and be any client or wallet that is known \
                      by one: name the proxy alone";
        let seen = format!("{network} is believed");
        return Some(Finding::failed(CERTIFICATES, seen, advice));
    }
    (!believed.is_empty()).then(|| Finding::ok(CERTIFICATES, believed.join(", ")))
}

/// A network that holds far more than a proxy.
fn wide(networks: &[String]) -> Option<&String> {
    networks.iter().find(|network| {
        parse_network(network)
            .is_some_and(|(base, length)| length < if base.is_ipv4() { 8 } else { 16 })
    })
}
