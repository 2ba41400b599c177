//! In which language a payer reads: the order of the wishes, the links on every page, and what an approval keeps.

use countersign::identity::users;
use serde_json::Value;

use crate::consent::ASKED;
use crate::explain::{NOW, explain, monthly, says};
use crate::support::browser::Browser;
use crate::support::html::attributes;
use crate::support::{Reply, World};

const COOKIE: &str = "__Host-locale";
const GERMAN: &str = "Geld von Ihrem Konto abbuchen?";

/// The language of a page, which the page and its header say alike.
#[track_caller]
fn language(page: &Reply) -> String {
    let said = attributes(&page.body, "html", "lang").remove(0);
    assert_eq!(page.header("content-language"), Some(said.as_str()));
    assert_eq!(attributes(&page.body, "html", "dir"), ["ltr"]);
    said
}

/// Where a page's link to another language leads.
#[track_caller]
fn switch(page: &Reply, tag: &str) -> String {
    let links = attributes(&page.body, "a", "href").into_iter();
    let mut links = links.filter(|link| link.contains(&format!("/language/{tag}?")));
    links
        .next()
        .unwrap_or_else(|| panic!("no link to {tag}: {}", page.body))
}

async fn likes(world: &World, locale: &str) {
    let app = world.server.app();
    users::update(app, "alice", Some(locale), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_dearest_wish_that_can_be_met_decides() {
    let world = World::with(&[("operator.locale", "\"de\"")]).await;
    let alice = &world.alice;
    let request = world.shop.asks_for(world.wallet.mandate());
    let wished = request.with("ui_locales", "tlh de-CH en");
    // Nobody has a wish: the operator's language.
    let stranger = Browser::new(&world.server);
    assert_eq!(language(&stranger.opens(&request.url()).await), "de");
    // The browser's, then the client's, which both pages of the request follow.
    let english = alice.browser.speaking("en");
    assert_eq!(language(&english.opens(&request.url()).await), "en");
    let page = english.opens(&wished.url()).await;
    assert_eq!(language(&page), "de");
    let page = alice.signs_in_on(&page).await;
    page.is_page(200, GERMAN);
    let here = attributes(&page.body, "form", "action").remove(0);
    // The payer's own.
    likes(&world, "en").await;
    let page = alice.browser.speaking("de").gets(&here).await;
    assert_eq!((page.status, language(&page).as_str()), (200, "en"));
    // What was chosen on a page.
    let reply = alice.browser.gets(&switch(&page, "de")).await;
    assert_eq!((reply.status, reply.location()), (303, here.as_str()));
    let page = alice.browser.speaking("en").gets(&here).await;
    assert_eq!(language(&page), "de");
    page.is_page(200, GERMAN);
    assert_eq!(alice.browser.cookie(COOKIE).as_deref(), Some("de"));
}

#[tokio::test]
async fn a_browser_says_how_dear_its_languages_are() {
    let world = World::new().await;
    let long = format!("{}de", "x-y, ".repeat(1000));
    for (wishes, wanted) in [
        ("de", "de"),
        ("de-AT, en;q=0.8", "de"),
        ("DE-at", "de"),
        ("en;q=0.5, de;q=0.7", "de"),
        ("en;q=0.7,de;q=0.700", "en"),
        ("tlh, de;q=0.001, *;q=0.5", "de"),
        ("en-GB, de", "en"),
        ("de;q=0", "en"),
        ("de;q=0, en;q=0", "en"),
        ("de;q=2", "en"),
        ("de;q=abc, en;q=0.1", "en"),
        ("de ; q=0.9, en;q=0.8", "de"),
        ("en-XA, de;q=0.5", "en"),
        ("", "en"),
        (";;q=,,;", "en"),
        ("\"><script>", "en"),
        (long.as_str(), "en"),
    ] {
        let browser = Browser::new(&world.server).speaking(wishes);
        let page = browser.gets("/sign-in").await;
        assert_eq!(
            (page.status, language(&page).as_str()),
            (200, wanted),
            "{wishes:.60}"
        );
    }
}

#[tokio::test]
async fn what_a_client_wishes_is_only_a_wish() {
    let world = World::new().await;
    let request = world.shop.asks_for(world.wallet.mandate());
    // Only so much of a list is kept.
    let long = format!("{} de", "zz-".repeat(1000));
    for (wishes, wanted) in [
        ("de", "de"),
        ("tlh  de-1996 en", "de"),
        ("en-XA de", "en"),
        ("*", "en"),
        ("../de", "en"),
        ("\"><script> de", "de"),
        (long.as_str(), "en"),
    ] {
        let page = world
            .alice
            .browser
            .opens(&request.with("ui_locales", wishes).url())
            .await;
        assert_eq!(language(&page), wanted, "{wishes:.60}");
        assert!(!page.body.contains("<script"));
    }
}

#[tokio::test]
async fn every_page_can_be_read_in_another_language() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    let request = world.shop.asks_for(world.wallet.mandate());
    let sign_in = browser.opens(&request.url()).await;
    let links = attributes(&sign_in.body, "a", "hreflang");
    assert_eq!(links, ["en", "de"]);
    assert!(
        sign_in
            .body
            .contains("lang=\"de\" hreflang=\"de\">Deutsch</a>")
    );
    assert!(
        sign_in
            .body
            .contains("hreflang=\"en\" aria-current=\"true\">English</a>")
    );
    // A form that could not be used is shown again by another path than it was sent to.
    let wrong = world.alice.tries(&sign_in, "not hers").await;
    assert_eq!(wrong.status, 422);
    assert_eq!(switch(&wrong, "de"), switch(&sign_in, "de"));
    let german = browser.opens(&switch(&wrong, "de")).await;
    german.is_page(200, "Sie sind hier, weil");
    let consent = world.alice.signs_in_on(&german).await;
    consent.is_page(200, GERMAN);
    let english = browser.opens(&switch(&consent, "en")).await;
    english.is_page(200, ASKED);
    for (path, words) in [
        ("/no/such/page?a=1&b=%C3%A9", "Diese Seite gibt es nicht"),
        ("//elsewhere.example", "Diese Seite gibt es nicht"),
        ("/", "Sie sind angemeldet"),
        ("/authorize?client_id=nobody", "Wir kennen diese App nicht"),
    ] {
        browser.sets_cookie(COOKIE, "en");
        let page = browser.gets(path).await;
        assert_eq!(language(&page), "en", "{path}");
        let page = browser.opens(&switch(&page, "de")).await;
        let elsewhere = path.starts_with("//");
        assert!(elsewhere || page.says(words), "{path}: {}", page.text());
        assert_eq!(language(&page), "de", "{path}");
    }
    // There is nothing to read where a sign-out is sent to.
    let home = browser.opens("/").await;
    let form = home.forms().remove(0);
    let refused = browser.submits(&form, &[("csrf", "another")]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(switch(&refused, "de"), switch(&home, "de"));
}

#[tokio::test]
async fn a_request_that_failed_is_told_in_the_language_of_its_client() {
    let world = World::new().await;
    let request = world
        .shop
        .asks_for(world.wallet.mandate())
        .with("ui_locales", "de");
    let page = world.alice.opens(&request).await;
    let path = page.form_with_button("decision", "approve").unwrap().action;
    world.server.clock.advance_seconds(1801);
    let page = world.alice.browser.opens(&path).await;
    assert_eq!((page.status, language(&page).as_str()), (410, "de"));
    page.is_page(410, "Sie haben länger als 30 Minuten gewartet.");
}

#[tokio::test]
async fn a_language_link_leads_nowhere_else() {
    let world = World::new().await;
    let browser = &world.alice.browser;
    for to in [
        "",
        "?to=",
        "?to=//evil.example",
        "?to=%2F%2Fevil.example/",
        "?to=https://evil.example/",
        "?to=/%5C/evil.example",
        "?to=%5C%5Cevil.example",
        "?to=/%09/evil.example",
        "?to=/a%0D%0ASet-Cookie:%20a=b",
        "?to=/sign-in&to=/sign-in",
        "?to=javascript:alert(1)",
        "?to=%FF",
        "?to=/%00",
        "?other=/sign-in",
    ] {
        let reply = browser.gets(&format!("/language/de{to}")).await;
        assert_eq!((reply.status, reply.location()), (303, "/"), "{to}");
        assert_eq!(
            reply.headers.get_all("set-cookie").iter().count(),
            1,
            "{to}"
        );
    }
    let reply = browser
        .gets("/language/de?to=/sign-in%3Frequest%3Dr1")
        .await;
    assert_eq!(reply.location(), "/sign-in?request=r1");
    let set = reply.header("set-cookie").unwrap();
    assert!(
        set.starts_with("__Host-locale=de;") && set.contains("Max-Age=31536000"),
        "{set}"
    );
    for tag in ["tlh", "DE", "en-XA", "de%20", "%00", "de%2Fx"] {
        let page = browser.gets(&format!("/language/{tag}?to=/")).await;
        assert_eq!(page.status, 404, "{tag}: {page:?}");
        assert_eq!(page.header("set-cookie"), None);
    }
}

#[tokio::test]
async fn a_cookie_of_somebody_else_changes_nothing() {
    let world = World::new().await;
    let browser = world.alice.browser.speaking("de");
    for value in ["", "tlh", "en-XA-", "../../etc", "x\u{7f}"] {
        browser.sets_cookie(COOKIE, value.trim_end_matches('\u{7f}'));
        let page = browser.gets("/sign-in").await;
        let wanted = if value.starts_with("en") { "en" } else { "de" };
        assert_eq!(
            (page.status, language(&page).as_str()),
            (200, wanted),
            "{value}"
        );
    }
}

#[tokio::test]
async fn what_was_approved_is_kept_in_the_language_that_was_read_last() {
    let world = World::new().await;
    let (alice, browser) = (&world.alice, &world.alice.browser);
    let request = world.shop.asks_for(world.wallet.mandate());
    let english = alice.opens(&request).await;
    let german = browser.opens(&switch(&english, "de")).await;
    german.is_page(200, GERMAN);
    let sentence = "acme.example darf 12 Monate lang jeden Monat bis zu 20,00 US$ abbuchen, vom 1. März 2027, \
                    08:00 Uhr (UTC) bis zum 1. März 2028, 08:00 Uhr (UTC): insgesamt höchstens 240,00 US$.";
    for words in [
        sentence,
        "Achtung: Was nicht abgebucht wird",
        "Auf einmal könnten bis zu 240,00 US$ abgebucht werden.",
        "US-Dollar (USD)",
        "Anzahl der Monate 12",
        "Genehmigen",
        "Ablehnen",
    ] {
        assert!(german.says(words), "{words:?} is not in {}", german.text());
    }
    // It is the same request, and the same terms.
    let form = |page: &Reply| page.form_with_button("decision", "approve").unwrap();
    let digest = |page: &Reply| form(page).hidden.value("digest").unwrap().to_owned();
    assert_eq!(form(&english).action, form(&german).action);
    assert_eq!(digest(&english), digest(&german));
    let reply = alice.presses(&german, "approve").await;
    request.answered(&reply, &world.server.issuer).code();
    let id = world.pending_grant().await;
    let store = &world.server.app().store;
    let grant = countersign::store::grant::find(store, &id).await.unwrap();
    let (words, locale) = grant.unwrap().text.unwrap();
    assert_eq!(words.replace('\u{a0}', " "), sentence);
    assert_eq!(locale, "de");
}

#[tokio::test]
async fn one_language_is_no_choice() {
    let settings = [
        ("operator.locales", "[\"de\"]"),
        ("operator.locale", "\"de\""),
    ];
    let world = World::with(&settings).await;
    likes(&world, "en").await;
    let page = world.alice.signs_in().await;
    page.is_page(200, "Sie sind angemeldet");
    assert!(!page.body.contains("hreflang") && !page.body.contains("<nav"));
    assert_eq!(
        world.alice.browser.gets("/language/en?to=/").await.status,
        404
    );
    let place = "/.well-known/oauth-authorization-server";
    let document = world.server.get(place).await.json();
    assert_eq!(document["ui_locales_supported"], serde_json::json!(["de"]));
}

#[tokio::test]
async fn a_translator_looks_at_pages_before_they_are_translated() {
    let world = World::with(&[("operator.locales", "[\"en\", \"de\", \"en-XA\"]")]).await;
    likes(&world, "en-XA").await;
    let request = world.shop.asks_for(world.wallet.mandate());
    let page = world.alice.opens(&request).await;
    assert_eq!((page.status, language(&page).as_str()), (200, "en-XA"));
    assert!(page.says("⟦Ļééţ acme.example ţååķéé"), "{}", page.text());
    assert!(page.says("$240.00") && !page.says("account"));
    let document = world
        .server
        .get("/.well-known/oauth-authorization-server")
        .await;
    let offered = document.json()["ui_locales_supported"].clone();
    assert_eq!(offered, serde_json::json!(["en", "de", "en-XA"]));
}

#[test]
fn german_vectors_are_explained_to_the_letter() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../vectors/mandates.de.json")).unwrap();
    assert!(vectors.len() >= 25);
    for vector in vectors {
        let (n, wanted) = (&vector["n"], vector["output"].as_object().unwrap());
        let arguments = ["-", "--now", NOW, "--locale", "de", "-o", "json"];
        let output = explain(&arguments, &vector["input"].to_string());
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        for (member, value) in wanted {
            assert_eq!(said.get(member), Some(value), "{n}: {member}");
        }
    }
    let output = explain(
        &["-", "--now", NOW, "--locale", "de-AT"],
        &monthly().to_string(),
    );
    for words in [
        "jeden Monat bis zu 20,00 US$ abbuchen, ab dem 1. Dez. 2026, ohne Enddatum\n",
        "\nAchtung: Es gibt kein Enddatum und keine Grenze für die Summe.",
        "\nZEITRAUM  AB             ENDET          HÖCHSTENS\n",
        "\n1         1. Dez. 2026   1. Jan. 2027   20,00 US$\n",
        "\nund so weiter, ohne Enddatum\n",
    ] {
        assert!(
            says(&output.stdout).contains(words),
            "{words:?} is not in {}",
            says(&output.stdout)
        );
    }
}

#[tokio::test]
async fn the_link_of_another_site_chooses_no_language() {
    let world = World::new().await;
    likes(&world, "en").await;
    let ask = |site: &'static str| {
        let url = "/language/de?to=%2Fsign-in";
        let request = world.server.request("GET", url);
        Reply::of(request.header("sec-fetch-site", site))
    };
    for (site, chosen) in [
        ("cross-site", false),
        ("same-site", false),
        ("same-origin", true),
        ("none", true),
    ] {
        let reply = ask(site).await;
        assert!(reply.location().ends_with("/sign-in"), "{reply:?}");
        assert_eq!(reply.header("set-cookie").is_some(), chosen, "{site}");
    }
}
