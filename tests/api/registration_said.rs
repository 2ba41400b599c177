//! What operators are told beside what they register: what a value should have been, and what is left to do.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use countersign::model::SignatureAlgorithm;
use serde_json::json;

use crate::registration::{creating, file, refuses, runs};
use crate::support::{Key, Operator, World};

const BY_FILE: &str = "--auth-method private_key_jwt --jwks-file";

#[tokio::test]
async fn a_key_set_that_does_not_fit_is_named_with_what_would() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let key = Key::es256();
    let mut private = key.jwk();
    private["d"] = json!("AAAA");
    let private = json!({ "keys": [private] }).to_string();
    let set = |algorithm| Key::new(algorithm).jwks();
    let (edwards, rsa) = (
        set(SignatureAlgorithm::EdDsa),
        set(SignatureAlgorithm::Ps256),
    );
    let pem = "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n";
    for (text, more, why) in [
        (private.as_str(), vec![], "key 1 of the set is a private"),
        (pem, vec![], "this is PEM; a JWK set is {\"keys\":[…]}"),
        (&edwards, vec![], "; --signing-alg EdDSA fits"),
        (&rsa, vec![], "; --signing-alg PS256 fits"),
        (
            &key.jwks(),
            vec!["--signing-alg", "EdDSA"],
            "; --signing-alg ES256 fits",
        ),
    ] {
        let path = file(&operator, "bad.json", text);
        let words = creating(BY_FILE, &[&[path.as_str()][..], &more].concat());
        refuses(&operator, &words, 1, why).await;
        refuses(
            &operator,
            &words,
            1,
            &format!("error: --jwks-file {path:?}: "),
        )
        .await;
    }
    let path = file(&operator, "good.json", &key.jwks());
    let made = runs(&operator, &creating(BY_FILE, &[&path])).await.json();
    let id = made["client_id"].as_str().unwrap();
    let update = ["client", "update", id, "--signing-alg", "PS256"];
    let why = "error: --signing-alg \"PS256\": no key of the set";
    refuses(&operator, &update, 1, why).await;
}

#[tokio::test]
async fn what_is_missing_or_misspelt_is_named_by_its_options() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    for (options, why) in [
        (
            "--auth-method private_key_jwt",
            "name --jwks-file or --jwks-uri",
        ),
        (
            "--require-signed-request-object",
            "name --jwks-file or --jwks-uri",
        ),
        (
            "--signing-alg ES256",
            "name --jwks-file or --jwks-uri as well",
        ),
        (
            "--auth-method tls_client_auth",
            "--tls-subject-dn, --tls-san-dns, --tls-san-uri, --tls-san-ip or --tls-san-email",
        ),
        (
            "--auth-method tls_client_auth --tls-subject-dn /C=DE/CN=a",
            "as `openssl x509 -noout -subject -nameopt RFC2253` prints it",
        ),
    ] {
        refuses(&operator, &creating(options, &[]), 1, why).await;
    }
}

#[tokio::test]
async fn a_client_that_acts_on_no_account_is_said_to_need_one() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let own = "--grant-type authorization_code --grant-type client_credentials";
    let hint = "so client_credentials gives it nothing: `countersign client update cli_";
    let pointer = world.wallet.pointer("acme");
    for (words, told) in [
        (creating(own, &[]), true),
        (creating(own, &["--account", &pointer]), false),
        (creating("--grant-type authorization_code", &[]), false),
    ] {
        let said = operator.does(&words).await;
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(said.err.contains(hint), told, "{said:?}");
    }
}

#[tokio::test]
async fn keys_are_said_to_be_unread_or_for_requests_alone() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let path = file(&operator, "keys.json", &Key::es256().jwks());
    let (unread, alone) = ("`countersign doctor` reads them", "so its keys are for");
    let by_uri = "--auth-method private_key_jwt --jwks-uri https://keeper.example/keys";
    let signing = "--require-signed-request-object --jwks-file";
    for (words, is_unread, is_alone) in [
        (creating(by_uri, &[]), true, false),
        (creating(BY_FILE, &[&path]), false, false),
        (creating("--jwks-file", &[&path]), false, true),
        (creating(signing, &[&path]), false, false),
        (
            creating("--auth-method none --jwks-file", &[&path]),
            false,
            true,
        ),
    ] {
        let said = operator.does(&words).await;
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(said.err.contains(unread), is_unread, "{said:?}");
        assert_eq!(said.err.contains(alone), is_alone, "{said:?}");
    }
    let wallet = ["resource-server", "update", &world.wallet.id];
    let said = operator
        .does(&[&wallet[..], &["--jwks-file", &path]].concat())
        .await;
    assert!(said.err.contains("so its keys are not used"), "{said:?}");
}

