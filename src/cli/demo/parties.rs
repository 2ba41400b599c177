use jiff::SignedDuration;

use crate::app::App;
use crate::demo::ShopKeys;
use crate::identity::users::{self, UserFault};
use crate::model::{Asset, AuthMethod, Duties, Endpoints, PartyState, SignatureAlgorithm};
use crate::oauth::ownership;
use crate::oauth::registration::{
    ClientChange, NewClient, NewCredentials, NewResourceServer, create_client,
    create_resource_server, rotate_secret, set_client_state, set_resource_server_state,
    update_client,
};
use crate::store;

use super::password;
use super::ports::Origins;
use crate::cli::failure::Failure;

const WALLET: &str = "Demo Wallet";

/// The name of the shop.
pub const SHOP: &str = "Acme Streaming";

/// The name of the second shop, which holds keys.
pub const SECOND_SHOP: &str = "Acme Utilities";

/// The shop's customer.
pub const PAYER: &str = "alice";

/// Somebody else, who lets anybody pay.
pub const TIPPED: &str = "bob";

/// The accounts at the wallet, each with a user of the same name.
pub const PAYERS: [&str; 2] = [PAYER, TIPPED];

/// Who takes part in the demo, with what only the demo may know of them.
pub struct Parties {
    /// Where they all are.
    pub origins: Origins,
    /// The wallet's id and secret.
    pub wallet: (String, String),
    /// The shop's id and secret.
    pub shop: (String, String),
    /// Where the shop takes its codes.
    pub redirect_uri: String,
    /// The second shop.
    pub second_shop: SecondShop,
    /// The users.
    pub payers: Vec<Payer>,
}

/// The shop that holds keys.
pub struct SecondShop {
    /// Its id.
    pub client_id: String,
    /// Where it takes its codes.
    pub redirect_uri: String,
}

/// A user of the demo.
pub struct Payer {
    /// The name to sign in with.
    pub username: &'static str,
    /// The password.
    pub password: String,
    /// The payment pointer, as a URL.
    pub pointer: String,
}

impl Parties {
    /// The payment pointer of a payer.
    pub fn pointer(&self, username: &str) -> String {
        let payer = self.payers.iter().find(|payer| payer.username == username);
        payer.map_or_else(String::new, |payer| payer.pointer.clone())
    }
}

/// Registers everybody, or gives those who are there from an earlier start new secrets and keys.
pub async fn register(app: &App, origins: &Origins, keys: &ShopKeys) -> Result<Parties, Failure> {
    let wallet = wallet(app, origins).await?;
    let redirect_uri = format!("{}/callback", origins.shop);
    let shop = shop(app, &redirect_uri).await?;
    let second_shop = second_shop(app, origins, keys).await?;
    let mut payers = Vec::new();
    for username in PAYERS {
        payers.push(payer(app, username, origins).await?);
    }
    Ok(Parties {
        origins: origins.clone(),
        wallet,
        shop,
        redirect_uri,
        second_shop,
        payers,
    })
}

/// Where agreements of a kind are created.
pub fn endpoint(origins: &Origins, kind: &str) -> String {
    format!("{}/{kind}", origins.wallet)
}

async fn wallet(app: &App, origins: &Origins) -> Result<(String, String), Failure> {
    let mut known = None;
    for server in store::resource_server::list(&app.store).await? {
        if server.origin.as_str() == origins.wallet {
            known = Some(server.id);
        } else if server.name == WALLET {
            // That of a start on other ports: nobody is there any more.
            set_resource_server_state(app, &server.id, PartyState::Disabled).await?;
        }
    }
    if let Some(id) = known {
        set_resource_server_state(app, &id, PartyState::Enabled).await?;
        let (secret, _) = rotate_secret(app, &id, SignedDuration::ZERO).await?;
        return Ok((id, secret.expose().to_owned()));
    }
    let assets = ["USD", "EUR"].map(|code| Asset::new(code, 2));
    let new = NewResourceServer {
        name: WALLET.to_owned(),
        origin: origins.wallet.clone(),
        endpoints: Endpoints {
            mandates: Some(endpoint(origins, "mandates")),
            invoices: Some(endpoint(origins, "invoices")),
            sessions: Some(endpoint(origins, "sessions")),
        },
        pointer_origins: Vec::new(),
        assets: assets.into_iter().flatten().collect(),
        allow_private_network: true,
        enforces_limits: true,
        auth_method: AuthMethod::ClientSecretBasic,
        credentials: NewCredentials::default(),
    };
    let (server, secret) = create_resource_server(app, new).await?;
    let secret = secret.map_or_else(String::new, |secret| secret.expose().to_owned());
    Ok((server.id, secret))
}

