use proptest::prelude::*;

use super::super::testing::{Signer, encode, with};
use super::*;

fn read(jwk: &Value, algorithm: SignatureAlgorithm) -> Result<PartyKey, JwkFault> {
    PartyKey::from_jwk(jwk.as_object().unwrap(), algorithm)
}

fn jwk(algorithm: SignatureAlgorithm) -> Value {
    Signer::shared(algorithm).jwk()
}

#[test]
fn a_public_key_is_read_with_its_name() {
    for algorithm in SignatureAlgorithm::ALL {
        let plain = jwk(*algorithm);
        let mut named = plain.clone();
        named["kid"] = json!("a");
        named["use"] = json!("sig");
        named["alg"] = json!(algorithm.as_str());
        named["key_ops"] = json!(["encrypt", "verify"]);
        named["x5t"] = json!("ignored");
        let (plain, named) = (read(&plain, *algorithm), read(&named, *algorithm));
        let (plain, named) = (plain.unwrap(), named.unwrap());
        assert_eq!((plain.kid(), named.kid()), (None, Some("a")));
        assert_eq!(plain.thumbprint(), named.thumbprint());
        assert_eq!(named.algorithm(), *algorithm);
    }
}

#[test]
fn a_private_or_secret_key_is_told_apart_whatever_its_type() {
    for algorithm in SignatureAlgorithm::ALL {
        for name in PRIVATE {
            let private = with(&jwk(*algorithm), name, json!("x"));
            assert_eq!(read(&private, *algorithm).unwrap_err(), JwkFault::Private);
        }
    }
    let secret = json!({ "kty": "oct", "k": "AAAA" });
    assert_eq!(
        read(&secret, SignatureAlgorithm::Es256).unwrap_err(),
        JwkFault::Private
    );
}

#[test]
fn a_key_fits_its_own_algorithm_only() {
    for algorithm in SignatureAlgorithm::ALL {
        for other in SignatureAlgorithm::ALL {
            let fits = read(&jwk(*algorithm), *other);
            let expected = (algorithm != other).then_some(JwkFault::Type);
            assert_eq!(fits.err(), expected, "{algorithm} {other}");
        }
    }
}

#[test]
fn what_is_meant_for_something_else_is_refused() {
    let key = jwk(SignatureAlgorithm::Ps256);
    for (name, value) in [
        ("alg", json!("RS256")),
        ("alg", json!("PS384")),
        ("alg", json!("RSA-OAEP")),
        ("alg", json!(["PS256"])),
        ("use", json!("enc")),
        ("use", json!("Sig")),
        ("use", json!(true)),
        ("key_ops", json!([])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!("verify")),
    ] {
        let changed = with(&key, name, value.clone());
        let fault = read(&changed, SignatureAlgorithm::Ps256).unwrap_err();
        assert_eq!(fault, JwkFault::Purpose, "{name} {value}");
    }
    assert!(read(&key, SignatureAlgorithm::Ps256).is_ok());
}

/// A number of so many bits, not even.
fn odd(bits: usize) -> String {
    let mut bytes = vec![0x55; bits.div_ceil(8)];
    bytes[0] = match bits % 8 {
        0 => 0x80,
        rest => 1 << (rest - 1),
    };
    encode(&bytes)
}

#[test]
fn rsa_keys_have_2048_to_8192_bits() {
    let key = jwk(SignatureAlgorithm::Ps256);
    for (bits, fault) in [
        (512, Some(JwkFault::Size)),
        (1024, Some(JwkFault::Size)),
        (2047, Some(JwkFault::Size)),
        (2048, None),
        (3072, None),
        (8192, None),
        (8193, Some(JwkFault::Size)),
        (16384, Some(JwkFault::Size)),
    ] {
        let changed = with(&key, "n", json!(odd(bits)));
        assert_eq!(
            read(&changed, SignatureAlgorithm::Ps256).err(),
            fault,
            "{bits}"
        );
    }
}

