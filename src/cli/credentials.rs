use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::model::{
    AuthMethod, CertificateName, CertificateNameKind, KeySource, PartyKeys, SignatureAlgorithm,
};
use crate::oauth::registration::NewCredentials;

use super::Context;
use super::failure::Failure;
use super::record::{self, Record};

/// The longest key set that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// How somebody proves who they are without a secret.
#[derive(Debug, Args)]
pub struct Credentials {
    /// A file with its public keys, as a JWK set.
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks_file: Option<PathBuf>,
    /// Where its public keys are, as a JWK set.
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    /// What it signs with [default: ES256].
    #[arg(long, value_name = "ALG", value_parser = record::signature_algorithm())]
    signing_alg: Option<SignatureAlgorithm>,
    /// The subject of its certificate, as RFC 4514 writes it (`openssl x509 -noout -subject -nameopt RFC2253`).
    #[arg(long, value_name = "DN", group = "certificate")]
    tls_subject_dn: Option<String>,
    /// A DNS name in its certificate.
    #[arg(long, value_name = "NAME", group = "certificate")]
    tls_san_dns: Option<String>,
    /// A URI in its certificate.
    #[arg(long, value_name = "URI", group = "certificate")]
    tls_san_uri: Option<String>,
    /// An IP address in its certificate.
    #[arg(long, value_name = "IP", group = "certificate")]
    tls_san_ip: Option<String>,
    /// An e-mail address in its certificate.
    #[arg(long, value_name = "ADDRESS", group = "certificate")]
    tls_san_email: Option<String>,
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
            .find_map(|(kind, value)| Some(CertificateName::parse(kind, &value?)));
        let certificate = chosen
            .transpose()
            .map_err(|refusal| Failure::usage(&refusal.to_string()))?;
        Ok(NewCredentials {
            jwks: self.jwks_file.map(|path| read(&path)).transpose()?,
            jwks_uri: self.jwks_uri,
            algorithm: self.signing_alg,
            certificate,
        })
    }
}

fn read(path: &std::path::Path) -> Result<String, Failure> {
    use std::io::Read as _;
    let failed = |reason: String| Failure::new(&format!("the key set {} {reason}", path.display()));
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

/// Says what is missing before somebody can prove who they are as it is registered.
pub fn hint(context: &Context, app: &App, method: AuthMethod) {
    if method == AuthMethod::TlsClientAuth && !app.settings.has_certificates() {
        context.output.hint(
            "certificates are off: nobody can authenticate by one until the setting certificates.proxies names who checks them",
        );
    }
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
    record
        .with("jwks", jwks.unwrap_or(serde_json::Value::Null))
        .with("jwks_uri", uri)
        .with("signing_alg", keys.map(|keys| keys.algorithm.as_str()))
        .with("certificate", serde_json::json!(certificate))
}
