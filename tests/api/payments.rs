//! What a payer has approved, as they see it: the list, and one of them.

use countersign::model::GrantType;
use countersign::oauth::registration::{self, ClientChange};
use serde_json::json;

use crate::support::{Agreement, NewShop, Person, Reply, Shop, World};

const NOBODY: &str = "No company can take automatic payments from your accounts.";

/// Somebody has checked that the shop is who it says.
async fn is_checked(world: &World, shop: &Shop) {
    let change = ClientChange {
        verified: Some(true),
        ..ClientChange::default()
    };
    registration::update_client(world.server.app(), &shop.id, change)
        .await
        .unwrap();
}

/// A weekly mandate over 5 euros without an end.
fn endless(world: &World) -> Agreement {
    world.wallet.mandate_of("alice", |terms| {
        terms["assetCode"] = json!("EUR");
        terms["amount"] = json!("500");
        terms["interval"] = json!("P1W");
        terms["cycles"] = json!(null);
        terms["expiresAt"] = json!(null);
        terms["cap"] = json!(true);
    })
}

/// Where words stand on a page.
#[track_caller]
fn place(page: &Reply, words: &str) -> usize {
    let text = page.text();
    text.find(words)
        .unwrap_or_else(|| panic!("{words:?} is not in {text}"))
}

async fn detail(person: &Person, grant: &str) -> Reply {
    person.looks_at(&format!("/payments/{grant}")).await
}

#[tokio::test]
async fn a_payer_who_approved_nothing_reads_that_nobody_can_take_anything() {
    let world = World::new().await;
    let page = world.alice.looks_at("/payments").await;
    page.is_page(200, NOBODY);
    assert!(page.says("Active (0)") && page.says("Ended (0)"));
    assert!(!page.says("What else you have allowed"));
}

#[tokio::test]
async fn the_list_is_one_click_from_the_start_page() {
    let world = World::new().await;
    let home = world.alice.signs_in().await;
    let first = home.body.split("<main").nth(1).unwrap();
    let first = first.split("href=\"").nth(1).unwrap();
    assert!(first.starts_with("/payments\""), "{first}");
}

#[tokio::test]
async fn an_approved_mandate_is_on_the_list_and_has_a_page() {
    let world = World::new().await;
    is_checked(&world, &world.shop).await;
    let tokens = world.tokens().await;
    let page = world.alice.looks_at("/payments").await;
    for words in [
        "1 company can take up to $20.00 this month.",
        "Active (1)",
        "Acme Streaming Active Up to $20.00 each month",
        "At most $240.00 in total",
        "What they do not take carries over",
        "Ends 2 Mar 2028",
        "Stop Acme Streaming",
    ] {
        place(&page, words);
    }
    let account = format!("From ${}/alice Approved 1 Mar", world.wallet.authority());
    assert!(page.says(&account));
    let page = detail(&world.alice, &tokens.grant()).await;
    page.is_page(200, "Acme Streaming: active");
    for words in [
        "You approved this on 1 Mar 2027, 09:00 UTC, in these words:",
        "Acme Streaming can take up to $20.00 each month for 12 months",
        "This period: up to $20.00, until 1 Apr 2027, 08:00 UTC.",
        "Next period: 1 Apr 2027, 08:00 UTC, up to $20.00 more.",
        "Stop these payments",
        "acme.example · checked by First Wallet on 1 Mar 2027",
        "Each month, at most $20.00",
        "Acme Streaming says: Streaming, standard plan",
        "When they can take money: 12 periods",
        "Acme Streaming collected the permission.",
        "You approved it.",
    ] {
        place(&page, words);
    }
    assert!(place(&page, "collected the permission") < place(&page, "You approved it."));
    assert!(page.body.contains("<blockquote lang=\"en\""));
}

