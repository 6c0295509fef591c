//! The Equal Earth projection: areas keep their proportions, and the whole world
//! is seen at once.
//!
//! Formula: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection",
//! International Journal of Geographical Information Science 33 (2019).

use super::topology::Place;

const A1: f64 = 1.340_264;
const A2: f64 = -0.081_106;
const A3: f64 = 0.000_893;
const A4: f64 = 0.003_796;

/// Degrees to the plane: x from -2.71 to 2.71 eastwards, y from -1.32 to 1.32 **downwards**.
pub(super) fn project((longitude, latitude): Place) -> (f64, f64) {
    let half_root_of_3 = 3.0_f64.sqrt() / 2.0;
    let theta = (half_root_of_3 * latitude.to_radians().sin()).asin();
    let (square, sixth) = (theta.powi(2), theta.powi(6));
    let slope = (sixth * (9.0 * A4).mul_add(square, 7.0 * A3)) + (3.0 * A2).mul_add(square, A1);
    let x = longitude.to_radians() * theta.cos() / (half_root_of_3 * slope);
    let y = theta * (sixth * A4.mul_add(square, A3) + A2.mul_add(square, A1));
    (x, -y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(place: Place, expected: (f64, f64)) {
        let (x, y) = project(place);
        assert!((x - expected.0).abs() < 1e-4 && (y - expected.1).abs() < 1e-4, "{place:?}: {x} {y}");
    }

    #[test]
    fn the_extremes_are_those_of_the_paper() {
        check((0.0, 0.0), (0.0, 0.0));
        check((180.0, 0.0), (2.706_63, 0.0));
        check((0.0, 90.0), (0.0, -1.317_36));
        // At a pole the map is 0.59 times as wide as at the equator.
        assert!((project((180.0, 90.0)).0 / project((180.0, 0.0)).0 - 0.59).abs() < 0.005);
    }

    #[test]
    fn equal_areas_stay_equal() {
        // The cell of one degree at 60 degrees north has half the area of the one at the equator.
        let area = |latitude: f64| {
            let width = project((0.5, latitude)).0 - project((-0.5, latitude)).0;
            width * (project((0.0, latitude - 0.5)).1 - project((0.0, latitude + 0.5)).1)
        };
        assert!((area(60.0) / area(0.0) - 0.5).abs() < 1e-3);
    }
}
