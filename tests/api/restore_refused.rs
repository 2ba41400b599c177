//! `countersign restore`: what it does not do, and leaves everything as it was.

use std::path::Path;

use countersign::keys::random;
use sea_orm::ConnectionTrait as _;

use crate::support::operator::{Said, set_mode};
use crate::support::{Operator, Tokens, World};

/// A world on a file, with a backup of it, and a copy as of now in whose place it would come.
async fn backed_up() -> Option<(World, Operator, Tokens)> {
    let world = World::new().await;
    if world.server.app().store.is_shared() {
        return None;
    }
    let operator = Operator::of(&world.server);
    let tokens = world.tokens().await;
    operator.backs_up("backup.db").await;
    world.tokens().await;
    operator.backs_up("now.db").await;
    operator.moves_to(&world.server, &operator.path("now.db"));
    Some((world, operator, tokens))
}

async fn changed(operator: &Operator, name: &str, statement: &str) {
    let url = format!("sqlite://{}", operator.path(name).display());
    let rows = sea_orm::Database::connect(url).await.unwrap();
    rows.execute_unprepared(statement).await.unwrap();
    rows.close().await.unwrap();
}

#[track_caller]
fn refused(said: &Said, code: i32, reason: &str) {
    assert!(
        said.code == code && said.err.contains(reason),
        "{reason}: {said:?}"
    );
}

#[tokio::test]
async fn a_database_in_use_is_not_replaced() {
    let Some((world, operator, tokens)) = backed_up().await else {
        return;
    };
    operator.sets(&Operator::settings(&world.server));
    for arguments in [&["restore", "backup.db"][..], &["restore", "--restored"]] {
        refused(&operator.does(arguments).await, 1, "is in use");
    }
    assert!(world.wallet.accepts(&tokens.access).await);
    // Also by a program that knows nothing of the lock.
    operator.moves_to(&world.server, &operator.path("now.db"));
    let url = format!("sqlite://{}", operator.path("now.db").display());
    let other = sea_orm::Database::connect(url).await.unwrap();
    other
        .execute_unprepared("PRAGMA journal_mode = WAL")
        .await
        .unwrap();
    other
        .execute_unprepared("UPDATE client SET name = name")
        .await
        .unwrap();
    refused(
        &operator.does(&["restore", "backup.db"]).await,
        1,
        "is in use",
    );
    other.close().await.unwrap();
    assert_eq!(operator.does(&["restore", "backup.db"]).await.code, 0);
}

#[tokio::test]
async fn a_file_that_is_no_whole_backup_is_not_restored() {
    let Some((_world, operator, _)) = backed_up().await else {
        return;
    };
    let before = std::fs::read(operator.path("now.db")).unwrap();
    let backup = std::fs::read(operator.path("backup.db")).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(operator.path(name), bytes).unwrap();
    write(
        "text.db",
        b"no database at all, but a text that is longer than a header would be, if it were one",
    );
    write("empty.db", b"");
    write("short.db", &backup[..backup.len() / 2]);
    let mut torn = backup.clone();
    let middle = torn.len() / 2 / 4096 * 4096;
    torn[middle..middle + 4096].fill(0x5a);
    write("torn.db", &torn);
    write("trigger.db", &backup);
    changed(&operator, "trigger.db", "CREATE TRIGGER t AFTER UPDATE ON \"grant\" BEGIN UPDATE \"grant\" SET state = 'active'; END").await;
    write("newer.db", &backup);
    changed(
        &operator,
        "newer.db",
        "INSERT INTO seaql_migrations VALUES ('m29990101_000001_later', 1)",
    )
    .await;
    for (name, code, reason) in [
        ("none.db", 3, "there is no backup"),
        ("text.db", 1, "text.db"),
        ("empty.db", 1, "no database of this program"),
        ("short.db", 1, "short.db"),
        ("torn.db", 1, "torn.db"),
        ("trigger.db", 1, "triggers"),
        ("newer.db", 1, "newer than this program"),
        ("now.db", 2, "the database itself"),
    ] {
        refused(&operator.does(&["restore", name]).await, code, reason);
        assert!(
            std::fs::read(operator.path("now.db")).unwrap() == before,
            "{name}"
        );
    }
    let left = std::fs::read_dir(operator.home()).unwrap().count();
    assert_eq!(left, 10, "settings, lock, two databases and six others");
}

