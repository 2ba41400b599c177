//! `countersign settings check --profile fapi2`: what it says of settings, and of the clients that are registered.

use countersign::model::{AuthMethod, Duties, PartyState, SignatureAlgorithm};
use countersign::oauth::registration;
use serde_json::Value;

use crate::support::operator::Said;
use crate::support::{Certificate, KeyHost, NewShop, Operator, Shop, World};

const CHECK: [&str; 6] = ["settings", "check", "--profile", "fapi2", "-o", "json"];

/// What the profile sees to where it is set, and registrations otherwise.
const SEEN_TO: [&str; 6] = [
    "5.3.2.1-3",
    "5.3.2.1-4",
    "5.3.2.1-6",
    "5.3.2.1-9",
    "5.3.2.2-3",
    "5.3.2.2-4",
];

/// What an issuer on this machine cannot have, and what is for development.
const LOCAL: [&str; 3] = ["5.2.1-1", "5.2.3-1", "5.4.2-1"];

const SIGNING: NewShop<'static> = NewShop {
    method: AuthMethod::PrivateKeyJwt,
    algorithm: Some(SignatureAlgorithm::Es256),
    ..NewShop::CONFIDENTIAL
};

const STRICT: Duties = Duties {
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
    ..NewShop::CONFIDENTIAL.duties
};

/// The clauses that do not hold.
fn failed(said: &Said) -> Vec<String> {
    let report = said.json();
    let clauses = report["clauses"].as_array().unwrap().iter();
    let failed: Vec<String> = clauses
        .filter(|clause| clause["verdict"] == "does not hold")
        .map(|clause| clause["clause"].as_str().unwrap().to_owned())
        .collect();
    let barred = report["clients"]
        .as_array()
        .is_some_and(|it| !it.is_empty());
    let is_bad = barred || !failed.is_empty();
    assert_eq!(said.code, i32::from(is_bad), "{said:?}");
    failed
}

/// What is said of a clause: verdict and reason.
pub fn clause(said: &Said, number: &str) -> (String, String) {
    let report = said.json();
    let clauses = report["clauses"].as_array().unwrap().iter();
    let found = clauses
        .into_iter()
        .find(|it| it["clause"] == number)
        .unwrap();
    let text = |name: &str| found[name].as_str().unwrap().to_owned();
    (text("verdict"), text("why"))
}

pub fn judged(settings: &str) -> Said {
    let database = "[database]\nurl = \"sqlite://none.db\"\n";
    let operator = Operator::with(&format!("{settings}{database}"));
    let said = operator.runs(&CHECK);
    let left = std::fs::read_dir(operator.home()).unwrap().count();
    assert_eq!(left, 1, "nothing is made");
    said
}

async fn asks(world: &World, profile: &str) -> Said {
    let operator = Operator::of(&world.server);
    operator.sets(&format!("{profile}{}", Operator::settings(&world.server)));
    operator.does(&CHECK).await
}

/// The clients in the way, with what is said of each.
fn in_the_way(said: &Said) -> Vec<Value> {
    said.json()["clients"].as_array().unwrap().clone()
}

pub fn with(more: &str) -> String {
    format!("{more}\n[server]\nissuer = \"https://pay.example\"\n")
}

#[test]
fn settings_alone_are_judged_where_there_is_no_database() {
    let said = judged(&with(""));
    assert_eq!(failed(&said), SEEN_TO);
    let report = said.json();
    assert_eq!(report["clients"], Value::Null);
    let note = report["notes"][0].as_str().unwrap();
    assert!(
        note.starts_with("clients were not looked at: there is no database"),
        "{note}"
    );
    let said = judged(&with("profile = \"fapi2\""));
    assert!(failed(&said).is_empty(), "{said:?}");
    let (verdict, why) = clause(&said, "5.3.2.1-6");
    assert_eq!(
        (verdict.as_str(), why.as_str()),
        ("holds", "they can by private_key_jwt")
    );
}

#[test]
fn each_setting_that_a_clause_is_about_is_looked_at() {
    for (line, number) in [
        ("authorization.code_lifetime = 61", "5.3.2.1-11"),
        ("authorization.pushed_lifetime = 600", "5.3.2.2-12"),
        ("authorization.allow_loopback_http = true", "5.2.1-1"),
        (
            "certificates = { proxies = [\"10.0.0.1\"], url = \"http://localhost\" }",
            "5.2.1-1",
        ),
    ] {
        let found = failed(&judged(&with(line)));
        let more: Vec<&String> = found
            .iter()
            .filter(|it| !SEEN_TO.contains(&it.as_str()))
            .collect();
        assert_eq!(more, [number], "{line}");
    }
    let local = judged("profile = \"fapi2\"\nauthorization.allow_loopback_http = true\n");
    assert_eq!(failed(&local), LOCAL);
    let pushing = judged(&with("authorization.require_pushed_requests = true"));
    assert_eq!(clause(&pushing, "5.3.2.2-3").0, "holds");
    let on = judged(&with(
        "dpop.require_nonce = true\ncertificates.proxies = [\"10.0.0.1\"]",
    ));
    for (number, words) in [
        ("5.3.2.1-10", "it does"),
        ("5.3.2.1-5", "DPoP and certificates"),
    ] {
        let (off, on) = (clause(&pushing, number), clause(&on, number));
        assert!(on.1 == words && off.1 != words, "{on:?} {off:?}");
    }
    let strict = judged(&with(
        "profile = \"fapi2\"\ncertificates.proxies = [\"10.0.0.1\"]",
    ));
    assert!(
        clause(&strict, "5.3.2.1-6")
            .1
            .ends_with("private_key_jwt, tls_client_auth")
    );
}