async fn shop(app: &App, redirect_uri: &str) -> Result<(String, String), Failure> {
    let known = store::client::list(&app.store).await?;
    let known = known.into_iter().find(|client| client.name == SHOP);
    let redirect_uris = vec![redirect_uri.to_owned()];
    let (id, secret) = if let Some(client) = known {
        set_client_state(app, &client.id, PartyState::Enabled).await?;
        let (secret, _) = rotate_secret(app, &client.id, SignedDuration::ZERO).await?;
        (client.id, secret.expose().to_owned())
    } else {
        let new = NewClient {
            name: SHOP.to_owned(),
            redirect_uris: redirect_uris.clone(),
            auth_method: AuthMethod::ClientSecretBasic,
            grant_types: Vec::new(),
            accounts: Vec::new(),
            credentials: NewCredentials::default(),
            duties: Duties::default(),
        };
        let (client, secret) = create_client(app, new).await?;
        let secret = secret.map_or_else(String::new, |secret| secret.expose().to_owned());
        (client.id, secret)
    };
    let change = ClientChange {
        redirect_uris: Some(redirect_uris),
        verified: Some(true),
        ..ClientChange::default()
    };
    update_client(app, &id, change).await?;
    Ok((id, secret))
}

/// Registers the second shop with its keys, in the place of those of an earlier start.
async fn second_shop(app: &App, origins: &Origins, keys: &ShopKeys) -> Result<SecondShop, Failure> {
    let redirect_uri = format!("{}/callback", origins.second_shop);
    let redirect_uris = vec![redirect_uri.clone()];
    let credentials = NewCredentials {
        jwks: Some(keys.jwks()),
        algorithm: Some(SignatureAlgorithm::Es256),
        ..NewCredentials::default()
    };
    let known = store::client::list(&app.store).await?;
    let known = known.into_iter().find(|client| client.name == SECOND_SHOP);
    let client_id = if let Some(client) = known {
        set_client_state(app, &client.id, PartyState::Enabled).await?;
        client.id
    } else {
        let new = NewClient {
            name: SECOND_SHOP.to_owned(),
            redirect_uris: redirect_uris.clone(),
            auth_method: AuthMethod::PrivateKeyJwt,
            grant_types: Vec::new(),
            accounts: Vec::new(),
            credentials: credentials.clone(),
            duties: Duties {
                dpop_bound_access_tokens: true,
                require_pushed_authorization_requests: true,
                require_signed_request_object: true,
                ..Duties::default()
            },
        };
        create_client(app, new).await?.0.id
    };
    let change = ClientChange {
        redirect_uris: Some(redirect_uris),
        credentials,
        verified: Some(true),
        ..ClientChange::default()
    };
    update_client(app, &client_id, change).await?;
    Ok(SecondShop {
        client_id,
        redirect_uri,
    })
}

async fn payer(app: &App, username: &'static str, origins: &Origins) -> Result<Payer, Failure> {
    let password = password::readable();
    match users::create(app, username, &password).await {
        Ok(_) => {}
        Err(UserFault::Taken(_)) => {
            users::set_password(app, username, &password).await?;
            users::set_state(app, username, PartyState::Enabled).await?;
        }
        Err(fault) => return Err(fault.into()),
    }
    let pointer = format!("{}/{username}", origins.wallet);
    let pointer = ownership::add_pointer(app, username, &pointer).await?;
    Ok(Payer {
        username,
        password,
        pointer: pointer.as_str().to_owned(),
    })
}
