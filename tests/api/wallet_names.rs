//! Names that lead elsewhere, or change what they lead to: a wallet is asked at public addresses only, unless it was
//! registered as one in a private network.

use countersign::oauth::registration::{self, ResourceServerChange};

use crate::agreement::{UNREACHABLE, UNUSABLE};
use crate::support::network::{Directory, Trap};
use crate::support::register;
use crate::support::{Reply, World};

/// Public by its number, and nobody's since 2006 (RFC 3701).
const NOBODY: &str = "3ffe::1";

/// Registers a wallet at a name that is in the public network only.
async fn public_wallet(world: &World, origin: &str) {
    let app = world.server.app();
    let (id, _) = register::resource_server(app, "Public Wallet", origin).await;
    let change = ResourceServerChange {
        allow_private_network: Some(false),
        ..ResourceServerChange::default()
    };
    let changed = registration::update_resource_server(app, &id, change).await;
    changed.unwrap();
}

async fn opens(world: &World, origin: &str) -> Reply {
    let request = world.shop.asks_for(format!("{origin}/mandates/1"));
    world.alice.opens(&request).await
}

async fn place() -> (Directory, Trap, World) {
    let directory = Directory::default();
    let world = World::among(&directory, &[("wallet.timeout", "300")]).await;
    (directory, Trap::set(), world)
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_followed() {
    let (directory, trap, world) = place().await;
    let origin = format!("https://wallet.example:{}", trap.port());
    public_wallet(&world, &origin).await;
    for addresses in [
        &["127.0.0.1"][..],
        &[NOBODY, "127.0.0.1"],
        &["127.0.0.1", NOBODY],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::127.0.0.1"],
        &["0.0.0.0"],
        &["::"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["fd00:ec2::254"],
    ] {
        directory.leads("wallet.example", &[addresses]);
        let request = world.shop.asks_for(format!("{origin}/mandates/1"));
        let page = world.alice.opens(&request).await;
        page.is_page(400, UNUSABLE);
        assert!(
            page.says("private address"),
            "{addresses:?}: {}",
            page.text()
        );
        let forms = page.forms();
        let leaves =
            |form: &&crate::support::html::Form| form.hidden.value("decision") == Some("leave");
        let form = forms.iter().find(leaves).unwrap();
        let reply = world.alice.browser.submits(form, &[]).await;
        let callback = request.answered(&reply, &world.server.issuer);
        assert_eq!(callback.error(), "invalid_scope");
        assert_eq!(directory.asked(), ["wallet.example"]);
        assert_eq!(trap.connections(), 0, "{addresses:?}");
    }
}

#[tokio::test]
async fn a_name_that_changes_its_answer_is_judged_by_each() {
    let (directory, trap, world) = place().await;
    let origin = format!("https://wallet.example:{}", trap.port());
    public_wallet(&world, &origin).await;
    directory.leads("wallet.example", &[&[NOBODY], &["127.0.0.1"], &[NOBODY]]);
    for page in [UNREACHABLE, UNUSABLE, UNREACHABLE] {
        let shown = opens(&world, &origin).await;
        assert!(shown.says(page), "{page}: {}", shown.text());
        assert_eq!(directory.asked(), ["wallet.example"]);
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn what_is_allowed_to_one_wallet_is_not_allowed_to_its_neighbour() {
    let (directory, inside, world) = place().await;
    let beside = Trap::set();
    let private = format!("https://wallet.example:{}", inside.port());
    let public = format!("https://wallet.example:{}", beside.port());
    register::resource_server(world.server.app(), "Private Wallet", &private).await;
    public_wallet(&world, &public).await;
    for _ in 0..2 {
        opens(&world, &private).await.is_page(503, UNREACHABLE);
        assert_eq!(inside.connections(), 1);
        opens(&world, &public).await.is_page(400, UNUSABLE);
        assert_eq!(beside.connections(), 0);
    }
    assert_eq!(directory.asked().len(), 4);
}