#[test]
fn settings_that_the_profile_does_not_allow_are_faults() {
    let said = judged(&with(
        "profile = \"fapi2\"\nauthorization.code_lifetime = 61",
    ));
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .contains("authorization.code_lifetime is 61: with profile fapi2"),
        "{said:?}"
    );
    let unknown = Operator::with("").runs(&["settings", "check", "--profile", "fapi1"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
}

#[test]
fn the_profile_is_a_setting_like_others() {
    let operator = Operator::with(&with("profile = \"fapi2\""));
    let shown = |value: &str, source: &str, said: &Said| {
        let all = said.json();
        let all = all.as_array().unwrap().iter();
        let found = all.into_iter().find(|it| it["key"] == "profile").unwrap();
        assert_eq!(
            (&found["value"], &found["source"]),
            (&value.into(), &source.into())
        );
    };
    let show = ["settings", "show", "-o", "json"];
    shown("fapi2", "file", &operator.runs(&show));
    let output = operator
        .command(&show)
        .env("COUNTERSIGN__PROFILE", "default")
        .output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    let said = Said {
        code: 0,
        out: text,
        err: String::new(),
    };
    shown("default", "environment", &said);
    shown("default", "default", &Operator::with("").runs(&show));
}

#[tokio::test]
async fn every_client_that_stands_in_the_way_is_named_with_what_to_change() {
    let world = World::new().await;
    let (server, certificate) = (&world.server, Certificate::of("rsa"));
    let subject = certificate.subject();
    let app = world.app().await;
    let by_certificate = NewShop {
        method: AuthMethod::TlsClientAuth,
        certificate: Some(&subject),
        duties: STRICT,
        ..NewShop::CONFIDENTIAL
    };
    let by_certificate = Shop::register(server, by_certificate).await;
    let lax = Shop::register(server, SIGNING).await;
    let strict = NewShop {
        duties: STRICT,
        ..SIGNING
    };
    let good = Shop::register(server, strict).await;
    let rival = world.rival().await;
    registration::set_client_state(server.app(), &rival.id, PartyState::Disabled)
        .await
        .unwrap();
    let said = asks(&world, "").await;
    let found = in_the_way(&said);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(!said.out.contains(&good.id) && !said.out.contains(&rival.id));
    for (shop, reason, change) in [
        (
            &world.shop,
            "it authenticates by a secret",
            "--auth-method private_key_jwt --jwks-uri URL --dpop-bound",
        ),
        (&app, "it is public", "client disable"),
        (
            &by_certificate,
            "certificates are off",
            "or set certificates.proxies",
        ),
        (
            &lax,
            "its tokens need not be bound",
            "--dpop-bound-access-tokens --require-pushed-authorization-requests`",
        ),
    ] {
        let found = found
            .iter()
            .find(|it| it["client_id"] == shop.id.as_str())
            .unwrap();
        assert!(found["reasons"].to_string().contains(reason), "{found}");
        assert!(
            found["change"].as_str().unwrap().contains(change),
            "{found}"
        );
    }
    let note = said.json()["notes"][0].as_str().unwrap().to_owned();
    assert!(note.contains(&world.wallet.id), "{note}");
    // With the profile, what it enforces is in nobody's way.
    let said = asks(&world, "profile = \"fapi2\"\n").await;
    assert_eq!(failed(&said), LOCAL);
    let found = in_the_way(&said);
    let ids: Vec<&Value> = found.iter().map(|it| &it["client_id"]).collect();
    assert!(ids.len() == 3 && !said.out.contains(&lax.id), "{ids:?}");
}

#[tokio::test]
async fn who_follows_what_it_says_has_nobody_in_the_way() {
    let world = World::new().await;
    let key = crate::support::Key::es256();
    let host = KeyHost::open(&world.server, &key);
    let operator = Operator::of(&world.server);
    let said = operator.does(&CHECK).await;
    let change = in_the_way(&said)[0]["change"].as_str().unwrap().to_owned();
    // The shop's keys would be on the public Internet.
    let change = change.replace("URL", "https://acme.example/keys");
    let (command, more) = change.trim_start_matches('`').split_once('`').unwrap();
    assert!(more.contains("--signing-alg"), "{more}");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let changed = operator.does(&words).await;
    assert_eq!(changed.code, 0, "{changed:?}");
    let said = operator.does(&CHECK).await;
    assert!(in_the_way(&said).is_empty(), "{said:?}");
    assert_eq!(failed(&said), LOCAL, "registrations alone see to it");
    // At http it would be in the way again.
    let update = ["client", "update", &world.shop.id, "--jwks-uri", &host.uri];
    assert_eq!(operator.does(&update).await.code, 0);
    let said = operator.does(&CHECK).await;
    let reasons = in_the_way(&said)[0]["reasons"].to_string();
    assert_eq!(reasons, "[\"its jwks_uri is not https\"]");
}

#[tokio::test]
async fn a_client_that_is_kept_out_is_a_failure_until_somebody_decides() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let settings = Operator::settings(&world.server);
    let issuer = format!("issuer = \"{}\"", world.server.origin());
    assert!(settings.contains(&issuer), "{settings}");
    let settings = settings.replace(&issuer, "issuer = \"https://pay.example\"");
    let settings = settings.replace("allow_loopback_http = true", "");
    operator.sets(&format!("profile = \"fapi2\"\n{settings}"));
    let said = operator.does(&CHECK).await;
    assert!(failed(&said).is_empty() && said.code == 1, "{said:?}");
    assert!(
        said.err.contains("error: 1 client is in the way"),
        "{said:?}"
    );
    let plain = operator.does(&["settings", "check"]).await;
    assert_eq!(plain.code, 0, "{plain:?}");
    let disable = ["client", "disable", &world.shop.id];
    assert_eq!(operator.does(&disable).await.code, 0);
    let said = operator.does(&CHECK).await;
    assert!(failed(&said).is_empty() && said.code == 0, "{said:?}");
}