#[tokio::test]
async fn a_backup_of_other_keys_is_not_restored() {
    let Some((world, operator, _)) = backed_up().await else {
        return;
    };
    let (key, _) = world
        .server
        .app()
        .settings
        .keys
        .encryption_key(&world.server.app().settings.database);
    let kept = std::fs::read(&key).unwrap();
    std::fs::write(&key, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    set_mode(Path::new(&key), 0o600);
    refused(
        &operator.does(&["restore", "backup.db"]).await,
        1,
        "cannot be opened",
    );
    std::fs::remove_file(&key).unwrap();
    refused(
        &operator.does(&["restore", "backup.db"]).await,
        1,
        "there is no encryption key",
    );
    assert!(!Path::new(&key).exists());
    std::fs::write(&key, kept).unwrap();
    set_mode(Path::new(&key), 0o600);
    assert_eq!(operator.does(&["restore", "backup.db"]).await.code, 0);
}

#[tokio::test]
async fn a_database_that_does_not_come_after_the_backup_is_not_believed() {
    let Some((world, operator, tokens)) = backed_up().await else {
        return;
    };
    // The newer one is restored over the older one, which does not know its second grant.
    operator.moves_to(&world.server, &operator.path("backup.db"));
    let newer = "now.db";
    let said = operator
        .does(&["restore", newer, "--current", "now.db"])
        .await;
    refused(&said, 2, "the backup itself");
    std::fs::copy(operator.path("backup.db"), operator.path("older.db")).unwrap();
    let said = operator
        .does(&["restore", newer, "--current", "older.db"])
        .await;
    refused(&said, 1, "does not come after it");
    let said = operator
        .does(&["restore", newer, "-o", "json"])
        .await
        .json();
    assert!(
        said["asked"].is_null() && said["grants_ended"] == 2 && said["grants_kept"] == 0,
        "{said}"
    );
    let server = operator
        .starts(&world.server, &operator.path("backup.db"))
        .await;
    assert_eq!(
        crate::support::fate(&server, &tokens.grant()).await,
        "revoked_by_operator"
    );
}

#[tokio::test]
async fn what_was_put_back_by_hand_is_ended_in_place_and_a_broken_database_is_kept_beside() {
    let Some((world, operator, tokens)) = backed_up().await else {
        return;
    };
    let said = operator
        .does(&["restore", "--restored", "-o", "json"])
        .await
        .json();
    assert!(
        said["grants_ended"] == 2 && said["replaced"].is_null(),
        "{said}"
    );
    let server = operator
        .starts(&world.server, &operator.path("now.db"))
        .await;
    assert_eq!(
        crate::support::fate(&server, &tokens.grant()).await,
        "revoked_by_operator"
    );
    drop(server);
    // Nothing can be read of it, and its log must not be read into what takes its place.
    let broken = format!("{}.db", random::id("broken_"));
    operator.moves_to(&world.server, &operator.path(&broken));
    std::fs::write(operator.path(&broken), vec![0x5a; 8192]).unwrap();
    std::fs::write(operator.path(&format!("{broken}-wal")), vec![0x5a; 8192]).unwrap();
    let said = operator
        .does(&["restore", "backup.db", "-o", "json"])
        .await
        .json();
    assert!(
        said["asked"].is_null() && said["grants_ended"] == 1,
        "{said}"
    );
    let kept = said["replaced"].as_str().unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), vec![0x5a; 8192]);
    assert!(!operator.path(&format!("{broken}-wal")).exists());
    assert_eq!(operator.does(&["grant", "list"]).await.code, 0);
}

#[tokio::test]
async fn a_backup_of_an_older_program_and_a_copy_with_its_log_are_brought_up_and_ended() {
    let Some((world, operator, tokens)) = backed_up().await else {
        return;
    };
    let older = "ALTER TABLE authorization_request DROP COLUMN earlier; ALTER TABLE authorization_request DROP COLUMN payer; \
                 DELETE FROM seaql_migrations WHERE version = 'm20261125_000002_seen_before'";
    changed(&operator, "backup.db", older).await;
    let live = world.server.app().settings.database.sqlite_path().unwrap();
    for end in ["", "-wal"] {
        std::fs::copy(
            format!("{live}{end}"),
            operator.path(&format!("raw.db{end}")),
        )
        .unwrap();
    }
    assert!(
        std::fs::metadata(operator.path("raw.db-wal"))
            .unwrap()
            .len()
            > 0
    );
    for (name, grants) in [("backup.db", 1), ("raw.db", 2)] {
        let said = operator
            .does(&["restore", name, "--end-all", "-o", "json"])
            .await;
        assert_eq!(
            (said.code, &said.json()["grants_ended"]),
            (0, &grants.into()),
            "{said:?}"
        );
        let shown = operator
            .does(&["grant", "show", &tokens.grant(), "-o", "json"])
            .await
            .json();
        assert_eq!(shown["reason"], "revoked_by_operator", "{shown}");
        assert!(world.wallet.accepts(&tokens.access).await);
    }
}

#[tokio::test]
async fn on_postgresql_pg_restore_comes_first_and_no_server_runs() {
    let world = World::new().await;
    if !world.server.app().store.is_shared() {
        return;
    }
    let operator = Operator::of(&world.server);
    world.tokens().await;
    refused(&operator.does(&["restore", "x.db"]).await, 2, "pg_restore");
    refused(
        &operator.does(&["restore", "--restored"]).await,
        1,
        "is connected",
    );
}
