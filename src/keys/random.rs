//! Values that nobody can guess.

use std::io::Write as _;

use crate::model::Secret;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Makes a secret of 256 random bits.
#[must_use]
pub fn secret() -> Secret {
    Secret::from_bytes(&bytes())
}

/// Makes an identifier of 128 random bits: `prefix`, underscore included, and 26 lower-case base32 characters
/// (RFC 4648 §6, without padding).
#[must_use]
pub fn id(prefix: &str) -> String {
    let bits = u128::from_be_bytes(bytes());
    let mut text = String::with_capacity(prefix.len() + 26);
    text.push_str(prefix);
    // 26 characters hold 130 bits: the first 25 take five each, the last one takes the remaining three.
    for place in 0..25 {
        text.push(letter(bits >> (123 - 5 * place)));
    }
    text.push(letter(bits << 2));
    text
}

fn letter(bits: u128) -> char {
    let [.., low] = bits.to_be_bytes();
    char::from(ALPHABET[usize::from(low & 31)])
}

/// Draws `N` random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut drawn = [0; N];
    if aws_lc_rs::rand::fill(&mut drawn).is_err() {
        // The library itself ends the process when the system has no randomness; a server that went on would hand out
        // secrets that can be guessed.
        // The log is written by a thread, which would not come to it.
        let _ = writeln!(std::io::stderr(), "error: the system gave no random bytes");
        std::process::abort();
    }
    drawn
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn identifiers_are_a_prefix_and_26_characters() {
        let id = id("usr_");
        let rest = id.strip_prefix("usr_").unwrap();
        assert_eq!(rest.len(), 26);
        assert!(rest.bytes().all(|byte| ALPHABET.contains(&byte)));
    }

    #[test]
    fn nothing_is_drawn_twice() {
        let ids: HashSet<_> = (0..1000).map(|_| id("")).collect();
        assert_eq!(ids.len(), 1000);
        assert_ne!(secret(), secret());
        assert_eq!(secret().expose().len(), 43);
    }

    #[test]
    fn every_place_of_an_identifier_varies() {
        let ids: Vec<_> = (0..400).map(|_| id("")).collect();
        for place in 0..26 {
            let seen: HashSet<_> = ids.iter().map(|id| id.as_bytes()[place]).collect();
            // The last character carries three bits.
            assert!(seen.len() >= if place == 25 { 8 } else { 20 }, "{place}");
        }
    }
}
