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
}
