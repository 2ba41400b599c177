use std::fmt::Display;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use url::Url;

use super::{Settings, profile};
use crate::model::{Locale, Money};

/// The faults of `settings`: key, value and rule.
pub(super) fn check(settings: &Settings) -> Vec<String> {
    let mut faults = Faults::default();
    issuer(settings, &mut faults);
    bind(settings, &mut faults);
    observation(settings, &mut faults);
    proxies(settings, &mut faults);
    operator(settings, &mut faults);
    languages(settings, &mut faults);
    ranges(settings, &mut faults);
    totals(settings, &mut faults);
    sweeping(settings, &mut faults);
    database(settings, &mut faults);
    for (key, value, rule) in profile::faults(settings) {
        faults.add(key, value, rule);
    }
    faults.0
}

#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, key: &str, value: impl Display, rule: &str) {
        self.0.push(format!("{key} is {value}: {rule}"));
    }
}

fn issuer(settings: &Settings, faults: &mut Faults) {
    let issuer = &settings.server.issuer;
    if !is_base(issuer) {
        faults.add("server.issuer", format_args!("{issuer:?}"), BASE);
    }
}

const BASE: &str = "it must be an https URL (http on a loopback host only), in lower case, without a trailing slash, \
                    user, query, fragment or percent sign";

/// Whether paths can be put behind `text` to make URLs.
fn is_base(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let written = url.as_str().trim_end_matches('/');
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        scheme
            && written == text
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && !text.contains(['%', '\\'])
            && !url.path().contains("//")
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn bind(settings: &Settings, faults: &mut Faults) {
    if settings.server.bind_address().is_none() {
        let rule = "it must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080";
        faults.add(
            "server.bind",
            format_args!("{:?}", settings.server.bind),
            rule,
        );
    }
}

/// `[log]`, `[metrics]` and `[traces]`; the filter is judged by whoever reads it.
fn observation(settings: &Settings, faults: &mut Faults) {
    let format = &settings.log.format;
    if !["text", "json"].contains(&format.as_str()) {
        let rule = "it must be text or json";
        faults.add("log.format", format_args!("{format:?}"), rule);
    }
    let metrics = &settings.metrics;
    if !metrics.bind.is_empty() && metrics.bind_address().is_none() {
        let rule = "it must be an IP address and a port, such as 127.0.0.1:9464, or empty";
        faults.add("metrics.bind", format_args!("{:?}", metrics.bind), rule);
    }
    let traces = &settings.traces;
    if !traces.endpoint.is_empty() {
        let rule = if !cfg!(feature = "otel") {
            "this program was built without traces: leave it empty, or build with `--features otel`"
        } else if !is_collector(&traces.endpoint) {
            "it must be an http or https URL without user and password, or empty"
        } else {
            ""
        };
        if !rule.is_empty() {
            faults.add("traces.endpoint", "not shown", rule);
        }
    }
    if !(0.0..=1.0).contains(&traces.sample) {
        faults.add("traces.sample", traces.sample, "it must be from 0.0 to 1.0");
    }
}

fn is_collector(endpoint: &str) -> bool {
    Url::parse(endpoint).is_ok_and(|url| {
        ["http", "https"].contains(&url.scheme())
            && url.username().is_empty()
            && url.password().is_none()
    })
}

fn proxies(settings: &Settings, faults: &mut Faults) {
    let (server, certificates) = (&settings.server, &settings.certificates);
    for (key, networks) in [
        ("server.trusted_proxies", &server.trusted_proxies),
        ("certificates.proxies", &certificates.proxies),
    ] {
        for network in networks {
            if parse_network(network).is_none() {
                let rule = "each must be an IP address, or a network such as 10.0.0.0/8";
                faults.add(key, format_args!("{network:?}"), rule);
            }
        }
    }
    let url = &certificates.url;
    if !url.is_empty() {
        if !is_base(url) {
            faults.add("certificates.url", format_args!("{url:?}"), BASE);
        }
        if certificates.proxies.is_empty() {
            let rule = "it is of no use without certificates.proxies";
            faults.add("certificates.url", format_args!("{url:?}"), rule);
        }
    }
}

/// Reads an address or a network in CIDR notation as address and prefix length; a mapped one of version 6 (RFC 4291 §2.5.5.2)
/// is that of version 4, as peers are.
pub(crate) fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let length: u8 = match length {
        Some(digits) => digits.parse().ok()?,
        None => longest,
    };
    if length > longest {
        return None;
    }
    let mapped = match address {
        IpAddr::V6(address) => address.to_ipv4_mapped(),
        IpAddr::V4(_) => None,
    };
    let mapped = mapped.zip(length.checked_sub(96));
    Some(mapped.map_or((address, length), |(it, length)| (it.into(), length)))
}