#[tokio::test]
async fn what_pays_in_or_creates_stands_apart() {
    let world = World::new().await;
    let (invoice, session) = (world.wallet.invoice(), world.wallet.session());
    let mut grants = Vec::new();
    for scope in [
        invoice.url,
        session.url,
        world.wallet.invoices(),
        world.wallet.mandates(),
        world.wallet.sessions(),
    ] {
        let callback = world.alice.approves(&world.shop.asks_for(&scope)).await;
        grants.push(world.shop.exchanges(&callback).await.tokens().grant());
    }
    let page = world.alice.looks_at("/payments").await;
    page.is_page(200, NOBODY);
    let apart = place(&page, "What else you have allowed");
    for words in [
        "Can pay you $34.50, once",
        "Can send small payments into your account",
        "Can create invoices in your name",
        "Can set up automatic payments for you to approve",
        "Can open payment sessions to you",
        "Allowed",
        "Ends 5 Dec 2027",
    ] {
        assert!(place(&page, words) > apart, "{words}");
    }
    assert!(!page.says("this month"));
    for (grant, words) in grants.iter().zip([
        "can pay you $34.50, once",
        "can send small payments into your account",
        "create invoices in your name",
        "set up automatic payments for you to approve",
        "open payment sessions to you",
    ]) {
        let page = detail(&world.alice, grant).await;
        page.is_page(200, "acme.example: allowed");
        assert!(page.says(words), "{words:?} is not in {}", page.text());
        assert!(page.says("Stop this") && !page.says("This period"));
    }
}

#[tokio::test]
async fn no_end_date_comes_first_then_the_largest_total_then_the_newest() {
    let world = World::new().await;
    let rival = world.rival().await;
    let mut shown = Vec::new();
    for (shop, mandate) in [
        (&world.shop, world.wallet.mandate()),
        (
            &rival,
            world.wallet.mandate_of("alice", |terms| {
                terms["amount"] = json!("9000");
                terms["cap"] = json!(true);
            }),
        ),
        (&world.shop, endless(&world)),
        (&rival, world.wallet.mandate()),
    ] {
        let callback = world.alice.approves(&shop.asks_for(&mandate)).await;
        shown.push(shop.exchanges(&callback).await.tokens().grant());
        world.server.clock.advance_seconds(1);
    }
    let page = world.alice.looks_at("/payments").await;
    let order: Vec<usize> = shown
        .iter()
        .map(|grant| page.body.find(&format!("/payments/{grant}\"")).unwrap())
        .collect();
    assert!(order[2] < order[1] && order[1] < order[3] && order[3] < order[0]);
    assert!(page.says("1 company can take up to €25.00 this month."));
    assert!(page.says("2 companies can take up to $130.00 this month."));
    place(&page, "No end date");
    let page = detail(&world.alice, &shown[2]).await;
    assert!(page.says("This permission runs out on"));
}

#[tokio::test]
async fn an_unchecked_app_is_called_by_its_host_and_hostile_words_stay_words() {
    let world = World::new().await;
    let hostile = "<script>alert(1)</script>\u{202e}** Your Bank";
    let new = NewShop {
        name: "<script>alert(1)</script>** Your Bank",
        redirect_uri: "https://evil.example/callback",
        ..NewShop::CONFIDENTIAL
    };
    let shop = Shop::register(&world.server, new).await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["description"] = json!(hostile);
    });
    let callback = world.alice.approves(&shop.asks_for(&mandate)).await;
    let tokens = shop.exchanges(&callback).await.tokens();
    for path in [
        "/payments".to_owned(),
        format!("/payments/{}", tokens.grant()),
        format!("/payments/{}/stop", tokens.grant()),
    ] {
        let page = world.alice.looks_at(&path).await;
        page.is_page(200, "evil.example");
        assert!(!page.body.contains("<script") && !page.body.contains('\u{202e}'));
    }
}

