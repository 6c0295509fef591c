//! The normal distribution, as far as tests of significance need it.

/// The value that a standard normal variable exceeds in 2.5 of 100 cases.
pub(super) const TWO_SIDED_95: f64 = 1.959_963_984_540_054;

/// Probability that a standard normal variable is at least so far from zero, 0 to 1.
pub(super) fn two_sided_p(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The complementary error function of a value of at least 0, to about 1e-15 relative to 1.
fn erfc(x: f64) -> f64 {
    if x < 2.5 { 1.0 - erf_series(x) } else { erfc_fraction(x) }
}

/// `erf(x) = 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!`; every term is positive.
fn erf_series(x: f64) -> f64 {
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term > sum * 1e-17 {
        odd += 2.0;
        term *= 2.0 * x * x / odd;
        sum += term;
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}

/// The continued fraction of Laplace, evaluated from its end.
fn erfc_fraction(x: f64) -> f64 {
    let tail = (1..=60).rev().fold(x, |tail, step| x + f64::from(step) / 2.0 / tail);
    std::f64::consts::FRAC_2_SQRT_PI / 2.0 * (-x * x).exp() / tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_tables() {
        // math.erfc(z / math.sqrt(2)) of Python 3.
        for (z, expected) in [
            (0.0, 1.0),
            (0.5, 0.617_075_077_451_973_8),
            (-1.0, 0.317_310_507_862_914_15),
            (TWO_SIDED_95, 0.05),
            (3.5, 0.000_465_258_158_071_050_1),
            (3.6, 0.000_318_217_180_315_068),
            (8.0, 1.244_192_114_854_363_9e-15),
        ] {
            assert!((two_sided_p(z) - expected).abs() < 1e-14, "{z}: {}", two_sided_p(z));
        }
    }
}
