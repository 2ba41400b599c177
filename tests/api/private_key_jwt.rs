//! Assertions (RFC 7523 §3): each is the one that is good with one change, at every endpoint; and the good one again.

mod wrong;

use countersign::model::{PartyState, SignatureAlgorithm};
use countersign::oauth::registration;
use reqwest::header::HeaderMap;
use serde_json::json;

use crate::support::shop::{JWT_BEARER, basic};
use crate::support::{Fields, Key, Reply, Shop, Signer, Signers};

use wrong::{jti, wrong_claims, wrong_headers, wrong_texts};

use SignatureAlgorithm::{EdDsa, Es256, Ps256};

#[tokio::test]
async fn each_algorithm_is_good_at_each_endpoint() {
    for algorithm in SignatureAlgorithm::ALL {
        let signers = Signers::new(*algorithm).await;
        for signer in signers.everywhere() {
            signer.gets_in(algorithm.as_str()).await;
        }
    }
}

#[tokio::test]
async fn clocks_may_differ_a_little_and_what_may_be_left_out_may() {
    let signers = Signers::new(Es256).await;
    let now = signers.world.server.clock.now().as_second();
    for signer in signers.everywhere() {
        for (what, header, claims) in [
            ("300 s", json!({}), json!({ "exp": now + 300 })),
            ("1 s", json!({}), json!({ "exp": now + 1 })),
            (
                "a fraction",
                json!({}),
                json!({ "exp": 60.5 + seconds(now) }),
            ),
            ("iat 10 s ahead", json!({}), json!({ "iat": now + 10 })),
            ("nbf 10 s ahead", json!({}), json!({ "nbf": now + 10 })),
            ("an old iat", json!({}), json!({ "iat": now - 86_400 })),
            ("no iat", json!({}), json!({ "iat": null })),
            ("a long jti", json!({}), json!({ "jti": jti(256) })),
            ("no kid", json!({ "kid": null }), json!({})),
            ("JWT", json!({ "typ": "JWT" }), json!({})),
            ("another case", json!({ "typ": "jwt" }), json!({})),
            (
                "a typ of its own",
                json!({ "typ": "client-authentication+jwt" }),
                json!({}),
            ),
            (
                "the whole media type",
                json!({ "typ": "application/client-authentication+jwt" }),
                json!({}),
            ),
            ("a claim more", json!({}), json!({ "name": "x" })),
        ] {
            let reply = signer.sends(&signer.signs(&header, &claims)).await;
            signer.is_let_in(what, &reply);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "the present is far below 2^53")]
fn seconds(now: i64) -> f64 {
    now as f64
}

#[track_caller]
fn is_refused(what: &str, signer: &Signer, reply: &Reply) {
    let (status, error) = reply.refusal();
    let answer = (status, error.as_str());
    assert_eq!(answer, (400, "invalid_client"), "{what} at {}", signer.path);
    assert!(reply.header("www-authenticate").is_none(), "{what}");
}

#[tokio::test]
async fn an_assertion_that_says_something_else_is_refused() {
    let signers = Signers::new(Es256).await;
    for signer in signers.everywhere() {
        for (what, header, claims) in wrong_claims(&signer) {
            let reply = signer.sends(&signer.signs(&header, &claims)).await;
            is_refused(what, &signer, &reply);
            signer.gets_in(what).await;
        }
    }
}

#[tokio::test]
async fn an_assertion_with_another_header_or_signature_is_refused() {
    let signers = Signers::new(Es256).await;
    let rival = Shop::register(
        &signers.world.server,
        crate::support::signer::signing(Es256),
    )
    .await;
    let other = rival.key.unwrap();
    for signer in signers.everywhere() {
        for (what, header, claims) in wrong_headers(&signer, &other) {
            let reply = signer.sends(&signer.signs(&header, &claims)).await;
            is_refused(what, &signer, &reply);
            signer.gets_in(what).await;
        }
        for (what, text) in wrong_texts(&signer, &other) {
            is_refused(what, &signer, &signer.sends(&text).await);
            signer.gets_in(what).await;
        }
    }
}

#[tokio::test]
async fn the_algorithm_is_the_one_that_is_registered() {
    for (registered, others) in [
        (Es256, [Ps256, EdDsa]),
        (Ps256, [Es256, EdDsa]),
        (EdDsa, [Es256, Ps256]),
    ] {
        let signers = Signers::new(registered).await;
        for other in others {
            let key = Key::new(other);
            let signer = signers.at_the_token_endpoint();
            let disguised = Signer {
                key: key.clone(),
                ..signer.clone()
            };
            is_refused(
                other.as_str(),
                &signer,
                &disguised.sends(&disguised.assertion()).await,
            );
            let named = disguised.signs(&json!({ "kid": signer.key.kid() }), &json!({}));
            is_refused(other.as_str(), &signer, &disguised.sends(&named).await);
            signer.gets_in(other.as_str()).await;
        }
    }
}

#[tokio::test]
async fn of_two_registered_keys_the_named_one_must_have_signed() {
    let mut signers = Signers::new(Es256).await;
    let (first, second) = (Key::es256(), Key::es256());
    let both = json!({ "keys": [first.jwk(), second.jwk()] }).to_string();
    let new = crate::support::NewShop {
        jwks: Some(&both),
        ..crate::support::signer::signing(Es256)
    };
    let shop = Shop::register_with(&signers.world.server, new, Some(first.clone())).await;
    let request = shop.asks_for(signers.world.wallet.mandate());
    let callback = signers.world.alice.approves(&request).await;
    signers.tokens = shop.exchanges(&callback).await.tokens();
    signers.shop = shop;
    let signer = signers.at_the_token_endpoint();
    for key in [&first, &second] {
        let by = Signer {
            key: key.clone(),
            ..signer.clone()
        };
        by.gets_in("its own name").await;
        let nameless = by.signs(&json!({ "kid": null }), &json!({}));
        by.is_let_in("no name", &by.sends(&nameless).await);
        let other = if key.kid() == first.kid() {
            &second
        } else {
            &first
        };
        let wrong = by.signs(&json!({ "kid": other.kid() }), &json!({}));
        is_refused("the other's name", &by, &by.sends(&wrong).await);
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_who_signs_is_answered_in_the_same_way() {
    let signers = Signers::new(Es256).await;
    let server = &signers.world.server;
    for signer in signers.everywhere() {
        let secretive = signers.world.rival().await;
        let disabled = Shop::register(server, crate::support::signer::signing(Es256)).await;
        registration::set_client_state(server.app(), &disabled.id, PartyState::Disabled)
            .await
            .unwrap();
        let of = |id: &str, key: &Key| Signer {
            id: id.to_owned(),
            key: key.clone(),
            ..signer.clone()
        };
        let used = signer.assertion();
        signer.is_let_in("the first time", &signer.sends(&used).await);
        let form = |id: &str| id.split('_').next().unwrap().to_owned();
        let stranger = of(&format!("{}_unknown", form(&signer.id)), &signer.key);
        let mute = of(&secretive.id, &signer.key);
        let asleep = of(&disabled.id, disabled.key.as_ref().unwrap());
        let thief = of(&signer.id, disabled.key.as_ref().unwrap());
        let unnamed = thief.signs(&json!({ "kid": signer.key.kid() }), &json!({}));
        let mut answers = Vec::new();
        for (what, by, assertion) in [
            ("unknown", &stranger, stranger.assertion()),
            ("disabled", &asleep, asleep.assertion()),
            ("another method", &mute, mute.assertion()),
            ("a bad signature", &thief, unnamed),
            ("an unknown key", &thief, thief.assertion()),
            ("used", &signer, used),
        ] {
            let reply = signer.sends(&assertion).await;
            is_refused(what, &signer, &reply);
            let answer = (without_its_number(&reply), reply.body);
            answers.push((what, form(&by.id), answer));
        }
        // Whoever introspects in the form of a client's id is told so, all in the same way.
        for (what, form, answer) in &answers {
            let mut alike = answers.iter().filter(|(_, other, _)| other == form);
            assert!(
                alike.all(|(_, _, other)| other == answer),
                "{what}: {answers:?}"
            );
        }
    }
}

fn without_its_number(reply: &Reply) -> HeaderMap {
    let mut headers = reply.headers.clone();
    assert!(headers.remove("x-request-id").is_some());
    headers
}

#[tokio::test]
async fn one_way_of_authenticating_is_enough() {
    let signers = Signers::new(Es256).await;
    for signer in signers.everywhere() {
        let form = || signer.with(&signer.assertion());
        for (what, form) in [
            ("a secret too", form().with("client_secret", "x")),
            ("an empty secret too", form().with("client_secret", "")),
            ("another client_id", form().with("client_id", "cli_x")),
            ("two", form().and("client_assertion", "x")),
            ("two types", form().and("client_assertion_type", JWT_BEARER)),
        ] {
            let reply = signer.posts(&form).await;
            let refusal = reply.refusal();
            assert_eq!(refusal, (400, "invalid_request".to_owned()), "{what}");
            signer.gets_in(what).await;
        }
        let headers = basic(&signer.id, "x");
        let both = signer.server.post(signer.path, headers, &form()).await;
        both.is_refused(400, "invalid_request");
        let named = form().with("client_id", &signer.id);
        signer.is_let_in("its own client_id", &signer.posts(&named).await);
    }
}

#[tokio::test]
async fn the_type_of_an_assertion_is_said() {
    let signers = Signers::new(Es256).await;
    for signer in signers.everywhere() {
        let form = || signer.with(&signer.assertion());
        let of_type = |value: &str| form().with("client_assertion_type", value);
        let saml = JWT_BEARER.replace("jwt", "saml2");
        for (what, form) in [
            ("no type", form().without("client_assertion_type")),
            ("an empty type", of_type("")),
            ("another type", of_type(&saml)),
            ("another case", of_type(&JWT_BEARER.to_uppercase())),
            ("a type alone", form().without("client_assertion")),
        ] {
            is_refused(what, &signer, &signer.posts(&form).await);
            signer.gets_in(what).await;
        }
    }
}

#[tokio::test]
async fn its_name_alone_or_a_secret_lets_no_signer_in() {
    let signers = Signers::new(Es256).await;
    for signer in signers.everywhere() {
        let named = signer.form.with("client_id", &signer.id);
        for form in [
            named.clone(),
            named.with("client_secret", "x"),
            signer.form.clone(),
        ] {
            is_challenged(&signer.posts(&form).await);
        }
        let headers = basic(&signer.id, "x");
        let reply = signer.server.post(signer.path, headers, &signer.form).await;
        is_challenged(&reply);
    }
}

/// Who brought no assertion is told how else it goes.
#[track_caller]
fn is_challenged(reply: &Reply) {
    reply.is_refused(401, "invalid_client");
    let challenge = reply.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Basic realm="), "{challenge}");
}

#[tokio::test]
async fn what_is_wrong_with_an_assertion_is_said_where_it_tells_nothing_of_the_client() {
    let signers = Signers::new(Es256).await;
    let signer = signers.at_the_token_endpoint();
    let now = signer.server.clock.now().as_second();
    let stranger = Signer {
        id: "cli_unknown".to_owned(),
        ..signer.clone()
    };
    for (word, header, claims) in [
        ("aud", json!({}), json!({ "aud": [signer.server.issuer] })),
        ("exp", json!({}), json!({ "exp": now })),
        ("300 seconds", json!({}), json!({ "exp": now + 301 })),
        ("jti", json!({}), json!({ "jti": null })),
        ("iat", json!({}), json!({ "iat": now + 60 })),
        ("sub", json!({}), json!({ "sub": "x" })),
        ("typ", json!({ "typ": "at+jwt" }), json!({})),
        ("crit", json!({ "crit": ["b64"] }), json!({})),
        ("signed with", json!({ "alg": "HS256" }), json!({})),
    ] {
        let known = signer.sends(&signer.signs(&header, &claims)).await;
        let unknown = signer.sends(&stranger.signs(&header, &claims)).await;
        let description = known.json()["error_description"].to_string();
        assert!(description.contains(word), "{word}: {description}");
        assert_eq!(known.body, unknown.body);
    }
}

#[tokio::test]
async fn a_secret_of_before_is_worth_nothing_to_a_wallet_that_signs() {
    let signers = Signers::new(EdDsa).await;
    let wallet = &signers.world.wallet;
    let headers = basic(&wallet.id, &wallet.secret);
    let form = Fields::of(&[("token", &signers.tokens.access)]);
    let reply = signers
        .world
        .server
        .post("/introspect", headers, &form)
        .await;
    reply.is_refused(401, "invalid_client");
    assert!(wallet.accepts(&signers.tokens.access).await);
}
