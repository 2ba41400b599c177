use std::sync::{Arc, Mutex};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::fields::Fields;
use super::html::Form;
use super::reply::Reply;
use super::server::Server;

/// A browser: it keeps cookies, follows redirects on this server only, and says where its forms come from.
#[derive(Clone)]
pub struct Browser {
    server: Server,
    jar: Arc<Mutex<Vec<(String, String)>>>,
    languages: Option<String>,
}

/// The headers with which a form of the server's own pages is posted.
#[derive(Debug, Clone)]
pub struct Sender {
    pub origin: Option<String>,
    pub site: Option<String>,
    pub forwarded: Option<String>,
}

impl Browser {
    pub fn new(server: &Server) -> Self {
        Self {
            server: server.clone(),
            jar: Arc::default(),
            languages: None,
        }
    }

    /// The same browser, whose owner has set which languages they like (`Accept-Language`).
    pub fn speaking(&self, languages: &str) -> Self {
        Self {
            languages: Some(languages.to_owned()),
            ..self.clone()
        }
    }

    /// The same browser, led to another instance.
    pub fn at(&self, instance: usize) -> Self {
        Self {
            server: self.server.at(instance),
            ..self.clone()
        }
    }

    /// The same browser, led to another server.
    pub fn at_server(&self, server: &Server) -> Self {
        Self {
            server: server.clone(),
            ..self.clone()
        }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        let jar = self.jar.lock().unwrap();
        let found = jar.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    }

    pub fn sets_cookie(&self, name: &str, value: &str) {
        self.forgets(name);
        let pair = (name.to_owned(), value.to_owned());
        self.jar.lock().unwrap().push(pair);
    }

    pub fn forgets(&self, name: &str) {
        self.jar.lock().unwrap().retain(|(key, _)| key != name);
    }

    /// The names of the cookies it holds.
    pub fn cookies(&self) -> Vec<String> {
        let jar = self.jar.lock().unwrap();
        jar.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Asks once, without following.
    pub async fn gets(&self, url: &str) -> Reply {
        self.sends(self.server.request("GET", url)).await
    }

    /// Opens an address and follows redirects, until one leads elsewhere.
    pub async fn opens(&self, url: &str) -> Reply {
        let reply = self.gets(url).await;
        self.follows(reply).await
    }

    pub async fn follows(&self, mut reply: Reply) -> Reply {
        for _ in 0..10 {
            if !matches!(reply.status, 302 | 303) {
                return reply;
            }
            let target = reply.location().to_owned();
            let here = target.starts_with('/') || target.starts_with(&self.server.origin());
            if !here {
                return reply;
            }
            reply = self.gets(&target).await;
        }
        panic!("redirected in a circle: {reply:?}");
    }

    /// Sends a form with further fields, once, without following.
    pub async fn submits(&self, form: &Form, more: &[(&str, &str)]) -> Reply {
        let fields = more
            .iter()
            .fold(form.hidden.clone(), |fields, (name, value)| {
                fields.with(name, value)
            });
        let sender = Sender::own(&self.server);
        self.posts(&form.action, &fields, &sender).await
    }

    /// Presses the button `name=value` of a page, once, without following.
    #[track_caller]
    pub fn presses(
        &self,
        page: &Reply,
        name: &str,
        value: &str,
    ) -> impl Future<Output = Reply> + use<'_> {
        let Some(form) = page.form_with_button(name, value) else {
            panic!("no button {name}={value}: {} {}", page.status, page.text());
        };
        let more = [(name.to_owned(), value.to_owned())];
        async move {
            let more = more.each_ref().map(|(n, v)| (n.as_str(), v.as_str()));
            self.submits(&form, &more).await
        }
    }

    pub async fn posts(&self, url: &str, fields: &Fields, sender: &Sender) -> Reply {
        let request = self
            .server
            .request("POST", url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .headers(sender.headers())
            .body(fields.encode());
        self.sends(request).await
    }

    async fn sends(&self, request: reqwest::RequestBuilder) -> Reply {
        let cookies = {
            let jar = self.jar.lock().unwrap();
            let pairs: Vec<String> = jar.iter().map(|(n, v)| format!("{n}={v}")).collect();
            pairs.join("; ")
        };
        let request = match cookies.as_str() {
            "" => request,
            cookies => request.header("Cookie", cookies),
        };
        let request = match &self.languages {
            Some(languages) => request.header("Accept-Language", languages),
            None => request,
        };
        let reply = Reply::of(request).await;
        for set in reply.headers.get_all("set-cookie") {
            self.keeps(set.to_str().unwrap());
        }
        reply
    }

    /// Keeps a cookie, or drops it, as a browser would: one that breaks the rules of its prefix is a failure.
    fn keeps(&self, set: &str) {
        let mut parts = set.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
        let has = |wanted: &str| attributes.iter().any(|attribute| attribute == wanted);
        assert!(name.starts_with("__Host-"), "{set}");
        assert!(has("secure") && has("path=/") && has("httponly"), "{set}");
        assert!(has("samesite=lax"), "{set}");
        assert!(!attributes.iter().any(|a| a.starts_with("domain")), "{set}");
        if value.is_empty() || has("max-age=0") {
            self.forgets(name);
        } else {
            self.sets_cookie(name, value);
        }
    }
}

impl Sender {
    /// A page of this server.
    pub fn own(server: &Server) -> Self {
        Self {
            origin: Some(server.origin()),
            site: Some("same-origin".to_owned()),
            forwarded: None,
        }
    }

    /// A page of somebody else.
    pub fn foreign() -> Self {
        Self {
            origin: Some("https://evil.example".to_owned()),
            site: Some("cross-site".to_owned()),
            forwarded: None,
        }
    }

    fn headers(&self) -> HeaderMap {
        let pairs = [
            ("origin", &self.origin),
            ("sec-fetch-site", &self.site),
            ("x-forwarded-for", &self.forwarded),
        ];
        let there = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        there
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value).unwrap();
                (HeaderName::from_static(name), value)
            })
            .collect()
    }
}
