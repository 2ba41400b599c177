use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::app::App;
use crate::model::{Asset, AuthMethod, Clock, Duties, Endpoints, GrantType, PartyState, Secret};
use crate::{settings, store};

mod keys;

/// An operator with a server of their own, whose clock stands still.
struct Operator {
    app: App,
    _directory: TempDir,
}

const NOW: &str = "2027-01-01T08:00:00Z";

impl Operator {
    async fn sits_down() -> Self {
        Self::with("").await
    }

    async fn with(more: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("private.db");
        let text = format!("[database]\nurl = \"sqlite://{}\"\n{more}", file.display());
        let now: Timestamp = NOW.parse().unwrap();
        let clock = Clock::from_fn(move || now);
        let app = App::open(settings::load_from(&text).unwrap(), clock);
        Self {
            app: app.await.unwrap(),
            _directory: directory,
        }
    }

    async fn registers_wallet(&self, origin: &str) -> Result<String, RegistrationFault> {
        let created = create_resource_server(&self.app, wallet(origin)).await?;
        Ok(created.0.id)
    }

    async fn accepts(&self, party: &str, secret: &Secret) -> bool {
        self.accepts_at(party, secret, NOW.parse().unwrap()).await
    }

    async fn accepts_at(&self, party: &str, secret: &Secret, at: Timestamp) -> bool {
        store::party_secret::is_valid(&self.app.store, party, &secret.digest(), at)
            .await
            .unwrap()
    }
}

fn shop() -> NewClient {
    NewClient {
        name: "Acme".to_owned(),
        redirect_uris: vec!["https://shop.example/callback".to_owned()],
        auth_method: AuthMethod::ClientSecretBasic,
        grant_types: Vec::new(),
        accounts: Vec::new(),
        credentials: NewCredentials::default(),
        duties: Duties::default(),
    }
}

fn wallet(origin: &str) -> NewResourceServer {
    NewResourceServer {
        name: "Wallet".to_owned(),
        origin: origin.to_owned(),
        endpoints: Endpoints::default(),
        pointer_origins: Vec::new(),
        assets: Vec::new(),
        allow_private_network: false,
        enforces_limits: false,
        auth_method: AuthMethod::ClientSecretBasic,
        credentials: NewCredentials::default(),
    }
}