#[test]
fn a_key_that_is_not_one_is_refused() {
    let (ec, rsa, ed) = (
        jwk(SignatureAlgorithm::Es256),
        jwk(SignatureAlgorithm::Ps256),
        jwk(SignatureAlgorithm::EdDsa),
    );
    let mut even = vec![0xff; 256];
    even[255] = 0xfe;
    let zeros = [vec![0], vec![0xff; 256]].concat();
    let y = ec["y"].as_str().unwrap();
    for (key, name, value) in [
        (&ec, "x", json!(y)),
        (&ec, "x", json!(encode(&[0; 32]))),
        (&ec, "x", json!(encode(&[0xff; 32]))),
        (&ec, "x", json!(encode(&[1; 31]))),
        (&ec, "x", json!(encode(&[1; 33]))),
        (&ec, "x", json!("")),
        (&ec, "x", json!(1)),
        (&ec, "y", json!(null)),
        (&ec, "y", json!(format!("{y}="))),
        (&ec, "kid", json!(5)),
        (&rsa, "n", json!(null)),
        (&rsa, "n", json!("")),
        (&rsa, "n", json!(encode(&even))),
        (&rsa, "n", json!(encode(&zeros))),
        (&rsa, "e", json!(null)),
        (&rsa, "e", json!("")),
        (&rsa, "e", json!(encode(&[1]))),
        (&rsa, "e", json!(encode(&[0]))),
        (&rsa, "e", json!(encode(&[0, 1, 0, 1]))),
        (&rsa, "e", json!(encode(&[1, 0, 0]))),
        (&rsa, "e", json!(encode(&[1, 0, 0, 0, 1]))),
        (&rsa, "e", json!("AQA_B!")),
        (&ed, "x", json!(null)),
        (&ed, "x", json!(encode(&[1; 31]))),
        (&ed, "x", json!(encode(&[1; 44]))),
    ] {
        let algorithm = match key["kty"].as_str() {
            Some("EC") => SignatureAlgorithm::Es256,
            Some("RSA") => SignatureAlgorithm::Ps256,
            _ => SignatureAlgorithm::EdDsa,
        };
        let changed = with(key, name, value.clone());
        let fault = read(&changed, algorithm).err();
        assert_eq!(fault, Some(JwkFault::Malformed), "{name} {value}");
        assert!(read(key, algorithm).is_ok());
    }
    for (key, name, value) in [
        (&ec, "crv", "P-384"),
        (&ec, "kty", "ec"),
        (&ed, "crv", "Ed448"),
        (&ed, "crv", "X25519"),
    ] {
        let changed = with(key, name, json!(value));
        let read = SignatureAlgorithm::ALL.iter().map(|it| read(&changed, *it));
        assert!(read.into_iter().all(|it| it.is_err()), "{value}");
    }
}

#[test]
fn what_is_shown_of_a_key_is_its_name() {
    let shown = format!("{:?}", Signer::shared(SignatureAlgorithm::Es256).key());
    assert!(shown.starts_with("PartyKey { algorithm: Es256"), "{shown}");
}

proptest! {
    #[test]
    fn no_members_make_it_panic(
        kty in "EC|RSA|OKP|\\PC{0,4}",
        parts in prop::collection::vec("[A-Za-z0-9_-]{0,44}|\\PC{0,44}", 4),
    ) {
        let jwk = json!({
            "kty": kty, "crv": if kty == "EC" { "P-256" } else { "Ed25519" },
            "x": parts[0], "y": parts[1], "n": parts[2].repeat(8), "e": parts[3],
        });
        for algorithm in SignatureAlgorithm::ALL {
            if let Ok(key) = read(&jwk, *algorithm) {
                prop_assert!(!key.verify(b"message", &encode(&[1; 64])));
            }
        }
    }
}

#[test]
fn a_key_that_needs_no_private_half_is_none() {
    let p_and_near = |first: u8| {
        let mut y = [0xff; 32];
        (y[0], y[31]) = (first, 0x7f);
        y
    };
    let mut one = [0; 32];
    one[0] = 1;
    let mut points = vec![
        [0; 32],
        one,
        p_and_near(0xec),
        p_and_near(0xed),
        p_and_near(0xee),
    ];
    points.extend(super::ORDER_8);
    for mut point in points {
        for sign in [0, 0x80] {
            point[31] = point[31] & 0x7f | sign;
            let jwk = serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(&point) });
            let read = PartyKey::from_jwk(jwk.as_object().unwrap(), SignatureAlgorithm::EdDsa);
            assert!(matches!(read, Err(JwkFault::Malformed)), "{point:?}");
        }
    }
}
