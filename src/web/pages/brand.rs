//! The operator's colour in the stylesheet. Whatever it is, what is written in it or on it can be read.

use crate::model::Colour;

/// What accents stand on where the screen is light, and where it is dark: the same as in `style.css`.
const LIGHT: [Colour; 4] = [
    Colour::of(0xff_ffff),
    Colour::of(0xf4_f6f8),
    Colour::of(0xff_f5df),
    Colour::of(0xfd_f0ef),
];
const DARK: [Colour; 4] = [
    Colour::of(0x19_212a),
    Colour::of(0x10_161c),
    Colour::of(0x2d_240f),
    Colour::of(0x33_1b1a),
];

/// The least contrast of text with what is behind it (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

/// The rules that put `colour` in the place of the stylesheet's own.
#[must_use]
pub fn rules(colour: Colour) -> String {
    let light = colour.readable_on(&LIGHT, Colour::BLACK, READABLE);
    let dark = colour.readable_on(&DARK, Colour::WHITE, READABLE);
    let set = |accent: Colour| {
        let ink = accent.ink();
        format!(":root {{ --brand: {colour}; --accent: {accent}; --on-accent: {ink}; }}")
    };
    format!(
        "\n{}\n@media screen and (prefers-color-scheme: dark) {{ {} }}\n",
        set(light),
        set(dark)
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::web::pages::STYLE;
    use crate::web::pages::tests::style::Palette;

    #[test]
    fn accents_are_judged_on_the_stylesheets_own_grounds() {
        let ours = [Palette::light(STYLE), Palette::dark(STYLE)];
        for (palette, grounds) in ours.iter().zip([LIGHT, DARK]) {
            let names = ["sheet", "ground", "warn-ground", "wrong-ground"];
            assert_eq!(names.map(|name| palette.colour(name)), grounds);
        }
    }

    proptest! {
        #[test]
        fn every_colour_leaves_the_pages_readable(number in 0..0x0100_0000u32) {
            let style = format!("{STYLE}{}", rules(Colour::of(number)));
            Palette::light(&style).is_readable();
            Palette::dark(&style).is_readable();
        }
    }
}
