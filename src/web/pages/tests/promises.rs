//! What no page may leave out, and what no template may hold.

use std::collections::BTreeMap;

use super::style::templates;

/// What the labels of answers that grant begin with, in the language of the samples.
const GRANTS: [&str; 3] = ["Approve", "Allow", "Confirm"];
/// What a sentence that names an amount says of the total.
const TOTALS: [&str; 2] = ["in total", "with no end date"];
/// What it says instead if nothing is taken.
const NOTHING: [&str; 4] = [
    "any amount",
    "No money leaves your account",
    "moves no money",
    "cannot take money",
];
const HOSTS: [&str; 2] = ["acme.example", "shop.example"];

/// What a page lacks that lets somebody grant something.
pub fn lacks(html: &str) -> Vec<&'static str> {
    let forms: Vec<&str> = html
        .split("<form")
        .skip(1)
        .map(|form| form.split("</form>").next().unwrap())
        .collect();
    let Some(granting) = forms.iter().find(|form| grants(form)) else {
        return Vec::new();
    };
    let refusal = "value=\"decline\"";
    // Who is asked for a password has decided before: there, the refusal may have a form of its own.
    let refuses = if granting.contains("type=\"password\"") {
        html.contains(refusal)
    } else {
        granting.contains(refusal)
    };
    let sentence = between(html, "<p class=\"sentence\">", "</p>");
    let account = between(html, "<dl class=\"rows account\">", "</dl>");
    let who = between(html, "<div class=\"who\">", "</div>");
    [
        ("the answer that refuses", refuses),
        ("the sentence", !sentence.is_empty()),
        ("the total", !is_english(html) || says_the_total(sentence)),
        ("the host", HOSTS.iter().any(|host| who.contains(host))),
        ("the account", account.contains("<dd><bdi")),
    ]
    .into_iter()
    .filter_map(|(what, there)| (!there).then_some(what))
    .collect()
}

/// Samples in other languages say the same: that no branch of a message is missing there is tested with the catalogues.
fn is_english(html: &str) -> bool {
    let tag = html.split_once("<html lang=\"").map(|(_, tag)| tag);
    tag.is_none_or(|tag| tag.starts_with("en\""))
}

fn says_the_total(sentence: &str) -> bool {
    let says = |words: &[&str]| words.iter().any(|words| sentence.contains(words));
    says(&NOTHING) || (sentence.contains("<bdi class=\"money\"") && says(&TOTALS))
}

fn grants(form: &str) -> bool {
    form.split("<button").skip(1).any(|button| {
        let (tag, label) = button.split_once('>').unwrap();
        tag.contains("value=\"approve\"") || GRANTS.iter().any(|word| label.starts_with(word))
    })
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let behind = text.split_once(start).map_or("", |(_, behind)| behind);
    behind.split_once(end).map_or("", |(inside, _)| inside)
}

/// The template with everything that it includes.
fn whole(name: &str, all: &BTreeMap<String, String>) -> String {
    let mut text = all[name].clone();
    while let Some((before, rest)) = text.split_once("include \"") {
        let (part, behind) = rest.split_once('"').unwrap();
        text = format!("{before}%}}{}{{%{behind}", all[part]);
    }
    text
}

/// What a template holds that none may.
fn forbidden(template: &str) -> Vec<String> {
    let squeezed: String = template.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found: Vec<String> = [
        "<style",
        "<script",
        "http:",
        "https:",
        "javascript:",
        "data:",
    ]
    .into_iter()
    .filter(|word| squeezed.contains(word))
    .map(str::to_owned)
    .collect();
    if squeezed.replace(' ', "").contains("|safe") {
        found.push("|safe".to_owned());
    }
    for tag in squeezed.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        for attribute in tag.split(' ').skip(1) {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let name = name.trim_start_matches('\'').to_ascii_lowercase();
            let loads = name == "src" || (name == "href" && tag.starts_with("link"));
            let own = ["\"{{", "\"/assets/"]
                .iter()
                .any(|start| value.starts_with(start));
            let runs = name.starts_with("on") && attribute.contains('=');
            if runs || name == "style" || name == "autofocus" || (loads && !own) {
                found.push(attribute.to_owned());
            }
        }
    }
    found
}

#[test]
fn no_template_holds_what_none_may() {
    for (name, text) in templates() {
        assert_eq!(forbidden(&text), Vec::<String>::new(), "{name}");
    }
    for bad in [
        "<p style=\"color: red\">",
        "<style>p {}</style>",
        "<script src=\"/assets/a.js\"></script>",
        "<button onclick=\"x()\">",
        "<button\nONFOCUS=x>",
        "<img src=\"//evil.example/a.png\" alt=\"\">",
        "<link rel=\"stylesheet\" href=\"//evil.example/a.css\">",
        "<a href=\"https://evil.example/\">",
        "<input name=\"a\" autofocus>",
        "{{ name | safe }}",
    ] {
        assert!(!forbidden(bad).is_empty(), "{bad}");
    }
}

#[test]
fn a_template_that_grants_refuses_too_and_says_what() {
    let all: BTreeMap<String, String> = templates().into_iter().collect();
    let mut granting = 0;
    for name in all.keys().filter(|name| name.starts_with("pages/")) {
        let text = whole(name, &all);
        if !text.contains("value=\"approve\"") {
            continue;
        }
        granting += 1;
        let form = text
            .split("<form")
            .find(|form| form.contains("value=\"approve\""))
            .unwrap();
        let form = form.split("</form>").next().unwrap();
        assert!(
            form.contains("value=\"decline\""),
            "{name}: no refusal beside the answer that grants"
        );
        for part in [
            "<p class=\"sentence\">",
            "<div class=\"who\">",
            "<dl class=\"rows account\">",
        ] {
            assert!(text.contains(part), "{name}: no {part}");
        }
        let answers = form.split("<div class=\"choices\">").nth(1).unwrap();
        assert!(
            !answers.contains("{%-if") && !answers.contains("{% if"),
            "{name}: an answer under a condition"
        );
    }
    assert!(granting >= 2, "the pages that grant are elsewhere");
}

#[test]
fn a_page_that_lacks_one_of_them_is_refused() {
    let good = "<p class=\"sentence\">at most <bdi class=\"money\">$12.00</bdi> in total</p><div class=\"who\"><p>acme.example</p></div>\
                <dl class=\"rows account\"><div><dt>From</dt><dd><bdi>$a</bdi></dd></div></dl><form method=\"post\">\
                <button name=\"decision\" value=\"approve\">Approve</button>\
                <button name=\"decision\" value=\"decline\">Decline</button></form>";
    assert!(lacks(good).is_empty(), "{:?}", lacks(good));
    for (part, what) in [
        ("value=\"decline\"", "the answer that refuses"),
        ("class=\"sentence\"", "the sentence"),
        ("in total", "the total"),
        ("acme.example", "the host"),
        ("<dd><bdi>", "the account"),
    ] {
        assert!(lacks(&good.replace(part, "")).contains(&what), "{part}");
    }
    let apart = good.replace(
        "Approve</button>",
        "Approve</button></form><form method=\"post\">",
    );
    assert_eq!(lacks(&apart), ["the answer that refuses"]);
    assert!(
        lacks(
            &good
                .replace("class=\"sentence\"", "")
                .replace("approve", "other")
                .replace("Approve", "Stop")
        )
        .is_empty()
    );
}
