//! How evenly consensus weight is spread over the groups of a kind.
//!
//! Shares are of the whole running network. Relays that belong to no known group stand alone: each
//! relay without contact (or its family) is an owner of its own, and relays of unknown country or AS
//! are left out of the groups but not out of the total. See `docs/methods/concentration.md`.

/// Concentration of a set of shares that add up to at most 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Concentration {
    shares: Vec<f64>,
    /// Herfindahl-Hirschman index: the sum of the squared shares, 0 to 1.
    pub hhi: f64,
    /// Gini coefficient of the positive shares, 0 (all equal) to 1.
    pub gini: f64,
}

impl Concentration {
    /// Measures the given shares; those that are not positive are left out.
    pub fn of(shares: impl Iterator<Item = f64>) -> Self {
        let mut shares: Vec<f64> = shares.filter(|share| *share > 0.0 && share.is_finite()).collect();
        shares.sort_unstable_by(|left, right| right.total_cmp(left));
        let hhi = shares.iter().map(|share| share * share).sum();
        let gini = gini_of_falling(&shares);
        Self { shares, hhi, gini }
    }

    /// Number of groups with weight.
    pub fn groups(&self) -> usize {
        self.shares.len()
    }

    /// Number of equally large groups that would be as concentrated: 1 / HHI. None without weight.
    pub fn effective_number(&self) -> Option<f64> {
        (self.hhi > 0.0).then(|| 1.0 / self.hhi)
    }

    /// Sum of the largest `count` shares, 0 to 1.
    pub fn top_share(&self, count: usize) -> f64 {
        self.shares.iter().take(count).sum()
    }

    /// Number of groups with a share above `limit`.
    pub fn groups_above(&self, limit: f64) -> usize {
        self.shares.partition_point(|share| *share > limit)
    }
}

/// Gini coefficient of positive values in falling order: G = sum (n + 1 - 2 i) x_i / (n sum x), i from 1.
fn gini_of_falling(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let total: f64 = values.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let weighted: f64 =
        values.iter().zip(1..).map(|(value, rank)| (count + 1.0 - 2.0 * f64::from(rank)) * value).sum();
    weighted / (count * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-12, "{left} {right}");
    }

    #[test]
    fn hand_worked_shares_give_hand_worked_measures() {
        // 0.5, 0.3, 0.2: HHI 0.25 + 0.09 + 0.04; Gini (2 * 0.5 + 0 * 0.3 - 2 * 0.2) / 3.
        let measured = Concentration::of([0.2, 0.5, 0.0, 0.3].into_iter());
        close(measured.hhi, 0.38);
        close(measured.gini, 0.2);
        close(measured.effective_number().unwrap(), 1.0 / 0.38);
        close(measured.top_share(2), 0.8);
        assert_eq!((measured.groups(), measured.groups_above(0.2)), (3, 2));
    }

    #[test]
    fn equal_shares_are_not_unequal() {
        let measured = Concentration::of([0.25; 4].into_iter());
        close(measured.gini, 0.0);
        close(measured.effective_number().unwrap(), 4.0);
    }

    #[test]
    fn nothing_has_no_effective_number() {
        let measured = Concentration::of(std::iter::empty());
        assert_eq!(measured.effective_number(), None);
        close(measured.top_share(3), 0.0);
    }
}
