use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::model::CertificateNameKind;

#[derive(Deserialize)]
struct Vectors {
    certificates: Vec<Vector>,
}

/// A certificate, and what openssl says of it.
#[derive(Deserialize)]
struct Vector {
    name: String,
    der: String,
    subject: String,
    subject_utf8: String,
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
    san: Names,
}

#[derive(Deserialize)]
struct Names {
    dns: Vec<String>,
    uri: Vec<String>,
    ip: Vec<String>,
    email: Vec<String>,
}

impl Vector {
    fn der(&self) -> Vec<u8> {
        STANDARD.decode(&self.der).unwrap()
    }

    fn field(&self) -> String {
        format!(":{}:", self.der)
    }

    fn read(&self) -> ClientCertificate {
        ClientCertificate::from_field(self.field().as_bytes())
            .unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("../../../tests/vectors/certificates.json");
    serde_json::from_str::<Vectors>(text).unwrap().certificates
}

fn vector(name: &str) -> Vector {
    let found = vectors().into_iter().find(|vector| vector.name == name);
    found.unwrap()
}

fn subject(text: &str) -> CertificateName {
    CertificateName::parse(CertificateNameKind::SubjectDn, text).unwrap()
}

#[test]
fn the_thumbprint_is_the_fingerprint_that_openssl_prints() {
    for vector in vectors() {
        assert_eq!(
            vector.read().thumbprint(),
            vector.thumbprint,
            "{}",
            vector.name
        );
        assert_eq!(vector.thumbprint.len(), 43);
    }
}

#[test]
fn a_subject_is_the_one_that_openssl_prints_and_no_other() {
    let vectors = vectors();
    // TeletexString has no text that everybody agrees on, and an empty subject names nobody.
    let readable = |name: &str| !["teletex", "empty-subject"].contains(&name);
    for vector in &vectors {
        let certificate = vector.read();
        for other in vectors.iter().filter(|other| readable(&other.name)) {
            for text in [&other.subject, &other.subject_utf8] {
                let same = readable(&vector.name) && other.subject == vector.subject;
                let named = certificate.is_named(&subject(text));
                assert_eq!(named, same, "{} as {text}", vector.name);
            }
        }
    }
    let teletex = subject("CN=#140C73686F702E6578616D706C65,O=#140953686F7020476D6248");
    assert!(vector("teletex").read().is_named(&teletex));
    let nobody = CertificateName::SubjectDn(String::new());
    assert!(!vector("empty-subject").read().is_named(&nobody));
}

#[test]
fn a_subject_is_exact() {
    let certificate = vector("rsa").read();
    assert!(certificate.is_named(&subject("CN=shop.example,O=Shop GmbH,C=DE")));
    assert!(certificate.is_named(&subject("cn=shop.example,2.5.4.10=Shop\\20GmbH,C=DE")));
    for other in [
        "C=DE,O=Shop GmbH,CN=shop.example",
        "CN=shop.example,O=Shop GmbH",
        "CN=shop.example,O=SHOP GmbH,C=DE",
        "CN=shop.example,O=Shop  GmbH,C=DE",
        "CN=shop.example+O=Shop GmbH,C=DE",
        "CN=shop.example,O=Shop GmbH,C=DE,C=DE",
        "CN=www.shop.example,O=Shop GmbH,C=DE",
    ] {
        assert!(!certificate.is_named(&subject(other)), "{other}");
    }
    let certificate = vector("multi-valued").read();
    assert!(certificate.is_named(&subject("OU=Payments+CN=shop.example+UID=7,O=Shop,C=GB")));
    assert!(!certificate.is_named(&subject("OU=Payments,CN=shop.example+UID=7,O=Shop,C=GB")));
}

#[test]
fn any_of_several_alternative_names_is_enough_and_kinds_are_not_mixed() {
    let mut seen = 0;
    for vector in vectors() {
        let certificate = vector.read();
        let Names {
            dns,
            uri,
            ip,
            email,
        } = vector.san;
        for text in dns.iter().chain(&uri).chain(&ip).chain(&email) {
            let is =
                |name: fn(String) -> CertificateName| certificate.is_named(&name(text.clone()));
            assert_eq!(is(CertificateName::SanDns), dns.contains(text), "{text}");
            assert_eq!(is(CertificateName::SanUri), uri.contains(text), "{text}");
            assert_eq!(is(CertificateName::SanIp), ip.contains(text), "{text}");
            assert_eq!(
                is(CertificateName::SanEmail),
                email.contains(text),
                "{text}"
            );
            assert!(!is(CertificateName::SubjectDn), "{text}");
            seen += 1;
        }
    }
    assert_eq!(seen, 10);
}

#[test]
fn alternative_names_are_exact() {
    let certificate = vector("rsa").read();
    let is = |name: fn(String) -> CertificateName, text: &str| {
        certificate.is_named(&name(text.to_owned()))
    };
    assert!(is(CertificateName::SanDns, "SHOP.Example"));
    assert!(is(CertificateName::SanIp, "2001:db8:0:0::7"));
    for other in [
        "example",
        "shop.example.",
        "a.shop.example",
        "*.shop.example",
        "*",
    ] {
        assert!(!is(CertificateName::SanDns, other), "{other}");
    }
    for other in [
        "https://shop.example/Client",
        "HTTPS://shop.example/client",
        "https://shop.example/client/",
        "https://shop.example:443/client",
    ] {
        assert!(!is(CertificateName::SanUri, other), "{other}");
    }
    for other in [
        "192.0.2.8",
        "::ffff:192.0.2.7",
        "2001:db8::8",
        "shop.example",
        "",
    ] {
        assert!(!is(CertificateName::SanIp, other), "{other}");
    }
    for other in [
        "Keys@shop.example",
        "keys@Shop.example",
        "keys@shop.example ",
    ] {
        assert!(!is(CertificateName::SanEmail, other), "{other}");
    }
    // A common name that looks like a host is none.
    let host = CertificateName::SanDns("shop.example".to_owned());
    assert!(!vector("subject-only").read().is_named(&host));
}

#[test]
fn a_wildcard_in_a_certificate_is_no_pattern() {
    let certificate = vector("mixed-names").read();
    let is = |text: &str| certificate.is_named(&CertificateName::SanDns(text.to_owned()));
    assert!(!is("www.shop.example"));
    assert!(is("*.shop.example"));
}

#[test]
fn parameters_mean_nothing_and_anything_but_one_byte_sequence_is_refused() {
    let good = vector("rsa").field();
    for field in [format!("{good};a=1;b"), format!("  {good}  ")] {
        let read = ClientCertificate::from_field(field.as_bytes()).unwrap();
        assert_eq!(read.thumbprint(), vector("rsa").thumbprint);
    }
    let bare = good.trim_matches(':');
    let pem = format!("-----BEGIN CERTIFICATE-----{bare}-----END CERTIFICATE-----");
    for field in [
        "",
        bare,
        &format!("\"{bare}\""),
        &format!(":{bare}"),
        &format!("{good}, {good}"),
        &format!("{good} {good}"),
        &format!("({good})"),
        &format!("a={good}"),
        &pem,
        ":not base64:",
        "1",
        "?1",
    ] {
        let fault = ClientCertificate::from_field(field.as_bytes()).unwrap_err();
        assert_eq!(fault, CertificateFault::Field, "{field}");
    }
}

#[test]
fn only_a_whole_certificate_is_read() {
    let der = vector("rsa").der();
    let behind = [der.as_slice(), &[0]].concat();
    for bytes in [&[][..], &der[..der.len() - 1], &behind, &der[1..], b"{}"] {
        let fault = ClientCertificate::from_der(bytes).unwrap_err();
        assert_eq!(fault, CertificateFault::Encoding);
    }
    let field = format!(":{}:", STANDARD.encode(&der));
    let padded = |length: usize| format!("{field}{}", " ".repeat(length - field.len()));
    assert!(ClientCertificate::from_field(padded(LONGEST_FIELD).as_bytes()).is_ok());
    let fault = ClientCertificate::from_field(padded(LONGEST_FIELD + 1).as_bytes()).unwrap_err();
    assert_eq!(fault, CertificateFault::TooLong);
}

#[test]
fn a_certificate_shows_its_thumbprint_alone() {
    let vector = vector("rsa");
    let shown = format!("{:?}", vector.read());
    assert!(
        shown.contains(&vector.thumbprint) && !shown.contains("shop"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn any_field_is_read_or_refused(field in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _any = ClientCertificate::from_field(&field);
        let wrapped = format!(":{}:", STANDARD.encode(&field));
        let _any = ClientCertificate::from_field(wrapped.as_bytes());
    }

    #[test]
    fn a_damaged_certificate_is_read_or_refused(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 1..4)) {
        let mut der = which.get(&vectors()).der();
        let start = at.index(der.len());
        for (place, byte) in der[start..].iter_mut().zip(bytes) {
            *place = byte;
        }
        if let Ok(read) = ClientCertificate::from_der(&der) {
            let _any = read.is_named(&subject("CN=shop.example"));
        }
    }
}
