use super::*;
use crate::model::{CertificateName, CertificateNameKind, Client, KeySource, SignatureAlgorithm};

const JWKS: &str = include_str!("../../../keys/decoy.json");

fn by_file() -> NewCredentials {
    NewCredentials {
        jwks: Some(JWKS.to_owned()),
        ..NewCredentials::default()
    }
}

fn by_uri(uri: &str) -> NewCredentials {
    NewCredentials {
        jwks_uri: Some(uri.to_owned()),
        ..NewCredentials::default()
    }
}

fn by_certificate() -> NewCredentials {
    let name = CertificateName::parse(CertificateNameKind::SanDns, "shop.example").unwrap();
    NewCredentials {
        certificate: Some(name),
        ..NewCredentials::default()
    }
}

fn shop_by(auth_method: AuthMethod, credentials: NewCredentials) -> NewClient {
    NewClient {
        auth_method,
        credentials,
        ..shop()
    }
}

async fn moves(
    operator: &Operator,
    client: &Client,
    method: AuthMethod,
    credentials: NewCredentials,
) -> Result<Client, RegistrationFault> {
    let change = ClientChange {
        auth_method: Some(method),
        credentials,
        ..ClientChange::default()
    };
    update_client(&operator.app, &client.id, change).await
}

#[tokio::test]
async fn a_method_rests_on_something_that_can_prove() {
    let operator = Operator::sits_down().await;
    for (method, credentials) in [
        (AuthMethod::PrivateKeyJwt, NewCredentials::default()),
        (AuthMethod::PrivateKeyJwt, by_certificate()),
        (AuthMethod::TlsClientAuth, NewCredentials::default()),
        (AuthMethod::TlsClientAuth, by_file()),
    ] {
        let new = shop_by(method, credentials);
        assert_eq!(
            refused(create_client(&operator.app, new).await),
            "auth method"
        );
    }
    for (method, credentials) in [
        (AuthMethod::PrivateKeyJwt, by_file()),
        (
            AuthMethod::PrivateKeyJwt,
            by_uri("https://shop.example/keys"),
        ),
        (AuthMethod::TlsClientAuth, by_certificate()),
    ] {
        let new = shop_by(method, credentials.clone());
        let (client, secret) = create_client(&operator.app, new).await.unwrap();
        assert!(secret.is_none());
        let found = load_client(&operator.app, &client.id).await.unwrap();
        assert_eq!(
            (found.keys, found.certificate),
            (client.keys, credentials.certificate)
        );
    }
}

#[tokio::test]
async fn keys_are_for_es256_unless_something_else_is_said() {
    let operator = Operator::sits_down().await;
    let new = shop_by(AuthMethod::PrivateKeyJwt, by_file());
    let (client, _) = create_client(&operator.app, new).await.unwrap();
    assert_eq!(
        client.keys.as_ref().unwrap().algorithm,
        SignatureAlgorithm::Es256
    );
    for algorithm in SignatureAlgorithm::ALL {
        let change = ClientChange {
            credentials: NewCredentials {
                algorithm: Some(*algorithm),
                ..NewCredentials::default()
            },
            ..ClientChange::default()
        };
        let changed = update_client(&operator.app, &client.id, change)
            .await
            .unwrap();
        let keys = changed.keys.unwrap();
        assert_eq!(keys.algorithm, *algorithm);
        assert_eq!(keys.source, KeySource::Set(JWKS.to_owned()));
    }
    let both = NewCredentials {
        jwks_uri: Some("https://shop.example/keys".to_owned()),
        ..by_file()
    };
    let new = shop_by(AuthMethod::PrivateKeyJwt, both);
    assert_eq!(refused(create_client(&operator.app, new).await), "jwks_uri");
    let alone = NewCredentials {
        algorithm: Some(SignatureAlgorithm::EdDsa),
        ..NewCredentials::default()
    };
    let new = shop_by(AuthMethod::ClientSecretBasic, alone);
    assert_eq!(
        refused(create_client(&operator.app, new).await),
        "signing algorithm"
    );
}

#[tokio::test]
async fn keys_on_this_machine_are_for_development() {
    let strict = Operator::sits_down().await;
    let lax = Operator::with("[authorization]\nallow_loopback_http = true\n").await;
    let create = async |operator: &Operator, uri: &str| {
        let new = shop_by(AuthMethod::PrivateKeyJwt, by_uri(uri));
        create_client(&operator.app, new).await
    };
    let local = "http://127.0.0.1:3001/keys";
    assert_eq!(refused(create(&strict, local).await), "jwks_uri");
    create(&lax, local).await.unwrap();
    for uri in ["http://shop.example/keys", "https://10.0.0.1/keys", "keys"] {
        assert_eq!(refused(create(&lax, uri).await), "jwks_uri");
    }
}

