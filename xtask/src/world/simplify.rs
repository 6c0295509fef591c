//! Fewer points in a line: Visvalingam and Whyatt's method.
//!
//! The point whose triangle with its neighbours is smallest goes first, until
//! every triangle left has at least the wanted area. The ends stay, so lines
//! that met still meet. Source: M. Visvalingam, J. D. Whyatt, "Line
//! generalisation by repeated elimination of points" (1993).

/// A point of the plane.
pub(super) type Point = (f64, f64);

/// The line without the points whose triangle is smaller than `least_area`.
pub(super) fn simplify(line: &[Point], least_area: f64) -> Vec<Point> {
    let mut points = line.to_vec();
    let mut areas: Vec<f64> = points.windows(3).map(|three| triangle(three[0], three[1], three[2])).collect();
    while let Some(index) = smallest(&areas).filter(|index| areas[*index] < least_area) {
        let removed = areas.remove(index);
        points.remove(index + 1);
        // A point never counts less than one removed before it, or a line would be eaten from one end.
        for (middle, area) in areas.iter_mut().enumerate().skip(index.saturating_sub(1)).take(2) {
            if middle <= index {
                *area = triangle(points[middle], points[middle + 1], points[middle + 2]).max(removed);
            }
        }
    }
    points
}

fn smallest(areas: &[f64]) -> Option<usize> {
    (0..areas.len()).min_by(|left, right| areas[*left].total_cmp(&areas[*right]))
}

fn triangle(a: Point, b: Point, c: Point) -> f64 {
    ((b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1)).abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_on_the_way_goes_and_a_corner_stays() {
        let line = [(0.0, 0.0), (1.0, 0.1), (2.0, 0.0), (2.0, 5.0)];
        assert_eq!(simplify(&line, 0.5), [(0.0, 0.0), (2.0, 0.0), (2.0, 5.0)]);
    }

    #[test]
    fn the_ends_stay_whatever_is_asked() {
        let line = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 1.0)];
        assert_eq!(simplify(&line, f64::INFINITY), [(0.0, 0.0), (3.0, 1.0)]);
        assert_eq!(simplify(&line[..2], f64::INFINITY), line[..2]);
    }

    #[test]
    fn nothing_goes_when_nothing_is_small() {
        let line = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)];
        assert_eq!(simplify(&line, 0.0), line);
    }
}
