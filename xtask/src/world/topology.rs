//! A TopoJSON document: borders as numbered arcs, areas as lists of arc numbers.
//!
//! Format: <https://github.com/topojson/topojson-specification>. An arc is
//! shared by the areas on its two sides; a number below zero is the ones'
//! complement of an arc that is walked backwards.

use anyhow::{Context, Result};
use serde_json::Value;

/// Longitude and latitude in degrees.
pub(super) type Place = (f64, f64);

/// A closed line: arc numbers, in order.
pub(super) type Ring = Vec<i32>;

/// One area of one shape: its outer ring, then its holes.
pub(super) type Polygon = Vec<Ring>;

/// A named shape of the source.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// ISO 3166-1 numeric, where the source gives one.
    pub(super) iso_number: Option<u16>,
    pub(super) name: String,
    pub(super) polygons: Vec<Polygon>,
}

/// What the document holds.
#[derive(Debug, Clone)]
pub(super) struct Topology {
    pub(super) arcs: Vec<Vec<Place>>,
    pub(super) shapes: Vec<Shape>,
}

impl Topology {
    /// Reads a quantised document with an object named `countries`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let document: Value = serde_json::from_str(text)?;
        let scale = pair(&document["transform"]["scale"])?;
        let origin = pair(&document["transform"]["translate"])?;
        let arcs = list(&document["arcs"])?.iter().map(|arc| unpack(arc, scale, origin));
        let shapes = list(&document["objects"]["countries"]["geometries"])?.iter().map(shape);
        Ok(Self { arcs: arcs.collect::<Result<_>>()?, shapes: shapes.collect::<Result<_>>()? })
    }

    /// The places of an arc, in the direction that its number says.
    pub(super) fn arc(&self, number: i32) -> Vec<Place> {
        directed(&self.arcs, number)
    }
}

/// The points of arc `number`, turned round for a number below zero.
pub(super) fn directed<P: Copy>(arcs: &[Vec<P>], number: i32) -> Vec<P> {
    let index = if number < 0 { !number } else { number };
    let mut points =
        usize::try_from(index).ok().and_then(|index| arcs.get(index)).cloned().unwrap_or_default();
    if number < 0 {
        points.reverse();
    }
    points
}

/// An arc is a run of differences in steps of the scale.
fn unpack(arc: &Value, scale: Place, origin: Place) -> Result<Vec<Place>> {
    let mut at = (0.0, 0.0);
    let mut places = Vec::new();
    for step in list(arc)? {
        let step = pair(step)?;
        at = (at.0 + step.0, at.1 + step.1);
        places.push((at.0.mul_add(scale.0, origin.0), at.1.mul_add(scale.1, origin.1)));
    }
    Ok(places)
}

fn shape(geometry: &Value) -> Result<Shape> {
    let polygons = match geometry["type"].as_str() {
        Some("Polygon") => vec![serde_json::from_value(geometry["arcs"].clone())?],
        Some("MultiPolygon") => serde_json::from_value(geometry["arcs"].clone())?,
        _ => Vec::new(),
    };
    Ok(Shape {
        iso_number: geometry["id"].as_str().and_then(|id| id.parse().ok()),
        name: geometry["properties"]["name"].as_str().unwrap_or_default().to_owned(),
        polygons,
    })
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().context("the document is not TopoJSON: a list is missing")
}

fn pair(value: &Value) -> Result<Place> {
    let number = |index| value.get(index).and_then(Value::as_f64).context("a pair of numbers is missing");
    Ok((number(0)?, number(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{
        "transform": {"scale": [0.5, 0.25], "translate": [-10, 5]},
        "arcs": [[[0, 0], [2, 4], [-2, 4]], [[0, 8], [0, -8]]],
        "objects": {"countries": {"geometries": [
            {"type": "Polygon", "id": "040", "properties": {"name": "A"}, "arcs": [[0, 1]]},
            {"type": "MultiPolygon", "properties": {"name": "B"}, "arcs": [[[-2, -1]]]}
        ]}}
    }"#;

    #[test]
    fn arcs_are_sums_of_their_steps_in_degrees() {
        let topology = Topology::parse(DOCUMENT).unwrap();
        assert_eq!(topology.arc(0), [(-10.0, 5.0), (-9.0, 6.0), (-10.0, 7.0)]);
        assert_eq!(topology.arc(-1), [(-10.0, 7.0), (-9.0, 6.0), (-10.0, 5.0)]);
    }

    #[test]
    fn shapes_keep_their_number_where_they_have_one() {
        let shapes = Topology::parse(DOCUMENT).unwrap().shapes;
        assert_eq!((shapes[0].iso_number, shapes[0].polygons.clone()), (Some(40), vec![vec![vec![0, 1]]]));
        assert_eq!((shapes[1].iso_number, shapes[1].name.as_str()), (None, "B"));
    }

    #[test]
    fn another_document_is_refused() {
        assert!(Topology::parse("{}").is_err());
    }
}
