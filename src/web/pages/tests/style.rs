//! The stylesheet: what it may say, and that it can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::model::Colour;
use crate::web::pages::STYLE;

/// Classes that the code writes, and not a template.
const WRITTEN: [&str; 2] = ["money", "long"];

/// The colours of a stylesheet.
pub struct Palette(BTreeMap<String, Colour>);

impl Palette {
    pub fn light(style: &str) -> Self {
        let mut palette = Self(BTreeMap::new());
        palette.add(style, str::is_empty);
        palette
    }

    pub fn dark(style: &str) -> Self {
        let mut palette = Self::light(style);
        palette.add(style, |media| media.contains("prefers-color-scheme: dark"));
        palette
    }

    /// Adds what is set on the root where `wanted` takes the condition around it, "" for none.
    fn add(&mut self, style: &str, wanted: impl Fn(&str) -> bool) {
        for (media, selector, body) in rules(style) {
            if selector != ":root" || !wanted(&media) {
                continue;
            }
            for declaration in body.split(';') {
                let Some((name, value)) = declaration.trim().split_once(": ") else {
                    continue;
                };
                if let (Some(name), Some(colour)) = (name.strip_prefix("--"), Colour::parse(value))
                {
                    self.0.insert(name.to_owned(), colour);
                }
            }
        }
    }

    pub fn colour(&self, name: &str) -> Colour {
        *self.0.get(name).unwrap_or_else(|| panic!("no --{name}"))
    }

    /// WCAG 2.2: 4.5 for what is read (1.4.3), 3 for what is only seen (1.4.11).
    #[track_caller]
    pub fn is_readable(&self) {
        let grounds = ["sheet", "ground", "warn-ground", "wrong-ground"];
        let both = ["sheet", "ground"];
        for (name, grounds, least) in [
            ("ink", &grounds[..], 7.0),
            ("soft", &both, 4.5),
            ("accent", &grounds, 4.5),
            ("on-accent", &["accent"], 4.5),
            ("wrong", &["sheet", "wrong-ground"], 4.5),
            ("warn", &["sheet", "warn-ground"], 3.0),
            ("edge", &both, 3.0),
        ] {
            for ground in grounds {
                let contrast = self.colour(name).contrast(self.colour(ground));
                assert!(contrast >= least, "--{name} on --{ground}: {contrast:.2}");
            }
        }
    }
}

/// The stylesheet's rules: the condition around each, its selector and its declarations.
fn rules(style: &str) -> Vec<(String, String, String)> {
    let (mut media, mut found) = (String::new(), Vec::new());
    let mut rest = style.to_owned();
    while let Some((before, behind)) = rest.split_once("/*") {
        rest = before.to_owned() + behind.split_once("*/").unwrap().1;
    }
    let mut rest = rest.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        let head = rest[..at].trim();
        let opens = rest.as_bytes()[at] == b'{';
        rest = &rest[at + 1..];
        if !opens {
            media.clear();
        } else if head.starts_with('@') {
            media = head.to_owned();
        } else {
            let (body, behind) = rest.split_once('}').unwrap();
            found.push((media.clone(), head.to_owned(), body.trim().to_owned()));
            rest = behind;
        }
    }
    found
}

/// Every template of the pages, with its path.
pub fn templates() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut found = Vec::new();
    for part in ["pages", "pages/payments", "partials", ""] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "html") {
                let name = path.strip_prefix(&folder).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 10, "the templates are elsewhere");
    found
}

fn classes_of_templates() -> BTreeSet<String> {
    let mut classes = BTreeSet::from(WRITTEN.map(str::to_owned));
    for (_, text) in templates() {
        for attribute in text.split("class=\"").skip(1) {
            let (value, _) = attribute.split_once('"').unwrap();
            let names = value.split_whitespace();
            classes.extend(
                names
                    .filter(|name| !name.contains(['{', '%']))
                    .map(str::to_owned),
            );
        }
    }
    classes
}

fn classes_of_style() -> BTreeSet<String> {
    let mut classes = BTreeSet::new();
    for (_, selector, _) in rules(STYLE) {
        for tail in selector.split('.').skip(1) {
            let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
            classes.insert(tail.split(is_end).next().unwrap().to_owned());
        }
    }
    classes
}

#[test]
fn every_class_is_used_and_every_one_used_has_a_look() {
    let (used, styled) = (classes_of_templates(), classes_of_style());
    let idle: Vec<_> = styled.difference(&used).collect();
    assert!(idle.is_empty(), "in no template: {idle:?}");
    let bare: Vec<_> = used.difference(&styled).collect();
    assert!(bare.is_empty(), "not in the stylesheet: {bare:?}");
}

#[test]
fn the_stylesheet_is_small_asks_nobody_and_holds_still() {
    assert!(
        STYLE.lines().count() < 500,
        "{} lines",
        STYLE.lines().count()
    );
    for never in [
        "url(",
        "@import",
        "@font-face",
        "!important",
        "sticky",
        "fixed",
        "transition",
        "animation",
        "@keyframes",
    ] {
        assert!(!STYLE.contains(never), "{never}");
    }
}

#[test]
fn the_stylesheet_knows_start_and_end_but_not_left_and_right() {
    for (_, selector, body) in rules(STYLE) {
        for declaration in body.split(';').filter(|it| !it.trim().is_empty()) {
            let (name, value) = declaration
                .trim()
                .split_once(':')
                .unwrap_or_else(|| panic!("{declaration}"));
            let sides = ["left", "right", "top", "bottom"];
            let physical = sides
                .iter()
                .any(|side| name.ends_with(side) || value.trim() == *side);
            let physical = physical && name != "vertical-align";
            let sized = [
                "width",
                "height",
                "max-width",
                "min-width",
                "max-height",
                "min-height",
            ]
            .contains(&name);
            assert!(!physical && !sized, "{selector}: {declaration}");
        }
    }
}

#[test]
fn it_is_readable_in_light_and_dark() {
    Palette::light(STYLE).is_readable();
    let (light, dark) = (Palette::light(STYLE), Palette::dark(STYLE));
    assert_ne!(light.colour("sheet"), dark.colour("sheet"));
    dark.is_readable();
}

#[test]
fn answers_share_one_look() {
    // Nothing tells one button in a row of answers from another.
    for (_, selector, body) in rules(STYLE) {
        for part in selector.split(',').map(str::trim) {
            let of_a_button = part.contains("button")
                && !part.contains(':')
                && part.contains(['[', '>', '+', '~', ' ']);
            assert!(!of_a_button, "{part} {{ {body} }}");
        }
    }
    for (name, text) in templates() {
        for tag in text.split("<button").skip(1) {
            let tag = tag.split('>').next().unwrap();
            let decides = tag.contains("value=\"approve\"") || tag.contains("value=\"decline\"");
            assert!(
                !(decides && tag.contains("class=")),
                "{name}: <button{tag}>"
            );
        }
    }
}
