//! The world in which the stories play, and who acts in it.

pub mod browser;
pub mod certificates;
pub mod clock;
mod credentials;
pub mod database;
pub mod fields;
pub mod figures;
pub mod gate;
pub mod html;
pub mod key_host;
pub mod keys;
pub mod line;
pub mod network;
pub mod operator;
pub mod person;
pub mod proof;
pub mod pushed;
pub mod raw;
pub mod register;
pub mod reply;
pub mod server;
pub mod shop;
pub mod signer;
pub mod tokens;
pub mod wallet;

use countersign::model::GrantState;
use countersign::store;

pub use certificates::Certificate;
pub use fields::Fields;
pub use gate::Gate;
pub use key_host::KeyHost;
pub use keys::Key;
pub use operator::Operator;
pub use person::Person;
pub use register::NewShop;
pub use reply::Reply;
pub use server::Server;
pub use shop::{Callback, Request, Shop};
pub use signer::{Signer, Signers};
pub use tokens::Tokens;
pub use wallet::{Agreement, Answer, Wallet};

/// A server, a wallet, a shop and a payer.
pub struct World {
    pub server: Server,
    pub wallet: Wallet,
    pub shop: Shop,
    pub alice: Person,
}

impl World {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// A world whose server has other settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::of(1, settings).await
    }

    /// A world whose server runs twice, on one database.
    pub async fn twice() -> Self {
        Self::twice_with(&[]).await
    }

    /// The same, with other settings.
    pub async fn twice_with(settings: &[(&str, &str)]) -> Self {
        Self::of(2, settings).await
    }

    /// A world whose server looks names up in a directory of the test's.
    pub async fn among(directory: &network::Directory, settings: &[(&str, &str)]) -> Self {
        Self::on(Server::start_among(directory, settings).await).await
    }

    async fn of(instances: usize, settings: &[(&str, &str)]) -> Self {
        Self::on(Server::start(instances, settings).await).await
    }

    async fn on(server: Server) -> Self {
        let wallet = Wallet::open(&server, "First Wallet").await;
        let shop = Shop::register(&server, NewShop::CONFIDENTIAL).await;
        let alice = Person::join(&server, &wallet, "alice").await;
        Self {
            server,
            wallet,
            shop,
            alice,
        }
    }

    /// A public client beside the shop.
    pub async fn app(&self) -> Shop {
        Shop::register(&self.server, NewShop::PUBLIC).await
    }

    pub async fn bob(&self) -> Person {
        Person::join(&self.server, &self.wallet, "bob").await
    }

    /// Another shop, at another address.
    pub async fn rival(&self) -> Shop {
        let new = NewShop {
            name: "Rival",
            redirect_uri: "https://rival.example/callback?from=countersign",
            ..NewShop::CONFIDENTIAL
        };
        Shop::register(&self.server, new).await
    }

    /// The answer to a request for a new mandate, which alice has approved.
    pub async fn approved(&self) -> Callback {
        let mandate = self.wallet.mandate();
        self.alice.approves(&self.shop.asks_for(&mandate)).await
    }

    /// The tokens for a new mandate, which alice has approved.
    pub async fn tokens(&self) -> Tokens {
        let callback = self.approved().await;
        shop::tokens(&self.shop, &callback).await
    }

    /// The tokens for an agreement of alice's, which she has approved.
    pub async fn tokens_for(&self, agreement: &Agreement) -> Tokens {
        let callback = self.alice.approves(&self.shop.asks_for(agreement)).await;
        shop::tokens(&self.shop, &callback).await
    }

    /// The grant of the code that was made last.
    pub async fn pending_grant(&self) -> String {
        let filter = store::grant::Filter {
            state: Some("pending".to_owned()),
            ..store::grant::Filter::default()
        };
        let store = &self.server.app().store;
        let mut pending = store::grant::list(store, &filter, 1).await.unwrap();
        pending.remove(0).id
    }

    /// What has become of the grant of a token: `active`, or why it ended.
    pub async fn fate(&self, tokens: &Tokens) -> String {
        fate(&self.server, &tokens.grant()).await
    }
}

/// What has become of a grant: its state, or why it ended.
pub async fn fate(server: &Server, grant: &str) -> String {
    let found = store::grant::find(&server.app().store, grant)
        .await
        .unwrap();
    match found.unwrap().state {
        GrantState::Ended(reason) => reason.as_str().to_owned(),
        state => state.as_str().to_owned(),
    }
}
