use super::*;

#[test]
fn a_link_comes_back_to_where_it_was_followed() {
    let all = Language::all(&Locale::available(), &Locale::default());
    let said: Vec<_> = all.iter().map(|it| (it.tag.as_str(), it.current)).collect();
    assert_eq!(said, [("de", false), ("en", true), ("en-XA", false)]);
    assert_eq!(all[0].name, "Deutsch");
    for here in [
        "/",
        "/sign-in?request=req_1",
        "/authorize?client_id=a%26b&state=%C3%A9%20x",
    ] {
        let link = all[0].link(here);
        let (path, query) = link.split_once('?').unwrap();
        assert_eq!(path, "/language/de");
        assert_eq!(back(query).as_deref(), Some(here));
    }
    assert!(Language::all(&[Locale::default()], &Locale::default()).is_empty());
}

#[test]
fn nothing_but_a_path_of_this_server_is_gone_back_to() {
    for to in [
        "",
        "to=",
        "to",
        "to=/a&to=/a",
        "to=consent",
        "to=https://evil.example/",
        "to=https:/evil.example",
        "to=//evil.example",
        "to=%2F%2Fevil.example",
        "to=/%5Cevil.example",
        "to=%5C/evil.example",
        "to=/a//b",
        "to=/../a",
        "to=/a/%252e%252E/b",
        "to=/a/.",
        "to=/a%0D%0ASet-Cookie:x=y",
        "to=/%09/evil.example",
        "to=/a%20b",
        "to=/%C3%A9",
        "to=/%",
        "to=javascript:alert(1)",
    ] {
        assert_eq!(back(to), None, "{to}");
    }
    for to in ["/", "/consent/req_1", "/a?b=//c&d=%5C#e", "/a:b"] {
        let query = format!("to={}", utf8_percent_encode(to, PLAIN));
        assert_eq!(back(&query).as_deref(), Some(to));
    }
}
