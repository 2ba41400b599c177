//! Floods of assertions: what others sign in somebody's name is theirs, and those who sign are served as far as anybody can know
//! whose an assertion is before its signature is verified.

use countersign::model::SignatureAlgorithm::Es256;
use serde_json::json;

use crate::support::proof;
use crate::support::shop::refresh_form;
use crate::support::signer::signing;
use crate::support::{Fields, Key, Reply, Shop, Signer, World};

const SHARED: &str = "192.0.2.1";
const OTHER: &str = "192.0.2.2";

/// Strangers have ten requests and one more each second, parties twenty and five more; time stands still.
const LIMITS: [(&str, &str); 5] = [
    ("server.trusted_proxies", "[\"127.0.0.0/8\"]"),
    ("limits.address_rate", "1"),
    ("limits.address_burst", "10"),
    ("limits.party_rate", "5"),
    ("limits.party_burst", "20"),
];

/// What signs at `path`, with a request that changes nothing.
async fn signer(world: &mut World, path: &'static str) -> Signer {
    let shop = Shop::register(&world.server, signing(Es256)).await;
    let (id, key) = (shop.id.clone(), shop.key.clone().unwrap());
    let token = Fields::of(&[("token", "unknown")]);
    let mut signer = Signer {
        server: world.server.clone(),
        id,
        key,
        path,
        form: token,
    };
    match path {
        "/introspect" => {
            world.wallet = world.wallet.signs_with(&Key::es256()).await;
            signer.id = world.wallet.id.clone();
            signer.key = world.wallet.key.clone().unwrap();
        }
        "/par" => {
            let request = shop.asks_for(world.wallet.mandate());
            signer.form = request.parameters.without("client_id");
        }
        "/token" => signer.form = refresh_form("unknown"),
        _ => {}
    }
    signer
}

async fn posts(signer: &Signer, address: &str, assertion: &str) -> Reply {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-forwarded-for", address.parse().unwrap());
    let form = signer.with(assertion);
    signer.server.post(signer.path, headers, &form).await
}

/// Whether the owner of the key is served.
async fn is_served(signer: &Signer, address: &str) -> bool {
    let reply = posts(signer, address, &signer.assertion()).await;
    let served = match signer.path {
        "/par" => reply.status == 201,
        "/token" => reply.body.contains("invalid_grant"),
        _ => reply.status == 200,
    };
    assert!(served || reply.status == 429, "{reply:?}");
    served
}

/// How many of 60 assertions by another key, which says that it is `kid`, are looked at.
async fn forges(signer: &Signer, address: &str, kid: &str) -> usize {
    let stranger = Signer {
        key: Key::es256(),
        ..signer.clone()
    };
    let mut looked_at = 0;
    for _ in 0..60 {
        let forged = stranger.signs(&json!({ "kid": kid }), &json!({}));
        let reply = posts(&stranger, address, &forged).await;
        if reply.status == 429 {
            reply.is_refused(429, "temporarily_unavailable");
        } else {
            reply.is_refused(400, "invalid_client");
            looked_at += 1;
        }
    }
    looked_at
}

#[tokio::test]
async fn what_is_forged_at_the_owners_address_is_held_to_the_address() {
    for path in ["/token", "/par", "/revoke", "/introspect"] {
        let mut world = World::with(&LIMITS).await;
        let signer = signer(&mut world, path).await;
        assert!(is_served(&signer, SHARED).await && is_served(&signer, OTHER).await);
        // Nine are left of the address's, and one is kept for those who sign there.
        let kid = signer.key.kid().to_owned();
        assert_eq!(forges(&signer, SHARED, &kid).await, 10, "{path}");
        // Nobody can know whose the next one is, there; elsewhere the owner has all that it may have.
        assert!(!is_served(&signer, SHARED).await, "{path}");
        for _ in 0..20 {
            assert!(is_served(&signer, OTHER).await, "{path}");
        }
        assert!(!is_served(&signer, OTHER).await, "{path}");
        world.server.clock.advance_seconds(1);
        for _ in 0..5 {
            assert!(is_served(&signer, SHARED).await, "{path}");
        }
    }
}

#[tokio::test]
async fn who_does_not_know_the_name_of_the_key_takes_nothing_from_its_owner() {
    for path in ["/token", "/introspect"] {
        let mut world = World::with(&LIMITS).await;
        let signer = signer(&mut world, path).await;
        assert!(is_served(&signer, SHARED).await);
        assert_eq!(forges(&signer, SHARED, "another").await, 9, "{path}");
        for _ in 0..20 {
            assert!(is_served(&signer, SHARED).await, "{path}");
        }
        assert!(!is_served(&signer, SHARED).await, "{path}");
    }
}

#[tokio::test]
async fn whoever_signs_too_much_is_held_to_its_address_again() {
    let mut world = World::with(&LIMITS).await;
    let signer = signer(&mut world, "/token").await;
    assert!(is_served(&signer, SHARED).await);
    for _ in 0..20 {
        assert!(is_served(&signer, SHARED).await);
    }
    // The signatures of ten more are verified, and none of those that follow.
    for _ in 0..10 {
        assert!(!is_served(&signer, SHARED).await);
    }
    world.server.loses_its_database().await;
    assert!(!is_served(&signer, SHARED).await);
}

#[tokio::test]
async fn a_question_for_a_nonce_counts_for_who_signed() {
    let settings = [&LIMITS[..], &[("dpop.require_nonce", "true")]].concat();
    let mut world = World::with(&settings).await;
    let signer = signer(&mut world, "/token").await;
    assert!(is_served(&signer, SHARED).await);
    let key = Key::es256();
    let asks = async || {
        let proof = proof::good(&world.shop, &key, "/token");
        let mut headers = proof::headers(&[&proof]);
        headers.insert("x-forwarded-for", SHARED.parse().unwrap());
        let form = signer.with(&signer.assertion());
        world.server.post("/token", headers, &form).await
    };
    for _ in 0..20 {
        asks().await.is_refused(400, "use_dpop_nonce");
    }
    asks().await.is_refused(429, "temporarily_unavailable");
}
