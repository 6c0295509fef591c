//! What depends on how many authorities work (`docs/methods/authority-loss.md`).
//!
//! A consensus needs votes and signatures of more than half of the trusted authorities. Weights are
//! measured where at least three authorities measured a relay (dir-spec, "computing a consensus").
//! Losing `k` of them: how many of the possible sets of `k` leave enough of each kind.

use super::scorecard::ScorePeriod;
use super::{AuthorityReport, DirectoryInputs};

/// Authorities whose measurements a relay needs for its weight to count as measured (dir-spec).
pub const MIN_SCANNERS: usize = 3;

/// How much room there is above a majority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redundancy {
    /// At least two more than a majority: 7 of 9.
    Excellent,
    /// A majority: 5 of 9.
    Good,
    /// Less.
    Concerning,
}

impl Redundancy {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Concerning => "concerning",
        }
    }
}

/// How likely it is that authorities fail, by how many score below 90.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureRisk {
    /// None scores below 90.
    Low,
    /// One or two do.
    Moderate,
    /// Three or more do.
    High,
}

impl FailureRisk {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

/// The authorities together over a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// The period.
    pub period: ScorePeriod,
    /// Mean of the scores of trusted authorities that have one; `None` when none has.
    pub mean_score: Option<f64>,
    /// Trusted authorities that have a score.
    pub scored: usize,
    /// Of those, how many score below 90.
    pub below_90: usize,
    /// `None` when no authority has a score.
    pub failure_risk: Option<FailureRisk>,
}

/// What is left when `lost` authorities fail at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossScenario {
    /// Authorities that fail.
    pub lost: usize,
    /// Voters that remain.
    pub voters: usize,
    /// Whether these can still make a consensus.
    pub is_majority: bool,
    /// Bandwidth scanners that remain at worst.
    pub fewest_scanners: usize,
    /// Share of the possible losses that leave [`MIN_SCANNERS`], 0 to 1.
    pub enough_scanners_ratio: f64,
    /// IPv6 testers that remain at worst.
    pub fewest_ipv6_testers: usize,
    /// Share of the possible losses that leave an IPv6 tester, 0 to 1.
    pub any_ipv6_tester_ratio: f64,
}

/// How the network depends on its authorities.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// Trusted authorities.
    pub trusted: usize,
    /// How many make a majority.
    pub majority: usize,
    /// Trusted authorities whose vote the newest consensus counts; `None` without a consensus.
    pub counted: Option<usize>,
    /// Trusted authorities that measured in the newest round; `None` without votes.
    pub scanners: Option<usize>,
    /// Trusted authorities that test IPv6 in the newest round; `None` without votes.
    pub ipv6_testers: Option<usize>,
    /// Room above the majority; `None` without a consensus.
    pub redundancy: Option<Redundancy>,
    /// One for each of [`ScorePeriod::ALL`].
    pub reliability: [Reliability; 4],
    /// From no loss on to the loss of all; empty without votes.
    pub losses: Vec<LossScenario>,
}

/// The dependence of the network on its authorities.
pub fn impact(inputs: &DirectoryInputs, authorities: &[AuthorityReport]) -> Impact {
    let trusted = || authorities.iter().filter(|authority| authority.trusted.is_some());
    let count = |fact: fn(&AuthorityReport) -> bool| trusted().filter(|authority| fact(authority)).count();
    let has_votes = !inputs.votes.authorities().is_empty();
    let counted = inputs
        .consensus
        .is_some()
        .then(|| count(|authority| authority.participation.is_counted == Some(true)));
    let scanners = has_votes.then(|| count(|authority| authority.participation.is_measuring == Some(true)));
    let testers = has_votes.then(|| count(|authority| authority.participation.is_testing_ipv6 == Some(true)));
    let majority = inputs.majority();
    Impact {
        trusted: inputs.trusted.len(),
        majority,
        counted,
        scanners,
        ipv6_testers: testers,
        redundancy: counted.map(|counted| redundancy(counted, majority)),
        reliability: ScorePeriod::ALL.map(|period| reliability(authorities, period)),
        losses: match (scanners, testers) {
            (Some(scanners), Some(testers)) => losses(inputs.trusted.len(), scanners, testers),
            _ => Vec::new(),
        },
    }
}

