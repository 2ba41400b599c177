use fluent_templates::{LanguageIdentifier, Loader};
use unic_langid::CharacterDirection;

use super::CATALOGUES;

/// The tag of the language that is made from English to look at pages with.
const PSEUDO: &str = "en-XA";

/// More subtags than any tag that means a language to somebody.
const MOST_SUBTAGS: usize = 12;

/// A language that pages can be written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale {
    catalogue: LanguageIdentifier,
    tag: String,
}

impl Locale {
    /// Every language that there is a catalogue for, in the order of their tags, and last the pseudo-language `en-XA`.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut all: Vec<Self> = CATALOGUES.locales().cloned().map(Self::of).collect();
        all.sort_by(|a, b| a.tag.cmp(&b.tag));
        all.push(Self {
            tag: PSEUDO.to_owned(),
            ..Self::default()
        });
        all
    }

    /// The language with exactly this tag, in any case.
    #[must_use]
    pub fn find(tag: &str) -> Option<Self> {
        let is_named = |locale: &Self| locale.tag.eq_ignore_ascii_case(tag);
        Self::available().into_iter().find(is_named)
    }

    /// The best of `offered` for a list of wishes, the dearest first: each is shortened from its end until there is a
    /// language of that tag (RFC 4647 §3.4). `None` when no wish can be met.
    pub fn negotiate<'a>(
        offered: &[Self],
        wishes: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        wishes
            .into_iter()
            .find_map(|wish| lookup(offered, wish))
            .cloned()
    }

    /// Its tag, as in `<html lang>` (RFC 5646).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.tag
    }

    /// The direction of its script, as in `<html dir>`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        match self.catalogue.character_direction() {
            CharacterDirection::RTL => "rtl",
            _ => "ltr",
        }
    }

    /// Whether it is made from another language, and has no catalogue of its own.
    #[must_use]
    pub fn is_pseudo(&self) -> bool {
        self.tag == PSEUDO
    }

    /// The language whose catalogue and numbers it has.
    pub(super) fn catalogue(&self) -> &LanguageIdentifier {
        &self.catalogue
    }

    fn of(catalogue: LanguageIdentifier) -> Self {
        let tag = catalogue.to_string();
        Self { catalogue, tag }
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self::of(CATALOGUES.fallback().clone())
    }
}

fn lookup<'a>(offered: &'a [Locale], wish: &str) -> Option<&'a Locale> {
    let mut subtags: Vec<&str> = wish.trim().split('-').take(MOST_SUBTAGS).collect();
    while !subtags.is_empty() {
        let tag = subtags.join("-");
        let is_named = |locale: &&Locale| locale.tag.eq_ignore_ascii_case(&tag);
        if let Some(found) = offered.iter().find(is_named) {
            return Some(found);
        }
        subtags.pop();
        // A subtag of one character begins an extension, and means nothing at the end.
        while subtags.len() > 1 && subtags.last().is_some_and(|last| last.len() == 1) {
            subtags.pop();
        }
    }
    None
}
