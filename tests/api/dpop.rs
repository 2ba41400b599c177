//! Proofs (RFC 9449 §4.3): each is the one that is good with one change, at both endpoints that take them; and a good one again.

use countersign::app::new_secret;
use reqwest::header::HeaderValue;
use serde_json::json;

use crate::support::keys::encode;
use crate::support::proof::{Prover, good, headers, keys, posts, proof};
use crate::support::shop::{basic, refresh_form};
use crate::support::tokens::unpack;
use crate::support::{Fields, Key, World};

#[tokio::test]
async fn a_token_is_bound_to_the_key_of_the_proof_whatever_its_algorithm() {
    let world = World::new().await;
    for key in keys() {
        let callback = world.approved().await;
        let tokens = world
            .shop
            .proving(Some(&key))
            .exchanges(&callback)
            .await
            .tokens();
        assert_eq!(tokens.response["token_type"], "DPoP");
        let cnf = json!({ "jkt": key.thumbprint() });
        assert_eq!(unpack(&tokens.access).1["cnf"], cnf);
        let described = world.wallet.introspects(&tokens.access).await;
        assert_eq!(described["cnf"], cnf);
        assert_eq!(described["token_type"], "DPoP");
    }
}

#[tokio::test]
async fn a_token_without_a_proof_is_a_bearers() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    assert_eq!(tokens.response["token_type"], "Bearer");
    assert_eq!(unpack(&tokens.access).1.get("cnf"), None);
    let described = world.wallet.introspects(&tokens.access).await;
    assert_eq!(described.get("cnf"), None);
    assert_eq!(described["token_type"], "Bearer");
}

#[tokio::test]
async fn one_uri_can_be_written_in_many_ways_and_clocks_may_differ() {
    let world = World::new().await;
    for prover in Prover::everywhere(&world).await {
        let (now, path) = (prover.now(), prover.path);
        let base = world.server.issuer.clone();
        let letter = &path[1..2];
        let escaped = format!("{base}/%{:x}{}", letter.as_bytes()[0], &path[2..]);
        for (what, claims) in [
            ("a query", json!({ "htu": format!("{base}{path}?a=b") })),
            ("a fragment", json!({ "htu": format!("{base}{path}#a") })),
            (
                "another case",
                json!({ "htu": format!("HTTP{}{path}", &base[4..]) }),
            ),
            (
                "dot segments",
                json!({ "htu": format!("{base}/x/../.{path}") }),
            ),
            ("an escape", json!({ "htu": escaped })),
            ("60 s old", json!({ "iat": now - 60 })),
            ("10 s ahead", json!({ "iat": now + 10 })),
            (
                "a long jti",
                json!({ "jti": format!("{}{}", new_secret().expose(), "x".repeat(213)) }),
            ),
            ("a claim more", json!({ "x": [1] })),
            ("a nonce that nobody asked for", json!({ "nonce": "x" })),
        ] {
            let reply = prover.sends(&[&prover.proof(&json!({}), &claims)]).await;
            prover.is_let_in(what, &reply);
        }
        for (what, header) in [
            ("a kid", json!({ "kid": "x" })),
            ("its media type", json!({ "typ": "application/DPoP+JWT" })),
        ] {
            let reply = prover.sends(&[&prover.proof(&header, &json!({}))]).await;
            prover.is_let_in(what, &reply);
        }
    }
}

#[tokio::test]
async fn the_default_port_is_no_other_port() {
    let world = World::with(&[("server.issuer", "\"https://auth.example\"")]).await;
    let key = Key::es256();
    for (htu, good) in [
        ("https://auth.example/token", true),
        ("https://auth.example:443/token", true),
        ("HTTPS://AUTH.Example:443/./token?x#y", true),
        ("https://auth.example:8443/token", false),
        ("http://auth.example/token", false),
        ("http://auth.example:443/token", false),
        ("https://auth.example./token", false),
    ] {
        let proof = proof(
            &world.shop,
            &key,
            "/token",
            (&json!({}), &json!({ "htu": htu })),
        );
        let reply = posts(&world.shop, "/token", &refresh_form("x"), &[&proof]).await;
        let error = if good {
            "invalid_grant"
        } else {
            "invalid_dpop_proof"
        };
        reply.is_refused(400, error);
    }
}

#[tokio::test]
async fn a_proof_for_something_else_is_refused() {
    let world = World::new().await;
    for prover in Prover::everywhere(&world).await {
        let (now, path, base) = (prover.now(), prover.path, &world.server.issuer);
        let other = if path == "/token" { "/par" } else { "/token" };
        let authority = base.strip_prefix("http://").unwrap();
        let claims = [
            ("GET", json!({ "htm": "GET" })),
            ("another case", json!({ "htm": "post" })),
            ("no htm", json!({ "htm": null })),
            ("a number as htm", json!({ "htm": 1 })),
            (
                "another host",
                json!({ "htu": format!("https://b.example{path}") }),
            ),
            (
                "another port",
                json!({ "htu": format!("http://127.0.0.1:1{path}") }),
            ),
            (
                "another scheme",
                json!({ "htu": format!("https://{authority}{path}") }),
            ),
            (
                "another endpoint",
                json!({ "htu": format!("{base}{other}") }),
            ),
            ("a slash more", json!({ "htu": format!("{base}{path}/") })),
            (
                "another case of the path",
                json!({ "htu": format!("{base}{}", path.to_uppercase()) }),
            ),
            (
                "a name",
                json!({ "htu": format!("http://a@{authority}{path}") }),
            ),
            ("the path", json!({ "htu": path })),
            ("the issuer", json!({ "htu": base })),
            ("no htu", json!({ "htu": null })),
            ("61 s old", json!({ "iat": now - 61 })),
            ("11 s ahead", json!({ "iat": now + 11 })),
            ("iat in milliseconds", json!({ "iat": now * 1000 })),
            ("iat as text", json!({ "iat": now.to_string() })),
            ("no iat", json!({ "iat": null })),
            ("no jti", json!({ "jti": null })),
            ("an empty jti", json!({ "jti": "" })),
            ("a jti of 257 bytes", json!({ "jti": "x".repeat(257) })),
            ("a number as jti", json!({ "jti": 1 })),
            ("a number as nonce", json!({ "nonce": 1 })),
            ("a number as ath", json!({ "ath": 1 })),
        ];
        let all = claims.map(|(what, claims)| (what, json!({}), claims));
        prover.is_refused_all(all.to_vec()).await;
    }
}