/// What kind of value was refused.
fn refused<T: std::fmt::Debug>(result: Result<T, RegistrationFault>) -> &'static str {
    match result {
        Err(RegistrationFault::Refused { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_client_gets_an_id_a_secret_and_the_usual_grant_types() {
    let operator = Operator::sits_down().await;
    let (client, secret) = create_client(&operator.app, shop()).await.unwrap();
    let secret = secret.unwrap();
    assert!(client.id.starts_with("cli_"));
    assert_eq!(
        client.grant_types,
        [GrantType::AuthorizationCode, GrantType::RefreshToken]
    );
    assert!(client.is_enabled() && client.verified_at.is_none());
    assert!(operator.accepts(&client.id, &secret).await);
    let found = load_client(&operator.app, &client.id).await.unwrap();
    assert_eq!(found.redirect_uris, client.redirect_uris);
}

#[tokio::test]
async fn a_name_is_one_line_of_60_characters() {
    let operator = Operator::sits_down().await;
    for name in [
        "",
        "  ",
        &"x".repeat(61),
        "\u{200b}",
        "Fine\u{200b}Shop",
        "Fine\u{202e}Shop",
        "Fine\u{2066}Shop",
        "Fine\nShop",
        "Fine\tShop",
        "Fine\u{7f}Shop",
        "Fine Shop\n",
    ] {
        let name = name.to_owned();
        let created = create_client(&operator.app, NewClient { name, ..shop() }).await;
        assert_eq!(refused(created), "name");
    }
    let name = format!("{}  y ", "x".repeat(58));
    let new = NewClient { name, ..shop() };
    let (client, _) = create_client(&operator.app, new).await.unwrap();
    assert_eq!(client.name, format!("{} y", "x".repeat(58)));
}

#[tokio::test]
async fn grant_types_hang_together() {
    let operator = Operator::sits_down().await;
    for (auth_method, grant_types) in [
        (AuthMethod::ClientSecretBasic, vec![GrantType::RefreshToken]),
        (AuthMethod::None, vec![GrantType::ClientCredentials]),
    ] {
        let new = NewClient {
            auth_method,
            grant_types,
            ..shop()
        };
        assert_eq!(
            refused(create_client(&operator.app, new).await),
            "grant type"
        );
    }
    let new = NewClient {
        auth_method: AuthMethod::None,
        ..shop()
    };
    let (client, secret) = create_client(&operator.app, new).await.unwrap();
    assert!(client.is_public() && secret.is_none());
}

#[tokio::test]
async fn redirect_uris_can_be_registered_each_once_and_at_least_one() {
    let operator = Operator::sits_down().await;
    let good = "https://shop.example/callback";
    for uris in [
        vec!["http://shop.example/callback"],
        vec!["https://shop.example/#f"],
        vec![good, good],
        vec![],
    ] {
        let redirect_uris = uris.iter().map(|&uri| uri.to_owned()).collect();
        let new = NewClient {
            redirect_uris,
            ..shop()
        };
        let created = create_client(&operator.app, new).await;
        assert_eq!(refused(created), "redirect URI", "{uris:?}");
    }
    let new = NewClient {
        redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        ..shop()
    };
    assert!(create_client(&operator.app, new).await.is_ok());
}

#[tokio::test]
async fn accounts_are_pointers_of_registered_wallets_one_each() {
    let operator = Operator::sits_down().await;
    let account = |texts: &[&str]| NewClient {
        accounts: texts.iter().map(|&text| text.to_owned()).collect(),
        ..shop()
    };
    let create = |texts: &[&str]| {
        let new = account(texts);
        async { create_client(&operator.app, new).await }
    };
    assert_eq!(refused(create(&["$wallet.example/acme"]).await), "account");
    operator
        .registers_wallet("https://wallet.example")
        .await
        .unwrap();
    operator
        .registers_wallet("https://bank.example")
        .await
        .unwrap();
    let (client, _) = create(&["$wallet.example/acme", "$bank.example"])
        .await
        .unwrap();
    assert_eq!(
        client.accounts,
        [
            "https://wallet.example/acme",
            "https://bank.example/.well-known/pay"
        ]
    );
    let two = create(&["$wallet.example/acme", "$wallet.example/other"]).await;
    assert_eq!(refused(two), "account");
    assert_eq!(refused(create(&["not a pointer"]).await), "account");
}

#[tokio::test]
async fn what_is_not_named_in_a_change_stays() {
    let operator = Operator::sits_down().await;
    let app = &operator.app;
    let (client, _) = create_client(app, shop()).await.unwrap();
    let verified = ClientChange {
        verified: Some(true),
        ..ClientChange::default()
    };
    let changed = update_client(app, &client.id, verified).await.unwrap();
    assert_eq!(changed.verified_at, Some(NOW.parse().unwrap()));
    assert_eq!(changed.redirect_uris, client.redirect_uris);
    let without = ClientChange {
        redirect_uris: Some(Vec::new()),
        ..ClientChange::default()
    };
    let refusal = update_client(app, &client.id, without).await;
    assert_eq!(refused(refusal), "redirect URI");
    let unknown = update_client(app, "cli_nobody", ClientChange::default()).await;
    assert!(unknown.unwrap_err().is_unknown());
    let off = set_client_state(app, &client.id, PartyState::Disabled).await;
    assert!(!off.unwrap().is_enabled());
}

#[tokio::test]
async fn http_is_for_loopback_and_only_when_the_settings_allow_it() {
    let strict = Operator::sits_down().await;
    let lax = Operator::with("[authorization]\nallow_loopback_http = true\n").await;
    let local = "http://127.0.0.1:3001";
    assert_eq!(refused(strict.registers_wallet(local).await), "origin");
    assert!(lax.registers_wallet(local).await.is_ok());
    for origin in [
        "http://wallet.example",
        "https://wallet.example/",
        "wallet.example",
    ] {
        assert_eq!(refused(lax.registers_wallet(origin).await), "origin");
    }
}

#[tokio::test]
async fn endpoints_are_on_the_origin_and_all_different() {
    let operator = Operator::sits_down().await;
    let create = |mandates: &str, invoices: &str| {
        let endpoints = Endpoints {
            mandates: Some(mandates.to_owned()),
            invoices: Some(invoices.to_owned()),
            sessions: None,
        };
        let new = NewResourceServer {
            endpoints,
            ..wallet("https://wallet.example")
        };
        async { create_resource_server(&operator.app, new).await }
    };
    let good = "https://wallet.example/mandates";
    let elsewhere = create(
        "https://bank.example/mandates",
        "https://wallet.example/invoices",
    );
    assert_eq!(refused(elsewhere.await), "mandates endpoint");
    let odd = create(good, "https://wallet.example/invoices?x=1");
    assert_eq!(refused(odd.await), "invoices endpoint");
    assert_eq!(refused(create(good, good).await), "endpoint");
    let (server, _) = create(good, "https://wallet.example/invoices")
        .await
        .unwrap();
    let fewer = ResourceServerChange {
        endpoints: Endpoints {
            invoices: Some(String::new()),
            ..Endpoints::default()
        },
        ..ResourceServerChange::default()
    };
    let changed = update_resource_server(&operator.app, &server.id, fewer);
    let endpoints = changed.await.unwrap().endpoints;
    assert_eq!(endpoints.mandates.as_deref(), Some(good));
    assert_eq!(endpoints.invoices, None);
}

#[tokio::test]
async fn an_asset_is_named_once() {
    let operator = Operator::sits_down().await;
    let assets = [2, 6].map(|scale| Asset::new("USD", scale).unwrap());
    let new = NewResourceServer {
        assets: assets.to_vec(),
        ..wallet("https://wallet.example")
    };
    let created = create_resource_server(&operator.app, new).await;
    assert_eq!(refused(created), "asset");
}

#[tokio::test]
async fn no_host_belongs_to_two_wallets() {
    let operator = Operator::with("[authorization]\nallow_loopback_http = true\n").await;
    let with_pointers = |origin: &str, pointers: &str| NewResourceServer {
        pointer_origins: vec![pointers.to_owned()],
        ..wallet(origin)
    };
    let create = |new| async { create_resource_server(&operator.app, new).await };
    let first = with_pointers("https://wallet.example", "https://pay.example");
    let (first, _) = create(first).await.unwrap();
    assert_eq!(
        refused(create(wallet("https://wallet.example")).await),
        "origin"
    );
    assert_eq!(
        refused(create(wallet("https://pay.example")).await),
        "origin"
    );
    let second = with_pointers("https://bank.example", "https://wallet.example");
    assert_eq!(refused(create(second).await), "origin");
    let own = with_pointers("https://bank.example", "https://bank.example");
    assert_eq!(refused(create(own).await), "pointer origin");
    operator
        .registers_wallet("https://127.0.0.1:3001")
        .await
        .unwrap();
    let other_scheme = operator.registers_wallet("http://127.0.0.1:3001").await;
    assert_eq!(refused(other_scheme), "origin");
    // Its own origins are no conflict when it changes.
    let change = ResourceServerChange {
        enforces_limits: Some(true),
        ..ResourceServerChange::default()
    };
    let changed = update_resource_server(&operator.app, &first.id, change).await;
    assert!(changed.unwrap().enforces_limits);
}

#[tokio::test]
async fn old_secrets_end_after_the_overlap() {
    let operator = Operator::sits_down().await;
    let app = &operator.app;
    let (client, first) = create_client(app, shop()).await.unwrap();
    let first = first.unwrap();
    let day = SignedDuration::from_hours(24);
    let (second, end) = rotate_secret(app, &client.id, day).await.unwrap();
    assert_eq!(end.to_string(), "2027-01-02T08:00:00Z");
    assert!(operator.accepts(&client.id, &first).await);
    assert!(operator.accepts(&client.id, &second).await);
    assert!(!operator.accepts_at(&client.id, &first, end).await);
    let (third, _) = rotate_secret(app, &client.id, SignedDuration::ZERO)
        .await
        .unwrap();
    assert!(!operator.accepts(&client.id, &first).await);
    assert!(!operator.accepts(&client.id, &second).await);
    assert!(
        operator
            .accepts_at(&client.id, &third, Timestamp::MAX)
            .await
    );
}

#[tokio::test]
async fn a_public_client_and_an_unknown_one_have_no_secret_to_rotate() {
    let operator = Operator::sits_down().await;
    let new = NewClient {
        auth_method: AuthMethod::None,
        ..shop()
    };
    let (client, _) = create_client(&operator.app, new).await.unwrap();
    let rotated = rotate_secret(&operator.app, &client.id, SignedDuration::ZERO).await;
    assert_eq!(refused(rotated), "client");
    let rotated = rotate_secret(&operator.app, "rs_nobody", SignedDuration::ZERO).await;
    assert!(rotated.unwrap_err().is_unknown());
}
