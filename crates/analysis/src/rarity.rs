//! How rare an AS is among those that carry Tor's traffic (features.md B.6).
//!
//! Thresholds come from the ASes themselves, sorted by falling weight; an AS with few operators is
//! rarer. See `docs/methods/as-rarity.md`.

/// Rarity of an AS, from common to legendary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AsRarity {
    /// Score 0.
    Common,
    /// Score 1.
    Emerging,
    /// Score 2.
    Rare,
    /// Score 3.
    Epic,
    /// Score 4 and more.
    Legendary,
}

impl AsRarity {
    /// The rarity's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Emerging => "emerging",
            Self::Rare => "rare",
            Self::Epic => "epic",
            Self::Legendary => "legendary",
        }
    }

    const fn of_score(score: u8) -> Self {
        match score {
            0 => Self::Common,
            1 => Self::Emerging,
            2 => Self::Rare,
            3 => Self::Epic,
            _ => Self::Legendary,
        }
    }
}

/// Weights from which an AS counts as dominant, major and moderate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AsRarityThresholds {
    dominant: f64,
    major: f64,
    moderate: f64,
}

impl AsRarityThresholds {
    /// From the weight shares of all ASes; those without weight are left out.
    pub fn of(shares: impl Iterator<Item = f64>) -> Self {
        let mut shares: Vec<f64> = shares.filter(|share| *share > 0.0).collect();
        shares.sort_unstable_by(|left, right| right.total_cmp(left));
        let at = |part: f64, fallback: f64| {
            shares.get((part * shares.len() as f64) as usize).copied().unwrap_or(fallback)
        };
        Self { dominant: at(0.005, 0.05), major: at(0.02, 0.005), moderate: at(0.15, 0.0005) }
    }

    /// The rarity of an AS with a weight share and so many operators.
    pub fn rarity(&self, share: f64, operators: usize) -> AsRarity {
        AsRarity::of_score(self.score(share, operators))
    }

    /// The score behind the rarity, 0 to 5.
    pub fn score(&self, share: f64, operators: usize) -> u8 {
        let base = match share {
            share if share <= 0.0 || share >= self.dominant => 0,
            share if share >= self.major => 1,
            share if share >= self.moderate => 2,
            _ => 3,
        };
        let bonus = match operators {
            1 => 2,
            2..=10 => 1,
            _ => 0,
        };
        base + bonus
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_and_operators_make_the_rarity() {
        let thresholds = AsRarityThresholds { dominant: 0.05, major: 0.005, moderate: 0.0005 };
        let expected = [
            (0.06, 100, AsRarity::Common),
            (0.01, 100, AsRarity::Emerging),
            (0.001, 100, AsRarity::Rare),
            (0.0001, 100, AsRarity::Epic),
            (0.0001, 5, AsRarity::Legendary),
            (0.06, 1, AsRarity::Rare),
            (0.0, 0, AsRarity::Common),
        ];
        for (share, operators, rarity) in expected {
            assert_eq!(thresholds.rarity(share, operators), rarity, "{share} {operators}");
        }
    }

    #[test]
    fn thresholds_come_from_the_falling_shares() {
        let thresholds = AsRarityThresholds::of((1..=200).map(f64::from));
        assert_eq!(thresholds, AsRarityThresholds { dominant: 199.0, major: 196.0, moderate: 170.0 });
    }
}
