//! What is malformed at each endpoint: 4xx in its form, guarded, without an echo; and the same request, put right, works.

use crate::support::raw::{sends, sends_one};
use crate::support::shop::basic;
use crate::support::{Fields, Reply, World};

const FORM: &str = "application/x-www-form-urlencoded";
/// Stands in everything that is sent, and in nothing that comes back.
const MARK: &str = "m4rk3r";

/// A request, byte by byte.
#[derive(Clone)]
struct Sent {
    method: String,
    target: Vec<u8>,
    fields: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Sent {
    fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.as_bytes().to_vec(),
            fields: Vec::new(),
            body: Vec::new(),
        }
    }

    fn field(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref().to_vec();
        self.fields.push((name.to_owned(), value));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    fn to(mut self, target: impl AsRef<[u8]>) -> Self {
        self.target = target.as_ref().to_vec();
        self
    }

    fn by(mut self, method: &str) -> Self {
        method.clone_into(&mut self.method);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.method.clone().into_bytes();
        bytes.push(b' ');
        bytes.extend(&self.target);
        bytes.extend(b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (name, value) in &self.fields {
            bytes.extend(name.as_bytes());
            bytes.extend(b": ");
            bytes.extend(value);
            bytes.extend(b"\r\n");
        }
        let chunked = self
            .fields
            .iter()
            .any(|(name, _)| name == "Transfer-Encoding");
        if !chunked && !self.body.is_empty() {
            bytes.extend(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
        }
        bytes.extend(b"\r\n");
        if chunked {
            for part in self.body.chunks(10_000) {
                bytes.extend(format!("{:x}\r\n", part.len()).as_bytes());
                bytes.extend(part);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        } else {
            bytes.extend(&self.body);
        }
        bytes
    }
}

/// The requests of programs, as they are right.
fn programs(world: &World, access_token: &str) -> Vec<Sent> {
    let shop = basic(&world.shop.id, world.shop.secret.as_deref().unwrap());
    let wallet = basic(&world.wallet.id, &world.wallet.secret);
    let post = |path: &str, credentials: reqwest::header::HeaderMap, form: &Fields| {
        let proof = credentials.values().next().unwrap().as_bytes().to_vec();
        Sent::new("POST", path)
            .field("Authorization", proof)
            .field("Content-Type", FORM)
            .body(form.encode())
    };
    let token = Fields::of(&[("token", access_token)]);
    let revoked = Fields::of(&[("token", MARK)]);
    let request = world.shop.asks_for(world.wallet.mandate());
    let unknown = Fields::of(&[("grant_type", "refresh_token"), ("refresh_token", MARK)]);
    vec![
        post("/introspect", wallet, &token),
        post("/revoke", shop.clone(), &revoked),
        post("/par", shop.clone(), &request.parameters),
        // What is right about this one is everything but the token.
        post("/token", shop, &unknown),
    ]
}

/// What is wrong, the request, and the status for it.
type Wrong = (&'static str, Sent, u16);

/// What can be wrong with a form that is posted.
fn wrong_forms(right: &Sent) -> Vec<Wrong> {
    let mut all = wrong_bodies(right);
    all.extend(wrong_types(right));
    all.extend(wrong_heads(right));
    all
}

fn wrong_bodies(right: &Sent) -> Vec<Wrong> {
    let with = |more: &[u8]| right.clone().body([&right.body, more].concat());
    let long = || with(format!("&a={}", MARK.repeat(11_000)).as_bytes());
    let many: Vec<String> = (0..201).map(|n| format!("&{MARK}{n}=")).collect();
    let many = many.concat();
    vec![
        ("a broken escape", with(b"&m4rk3r=%zz"), 400),
        ("half an escape", with(b"&m4rk3r=%4"), 400),
        ("an escaped NUL", with(b"&m4rk3r=%00"), 400),
        ("a NUL", with(b"&m4rk3r=a\0"), 400),
        ("no UTF-8", with(b"&m4rk3r=\xff\xfe"), 400),
        ("escapes that are no UTF-8", with(b"&m4rk3r=%c3%28"), 400),
        ("a surrogate", with(b"&m4rk3r=%ed%a0%80"), 400),
        ("a parameter twice", with(b"&a=m4rk3r&a=m4rk3r"), 400),
        ("all twice", with(&[b"&", &right.body[..]].concat()), 400),
        ("201 parameters", with(many.as_bytes()), 400),
        ("a body that is too long", long(), 413),
        (
            "a chunked body that is too long",
            long().field("Transfer-Encoding", "chunked"),
            413,
        ),
    ]
}

fn wrong_types(right: &Sent) -> Vec<Wrong> {
    let bare = right.clone().without("Content-Type");
    let of_type = |kind: &str| bare.clone().field("Content-Type", kind);
    let json = of_type("application/json").body("{\"token\": \"m4rk3r\"}");
    let zipped = right.clone().field("Content-Encoding", "gzip");
    vec![
        ("no type", bare.clone(), 415),
        ("JSON", json, 415),
        ("text", of_type("text/plain; m4rk3r"), 415),
        ("two types", right.clone().field("Content-Type", FORM), 415),
        (
            "another charset",
            of_type(&format!("{FORM};charset=utf-16")),
            415,
        ),
        ("a type that is no text", of_type("\u{e4}/m4rk3r"), 415),
        ("a compressed body", zipped, 415),
    ]
}

fn wrong_heads(right: &Sent) -> Vec<Wrong> {
    let target = String::from_utf8_lossy(&right.target).into_owned();
    let asking = |query: &str| right.clone().to(format!("{target}?{query}"));
    let long = format!("{MARK}={}", "a".repeat(17_000));
    let field = right.clone().field("X-Long", MARK.repeat(1500));
    vec![
        ("parameters in the URL", asking("a=m4rk3r"), 400),
        ("a broken escape in the URL", asking("m4rk3r=%zz"), 400),
        ("a long URL", asking(&long), 414),
        ("a long header field", field, 431),
        ("GET", right.clone().by("GET").body(""), 405),
        ("PUT", right.clone().by("PUT"), 405),
        ("an unknown method", right.clone().by("M4RK3R"), 405),
        ("TRACE", right.clone().by("TRACE").body(""), 405),
    ]
}

#[track_caller]
fn is_guarded(what: &str, reply: &Reply) {
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{what}: {reply:?}");
    }
    assert!(reply.header("content-security-policy").is_some(), "{what}");
    assert!(reply.header("x-request-id").is_some(), "{what}");
    let whole = format!("{reply:?}").to_ascii_lowercase();
    assert!(!whole.contains(MARK), "{what} comes back: {whole}");
}

#[tokio::test]
async fn every_program_is_refused_in_its_form() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for right in programs(&world, &tokens.access) {
        for (what, wrong, status) in wrong_forms(&right) {
            let what = format!("{what} at {}", String::from_utf8_lossy(&right.target));
            let reply = sends_one(&world.server, wrong.bytes()).await;
            assert_eq!(reply.status, status, "{what}: {reply:?}");
            is_guarded(&what, &reply);
            if wrong.method != "HEAD" {
                reply.is_refused(status, "invalid_request");
            }
        }
        let reply = sends_one(&world.server, right.bytes()).await;
        assert!(matches!(reply.status, 200 | 201 | 400), "{reply:?}");
        if reply.status == 400 {
            reply.is_refused(400, "invalid_grant");
        }
    }
    assert!(world.wallet.accepts(&tokens.access).await);
}

/// What a person's browser sends, as it is right or nearly so.
fn persons() -> Vec<Sent> {
    let html = "text/html,application/xhtml+xml";
    let get = |path: &str| Sent::new("GET", path).field("Accept", html);
    let post = |path: &str| {
        let form = Fields::of(&[("csrf", "x"), ("decision", "approve")]);
        Sent::new("POST", path)
            .field("Accept", html)
            .field("Content-Type", FORM)
            .body(form.encode())
    };
    vec![
        get("/authorize"),
        get("/sign-in"),
        get("/consent/x"),
        get("/payments/x"),
        get("/payments/x/stop"),
        get("/language/xx"),
        get("/nowhere"),
        post("/authorize"),
        post("/sign-in"),
        post("/sign-out"),
        post("/consent/x"),
        post("/payments/x/stop"),
    ]
}

#[tokio::test]
async fn every_page_is_refused_as_a_page() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    for right in persons() {
        let target = String::from_utf8(right.target.clone()).unwrap();
        let queries = [
            "m4rk3r=%zz".to_owned(),
            "m4rk3r=%00".to_owned(),
            "m4rk3r=%ff".to_owned(),
            "client_id=m4rk3r&client_id=m4rk3r".to_owned(),
            "request=m4rk3r%22%3E%3Cscript%3E&next=//m4rk3r.example".to_owned(),
            "m4rk3r=".repeat(1500),
            "m4rk3r&".repeat(300),
            "m4rk3r=".repeat(3000),
        ];
        let mut wrong: Vec<(String, Sent)> = queries
            .into_iter()
            .map(|query| (query.clone(), right.clone().to(format!("{target}?{query}"))))
            .collect();
        if right.method == "POST" {
            let forms = wrong_forms(&right).into_iter();
            wrong.extend(forms.map(|(what, sent, _)| (what.to_owned(), sent)));
        } else {
            for method in ["PUT", "DELETE", "M4RK3R"] {
                wrong.push((method.to_owned(), right.clone().by(method)));
            }
        }
        let long = right.clone().field("Cookie", MARK.repeat(1500));
        wrong.push(("a long cookie".to_owned(), long));
        for (what, sent) in wrong {
            let what = format!("{} {target}: {what}", sent.method);
            let reply = sends_one(&world.server, sent.bytes()).await;
            assert!(reply.status < 500, "{what}: {reply:?}");
            // A page of this server leads to itself, after signing in or in another language, with the query that it had.
            let mut spared = Reply {
                body: without_own_links(&reply.body),
                ..reply.clone()
            };
            if reply.status == 303 && reply.location().starts_with("/sign-in?next=%2F") {
                spared.headers.remove("location");
            }
            is_guarded(&what, &spared);
            if reply.status >= 400 {
                assert!(reply.body.contains("<h1>"), "{what}: {reply:?}");
                assert!(!reply.body.contains("<script"), "{what}");
            }
        }
    }
    assert!(world.wallet.accepts(&tokens.access).await);
}

/// A page without the values of `href`, in which its own address stands, escaped.
fn without_own_links(html: &str) -> String {
    let mut parts = html.split("href=\"");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(part.split_once('"').map_or("", |(_, after)| after));
    }
    rest
}

#[tokio::test]
async fn a_payer_goes_on_after_all_of_it() {
    let world = World::new().await;
    for right in persons() {
        for (_, wrong, _) in wrong_forms(&right) {
            sends(&world.server, wrong.bytes()).await;
        }
    }
    let tokens = world.tokens().await;
    assert!(world.wallet.accepts(&tokens.access).await);
    assert_eq!(world.shop.revokes(tokens.refresh()).await.status, 200);
    assert!(!world.wallet.accepts(&tokens.access).await);
}
