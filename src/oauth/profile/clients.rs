use crate::model::{AuthMethod, Client, GrantType, KeySource};
use crate::settings::Settings;

const CERTIFICATES_OFF: &str = "certificates are off";

/// What is to be said beside a command that names keys of which nothing is known.
pub const OTHER_ALGORITHMS: &str = "with --signing-alg too if it signs by PS256 or EdDSA";

/// What keeps a client from taking part under the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The client.
    pub client: String,
    /// Its name.
    pub name: String,
    /// What is in the way, a reason each.
    pub reasons: Vec<&'static str>,
    /// What to do about it.
    pub change: String,
}

/// What is in the way of `client`, if it takes part: a method without a key, and before the profile is set, whatever it need
/// not do yet.
#[must_use]
pub fn obstacle(settings: &Settings, client: &Client) -> Option<Obstacle> {
    if !client.is_enabled() {
        return None;
    }
    let (mut reasons, mut options) = (Vec::new(), Vec::new());
    let id = &client.id;
    if client.is_public() {
        reasons.push("it is public");
    }
    authentication(settings, client, &mut reasons, &mut options);
    keys(client, &mut reasons, &mut options);
    binding(settings, client, &mut reasons, &mut options);
    if may_go_unpushed(settings, client) {
        reasons.push("it need not push its requests");
        options.push("--require-pushed-authorization-requests");
    }
    if reasons.is_empty() {
        return None;
    }
    let change = if client.is_public() {
        format!(
            "register another one with `countersign client create --auth-method private_key_jwt --jwks-uri URL …`, \
             {OTHER_ALGORITHMS}, then `countersign client disable {id}`"
        )
    } else {
        let update = format!("`countersign client update {id} {}`", options.join(" "));
        let certificates = reasons
            .iter()
            .any(|reason| reason.ends_with(CERTIFICATES_OFF));
        let other = if certificates {
            ", or set certificates.proxies"
        } else {
            ""
        };
        let names_keys = options.contains(&"--jwks-uri URL") && client.keys.is_none();
        let algorithm = if names_keys {
            format!(", {OTHER_ALGORITHMS}")
        } else {
            String::new()
        };
        format!("{update}{algorithm}{other}")
    };
    Some(Obstacle {
        client: id.clone(),
        name: client.name.clone(),
        reasons,
        change,
    })
}

fn authentication(
    settings: &Settings,
    client: &Client,
    reasons: &mut Vec<&'static str>,
    options: &mut Vec<&'static str>,
) {
    let is_certificate = client.auth_method == AuthMethod::TlsClientAuth;
    if client.auth_method.has_secret() {
        reasons.push("it authenticates by a secret");
    } else if is_certificate && !settings.has_certificates() {
        reasons.push("it authenticates by a certificate, and certificates are off");
    } else {
        return;
    }
    options.push("--auth-method private_key_jwt");
    if client.keys.is_none() {
        options.push("--jwks-uri URL");
    }
}

/// FAPI 2.0 Security Profile §5.4.2.
fn keys(client: &Client, reasons: &mut Vec<&'static str>, options: &mut Vec<&'static str>) {
    let source = client.keys.as_ref().map(|keys| &keys.source);
    if let Some(KeySource::Uri(uri)) = source
        && !uri.starts_with("https://")
    {
        reasons.push("its jwks_uri is not https");
        options.push("--jwks-uri URL");
    }
}

fn binding(
    settings: &Settings,
    client: &Client,
    reasons: &mut Vec<&'static str>,
    options: &mut Vec<&'static str>,
) {
    let duties = client.duties;
    if duties.tls_client_certificate_bound_access_tokens && !settings.has_certificates() {
        reasons.push("its tokens are bound to a certificate, and certificates are off");
        options.push("--tls-client-certificate-bound-access-tokens=false");
        if !duties.dpop_bound_access_tokens {
            options.push("--dpop-bound-access-tokens");
        }
    } else if may_be_unbound(settings, client) {
        reasons.push("its tokens need not be bound");
        options.push("--dpop-bound-access-tokens");
    }
}

/// Whether `client` can get access tokens that are worth something to whoever has them.
pub(super) fn may_be_unbound(settings: &Settings, client: &Client) -> bool {
    let duties = client.duties;
    let is_bound =
        duties.dpop_bound_access_tokens || duties.tls_client_certificate_bound_access_tokens;
    !settings.is_fapi2() && !is_bound
}

/// Whether `client` can ask for something through the payer's browser alone.
pub(super) fn may_go_unpushed(settings: &Settings, client: &Client) -> bool {
    client.may_use(GrantType::AuthorizationCode)
        && !super::must_push(settings, client)
        && !client.duties.require_signed_request_object
}
