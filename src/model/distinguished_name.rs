//! Names of subjects as text (RFC 4514), to be compared and never shown.

/// The longest name that is read, in bytes.
const LONGEST: usize = 2048;

/// Attribute types that have a name here; any other is written as its object identifier.
const TYPES: [(&str, &str); 27] = [
    // RFC 4514 §3.
    ("CN", "2.5.4.3"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("C", "2.5.4.6"),
    ("STREET", "2.5.4.9"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    // As openssl prints them.
    ("SN", "2.5.4.4"),
    ("serialNumber", "2.5.4.5"),
    ("title", "2.5.4.12"),
    ("description", "2.5.4.13"),
    ("businessCategory", "2.5.4.15"),
    ("postalCode", "2.5.4.17"),
    ("telephoneNumber", "2.5.4.20"),
    ("name", "2.5.4.41"),
    ("GN", "2.5.4.42"),
    ("initials", "2.5.4.43"),
    ("generationQualifier", "2.5.4.44"),
    ("dnQualifier", "2.5.4.46"),
    ("pseudonym", "2.5.4.65"),
    ("organizationIdentifier", "2.5.4.97"),
    ("emailAddress", "1.2.840.113549.1.9.1"),
    ("jurisdictionL", "1.3.6.1.4.1.311.60.2.1.1"),
    ("jurisdictionST", "1.3.6.1.4.1.311.60.2.1.2"),
    ("jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3"),
];

/// The distinguished name of a subject: equal if all attributes are, in the same order and with the same letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistinguishedName(Vec<Vec<Attribute>>);

/// An attribute: its type as an object identifier, and its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Attribute {
    oid: String,
    value: Value,
}

/// Text is text whatever string type it was written in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Text(String),
    Der(Vec<u8>),
}

impl DistinguishedName {
    /// Reads the text form, most specific first: `CN=shop.example,O=Shop GmbH,C=DE`, as
    /// `openssl x509 -noout -subject -nameopt RFC2253` prints it; the error is the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("it must not be empty");
        }
        if text.len() > LONGEST {
            return Err("it must not be longer than 2048 bytes");
        }
        let mut steps = vec![Vec::new()];
        let mut rest = text;
        loop {
            let (attribute, separator, behind) = attribute(rest)?;
            if let Some(step) = steps.last_mut() {
                step.push(attribute);
            }
            match separator {
                None => break,
                Some(',') => steps.push(Vec::new()),
                Some(_) => {}
            }
            rest = behind;
        }
        Ok(Self::sorted(steps))
    }

    /// The name that a certificate holds: the steps in its order, each with its attributes, whose values are DER.
    #[must_use]
    pub fn from_der(steps: Vec<Vec<(String, Vec<u8>)>>) -> Self {
        let read = |(oid, der): (String, Vec<u8>)| Attribute {
            oid,
            value: Value::of(der),
        };
        let steps = steps.into_iter().rev();
        Self::sorted(
            steps
                .map(|step| step.into_iter().map(read).collect())
                .collect(),
        )
    }

    /// The attributes of one step are a set (X.501 §9.3).
    fn sorted(mut steps: Vec<Vec<Attribute>>) -> Self {
        for step in &mut steps {
            step.sort();
        }
        Self(steps)
    }
}

/// Reads the first attribute of `text`, what separates it from the next one, and what is behind that.
fn attribute(text: &str) -> Result<(Attribute, Option<char>, &str), &'static str> {
    let (name, rest) = text
        .split_once('=')
        .ok_or("each attribute must be written as TYPE=value")?;
    let oid = object_identifier(name)
        .ok_or("each attribute type must be CN, O, OU, C or another known one, or an object identifier, without spaces")?;
    let (value, behind) = if rest.starts_with('#') {
        let end = rest.find([',', '+']).unwrap_or(rest.len());
        let der = hexadecimal(&rest[1..end]).ok_or("a value behind # must be hexadecimal")?;
        (Value::of(der), &rest[end..])
    } else {
        let (text, end) = string(rest)?;
        (Value::Text(text), &rest[end..])
    };
    let attribute = Attribute { oid, value };
    let mut behind = behind.chars();
    let separator = behind.next();
    Ok((attribute, separator, behind.as_str()))
}

