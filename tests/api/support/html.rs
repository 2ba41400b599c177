use super::fields::Fields;

/// A form on a page: where it goes and what it carries.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    pub hidden: Fields,
    pub inputs: Vec<String>,
    pub buttons: Vec<(String, String)>,
}

struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(String, String)>,
    after: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    }
}

/// The values of `attribute` on every tag `name`.
pub fn attributes(html: &str, name: &str, attribute: &str) -> Vec<String> {
    let of_name = tags(html).into_iter().filter(|tag| tag.name == name);
    of_name.filter_map(|tag| tag.attribute(attribute)).collect()
}

pub fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut inside = false;
    for tag in tags(html) {
        match tag.name {
            // A search changes nothing, and is no form of these stories.
            "form" if tag.attribute("method").as_deref() == Some("get") => {}
            "form" => {
                assert!(!inside, "a form in a form");
                assert_eq!(tag.attribute("method").as_deref(), Some("post"));
                inside = true;
                forms.push(Form {
                    action: tag.attribute("action").unwrap(),
                    hidden: Fields::default(),
                    inputs: Vec::new(),
                    buttons: Vec::new(),
                });
            }
            "/form" => inside = false,
            "input" | "button" if inside => {
                let form = forms.last_mut().unwrap();
                add(form, &tag);
            }
            _ => {}
        }
    }
    forms
}

fn add(form: &mut Form, tag: &Tag<'_>) {
    let name = tag.attribute("name");
    let value = tag.attribute("value").unwrap_or_default();
    match (tag.name, name) {
        ("button", Some(name)) => form.buttons.push((name, value)),
        ("input", Some(name)) if tag.attribute("type").as_deref() == Some("hidden") => {
            form.hidden = form.hidden.and(&name, &value);
        }
        ("input", Some(name)) => form.inputs.push(name),
        _ => {}
    }
}

/// The words of a page, with single spaces, without marks of direction.
pub fn text(html: &str) -> String {
    let inline = [
        "a", "b", "bdi", "code", "del", "ins", "span", "strong", "time",
    ];
    let mut words = String::new();
    for tag in tags(html) {
        if !inline.contains(&tag.name.trim_start_matches('/')) {
            words.push(' ');
        }
        words.push_str(&decode(tag.after));
    }
    words.retain(|c| !matches!(c, '\u{2066}'..='\u{2069}'));
    let words = words.replace('\u{a0}', " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    for piece in html.split('<').skip(1) {
        let (inner, after) = piece.split_once('>').unwrap_or((piece, ""));
        let end = inner.find(char::is_whitespace).unwrap_or(inner.len());
        tags.push(Tag {
            name: &inner[..end],
            attributes: read_attributes(&inner[end..]),
            after,
        });
    }
    tags
}

fn read_attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return attributes;
        }
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let (inside, behind) = quoted.split_once('"').unwrap();
            value = decode(inside);
            rest = behind;
        }
        attributes.push((name, value));
    }
}

fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        decoded.push_str(before);
        let (entity, behind) = behind.split_once(';').unwrap();
        decoded.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            number => numbered(number),
        });
        rest = behind;
    }
    decoded + rest
}

fn numbered(entity: &str) -> char {
    let digits = entity.strip_prefix('#').unwrap();
    let number = match digits.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    char::from_u32(number.unwrap()).unwrap()
}
