use std::path::PathBuf;

use clap::{Arg, Args};
use serde_json::Value;

use crate::model::{
    CertificateName, CertificateNameKind, KeySource, PartyKeys, SignatureAlgorithm,
};
use crate::oauth::registration::{NewCredentials, RegistrationFault};

use super::failure::Failure;
use super::record::{self, Record};

/// The longest key set that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

const KEYS: &str = "Keys (--auth-method private_key_jwt)";

const CERTIFICATE: &str = "Certificate (--auth-method tls_client_auth), one of these";

/// How somebody proves who they are without a secret.
#[derive(Debug, Args)]
pub struct Credentials {
    /// A file with its public keys, as a JWK set.
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri", help_heading = KEYS)]
    jwks_file: Option<PathBuf>,
    /// Where its public keys are, as a JWK set.
    #[arg(long, value_name = "URL", help_heading = KEYS)]
    jwks_uri: Option<String>,
    /// What it signs with.
    #[arg(long, value_name = "ALG", value_parser = record::signature_algorithm(), help_heading = KEYS)]
    signing_alg: Option<SignatureAlgorithm>,
    /// The subject of its certificate, as RFC 4514 writes it (`openssl x509 -noout -subject -nameopt RFC2253`).
    #[arg(long, value_name = "DN", group = "certificate", help_heading = CERTIFICATE)]
    tls_subject_dn: Option<String>,
    /// A DNS name in its certificate.
    #[arg(long, value_name = "NAME", group = "certificate", help_heading = CERTIFICATE)]
    tls_san_dns: Option<String>,
    /// A URI in its certificate.
    #[arg(long, value_name = "URI", group = "certificate", help_heading = CERTIFICATE)]
    tls_san_uri: Option<String>,
    /// An IP address in its certificate.
    #[arg(long, value_name = "IP", group = "certificate", help_heading = CERTIFICATE)]
    tls_san_ip: Option<String>,
    /// An e-mail address in its certificate.
    #[arg(long, value_name = "ADDRESS", group = "certificate", help_heading = CERTIFICATE)]
    tls_san_email: Option<String>,
}

/// What a new client or wallet signs with, where nothing is named.
pub fn with_default_algorithm(argument: Arg) -> Arg {
    argument.help("What it signs with [default: ES256]")
}

impl Credentials {
    /// What is named here, with the key set read.
    pub fn read(self) -> Result<NewCredentials, Failure> {
        let names = [
            (CertificateNameKind::SubjectDn, self.tls_subject_dn),
            (CertificateNameKind::SanDns, self.tls_san_dns),
            (CertificateNameKind::SanUri, self.tls_san_uri),
            (CertificateNameKind::SanIp, self.tls_san_ip),
            (CertificateNameKind::SanEmail, self.tls_san_email),
        ];
        let chosen = names
            .into_iter()
            .find_map(|(kind, value)| Some(certificate_name(kind, value?)));
        let jwks = self.jwks_file.as_deref().map(read).transpose()?;
        let file = self.jwks_file.map(|path| path.display().to_string());
        Ok(NewCredentials {
            jwks,
            jwks_file: file.unwrap_or_default(),
            jwks_uri: self.jwks_uri,
            algorithm: self.signing_alg,
            certificate: chosen.transpose()?,
        })
    }
}

/// Reads the value of the option for `kind`.
fn certificate_name(
    kind: CertificateNameKind,
    value: String,
) -> Result<CertificateName, RegistrationFault> {
    let what = match kind {
        CertificateNameKind::SubjectDn => "--tls-subject-dn",
        CertificateNameKind::SanDns => "--tls-san-dns",
        CertificateNameKind::SanUri => "--tls-san-uri",
        CertificateNameKind::SanIp => "--tls-san-ip",
        CertificateNameKind::SanEmail => "--tls-san-email",
    };
    CertificateName::parse(kind, &value).map_err(|refusal| {
        let rule = if kind == CertificateNameKind::SubjectDn {
            let written = "write it as `openssl x509 -noout -subject -nameopt RFC2253` prints it, without `subject=`";
            format!("{}; {written}", refusal.rule)
        } else {
            refusal.rule
        };
        RegistrationFault::Refused { what, value, rule }
    })
}

fn read(path: &std::path::Path) -> Result<String, Failure> {
    use std::io::Read as _;
    let failed = |reason: String| {
        Failure::new(&format!(
            "--jwks-file {:?}: it {reason}",
            path.display().to_string()
        ))
    };
    let file =
        std::fs::File::open(path).map_err(|error| failed(format!("cannot be read: {error}")))?;
    let mut text = String::new();
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| failed(format!("cannot be read: {error}")))?;
    if text.len() as u64 > LONGEST {
        return Err(failed(format!("is longer than {LONGEST} bytes")));
    }
    Ok(text)
}

/// Says how somebody proves who they are.
pub fn describe(
    record: Record,
    keys: Option<&PartyKeys>,
    certificate: Option<&CertificateName>,
) -> Record {
    let (jwks, uri) = match keys.map(|keys| &keys.source) {
        Some(KeySource::Set(text)) => (serde_json::from_str(text).ok(), None),
        Some(KeySource::Uri(uri)) => (None, Some(uri.as_str())),
        None => (None, None),
    };
    let jwks = jwks.unwrap_or(Value::Null);
    record
        .told("jwks", summary(&jwks))
        .with("jwks", jwks)
        .with("jwks_uri", uri)
        .with("signing_alg", keys.map(|keys| keys.algorithm.as_str()))
        .with("certificate", serde_json::json!(certificate))
}

/// A key set for people, who want to see whether it is the right one.
fn summary(set: &Value) -> Option<String> {
    let keys = set["keys"].as_array()?;
    let each = keys.iter().map(|key| {
        let kind = key["crv"].as_str().or(key["kty"].as_str());
        let kind = kind.unwrap_or("of no type");
        match key["kid"].as_str() {
            Some(name) => format!("{kind}, kid {name}"),
            None => format!("{kind}, no kid"),
        }
    });
    let each: Vec<String> = each.collect();
    let noun = if keys.len() == 1 { "key" } else { "keys" };
    Some(format!("{} {noun}: {}", keys.len(), each.join("; ")))
}
