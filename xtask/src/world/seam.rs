//! Where the map is cut open.
//!
//! A map cut at 180 degrees would tear Chukotka and Fiji apart. This one is cut
//! in the Bering Strait; a whole line goes to one side of the cut, so that no
//! island is torn either.

use super::topology::Place;

/// The map is cut here, and its middle is opposite.
const SEAM: f64 = -168.5;
const MIDDLE: f64 = SEAM + 180.0;

/// The line with longitudes counted from the middle of the map, without a jump at 180 degrees.
pub(super) fn unroll(line: &[Place]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(line.len());
    for &(longitude, latitude) in line {
        let before = places.last().map_or(longitude, |place| place.0);
        let turns = ((before - longitude) / 360.0).round();
        places.push((360.0_f64.mul_add(turns, longitude), latitude));
    }
    let mean = places.iter().map(|place| place.0).sum::<f64>() / places.len().max(1) as f64;
    let shift = -360.0 * ((mean - SEAM) / 360.0).floor() - MIDDLE;
    places.into_iter().map(|(longitude, latitude)| (longitude + shift, latitude)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &[f64], expected: &[f64]) {
        let line: Vec<Place> = line.iter().map(|longitude| (*longitude, 0.0)).collect();
        let unrolled: Vec<f64> = unroll(&line).into_iter().map(|place| place.0).collect();
        assert_eq!(unrolled, expected);
    }

    #[test]
    fn a_coast_across_180_degrees_has_no_jump() {
        check(&[170.0, 179.5, -179.5, -170.0], &[158.5, 168.0, 169.0, 178.5]);
    }

    #[test]
    fn a_line_is_on_one_side_of_the_seam() {
        check(&[-169.0, -168.0, -167.0], &[-180.5, -179.5, -178.5]);
        check(&[-176.0], &[172.5]);
        check(&[11.5], &[0.0]);
        check(&[], &[]);
    }
}
