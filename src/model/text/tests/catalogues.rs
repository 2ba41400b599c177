//! Every catalogue is held to the English one: the same messages, arguments and branches, in the language's own plurals.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey,
};
use fluent_syntax::parser;

use super::{Locale, files};

/// The plural categories of each language, for whole numbers (CLDR).
const PLURALS: [(&str, &[&str]); 2] = [("de", &["one", "other"]), ("en", &["one", "other"])];

const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// More letters than a message has that is written alike in two languages.
const ALIKE: usize = 12;

/// The choices that lead to a text, and the arguments in it.
type Branches = BTreeMap<Vec<String>, BTreeSet<String>>;

#[derive(Debug, Default)]
struct Shape {
    branches: Branches,
    plurals: Vec<BTreeSet<String>>,
    words: String,
}

impl Shape {
    fn read(&mut self, pattern: &Pattern<&str>, path: &[String]) {
        let mut given = BTreeSet::new();
        let mut splits = false;
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.words.push_str(value),
                PatternElement::Placeable { expression } => match expression {
                    Expression::Inline(inline) => {
                        given.insert(variable(inline));
                    }
                    Expression::Select { selector, variants } => {
                        splits = true;
                        let keys: Vec<&str> = variants.iter().map(|it| key(&it.key)).collect();
                        let counts = keys.iter().all(|key| CATEGORIES.contains(key));
                        if counts {
                            let keys = keys.iter().map(|key| (*key).to_owned());
                            self.plurals.push(keys.collect());
                        }
                        for (variant, key) in variants.iter().zip(keys) {
                            let mut path = path.to_vec();
                            if !counts {
                                path.push(format!("${} = {key}", variable(selector)));
                            }
                            self.read(&variant.value, &path);
                        }
                    }
                },
            }
        }
        if !splits || !given.is_empty() {
            self.branches
                .entry(path.to_vec())
                .or_default()
                .extend(given);
        }
    }
}

fn variable(inline: &InlineExpression<&str>) -> String {
    match inline {
        InlineExpression::VariableReference { id } => id.name.to_owned(),
        other => panic!("messages have arguments only, not {other:?}"),
    }
}

fn key<'a>(key: &VariantKey<&'a str>) -> &'a str {
    match key {
        VariantKey::Identifier { name } => name,
        VariantKey::NumberLiteral { value } => value,
    }
}

/// The messages of some catalogue files.
fn shapes<'a>(sources: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Shape> {
    let mut all = BTreeMap::new();
    for source in sources {
        let resource = parser::parse(source).unwrap_or_else(|(_, faults)| panic!("{faults:?}"));
        for entry in &resource.body {
            if let Entry::Message(message) = entry {
                let mut shape = Shape::default();
                shape.read(message.value.as_ref().unwrap(), &[]);
                all.insert(message.id.name.to_owned(), shape);
            }
        }
    }
    all
}

fn catalogue(tag: &str) -> BTreeMap<String, Shape> {
    let files = files(&format!("templates/locales/{tag}"), &["ftl"]);
    shapes(files.iter().map(|(_, text)| text.as_str()))
}

/// What is wrong with the catalogue of `tag`, each with the message's name.
fn faults(
    tag: &str,
    ours: &BTreeMap<String, Shape>,
    english: &BTreeMap<String, Shape>,
) -> Vec<String> {
    let mut faults = Vec::new();
    let plurals = PLURALS.iter().find(|(known, _)| *known == tag);
    let Some((_, plurals)) = plurals else {
        return vec![format!("{tag}: which plural categories does it have?")];
    };
    let plurals: BTreeSet<String> = plurals.iter().map(|it| (*it).to_owned()).collect();
    for name in english.keys().filter(|name| !ours.contains_key(*name)) {
        faults.push(format!("{tag}: {name} is missing"));
    }
    for (name, shape) in ours {
        let Some(wanted) = english.get(name) else {
            faults.push(format!("{tag}: {name} is in no other catalogue"));
            continue;
        };
        for (path, given) in &wanted.branches {
            match shape.branches.get(path) {
                None => faults.push(format!("{tag}: {name} has no branch {path:?}")),
                Some(ours) if ours != given => {
                    faults.push(format!(
                        "{tag}: {name} {path:?} says {ours:?}, not {given:?}"
                    ));
                }
                Some(_) => {}
            }
        }
        for path in shape
            .branches
            .keys()
            .filter(|path| !wanted.branches.contains_key(*path))
        {
            faults.push(format!(
                "{tag}: {name} has a branch {path:?} that no other catalogue has"
            ));
        }
        for found in shape.plurals.iter().filter(|found| **found != plurals) {
            faults.push(format!(
                "{tag}: {name} counts {found:?}, but the language {plurals:?}"
            ));
        }
        let letters = shape.words.chars().filter(|c| c.is_alphabetic()).count();
        if tag != "en" && letters > ALIKE && shape.words == wanted.words {
            faults.push(format!("{tag}: {name} is not translated"));
        }
    }
    faults
}

#[test]
fn every_catalogue_has_every_message_argument_and_branch() {
    let english = catalogue("en");
    let mut found = Vec::new();
    for locale in Locale::available()
        .iter()
        .filter(|locale| !locale.is_pseudo())
    {
        let tag = locale.as_str();
        found.extend(faults(tag, &catalogue(tag), &english));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_catalogue_that_differs_is_found() {
    let english = "a-one = { $n ->\n    [one] { $n } thing of { $app }\n   *[other] { $n } things of { $app }\n}\n\
                   a-two = { $kind ->\n    [big] Big\n   *[small] Small { $app }\n}\na-three = A sentence of some length\n";
    let good = "a-one = { $n ->\n    [one] { $n } Ding von { $app }\n   *[other] { $n } Dinge von { $app }\n}\n\
                a-two = { $kind ->\n    [big] Groß\n   *[small] Klein { $app }\n}\na-three = Ein Satz von einiger Länge\n";
    let judge = |german: &str| faults("de", &shapes([german]), &shapes([english]));
    assert_eq!(judge(good), Vec::<String>::new());
    for (from, to, fault) in [
        (
            "a-three = Ein Satz von einiger Länge\n",
            "",
            "de: a-three is missing",
        ),
        (
            "a-three =",
            "a-four =",
            "de: a-four is in no other catalogue",
        ),
        (
            "    [one] { $n } Ding von { $app }\n",
            "",
            "de: a-one counts",
        ),
        (
            "Klein { $app }",
            "Klein",
            "de: a-two [\"$kind = small\"] says",
        ),
        (
            "Klein { $app }",
            "Klein { $n }",
            "de: a-two [\"$kind = small\"] says",
        ),
        ("[big] Groß", "[huge] Groß", "de: a-two has no branch"),
        ("    [big] Groß\n", "", "de: a-two has no branch"),
        (
            "Ein Satz von einiger Länge",
            "A sentence of some length",
            "de: a-three is not translated",
        ),
    ] {
        assert!(good.contains(from));
        let found = judge(&good.replace(from, to));
        assert!(
            found.iter().any(|it| it.starts_with(fault)),
            "{fault}: {found:?}"
        );
    }
}
