//! What is not an agreement's one URL is refused, wherever it is said, before anybody is asked: no name is looked up, and no
//! connection made.

use countersign::model::GrantType;
use serde_json::json;

use crate::agreement::{UNUSABLE, looks_at};
use crate::support::network::{Directory, Trap};
use crate::support::register;
use crate::support::shop::refresh_form;
use crate::support::{Answer, Fields, NewShop, Shop, World};

/// Two wallets at one port of this machine: one by a name, one by its address.
struct Place {
    directory: Directory,
    trap: Trap,
    world: World,
}

impl Place {
    async fn new() -> Self {
        let (directory, trap) = (Directory::default(), Trap::set());
        let world = World::among(&directory, &[("wallet.timeout", "300")]).await;
        let (app, port) = (world.server.app(), trap.port());
        for origin in [
            format!("https://wallet.example:{port}"),
            format!("http://127.0.0.1:{port}"),
            "https://plain.example".to_owned(),
        ] {
            register::resource_server(app, "Wallet", &origin).await;
        }
        Self {
            directory,
            trap,
            world,
        }
    }

    fn is_untouched(&self, why: &str) {
        assert_eq!(self.directory.asked(), Vec::<String>::new(), "{why}");
        assert_eq!(self.trap.connections(), 0, "{why}");
    }
}

/// Hosts that are not `wallet.example`, each with the port at which it is.
const HOSTS: &[&str] = &[
    // User information.
    "alice@wallet.example",
    "alice:secret@wallet.example",
    "@wallet.example",
    ":@wallet.example",
    "wallet.example%40",
    // Letters that look alike, or are made alike.
    "Wallet.example",
    "WALLET.EXAMPLE",
    "w\u{430}llet.example",
    "xn--wllet-5cd.example",
    "\u{ff57}allet.example",
    "wallet\u{ff0e}example",
    "wallet\u{3002}example",
    "wal\u{ad}let.example",
    "wal\u{200d}let.example",
    "wallet.ex\u{e4}mple",
    "\u{24e6}allet.example",
    "%77allet.example",
    "wallet%2eexample",
    "wallet%252eexample",
    // Dots.
    "wallet.example.",
    "wallet.example..",
    "wallet..example",
    ".wallet.example",
    // Beside, below, before and behind.
    "sub.wallet.example",
    "wallet.example.evil.example",
    "evilwallet.example",
    "evil-wallet.example",
    "wallet.example-evil.example",
    "wallet.exampl",
    "allet.example",
    "wallet.example.localhost",
    "wallet_example",
    // This machine and its network, in every spelling.
    "0x7f.1",
    "0x7f000001",
    "0X7F.0.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.1",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "127.0.0.1.",
    "127.0.0.2",
    "\u{2460}\u{2461}\u{2466}.0.0.1",
    "0",
    "0.0.0.0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "localhost.localdomain",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::1%25lo]",
    "[::1%lo]",
    "[fe80::1%25eth0]",
    "10.0.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "[fd00:ec2::254]",
    "metadata.google.internal",
];

/// Authorities that are not `wallet.example:{port}`.
const AUTHORITIES: &[&str] = &[
    "wallet.example",
    "wallet.example:",
    "wallet.example:443",
    "wallet.example:99999",
    "wallet.example:http",
    "wallet.example:0{port}",
    "wallet.example:+{port}",
    "wallet.example:{port}:{port}",
    "wallet.example:{next}",
    "wallet.example:{port}@127.0.0.1:{port}",
    "127.0.0.1:{port}@wallet.example:{port}",
    "wallet.example:{port}\\@127.0.0.1:{port}",
    "wallet.example:{port}#@127.0.0.1:{port}",
    "wallet.example:{port}\t",
    "wal\nlet.example:{port}",
    "plain.example:443",
    "plain.example:0443",
    "plain.example:80",
    "plain.example.",
    "169.254.169.254",
    "100.100.100.200",
    "metadata",
    "instance-data",
    "",
];

