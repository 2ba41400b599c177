use crate::keys::random;

const WORDS: [&str; 64] = [
    "acorn", "amber", "anchor", "apple", "arrow", "autumn", "badger", "bamboo", "basil", "beacon",
    "birch", "breeze", "brook", "candle", "canyon", "cedar", "cherry", "clover", "cobalt", "comet",
    "copper", "coral", "cotton", "dahlia", "desert", "ember", "falcon", "fern", "forest", "garden",
    "ginger", "glacier", "harbor", "hazel", "heron", "indigo", "island", "ivory", "jasper",
    "juniper", "lagoon", "lantern", "lemon", "linen", "lotus", "maple", "marble", "meadow", "mint",
    "nutmeg", "olive", "orchid", "otter", "pebble", "pepper", "pine", "plum", "quartz", "river",
    "saffron", "silver", "thistle", "velvet", "willow",
];

/// A password that can be read out and typed: good enough for a demo on one machine.
pub fn readable() -> String {
    let drawn: [u8; 5] = random::bytes();
    let word = |byte: u8| WORDS[usize::from(byte) % WORDS.len()];
    let [first, second, third, high, low] = drawn;
    let number = u16::from_be_bytes([high, low]) % 90 + 10;
    format!("{}-{}-{}-{number}", word(first), word(second), word(third))
}

#[cfg(test)]
mod tests {
    use super::{WORDS, readable};

    #[test]
    fn a_password_is_three_words_and_a_number() {
        let password = readable();
        let parts: Vec<&str> = password.split('-').collect();
        assert_eq!(parts.len(), 4, "{password}");
        assert!(parts[..3].iter().all(|part| WORDS.contains(part)));
        assert_ne!(password, readable());
    }
}
