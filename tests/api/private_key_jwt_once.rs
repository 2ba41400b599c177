//! An assertion counts once, whatever became of its request, but for a fault; and what an operator changes counts at once.

use countersign::model::{AuthMethod, PartyState, SignatureAlgorithm};
use countersign::oauth::registration::{self, ClientChange};
use futures_util::future::join_all;
use jiff::SignedDuration;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::register::{credentials, keys_of_wallet};
use crate::support::signer::signing;
use crate::support::{Key, Reply, Shop, Signer, Signers, World};

const ES256: SignatureAlgorithm = SignatureAlgorithm::Es256;

/// How many ask at once.
const MANY: usize = 50;

#[track_caller]
fn is_used(reply: &Reply) {
    reply.is_refused(400, "invalid_client");
}

fn none() -> Value {
    json!({})
}

#[tokio::test]
async fn a_second_use_is_refused_at_each_endpoint() {
    let signers = Signers::new(ES256).await;
    for signer in signers.everywhere() {
        let assertion = signer.assertion();
        signer.is_let_in("first", &signer.sends(&assertion).await);
        is_used(&signer.sends(&assertion).await);
        signer.gets_in("another").await;
    }
}

#[tokio::test]
async fn it_is_the_name_that_counts_and_not_the_rest() {
    let signers = Signers::new(ES256).await;
    let now = signers.world.server.clock.now().as_second();
    for signer in signers.everywhere() {
        let jti = format!("for {}", signer.path);
        let first = signer.signs(&none(), &json!({ "jti": jti }));
        signer.is_let_in("first", &signer.sends(&first).await);
        let header = json!({ "typ": "JWT", "kid": null });
        let claims = json!({ "jti": jti, "exp": now + 200, "iat": null });
        is_used(&signer.sends(&signer.signs(&header, &claims)).await);
        signer.gets_in("another").await;
    }
}

#[tokio::test]
async fn what_was_used_at_one_endpoint_is_used_at_the_others() {
    let signers = Signers::new(ES256).await;
    let [token, par, revoke, _] = signers.everywhere();
    let assertion = token.assertion();
    token.is_let_in("first", &token.sends(&assertion).await);
    for other in [&par, &revoke] {
        is_used(&other.sends(&assertion).await);
        other.gets_in("another").await;
    }
}

#[tokio::test]
async fn the_name_that_another_client_has_used_is_free() {
    let signers = Signers::new(ES256).await;
    let rival = Shop::register(&signers.world.server, signing(ES256)).await;
    let claims = json!({ "jti": "1" });
    for signer in [&signers.everywhere()[0], &signers.everywhere()[3]] {
        let reply = signer.sends(&signer.signs(&none(), &claims)).await;
        signer.is_let_in("the same name", &reply);
    }
    let rival = Signer {
        id: rival.id.clone(),
        key: rival.key.clone().unwrap(),
        ..signers.everywhere()[2].clone()
    };
    rival.is_let_in(
        "a rival",
        &rival.sends(&rival.signs(&none(), &claims)).await,
    );
}

#[tokio::test]
async fn a_name_stays_used_as_long_as_it_could_be_used() {
    let signers = Signers::new(ES256).await;
    let signer = signers.at_the_token_endpoint();
    let now = signer.server.clock.now().as_second();
    let assertion = signer.signs(&none(), &json!({ "exp": now + 300 }));
    signer.is_let_in("first", &signer.sends(&assertion).await);
    for _ in 0..3 {
        signer.server.clock.advance_seconds(299 / 3);
        sweeps(&signer).await;
        is_used(&signer.sends(&assertion).await);
        signer.gets_in("another").await;
    }
}

async fn sweeps(signer: &Signer) {
    use countersign::jobs::When;
    use countersign::jobs::sweep::Sweeper;
    let stop = tokio::sync::watch::channel(false).1;
    let swept = Sweeper::new(stop)
        .run(signer.server.app(), When::Free)
        .await;
    assert!(swept.is_ok());
}

#[tokio::test]
async fn a_restart_brings_no_assertion_back() {
    let signers = Signers::new(ES256).await;
    for signer in signers.everywhere() {
        let assertion = signer.assertion();
        signer.is_let_in("before", &signer.sends(&assertion).await);
        let again = signer.server.started_again(&[]).await;
        let after = signer.through(&again);
        is_used(&after.sends(&assertion).await);
        after.gets_in("after").await;
    }
}

