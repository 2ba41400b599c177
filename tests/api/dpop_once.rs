//! A proof counts once, whatever became of its request, but for a fault.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::proof::{Prover, good, posts};
use crate::support::shop::refresh_form;
use crate::support::tokens::unpack;
use crate::support::{Key, Reply, World};

/// How many ask at once.
const MANY: usize = 50;

#[tokio::test]
async fn a_proof_counts_once_and_so_does_its_name() {
    let world = World::new().await;
    for prover in Prover::everywhere(&world).await {
        let proof = good(&prover.shop, &prover.key, prover.path);
        prover.is_let_in("first", &prover.sends(&[&proof]).await);
        prover.is_refused("again", &prover.sends(&[&proof]).await);
        let name = json!({ "jti": unpack(&proof).1["jti"] });
        world.server.clock.advance_seconds(50);
        prover.is_refused(
            "its name",
            &prover.sends(&[&prover.proof(&json!({}), &name)]).await,
        );
        let other = Prover {
            key: Key::es256(),
            shop: prover.shop.clone(),
            form: prover.form.clone(),
            ..prover
        };
        let same = other.proof(&json!({}), &name);
        other.is_let_in("another key", &other.sends(&[&same]).await);
        prover.gets_in("another").await;
    }
}

#[tokio::test]
async fn a_restart_brings_no_proof_back() {
    let world = World::new().await;
    for prover in Prover::everywhere(&world).await {
        let proof = good(&prover.shop, &prover.key, prover.path);
        prover.is_let_in("before", &prover.sends(&[&proof]).await);
        let after = Prover {
            shop: prover
                .shop
                .as_registered(&world.server.started_again(&[]).await),
            key: prover.key.clone(),
            form: prover.form.clone(),
            ..prover
        };
        after.is_refused("after", &after.sends(&[&proof]).await);
        after.gets_in("another").await;
    }
}

#[tokio::test]
async fn a_refusal_uses_the_proof_up_and_a_fault_does_not() {
    let world = World::new().await;
    for prover in Prover::everywhere(&world).await {
        let proof = good(&prover.shop, &prover.key, prover.path);
        let wrong = match prover.path {
            "/token" => refresh_form("x"),
            _ => prover.form.without("redirect_uri"),
        };
        let reply = posts(&prover.shop, prover.path, &wrong, &[&proof]).await;
        assert!(matches!(
            reply.refusal().1.as_str(),
            "invalid_grant" | "invalid_request"
        ));
        prover.is_refused("after a refusal", &prover.sends(&[&proof]).await);
        let proof = good(&prover.shop, &prover.key, prover.path);
        let held = world.server.database_is_held().await;
        prover
            .sends(&[&proof])
            .await
            .is_refused(503, "temporarily_unavailable");
        held.release().await;
        prover.is_let_in("after a fault", &prover.sends(&[&proof]).await);
    }
}

#[tokio::test]
async fn of_many_at_two_instances_one_gets_in() {
    let world = World::twice().await;
    for prover in Prover::everywhere(&world).await {
        let proof = good(&prover.shop, &prover.key, prover.path);
        let ask = |number: usize| {
            let (shop, proof, prover) = (prover.shop.at(number % 2), &proof, &prover);
            async move {
                loop {
                    let reply = posts(&shop, prover.path, &prover.form, &[proof]).await;
                    if reply.status != 503 {
                        return reply;
                    }
                }
            }
        };
        let replies = join_all((0..MANY).map(ask)).await;
        let (good, refused): (Vec<&Reply>, Vec<&Reply>) =
            replies.iter().partition(|reply| reply.status < 300);
        assert_eq!(good.len(), 1, "{}", prover.path);
        for reply in refused {
            prover.is_refused("too late", reply);
        }
        prover.gets_in("another").await;
    }
}
