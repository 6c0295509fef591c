//! The file: one line for each code, on a whole-numbered grid.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};

use super::areas::POINTS;
use super::equal_earth::project;
use super::outline::outline;
use super::seam::unroll;
use super::simplify::{Point, simplify};
use super::topology::{Polygon, Topology, directed};

/// Width of the map in units; the height follows.
const WIDTH: f64 = 2000.0;

/// Triangles below this area, in square units, are not drawn.
const LEAST_TRIANGLE: f64 = 3.6;

/// Rings below this area, in square units, are not drawn.
const LEAST_RING: f64 = 6.0;

const HEAD: &str = "\
# Outlines of the countries for the map of the world, by ISO 3166-1 alpha-2 code.
#
# Origin: Natural Earth 4.1, Admin 0 countries, 1:50m (public domain, https://www.naturalearthdata.com),
# as TopoJSON in the npm package world-atlas 2.0.2 (ISC, Mike Bostock). Equal Earth projection.
# Areas are given to the code under which ISO 3166 lists them; xtask/src/world/areas.rs has the list.
# Outlines are for orientation and say nothing about the status of a place. Antarctica is left out.
#
# Made by `cargo xtask world`; do not edit.
# The first line is width and height; then: code, x and y of the middle of the largest part, area in
# square units, outline as an SVG path (`-` where it is smaller than the grid).
";

type GridPoint = (i32, i32);

/// Places to grid units.
struct Grid {
    scale: f64,
    left: f64,
    top: f64,
    height: f64,
}

impl Grid {
    /// The grid that all of `points` just fit into.
    fn around(points: impl Iterator<Item = Point>) -> Self {
        let mut low = (f64::INFINITY, f64::INFINITY);
        let mut high = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (x, y) in points {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        let scale = WIDTH / (high.0 - low.0);
        Self { scale, left: low.0, top: low.1, height: ((high.1 - low.1) * scale).ceil() }
    }

    fn units(&self, (x, y): Point) -> Point {
        ((x - self.left) * self.scale, (y - self.top) * self.scale)
    }
}

/// The whole text of the file.
pub(super) fn file(areas: &BTreeMap<&'static str, Vec<Polygon>>, topology: &Topology) -> Result<String> {
    let flat: Vec<Vec<Point>> =
        topology.arcs.iter().map(|arc| unroll(arc).into_iter().map(project).collect()).collect();
    let drawn = areas.values().flatten().flatten().flatten();
    let grid = Grid::around(drawn.flat_map(|arc| directed(&flat, *arc)));
    let exact: Vec<Vec<Point>> =
        flat.iter().map(|arc| arc.iter().map(|point| grid.units(*point)).collect()).collect();
    let rounded: Vec<Vec<GridPoint>> =
        exact.iter().map(|arc| simplify(arc, LEAST_TRIANGLE).into_iter().map(round).collect()).collect();
    let mut lines = BTreeMap::new();
    for (code, polygons) in areas {
        lines.insert(*code, line(polygons, &exact, &rounded)?);
    }
    for (code, place) in POINTS {
        for (x, y) in unroll(&[place]).into_iter().map(|place| round(grid.units(project(place)))) {
            lines.insert(code, format!("{x} {y} 0 -"));
        }
    }
    let mut text = HEAD.to_owned();
    let _ = writeln!(text, "{WIDTH} {}", grid.height);
    for (code, line) in lines {
        let _ = writeln!(text, "{code} {line}");
    }
    Ok(text)
}

/// Everything that stands after the code.
fn line(polygons: &[Polygon], exact: &[Vec<Point>], rounded: &[Vec<GridPoint>]) -> Result<String> {
    let rings = outline(polygons, |arc| ends(exact, arc));
    let full: Vec<Vec<Point>> = rings.iter().map(|ring| join(ring, exact)).collect();
    let largest = full.iter().max_by(|left, right| area(left).abs().total_cmp(&area(right).abs()));
    let (x, y) = round(centroid(largest.context("a country without an outline")?));
    let total = full.iter().map(|ring| area(ring)).sum::<f64>().abs();
    let path: String = rings
        .iter()
        .zip(&full)
        .filter(|(_, full)| area(full).abs() >= LEAST_RING)
        .filter_map(|(ring, _)| subpath(&join(ring, rounded)))
        .collect();
    Ok(format!("{x} {y} {total:.0} {}", if path.is_empty() { "-" } else { &path }))
}

/// The ends of an arc as numbers; arcs that meet have the very same coordinates there.
fn ends(arcs: &[Vec<Point>], number: i32) -> (u64, u64) {
    let points = directed(arcs, number);
    let key = |point: Option<&Point>| {
        point
            .map_or(0, |(x, y)| x.to_bits().rotate_left(32) ^ y.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15))
    };
    (key(points.first()), key(points.last()))
}