#[tokio::test]
async fn somebody_elses_is_as_unknown_as_what_there_never_was() {
    let world = World::new().await;
    let bob = world.bob().await;
    let grant = world.tokens().await.grant();
    assert!(bob.looks_at("/payments").await.says(NOBODY));
    let reply = world
        .alice
        .browser
        .gets(&format!("/payments/{grant}"))
        .await;
    assert_eq!(reply.status, 200);
    let unknown = "grt_00000000000000000000000000000000";
    let normal = |page: &Reply| {
        let text = page.text();
        text.split("For developers").next().unwrap().to_owned()
    };
    for suffix in ["", "/stop"] {
        let path = |id: &str| format!("/payments/{id}{suffix}");
        let theirs = bob.looks_at(&path(&grant)).await;
        theirs.is_page(404, "There is no such page");
        for id in [unknown, "%00", "a%27b", &"x".repeat(2000)] {
            let page = bob.looks_at(&path(id)).await;
            assert_eq!((page.status, normal(&page)), (404, normal(&theirs)), "{id}");
        }
    }
}

#[tokio::test]
async fn what_a_client_may_do_for_itself_is_nobodys_here() {
    let world = World::new().await;
    let account = world.wallet.pointer("biller");
    let new = NewShop {
        grant_types: &[GrantType::ClientCredentials],
        account: Some(&account),
        ..NewShop::CONFIDENTIAL
    };
    let biller = Shop::register(&world.server, new).await;
    let tokens = biller.wants(&world.wallet.invoices()).await.tokens();
    let described = world.wallet.introspects(&tokens.access).await;
    let grant = described["grant_id"].as_str().unwrap();
    let page = world.alice.looks_at("/payments?show=all").await;
    page.is_page(200, "You have not approved any automatic payments.");
    detail(&world.alice, grant)
        .await
        .is_page(404, "There is no such page");
}

#[tokio::test]
async fn until_the_app_collects_it_the_page_says_so() {
    let world = World::new().await;
    let callback = world.approved().await;
    let grant = world.pending_grant().await;
    let list = world.alice.looks_at("/payments").await;
    list.is_page(200, "Approved, not yet collected");
    assert!(list.says("Active (1)"));
    detail(&world.alice, &grant)
        .await
        .is_page(200, "acme.example: approved, not yet collected");
    world.server.clock.advance_seconds(60);
    let list = world.alice.looks_at("/payments").await;
    list.is_page(200, NOBODY);
    assert!(list.says("Ended (1)"), "{}", list.text());
    let page = detail(&world.alice, &grant).await;
    page.is_page(200, "acme.example: ended");
    assert!(page.says("Ended on 1 Mar 2027, 09:01 UTC."));
    assert!(page.says("did not collect the permission in time"));
    world
        .shop
        .exchanges(&callback)
        .await
        .is_refused(400, "invalid_grant");
    let page = detail(&world.alice, &grant).await;
    assert!(page.says("did not collect the permission in time"));
}

#[tokio::test]
async fn time_ends_it_whatever_the_row_says() {
    let world = World::new().await;
    let mandate = world.wallet.mandate_of("alice", |terms| {
        terms["expiresAt"] = json!("2027-03-01T10:00:00Z");
        terms["cycles"] = json!(null);
    });
    let tokens = world.tokens_for(&mandate).await;
    assert!(world.alice.looks_at("/payments").await.says("Active (1)"));
    world.server.clock.advance_seconds(3600);
    assert_eq!(world.fate(&tokens).await, "active");
    world.alice.signs_in().await;
    let page = world.alice.looks_at("/payments").await;
    page.is_page(200, NOBODY);
    assert!(page.says("Ended (1)") && !page.says("this month"));
    let page = world.alice.looks_at("/payments?show=ended").await;
    page.is_page(200, "Ended on 1 Mar 2027, 10:00 UTC.");
    let page = detail(&world.alice, &tokens.grant()).await;
    page.is_page(200, "It ended by itself: its time was over.");
    let stop = format!("/payments/{}/stop", tokens.grant());
    let reply = world.alice.browser.gets(&stop).await;
    assert_eq!(reply.location(), format!("/payments/{}", tokens.grant()));
}

