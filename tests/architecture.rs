//! Holds the tree to the rooms of the house: which may see which, and what stands at the top.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// The longest source file, in lines.
const LONGEST: usize = 400;

/// Each room, and the rooms that it may import beside itself.
const ROOMS: [(&str, &[&str]); 13] = [
    ("model", &[]),
    ("settings", &["model"]),
    ("store", &["model", "settings"]),
    ("remote", &["model", "settings"]),
    ("keys", &["model", "settings"]),
    ("telemetry", &["model", "settings"]),
    (
        "app",
        &["model", "settings", "store", "remote", "keys", "telemetry"],
    ),
    (
        "identity",
        &["model", "settings", "app", "store", "telemetry"],
    ),
    (
        "oauth",
        &[
            "model",
            "settings",
            "app",
            "store",
            "remote",
            "keys",
            "telemetry",
        ],
    ),
    (
        "jobs",
        &[
            "model",
            "settings",
            "app",
            "store",
            "remote",
            "keys",
            "oauth",
            "telemetry",
        ],
    ),
    ("web", &["model", "app", "oauth", "identity", "telemetry"]),
    ("demo", &["model", "settings", "keys"]),
    ("cli", EVERYTHING),
];

const EVERYTHING: &[&str] = &[
    "model",
    "settings",
    "store",
    "remote",
    "keys",
    "telemetry",
    "app",
    "identity",
    "oauth",
    "jobs",
    "web",
    "demo",
    "cli",
    "server",
];

/// Words that only these rooms and files may use.
const CONFINED: [(&str, &[&str]); 3] = [
    ("actix_web", &["web", "server", "demo", "cli", "main"]),
    ("sea_orm", &["store"]),
    ("oxide_auth", &["oauth/engine", "oauth/error"]),
];

/// What stands at the top of the tree, and nothing else but tool settings (dotfiles) and what tools make.
const TOP: [&str; 11] = [
    "Cargo.toml",
    "Cargo.lock",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "config",
    "migrations",
    "src",
    "templates",
    "tests",
    "target",
];

/// What the owner wants to find there.
const MANDATED: [&str; 7] = [
    "Cargo.toml",
    "src",
    "templates",
    "migrations",
    "tests",
    "config",
    "README.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `place` with this extension.
fn files(place: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found
}

/// The path of a source file below `src`, without its extension.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).unwrap();
    below.with_extension("").display().to_string()
}

/// Where `word` stands in `text` as a whole, with what follows it.
fn behind<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            !word.starts_with(char::is_alphanumeric) || !before.is_some_and(part_of_a_name)
        })
        .map(|(at, _)| &text[at + word.len()..])
        .filter(|rest| word.ends_with(':') || !rest.starts_with(part_of_a_name))
        .collect()
}

/// The name at the start of `text`.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The rooms that `text` names as `crate::room`, alone or in braces.
fn imports(text: &str) -> Vec<&str> {
    let mut rooms = Vec::new();
    for rest in behind(text, "crate::") {
        let Some(braces) = rest.strip_prefix('{') else {
            rooms.push(name(rest));
            continue;
        };
        let mut depth = 0;
        let mut starts = true;
        for (at, c) in braces.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => starts = true,
                c if starts && c.is_alphabetic() => {
                    rooms.push(name(&braces[at..]));
                    starts = false;
                }
                _ => {}
            }
        }
    }
    rooms
}

/// What is wrong with a source file of `module`, a path such as `web/pages/home`.
fn faults(module: &str, text: &str) -> Vec<String> {
    let room = module.split('/').next().unwrap();
    let mut faults = Vec::new();
    let allowed = ROOMS.iter().find(|(name, _)| *name == room);
    if let Some((_, allowed)) = allowed {
        let stray = imports(text).into_iter().filter(|named| {
            EVERYTHING.contains(named) && *named != room && !allowed.contains(named)
        });
        faults.extend(stray.map(|named| format!("{module} sees crate::{named}")));
    }
    for (word, places) in CONFINED {
        let at_home = places.iter().any(|place| {
            module == *place
                || module
                    .strip_prefix(place)
                    .is_some_and(|it| it.starts_with('/'))
        });
        if !at_home && !behind(text, word).is_empty() {
            faults.push(format!("{module} uses {word}"));
        }
    }
    if room == "web" {
        for field in [".store", ".remote", ".keys"] {
            let calls = |rest: &&str| rest.starts_with("()");
            if behind(text, field).iter().any(|rest| !calls(rest)) {
                faults.push(format!("{module} reaches for {field}"));
            }
        }
    }
    if room == "model" {
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let code: Vec<&str> = text.lines().filter(is_code).collect();
        let text = code.join("\n");
        let text = text.as_str();
        for word in ["async", "await", "tokio", "actix_rt"] {
            if !behind(text, word).is_empty() {
                faults.push(format!("{module} uses {word}"));
            }
        }
    }
    faults
}