fn object_identifier(name: &str) -> Option<String> {
    // Descriptors are the same in any case (RFC 4514 §2.3, RFC 4512 §2.5).
    let known = TYPES.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
    if let Some((_, oid)) = known {
        return Some((*oid).to_owned());
    }
    let is_number = |arc: &str| {
        !arc.is_empty()
            && arc.bytes().all(|byte| byte.is_ascii_digit())
            && (arc == "0" || !arc.starts_with('0'))
    };
    (name.contains('.') && name.split('.').all(is_number)).then(|| name.to_owned())
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = digits.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect();
    bytes.filter(|bytes| !bytes.is_empty())
}

/// Reads a string value up to an unescaped comma or plus (RFC 4514 §3), and where it ends.
fn string(text: &str) -> Result<(String, usize), &'static str> {
    const SPECIAL: &str =
        "a value must have \" + , ; < > \\ and a space at either end escaped with a backslash";
    const ESCAPED: &[u8] = b" \"#+,;<=>\\";
    let bytes = text.as_bytes();
    let mut value = Vec::new();
    let (mut at, mut open_space) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b',' | b'+' => break,
            b'"' | b';' | b'<' | b'>' | 0 => return Err(SPECIAL),
            b' ' if at == 0 => return Err(SPECIAL),
            b'\\' => {
                let pair = text.get(at + 1..at + 3).and_then(hexadecimal);
                let escaped = bytes.get(at + 1).copied().unwrap_or_default();
                if let Some(pair) = pair {
                    value.extend(pair);
                    at += 2;
                } else if ESCAPED.contains(&escaped) {
                    value.push(escaped);
                    at += 1;
                } else {
                    return Err(SPECIAL);
                }
                open_space = false;
            }
            _ => {
                open_space = byte == b' ';
                value.push(byte);
            }
        }
        at += 1;
    }
    if open_space {
        return Err(SPECIAL);
    }
    let value = String::from_utf8(value).map_err(|_| "a value must be UTF-8")?;
    Ok((value, at))
}

impl Value {
    /// Reads the string types whose text is beyond doubt; anything else is compared as it is.
    fn of(der: Vec<u8>) -> Self {
        match text(&der) {
            Some(text) => Self::Text(text),
            None => Self::Der(der),
        }
    }
}

