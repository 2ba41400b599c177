//! How operators register clients and wallets that hold keys: every option is kept, shown, and can be changed.

use serde_json::{Value, json};

use crate::support::operator::Said;
use crate::support::{Key, KeyHost, Operator, World};

const DUTIES: [&str; 4] = [
    "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
];

pub async fn runs(operator: &Operator, words: &[&str]) -> Said {
    let said = operator.does(&[words, &["-o", "json"]].concat()).await;
    assert_eq!(said.code, 0, "{words:?}: {said:?}");
    said
}

pub async fn refuses(operator: &Operator, words: &[&str], code: i32, why: &str) {
    let said = operator.does(words).await;
    assert_eq!(said.code, code, "{words:?}: {said:?}");
    assert!(said.err.contains(why), "{why}: {said:?}");
}

pub fn file(operator: &Operator, name: &str, text: &str) -> String {
    let path = operator.path(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

const CREATE: [&str; 6] = [
    "client",
    "create",
    "--name",
    "Keeper",
    "--redirect-uri",
    "https://keeper.example/callback",
];

/// A client that is made with these options; what is shown of it is what it was made with.
async fn created(operator: &Operator, options: &[&str]) -> Value {
    let made = runs(operator, &[&CREATE, options].concat()).await.json();
    let id = made["client_id"].as_str().unwrap();
    let shown = runs(operator, &["client", "show", id]).await.json();
    let listed = runs(operator, &["client", "list"]).await.json();
    let listed = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["client_id"] == id);
    assert_eq!(listed, Some(&shown));
    for (name, value) in shown.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    made
}

#[tokio::test]
async fn keys_are_kept_as_they_are_given() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let key = Key::es256();
    let path = file(&operator, "keys.json", &key.jwks());
    let by_key = ["--auth-method", "private_key_jwt", "--jwks-file", &path];
    let made = created(&operator, &by_key).await;
    assert_eq!(made["auth_method"], "private_key_jwt");
    assert_eq!(made["jwks"]["keys"][0]["kid"], key.kid());
    assert_eq!(
        (&made["jwks_uri"], &made["signing_alg"]),
        (&Value::Null, &json!("ES256"))
    );
    assert!(made.get("client_secret").is_none(), "{made}");
    let id = made["client_id"].as_str().unwrap();
    let host = KeyHost::open(&world.server, &key);
    let update = [
        "client",
        "update",
        id,
        "--jwks-uri",
        &host.uri,
        "--signing-alg",
        "PS256",
    ];
    let changed = runs(&operator, &update).await.json();
    assert_eq!(
        (&changed["jwks_uri"], &changed["jwks"]),
        (&json!(host.uri), &Value::Null)
    );
    assert_eq!(changed["signing_alg"], "PS256");
    let uri = [
        "--auth-method",
        "private_key_jwt",
        "--jwks-uri",
        "https://keeper.example/keys",
        "--signing-alg",
        "EdDSA",
    ];
    let made = created(&operator, &uri).await;
    assert_eq!(
        (&made["jwks_uri"], &made["signing_alg"]),
        (&json!("https://keeper.example/keys"), &json!("EdDSA"))
    );
    let both = [
        &CREATE[..],
        &by_key,
        &["--jwks-uri", "https://keeper.example/keys"],
    ]
    .concat();
    refuses(&operator, &both, 2, "cannot be used with").await;
}

/// The command that makes a client, with these options.
pub fn creating<'a>(options: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let options: Vec<&str> = options.split(' ').collect();
    [&CREATE[..], &options, more].concat()
}

#[tokio::test]
async fn keys_that_could_verify_nothing_are_refused() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let key = Key::es256();
    let mut private = key.jwk();
    private["d"] = json!("AAAA");
    let private = json!({ "keys": [private] }).to_string();
    let long = format!("{}{}", key.jwks(), " ".repeat(65_536));
    let by_file = "--auth-method private_key_jwt --jwks-file";
    for (text, algorithm, why) in [
        ("no set", "ES256", "cannot be read as a JSON object"),
        ("{\"keys\":[]}", "ES256", "jwks"),
        (&private, "ES256", "private or secret key"),
        (&key.jwks(), "PS256", "PS256"),
        (&long, "ES256", "longer than 65536 bytes"),
    ] {
        let path = file(&operator, "bad.json", text);
        let words = creating(by_file, &[&path, "--signing-alg", algorithm]);
        refuses(&operator, &words, 1, why).await;
    }
    let none = operator.path("none.json").display().to_string();
    refuses(&operator, &creating(by_file, &[&none]), 1, "cannot be read").await;
    let by_uri = "--auth-method private_key_jwt --jwks-uri";
    let words = creating(by_uri, &["http://keeper.example/"]);
    refuses(&operator, &words, 1, "https URL").await;
}

#[tokio::test]
async fn what_rests_on_nothing_is_refused() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    for (options, why) in [
        ("--auth-method private_key_jwt", "it needs keys"),
        ("--signing-alg ES256", "it belongs to keys"),
        ("--require-signed-request-object", "it needs keys"),
        (
            "--auth-method tls_client_auth",
            "--tls-subject-dn, --tls-san-dns",
        ),
        (
            "--auth-method none --tls-client-certificate-bound-access-tokens",
            "bound to a key",
        ),
    ] {
        refuses(&operator, &creating(options, &[]), 1, why).await;
    }
}

