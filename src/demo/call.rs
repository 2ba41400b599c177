use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use url::form_urlencoded::{Serializer, byte_serialize};

/// A request before it is sent, which can also be written as a command.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    url: String,
    credentials: Option<(String, String)>,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Form(Vec<(String, String)>),
    Json(String),
}

impl Call {
    /// Prepares a GET.
    pub fn get(url: &str) -> Self {
        Self::new(Method::GET, url, Body::None)
    }

    /// Prepares a POST of a form.
    pub fn form(url: &str, fields: &[(&str, &str)]) -> Self {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::new(Method::POST, url, Body::Form(fields.collect()))
    }

    /// Prepares a POST of JSON.
    pub fn json(url: &str, body: &Value) -> Self {
        Self::new(Method::POST, url, Body::Json(body.to_string()))
    }

    fn new(method: Method, url: &str, body: Body) -> Self {
        Self {
            method,
            url: url.to_owned(),
            credentials: None,
            headers: Vec::new(),
            body,
        }
    }

    /// Adds a field to a form.
    pub fn field(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Body::Form(fields) = &mut self.body {
            fields.push((name.to_owned(), value.into()));
        }
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a token (RFC 6750 §2.1).
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// Adds a name and a secret, each form-url-encoded first (RFC 6749 §2.3.1).
    pub fn basic(mut self, id: &str, secret: &str) -> Self {
        let encoded = |text: &str| -> String { byte_serialize(text.as_bytes()).collect() };
        self.credentials = Some((encoded(id), encoded(secret)));
        self
    }

    /// Where it goes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its method.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The JWTs that its sender signed for it, each with what it is.
    pub fn signed(&self) -> Vec<(&'static str, &str)> {
        let field = |wanted: &str| match &self.body {
            Body::Form(fields) => fields.iter().find(|(name, _)| name == wanted),
            Body::None | Body::Json(_) => None,
        };
        let proof = self.headers.iter().find(|(name, _)| *name == "DPoP");
        let all = [
            (
                "The request object",
                field("request").map(|(_, value)| value),
            ),
            (
                "The assertion",
                field("client_assertion").map(|(_, value)| value),
            ),
            ("The proof", proof.map(|(_, value)| value)),
        ];
        let given = all.into_iter();
        given
            .filter_map(|(what, jwt)| Some((what, jwt?.as_str())))
            .collect()
    }

    /// The same as it goes over the wire, but with each field of a form on a line of its own.
    pub fn message(&self) -> String {
        let url = url::Url::parse(&self.url).ok();
        let path = url.as_ref().map_or("", |url| url.path());
        let mut lines = vec![format!("{} {path} HTTP/1.1", self.method)];
        if let Some(url) = &url {
            lines.push(format!("Host: {}", url.authority()));
        }
        let headers = self.headers.iter();
        lines.extend(headers.map(|(name, value)| format!("{name}: {value}")));
        match &self.body {
            Body::None => {}
            Body::Form(fields) => {
                lines.push("Content-Type: application/x-www-form-urlencoded\n".to_owned());
                let field = |(name, value): &(String, String)| {
                    let pair = [(name, value)];
                    Serializer::new(String::new()).extend_pairs(pair).finish()
                };
                lines.push(fields.iter().map(field).collect::<Vec<_>>().join("\n&"));
            }
            Body::Json(text) => {
                lines.push("Content-Type: application/json\n".to_owned());
                lines.push(text.clone());
            }
        }
        lines.join("\n")
    }

    /// The same for the HTTP client.
    pub fn request(&self, client: &reqwest::Client) -> RequestBuilder {
        let mut request = client
            .request(self.method.clone(), &self.url)
            .header("Accept", "application/json");
        if let Some((id, secret)) = &self.credentials {
            let pair = STANDARD.encode(format!("{id}:{secret}"));
            request = request.header("Authorization", format!("Basic {pair}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        match &self.body {
            Body::None => request,
            Body::Form(fields) => request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(Serializer::new(String::new()).extend_pairs(fields).finish()),
            Body::Json(text) => request
                .header("Content-Type", "application/json")
                .body(text.clone()),
        }
    }

    /// The same as a command, quoted for a POSIX shell.
    pub fn curl(&self) -> String {
        let mut words = vec!["curl -i".to_owned()];
        if let Some((id, secret)) = &self.credentials {
            words.push(format!("-u {}", quoted(&format!("{id}:{secret}"))));
        }
        for (name, value) in &self.headers {
            words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
        }
        match &self.body {
            Body::None => {}
            Body::Form(fields) => words.extend(fields.iter().map(|(name, value)| {
                format!("--data-urlencode {}", quoted(&format!("{name}={value}")))
            })),
            Body::Json(text) => {
                words.push("-H 'Content-Type: application/json'".to_owned());
                words.push(format!("--data-raw {}", quoted(text)));
            }
        }
        words.push(quoted(&self.url));
        words.join(" ")
    }
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn header(call: &Call, name: &str) -> String {
        let client = reqwest::Client::builder().build().unwrap();
        let request = call.request(&client).build().unwrap();
        request.headers()[name].to_str().unwrap().to_owned()
    }

    #[test]
    fn name_and_secret_are_encoded_as_a_form_would_before_they_are_joined() {
        let call = Call::get("http://127.0.0.1/x").basic("a:b", "c d");
        assert_eq!(header(&call, "Authorization"), "Basic YSUzQWI6Yytk");
        assert_eq!(call.curl(), "curl -i -u 'a%3Ab:c+d' 'http://127.0.0.1/x'");
    }

    #[test]
    fn every_word_is_quoted_for_the_shell() {
        let call = Call::json("http://127.0.0.1/x", &json!({"words": "it's $5"})).bearer("t");
        assert_eq!(
            call.curl(),
            r#"curl -i -H 'Authorization: Bearer t' -H 'Content-Type: application/json' --data-raw '{"words":"it'\''s $5"}' 'http://127.0.0.1/x'"#
        );
        let form = Call::form("http://127.0.0.1/x", &[("a", "b&c=d")]);
        assert_eq!(
            form.curl(),
            "curl -i --data-urlencode 'a=b&c=d' 'http://127.0.0.1/x'"
        );
        assert_eq!(
            header(&form, "Content-Type"),
            "application/x-www-form-urlencoded"
        );
    }

    #[test]
    fn what_is_signed_for_one_request_is_found_in_it() {
        let call = Call::form("http://127.0.0.1:1/x", &[("request", "r.r.r")]);
        let call = call
            .field("client_assertion", "a&a")
            .header("DPoP", "p.p.p");
        assert_eq!(
            call.signed(),
            [
                ("The request object", "r.r.r"),
                ("The assertion", "a&a"),
                ("The proof", "p.p.p")
            ]
        );
        assert_eq!(
            call.message(),
            "POST /x HTTP/1.1\nHost: 127.0.0.1:1\nDPoP: p.p.p\n\
             Content-Type: application/x-www-form-urlencoded\n\nrequest=r.r.r\n&client_assertion=a%26a"
        );
        assert!(Call::get("http://127.0.0.1/x").signed().is_empty());
    }
}
