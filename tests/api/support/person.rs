use super::browser::Browser;
use super::reply::Reply;
use super::server::Server;
use super::shop::{Callback, Request};
use super::wallet::Wallet;

/// A payer with an account at a wallet and a browser.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub username: String,
    pub password: String,
    pub browser: Browser,
    pub server: Server,
}

impl Person {
    /// Somebody with the payment pointer of the same name at a wallet.
    pub async fn join(server: &Server, wallet: &Wallet, username: &str) -> Self {
        let password = format!("{username} has a password");
        let user = countersign::identity::users::create(server.app(), username, &password)
            .await
            .unwrap();
        let person = Self {
            id: user.id,
            username: username.to_owned(),
            password,
            browser: Browser::new(server),
            server: server.clone(),
        };
        person.owns(&wallet.pointer(username)).await;
        person
    }

    pub async fn owns(&self, pointer: &str) {
        countersign::oauth::ownership::add_pointer(self.server.app(), &self.id, pointer)
            .await
            .unwrap();
    }

    pub async fn loses(&self, pointer: &str) {
        countersign::oauth::ownership::remove_pointer(self.server.app(), &self.id, pointer)
            .await
            .unwrap();
    }

    /// The same person, whose browser is led to another instance.
    pub fn at(&self, instance: usize) -> Self {
        Self {
            browser: self.browser.at(instance),
            ..self.clone()
        }
    }

    /// Signs in away from any request.
    pub async fn signs_in(&self) -> Reply {
        let page = self.browser.opens("/sign-in").await;
        self.signs_in_on(&page).await
    }

    /// Fills in a sign-in page, and goes where it leads.
    pub async fn signs_in_on(&self, page: &Reply) -> Reply {
        let reply = self.tries(page, &self.password).await;
        self.browser.follows(reply).await
    }

    /// Sends a sign-in page with some password, once.
    pub async fn tries(&self, page: &Reply, password: &str) -> Reply {
        let Some(form) = page.form_with_input("password") else {
            panic!("no sign-in page: {} {}", page.status, page.text());
        };
        let typed = [("username", self.username.as_str()), ("password", password)];
        self.browser.submits(&form, &typed).await
    }

    pub async fn signs_out(&self) -> Reply {
        let page = self.browser.opens("/").await;
        let form = page.forms().remove(0);
        let reply = self.browser.submits(&form, &[]).await;
        self.browser.follows(reply).await
    }

    /// Opens a request, signs in if that is asked for, and sees what there is to decide.
    pub async fn opens(&self, request: &Request) -> Reply {
        let page = self.browser.opens(&request.url()).await;
        match page.form_with_input("password") {
            Some(_) => self.signs_in_on(&page).await,
            None => page,
        }
    }

    pub async fn approves(&self, request: &Request) -> Callback {
        self.decides(request, "approve").await
    }

    pub async fn declines(&self, request: &Request) -> Callback {
        self.decides(request, "decline").await
    }

    /// Opens a page of what she has approved, and signs in if that is asked for.
    pub async fn looks_at(&self, path: &str) -> Reply {
        let page = self.browser.opens(path).await;
        match page.form_with_input("password") {
            Some(_) => self.signs_in_on(&page).await,
            None => page,
        }
    }

    /// Opens the page that stops a grant, and presses its button once, without following.
    pub async fn presses_stop(&self, grant: &str) -> Reply {
        let page = self.looks_at(&format!("/payments/{grant}/stop")).await;
        let Some(form) = page.form_to(&format!("/payments/{grant}/stop")) else {
            panic!("nothing to stop: {} {}", page.status, page.text());
        };
        self.browser.submits(&form, &[]).await
    }

    /// Stops a grant, and sees what the page says then.
    pub async fn stops(&self, grant: &str) -> Reply {
        let reply = self.presses_stop(grant).await;
        self.browser.follows(reply).await
    }

    async fn decides(&self, request: &Request, decision: &str) -> Callback {
        let page = self.opens(request).await;
        let reply = self.answers(&page, decision).await;
        request.answered(&reply, &self.server.issuer)
    }

    /// Presses a button of a page that asks for a decision, and gives the password again if that is asked for.
    pub async fn answers(&self, page: &Reply, decision: &str) -> Reply {
        let reply = self.presses(page, decision).await;
        match reply.form_with_button("decision", "confirm") {
            Some(_) => self.confirms(&reply).await,
            None => reply,
        }
    }

    /// Gives the password again on a page that asks for it, once, without following.
    pub async fn confirms(&self, page: &Reply) -> Reply {
        self.confirms_with(page, &self.password).await
    }

    pub async fn confirms_with(&self, page: &Reply, password: &str) -> Reply {
        let Some(form) = page.form_with_button("decision", "confirm") else {
            panic!("no password is asked: {} {}", page.status, page.text());
        };
        let typed = [("decision", "confirm"), ("password", password)];
        self.browser.submits(&form, &typed).await
    }

    /// Presses a button of a page that asks for a decision.
    pub async fn presses(&self, page: &Reply, decision: &str) -> Reply {
        self.browser.presses(page, "decision", decision).await
    }
}
