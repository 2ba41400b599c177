//! `countersign doctor`: what it sees of a server before its first start, beside it, and of everything that can be wrong.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::operator::{Said, set_mode};
use crate::support::{Answer, Operator, Wallet, World};

/// The findings: check and verdict.
fn findings(said: &Said) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found = said.json();
    let found = found.as_array().unwrap().iter();
    found
        .map(|finding| (text(&finding["check"]), text(&finding["verdict"])))
        .collect()
}

#[track_caller]
fn verdict(said: &Said, check: &str) -> String {
    let found = findings(said);
    let found = found.iter().find(|(name, _)| name == check);
    found
        .unwrap_or_else(|| panic!("{check}: {said:?}"))
        .1
        .clone()
}

fn metadata(world: &World, wallet: &Wallet) -> Value {
    json!({
        "issuer": wallet.origin,
        "authorization_issuer": world.server.issuer,
        "payment_mandates_endpoint": wallet.mandates(),
        "payment_invoices_endpoint": wallet.invoices(),
        "payment_sessions_endpoint": wallet.sessions(),
    })
}

/// A world whose wallet says what it should, and its operator.
async fn healthy() -> (World, Operator) {
    let world = World::new().await;
    world
        .wallet
        .publishes(Answer::Json(metadata(&world, &world.wallet)));
    let operator = Operator::of(&world.server);
    world.server.has_keys_of_today().await;
    (world, operator)
}

async fn doctor(operator: &Operator) -> Said {
    operator.does(&["doctor", "-o", "json"]).await
}