/// What follows the origin, and is not `{path}`, which is `/mandates{rest}`.
const ENDS: &[&str] = &[
    // Slashes and segments.
    "{path}/",
    "/{path}",
    "/./mandates{rest}",
    "/x/../mandates{rest}",
    "/mandates/../mandates{rest}",
    "{path}/.",
    "{path}/..",
    "{path}/x/..",
    "{path}/x//y",
    "{path}.",
    // Encodings.
    "/%6dandates{rest}",
    "/%6Dandates{rest}",
    "/%256dandates{rest}",
    "/%2e/mandates{rest}",
    "/x/%2e%2e/mandates{rest}",
    "/x/%252e%252e/mandates{rest}",
    "/x/.%2E/mandates{rest}",
    "{path}%2f",
    "{path}%00",
    "{path}%0a",
    "{path}%",
    "\\mandates{rest}",
    "/mandates\\..\\mandates{rest}",
    // Query, fragment, parameters.
    "{path}?",
    "{path}?a=b",
    "{path}#",
    "{path}#a",
    "/mandates;a=b{rest}/1",
    // Characters.
    "{path} ",
    "{path}\t",
    "{path}\r\n",
    "/mand\tates{rest}",
    "{path}\u{202e}",
    "{path}\u{ff11}",
    "{path}\u{e4}",
    "{path}\"",
    "{path}<x>",
    "{path}\u{7f}",
    "/\u{217f}andates{rest}",
    // What is there, but no agreement; and what is too long.
    "",
    "/",
    "/alice",
    "/Mandates{rest}",
    "{path}/{tail}",
];

/// Whole URLs that are not `{origin}{path}`.
const WHOLE: &[&str] = &[
    "http://{authority}{path}",
    "https://127.0.0.1:{port}{path}",
    "HTTPS://{authority}{path}",
    "https:{authority}{path}",
    "https:/{authority}{path}",
    "https:///{authority}{path}",
    "https:\\\\{authority}{path}",
    "\\\\{authority}{path}",
    "///{authority}{path}",
    "/\\{authority}{path}",
    ":{authority}{path}",
    "{authority}{path}",
    "{path}",
    " {origin}{path}",
    "\t{origin}{path}",
    "ht\ntps://{authority}{path}",
    "{origin}{path} {origin}{path}",
    "{origin}{path},{origin}{path}",
    "ftp://{authority}{path}",
    "file://{authority}{path}",
    "wss://{authority}{path}",
    "blob:{origin}{path}",
    "view-source:{origin}{path}",
    "javascript://{authority}{path}",
    "data:,{origin}{path}",
    "urn:{origin}{path}",
    "<{origin}{path}>",
];

/// What is not the agreement, or the collection, at `path` of a wallet at `port`; `path` begins with `/mandates`.
fn others(port: u16, path: &str) -> Vec<String> {
    let (port, next) = (port.to_string(), port.wrapping_add(1).to_string());
    let authority = format!("wallet.example:{port}");
    let origin = format!("https://{authority}");
    let tail = "a".repeat(2049 - origin.len() - path.len());
    let filled = |text: &str| {
        text.replace("{path}", path)
            .replace("{rest}", path.strip_prefix("/mandates").unwrap())
            .replace("{origin}", &origin)
            .replace("{authority}", &authority)
            .replace("{port}", &port)
            .replace("{next}", &next)
            .replace("{tail}", &tail)
    };
    let hosts = HOSTS.iter().map(|host| format!("{host}:{{port}}"));
    let authorities = hosts.chain(AUTHORITIES.iter().map(|text| (*text).to_owned()));
    let elsewhere = authorities.flat_map(|other| {
        ["https:", "http:", ""].map(|scheme| format!("{scheme}//{other}{{path}}"))
    });
    let ends = ENDS.iter().map(|end| format!("{{origin}}{end}"));
    let whole = WHOLE.iter().map(|text| (*text).to_owned());
    let all = elsewhere.chain(ends).chain(whole);
    all.map(|text| filled(&text)).collect()
}