#[tokio::test]
async fn a_refusal_uses_it_up_too() {
    let signers = Signers::new(ES256).await;
    for signer in signers.everywhere() {
        let wrong = match signer.path {
            "/token" => signer.form.with("grant_type", "password"),
            "/par" => signer.form.without("redirect_uri"),
            _ => signer.form.without("token"),
        };
        let mistaken = Signer {
            form: wrong,
            ..signer.clone()
        };
        let assertion = signer.assertion();
        assert_eq!(mistaken.sends(&assertion).await.status, 400);
        is_used(&signer.sends(&assertion).await);
        signer.gets_in("another").await;
    }
}

#[tokio::test]
async fn each_rule_that_refuses_uses_it_up() {
    let signers = Signers::new(ES256).await;
    let signer = signers.at_the_token_endpoint();
    let form = |grant_type: &str, name: &str, value: &str| {
        signer.form.with("grant_type", grant_type).with(name, value)
    };
    for wrong in [
        form("authorization_code", "code", "x"),
        form("authorization_code", "redirect_uri", "x"),
        form("refresh_token", "refresh_token", "x"),
        form("refresh_token", "scope", "//nowhere.example/mandates/1"),
        form(
            "client_credentials",
            "scope",
            "https://nowhere.example/mandates",
        ),
        form(
            "client_credentials",
            "scope",
            &signers.world.wallet.mandates(),
        ),
    ] {
        let mistaken = Signer {
            form: wrong,
            ..signer.clone()
        };
        let assertion = signer.assertion();
        assert_eq!(
            mistaken.sends(&assertion).await.status,
            400,
            "{mistaken:?}",
            mistaken = mistaken.form
        );
        is_used(&signer.sends(&assertion).await);
        signer.gets_in("another").await;
    }
}

#[tokio::test]
async fn a_proof_that_is_wrong_uses_it_up() {
    let signers = Signers::new(ES256).await;
    let [token, par, ..] = signers.everywhere();
    for signer in [token, par] {
        let assertion = signer.assertion();
        let headers = HeaderMap::from_iter([("dpop".parse().unwrap(), "x".parse().unwrap())]);
        let form = signer.with(&assertion);
        let reply = signer.server.post(signer.path, headers, &form).await;
        reply.is_refused(400, "invalid_dpop_proof");
        is_used(&signer.sends(&assertion).await);
        signer.gets_in("another").await;
    }
}

#[tokio::test]
async fn nobody_can_use_up_what_somebody_else_will_say() {
    let signers = Signers::new(ES256).await;
    for signer in signers.everywhere() {
        let forger = Signer {
            key: Key::es256(),
            ..signer.clone()
        };
        let claims = json!({ "jti": "tomorrow's" });
        for kid in [signer.key.kid(), "unknown"] {
            let assertion = forger.signs(&json!({ "kid": kid }), &claims);
            is_used(&signer.sends(&assertion).await);
        }
        if signer.path == "/par" {
            let reply = signer.sends(&signer.signs(&none(), &claims)).await;
            signer.is_let_in("the real one", &reply);
        }
    }
}

#[tokio::test]
async fn after_a_fault_the_same_request_works() {
    let signers = Signers::new(ES256).await;
    for signer in signers.everywhere() {
        let assertion = signer.assertion();
        let held = signer.server.database_is_held().await;
        let reply = signer.sends(&assertion).await;
        reply.is_refused(503, "temporarily_unavailable");
        assert!(reply.header("retry-after").is_some(), "{reply:?}");
        held.release().await;
        signer.is_let_in("later", &signer.sends(&assertion).await);
        is_used(&signer.sends(&assertion).await);
    }
}

#[tokio::test]
async fn without_a_database_no_assertion_is_judged() {
    let signers = Signers::new(ES256).await;
    let all = signers.everywhere();
    let assertions = all.each_ref().map(Signer::assertion);
    let again = signers.world.server.started_again(&[]).await;
    again.loses_its_database().await;
    for (signer, assertion) in all.iter().zip(&assertions) {
        let reply = signer.through(&again).sends(assertion).await;
        reply.is_refused(503, "temporarily_unavailable");
        signer.is_let_in("elsewhere", &signer.sends(assertion).await);
    }
}