#[tokio::test]
async fn who_changes_the_method_is_told_what_becomes_of_the_secret() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let path = file(&operator, "keys.json", &Key::es256().jwks());
    let ended = "its secret has ended";
    for (noun, id) in [
        ("client", &world.shop.id),
        ("resource-server", &world.wallet.id),
    ] {
        let missing =
            format!("hint: it has no secret yet: countersign {noun} rotate-secret {id}\n");
        let update = [noun, "update", id, "--auth-method"];
        let basic = [&update[..], &["client_secret_basic"]].concat();
        let key = [&update[..], &["private_key_jwt", "--jwks-file", &path]].concat();
        let rotate = vec![noun, "rotate-secret", id];
        for (words, is_ended, is_missing) in [
            (&basic, false, false),
            (&key, true, false),
            (&key, false, false),
            (&basic, false, true),
            (&rotate, false, false),
            (&basic, false, false),
        ] {
            let said = operator.does(words).await;
            assert_eq!(said.code, 0, "{said:?}");
            assert_eq!(said.err.contains(ended), is_ended, "{words:?} {said:?}");
            assert_eq!(said.err.contains(&missing), is_missing, "{said:?}");
        }
    }
}

#[tokio::test]
async fn under_the_profile_a_client_without_keys_is_said_to_be_kept_out() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let settings = Operator::settings(&world.server);
    operator.sets(&format!("profile = \"fapi2\"\n{settings}"));
    let path = file(&operator, "keys.json", &Key::es256().jwks());
    let hint = "hint: profile fapi2: this client can do nothing until it holds keys: ";
    for (words, told) in [
        (creating("--grant-type authorization_code", &[]), true),
        (creating("--auth-method none", &[]), true),
        (creating(BY_FILE, &[&path]), false),
    ] {
        let said = operator.does(&words).await;
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(said.err.contains(hint), told, "{said:?}");
    }
    operator.sets(&settings);
    let said = operator.does(&creating("--auth-method none", &[])).await;
    assert!(!said.err.contains("fapi2"), "{said:?}");
}

#[tokio::test]
async fn people_read_the_name_first_and_of_keys_what_tells_them_apart() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let key = Key::new(SignatureAlgorithm::EdDsa);
    let (mut other, kid) = (Key::es256().jwk(), key.kid());
    other.as_object_mut().unwrap().remove("kid");
    let two = json!({ "keys": [key.jwk(), other] }).to_string();
    let path = file(&operator, "keys.json", &two);
    let words = creating(BY_FILE, &[&path, "--signing-alg", "EdDSA"]);
    let made = runs(&operator, &words).await.json();
    assert_eq!(made["jwks"]["keys"][1]["crv"], "P-256", "{made}");
    let id = made["client_id"].as_str().unwrap();
    let shown = operator.does(&["client", "show", id]).await.out;
    let rows: Vec<Vec<&str>> = shown
        .lines()
        .map(|it| it.split_whitespace().collect())
        .collect();
    let labels: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(labels[..4], ["client_id", "name", "auth_method", "jwks"]);
    let words = format!("2 keys: Ed25519, kid {kid}; P-256, no kid");
    assert_eq!(rows[3][1..].join(" "), words);
    let show = ["resource-server", "show", &world.wallet.id];
    let shown = operator.does(&show).await.out;
    let labels: Vec<&str> = shown
        .lines()
        .filter_map(|it| it.split_whitespace().next())
        .collect();
    assert_eq!(labels[..3], ["resource_server_id", "name", "auth_method"]);
}

#[test]
fn help_says_what_belongs_together_and_offers_what_is_taken() {
    let operator = Operator::with("");
    let help = |noun: &str, verb: &str| operator.runs(&[noun, verb, "--help"]).out;
    for noun in ["client", "resource-server"] {
        for verb in ["create", "update"] {
            let text = help(noun, verb);
            let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word}: {text}"));
            let keys = at("Keys (--auth-method private_key_jwt):");
            let names = at("Certificate (--auth-method tls_client_auth), one of these:");
            assert!(keys < at("--jwks-uri") && at("--signing-alg") < names);
            assert!(names < at("--tls-san-email"));
            assert_eq!(text.contains("[default: ES256]"), verb == "create");
            assert_eq!(text.contains("client_secret_post"), noun == "client");
            assert_eq!(text.contains("What it must do:"), noun == "client");
        }
        let text = help(noun, "create");
        let shown = "a secret, where it has one, is shown once";
        assert!(text.contains(shown), "{text}");
    }
}

/// A running server, which ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_says_which_profile_it_starts_with_and_how_many_it_keeps_out() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let bind = world.server.origin().replace("http://", "");
    let settings = Operator::settings(&world.server);
    let settings = settings.replace(&format!("bind = {bind:?}"), "bind = \"127.0.0.1:0\"");
    operator.sets(&format!("profile = \"fapi2\"\n{settings}"));
    let mut command = operator.command(&["serve"]);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut running = Running(child);
    let log = BufReader::new(running.0.stderr.take().unwrap());
    let reading = tokio::task::spawn_blocking(move || {
        let mut lines = log.lines().map(Result::unwrap);
        // What it says last, whatever else it says: nobody waits for a line that does not come.
        let is_last = |line: &str| line.contains("starting service");
        let hello = lines.find(|line| line.contains(": profile fapi2") || is_last(line));
        (hello.unwrap(), lines.next())
    });
    let (hello, warning) = reading.await.unwrap();
    assert!(
        hello.contains("INFO") && hello.contains("profile fapi2"),
        "{hello}"
    );
    let warning = warning.unwrap();
    assert!(
        warning.contains("WARN") && warning.contains("clients=1"),
        "{warning}"
    );
}
