//! What pages load: the stylesheet with the operator's colour, and the operator's mark.

use std::io::Write as _;

use countersign::settings;
use tempfile::NamedTempFile;

use crate::support::html::attributes;
use crate::support::{Reply, Server, World};

const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path d=\"M0 0h8v8z\"/></svg>";

fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file
}

async fn asked_again(server: &Server, path: &str, tag: &str) -> Reply {
    Reply::of(server.request("GET", path).header("if-none-match", tag)).await
}

#[tokio::test]
async fn the_stylesheet_is_there() {
    let world = World::new().await;
    let page = world.server.get("/sign-in").await;
    let links = attributes(&page.body, "link", "href");
    assert_eq!(links, ["/assets/style.css"]);
    assert!(attributes(&page.body, "img", "src").is_empty());
    let reply = world.server.get("/assets/style.css").await;
    let css = Some("text/css; charset=utf-8");
    assert_eq!((reply.status, reply.header("content-type")), (200, css));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_browser_asks_whether_the_stylesheet_is_another() {
    let world = World::new().await;
    let path = "/assets/style.css";
    let reply = world.server.get(path).await;
    assert_eq!(reply.header("cache-control"), Some("public, no-cache"));
    let tag = reply.header("etag").unwrap();
    let same = asked_again(&world.server, path, tag).await;
    assert_eq!((same.status, same.body.as_str()), (304, ""));
    assert_eq!(same.header("etag"), Some(tag));
    let red = world
        .server
        .started_again(&[("operator.colour", "\"#ff0000\"")])
        .await;
    assert_eq!(asked_again(&red, path, tag).await.status, 200);
}

#[tokio::test]
async fn the_operators_colour_is_in_the_stylesheet() {
    let world = World::new().await;
    let ours = world.server.get("/assets/style.css").await.body;
    let theirs = world
        .server
        .started_again(&[("operator.colour", "\"#FFEE00\"")])
        .await;
    let style = theirs.get("/assets/style.css").await.body;
    let added = style.strip_prefix(ours.as_str()).unwrap();
    assert!(added.contains("--brand: #ffee00;"), "{added}");
    assert!(
        !added.contains("--accent: #ffee00; --on-accent: #ffffff"),
        "{added}"
    );
}

#[tokio::test]
async fn the_operators_mark_stands_beside_the_name() {
    let world = World::new().await;
    for (content, media_type) in [
        (SVG.as_bytes(), "image/svg+xml"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    ] {
        let mark = file(content);
        let setting = format!("{:?}", mark.path());
        let server = world
            .server
            .started_again(&[("operator.mark", &setting)])
            .await;
        // It was read at the start.
        drop(mark);
        let page = server.get("/sign-in").await;
        assert_eq!(attributes(&page.body, "img", "src"), ["/assets/mark"]);
        assert!(page.body.contains("rel=\"icon\" href=\"/assets/mark\""));
        assert_eq!(attributes(&page.body, "img", "alt"), [""]);
        let reply = server.get("/assets/mark").await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, Some(media_type))
        );
        let sealed = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        assert_eq!(reply.header("content-security-policy"), Some(sealed));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let tag = reply.header("etag").unwrap();
        assert_eq!(asked_again(&server, "/assets/mark", tag).await.status, 304);
    }
}

#[tokio::test]
async fn without_a_mark_there_is_none() {
    let world = World::new().await;
    let reply = world.server.get("/assets/mark").await;
    reply.is_page(404, "There is no such page");
}

#[test]
fn a_bad_colour_or_mark_is_named() {
    let faults = |line: &str| {
        settings::load_from(&format!("[operator]\n{line}\n"))
            .unwrap_err()
            .0
    };
    for colour in ["red", "#fff", "0b4f6c", "#0b4f6c;}"] {
        let found = faults(&format!("colour = {colour:?}"));
        let rule = "it must be a colour such as \"#0b4f6c\", or empty";
        assert_eq!(found, [format!("operator.colour is {colour:?}: {rule}")]);
    }
    let running = file(b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\"/>");
    let large = file(&vec![b' '; 70_000]);
    let nowhere = std::path::Path::new("/nowhere/mark.svg");
    for (path, rule) in [
        (running.path(), "it must hold no event handler"),
        (large.path(), "it must have at most 65536 bytes"),
        (nowhere, "it must be a file that can be read: "),
        (
            std::path::Path::new("/"),
            "it must be a file that can be read: ",
        ),
    ] {
        let found = faults(&format!("mark = {path:?}"));
        let begins = format!("operator.mark is {path:?}: {rule}");
        assert!(
            found.len() == 1 && found[0].starts_with(&begins),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn no_icon_is_no_fault() {
    let world = World::new().await;
    let reply = world.server.get("/favicon.ico").await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    assert!(
        !world
            .alice
            .browser
            .gets("/sign-in")
            .await
            .body
            .contains("rel=\"icon\"")
    );
}
