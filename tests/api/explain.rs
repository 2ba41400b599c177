//! `countersign agreement explain`: what the command says, through the program itself.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempDir};

use crate::support::{Wallet, World};

pub const NOW: &str = "2026-11-22T10:00:00Z";

/// Runs the command on `input` as standard input.
pub fn explain(arguments: &[&str], input: &str) -> Output {
    run(&[&["agreement", "explain"], arguments].concat(), input)
}

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read is answered all the same.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

pub fn says(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What the command says of a mandate, as JSON.
fn explained(input: &Value) -> Value {
    let output = explain(&["-", "--now", NOW, "-o", "json"], &input.to_string());
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn monthly() -> Value {
    json!({
        "amount": "2000", "assetCode": "USD", "assetScale": 2, "interval": "P1M",
        "start": "2026-12-01T00:00:00Z",
    })
}

fn file(text: &str) -> (NamedTempFile, String) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, path)
}

#[test]
fn a_part_of_what_an_agreement_allows_is_explained() {
    let asks = |actions: &str| {
        let arguments = ["-", "--now", NOW, "--actions", actions];
        explain(&arguments, &monthly().to_string())
    };
    let said = says(&asks("cancel,read").stdout);
    assert!(
        said.starts_with("The app can see the terms of this automatic payment"),
        "{said}"
    );
    assert!(
        said.contains("It cannot") && !said.contains("up to $20.00 each month, from"),
        "{said}"
    );
    let said = says(&asks("read,charge").stdout);
    assert!(said.starts_with("up to $20.00 each month"), "{said}");
    assert!(said.contains("End this automatic payment"), "{said}");
    let refused = asks("pay");
    assert_eq!(refused.status.code(), Some(2));
    assert!(says(&refused.stderr).contains("there are: read, charge, cancel"));
}

#[test]
fn every_vector_is_explained_to_the_letter() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../vectors/mandates.json")).unwrap();
    for vector in vectors {
        let (n, wanted) = (&vector["n"], vector["output"].as_object().unwrap());
        let (_kept, path) = file(&vector["input"].to_string());
        let output = explain(&[&path, "--now", NOW, "-o", "json"], "");
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        for (member, value) in wanted {
            if member == "refuse" {
                assert_eq!(said["refused"]["rule"], *value, "{n}");
                assert!(said["refused"]["member"].is_string(), "{n}");
                assert!(
                    says(&output.stderr).contains(value.as_str().unwrap()),
                    "{n}"
                );
            } else {
                assert_eq!(said.get(member), Some(value), "{n}: {member}");
            }
        }
        let refused = wanted.contains_key("refuse");
        assert_eq!(output.status.code(), Some(i32::from(refused)), "{n}");
        for optional in [
            "lastShort",
            "alreadyOver",
            "carryOver",
            "tail",
            "expiryUnused",
            "firstYear",
        ] {
            let has = (said.get(optional).is_some(), wanted.contains_key(optional));
            assert_eq!(has.0, has.1, "{n}: {optional}");
        }
        let output = explain(&[&path, "--now", NOW], "");
        assert_eq!(output.status.success(), !refused, "{n}");
        if let Some(sentence) = wanted.get("sentence").and_then(Value::as_str) {
            assert!(
                says(&output.stdout).starts_with(&format!("{sentence}\n")),
                "{n}"
            );
        }
    }
}

#[test]
fn a_program_reads_every_period() {
    let mut mandate = monthly();
    mandate["cycles"] = json!(100);
    let said = explained(&mandate);
    let schedule = said["schedule"].as_array().unwrap();
    assert_eq!(schedule.len(), 60);
    assert_eq!(
        schedule[1],
        json!({"start": "2027-01-01T00:00:00Z", "end": "2027-02-01T00:00:00Z", "at_most": "$20.00"})
    );
    assert_eq!(said["warnings"], json!([]));
    mandate["cap"] = json!(false);
    let said = explained(&mandate);
    assert_eq!(said["schedule"][2]["at_most"], "$60.00");
    assert_eq!(
        said["warnings"],
        json!(["What they do not take carries over. They could take up to $2,000.00 at once."])
    );
}