fn redundancy(counted: usize, majority: usize) -> Redundancy {
    match counted {
        counted if counted >= majority + 2 => Redundancy::Excellent,
        counted if counted >= majority => Redundancy::Good,
        _ => Redundancy::Concerning,
    }
}

fn reliability(authorities: &[AuthorityReport], period: ScorePeriod) -> Reliability {
    let trusted = authorities.iter().filter(|authority| authority.trusted.is_some());
    let scores: Vec<u32> =
        trusted.filter_map(|authority| authority.scorecards[period as usize].score).collect();
    let below_90 = scores.iter().filter(|score| **score < 90).count();
    let mean = f64::from(scores.iter().sum::<u32>()) / scores.len() as f64;
    let risk = match below_90 {
        0 => FailureRisk::Low,
        1 | 2 => FailureRisk::Moderate,
        _ => FailureRisk::High,
    };
    let has_scores = !scores.is_empty();
    Reliability {
        period,
        mean_score: has_scores.then_some(mean),
        scored: scores.len(),
        below_90,
        failure_risk: has_scores.then_some(risk),
    }
}

fn losses(all: usize, scanners: usize, testers: usize) -> Vec<LossScenario> {
    let scenario = |lost: usize| LossScenario {
        lost,
        voters: all - lost,
        is_majority: all - lost > all / 2,
        fewest_scanners: scanners.saturating_sub(lost),
        enough_scanners_ratio: at_least(MIN_SCANNERS, all, scanners, lost),
        fewest_ipv6_testers: testers.saturating_sub(lost),
        any_ipv6_tester_ratio: at_least(1, all, testers, lost),
    };
    (0..=all).map(scenario).collect()
}

/// Share of the ways to lose `lost` of `all` that leave at least `needed` of the `special` ones.
fn at_least(needed: usize, all: usize, special: usize, lost: usize) -> f64 {
    let special = special.min(all);
    let ways = (0..=lost.min(special))
        .filter(|gone| special - gone >= needed)
        .map(|gone| choose(special, gone) * choose(all - special, lost - gone))
        // The sum of nothing is -0 otherwise.
        .fold(0.0, |sum, ways| sum + ways);
    ways / choose(all, lost)
}

/// Ways to choose `taken` of `all`.
fn choose(all: usize, taken: usize) -> f64 {
    if taken > all {
        return 0.0;
    }
    (0..taken).map(|step| (all - step) as f64 / (step + 1) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_authorities_survive_the_loss_of_four() {
        let scenarios = losses(9, 6, 8);
        let can_vote: Vec<bool> = scenarios.iter().map(|scenario| scenario.is_majority).collect();
        assert_eq!(can_vote, [true, true, true, true, true, false, false, false, false, false]);
    }

    #[test]
    fn hand_worked_shares_of_losses() {
        // Of 9 with 6 scanners, losing 4: fewer than 3 scanners remain only when all 4 lost ones scan,
        // 15 of 126 ways.
        let four = losses(9, 6, 8)[4];
        assert!((four.enough_scanners_ratio - 111.0 / 126.0).abs() < 1e-9);
        assert_eq!((four.fewest_scanners, four.fewest_ipv6_testers), (2, 4));
        // Losing 8 leaves the one authority that does not test IPv6 in 1 of 9 ways.
        assert!((losses(9, 6, 8)[8].any_ipv6_tester_ratio - 8.0 / 9.0).abs() < 1e-9);
        let none = losses(9, 6, 0)[1].any_ipv6_tester_ratio;
        assert!(none == 0.0 && none.is_sign_positive(), "a page must not say -0.0 %");
    }

    #[test]
    fn room_above_the_majority_has_its_words() {
        let words = [9, 7, 6, 5, 4].map(|counted| redundancy(counted, 5).name());
        assert_eq!(words, ["excellent", "excellent", "good", "good", "concerning"]);
    }
}