#[tokio::test]
async fn a_proof_has_7_kib_at_most() {
    let world = World::new().await;
    let key = Key::es256();
    for (length, error) in [(7000, "invalid_grant"), (7200, "invalid_dpop_proof")] {
        let bare = good(&world.shop, &key, "/token").len();
        // Three bytes become four.
        let more = json!({ "more": "x".repeat((length - bare) / 4 * 3 - 12) });
        let long = proof(&world.shop, &key, "/token", (&json!({}), &more));
        assert!(long.len().abs_diff(length) < 8, "{}", long.len());
        let reply = posts(&world.shop, "/token", &refresh_form("x"), &[&long]).await;
        reply.is_refused(400, error);
        assert_eq!(reply.body.contains("at most 7 KiB"), length > 7168);
    }
}

#[tokio::test]
async fn a_proof_with_another_header_is_refused() {
    let world = World::new().await;
    for prover in Prover::everywhere(&world).await {
        let with = |name: &str, value: &str| {
            let mut jwk = prover.key.bare_jwk();
            jwk[name] = json!(value);
            json!({ "jwk": jwk })
        };
        let short = json!({ "kty": "RSA", "e": "AQAB", "n": encode(&[0xff; 128]) });
        let headers = [
            ("no typ", json!({ "typ": null })),
            ("the typ of an assertion", json!({ "typ": "JWT" })),
            ("another type", json!({ "typ": "text/dpop+jwt" })),
            ("none", json!({ "alg": "none" })),
            ("a symmetric alg", json!({ "alg": "HS256" })),
            ("an alg that nobody uses", json!({ "alg": "RS256" })),
            ("an alg of another family", json!({ "alg": "EdDSA" })),
            ("no key", json!({ "jwk": null })),
            ("text as a key", json!({ "jwk": "x" })),
            ("a key that is none", json!({ "jwk": {} })),
            ("another key", json!({ "jwk": Key::es256().bare_jwk() })),
            (
                "a key of another type",
                json!({ "jwk": Key::new(countersign::model::SignatureAlgorithm::EdDsa).bare_jwk() }),
            ),
            ("a short RSA key", json!({ "alg": "PS256", "jwk": short })),
            ("a private key", with("d", "AAAA")),
            ("a secret key", with("k", "AAAA")),
            ("a key for something else", with("use", "enc")),
            ("crit", json!({ "crit": ["iat"] })),
        ];
        let all = headers.map(|(what, header)| (what, header, json!({})));
        prover.is_refused_all(all.to_vec()).await;
    }
}

#[tokio::test]
async fn there_is_one_proof_or_none() {
    let world = World::new().await;
    for prover in Prover::everywhere(&world).await {
        let fresh = || good(&prover.shop, &prover.key, prover.path);
        let (first, second) = (fresh(), fresh());
        for (what, proofs) in [
            ("two", vec![first.clone(), second.clone()]),
            ("the same twice", vec![first.clone(), first.clone()]),
            ("two in one header", vec![format!("{first}, {second}")]),
            ("nothing", vec![String::new()]),
            ("nothing more", vec![first.clone(), String::new()]),
            ("a word", vec!["x".to_owned()]),
            (
                "no signature",
                vec![first.rsplit_once('.').unwrap().0.to_owned()],
            ),
            (
                "an empty signature",
                vec![format!("{}.", first.rsplit_once('.').unwrap().0)],
            ),
            ("another's signature", vec![swapped(&first, &second)]),
            ("a scheme", vec![format!("DPoP {first}")]),
        ] {
            let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
            prover.is_refused(what, &prover.sends(&proofs).await);
            prover.gets_in(what).await;
        }
        let mut bytes = headers(&[]);
        bytes.insert("dpop", HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        bytes.extend(basic(
            &prover.shop.id,
            prover.shop.secret.as_deref().unwrap(),
        ));
        let reply = world.server.post(prover.path, bytes, &prover.form).await;
        prover.is_refused("no text", &reply);
        // None of them has used up what was in it.
        prover.is_let_in("the first", &prover.sends(&[&first]).await);
    }
}

/// The first proof with the signature of the second.
fn swapped(first: &str, second: &str) -> String {
    let signed = first.rsplit_once('.').unwrap().0;
    format!("{signed}.{}", second.rsplit_once('.').unwrap().1)
}

#[tokio::test]
async fn where_no_proof_counts_none_is_looked_at() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let shop = &world.shop;
    let form = Fields::of(&[("token", tokens.refresh())]);
    assert_eq!(posts(shop, "/revoke", &form, &["x", "y"]).await.status, 200);
    let mut all = headers(&["x"]);
    all.extend(basic(&world.wallet.id, &world.wallet.secret));
    let form = Fields::of(&[("token", &tokens.access)]);
    let reply = world.server.post("/introspect", all, &form).await;
    assert_eq!(reply.json(), json!({ "active": false }));
}