#[test]
fn a_person_reads_the_page_without_a_page() {
    let output = explain(&["-", "--now", NOW], &monthly().to_string());
    let said = says(&output.stdout);
    for words in [
        "up to $20.00 each month, from 1 Dec 2026, with no end date\n",
        "Warning: There is no end date and no limit on the total. In the first year it is at most $240.00.",
        "\nTotal, at most              No limit\n",
        "\nPERIOD  FROM        ENDS        AT MOST\n",
        "\n1       1 Dec 2026  1 Jan 2027  $20.00\n",
        "\nand so on, with no end date\n",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
}

#[test]
fn what_is_refused_says_member_and_rule() {
    for (change, member, rule) in [
        (
            json!({"amount": "05"}),
            "amount",
            "must be a whole number, written as digits only",
        ),
        (
            json!({"interval": "P1M15D"}),
            "interval",
            "interval mixes units that have no fixed ratio",
        ),
        (
            json!({"interval": "PT59S"}),
            "interval",
            "the period is too short",
        ),
        (
            json!({"end": null, "expiry": "2026-12-01T00:00:00Z"}),
            "expiresAt",
            "the end must be after the start",
        ),
        (
            json!({"start": null, "expiry": "2026-11-01T00:00:00Z"}),
            "agreement",
            "is over: expired",
        ),
        (
            json!({"assetCode": "US$"}),
            "assetCode",
            "must be 1 to 12 capital letters and digits",
        ),
        (
            json!({"type": "grant"}),
            "type",
            "is not a type of agreement",
        ),
        (
            json!({"name": "wallet.example"}),
            "name",
            "must begin with https://",
        ),
    ] {
        let mut mandate = monthly();
        for (name, value) in change.as_object().unwrap() {
            mandate[name] = value.clone();
        }
        let output = explain(&["-", "--now", NOW, "-o", "json"], &mandate.to_string());
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            said,
            json!({"refused": {"member": member, "rule": rule}}),
            "{change}"
        );
        assert_eq!(output.status.code(), Some(1));
        assert!(says(&output.stderr).contains(&format!("error: {member}: {rule}")));
    }
}

#[test]
fn what_is_no_agreement_is_refused() {
    for text in ["", "[]", "{", "{\"amount\": 1, \"amount\": 2}", "\u{0}"] {
        let output = explain(&["-", "--now", NOW], text);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(says(&output.stdout), "", "{text}");
    }
}

#[test]
fn an_operator_limits_what_may_be_asked() {
    let text = "[mandate]\nmax_total = [\"USD 100.00\"]\nmin_period = 1\nmax_start_delay = 86400\n";
    let (_kept, settings) = file(text);
    let run = |change: &Value| {
        let mut mandate = monthly();
        for (name, value) in change.as_object().unwrap() {
            mandate[name] = value.clone();
        }
        explain(
            &["-", "--now", NOW, "--config", &settings],
            &mandate.to_string(),
        )
    };
    for change in [json!({}), json!({"cycles": 6})] {
        let output = run(&change);
        assert_eq!(output.status.code(), Some(1));
        assert!(says(&output.stderr).contains("amount: the total is above the limit"));
    }
    for change in [
        json!({"cycles": 5}),
        json!({"assetCode": "EUR"}),
        json!({"cycles": 5, "interval": "PT1S"}),
    ] {
        let output = run(&change);
        assert!(output.status.success(), "{change}");
        // Nobody is asked about a file, so its start is no reason to refuse it.
        let note = "note: nobody would be asked today: startAt: the start is too far off: at most 1 day from now";
        assert!(says(&output.stderr).contains(note));
    }
}

#[test]
fn what_comes_in_is_explained_too() {
    let invoice = json!({
        "name": "//wallet.example/invoices/1", "subject": "$pay.example/bob", "client": "cli_any",
        "amount": 3450, "assetCode": "USD", "assetScale": 2,
    });
    assert_eq!(
        explained(&invoice),
        json!({
            "sentence": "The app can pay you $34.50, once, with no end date. No money leaves your account.",
            "warnings": [],
        })
    );
    let session = explained(&json!({"type": "open_payments_session"}));
    assert!(
        session["sentence"]
            .as_str()
            .unwrap()
            .starts_with("The app can send small payments")
    );
}