#[tokio::test]
async fn no_other_spelling_is_asked_for_by_a_browser() {
    let place = Place::new().await;
    let Place { world, trap, .. } = &place;
    let agreement = format!("https://wallet.example:{}/mandates/1", trap.port());
    let good = world.shop.asks_for(&agreement);
    world.alice.signs_in().await;
    for other in others(trap.port(), "/mandates/1") {
        let request = good.with("scope", &other);
        let by_link = world.alice.browser.gets(&request.url()).await;
        let headers = reqwest::header::HeaderMap::new();
        let by_form = world
            .server
            .post("/authorize", headers, &request.parameters)
            .await;
        for reply in [by_link, by_form] {
            let to = reply.header("location").unwrap_or_default();
            assert!(to.starts_with(&world.shop.redirect_uri), "{other:?}: {to}");
            let callback = request.answered(&reply, &world.server.issuer);
            assert_eq!(callback.error(), "invalid_scope", "{other:?}");
        }
        place.is_untouched(&other);
    }
    // The one spelling is asked for, so that whatever slips through above would be seen.
    world.alice.opens(&good).await;
    assert_eq!(place.directory.asked(), ["wallet.example"]);
    assert_eq!(trap.connections(), 1);
}

#[tokio::test]
async fn no_other_spelling_is_asked_for_by_a_client() {
    let place = Place::new().await;
    let Place { world, trap, .. } = &place;
    let account = format!("https://wallet.example:{}/biller", trap.port());
    let new = NewShop {
        grant_types: &[GrantType::ClientCredentials],
        account: Some(&account),
        ..NewShop::CONFIDENTIAL
    };
    let biller = Shop::register(&world.server, new).await;
    let tokens = world.tokens().await;
    let refresh = refresh_form(tokens.refresh());
    for other in others(trap.port(), "/mandates") {
        let reply = biller.wants(&other).await;
        assert_eq!(reply.status, 400, "{other:?}: {reply:?}");
        reply.is_refused(400, "invalid_scope");
        let reply = world
            .shop
            .asks_for_tokens(&refresh.with("scope", &other))
            .await;
        assert_eq!(reply.status, 400, "{other:?}: {reply:?}");
        reply.is_refused(400, "invalid_scope");
    }
    let collection = format!("https://wallet.example:{}/mandates", trap.port());
    biller.wants(&collection).await.tokens();
    world.shop.asks_for_tokens(&refresh).await.tokens();
    place.is_untouched("a client asks");
}

#[tokio::test]
async fn a_nul_is_no_part_of_any_url() {
    let place = Place::new().await;
    let Place { world, trap, .. } = &place;
    let origin = format!("https://wallet.example:{}", trap.port());
    for text in [
        format!("{origin}\0/mandates/1"),
        format!("{origin}/mandates/\0"),
    ] {
        let request = world.shop.asks_for(&text);
        assert_eq!(world.server.get(&request.url()).await.status, 400);
        let form = Fields::of(&[("grant_type", "client_credentials"), ("scope", &text)]);
        let reply = world.shop.asks_for_tokens(&form).await;
        reply.is_refused(400, "invalid_request");
        place.is_untouched(&text);
    }
}

#[tokio::test]
async fn what_a_wallet_points_at_is_not_asked() {
    let place = Place::new().await;
    let Place { world, trap, .. } = &place;
    let (port, mandate) = (trap.port(), world.wallet.mandate());
    let terms = world.wallet.text_of(&mandate);
    for to in [
        format!("http://127.0.0.1:{port}/mandates/1"),
        format!("https://wallet.example:{port}/mandates/1"),
        format!("//wallet.example:{port}/mandates/1"),
        format!("http://localhost:{port}/mandates/1"),
        "http://169.254.169.254/latest".to_owned(),
    ] {
        world.wallet.answers(&mandate, Answer::Redirect(to.clone()));
        let page = looks_at(world, &mandate).await;
        page.is_page(503, "We cannot read the agreement right now");
        place.is_untouched(&to);
        for member in [
            "name", "id", "subject", "account", "receiver", "client", "self", "$ref",
        ] {
            let mut changed: serde_json::Value = serde_json::from_str(&terms).unwrap();
            changed[member] = json!(to);
            world.wallet.answers(&mandate, Answer::Json(changed));
            let page = looks_at(world, &mandate).await;
            if ["receiver", "self", "$ref"].contains(&member) {
                assert!(page.status < 500, "{member} {to}: {}", page.text());
            } else {
                page.is_page(400, UNUSABLE);
            }
            place.is_untouched(&to);
        }
    }
    world.wallet.mandate_again(&mandate);
    looks_at(world, &mandate)
        .await
        .is_page(200, "take payments");
}
