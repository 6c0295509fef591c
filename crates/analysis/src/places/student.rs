//! Student's t distribution, as far as intervals need it.

/// Degrees of freedom from which on the expansion around the normal distribution is exact to 1e-7.
const MANY: usize = 200;

/// The value that a t variable with so many degrees of freedom exceeds in 2.5 of 100 cases; infinite
/// without a degree of freedom.
pub(super) fn t_95(degrees: usize) -> f64 {
    match degrees {
        0 => f64::INFINITY,
        _ if degrees > MANY => near_normal(degrees),
        _ => by_halving(degrees),
    }
}

/// Probability that a t variable lies within `t` of zero (Abramowitz and Stegun, 26.7.3 and 26.7.4).
fn within(t: f64, degrees: usize) -> f64 {
    let angle = (t / (degrees as f64).sqrt()).atan();
    let (sine, squared) = (angle.sin(), angle.cos().powi(2));
    let is_odd = degrees % 2 == 1;
    let (mut term, mut sum) = if is_odd { (angle.cos(), 0.0) } else { (1.0, 0.0) };
    let first = if is_odd { 3 } else { 2 };
    for step in (first..=degrees).step_by(2) {
        sum += term;
        term *= squared * (step - 1) as f64 / step as f64;
    }
    if is_odd { std::f64::consts::FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
}

fn by_halving(degrees: usize) -> f64 {
    let (mut low, mut high) = (1.9, 13.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if within(middle, degrees) < 0.95 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The expansion of Cornish and Fisher around the normal quantile.
fn near_normal(degrees: usize) -> f64 {
    let z = 1.959_963_984_540_054_f64;
    let n = degrees as f64;
    let cube = z.powi(3);
    let first = (cube + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * cube + 3.0 * z) / 96.0;
    z + first / n + second / (n * n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_tables() {
        // scipy.stats.t.ppf(0.975, n).
        for (degrees, expected) in [
            (1, 12.706_204_736_174_7),
            (2, 4.302_652_729_749_46),
            (3, 3.182_446_305_283_71),
            (4, 2.776_445_105_197_79),
            (9, 2.262_157_162_798_2),
            (10, 2.228_138_851_986_27),
            (30, 2.042_272_456_301_24),
            (200, 1.971_896_223_6),
            (1000, 1.962_339_080_8),
        ] {
            assert!((t_95(degrees) - expected).abs() < 1e-7, "{degrees}: {}", t_95(degrees));
        }
        assert!(t_95(0).is_infinite());
    }

    #[test]
    fn more_degrees_give_smaller_quantiles() {
        let all: Vec<f64> = (1..400).map(t_95).collect();
        assert!(all.is_sorted_by(|left, right| left > right));
    }
}
