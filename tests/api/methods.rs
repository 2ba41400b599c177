//! What no rule sees: wrong methods, and parameters that cannot be read. Never a fault.

use reqwest::header::HeaderMap;

use crate::support::shop::basic;
use crate::support::{Reply, World};

const FORM: &str = "application/x-www-form-urlencoded";

/// Posts bytes as they are, with the shop's or the wallet's credentials.
async fn posts(world: &World, path: &str, content_type: &str, body: Vec<u8>) -> Reply {
    let headers = match path {
        "/introspect" => basic(&world.wallet.id, &world.wallet.secret),
        "/par" | "/token" | "/revoke" => {
            basic(&world.shop.id, world.shop.secret.as_deref().unwrap())
        }
        _ => HeaderMap::new(),
    };
    let request = world
        .server
        .request("POST", path)
        .headers(headers)
        .header("content-type", content_type)
        .body(body);
    Reply::of(request).await
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let world = World::new().await;
    for (path, allowed) in [
        ("/authorize", "GET, POST"),
        ("/consent/x", "GET, POST"),
        ("/sign-in", "GET, POST"),
        ("/sign-out", "POST"),
        ("/payments", "GET, HEAD"),
        ("/payments/x", "GET, HEAD"),
        ("/payments/x/stop", "GET, POST"),
        ("/par", "POST"),
        ("/token", "POST"),
        ("/introspect", "POST"),
        ("/revoke", "POST"),
        ("/jwks.json", "GET, HEAD"),
        ("/livez", "GET, HEAD"),
        ("/readyz", "GET, HEAD"),
        ("/.well-known/open-payments", "GET, HEAD"),
        ("/.well-known/oauth-authorization-server", "GET, HEAD"),
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if allowed.contains(method) {
                continue;
            }
            let reply = Reply::of(world.server.request(method, path)).await;
            assert_eq!(reply.status, 405, "{method} {path}");
            assert_eq!(reply.header("allow"), Some(allowed), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let world = World::new().await;
    for path in ["/livez", "/jwks.json", "/.well-known/open-payments"] {
        let reply = Reply::of(world.server.request("HEAD", path)).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_as_a_form_is_refused() {
    let world = World::new().await;
    for path in ["/par", "/token", "/introspect", "/revoke"] {
        for body in [
            &b"token=%"[..],
            b"token=%4",
            b"token=%zz",
            b"token=%ff",
            b"token=%00",
            b"token=a\0b",
            b"token=\xff",
            b"token=%c3%28",
            b"%zz=1",
            b"\xfe\xff=1",
        ] {
            let reply = posts(&world, path, FORM, body.to_vec()).await;
            reply.is_refused(400, "invalid_request");
        }
    }
}

#[tokio::test]
async fn a_parameter_that_is_there_twice_is_refused() {
    let world = World::new().await;
    for path in ["/par", "/token", "/introspect", "/revoke"] {
        for body in [
            "token=x&token=y",
            "token=x&token=x",
            "token=x&a=1&a=2",
            "grant_type=refresh_token&grant_type=refresh_token&refresh_token=x",
        ] {
            let reply = posts(&world, path, FORM, body.into()).await;
            reply.is_refused(400, "invalid_request");
        }
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let world = World::new().await;
    for path in ["/par", "/token", "/introspect", "/revoke"] {
        for content_type in [
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "",
        ] {
            let reply = posts(&world, path, content_type, b"token=x".to_vec()).await;
            reply.is_refused(415, "invalid_request");
        }
        for content_type in [
            "application/x-www-form-urlencoded; charset=utf-8",
            "Application/X-WWW-Form-URLencoded",
        ] {
            let reply = posts(&world, path, content_type, b"token=x".to_vec()).await;
            assert_ne!(reply.status, 415, "{content_type}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let world = World::new().await;
    for path in [
        "/par",
        "/token",
        "/introspect",
        "/revoke",
        "/sign-in",
        "/sign-out",
        "/authorize",
    ] {
        let body = format!("token={}", "x".repeat(100_000));
        let reply = posts(&world, path, FORM, body.into()).await;
        assert!(
            (400..500).contains(&reply.status),
            "{path}: {}",
            reply.status
        );
        let many = "a=1&".repeat(500);
        let reply = posts(&world, path, FORM, many.into()).await;
        assert!(
            (400..500).contains(&reply.status),
            "{path}: {}",
            reply.status
        );
    }
}

#[tokio::test]
async fn parameters_of_a_program_belong_in_the_body() {
    let world = World::new().await;
    for path in [
        "/par?response_type=code",
        "/token?grant_type=refresh_token",
        "/introspect?token=x",
        "/revoke?token=x",
    ] {
        let place = path.split('?').next().unwrap();
        let headers = match place {
            "/introspect" => basic(&world.wallet.id, &world.wallet.secret),
            _ => basic(&world.shop.id, world.shop.secret.as_deref().unwrap()),
        };
        let reply = world
            .server
            .post(
                path,
                headers,
                &crate::support::Fields::of(&[("token", "x")]),
            )
            .await;
        reply.is_refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_a_page() {
    let world = World::new().await;
    for query in [
        "%",
        "client_id=%",
        "client_id=%00",
        "client_id=%ff",
        "%zz",
        "client_id=a%00b&redirect_uri=https://evil.example/",
    ] {
        for path in ["/authorize", "/sign-in"] {
            let reply = world.server.get(&format!("{path}?{query}")).await;
            assert!(reply.status < 500, "{path}?{query}: {}", reply.status);
            assert_eq!(reply.header("location"), None, "{path}?{query}");
        }
        assert_eq!(
            world
                .server
                .get(&format!("/authorize?{query}"))
                .await
                .status,
            400,
            "{query}"
        );
    }
    let many = "a=1&".repeat(500);
    assert_eq!(
        world.server.get(&format!("/authorize?{many}")).await.status,
        400
    );
}

#[tokio::test]
async fn a_verified_client_is_told_what_is_wrong_with_a_value() {
    let world = World::new().await;
    let good = world.shop.asks_for(world.wallet.mandate());
    for (name, value) in [
        ("scope", "\u{7f}"),
        ("scope", "é"),
        ("prompt", "\n"),
        ("response_type", "\t"),
    ] {
        let request = good.with(name, value);
        let reply = world.server.get(&request.url()).await;
        let callback = request.answered(&reply, &world.server.issuer);
        assert!(
            callback.error().starts_with("invalid_")
                || callback.error().starts_with("unsupported_"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn pages_take_what_comes_without_a_fault() {
    let world = World::new().await;
    for path in ["/sign-in", "/sign-out", "/consent/x", "/authorize"] {
        for (content_type, body) in [
            (FORM, &b"\xff\xfe"[..]),
            (FORM, b"%"),
            (FORM, b"username=%00"),
            (FORM, b""),
            ("application/json", b"{}"),
            ("", b"x"),
            (FORM, b"csrf=a&csrf=b"),
        ] {
            let reply = posts(&world, path, content_type, body.to_vec()).await;
            assert!(reply.status < 500, "{path} {content_type}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn odd_paths_are_not_there() {
    let world = World::new().await;
    for path in [
        "/token/",
        "//token",
        "/Token",
        "/consent",
        "/consent/",
        "/consent/a/b",
        "/.well-known",
        "/assets/",
        "/assets/../Cargo.toml",
        "/%00",
        "/%ff",
        "/a%2fb",
    ] {
        let reply = world.server.get(path).await;
        assert!(
            (400..500).contains(&reply.status),
            "{path}: {}",
            reply.status
        );
    }
}