#[tokio::test]
async fn secrets_end_where_a_key_takes_their_place() {
    let operator = Operator::sits_down().await;
    let app = &operator.app;
    for (method, credentials) in [
        (AuthMethod::PrivateKeyJwt, by_file()),
        (AuthMethod::TlsClientAuth, by_certificate()),
    ] {
        let (client, secret) = create_client(app, shop()).await.unwrap();
        let secret = secret.unwrap();
        let refusal = moves(&operator, &client, method, NewCredentials::default()).await;
        assert_eq!(refused(refusal), "auth method");
        assert!(operator.accepts(&client.id, &secret).await);
        let moved = moves(&operator, &client, method, credentials)
            .await
            .unwrap();
        assert_eq!(moved.auth_method, method);
        assert!(!operator.accepts(&client.id, &secret).await);
        let rotated = rotate_secret(app, &client.id, SignedDuration::ZERO).await;
        assert_eq!(refused(rotated), "client");
        // Back again it has no secret until one is made; its keys stay for what it signs beside.
        let back = AuthMethod::ClientSecretPost;
        let back = moves(&operator, &client, back, NewCredentials::default())
            .await
            .unwrap();
        assert_eq!(
            (back.keys, back.certificate),
            (moved.keys, moved.certificate)
        );
        assert!(!operator.accepts(&client.id, &secret).await);
        let (new, _) = rotate_secret(app, &client.id, SignedDuration::ZERO)
            .await
            .unwrap();
        assert!(operator.accepts(&client.id, &new).await);
    }
}

#[tokio::test]
async fn a_secret_stays_where_only_its_place_in_the_request_changes() {
    let operator = Operator::sits_down().await;
    let (client, secret) = create_client(&operator.app, shop()).await.unwrap();
    let post = AuthMethod::ClientSecretPost;
    moves(&operator, &client, post, NewCredentials::default())
        .await
        .unwrap();
    assert!(operator.accepts(&client.id, &secret.unwrap()).await);
}

#[tokio::test]
async fn nobody_becomes_public_and_nobody_who_is_becomes_another() {
    let operator = Operator::sits_down().await;
    let (confidential, _) = create_client(&operator.app, shop()).await.unwrap();
    let new = shop_by(AuthMethod::None, NewCredentials::default());
    let (public, _) = create_client(&operator.app, new).await.unwrap();
    for (client, method) in [
        (&confidential, AuthMethod::None),
        (&public, AuthMethod::ClientSecretBasic),
        (&public, AuthMethod::PrivateKeyJwt),
    ] {
        let refusal = moves(&operator, client, method, by_file()).await;
        assert_eq!(refused(refusal), "auth method");
    }
}

#[tokio::test]
async fn duties_are_those_that_can_be_met() {
    let operator = Operator::sits_down().await;
    let app = &operator.app;
    let signed = Duties {
        require_signed_request_object: true,
        ..Duties::default()
    };
    let bound = Duties {
        tls_client_certificate_bound_access_tokens: true,
        ..Duties::default()
    };
    let new = NewClient {
        duties: signed,
        ..shop()
    };
    assert_eq!(
        refused(create_client(app, new).await),
        "require_signed_request_object"
    );
    let public = NewClient {
        duties: bound,
        ..shop_by(AuthMethod::None, NewCredentials::default())
    };
    let what = "tls_client_certificate_bound_access_tokens";
    assert_eq!(refused(create_client(app, public).await), what);
    // Keys can be registered beside a secret, for what is signed.
    let new = NewClient {
        duties: signed,
        ..shop_by(AuthMethod::ClientSecretBasic, by_file())
    };
    let (client, _) = create_client(app, new).await.unwrap();
    let all = DutiesChange {
        dpop_bound_access_tokens: Some(true),
        tls_client_certificate_bound_access_tokens: Some(true),
        require_pushed_authorization_requests: Some(true),
        require_signed_request_object: None,
    };
    let change = ClientChange {
        duties: all,
        ..ClientChange::default()
    };
    let changed = update_client(app, &client.id, change).await.unwrap();
    let found = load_client(app, &client.id).await.unwrap().duties;
    assert_eq!(found, changed.duties);
    assert_eq!(
        found,
        Duties {
            dpop_bound_access_tokens: true,
            tls_client_certificate_bound_access_tokens: true,
            require_pushed_authorization_requests: true,
            require_signed_request_object: true,
        }
    );
}

#[tokio::test]
async fn wallets_prove_themselves_by_keys_or_basic() {
    let operator = Operator::sits_down().await;
    let app = &operator.app;
    let create = |auth_method, credentials| {
        let new = NewResourceServer {
            auth_method,
            credentials,
            ..wallet("https://wallet.example")
        };
        create_resource_server(app, new)
    };
    for method in [
        AuthMethod::ClientSecretPost,
        AuthMethod::None,
        AuthMethod::PrivateKeyJwt,
    ] {
        let refusal = create(method, NewCredentials::default()).await;
        assert_eq!(refused(refusal), "auth method");
    }
    let (server, secret) = create(AuthMethod::PrivateKeyJwt, by_file()).await.unwrap();
    assert!(secret.is_none() && server.keys.is_some());
    let change = ResourceServerChange {
        auth_method: Some(AuthMethod::TlsClientAuth),
        credentials: by_certificate(),
        ..ResourceServerChange::default()
    };
    let changed = update_resource_server(app, &server.id, change)
        .await
        .unwrap();
    assert_eq!(changed.certificate, by_certificate().certificate);
}