#[tokio::test]
async fn one_name_in_a_certificate_is_kept() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    for (name, value) in [
        ("subject-dn", "CN=keeper.example,O=Keeper\\, Inc.,C=DE"),
        ("san-dns", "keeper.example"),
        ("san-uri", "https://keeper.example/client"),
        ("san-ip", "192.0.2.7"),
        ("san-email", "keys@keeper.example"),
    ] {
        let option = format!("--tls-{name}");
        let by_certificate = ["--auth-method", "tls_client_auth", &option, value];
        let made = created(&operator, &by_certificate).await;
        let kind = format!("tls_client_auth_{}", name.replace('-', "_"));
        assert_eq!(made["certificate"], json!({ kind: value }));
        assert!(made.get("client_secret").is_none(), "{made}");
    }
    let two = "--tls-san-dns keeper.example --tls-san-ip 192.0.2.7";
    refuses(&operator, &creating(two, &[]), 2, "cannot be used with").await;
    let bad = "--auth-method tls_client_auth --tls-san-ip keeper.example";
    refuses(&operator, &creating(bad, &[]), 1, "--tls-san-ip").await;
}

#[tokio::test]
async fn whoever_comes_before_the_proxy_is_registered_and_told_so() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let by_certificate = "--auth-method tls_client_auth --tls-san-dns keeper.example";
    let words = creating(by_certificate, &[]);
    let settings = Operator::settings(&world.server);
    let proxies = "[certificates]\nproxies = [\"127.0.0.1\"]\n";
    for (settings, told) in [(settings.clone(), true), (settings + proxies, false)] {
        operator.sets(&settings);
        let said = operator.does(&words).await;
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(said.err.contains("certificates.proxies"), told, "{said:?}");
    }
}

#[tokio::test]
async fn each_duty_is_off_unless_it_is_named_and_can_be_taken_back() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let path = file(&operator, "keys.json", &Key::es256().jwks());
    let key = ["--auth-method", "private_key_jwt", "--jwks-file", &path];
    for duty in DUTIES {
        let option = format!("--{}", duty.replace('_', "-"));
        let made = created(&operator, &[&key[..], &[&option]].concat()).await;
        for other in DUTIES {
            assert_eq!(made[other], other == duty, "{duty} {other}");
        }
        let id = made["client_id"].as_str().unwrap();
        for value in [false, true] {
            let option = format!("{option}={value}");
            let changed = runs(&operator, &["client", "update", id, &option])
                .await
                .json();
            assert_eq!(changed[duty], value);
        }
        // What is not named stays.
        let changed = runs(&operator, &["client", "update", id, "--name", "Other"])
            .await
            .json();
        assert_eq!(changed[duty], true);
    }
}

#[tokio::test]
async fn people_read_of_keys_and_duties_too() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let uri = [
        "--auth-method",
        "private_key_jwt",
        "--jwks-uri",
        "https://keeper.example/keys",
        "--dpop-bound-access-tokens",
    ];
    let id = created(&operator, &uri).await["client_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = operator.does(&["client", "show", &id]).await.out;
    for line in [
        vec!["jwks_uri", "https://keeper.example/keys"],
        vec!["signing_alg", "ES256"],
        vec!["certificate", "-"],
        vec!["dpop_bound_access_tokens", "yes"],
        vec!["require_signed_request_object", "no"],
    ] {
        let found = shown
            .lines()
            .any(|it| it.split_whitespace().eq(line.iter().copied()));
        assert!(found, "{line:?}\n{shown}");
    }
    let listed = operator.does(&["client", "list"]).await.out;
    let line = listed.lines().find(|it| it.starts_with(&id)).unwrap();
    assert!(line.contains("private_key_jwt"), "{listed}");
}

#[tokio::test]
async fn a_wallet_moves_from_its_secret_to_a_key_and_back() {
    let world = World::new().await;
    let operator = Operator::of(&world.server);
    let path = file(&operator, "keys.json", &Key::es256().jwks());
    let id = world.wallet.id.as_str();
    let update = ["resource-server", "update", id, "--auth-method"];
    let moved = [&update[..], &["private_key_jwt", "--jwks-file", &path]].concat();
    let changed = runs(&operator, &moved).await.json();
    assert_eq!(
        (&changed["auth_method"], &changed["signing_alg"]),
        (&json!("private_key_jwt"), &json!("ES256"))
    );
    let form = crate::support::Fields::of(&[("token", "x")]);
    let asks = || world.wallet.introspects_with(&form);
    asks().await.is_refused(401, "invalid_client");
    let rotate = ["resource-server", "rotate-secret", id];
    refuses(&operator, &rotate, 1, "it has no secret").await;
    runs(&operator, &[&update[..], &["client_secret_basic"]].concat()).await;
    asks().await.is_refused(401, "invalid_client");
    let made = runs(&operator, &rotate).await.json();
    let mut wallet = world.wallet.clone();
    wallet.secret = made["client_secret"]
        .as_str()
        .or(made["resource_server_secret"].as_str())
        .unwrap()
        .to_owned();
    assert_eq!(wallet.introspects_with(&form).await.status, 200);
    let post = [&update[..], &["client_secret_post"]].concat();
    refuses(&operator, &post, 2, "invalid value").await;
}
