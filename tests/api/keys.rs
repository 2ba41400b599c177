//! A signing key is announced, signs, and leaves the key set when the last token of the one before it is over.

use countersign::app::App;
use countersign::oauth::signing_keys::{self, RotationFault};

use crate::support::World;
use crate::support::tokens::unpack;

async fn announced(world: &World) -> Vec<String> {
    let document = world.server.get("/jwks.json").await.json();
    let keys = document["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn signs(world: &World) -> (String, String) {
    let token = world.tokens().await.access;
    let kid = unpack(&token).0["kid"].as_str().unwrap().to_owned();
    (kid, token)
}

#[tokio::test]
async fn a_new_key_is_announced_before_it_signs_and_the_old_one_outlives_its_tokens() {
    let world = World::new().await;
    let app = world.server.app();
    let (old, _) = signs(&world).await;
    let new = signing_keys::rotate(app).await.unwrap();
    let again = signing_keys::rotate(app).await;
    assert!(matches!(again, Err(RotationFault::Announced { .. })));

    app.reload_ring().await.unwrap();
    assert_eq!(announced(&world).await.len(), 2);
    assert_eq!(signs(&world).await.0, old);

    let until = new.signs_from.as_second() - world.server.clock.now().as_second();
    world.server.clock.advance_seconds(until - 1);
    let (kid, last) = signs(&world).await;
    assert_eq!(kid, old);
    world.server.clock.advance_seconds(2);
    assert_eq!(signs(&world).await.0, new.kid);
    assert_eq!(world.wallet.introspects(&last).await["active"], true);
    assert!(announced(&world).await.contains(&old));

    world.server.clock.advance_seconds(298);
    assert_eq!(world.wallet.introspects(&last).await["active"], false);
    assert!(announced(&world).await.contains(&old));
    world.server.clock.advance_seconds(71);
    assert_eq!(announced(&world).await, [new.kid]);
    signing_keys::rotate(app).await.unwrap();
}

#[tokio::test]
async fn a_key_file_that_was_lost_is_not_made_anew() {
    let world = World::new().await;
    let app = world.server.app();
    if app.store.is_shared() {
        return;
    }
    let (file, _) = app.settings.keys.encryption_key(&app.settings.database);
    std::fs::remove_file(&file).unwrap();
    let again = App::open(app.settings.clone(), world.server.clock.clock()).await;
    let fault = again.err().unwrap().to_string();
    assert!(fault.contains("there is no encryption key"), "{fault}");
    assert!(!std::path::Path::new(&file).exists());
}

#[tokio::test]
async fn servers_that_start_at_once_on_a_new_file_all_start() {
    let world = World::new().await;
    let home = tempfile::tempdir().unwrap();
    let mut settings = world.server.app().settings.clone();
    settings.database.url = format!("sqlite://{}", home.path().join("new.db").display());
    settings.keys.encryption_key_file = String::new();
    let starts = (0..4).map(|_| App::open(settings.clone(), world.server.clock.clock()));
    for started in futures_util::future::join_all(starts).await {
        started.unwrap();
    }
}
