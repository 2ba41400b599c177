use std::net::{IpAddr, Ipv4Addr};

use super::*;

const SET: &str = "{\"keys\":[]}";

/// A way out that may or may not lead to this machine, where every name but localhost leads to `address`.
fn outside(allow_loopback: bool, address: [u8; 4]) -> Remote {
    let bounds = |total| Bounds {
        total,
        max_bytes: 1000,
        per_host: 2,
    };
    let names = move |name: &str| {
        let address = match name {
            "localhost" => Ipv4Addr::LOCALHOST,
            _ => address.into(),
        };
        Ok(vec![IpAddr::V4(address)])
    };
    Remote::new(&Options {
        // Nothing here may be within the bounds of wallets.
        wallets: bounds(Duration::ZERO),
        client_keys: bounds(LONG),
        allow_loopback,
        user_agent: "Countersign/test".into(),
        names: Names::from_fn(names),
    })
    .unwrap()
}

async fn asked(host: &Wallet) -> Result<Vec<u8>, Fault> {
    outside(true, [127, 0, 0, 1]).client_keys(&host.url).await
}

#[tokio::test]
async fn a_key_set_is_read_as_either_type_and_without_a_token() {
    for media in ["application/json", "application/jwk-set+json"] {
        let host = Wallet::answering(ok(&format!("Content-Type: {media}"), SET)).await;
        assert_eq!(asked(&host).await, Ok(SET.as_bytes().to_vec()));
        let request = host.requests().remove(0).to_ascii_lowercase();
        assert!(request.contains("accept: application/jwk-set+json, application/json\r\n"));
        for absent in ["authorization", "cookie", "referer", "accept-encoding"] {
            assert!(!request.contains(absent), "{request}");
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_is_a_fault() {
    let other = Wallet::answering(json(SET)).await;
    let redirect = format!("302 Found\r\nLocation: {}", other.url);
    for (status, fault) in [
        (
            redirect.as_str(),
            Fault::Unreadable("a redirect (302)".into()),
        ),
        ("403 Forbidden", Fault::Failed(403)),
        ("404 Not Found", Fault::NotFound),
        ("410 Gone", Fault::Gone),
        ("500 Oh", Fault::Failed(500)),
        ("204 No Content", Fault::Failed(204)),
    ] {
        let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n");
        let host = Wallet::answering(head).await;
        assert_eq!(asked(&host).await, Err(fault));
    }
    assert!(other.requests().is_empty());
    let page = Wallet::answering(ok("Content-Type: text/html", SET)).await;
    let long = Wallet::answering(json(&"x".repeat(1001))).await;
    for host in [page, long] {
        let answer = asked(&host).await;
        assert!(matches!(answer, Err(Fault::Unreadable(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn this_machine_is_asked_only_in_development_and_by_names_that_mean_it() {
    let host = Wallet::answering(json(SET)).await;
    let named = host.url.replace("127.0.0.1", "localhost");
    let foreign = named.replace("http://localhost", "https://client.example");
    for url in [&host.url, &named] {
        let answer = outside(true, [127, 0, 0, 1]).client_keys(url).await;
        assert!(answer.is_ok(), "{url}: {answer:?}");
        let answer = outside(false, [127, 0, 0, 1]).client_keys(url).await;
        assert!(matches!(answer, Err(Fault::Refused(_))), "{answer:?}");
    }
    for address in [[127, 0, 0, 1], [10, 0, 0, 1], [169, 254, 169, 254]] {
        let answer = outside(true, address).client_keys(&foreign).await;
        assert!(matches!(answer, Err(Fault::Refused(_))), "{answer:?}");
    }
    assert_eq!(host.requests().len(), 2);
}

#[tokio::test]
async fn the_answer_comes_also_when_the_way_out_is_gone() {
    let host = Wallet::answering(json(SET)).await;
    let remote = outside(true, [127, 0, 0, 1]);
    let answer = remote.client_keys(&host.url);
    drop(remote);
    assert!(answer.await.is_ok());
}
