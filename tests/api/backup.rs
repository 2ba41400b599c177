//! `countersign backup`: a whole copy beside a running server, or none.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use countersign::store::Rows as _;
use sea_orm::ConnectionTrait as _;

use crate::support::operator::set_mode;
use crate::support::{Operator, World};

fn names(home: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(home).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A world on `SQLite`; on `PostgreSQL` the command says what does it there.
async fn on_a_file() -> Option<(World, Operator)> {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    if world.server.app().store.is_shared() {
        let said = operator.does(&["backup", "x.db"]).await;
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.err.contains("pg_dump --format=custom"), "{said:?}");
        assert!(!operator.path("x.db").exists());
        return None;
    }
    Some((world, operator))
}

#[tokio::test]
async fn a_backup_beside_a_running_server_holds_what_was_there_for_its_owner_alone() {
    let Some((world, operator)) = on_a_file().await else {
        return;
    };
    let tokens = world.tokens().await;
    let said = operator.does(&["backup", "copy.db", "-o", "json"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let record = said.json();
    assert_eq!(
        (&record["grants"], &record["users"]),
        (&1.into(), &1.into()),
        "{record}"
    );
    let mode = std::fs::metadata(operator.path("copy.db"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(names(operator.home()), ["copy.db", "countersign.toml"]);
    operator.moves_to(&world.server, &operator.path("copy.db"));
    let shown = operator
        .does(&["grant", "show", &tokens.grant(), "-o", "json"])
        .await;
    assert_eq!(shown.json()["state"], "active", "{shown:?}");
    assert!(world.wallet.accepts(&tokens.access).await);
}

#[tokio::test]
async fn the_copy_is_of_one_instant_however_much_is_written_meanwhile() {
    let Some((world, operator)) = on_a_file().await else {
        return;
    };
    let writing = async {
        for _ in 0..10 {
            world.tokens().await;
        }
    };
    let copying = async {
        for n in 0..4 {
            operator.backs_up(&format!("{n}.db")).await;
        }
    };
    tokio::join!(writing, copying);
    for n in 0..4 {
        let copy = format!("sqlite://{}", operator.path(&format!("{n}.db")).display());
        let rows = sea_orm::Database::connect(copy).await.unwrap();
        // An active grant was redeemed in the transaction that gave it a token.
        let torn = "SELECT count(*) AS n FROM \"grant\" g WHERE state = 'active' AND NOT EXISTS \
                    (SELECT 1 FROM access_token t WHERE t.grant_id = g.id)";
        let asked = sea_orm::Statement::from_string(rows.get_database_backend(), torn);
        let found = rows.query_one_raw(asked).await.unwrap().unwrap();
        assert_eq!(found.try_get_by_index::<i64>(0).unwrap(), 0);
    }
}

#[tokio::test]
async fn no_backup_is_written_over_a_file_or_left_half_done() {
    let Some((world, operator)) = on_a_file().await else {
        return;
    };
    std::fs::write(operator.path("there"), "something else").unwrap();
    std::os::unix::fs::symlink("nowhere", operator.path("link")).unwrap();
    for name in ["there", "link", "none/copy.db"] {
        let said = operator.does(&["backup", name]).await;
        assert_eq!(said.code, 1, "{name}: {said:?}");
    }
    assert_eq!(
        std::fs::read(operator.path("there")).unwrap(),
        b"something else"
    );
    // What nobody could restore is no backup.
    let rows = world.server.app().store.connection();
    rows.execute_unprepared(
        "CREATE TRIGGER t AFTER UPDATE ON \"grant\" BEGIN DELETE FROM session; END",
    )
    .await
    .unwrap();
    let said = operator.does(&["backup", "copy.db"]).await;
    assert!(said.code == 1 && said.err.contains("triggers"), "{said:?}");
    rows.execute_unprepared("DROP TRIGGER t").await.unwrap();
    let settings = &world.server.app().settings;
    let (key, _) = settings.keys.encryption_key(&settings.database);
    let kept = std::fs::read(&key).unwrap();
    std::fs::write(&key, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    set_mode(Path::new(&key), 0o600);
    let said = operator.does(&["backup", "copy.db"]).await;
    assert!(
        said.code == 1 && said.err.contains("cannot be opened"),
        "{said:?}"
    );
    std::fs::write(&key, kept).unwrap();
    assert_eq!(
        names(operator.home()),
        ["countersign.toml", "link", "there"]
    );
    operator.backs_up("copy.db").await;
}