#[test]
fn before_the_first_start_it_says_what_would_be_made_and_makes_nothing() {
    let operator = Operator::with("[database]\nurl = \"sqlite://new.db\"\n");
    let said = operator.runs(&["doctor"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out
            .contains("the first start makes new.db, its schema and a signing key"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("the first start makes new.db.key"),
        "{}",
        said.out
    );
    let left: Vec<_> = std::fs::read_dir(operator.home()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test]
async fn beside_a_running_server_that_is_well_everything_is_ok() {
    let (world, operator) = healthy().await;
    let said = doctor(&operator).await;
    assert_eq!(said.code, 0, "{said:?}");
    for (check, verdict) in findings(&said) {
        assert!(verdict == "ok", "{check}: {said:?}");
    }
    for check in [
        "settings",
        "settings file",
        "key file",
        "database",
        "durability",
        "schema",
        "clock",
        "keys",
        "wallet First Wallet",
        "server.bind",
        "issuer",
        "password hash",
    ] {
        verdict(&said, check);
    }
    assert!(world.wallet.accepts(&world.tokens().await.access).await);
}

#[tokio::test]
async fn it_names_every_file_that_is_open_to_others() {
    let (world, operator) = healthy().await;
    let settings = &world.server.app().settings;
    let (key, _) = settings.keys.encryption_key(&settings.database);
    let mut files = vec![
        (operator.path("countersign.toml"), "settings file", 0o622),
        (key.into(), "key file", 0o644),
    ];
    if let Some(path) = settings.database.sqlite_path() {
        files.push((path.into(), "database file", 0o640));
        files.push((format!("{path}-wal").into(), "database file", 0o604));
        files.push((Path::new(path).parent().unwrap().into(), "directory", 0o707));
    }
    for (path, check, mode) in files {
        let before = if path.is_dir() { 0o700 } else { 0o600 };
        set_mode(&path, mode);
        let said = doctor(&operator).await;
        assert_eq!(
            (said.code, verdict(&said, check).as_str()),
            (1, "failed"),
            "{said:?}"
        );
        assert_eq!(verdict(&said, "wallet First Wallet"), "ok");
        set_mode(&path, before);
        assert_eq!(doctor(&operator).await.code, 0);
    }
}

#[tokio::test]
async fn a_password_in_the_settings_is_for_the_owner_and_the_group() {
    let settings = "[database]\nurl = \"postgres://u:secret-word@127.0.0.1:1/d\"\n[keys]\nencryption_key_file = \"k\"\n";
    let operator = Operator::with(settings);
    for (mode, wanted) in [(0o600, "ok"), (0o640, "ok"), (0o604, "failed")] {
        set_mode(&operator.path("countersign.toml"), mode);
        let said = doctor(&operator).await;
        assert_eq!(verdict(&said, "settings file"), wanted, "{said:?}");
        assert!(
            !said.out.contains("secret-word") && !said.err.contains("secret-word"),
            "{said:?}"
        );
    }
}

#[tokio::test]
async fn a_key_file_that_does_not_open_the_signing_keys_is_found() {
    let (world, operator) = healthy().await;
    let other = operator.path("other.key");
    std::fs::write(&other, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    set_mode(&other, 0o600);
    for (name, key_file) in [("other.key", "ok"), ("none.key", "failed")] {
        let (before, _) = world
            .server
            .app()
            .settings
            .keys
            .encryption_key(&world.server.app().settings.database);
        operator.sets(&Operator::settings(&world.server).replace(&before, name));
        let said = doctor(&operator).await;
        assert_eq!(said.code, 1);
        assert_eq!(verdict(&said, "key file"), key_file, "{said:?}");
        assert_eq!(verdict(&said, "keys"), "failed", "{said:?}");
        assert!(!operator.path("none.key").exists());
    }
}

#[tokio::test]
async fn a_clock_behind_what_was_done_already_is_found() {
    let world = World::new().await;
    let said = doctor(&Operator::of(&world.server)).await;
    assert_eq!(
        (said.code, verdict(&said, "keys").as_str()),
        (1, "failed"),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_a_wallet_says_is_held_against_what_is_registered() {
    let (world, operator) = healthy().await;
    let check = "wallet First Wallet";
    let mut elsewhere = metadata(&world, &world.wallet);
    elsewhere["authorization_issuer"] = json!("https://elsewhere.example");
    let mut moved = metadata(&world, &world.wallet);
    moved["payment_mandates_endpoint"] = json!("https://elsewhere.example/mandates");
    for (answer, code, wanted) in [
        (Answer::Json(elsewhere), 0, "warning"),
        (Answer::Json(moved), 0, "warning"),
        (Answer::Status(404), 0, "warning"),
        (
            Answer::Redirect("https://elsewhere.example".to_owned()),
            0,
            "warning",
        ),
        (Answer::Hang, 1, "failed"),
    ] {
        world.wallet.publishes(answer.clone());
        let said = doctor(&operator).await;
        assert_eq!(
            (said.code, verdict(&said, check).as_str()),
            (code, wanted),
            "{answer:?}: {said:?}"
        );
        assert_eq!(verdict(&said, "issuer"), "ok");
    }
}

#[tokio::test]
async fn bad_settings_are_each_a_line_and_the_hash_is_measured_all_the_same() {
    let operator = Operator::with("[token]\naccess_token_lifetime = 5\n[serve]\nx = 1\n");
    let said = doctor(&operator).await;
    let failed = findings(&said)
        .into_iter()
        .filter(|(_, verdict)| verdict == "failed")
        .count();
    assert_eq!((said.code, failed), (1, 2), "{said:?}");
    assert_eq!(verdict(&said, "database"), "warning");
    assert_eq!(verdict(&said, "password hash"), "ok");
}

#[tokio::test]
async fn whoever_trusts_everybody_or_has_another_issuer_is_told() {
    let (world, operator) = healthy().await;
    let settings = Operator::settings(&world.server);
    let wide = settings.replace("[server]", "[server]\ntrusted_proxies = [\"0.0.0.0/0\"]");
    operator.sets(&wide);
    assert_eq!(
        verdict(&doctor(&operator).await, "trusted proxies"),
        "failed"
    );
    for (proxies, wanted) in [("10.0.0.0/7", "failed"), ("127.0.0.1", "ok")] {
        let believed = format!("{settings}[certificates]\nproxies = [{proxies:?}]\n");
        operator.sets(&believed);
        let said = doctor(&operator).await;
        assert_eq!(verdict(&said, "certificate proxies"), wanted, "{said:?}");
    }
    // The same server under another name: its document is that of the issuer it has.
    operator.sets(&settings.replacen("http://127.0.0.1", "http://localhost", 1));
    let said = doctor(&operator).await;
    assert_eq!(
        (said.code, verdict(&said, "issuer").as_str()),
        (1, "failed"),
        "{said:?}"
    );
}

#[tokio::test]
async fn whatever_hangs_it_is_done_within_20_seconds() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap();
    let operator = Operator::with(&format!(
        "[server]\nissuer = \"http://{at}\"\n[database]\nurl = \"postgres://u@{at}/d\"\n[keys]\nencryption_key_file = \"pipe\"\n"
    ));
    let made = Command::new("mkfifo")
        .arg(operator.path("pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    let began = Instant::now();
    let said = doctor(&operator).await;
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(said.code, 1);
    for (check, wanted) in [
        ("key file", "failed"),
        ("database", "failed"),
        ("issuer", "warning"),
        ("password hash", "ok"),
    ] {
        assert_eq!(verdict(&said, check), wanted, "{check}: {said:?}");
    }
}
