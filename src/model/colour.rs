/// A colour of a screen: red, green and blue of eight bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// How many steps lie between two colours when one is mixed into the other.
const STEPS: u16 = 32;

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// The colour of `0xrrggbb`.
    #[must_use]
    pub const fn of(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok()?;
        is_number.then(|| Self::of(number))
    }

    /// The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
    #[must_use]
    #[expect(clippy::float_arithmetic, reason = "a measure of light, not of money")]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Black or white, whichever is read better on this colour: its contrast is always 4.5 or more.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(Self::BLACK) > self.contrast(Self::WHITE) {
            Self::BLACK
        } else {
            Self::WHITE
        }
    }

    /// The colour nearest to this one, on the way to `end`, that has a contrast of `ratio` with each of `grounds`.
    #[must_use]
    pub fn readable_on(self, grounds: &[Self], end: Self, ratio: f64) -> Self {
        let reads = |colour: &Self| grounds.iter().all(|it| colour.contrast(*it) >= ratio);
        let mut shades = (0..=STEPS).map(|step| self.mixed(end, step));
        shades.find(reads).unwrap_or(end)
    }

    fn mixed(self, end: Self, step: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let mixed = (u16::from(from) * (STEPS - step) + u16::from(to) * step) / STEPS;
            u8::try_from(mixed).unwrap_or(to)
        };
        let pairs = [0, 1, 2].map(|at| (self.0[at], end.0[at]));
        Self(pairs.map(|(from, to)| mix(from, to)))
    }

    /// WCAG 2.2, "relative luminance".
    #[expect(clippy::float_arithmetic, reason = "a measure of light, not of money")]
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contrast(one: &str, other: &str) -> String {
        let [one, other] = [one, other].map(|text| Colour::parse(text).unwrap());
        format!("{:.2}", one.contrast(other))
    }

    #[test]
    fn contrasts_are_those_of_the_guidelines() {
        assert_eq!(contrast("#000000", "#ffffff"), "21.00");
        assert_eq!(contrast("#777777", "#ffffff"), "4.48");
        assert_eq!(contrast("#767676", "#ffffff"), "4.54");
        assert_eq!(contrast("#ff0000", "#ffffff"), "4.00");
        assert_eq!(contrast("#0000ff", "#000000"), "2.44");
    }

    #[test]
    fn a_colour_is_six_digits_behind_a_hash() {
        for wrong in [
            "", "#", "#fff", "ffffff", "#fffffff", "#gggggg", "#+12345", " #ffffff", "red",
            "#ffffé",
        ] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Colour::parse("#0A4f6C").unwrap().to_string(), "#0a4f6c");
    }

    #[test]
    fn a_colour_that_reads_well_is_left_as_it_is() {
        let blue = Colour::of(0x0b_4f6c);
        assert_eq!(blue.readable_on(&[Colour::WHITE], Colour::BLACK, 4.5), blue);
        let yellow = Colour::of(0xff_ff00);
        let darker = yellow.readable_on(&[Colour::WHITE], Colour::BLACK, 4.5);
        assert!(darker != yellow && darker != Colour::BLACK, "{darker}");
    }

    proptest! {
        #[test]
        fn black_or_white_is_readable_on_every_colour(number in 0..0x0100_0000u32) {
            let colour = Colour::of(number);
            prop_assert!(colour.contrast(colour.ink()) >= 4.5, "{colour}");
        }

        #[test]
        fn every_colour_is_read_back(number in 0..0x0100_0000u32) {
            let colour = Colour::of(number);
            prop_assert_eq!(Colour::parse(&colour.to_string()), Some(colour));
        }
    }
}
