use super::super::phrase::{END, ISOLATE, ISOLATE_AMOUNT, ISOLATE_DATE};

/// What stands before and after each message.
pub(super) const OPEN: char = '⟦';
pub(super) const CLOSE: char = '⟧';

const PLAIN: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ACCENTED: &str = "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž";

/// A formatted message in the pseudo-language: bracketed, with accents on every letter and vowels written twice, which
/// makes it about a third longer. Arguments stay as they are.
pub(super) fn pseudo(formatted: &str) -> String {
    let mut written = String::from(OPEN);
    let mut depth = 0_usize;
    for c in formatted.chars() {
        match c {
            ISOLATE | ISOLATE_AMOUNT | ISOLATE_DATE => depth += 1,
            END => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 || !c.is_ascii_alphabetic() {
            written.push(c);
            continue;
        }
        let letter = accented(c);
        written.push(letter);
        if matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'o' | 'u') {
            written.extend(letter.to_lowercase());
        }
    }
    written.push(CLOSE);
    written
}

fn accented(letter: char) -> char {
    let found = PLAIN.chars().zip(ACCENTED.chars());
    let mut found = found.filter(|(plain, _)| *plain == letter);
    found.next().map_or(letter, |(_, accented)| accented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_an_accent_of_its_own() {
        let distinct: std::collections::BTreeSet<char> = ACCENTED.chars().collect();
        assert_eq!(distinct.len(), 52);
        assert!(!ACCENTED.is_ascii() && ACCENTED.chars().all(|c| !c.is_ascii()));
    }

    #[test]
    fn a_message_is_bracketed_accented_and_longer_and_its_arguments_are_not() {
        assert_eq!(
            pseudo("\u{2068}Acme\u{2069} takes **up to \u{2066}$5\u{2069}**."),
            "⟦\u{2068}Acme\u{2069} ţååķééš **ûûþ ţöö \u{2066}$5\u{2069}**.⟧"
        );
    }
}
