use std::mem;

use jiff::Timestamp;

/// U+2068, before text whose direction is its own.
pub(super) const ISOLATE: char = '\u{2068}';
/// U+2066, before an amount, which is written from left to right in every language.
pub(super) const ISOLATE_AMOUNT: char = '\u{2066}';
/// U+2067, before an instant: RFC 3339 for programs, U+001F, and the words for people. No catalogue uses it.
pub(super) const ISOLATE_DATE: char = '\u{2067}';
/// U+001F, between the two; no argument keeps a control character.
pub(super) const UNIT: char = '\u{1f}';
/// U+2069, after any of them.
pub(super) const END: char = '\u{2069}';

/// A message of the catalogue with its arguments in place, still knowing which words are whose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrase(Vec<Segment>);

/// A run of characters that is shown in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The characters, without any markup.
    pub text: String,
    /// Whether the catalogue stresses this run.
    pub strong: bool,
    /// Who wrote it.
    pub voice: Voice,
}

/// Who wrote a segment, which decides how far it is trusted and how it is isolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The catalogue: our own words.
    Ours,
    /// An argument: a name, a host, a number.
    Given,
    /// An argument that is an amount of money.
    Amount,
    /// An argument that is an instant, which is this one.
    Date(Timestamp),
}

impl Phrase {
    /// Takes `text` as one isolated segment, whatever it contains.
    #[must_use]
    pub fn given(text: &str) -> Self {
        Self::lone(text, Voice::Given)
    }

    /// Takes an amount, already written out, as one segment.
    #[must_use]
    pub fn amount(text: &str) -> Self {
        Self::lone(text, Voice::Amount)
    }

    /// Takes an instant and how it is written as one segment.
    #[must_use]
    pub fn date(at: Timestamp, words: &str) -> Self {
        Self::lone(words, Voice::Date(at))
    }

    fn lone(text: &str, voice: Voice) -> Self {
        Self(vec![Segment {
            text: super::text::visible(text),
            strong: false,
            voice,
        }])
    }

    /// Reads a formatted message: isolates around arguments, `**` around what is stressed.
    pub(super) fn parse(formatted: &str) -> Self {
        let mut segments = Vec::new();
        let mut open = Segment {
            text: String::new(),
            strong: false,
            voice: Voice::Ours,
        };
        let mut depth = 0_usize;
        let mut rest = formatted.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                ISOLATE | ISOLATE_AMOUNT | ISOLATE_DATE => {
                    if depth == 0 {
                        flush(&mut open, &mut segments);
                        open.voice = match c {
                            ISOLATE_AMOUNT => Voice::Amount,
                            _ => Voice::Given,
                        };
                    }
                    depth += 1;
                }
                UNIT if depth == 1 => {
                    if let Ok(at) = mem::take(&mut open.text).parse() {
                        open.voice = Voice::Date(at);
                    }
                }
                END => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        flush(&mut open, &mut segments);
                        open.voice = Voice::Ours;
                    }
                }
                // Stars inside an argument are somebody's text, not our stress.
                '*' if depth == 0 && rest.peek() == Some(&'*') => {
                    rest.next();
                    flush(&mut open, &mut segments);
                    open.strong = !open.strong;
                }
                _ => open.text.push(c),
            }
        }
        flush(&mut open, &mut segments);
        Self(segments)
    }

    /// The runs, in reading order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The words alone: what a receipt, a log or a page title holds.
    #[must_use]
    pub fn to_plain(&self) -> String {
        self.0.iter().map(|segment| segment.text.as_str()).collect()
    }
}

fn flush(open: &mut Segment, segments: &mut Vec<Segment>) {
    if !open.text.is_empty() {
        let text = mem::take(&mut open.text);
        segments.push(Segment {
            text,
            ..open.clone()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(formatted: &str) -> Vec<(String, bool, Voice)> {
        Phrase::parse(formatted)
            .segments()
            .iter()
            .map(|s| (s.text.clone(), s.strong, s.voice))
            .collect()
    }

    #[test]
    fn stress_reaches_around_an_argument() {
        assert_eq!(
            runs("\u{2068}Acme\u{2069} takes **up to \u{2066}$5\u{2069} a day**."),
            [
                ("Acme".into(), false, Voice::Given),
                (" takes ".into(), false, Voice::Ours),
                ("up to ".into(), true, Voice::Ours),
                ("$5".into(), true, Voice::Amount),
                (" a day".into(), true, Voice::Ours),
                (".".into(), false, Voice::Ours),
            ]
        );
    }

    #[test]
    fn an_instant_keeps_what_a_program_reads() {
        let at: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
        assert_eq!(
            runs("until \u{2067}2026-12-01T00:00:00Z\u{1f}1 Dec 2026\u{2069}."),
            [
                ("until ".into(), false, Voice::Ours),
                ("1 Dec 2026".into(), false, Voice::Date(at)),
                (".".into(), false, Voice::Ours),
            ]
        );
        assert_eq!(Phrase::date(at, "1 Dec 2026").to_plain(), "1 Dec 2026");
    }

    #[test]
    fn stars_in_an_argument_are_text() {
        assert_eq!(
            runs("\u{2068}**free**\u{2069} now"),
            [
                ("**free**".into(), false, Voice::Given),
                (" now".into(), false, Voice::Ours),
            ]
        );
    }

    #[test]
    fn stray_isolates_do_not_panic() {
        assert_eq!(
            Phrase::parse("\u{2069}a\u{2068}b\u{2068}c\u{2069}").to_plain(),
            "abc"
        );
        assert_eq!(Phrase::parse("***").to_plain(), "*");
        assert!(Phrase::parse("").segments().is_empty());
    }

    #[test]
    fn a_given_phrase_is_one_isolate() {
        let phrase = Phrase::given("a**b**\u{202e}c");
        assert_eq!(phrase.to_plain(), "a**b**c");
        assert_eq!(phrase.segments().len(), 1);
    }
}