/// The points of a ring, without doubles in a row and without the closing one.
fn join<P: Copy + PartialEq>(ring: &[i32], arcs: &[Vec<P>]) -> Vec<P> {
    let mut points: Vec<P> = ring.iter().flat_map(|arc| directed(arcs, *arc)).collect();
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

fn round((x, y): Point) -> GridPoint {
    (x.round() as i32, y.round() as i32)
}

/// Twice-signed shoelace area, halved: positive or negative by direction.
fn area(ring: &[Point]) -> f64 {
    edges(ring).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>() / 2.0
}

fn centroid(ring: &[Point]) -> Point {
    let area = area(ring);
    let moment = |pick: fn(Point) -> f64| {
        edges(ring).map(|(a, b)| (pick(a) + pick(b)) * (a.0 * b.1 - b.0 * a.1)).sum::<f64>() / (6.0 * area)
    };
    (moment(|point| point.0), moment(|point| point.1))
}

fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// `m` to the first point, relative steps, closed; nothing when fewer than three points are left.
fn subpath(points: &[GridPoint]) -> Option<String> {
    let points = without_straight(points);
    let [first, rest @ ..] = points.as_slice() else { return None };
    if rest.len() < 2 {
        return None;
    }
    let mut path = format!("M{} {}", first.0, first.1);
    let mut at = *first;
    for (index, point) in rest.iter().enumerate() {
        push_step(&mut path, index == 0, (point.0 - at.0, point.1 - at.1));
        at = *point;
    }
    path.push('z');
    Some(path)
}

/// Points in the middle of a straight run add nothing.
fn without_straight(points: &[GridPoint]) -> Vec<GridPoint> {
    let count = points.len();
    let at = |index: usize| points[index % count];
    let bends = |index: usize| {
        let (before, here, after) = (at(index + count - 1), at(index), at(index + 1));
        (here.0 - before.0) * (after.1 - here.1) != (here.1 - before.1) * (after.0 - here.0)
    };
    (0..count).filter(|index| bends(*index)).map(at).collect()
}

/// Numbers are set apart by a space or by their own minus sign.
fn push_step(path: &mut String, first: bool, (x, y): GridPoint) {
    if first {
        path.push('l');
    } else if x >= 0 {
        path.push(' ');
    }
    let _ = write!(path, "{x}{}{y}", if y < 0 { "" } else { " " });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_short_and_closed() {
        let points = [(10, 10), (14, 10), (14, 7), (12, 7), (10, 7)];
        assert_eq!(subpath(&points).as_deref(), Some("M10 10l4 0 0-3-4 0z"));
        assert_eq!(subpath(&[(1, 1), (2, 2)]), None);
        assert_eq!(subpath(&[(1, 1), (2, 1), (3, 1)]), None);
        assert_eq!(subpath(&[]), None);
    }

    #[test]
    fn area_and_centroid_of_a_square() {
        let square = [(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0)];
        assert!((area(&square).abs() - 4.0).abs() < 1e-9);
        assert_eq!(round(centroid(&square)), (2, 2));
    }

    #[test]
    fn a_country_below_the_grid_keeps_its_place() {
        let island = vec![vec![(5.2, 5.2), (5.4, 5.2), (5.4, 5.4), (5.2, 5.2)]];
        let rounded: Vec<Vec<GridPoint>> = vec![island[0].iter().copied().map(round).collect()];
        assert_eq!(line(&[vec![vec![0]]], &island, &rounded).unwrap(), "5 5 0 -");
    }

    #[test]
    fn the_grid_is_as_wide_as_it_must_be() {
        let grid = Grid::around([(-1.0, -0.5), (1.0, 0.5)].into_iter());
        assert_eq!((grid.units((1.0, 0.0)), grid.height), ((WIDTH, WIDTH / 4.0), WIDTH / 2.0));
    }
}
