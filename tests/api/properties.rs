//! Whatever is sent, the parsers that meet strangers neither panic nor disagree with themselves.

use countersign::model::{AgreementUrl, Endpoints, Json, Origin, PaymentPointer, Target};
use countersign::oauth::Parameters;
use countersign::web::extract::parse_pairs;
use proptest::prelude::*;

use crate::support::{Fields, World};

fn endpoints() -> Endpoints {
    Endpoints {
        mandates: Some("https://wallet.example/mandates".to_owned()),
        invoices: Some("https://wallet.example/mandates/invoices".to_owned()),
        sessions: None,
    }
}

proptest! {
    #[test]
    fn a_parameter_is_one_exactly_when_it_is_there_once(names in proptest::collection::vec("[ab]", 0..6)) {
        let pairs: Vec<_> = names.iter().map(|name| (name.clone(), "x".to_owned())).collect();
        let parameters = Parameters::new(pairs);
        for name in ["a", "b"] {
            let count = names.iter().filter(|other| *other == name).count();
            prop_assert_eq!(parameters.has(name), count > 0);
            prop_assert_eq!(parameters.one(name), (count == 1).then_some("x"));
        }
        let repeated = ["a", "b"].iter().any(|name| names.iter().filter(|other| other == name).count() > 1);
        prop_assert_eq!(parameters.repeated().is_some(), repeated);
    }

    #[test]
    fn what_is_read_as_a_form_is_read_the_same_by_everybody(text in "[a-z=&+%0-9A-F]{0,40}") {
        if let Ok(pairs) = parse_pairs(&text) {
            let theirs: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            prop_assert_eq!(pairs, theirs);
        }
    }

    #[test]
    fn an_agreement_is_below_its_collection_or_of_a_known_kind(path in "(/[a-z]{1,9}){1,4}") {
        let url = AgreementUrl::parse(&format!("https://wallet.example{path}"), &[]).unwrap();
        let endpoints = endpoints();
        if let Some(Target::Collection(kind)) = url.target(&endpoints) {
            prop_assert_eq!(endpoints.of(kind), Some(url.as_str()));
        }
    }

    #[test]
    fn a_pointer_reads_what_it_writes(text in "[$/]{0,2}[a-z.:/@%]{0,30}") {
        let origins = [Origin::parse("http://localhost:8081").unwrap()];
        if let Ok(pointer) = PaymentPointer::parse(&text, &origins) {
            prop_assert_eq!(PaymentPointer::parse(pointer.as_str(), &origins).unwrap(), pointer.clone());
            prop_assert_eq!(PaymentPointer::parse(&pointer.display(), &origins).unwrap(), pointer);
        }
    }

    #[test]
    fn json_is_read_or_refused_and_never_repaired(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        if Json::parse(&bytes).is_ok() {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
        }
    }

    #[test]
    fn json_reads_what_it_writes(text in "[\\[\\]{}\",:0-9a-z.eE+ \\\\-]{0,40}") {
        if let Ok(json) = Json::parse(text.as_bytes()) {
            let written = json.to_string();
            let again = Json::parse(written.as_bytes()).unwrap();
            prop_assert_eq!(again.to_string(), written);
        }
    }
}

#[tokio::test]
async fn nasty_inputs_are_refused_everywhere() {
    let world = World::new().await;
    let nasty = [
        "\u{0}",
        "\u{1}\u{7f}",
        "\r\nSet-Cookie: a=b",
        "'; DROP TABLE client; --",
        "%s%n{0}",
        "\u{202e}\u{2066}",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "\u{1F600}",
        "\\\"'`$(id)",
    ];
    for text in nasty {
        let request = world.shop.asks_for(world.wallet.mandate());
        for name in request.parameters.names() {
            let reply = world.server.get(&request.with(name, text).url()).await;
            assert!(reply.status < 500, "{name}={text:?}: {reply:?}");
            assert!(!reply.body.contains("<script>alert"), "{name}={text:?}");
            assert_eq!(
                reply
                    .headers
                    .get_all("set-cookie")
                    .iter()
                    .filter(|c| c.as_bytes().starts_with(b"a="))
                    .count(),
                0
            );
        }
        for (path, name) in [
            ("/token", "grant_type"),
            ("/token", "code"),
            ("/token", "refresh_token"),
            ("/revoke", "token"),
            ("/par", "redirect_uri"),
            ("/par", "request"),
            ("/par", "request_uri"),
        ] {
            let form = Fields::of(&[("grant_type", "refresh_token")]).with(name, text);
            let reply = world.shop.posts(path, &form).await;
            assert!(reply.status < 500, "{path} {name}={text:?}: {reply:?}");
        }
        let reply = world
            .wallet
            .introspects_with(&Fields::of(&[("token", text)]))
            .await;
        assert!(reply.status < 500, "{text:?}: {reply:?}");
    }
}