fn text(der: &[u8]) -> Option<String> {
    let (&tag, rest) = der.split_first()?;
    let content = match rest {
        [length @ 0..=0x7F, content @ ..] if content.len() == usize::from(*length) => content,
        [0x81, length @ 0x80..=0xFF, content @ ..] if content.len() == usize::from(*length) => {
            content
        }
        [0x82, high @ 1..=0xFF, low, content @ ..]
            if content.len() == usize::from(u16::from_be_bytes([*high, *low])) =>
        {
            content
        }
        _ => return None,
    };
    match tag {
        // UTF8String.
        0x0C => String::from_utf8(content.to_vec()).ok(),
        // NumericString, PrintableString, IA5String, VisibleString.
        0x12 | 0x13 | 0x16 | 0x1A if content.is_ascii() => String::from_utf8(content.to_vec()).ok(),
        // BMPString, in which a letter has two bytes.
        0x1E => {
            let (units, rest) = content.as_chunks::<2>();
            let letters = units.iter().map(|unit| u16::from_be_bytes(*unit).into());
            let text: Option<String> = letters.map(char::from_u32).collect();
            text.filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> DistinguishedName {
        DistinguishedName::parse(text).unwrap_or_else(|rule| panic!("{text}: {rule}"))
    }

    #[test]
    fn names_are_equal_if_their_attributes_are() {
        for (left, right) in [
            ("CN=a,O=b", "cn=a,o=b"),
            ("CN=a,O=b", "2.5.4.3=a,2.5.4.10=b"),
            ("CN=a+UID=7,O=b", "UID=7+CN=a,O=b"),
            ("CN=a\\,b", "CN=a\\2Cb"),
            ("CN=L\u{fc}b", "CN=L\\C3\\BCb"),
            ("CN=\\ a \\ ", "CN=\\20a\\20\\20"),
            ("CN=\\#a#", "CN=\\23a\\#"),
            ("CN=a=b", "CN=a\\=b"),
            ("CN=Hi", "CN=#0C024869"),
            ("CN=Hi", "CN=#13024869"),
            ("CN=Hi", "CN=#1e0400480069"),
            ("CN=,O=b", "CN=#0C00,O=b"),
        ] {
            assert_eq!(read(left), read(right));
        }
        for (left, right) in [
            ("CN=a,O=b", "O=b,CN=a"),
            ("CN=a,O=b", "CN=a+O=b"),
            ("CN=a,O=b", "CN=a"),
            ("CN=a", "CN=A"),
            ("CN=a", "CN=a\\ "),
            ("CN=a b", "CN=a  b"),
            ("CN=a", "O=a"),
            ("CN=a+CN=a", "CN=a"),
            ("CN=Hi", "CN=#14024869"),
            ("CN=Hi", "CN=#0C0248"),
            ("CN=Hi", "CN=#0C81024869"),
            ("CN=Hi", "CN=#1E03004869"),
            ("CN=Lu\u{308}", "CN=L\u{fc}"),
        ] {
            assert_ne!(read(left), read(right));
        }
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_rule() {
        for (text, rule) in [
            ("", "empty"),
            ("shop.example", "TYPE=value"),
            ("CN=a,", "TYPE=value"),
            ("CN=a,,O=b", "attribute type"),
            ("CN=a, O=b", "attribute type"),
            ("=a", "attribute type"),
            ("FOO=a", "attribute type"),
            ("2.5.4.03=a", "attribute type"),
            ("25=a", "attribute type"),
            ("/C=DE/CN=a", "attribute type"),
            ("CN= a", "escaped"),
            ("CN=a ", "escaped"),
            ("CN=a ,O=b", "escaped"),
            ("CN=\"a\"", "escaped"),
            ("CN=a;O=b", "escaped"),
            ("CN=a\\", "escaped"),
            ("CN=a\\x", "escaped"),
            ("CN=a\\\u{fc}", "escaped"),
            ("CN=a\0", "escaped"),
            ("CN=\\FF", "UTF-8"),
            ("CN=#", "hexadecimal"),
            ("CN=#0", "hexadecimal"),
            ("CN=#0x", "hexadecimal"),
        ] {
            let found = DistinguishedName::parse(text).unwrap_err();
            assert!(found.contains(rule), "{text}: {found}");
        }
        assert!(DistinguishedName::parse(&format!("CN={}", "a".repeat(2046))).is_err());
    }

    fn escaped(value: &str) -> String {
        let pairs = value.bytes().map(|byte| format!("\\{byte:02x}"));
        pairs.collect::<Vec<_>>().concat()
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}|([A-Za-z0-9.]{0,4}=[#\\\\ ,+\"0-9a-f\\PC]{0,12}[,+]?){0,4}") {
            let _any = DistinguishedName::parse(&text);
        }

        #[test]
        fn what_is_escaped_is_read_as_it_was(value in "\\PC{0,30}") {
            let length = u8::try_from(value.len()).unwrap();
            let der = [&[0x0C, length], value.as_bytes()].concat();
            let held = DistinguishedName::from_der(vec![vec![("2.5.4.3".to_owned(), der)]]);
            prop_assert_eq!(read(&format!("CN={}", escaped(&value))), held);
        }

        #[test]
        fn any_value_is_read(der in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _any = Value::of(der);
        }
    }
}
