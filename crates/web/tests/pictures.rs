//! Every kind of chart as a picture: its average hash is the one in the table beside, within a few bits.
//!
//! A hash is 16 by 16 bits: a cell of the picture is lighter than the mean of all cells, or it is not.
//! Small changes of a renderer leave it alone; a missing text, shape or colour does not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so at once")]

use std::fmt::Write as _;

use allium_charts::{Figure, Style, Theme, examples};
use allium_web::raster::png;
use resvg::tiny_skia::Pixmap;

const CELLS: usize = 16;
/// So many of the 256 bits may differ.
const TOLERANCE: u32 = 10;
const TABLE: &str = include_str!("pictures.txt");

fn picture(figure: &Figure, theme: Theme) -> Pixmap {
    let svg = figure.svg(Style::Fixed { theme, width: 640, height: 400 }, "picture");
    Pixmap::decode_png(&png(&svg, 1.0).unwrap()).unwrap()
}

/// Luminance of each pixel on its own ground, 0 to 255.
fn luminance(picture: &Pixmap) -> Vec<f64> {
    let of = |red: u8, green: u8, blue: u8| {
        0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue)
    };
    picture.pixels().iter().map(|pixel| of(pixel.red(), pixel.green(), pixel.blue())).collect()
}

fn cells(picture: &Pixmap) -> Vec<f64> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let values = luminance(picture);
    let mut cells = vec![0.0; CELLS * CELLS];
    for (index, value) in values.iter().enumerate() {
        let (x, y) = (index % width * CELLS / width, index / width * CELLS / height);
        cells[y * CELLS + x] += value * (CELLS * CELLS) as f64 / values.len() as f64;
    }
    cells
}

fn hash(picture: &Pixmap) -> Vec<bool> {
    let cells = cells(picture);
    let mean = cells.iter().sum::<f64>() / cells.len() as f64;
    cells.iter().map(|cell| *cell < mean).collect()
}

fn hex(bits: &[bool]) -> String {
    bits.chunks(4).fold(String::new(), |mut text, nibble| {
        let value = nibble.iter().fold(0, |value, bit| value * 2 + u8::from(*bit));
        let _ = write!(text, "{value:x}");
        text
    })
}

fn distance(left: &str, right: &str) -> u32 {
    let digit = |character: char| character.to_digit(16).unwrap();
    let length = left.len().abs_diff(right.len()) as u32 * 4;
    left.chars()
        .zip(right.chars())
        .map(|(left, right)| (digit(left) ^ digit(right)).count_ones())
        .sum::<u32>()
        + length
}

#[test]
fn every_kind_looks_as_it_did() {
    let mut table = String::new();
    let mut changed = Vec::new();
    for (name, figure) in examples() {
        for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let hash = hex(&hash(&picture(&figure, theme)));
            let known = TABLE.lines().find_map(|line| line.strip_prefix(&format!("{name} {word} ")));
            if known.is_none_or(|known| distance(known, &hash) > TOLERANCE) {
                changed.push(format!("{name} {word}"));
            }
            let _ = writeln!(table, "{name} {word} {hash}");
        }
    }
    assert!(changed.is_empty(), "changed: {changed:?}; when that is right, pictures.txt becomes\n{table}");
    assert_eq!(TABLE.lines().count(), table.lines().count(), "the table names kinds that are no more");
}

#[test]
fn no_kind_is_an_empty_picture() {
    for (name, figure) in examples() {
        for theme in [Theme::Light, Theme::Dark] {
            let values = luminance(&picture(&figure, theme));
            let ground = values[0];
            let drawn = values.iter().filter(|value| (*value - ground).abs() > 40.0).count();
            assert!(drawn > 1_000, "{name} {theme:?}: {drawn} pixels differ from the ground");
        }
    }
}

#[test]
fn a_picture_has_the_text_of_its_title() {
    let (_, figure) = examples().into_iter().next().unwrap();
    let titled = picture(&figure, Theme::Light);
    let untitled = picture(&Figure { title: " ".into(), ..figure }, Theme::Light);
    assert_ne!(titled.data(), untitled.data());
    let dark = |picture: &Pixmap| {
        let values = luminance(picture);
        values[..640 * 36].iter().filter(|value| **value < 100.0).count()
    };
    assert!(dark(&titled) > 400, "{} dark pixels in the line of the title", dark(&titled));
}