#[tokio::test]
async fn people_read_a_line_for_each_clause_client_and_note() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let said = operator
        .does(&["settings", "check", "--profile", "fapi2"])
        .await;
    assert_eq!(said.code, 1);
    for line in [
        "does not hold  5.3.2.1-6   clients authenticate by private_key_jwt or a certificate: of 1 clients 1 are registered",
        "holds          5.3.2.2-5   PKCE with S256: always",
        "proxy's part   5.2.1-2 ",
        &format!(
            "in the way     client      {} (Acme Streaming): it authenticates by a secret",
            world.shop.id
        ),
        &format!(
            "note                       wallet {} (First Wallet)",
            world.wallet.id
        ),
    ] {
        assert!(said.out.contains(line), "{line}\n{}", said.out);
    }
    assert!(said.err.contains("clauses do not hold"), "{}", said.err);
}

/// What doctor finds of something: the verdict, and all of it.
async fn finding(operator: &Operator, check: &str) -> Option<(String, String)> {
    let said = operator.does(&["doctor", "-o", "json"]).await;
    let all = said.json();
    let mut all = all.as_array().unwrap().iter();
    let found = all.find(|it| it["check"] == check);
    found.map(|it| (it["verdict"].as_str().unwrap().to_owned(), it.to_string()))
}

#[tokio::test]
async fn doctor_says_whom_the_profile_keeps_out_and_whose_keys_are_of_no_use() {
    let world = World::new().await;
    let key = crate::support::Key::es256();
    let host = KeyHost::open(&world.server, &key);
    let subject = Certificate::of("rsa").subject();
    let publishing = NewShop {
        name: "Publisher",
        jwks_uri: Some(&host.uri),
        ..SIGNING
    };
    let publishing = Shop::register_with(&world.server, publishing, Some(key.clone())).await;
    let showing = NewShop {
        name: "Shower",
        method: AuthMethod::TlsClientAuth,
        certificate: Some(&subject),
        ..NewShop::CONFIDENTIAL
    };
    let showing = Shop::register(&world.server, showing).await;
    let operator = Operator::of(&world.server);
    let settings = Operator::settings(&world.server);
    let finding = async |check: &str| finding(&operator, check).await;
    assert!(finding("profile").await.is_none());
    let (verdict, said) = finding("client Publisher").await.unwrap();
    assert!(
        verdict == "ok" && said.contains("1 keys for ES256"),
        "{said}"
    );
    let (verdict, said) = finding("client Shower").await.unwrap();
    assert!(verdict == "failed" && said.contains(&showing.id), "{said}");
    for answer in ["{\"keys\":[]}", "no set at all"] {
        host.says(answer);
        assert_eq!(finding("client Publisher").await.unwrap().0, "failed");
    }
    host.says(&crate::support::Key::new(SignatureAlgorithm::EdDsa).jwks());
    let said = finding("client Publisher").await.unwrap().1;
    assert!(said.contains("--signing-alg EdDSA`"), "{said}");
    host.answers(crate::support::Answer::Status(500));
    assert_eq!(finding("client Publisher").await.unwrap().0, "failed");
    operator.sets(&format!(
        "profile = \"fapi2\"\n{settings}[certificates]\nproxies = [\"127.0.0.1\"]\n"
    ));
    assert!(finding("client Shower").await.is_none());
    let (verdict, said) = finding("profile").await.unwrap();
    assert!(
        verdict == "warning" && said.contains(&world.shop.id),
        "{said}"
    );
    assert!(
        !said.contains(&showing.id) && said.contains(&publishing.id),
        "{said}"
    );
}
