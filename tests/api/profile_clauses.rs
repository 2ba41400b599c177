//! What `settings check --profile fapi2` says of each clause of FAPI 2.0 Security Profile, Final of 22 February 2025.

use crate::profile_report::{clause, judged, with};
use crate::support::operator::Said;
use crate::support::{KeyHost, Operator, World};

const STRICT: &str = "profile = \"fapi2\"";
const CERTIFICATES: &str = "profile = \"fapi2\"\ncertificates.proxies = [\"10.0.0.1\"]";

/// The sections in their order, and how many clauses each has.
const SECTIONS: [(&str, usize); 11] = [
    ("5.2.1", 5),
    ("5.2.2", 2),
    ("5.2.3", 3),
    ("5.3.2.1", 14),
    ("5.3.2.2", 14),
    ("5.3.2.3", 0),
    ("5.3.3", 0),
    ("5.3.4", 5),
    ("5.4.1", 4),
    ("5.4.2", 3),
    ("5.4.3", 0),
];

/// What this server cannot see to, and who has to.
const ELSEWHERE: [(&str, &[&str]); 4] = [
    (
        "proxy's part",
        &[
            "5.2.1-1", "5.2.1-2", "5.2.1-3", "5.2.2-1", "5.2.3-1", "5.2.3-2",
        ],
    ),
    ("your part", &["5.2.1-4"]),
    ("client's part", &["5.3.3"]),
    (
        "wallet's part",
        &["5.3.4-1", "5.3.4-2", "5.3.4-3", "5.3.4-4", "5.3.4-5"],
    ),
];

/// What holds because of what is set, or who is registered; of the rest it is said that it always does.
const SET: [&str; 12] = [
    "5.3.2.1-3",
    "5.3.2.1-4",
    "5.3.2.1-5",
    "5.3.2.1-6",
    "5.3.2.1-9",
    "5.3.2.1-10",
    "5.3.2.1-11",
    "5.3.2.2-3",
    "5.3.2.2-4",
    "5.3.2.2-8",
    "5.3.2.2-12",
    "5.4.2-1",
];

fn every_clause() -> Vec<String> {
    let of = |(section, count): (&str, usize)| -> Vec<String> {
        let numbers = (1..=count).map(|number| format!("{section}-{number}"));
        match count {
            0 => vec![section.to_owned()],
            _ => numbers.collect(),
        }
    };
    let mut all: Vec<String> = SECTIONS.into_iter().flat_map(of).collect();
    // Its first clause has three parts.
    let first = all.iter().position(|it| it == "5.4.1-1").unwrap();
    let parts = ["a", "b", "c"].map(|part| format!("5.4.1-1{part}"));
    all.splice(first..=first, parts);
    all
}

fn numbers(said: &Said) -> Vec<String> {
    let report = said.json();
    let clauses = report["clauses"].as_array().unwrap().iter();
    clauses
        .map(|it| it["clause"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_clause_is_judged_once_and_in_order() {
    for settings in ["", STRICT, CERTIFICATES] {
        assert_eq!(numbers(&judged(&with(settings))), every_clause());
    }
}

#[test]
fn what_others_have_to_see_to_is_not_said_to_hold() {
    let said = judged(&with(STRICT));
    for number in every_clause() {
        let (verdict, why) = clause(&said, &number);
        let whose = ELSEWHERE
            .iter()
            .find(|(_, numbers)| numbers.contains(&number.as_str()));
        let whose = whose.map_or("holds", |(whose, _)| *whose);
        assert_eq!(verdict, whose, "{number}");
        let always = whose == "holds" && !SET.contains(&number.as_str());
        assert_eq!(why.starts_with("always, "), always, "{number}: {why}");
    }
}

#[test]
fn what_always_holds_is_said_alike_whatever_is_set() {
    let lax = "authorization.code_lifetime = 600\nauthorization.pushed_lifetime = 600\ndpop.require_nonce = true";
    let (strict, lax) = (judged(&with(STRICT)), judged(&with(lax)));
    for number in every_clause() {
        let (there, here) = (clause(&strict, &number), clause(&lax, &number));
        let always = there.1.starts_with("always, ");
        assert_eq!(here.1.starts_with("always, "), always, "{number}");
        assert!(!always || there == here, "{number}: {there:?} {here:?}");
    }
}

#[test]
fn keys_of_certificates_are_for_the_proxy() {
    for number in ["5.4.1-2", "5.4.1-3"] {
        let (verdict, _) = clause(&judged(&with(STRICT)), number);
        assert_eq!(verdict, "holds");
        let (verdict, why) = clause(&judged(&with(CERTIFICATES)), number);
        assert_eq!(verdict, "proxy's part");
        assert!(why.contains("in certificates"), "{why}");
    }
}

#[test]
fn it_is_said_where_nobody_else_may_come() {
    let open = format!(
        "{STRICT}\nserver.bind = \"0.0.0.0:8443\"\nserver.issuer = \"https://pay.example\"\n"
    );
    let (_, why) = clause(&judged(&open), "5.2.1-1");
    assert!(why.ends_with("the only one to reach 0.0.0.0:8443"), "{why}");
}

#[test]
fn one_token_is_not_bound_and_that_is_said() {
    for settings in [STRICT, ""] {
        let (_, why) = clause(&judged(&with(settings)), "5.3.2.1-4");
        assert!(
            why.contains("this server itself reads an agreement"),
            "{why}"
        );
    }
}

#[tokio::test]
async fn the_key_set_of_a_wallet_is_looked_at_too() {
    let world = World::new().await;
    let host = KeyHost::open(&world.server, &crate::support::Key::es256());
    let operator = Operator::of(&world.server);
    let settings = Operator::settings(&world.server);
    let issuer = format!("issuer = \"{}\"", world.server.origin());
    let https = settings.replace(&issuer, "issuer = \"https://pay.example\"");
    assert_ne!(https, settings);
    operator.sets(&https);
    let check = ["settings", "check", "--profile", "fapi2", "-o", "json"];
    let (verdict, _) = clause(&operator.does(&check).await, "5.4.2-1");
    assert_eq!(verdict, "holds");
    let id = &world.wallet.id;
    let update = [
        "resource-server",
        "update",
        id,
        "--auth-method",
        "private_key_jwt",
        "--jwks-uri",
        &host.uri,
    ];
    let said = operator.does(&update).await;
    assert_eq!(said.code, 0, "{said:?}");
    let (verdict, why) = clause(&operator.does(&check).await, "5.4.2-1");
    assert_eq!(verdict, "does not hold");
    assert_eq!(why, format!("that of wallet {id} is not"));
    let disable = ["resource-server", "disable", id];
    assert_eq!(operator.does(&disable).await.code, 0);
    let (verdict, _) = clause(&operator.does(&check).await, "5.4.2-1");
    assert_eq!(verdict, "holds");
}