#[test]
fn wrong_usage_is_said_to_be() {
    let mandate = monthly().to_string();
    for arguments in [&["-", "--locale", "tlh"][..], &["-", "--now", "today"], &[]] {
        assert_eq!(explain(arguments, &mandate).status.code(), Some(2));
    }
    assert!(
        explain(&["-", "--locale", "en-GB"], &mandate)
            .status
            .success()
    );
    let output = explain(&["/no/such/file"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(says(&output.stderr).contains("/no/such/file: "));
}

/// The settings of a server that knows the wallet. The command has the machine's clock, so it gets a server of its own.
pub fn server_of(wallet: &Wallet, folder: &TempDir) -> (NamedTempFile, String) {
    let database = folder.path().join("countersign.db");
    let text = format!(
        "database.url = \"sqlite://{}\"\nauthorization.allow_loopback_http = true\n",
        database.display()
    );
    let (kept, settings) = file(&text);
    let (mandates, pointer) = (wallet.mandates(), wallet.origin.clone());
    let register = [
        "resource-server",
        "create",
        "--name",
        "Wallet",
        "--origin",
        &pointer,
        "--mandates-endpoint",
        &mandates,
        "--allow-private-network",
        "--config",
        &settings,
    ];
    let early = run(&register, "");
    assert_eq!(early.status.code(), Some(1));
    assert!(says(&early.stderr).contains("there is no database at "));
    for arguments in [&["migrate", "--config", &settings][..], &register] {
        let output = run(arguments, "");
        assert!(output.status.success(), "{}", says(&output.stderr));
    }
    (kept, settings)
}

#[tokio::test]
async fn a_url_is_judged_as_of_the_instant_that_is_named() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["startAt"] = json!("2026-01-01T00:00:00Z");
        terms["expiresAt"] = json!("2098-01-01T00:00:00Z");
        terms["cycles"] = json!(null);
    });
    let folder = tempfile::tempdir().unwrap();
    let (_kept, settings) = server_of(&world.wallet, &folder);
    for (now, rule) in [
        ("2099-01-01T00:00:00Z", "is over: expired"),
        (
            "2024-06-01T00:00:00Z",
            "the start is too far off: at most 366 days from now",
        ),
    ] {
        let named = [&mandate.url, "--now", now, "-o", "json"];
        let output = explain(&[&named[..], &["--config", &settings]].concat(), "");
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(said["refused"]["rule"], rule);
    }
}

#[tokio::test]
async fn a_url_is_read_as_the_server_reads_it() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["startAt"] = json!("2026-01-01T00:00:00Z");
        terms["expiresAt"] = json!(null);
        terms["cycles"] = json!(null);
    });
    let folder = tempfile::tempdir().unwrap();
    let (_kept, settings) = server_of(&world.wallet, &folder);
    let read = |url: &str| {
        explain(
            &[url, "--now", NOW, "-o", "json", "--config", &settings],
            "",
        )
    };
    for url in [mandate.url.clone(), mandate.url.replace("http:", "")] {
        let output = read(&url);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert_eq!(
            said["sentence"],
            "up to $20.00 each month, from 1 Nov 2026, with no end date",
            "{}",
            says(&output.stderr)
        );
        assert_eq!(said["alreadyOver"], 10);
    }
    let asked = world.wallet.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(
        asked[0].claims["authorization_details"][0]["actions"],
        json!(["read"])
    );
    world
        .wallet
        .changes(&mandate, |terms| terms["amount"] = json!("0"));
    let output = read(&mandate.url);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["refused"]["rule"], "amount must be more than zero");
    for stranger in [
        "https://stranger.example/mandates/1",
        &world.wallet.mandates(),
    ] {
        let output = read(stranger);
        assert_eq!(output.status.code(), Some(1));
        assert!(says(&output.stdout).is_empty() && says(&output.stderr).contains("error: The "));
    }
}