#[test]
fn every_room_sees_only_what_it_may() {
    let mut wrong = Vec::new();
    let sources = files(&root().join("src"), "rs");
    assert!(sources.len() > 100, "the sources are elsewhere");
    for path in sources {
        wrong.extend(faults(&module(&path), &fs::read_to_string(&path).unwrap()));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_is_in_the_table() {
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let known = ROOMS.iter().any(|(room, _)| *room == name);
        let open = ["lib", "main", "server"].contains(&name.as_str());
        assert!(known || open, "{name} is in no row of the table");
    }
}

#[test]
fn what_is_forbidden_is_found() {
    for (module, text) in [
        ("model/money", "use crate::store;"),
        ("model/money", "use crate::{settings, app::App};"),
        ("model/money", "pub async fn load() {}"),
        ("model/money", "future.await"),
        ("store/user", "crate::oauth::token::issue(&app)"),
        ("store/user", "let x: crate::web::Visitor;"),
        (
            "oauth/token",
            "use crate::{app::{App, later}, web::respond};",
        ),
        ("oauth/token", "use actix_web::HttpRequest;"),
        ("oauth/token", "use oxide_auth::primitives::scope::Scope;"),
        ("oauth/errors", "oxide_auth::x"),
        ("web/endpoints/token", "app.store.begin()"),
        ("web/endpoints/token", "app\n    .keys\n    .ring()"),
        ("web/endpoints/token", "use crate::remote::Remote;"),
        ("identity/users", "use sea_orm::EntityTrait;"),
        ("demo/mod", "use crate::identity;"),
        ("app", "use crate::oauth;"),
        ("telemetry/metrics", "use crate::store;"),
        ("store/grant", "use crate::telemetry::Metrics;"),
        ("jobs/sweep", "use crate::web;"),
    ] {
        assert!(!faults(module, text).is_empty(), "{module}: {text}");
    }
}

#[test]
fn what_is_allowed_is_let_be() {
    for (module, text) in [
        (
            "model/money",
            "use crate::model::Asset; use super::awaiting;",
        ),
        ("oauth/token", "use crate::{app::{App, store_of}, model};"),
        (
            "oauth/engine/refresh",
            "use oxide_auth::code_grant::refresh::Refresh;",
        ),
        (
            "oauth/error",
            "use oxide_auth::code_grant::error::AccessTokenErrorType;",
        ),
        ("web/endpoints/token", "map.keys().count(); app.store_url"),
        ("store/connect", "use sea_orm::Database;"),
        ("server", "use actix_web::App; use crate::web;"),
        ("cli/user", "use crate::store;"),
        ("web/mod", "use crate::oauth::{store_like, token};"),
    ] {
        assert_eq!(faults(module, text), Vec::<String>::new());
    }
}

#[test]
fn no_template_trusts_what_it_is_given() {
    let templates = files(&root().join("templates"), "html");
    assert!(templates.len() > 10, "the templates are elsewhere");
    for path in templates {
        let text = fs::read_to_string(&path).unwrap().replace(' ', "");
        assert!(!text.contains("|safe"), "{}", path.display());
        assert!(!text.contains("<script"), "{}", path.display());
    }
}

#[test]
fn no_source_file_is_too_long() {
    for place in ["src", "migrations/src", "tests"] {
        for path in files(&root().join(place), "rs") {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= LONGEST, "{}: {lines} lines", path.display());
        }
    }
}

#[test]
fn the_top_of_the_tree_holds_what_was_agreed() {
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap();
    let is_ignored = |name: &str| {
        ignored.lines().any(|line| {
            let line = line.trim_matches('/');
            line == name
                || line
                    .strip_prefix('*')
                    .is_some_and(|end| name.ends_with(end))
        })
    };
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let fine = name.starts_with('.') || TOP.contains(&name.as_str()) || is_ignored(&name);
        assert!(fine, "{name} does not belong at the top");
    }
    for name in MANDATED {
        assert!(root().join(name).exists(), "{name} is missing");
    }
}

#[test]
fn every_page_has_a_template_of_its_name() {
    let pages = root().join("templates/pages");
    for path in files(&pages, "html") {
        let stem = path.strip_prefix(&pages).unwrap().with_extension("rs");
        let handler = root().join("src/web/pages").join(&stem);
        assert!(
            handler.exists(),
            "{} is a template without a handler",
            stem.display()
        );
    }
}
