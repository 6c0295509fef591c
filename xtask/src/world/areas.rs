//! Which area belongs to which code.
//!
//! The rule is the one of the code itself: an area counts to the code under
//! which ISO 3166 lists it, because the map shows values by that code. Natural
//! Earth draws some areas otherwise (overseas parts with their state, areas by
//! who controls them); `PARTS` and `NAMED` say where that differs.

use std::collections::BTreeMap;

use allium_model::COUNTRIES;

use super::topology::{Place, Polygon, Shape, Topology};

/// Areas of one code whose middle lies in a box belong to another code.
struct Part {
    from: &'static str,
    to: &'static str,
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

const fn part(from: &'static str, to: &'static str, corners: [f64; 4]) -> Part {
    let [west, south, east, north] = corners;
    Part { from, to, west, south, east, north }
}

const PARTS: [Part; 10] = [
    part("FR", "GF", [-55.0, 2.0, -51.0, 6.0]),
    part("FR", "GP", [-62.0, 15.8, -61.0, 16.6]),
    part("FR", "MQ", [-61.3, 14.3, -60.7, 15.0]),
    part("FR", "RE", [55.0, -22.0, 56.0, -20.5]),
    part("FR", "YT", [44.9, -13.1, 45.4, -12.5]),
    part("NO", "SJ", [10.0, 74.0, 34.0, 81.0]),
    part("NO", "SJ", [-10.0, 70.5, -7.0, 71.5]),
    part("NL", "BQ", [-69.0, 12.0, -62.0, 18.0]),
    part("NZ", "TK", [-173.0, -10.0, -171.0, -8.0]),
    // ISO 3166-2 has UA-43 and UA-40 here.
    part("RU", "UA", [32.0, 44.0, 37.0, 46.3]),
];

/// Shapes without a number that belong to a code (of the Indian Ocean Territories this scale has Christmas
/// Island only); the others without one are left out.
const NAMED: [(&str, &str); 4] =
    [("Kosovo", "XK"), ("N. Cyprus", "CY"), ("Somaliland", "SO"), ("Indian Ocean Ter.", "CX")];

/// Places of codes that the source has no area for at this scale: longitude, latitude.
pub(super) const POINTS: [(&str, Place); 5] = [
    ("BV", (3.4, -54.4)),
    ("CC", (96.9, -12.2)),
    ("GI", (-5.35, 36.14)),
    ("TV", (179.2, -8.5)),
    ("UM", (166.6, 19.3)),
];

/// Left out: it has no relays and would take a fifth of the height.
const LEFT_OUT: &str = "AQ";

/// The areas of every code.
pub(super) fn by_country(topology: &Topology) -> BTreeMap<&'static str, Vec<Polygon>> {
    let mut areas: BTreeMap<&'static str, Vec<Polygon>> = BTreeMap::new();
    for shape in &topology.shapes {
        let Some(code) = code_of(shape).filter(|code| *code != LEFT_OUT) else { continue };
        for polygon in &shape.polygons {
            let code = part_of(code, middle(topology, polygon));
            areas.entry(code).or_default().push(polygon.clone());
        }
    }
    areas
}

fn code_of(shape: &Shape) -> Option<&'static str> {
    if let Some(number) = shape.iso_number {
        return COUNTRIES.iter().find(|country| country.iso_number == Some(number)).map(|row| row.alpha2);
    }
    NAMED.iter().find(|(name, _)| *name == shape.name).map(|(_, code)| *code)
}

fn part_of(code: &'static str, (longitude, latitude): Place) -> &'static str {
    let inside = |part: &&Part| {
        part.from == code
            && (part.west..=part.east).contains(&longitude)
            && (part.south..=part.north).contains(&latitude)
    };
    PARTS.iter().find(inside).map_or(code, |part| part.to)
}

/// The middle of the box around the outer ring.
fn middle(topology: &Topology, polygon: &Polygon) -> Place {
    let outer = polygon.first().into_iter().flatten();
    let places: Vec<Place> = outer.flat_map(|arc| topology.arc(*arc)).collect();
    let half = |pick: fn(&Place) -> f64| {
        let values = places.iter().map(pick);
        f64::midpoint(values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
    };
    (half(|place| place.0), half(|place| place.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: f64, south: f64) -> Vec<Place> {
        let (east, north) = (west + 1.0, south + 1.0);
        vec![(west, south), (east, south), (east, north), (west, north), (west, south)]
    }

    fn shape(iso_number: Option<u16>, name: &str, arcs: &[i32]) -> Shape {
        Shape {
            iso_number,
            name: name.to_owned(),
            polygons: arcs.iter().map(|arc| vec![vec![*arc]]).collect(),
        }
    }

    #[test]
    fn parts_go_to_the_code_that_iso_3166_gives_them() {
        let topology = Topology {
            arcs: vec![square(2.0, 47.0), square(-53.5, 3.5), square(34.0, 45.0)],
            shapes: vec![shape(Some(250), "France", &[0, 1]), shape(Some(643), "Russia", &[2])],
        };
        let codes: Vec<_> = by_country(&topology).into_keys().collect();
        assert_eq!(codes, ["FR", "GF", "UA"]);
    }

    #[test]
    fn shapes_without_a_number_are_known_by_name_or_left_out() {
        let topology = Topology {
            arcs: vec![square(20.5, 42.0), square(77.0, 35.0), square(0.0, -80.0)],
            shapes: vec![
                shape(None, "Kosovo", &[0]),
                shape(None, "Siachen Glacier", &[1]),
                shape(Some(10), "Antarctica", &[2]),
            ],
        };
        assert_eq!(by_country(&topology).into_keys().collect::<Vec<_>>(), ["XK"]);
    }
}
