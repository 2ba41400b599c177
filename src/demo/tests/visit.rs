use std::collections::HashMap;

use super::Demo;

/// A customer's browser in one story: one cookie, and redirects followed by hand.
pub struct Visit<'a> {
    pub demo: &'a Demo,
    pub cookie: String,
    pub sent: HashMap<String, String>,
    place: String,
}

impl<'a> Visit<'a> {
    /// Presses a story's button and stops at the authorization server's door.
    pub async fn begins(demo: &'a Demo, story: &str) -> Self {
        let response = demo.presses(story, "").await;
        assert_eq!(response.status(), 303, "{story}");
        let cookie = response.headers()["Set-Cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let location = url::Url::parse(response.headers()["Location"].to_str().unwrap()).unwrap();
        assert_eq!(location.path(), "/authorize");
        let mut sent: HashMap<String, String> = location.query_pairs().into_owned().collect();
        if sent.contains_key("request_uri") {
            let names: Vec<_> = location.query_pairs().map(|(name, _)| name).collect();
            assert_eq!(names, ["client_id", "request_uri"]);
            sent = demo.authority.lock().unwrap().pushed.clone();
        }
        let details = sent.get("authorization_details").map(|text| {
            let details: serde_json::Value = serde_json::from_str(text).unwrap();
            details[0]["locations"][0].as_str().unwrap().to_owned()
        });
        let scope = details.unwrap_or_else(|| sent["scope"].clone());
        sent.insert("agreement".to_owned(), scope.clone());
        demo.authority.lock().unwrap().scope = scope;
        Self {
            demo,
            cookie,
            sent,
            place: String::new(),
        }
    }

    pub async fn gets(&self, path: &str) -> reqwest::Response {
        let request = self.demo.http.get(format!("{}{path}", self.demo.shop));
        request.header("Cookie", &self.cookie).send().await.unwrap()
    }

    /// Comes back with an answer, whose `state` and `iss` are right unless they are given.
    pub async fn returns(&self, answer: &[(&str, &str)]) -> reqwest::Response {
        let issuer = self.demo.authority.lock().unwrap().issuer.clone();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(answer);
        for (name, value) in [("state", &self.sent["state"]), ("iss", &issuer)] {
            if !answer.iter().any(|(given, _)| *given == name) {
                query.append_pair(name, value);
            }
        }
        self.gets(&format!("/callback?{}", query.finish())).await
    }

    /// Comes back with an answer that ends the story, and reads the page that follows.
    pub async fn ends(&mut self, answer: &[(&str, &str)]) -> String {
        let response = self.returns(answer).await;
        assert_eq!(response.status(), 303);
        self.place = response.headers()["Location"].to_str().unwrap().to_owned();
        assert!(self.place.starts_with("/stories/"), "{}", self.place);
        self.page().await
    }

    /// Comes back with a good code and reads the page that follows.
    pub async fn approves(&mut self) -> String {
        self.ends(&[("code", "good")]).await
    }

    pub async fn page(&self) -> String {
        self.gets(&self.place).await.text().await.unwrap()
    }

    /// Presses a button on a page of the story and reads the one that follows.
    pub async fn presses(&self, page: &str, act: &str) -> String {
        let path = format!("{}/{act}", self.place);
        assert!(page.contains(&format!("action=\"{path}\"")), "{act}");
        let form = format!("key={}", value(page, "key"));
        let response = self.posts(&path, form).await;
        assert_eq!(response.status(), 303, "{act}");
        self.page().await
    }

    pub async fn posts(&self, path: &str, form: String) -> reqwest::Response {
        let request = self.demo.http.post(format!("{}{path}", self.demo.shop));
        let request = request
            .header("Cookie", &self.cookie)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Origin", &self.demo.shop)
            .body(form);
        request.send().await.unwrap()
    }
}

impl Demo {
    /// Presses a story's button in a browser that has no cookie yet.
    pub async fn presses(&self, story: &str, form: &str) -> reqwest::Response {
        let request = self.http.post(format!("{}/stories/{story}", self.shop));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap()
    }

    pub async fn front(&self) -> String {
        let response = self.http.get(&self.shop).send().await.unwrap();
        response.text().await.unwrap()
    }
}

/// The value of the first hidden field of a name.
pub fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let field = format!("name=\"{name}\" value=\"");
    let rest = page.split(&field).nth(1).unwrap();
    rest.split('"').next().unwrap()
}
