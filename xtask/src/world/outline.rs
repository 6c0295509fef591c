//! The outline of several areas that touch: borders between them fall away.
//!
//! A border that is walked once each way is inside. What remains is stitched to
//! closed lines at the ends of the arcs.

use std::collections::BTreeMap;

use super::topology::{Polygon, Ring};

/// The ends of an arc, as numbers that are equal where arcs meet.
pub(super) type Ends = (u64, u64);

/// The rings around all of `polygons`; `ends` gives the ends of a directed arc.
pub(super) fn outline(polygons: &[Polygon], ends: impl Fn(i32) -> Ends) -> Vec<Ring> {
    let arcs: Vec<i32> = polygons.iter().flatten().flatten().copied().collect();
    let mut from: BTreeMap<u64, Vec<i32>> = BTreeMap::new();
    for arc in arcs.iter().rev().filter(|arc| !arcs.contains(&!**arc)) {
        from.entry(ends(*arc).0).or_default().push(*arc);
    }
    let mut rings = Vec::new();
    while let Some(start) = from.iter().find(|(_, arcs)| !arcs.is_empty()).map(|(point, _)| *point) {
        rings.push(walk(start, &mut from, &ends));
    }
    rings
}

/// Takes arcs from `start` on until it is reached again, or nothing goes on.
fn walk(start: u64, from: &mut BTreeMap<u64, Vec<i32>>, ends: impl Fn(i32) -> Ends) -> Ring {
    let mut ring = Vec::new();
    let mut at = start;
    while let Some(arc) = from.get_mut(&at).and_then(Vec::pop) {
        ring.push(arc);
        at = ends(arc).1;
        if at == start {
            break;
        }
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arc 0 is the border between two areas, from point 1 to point 2; arcs 1 and 2 go back left and right.
    fn ends(arc: i32) -> Ends {
        let (index, turned) = if arc < 0 { (!arc, true) } else { (arc, false) };
        let (first, last) = [(1, 2), (2, 1), (2, 1), (9, 9)][usize::try_from(index).unwrap()];
        if turned { (last, first) } else { (first, last) }
    }

    #[test]
    fn the_border_between_two_areas_falls_away() {
        let rings = outline(&[vec![vec![0, 1]], vec![vec![-1, -3]]], ends);
        assert_eq!(rings, [vec![-3, 1]]);
    }

    #[test]
    fn an_area_alone_and_an_island_stay_as_they_are() {
        assert_eq!(outline(&[vec![vec![0, 1]], vec![vec![3]]], ends), [vec![0, 1], vec![3]]);
    }
}
