//! The outlines of the countries, read from the committed file that `cargo xtask world` makes.

use allium_model::CountryCode;

const FILE: &str = include_str!("data/world.txt");

/// A country on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outline {
    pub(crate) code: CountryCode,
    /// The middle of its largest part.
    pub(crate) middle: (f64, f64),
    /// In square units.
    pub(crate) area: f64,
    /// The coordinates of an SVG path; empty when the country is smaller than the grid.
    pub(crate) path: &'static str,
}

fn lines() -> impl Iterator<Item = &'static str> {
    FILE.lines().filter(|line| !line.starts_with('#'))
}

/// Width and height of the map in units.
pub(crate) fn size() -> (f64, f64) {
    let first = lines().next().and_then(|line| line.split_once(' '));
    first
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .unwrap_or((2000.0, 1000.0))
}

/// Every country, by code.
pub(crate) fn outlines() -> impl Iterator<Item = Outline> {
    lines().skip(1).filter_map(outline)
}

fn outline(line: &'static str) -> Option<Outline> {
    let mut parts = line.splitn(5, ' ');
    Some(Outline {
        code: parts.next()?.parse().ok()?,
        middle: (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?),
        area: parts.next()?.parse().ok()?,
        path: parts.next().filter(|path| *path != "-").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::COUNTRIES;

    #[test]
    fn every_country_but_antarctica_is_on_the_map_within_its_box() {
        let (width, height) = size();
        let found: Vec<Outline> = outlines().collect();
        assert_eq!(found.len(), COUNTRIES.len() - 1);
        assert_eq!(found.len(), lines().count() - 1, "every line is read");
        for country in &found {
            let (x, y) = country.middle;
            assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{}", country.code);
            assert!(country.path.is_empty() || country.path.starts_with('M') && country.path.ends_with('z'));
        }
        let mut codes: Vec<_> = found.iter().map(|country| country.code.to_string()).collect();
        codes.push("AQ".into());
        codes.sort();
        assert_eq!(codes, COUNTRIES.map(|country| country.alpha2));
    }

    #[test]
    fn countries_lie_where_the_earth_has_them() {
        let middle = |code: &str| outlines().find(|country| country.code.as_str() == code).unwrap().middle;
        assert!(middle("US").0 < middle("DE").0 && middle("DE").0 < middle("JP").0);
        assert!(middle("NO").1 < middle("IT").1 && middle("IT").1 < middle("ZA").1);
        let (germany, luxembourg) = (middle("DE"), middle("LU"));
        assert!((germany.0 - luxembourg.0).abs() < 40.0 && (germany.1 - luxembourg.1).abs() < 20.0);
    }

    #[test]
    fn areas_keep_their_proportions() {
        let area = |code: &str| outlines().find(|country| country.code.as_str() == code).unwrap().area;
        // 8.5 and 0.357 million square kilometres.
        let ratio = area("BR") / area("DE");
        assert!((22.0..26.0).contains(&ratio), "{ratio}");
    }
}