fn operator(settings: &Settings, faults: &mut Faults) {
    let operator = &settings.operator;
    if operator.name.trim().is_empty() || operator.name.chars().count() > 60 {
        let rule = "it must have 1 to 60 characters";
        faults.add("operator.name", format_args!("{:?}", operator.name), rule);
    }
    if !operator.colour.is_empty() && operator.colour().is_none() {
        let rule = "it must be a colour such as \"#0b4f6c\", or empty";
        faults.add(
            "operator.colour",
            format_args!("{:?}", operator.colour),
            rule,
        );
    }
    if let Err(rule) = operator.mark() {
        faults.add("operator.mark", format_args!("{:?}", operator.mark), &rule);
    }
    let links = [
        ("operator.help_url", &operator.help_url, false),
        ("operator.privacy_url", &operator.privacy_url, false),
        (
            "operator.security_contact",
            &operator.security_contact,
            true,
        ),
    ];
    for (key, link, mail) in links {
        let scheme = Url::parse(link).map(|url| url.scheme().to_owned());
        let good = link.is_empty()
            || scheme.is_ok_and(|scheme| scheme == "https" || (mail && scheme == "mailto"));
        if !good {
            let rule = if mail {
                "it must be an https or mailto URL, or empty"
            } else {
                "it must be an https URL, or empty"
            };
            faults.add(key, format_args!("{link:?}"), rule);
        }
    }
}

fn languages(settings: &Settings, faults: &mut Faults) {
    let (chosen, offered) = (&settings.operator.locale, &settings.operator.locales);
    let known: Vec<String> = Locale::available()
        .iter()
        .map(|locale| locale.as_str().to_owned())
        .collect();
    let mut seen = Vec::new();
    for tag in offered {
        if !known.contains(tag) || seen.contains(&tag) {
            let rule = format!("each must be one of {}, none twice", known.join(", "));
            faults.add("operator.locales", format_args!("{tag:?}"), &rule);
        }
        seen.push(tag);
    }
    if offered.is_empty() {
        let rule = "it must name at least one language";
        faults.add("operator.locales", "empty", rule);
    }
    if !offered.contains(chosen) {
        let rule = "it must be one of operator.locales";
        faults.add("operator.locale", format_args!("{chosen:?}"), rule);
    }
}

fn totals(settings: &Settings, faults: &mut Faults) {
    let mut seen = Vec::new();
    for text in &settings.mandate.max_total {
        let code = Money::parse(text).map(|money| money.asset.code().to_owned());
        if code.is_none() || seen.contains(&code) {
            let rule =
                "each must be a code and a decimal number, such as \"USD 5000.00\", no code twice";
            faults.add("mandate.max_total", format_args!("{text:?}"), rule);
        }
        seen.push(code);
    }
}

