//! The colours of charts: one palette, light and dark, the same as in the style sheet of the site.
//!
//! Categories are told apart by hue and lightness together: with simulated protanopia and deuteranopia
//! (Machado, Oliveira and Fernandes 2009) any two differ by at least 12 in CIELAB on a light ground and 9
//! on a dark one. A text on a category, health or scale colour has a contrast of 4.5 or more. Colours are
//! never the only sign, because labels, legends and tables name what is drawn.

/// A colour of the palette: its CSS variable without the dashes, and its value in the two themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColourValue {
    /// Name of the variable, `s1` for `--s1`.
    pub name: &'static str,
    /// `#rgb` or `#rrggbb` on a light ground.
    pub light: &'static str,
    /// The same on a dark ground.
    pub dark: &'static str,
}

const fn value(name: &'static str, light: &'static str, dark: &'static str) -> ColourValue {
    ColourValue { name, light, dark }
}

/// Every variable that a drawing uses.
pub const PALETTE: [ColourValue; 33] = [
    value("surface", "#fff", "#1d1a24"),
    value("sunk", "#f3f1ec", "#272332"),
    value("line", "#e4e0d8", "#322d3d"),
    value("line-2", "#cfc9be", "#463f55"),
    value("ink", "#1d1b22", "#efecf5"),
    value("ink-2", "#524e5a", "#c0b9cc"),
    value("ink-3", "#69646f", "#a49cb2"),
    value("good", "#14663f", "#62c795"),
    value("fair", "#7d5100", "#e2b25a"),
    value("poor", "#a02d1b", "#f08c7a"),
    value("s1", "#6b3fa0", "#b491e6"),
    value("s2", "#1b7f8c", "#5cc3cf"),
    value("s3", "#ad5f19", "#e29a57"),
    value("s4", "#4b6a2b", "#9cc272"),
    value("s5", "#a23b72", "#e07fb0"),
    value("s6", "#12306e", "#5f86ea"),
    value("s7", "#33201a", "#f2e27a"),
    value("s8", "#45404d", "#e6e2ec"),
    value("q0", "#f1eaf9", "#2c2638"),
    value("q1", "#dfcdf1", "#3a2d55"),
    value("q2", "#c9ace6", "#513b7a"),
    value("q3", "#ad87d4", "#6b4fa0"),
    value("q4", "#8f60bd", "#9a7bd0"),
    value("q5", "#6b3fa0", "#b9a0e6"),
    value("q6", "#472a6e", "#dcc8f7"),
    value("d0", "#9a4d0c", "#f0b070"),
    value("d1", "#cf8640", "#9a5c1f"),
    value("d2", "#f0cfa6", "#5e4326"),
    value("d3", "#f3f1ec", "#272332"),
    value("d4", "#d6c3ec", "#453363"),
    value("d5", "#9a73c9", "#7a52b2"),
    value("d6", "#5a2f96", "#cdb3f2"),
    value("on-c", "#fff", "#1d1a24"),
];

/// What a mark is coloured as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// First series; the colour of guards.
    #[default]
    S1,
    /// Second series; the colour of middle relays.
    S2,
    /// Third series; the colour of exits.
    S3,
    /// Fourth series.
    S4,
    /// Fifth series.
    S5,
    /// Sixth series.
    S6,
    /// Seventh series.
    S7,
    /// Eighth series, and what is left over.
    S8,
    /// Healthy.
    Good,
    /// Middling.
    Fair,
    /// Bad.
    Poor,
    /// A step of the sequential scale, 0 (least) to 6 (most); larger counts as 6.
    Step(u8),
    /// A step of the diverging scale, 0 (most negative) over 3 (neutral) to 6 (most positive); larger
    /// counts as 6.
    Diverging(u8),
}

const STEPS: [&str; 7] = ["q0", "q1", "q2", "q3", "q4", "q5", "q6"];
const DIVERGING: [&str; 7] = ["d0", "d1", "d2", "d3", "d4", "d5", "d6"];

impl Colour {
    /// The colours of categories, in the order in which they are given out.
    pub const SERIES: [Self; 8] =
        [Self::S1, Self::S2, Self::S3, Self::S4, Self::S5, Self::S6, Self::S7, Self::S8];

    /// The colour of guards.
    pub const GUARD: Self = Self::S1;
    /// The colour of middle relays.
    pub const MIDDLE: Self = Self::S2;
    /// The colour of exits.
    pub const EXIT: Self = Self::S3;

    /// The colour of a series by its place; after eight they begin again.
    pub fn series(index: usize) -> Self {
        Self::SERIES[index % Self::SERIES.len()]
    }

    /// The step of the sequential scale for a part of 0 to 1.
    pub fn step_of(fraction: f64) -> Self {
        Self::Step((fraction.clamp(0.0, 1.0) * 6.999).floor() as u8)
    }

    /// The step of the diverging scale for a value of -1 to 1.
    pub fn diverging_of(value: f64) -> Self {
        Self::Diverging((value.clamp(-1.0, 1.0) * 3.0 + 3.0).round() as u8)
    }

    /// The CSS class that gives a mark this colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::S1 => "s1",
            Self::S2 => "s2",
            Self::S3 => "s3",
            Self::S4 => "s4",
            Self::S5 => "s5",
            Self::S6 => "s6",
            Self::S7 => "s7",
            Self::S8 => "s8",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
            Self::Step(step) => STEPS[usize::from(step.min(6))],
            Self::Diverging(step) => DIVERGING[usize::from(step.min(6))],
        }
    }

    /// Class of a text that stands on this colour.
    pub(crate) fn text_class(self) -> &'static str {
        match self {
            Self::Step(0..=3) | Self::Diverging(1..=5) => "cell",
            _ => "cell strong",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_go_from_end_to_end() {
        let steps: Vec<_> = [0.0, 0.5, 1.0, 7.0, f64::NAN].map(|part| Colour::step_of(part).class()).into();
        assert_eq!(steps, ["q0", "q3", "q6", "q6", "q0"]);
        let signed: Vec<_> =
            [-1.0, -0.4, -0.1, 0.0, 0.4, 1.0].map(|part| Colour::diverging_of(part).class()).into();
        assert_eq!(signed, ["d0", "d2", "d3", "d3", "d4", "d6"]);
    }

    #[test]
    fn the_site_has_the_same_palette() {
        let css = include_str!("../../web/static/allium.css");
        let (light, dark) = css.split_once("prefers-color-scheme: dark").unwrap();
        for colour in PALETTE {
            assert!(
                light.contains(&format!("--{}: {};", colour.name, colour.light)),
                "light {}",
                colour.name
            );
            assert!(dark.contains(&format!("--{}: {};", colour.name, colour.dark)), "dark {}", colour.name);
        }
    }
}
