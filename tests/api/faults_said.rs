//! What a command says when it fails: what is wrong, and what to do about it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::json;

use crate::explain::{NOW, explain, monthly, says, server_of};
use crate::support::{Answer, Operator, World};

#[track_caller]
fn said(operator: &Operator, arguments: &[&str], words: &[&str]) {
    let said = operator.runs(arguments);
    assert_ne!(said.code, 0, "{said:?}");
    for words in words {
        assert!(said.err.contains(words), "{words:?}: {said:?}");
    }
}

#[test]
fn settings_that_cannot_be_read_say_whether_it_is_the_file_the_quotes_or_a_value() {
    let operator = Operator::with("");
    let check = ["settings", "check"];
    assert_eq!(operator.runs(&check).code, 0);
    let (quotes, value) = ("hint: put text in quotes", "`countersign settings show`");
    for (text, hint) in [
        ("[server]\nissuer = https://pay.example\n", quotes),
        ("[server]\nbind = 127.0.0.1:8080\n", quotes),
        ("[log]\nformat = json\n", quotes),
        ("[token]\naccess_token_lifetime = 5\n", value),
        ("[log\nformat = \"json\"\n", value),
    ] {
        operator.sets(text);
        said(&operator, &check, &[hint]);
    }
    std::fs::remove_file(operator.path("countersign.toml")).unwrap();
    let hint = "hint: name the settings file with --config\n";
    said(&operator, &check, &["error: countersign.toml: ", hint]);
}

/// A `PostgreSQL` that refuses whoever comes, for the reason `code`.
fn refusing(code: &'static str, message: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut seen) = (stream.unwrap(), [0; 1024]);
            // It is asked for TLS first, which it has not.
            if matches!(stream.read(&mut seen), Ok(8)) {
                let _ = stream.write_all(b"N");
                let _ = stream.read(&mut seen);
            }
            let fields = format!("SFATAL\0VFATAL\0C{code}\0M{message}\0L948\0\0");
            let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
            let _ = stream.write_all(&[b"E", &length[..], fields.as_bytes()].concat());
        }
    });
    format!("postgres://keeper:secret-word@{place}/pay")
}

#[test]
fn a_database_that_cannot_be_used_says_why() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let nobody = format!("postgres://keeper:secret-word@{}/pay", free.unwrap());
    let out = "error: the database does not let this server in: ";
    for (url, error, hint) in [
        (
            nobody,
            "the database did not answer: Connection refused",
            "is running",
        ),
        (
            refusing("3D000", "no database pay"),
            out,
            "`createdb --owner ROLE NAME`",
        ),
        (refusing("28000", "no role keeper"), out, "CREATE ROLE"),
        (refusing("28P01", "wrong password"), out, "ALTER ROLE"),
    ] {
        let keys = "[keys]\nencryption_key_file = \"k\"\n";
        let operator = Operator::with(&format!("[database]\nurl = {url:?}\n{keys}"));
        said(&operator, &["migrate"], &[error, hint]);
        let said = operator.runs(&["migrate"]).err;
        let untold = ["secret-word", "at line", "pool timed out"];
        assert!(untold.iter().all(|it| !said.contains(it)), "{said}");
    }
}

#[test]
fn an_instant_that_is_none_is_answered_with_one() {
    let operator = Operator::with("");
    let example = "write it such as 2027-01-31T10:00:00Z";
    said(
        &operator,
        &["agreement", "explain", "-", "--now", "today"],
        &[example],
    );
    let mut demo = operator.command(&["demo", "--now", "yesterday"]);
    let output = demo.output().unwrap();
    assert!(says(&output.stderr).contains(example), "{output:?}");
}

#[test]
fn an_interval_in_words_is_answered_with_one_in_iso_8601() {
    let hint = "write the interval in ISO 8601, such as P1M";
    for (interval, told) in [("monthly", true), ("P1M15D", false)] {
        let mut mandate = monthly();
        mandate["interval"] = json!(interval);
        let output = explain(&["-", "--now", NOW], &mandate.to_string());
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(says(&output.stderr).contains(hint), told, "{output:?}");
    }
}

#[tokio::test]
async fn an_agreement_that_is_not_there_is_not_to_be_mended() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let folder = tempfile::tempdir().unwrap();
    let (_kept, settings) = server_of(&world.wallet, &folder);
    let asked = || explain(&[&mandate.url, "--now", NOW, "--config", &settings], "");
    assert!(asked().status.success(), "{:?}", asked());
    for (status, hint) in [
        (404, "see that the URL is right"),
        (410, "create another agreement"),
    ] {
        world.wallet.answers(&mandate, Answer::Status(status));
        let output = asked();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = says(&output.stderr);
        assert!(
            said.contains(hint) && !said.contains("mend the member"),
            "{said}"
        );
    }
}
