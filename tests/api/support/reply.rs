use reqwest::header::HeaderMap;
use serde_json::Value;

use super::html::{self, Form};
use super::tokens::Tokens;

/// What a server answered: a page or a document.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let first = all.next().map(|value| value.to_str().unwrap());
        assert!(all.next().is_none(), "{name} is there twice");
        first
    }

    #[track_caller]
    pub fn location(&self) -> &str {
        assert!(matches!(self.status, 302 | 303), "{self:?}");
        self.header("location").unwrap()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{error}: {self:?}"),
        }
    }

    /// The tokens of a token response.
    #[track_caller]
    pub fn tokens(&self) -> Tokens {
        assert_eq!(self.status, 200, "{self:?}");
        Tokens::read(self.json())
    }

    /// Status and error code of a refusal, whose description must be one that RFC 6749 §5.2 allows.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        let body = self.json();
        let description = body["error_description"].as_str().unwrap_or_default();
        let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        assert!(
            !description.is_empty() && description.chars().all(allowed),
            "{self:?}"
        );
        let error = body["error"].as_str().unwrap_or_default();
        (self.status, error.to_owned())
    }

    #[track_caller]
    pub fn is_refused(&self, status: u16, error: &str) {
        assert_eq!(self.refusal(), (status, error.to_owned()), "{self:?}");
    }

    /// The words of a page.
    pub fn text(&self) -> String {
        html::text(&self.body)
    }

    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    #[track_caller]
    pub fn is_page(&self, status: u16, words: &str) {
        assert!(
            self.says(words),
            "not {words:?}: {} {}",
            self.status,
            self.text()
        );
        assert_eq!(self.status, status, "{}", self.text());
    }

    pub fn forms(&self) -> Vec<Form> {
        html::forms(&self.body)
    }

    /// The form with the button `name=value`.
    pub fn form_with_button(&self, name: &str, value: &str) -> Option<Form> {
        let wanted = (name.to_owned(), value.to_owned());
        self.forms()
            .into_iter()
            .find(|form| form.buttons.contains(&wanted))
    }

    /// The form that is sent to `action`.
    pub fn form_to(&self, action: &str) -> Option<Form> {
        self.forms().into_iter().find(|form| form.action == action)
    }

    /// The form with a field that people fill in.
    pub fn form_with_input(&self, name: &str) -> Option<Form> {
        self.forms()
            .into_iter()
            .find(|form| form.inputs.iter().any(|input| input == name))
    }
}
