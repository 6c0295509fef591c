//! SVG drawings to PNG pictures.
//!
//! The renderer has one font, the one in the program, for every family that a drawing may name: with the
//! fonts of a system a picture would look different on every machine, and without any its text would
//! vanish without a word. It loads nothing: pictures that a drawing refers to are left out.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};

/// Longest side of a picture in pixels.
pub const MAX_SIDE: u32 = 4096;

/// Longest drawing in bytes.
pub const MAX_SVG_BYTES: usize = 4 << 20;

const FAMILY: &str = "Allium Sans";
const FACES: [&[u8]; 2] = [
    include_bytes!("../assets/fonts/allium-sans.ttf"),
    include_bytes!("../assets/fonts/allium-sans-semibold.ttf"),
];

/// Why a drawing did not become a picture.
#[derive(Debug, thiserror::Error)]
pub enum RasterError {
    /// The text is not SVG, or has no size.
    #[error("the drawing is not valid SVG: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The text is longer than [`MAX_SVG_BYTES`].
    #[error("the drawing has {0} bytes, at most {MAX_SVG_BYTES} are drawn")]
    TooLong(usize),
    /// The picture would be empty or have a side above [`MAX_SIDE`].
    #[error("a picture of {width} by {height} pixels is not made, the sides are 1 to {MAX_SIDE}")]
    Size {
        /// Wanted width in pixels.
        width: f32,
        /// Wanted height in pixels.
        height: f32,
    },
    /// The picture could not be encoded.
    #[error("the picture could not be encoded: {0}")]
    Encode(String),
}

/// The drawing as a PNG, `scale` pixels for each of its units (1 to about 3). Equal drawings give equal
/// bytes.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, RasterError> {
    pixmap(svg, scale)?.encode_png().map_err(|error| RasterError::Encode(error.to_string()))
}

fn pixmap(svg: &str, scale: f32) -> Result<Pixmap, RasterError> {
    if svg.len() > MAX_SVG_BYTES {
        return Err(RasterError::TooLong(svg.len()));
    }
    let tree = Tree::from_str(svg, &options())?;
    let (width, height) = (tree.size().width() * scale, tree.size().height() * scale);
    let mut pixmap = blank(width, height).ok_or(RasterError::Size { width, height })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Ok(pixmap)
}

/// A transparent picture of a size within the bounds.
fn blank(width: f32, height: f32) -> Option<Pixmap> {
    let sides = 0.5..=MAX_SIDE as f32;
    // A size that is not a number is in no range.
    if !sides.contains(&width) || !sides.contains(&height) {
        return None;
    }
    Pixmap::new(width.round() as u32, height.round() as u32)
}

fn options() -> Options<'static> {
    Options {
        font_family: FAMILY.to_owned(),
        fontdb: fonts(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
}

/// The fonts, read once. Every generic family is ours; the serif one is what stands in for a name that
/// nobody knows.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        for face in FACES {
            fonts.load_font_data(face.to_vec());
        }
        fonts.set_serif_family(FAMILY);
        fonts.set_sans_serif_family(FAMILY);
        fonts.set_monospace_family(FAMILY);
        fonts.set_cursive_family(FAMILY);
        fonts.set_fantasy_family(FAMILY);
        Arc::new(fonts)
    });
    Arc::clone(fonts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(text_attributes: &str, text: &str) -> String {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='200' height='40'>\
             <rect width='200' height='40' fill='#fff'/><text x='5' y='28' {text_attributes}>{text}</text></svg>"
        )
    }

    fn dark_pixels(svg: &str) -> usize {
        let pixmap = pixmap(svg, 1.0).unwrap();
        pixmap.pixels().iter().filter(|pixel| pixel.red() < 128 && pixel.alpha() > 200).count()
    }

    #[test]
    fn text_is_drawn_in_whatever_family_it_names() {
        let families = ["Allium Sans", "sans-serif", "serif", "monospace", "Roboto", "system-ui, Arial"];
        for family in families {
            let svg = drawing(&format!("font-family='{family}' font-size='20'"), "Tor 100 %");
            let dark = dark_pixels(&svg);
            assert!((250..900).contains(&dark), "{family}: {dark} dark pixels");
        }
        assert!(dark_pixels(&drawing("font-size='20'", "Tor 100 %")) > 250, "without a family");
        assert_eq!(dark_pixels(&drawing("font-size='20'", "")), 0);
    }

    #[test]
    fn letters_digits_and_signs_of_the_charts_have_shapes() {
        assert_eq!(fonts().len(), 2);
        let draw = |sign: char| pixmap(&drawing("font-size='20'", &sign.to_string()), 1.0).unwrap();
        // What stands for a sign without a shape.
        let missing = draw('\u{4e2d}');
        for sign in "AZaz09äßéłőșЖжΩω.,:;%+-−–·…→↑↓↗≤≥≈×★☆▲▼●€‘’“”°²µ½".chars()
        {
            assert_ne!(draw(sign), missing, "{sign}");
        }
    }

    #[test]
    fn the_semibold_face_is_bolder() {
        let dark = |weight| dark_pixels(&drawing(&format!("font-size='24' font-weight='{weight}'"), "MMMM"));
        assert!(dark(600) as f64 > 1.15 * dark(400) as f64, "{} {}", dark(600), dark(400));
    }

    #[test]
    fn the_scale_multiplies_the_size() {
        let pixmap = pixmap(&drawing("", "x"), 2.0).unwrap();
        assert_eq!((pixmap.width(), pixmap.height()), (400, 80));
        assert!(png(&drawing("", "x"), 1.0).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    }

    #[test]
    fn sizes_out_of_bounds_are_refused() {
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 0.001, 21.0] {
            assert!(matches!(png(&drawing("", "x"), scale), Err(RasterError::Size { .. })), "{scale}");
        }
        let long = "x".repeat(MAX_SVG_BYTES + 1);
        assert!(matches!(png(&long, 1.0), Err(RasterError::TooLong(_))));
    }

    #[test]
    fn what_is_no_drawing_is_an_error() {
        for text in ["", "PNG", "<svg", "<html></html>"] {
            assert!(matches!(png(text, 1.0), Err(RasterError::Svg(_))), "{text}");
        }
    }

    #[test]
    fn a_picture_within_a_drawing_is_not_loaded() {
        let inner = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0naHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmcnIHdpZHRoPSc5JyBoZWlnaHQ9JzknPjxyZWN0IHdpZHRoPSc5JyBoZWlnaHQ9JzknLz48L3N2Zz4=";
        for href in ["/etc/hostname", "picture.svg", inner] {
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'><image href='{href}' width='20' height='20'/></svg>"
            );
            assert_eq!(dark_pixels(&svg), 0, "{href}");
        }
    }
}
