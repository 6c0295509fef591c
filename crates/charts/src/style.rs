//! The three ways to style a drawing, and the style sheet of those that stand alone.

use crate::palette::PALETTE;
use std::fmt::Write as _;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark ink on a light ground.
    #[default]
    Light,
    /// Light ink on a dark ground.
    Dark,
}

/// What a drawing is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Within a page: class names only, coloured by the page's style sheet, as wide as its place.
    Inline,
    /// A file of its own, 800 wide: with its style sheet for light and dark, title, legend and note.
    Standalone,
    /// A picture of a size in pixels: like a file of its own, with the literal colours of one theme and
    /// without anything that a simple renderer does not know.
    Fixed {
        /// The theme.
        theme: Theme,
        /// Width in pixels; at least 160 is drawn.
        width: u32,
        /// Height in pixels; at least 120 is drawn.
        height: u32,
    },
}

/// What is the same for every drawing. `var(--name)` names a colour of the palette.
const RULES: &str = "text{font-family:\"Allium Sans\",sans-serif;font-size:12px;fill:var(--ink-3)}\
.ground{fill:var(--surface)}\
.title{font-size:15px;font-weight:600;fill:var(--ink)}\
.label{font-weight:600;fill:var(--ink)}\
.value,.cell,.name{fill:var(--ink)}\
.strong{fill:var(--on-c)}\
.tick,.label{paint-order:stroke;stroke:var(--surface);stroke-width:3px;stroke-linejoin:round}\
.gridl{stroke:var(--line)}.axis{stroke:var(--line-2)}\
.ref{fill:none;stroke:var(--ink-3);stroke-dasharray:4 3}\
.median{stroke:var(--surface);stroke-width:3}.track{fill:var(--sunk)}\
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\
.dots{fill:none;stroke-width:5;stroke-linecap:round}.dots.many{stroke-width:4;opacity:.55}\
.area{opacity:.16}.stack{opacity:.42}.flow{opacity:.3}\
.big{font-size:20px;font-weight:600;fill:var(--ink)}.big.strong{fill:var(--on-c)}\
.aim{stroke:var(--ink);stroke-width:2}.hatch,.fill.hatch{fill:var(--line-2)}.fill.none{fill:var(--line)}\
.dotted{stroke:var(--ink-3)}\
.swatch{opacity:.35}.seg{stroke:var(--surface)}";

/// Classes that take the colour of their series as `fill`, and as `stroke`.
const COLOURED: [&str; 18] = [
    "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "good", "fair", "poor", "q0", "q1", "q2", "q3", "q4",
    "q5", "q6",
];
const DIVERGING: [&str; 7] = ["d0", "d1", "d2", "d3", "d4", "d5", "d6"];

fn push_colours(out: &mut String, body: &str) {
    for class in COLOURED.into_iter().chain(DIVERGING) {
        if !body.contains(class) {
            continue;
        }
        let _ = write!(
            out,
            ".fill.{class},.area.{class}{{fill:var(--{class})}}.line.{class},.dots.{class}{{stroke:var(--{class})}}"
        );
    }
}

fn push_variables(out: &mut String, theme: Theme) {
    out.push_str(":root{");
    for colour in PALETTE {
        let _ = write!(out, "--{}:{};", colour.name, hex(colour.name, theme));
    }
    out.push('}');
}

/// The value of a palette colour in a theme.
fn hex(name: &str, theme: Theme) -> &'static str {
    let colour = PALETTE.iter().find(|colour| colour.name == name);
    colour.map_or("#808080", |colour| match theme {
        Theme::Light => colour.light,
        Theme::Dark => colour.dark,
    })
}

/// The rules with each `var(--name)` replaced by its value.
fn literal(rules: &str, theme: Theme) -> String {
    let mut parts = rules.split("var(--");
    let mut out = String::with_capacity(rules.len());
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once(')').unwrap_or((part, ""));
        out.push_str(hex(name, theme));
        out.push_str(rest);
    }
    out
}

/// The style sheet of a drawing with this body that stands alone.
pub(crate) fn style_sheet(style: Style, body: &str) -> String {
    let mut rules = String::from(RULES);
    push_colours(&mut rules, body);
    match style {
        Style::Inline => String::new(),
        Style::Fixed { theme, .. } => literal(&rules, theme),
        Style::Standalone => {
            let mut out = String::with_capacity(4096);
            push_variables(&mut out, Theme::Light);
            out.push_str("@media (prefers-color-scheme:dark){");
            push_variables(&mut out, Theme::Dark);
            out.push('}');
            out.push_str(&rules);
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_literal_colours_only() {
        let fixed = Style::Fixed { theme: Theme::Dark, width: 640, height: 360 };
        let sheet = style_sheet(fixed, "class=\"line s1\"");
        assert!(!sheet.contains("var(") && !sheet.contains("--") && !sheet.contains("@media"), "{sheet}");
        assert!(sheet.contains(".line.s1,.dots.s1{stroke:#b491e6}") && !sheet.contains("808080"), "{sheet}");
    }

    #[test]
    fn a_file_knows_light_and_dark() {
        let sheet = style_sheet(Style::Standalone, "s2");
        assert!(sheet.contains("--ink:#1d1b22") && sheet.contains("--ink:#efecf5"));
        assert!(!sheet.contains(".line.s1"));
    }
}
