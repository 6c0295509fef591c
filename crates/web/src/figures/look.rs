//! How a figure is wanted as a file: theme and size, read from a query or a command line, and the file.

use super::FigureForm;
use crate::raster::{RasterError, png};
use allium_charts::{Figure, Style, Theme};
use std::ops::RangeInclusive;

/// Widths that are drawn, in CSS pixels.
pub const WIDTHS: RangeInclusive<u32> = 160..=1200;

/// Heights that are drawn, in CSS pixels.
pub const HEIGHTS: RangeInclusive<u32> = 120..=1200;

/// Pixels of a picture for each CSS pixel.
const PICTURE_SCALE: f32 = 2.0;

/// Width of a drawing that nobody gave a size.
const WIDTH: u32 = 800;

/// Height of a drawing whose own cannot be told.
const HEIGHT: u32 = 400;

/// Theme and size; what is not set is the drawing's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FigureLook {
    /// Light or dark. A picture is light without it; a drawing follows its reader.
    pub theme: Option<Theme>,
    /// Width in CSS pixels, of [`WIDTHS`].
    pub width: Option<u32>,
    /// Height in CSS pixels, of [`HEIGHTS`].
    pub height: Option<u32>,
}

/// Why a look is none. Texts begin in lower case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// No such parameter.
    #[error("there is no parameter {name:?}; known are {known}")]
    Unknown {
        /// As it was given.
        name: String,
        /// Those that there are.
        known: &'static str,
    },
    /// A theme that is none.
    #[error("theme cannot be {0:?}: light or dark is expected")]
    Theme(String),
    /// A size that is not drawn.
    #[error("{name} cannot be {value:?}: a number from {least} to {most} is expected")]
    Size {
        /// `width` or `height`.
        name: &'static str,
        /// As it was given.
        value: String,
        /// Smallest.
        least: u32,
        /// Largest.
        most: u32,
    },
}

impl FigureLook {
    /// Reads the parameters of a query; data have none.
    pub fn parse<'a>(
        form: FigureForm,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, LookError> {
        let mut look = Self::default();
        let is_drawn = form != FigureForm::Csv;
        for (name, value) in pairs {
            match name {
                "theme" if is_drawn => look.theme = Some(parse_theme(value)?),
                "width" if is_drawn => look.width = Some(parse_size("width", value, &WIDTHS)?),
                "height" if is_drawn => look.height = Some(parse_size("height", value, &HEIGHTS)?),
                _ => {
                    let known = if is_drawn { "theme, width and height" } else { "none" };
                    return Err(LookError::Unknown { name: name.to_owned(), known });
                }
            }
        }
        Ok(look)
    }

    /// The look in one writing, for keys of caches; empty for the drawing's own.
    pub(crate) fn canonical(self) -> String {
        let theme =
            self.theme.map(|theme| format!("theme={}", if theme == Theme::Dark { "dark" } else { "light" }));
        let width = self.width.map(|width| format!("width={width}"));
        let height = self.height.map(|height| format!("height={height}"));
        [theme, width, height].into_iter().flatten().collect::<Vec<_>>().join("&")
    }

    fn style(self, figure: &Figure) -> Style {
        Style::Fixed {
            theme: self.theme.unwrap_or_default(),
            width: self.width.unwrap_or(WIDTH),
            height: self.height.unwrap_or_else(|| own_height(figure)),
        }
    }
}

/// A theme by its name.
pub fn parse_theme(text: &str) -> Result<Theme, LookError> {
    match text {
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        _ => Err(LookError::Theme(text.to_owned())),
    }
}

fn parse_size(name: &'static str, value: &str, sizes: &RangeInclusive<u32>) -> Result<u32, LookError> {
    let error =
        || LookError::Size { name, value: value.to_owned(), least: *sizes.start(), most: *sizes.end() };
    value.parse().ok().filter(|size| sizes.contains(size)).ok_or_else(error)
}

/// The height that a drawing gives itself at the width of one that stands alone.
fn own_height(figure: &Figure) -> u32 {
    let svg = figure.svg(Style::Standalone, "own");
    let height = svg.split_once(" height=\"").and_then(|(_, rest)| rest.split('"').next());
    let height = height.and_then(|height| height.parse::<f64>().ok());
    height.map_or(HEIGHT, |height| (height.ceil() as u32).clamp(*HEIGHTS.start(), *HEIGHTS.end()))
}

/// The figure as a file of a form.
pub fn file(figure: &Figure, form: FigureForm, look: FigureLook) -> Result<Vec<u8>, RasterError> {
    const ID: &str = "figure";
    Ok(match form {
        FigureForm::Svg if look == FigureLook::default() => figure.svg(Style::Standalone, ID).into_bytes(),
        FigureForm::Svg => figure.svg(look.style(figure), ID).into_bytes(),
        FigureForm::Png => png(&figure.svg(look.style(figure), ID), PICTURE_SCALE)?,
        FigureForm::Csv => figure.table().csv().into_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_charts::examples;

    #[track_caller]
    fn check(query: &[(&str, &str)], expected: Result<&str, &str>) {
        let look = FigureLook::parse(FigureForm::Svg, query.iter().copied());
        let shown = look.map(FigureLook::canonical).map_err(|error| error.to_string());
        assert_eq!(shown.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_look_is_read_in_any_order_and_written_in_one() {
        check(&[], Ok(""));
        check(
            &[("height", "480"), ("theme", "dark"), ("width", "960")],
            Ok("theme=dark&width=960&height=480"),
        );
        check(&[("width", "960"), ("width", "500")], Ok("width=500"));
    }

    #[test]
    fn what_is_not_drawn_is_refused_with_what_is() {
        check(
            &[("colour", "red")],
            Err("there is no parameter \"colour\"; known are theme, width and height"),
        );
        check(&[("theme", "blue")], Err("theme cannot be \"blue\": light or dark is expected"));
        check(&[("width", "99999")], Err("width cannot be \"99999\": a number from 160 to 1200 is expected"));
        check(&[("height", "-1")], Err("height cannot be \"-1\": a number from 120 to 1200 is expected"));
        assert!(FigureLook::parse(FigureForm::Csv, [("theme", "dark")]).is_err());
    }

    #[test]
    fn every_example_has_every_file() {
        for (kind, figure) in examples() {
            let look = FigureLook { width: Some(320), height: Some(240), ..FigureLook::default() };
            let svg = String::from_utf8(file(&figure, FigureForm::Svg, look).unwrap()).unwrap();
            assert!(svg.contains(" width=\"320\" height=\"240\""), "{kind}");
            let picture = file(&figure, FigureForm::Png, look).unwrap();
            assert!(picture.starts_with(b"\x89PNG"), "{kind}");
            assert_eq!(picture[16..24], [0, 0, 2, 128, 0, 0, 1, 224], "{kind} is 640 by 480");
            assert!(
                file(&figure, FigureForm::Csv, FigureLook::default()).unwrap().contains(&b'\n'),
                "{kind}"
            );
        }
    }
}