#[tokio::test]
async fn what_happened_is_told_in_words_and_renewals_once() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let first = world.tokens_for(&mandate).await;
    for _ in 0..3 {
        world.server.clock.advance_seconds(60);
        world.shop.refreshes(first.refresh()).await.tokens();
    }
    world.shop.revokes(&first.access).await;
    let page = detail(&world.alice, &first.grant()).await;
    assert!(page.says("1 Mar 2027, 09:03 UTC acme.example renewed its access 3 times"));
    assert!(page.says("gave a part of its access back 1 time"));
    assert_eq!(page.text().matches("renewed its access").count(), 1);
    let second = world.tokens_for(&mandate).await;
    let page = detail(&world.alice, &first.grant()).await;
    page.is_page(200, "acme.example: ended");
    assert!(page.says("A newer permission that you gave to acme.example took its place."));
    let page = detail(&world.alice, &second.grant()).await;
    assert!(page.says("It took the place of an earlier one."));
    assert!(
        page.body
            .contains(&format!("/payments/{}\"", first.grant()))
    );
    world.shop.revokes(second.refresh()).await;
    let page = detail(&world.alice, &second.grant()).await;
    assert!(page.says("acme.example gave the permission back."));
}

#[tokio::test]
async fn what_was_collected_twice_says_so() {
    let world = World::new().await;
    let callback = world.approved().await;
    let tokens = world.shop.exchanges(&callback).await.tokens();
    world.shop.exchanges(&callback).await;
    let page = detail(&world.alice, &tokens.grant()).await;
    page.is_page(
        200,
        "Somebody tried to collect it a second time, so we ended it.",
    );
}

#[tokio::test]
async fn sixty_are_shown_on_two_pages_and_can_be_searched() {
    let world = World::new().await;
    let rival = world.rival().await;
    for number in 0..60 {
        let shop = if number == 7 { &rival } else { &world.shop };
        let request = shop.asks_for(world.wallet.mandate());
        let callback = world.alice.approves(&request).await;
        shop.exchanges(&callback).await.tokens();
        world.server.clock.advance_seconds(1);
    }
    let page = world.alice.looks_at("/payments").await;
    page.is_page(200, "Page 1 of 2");
    assert!(page.says("Active (60)"));
    assert!(page.says("2 companies can take up to $1,200.00 this month."));
    assert_eq!(page.body.matches("<h2><a href=").count(), 50);
    let page = world.alice.looks_at("/payments?show=active&page=2").await;
    assert_eq!(page.body.matches("<h2><a href=").count(), 10);
    assert!(page.says("Previous page") && !page.says("Next page"));
    let page = world.alice.looks_at("/payments?page=999999999").await;
    page.is_page(200, "Page 2 of 2");
    for search in ["RIVAL", "rival.exa"] {
        let page = world.alice.looks_at(&format!("/payments?q={search}")).await;
        page.is_page(200, "rival.example");
        assert_eq!(page.body.matches("<h2><a href=").count(), 1);
        assert!(page.body.contains(&format!("value=\"{search}\"")));
    }
    for odd in [
        "q=%22%3E%3Cscript%3E",
        "show=x&page=-1",
        "page=0",
        "q=%zz",
        "q=a&q=b",
    ] {
        let page = world.alice.looks_at(&format!("/payments?{odd}")).await;
        assert_eq!(page.status, 200, "{odd}");
        assert!(!page.body.contains("<script"), "{odd}");
    }
}

#[tokio::test]
async fn without_a_database_nothing_is_said() {
    let world = World::new().await;
    let grant = world.tokens().await.grant();
    world.server.loses_its_database().await;
    for path in ["/payments".to_owned(), format!("/payments/{grant}")] {
        let page = world.alice.browser.gets(&path).await;
        page.is_page(503, "Sorry, something went wrong");
        assert!(page.header("retry-after").is_some());
    }
}
