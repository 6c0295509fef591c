//! How sure a share is.

/// A share with the range in which its true value lies with 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The share, 0 to 1.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The share of some of all with Wilson's score interval at 95 %; none of nothing.
pub fn wilson(some: u32, all: u32) -> Option<Interval> {
    let (n, share) = (f64::from(all), f64::from(some) / f64::from(all));
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    (all > 0).then(|| Interval { share, low: (middle - half).max(0.0), high: (middle + half).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_worked_interval() {
        // 8 of 10: the interval of the textbooks is 0.490 to 0.943.
        let found = wilson(8, 10).unwrap();
        assert!((found.low - 0.490_16).abs() < 1e-4 && (found.high - 0.943_32).abs() < 1e-4, "{found:?}");
        assert_eq!(wilson(0, 0), None);
    }
}