type Bound = (&'static str, i64, RangeInclusive<i64>);

fn ranges(settings: &Settings, faults: &mut Faults) {
    for (key, value, range) in lives(settings)
        .into_iter()
        .chain(sizes(settings))
        .chain(limits(settings))
    {
        if !range.contains(&value) {
            let (least, most) = (range.start(), range.end());
            faults.add(key, value, &format!("it must be from {least} to {most}"));
        }
    }
}

fn number<T: TryInto<i64>>(value: T) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

#[rustfmt::skip]
fn lives(settings: &Settings) -> Vec<Bound> {
    let Settings { keys, authorization, dpop, token, grant, session, sign_in, .. } = settings;
    vec![
        ("keys.announce", keys.announce, 0..=2_592_000),
        ("keys.refresh", number(keys.refresh), 1..=300),
        ("authorization.request_lifetime", authorization.request_lifetime, 60..=86_400),
        ("authorization.pushed_lifetime", authorization.pushed_lifetime, 5..=600),
        ("authorization.code_lifetime", authorization.code_lifetime, 5..=600),
        ("dpop.proof_lifetime", dpop.proof_lifetime, 10..=300),
        ("dpop.nonce_lifetime", dpop.nonce_lifetime, 10..=3600),
        ("token.access_token_lifetime", token.access_token_lifetime, 30..=3600),
        ("grant.max_age", grant.max_age, 60..=3_153_600_000),
        ("grant.collection_lifetime", grant.collection_lifetime, 60..=31_536_000),
        ("grant.refresh_idle", grant.refresh_idle, 60..=31_536_000),
        ("session.idle", session.idle, 60..=86_400),
        ("session.lifetime", session.lifetime, 60..=604_800),
        ("session.step_up_after", session.step_up_after, 0..=86_400),
        ("sign_in.free_attempts", sign_in.free_attempts, 1..=100),
        ("sign_in.free_attempts_per_address", sign_in.free_attempts_per_address, 1..=10_000),
        ("sign_in.window", sign_in.window, 60..=86_400),
        ("sign_in.max_delay", sign_in.max_delay, 1..=900),
        ("sign_in.parallel_hashes", number(sign_in.parallel_hashes), 0..=64),
    ]
}

#[rustfmt::skip]
fn sizes(settings: &Settings) -> Vec<Bound> {
    let Settings { server, wallet, client_keys, mandate, sweep, database, metrics, .. } = settings;
    vec![
        ("server.workers", number(server.workers), 0..=1024),
        ("server.shutdown_timeout", number(server.shutdown_timeout), 1..=600),
        ("wallet.timeout", number(wallet.timeout), 100..=5000),
        ("wallet.max_bytes", number(wallet.max_bytes), 1024..=65_536),
        ("wallet.parallel", number(wallet.parallel), 1..=1000),
        ("client_keys.lifetime", client_keys.lifetime, 10..=3600),
        ("client_keys.timeout", number(client_keys.timeout), 100..=5000),
        ("client_keys.max_bytes", number(client_keys.max_bytes), 1024..=65_536),
        ("client_keys.parallel", number(client_keys.parallel), 1..=1000),
        ("client_keys.cached", number(client_keys.cached), 1..=100_000),
        ("mandate.max_start_delay", mandate.max_start_delay, 0..=3_153_600_000),
        ("mandate.min_period", mandate.min_period, 1..=86_400),
        ("sweep.batch", number(sweep.batch), 20..=10_000),
        ("sweep.keep_expired", sweep.keep_expired, 60..=31_536_000),
        ("sweep.keep_requests", sweep.keep_requests, 3600..=31_536_000),
        ("database.max_connections", number(database.max_connections), 1..=1000),
        ("database.acquire_timeout", number(database.acquire_timeout), 100..=2000),
        ("database.statement_timeout", number(database.statement_timeout), 100..=2000),
        ("metrics.tables", number(metrics.tables), 0..=86_400),
    ]
}

#[rustfmt::skip]
fn limits(settings: &Settings) -> Vec<Bound> {
    let limits = &settings.limits;
    vec![
        ("limits.address_rate", number(limits.address_rate), 0..=100_000),
        ("limits.address_burst", number(limits.address_burst), 1..=1_000_000),
        ("limits.party_rate", number(limits.party_rate), 0..=100_000),
        ("limits.party_burst", number(limits.party_burst), 1..=1_000_000),
        ("limits.callers", number(limits.callers), 1000..=10_000_000),
        ("limits.unseen_requests", number(limits.unseen_requests), 0..=10_000_000),
        ("limits.head_timeout", number(limits.head_timeout), 1..=60),
        ("limits.body_timeout", number(limits.body_timeout), 1..=60),
        ("limits.keep_alive", number(limits.keep_alive), 1..=3600),
        ("limits.connections", number(limits.connections), 16..=100_000),
        ("limits.connections_per_address", number(limits.connections_per_address), 0..=100_000),
    ]
}

/// Either is 0, which is off, or in a range.
fn sweeping(settings: &Settings, faults: &mut Faults) {
    let sweep = &settings.sweep;
    for (key, value, range) in [
        ("sweep.interval", number(sweep.interval), 5..=86_400),
        (
            "sweep.keep_grants",
            sweep.keep_grants,
            86_400..=3_153_600_000,
        ),
    ] {
        if value != 0 && !range.contains(&value) {
            let (least, most) = (range.start(), range.end());
            faults.add(
                key,
                value,
                &format!("it must be 0, or from {least} to {most}"),
            );
        }
    }
}

fn database(settings: &Settings, faults: &mut Faults) {
    let database = &settings.database;
    let postgres = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| database.url.starts_with(scheme));
    let sqlite = database.sqlite_path();
    if !postgres && sqlite.is_none_or(str::is_empty) {
        faults.add(
            "database.url",
            "not shown",
            "it must be sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME",
        );
    }
    if database.acquire_timeout + database.statement_timeout >= 3000 {
        let rule = "with database.statement_timeout it must be under 3000";
        faults.add("database.acquire_timeout", database.acquire_timeout, rule);
    }
    if postgres && settings.keys.encryption_key_file.is_empty() {
        let rule =
            "PostgreSQL requires it; `(umask 077; openssl rand -base64 32 > FILE)` makes one";
        faults.add("keys.encryption_key_file", "\"\"", rule);
    }
}