#[tokio::test]
async fn of_many_at_two_instances_one_gets_in() {
    let signers = Signers::among(World::twice().await, ES256).await;
    for signer in signers.everywhere() {
        let assertion = signer.assertion();
        let ask = |number: usize| {
            let signer = signer.through(&signer.server.at(number % 2));
            let assertion = &assertion;
            async move {
                loop {
                    let reply = signer.sends(assertion).await;
                    if reply.status != 503 {
                        return reply;
                    }
                }
            }
        };
        let replies = join_all((0..MANY).map(ask)).await;
        let (good, refused): (Vec<&Reply>, Vec<&Reply>) =
            replies.iter().partition(|reply| reply.status < 300);
        assert_eq!(good.len(), 1, "{}: {good:?}", signer.path);
        refused.into_iter().for_each(is_used);
        signer.gets_in("another").await;
    }
}

#[tokio::test]
async fn another_key_counts_from_when_it_is_registered() {
    let signers = Signers::new(ES256).await;
    let app = signers.world.server.app();
    let new = Key::new(SignatureAlgorithm::EdDsa);
    for signer in signers.everywhere() {
        let renewed = Signer {
            key: new.clone(),
            ..signer.clone()
        };
        if signer.path != "/par" && signer.path != "/revoke" {
            signer.gets_in("the old key").await;
            is_used(&renewed.sends(&renewed.assertion()).await);
        }
        if signer.path == "/introspect" {
            keys_of_wallet(app, &signer.id, &new).await;
        } else {
            changes(
                &signers,
                &signer.id,
                ClientChange {
                    credentials: credentials(&new),
                    ..ClientChange::default()
                },
            )
            .await;
        }
        is_used(&signer.sends(&signer.assertion()).await);
        renewed.gets_in("the new key").await;
    }
}

async fn changes(signers: &Signers, client: &str, change: ClientChange) {
    let app = signers.world.server.app();
    registration::update_client(app, client, change)
        .await
        .unwrap();
}

#[tokio::test]
async fn another_method_counts_from_when_it_is_registered() {
    let signers = Signers::new(ES256).await;
    let app = signers.world.server.app();
    let signer = signers.at_the_token_endpoint();
    let to = |method| ClientChange {
        auth_method: Some(method),
        ..ClientChange::default()
    };
    changes(&signers, &signer.id, to(AuthMethod::ClientSecretBasic)).await;
    is_used(&signer.sends(&signer.assertion()).await);
    let rotated = registration::rotate_secret(app, &signer.id, SignedDuration::ZERO).await;
    let secret = rotated.unwrap().0.expose().to_owned();
    let shop = Shop {
        method: AuthMethod::ClientSecretBasic,
        ..signers.shop.with_secret(&secret)
    };
    shop.refreshes(signers.tokens.refresh()).await.tokens();
    changes(&signers, &signer.id, to(AuthMethod::PrivateKeyJwt)).await;
    let reply = shop.refreshes(signers.tokens.refresh()).await;
    reply.is_refused(401, "invalid_client");
    signer.gets_in("as before").await;
}

#[tokio::test]
async fn who_is_disabled_is_refused_and_may_come_back() {
    let signers = Signers::new(ES256).await;
    let app = signers.world.server.app();
    for signer in [&signers.everywhere()[0], &signers.everywhere()[3]] {
        for state in [PartyState::Disabled, PartyState::Enabled] {
            if signer.path == "/introspect" {
                let set = registration::set_resource_server_state(app, &signer.id, state);
                set.await.unwrap();
            } else {
                let set = registration::set_client_state(app, &signer.id, state);
                set.await.unwrap();
            }
            if state == PartyState::Enabled {
                signer.gets_in("enabled").await;
            } else {
                is_used(&signer.sends(&signer.assertion()).await);
            }
        }
    }
}

#[tokio::test]
async fn who_signs_is_given_no_secret() {
    let signers = Signers::new(ES256).await;
    let app = signers.world.server.app();
    for party in [&signers.shop.id, &signers.world.wallet.id] {
        let overlap = SignedDuration::ZERO;
        let refused = registration::rotate_secret(app, party, overlap).await;
        let why = refused.unwrap_err().to_string();
        assert!(why.contains("private_key_jwt"), "{why}");
    }
    for signer in signers.everywhere() {
        signer.gets_in("as before").await;
    }
}
