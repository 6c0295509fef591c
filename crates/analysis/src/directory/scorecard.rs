//! Scorecards of authorities over 24 hours, 7, 30 and 90 days (`docs/methods/authority-score.md`).

use super::DirectoryInputs;
use super::authority::measures;
use super::state::{Expectation, state_of};
use allium_model::{AuthorityRecord, Fingerprint, Timestamp};

/// Rounds below which there is no score.
pub const MIN_ROUNDS: usize = 24;

/// How far a scorecard looks back from the time of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScorePeriod {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
    /// 90 days.
    Quarter,
}

impl ScorePeriod {
    /// Every period, the shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Quarter];

    /// Its length in seconds.
    pub const fn seconds(self) -> i64 {
        86_400
            * match self {
                Self::Day => 1,
                Self::Week => 7,
                Self::Month => 30,
                Self::Quarter => 90,
            }
    }

    /// Its name in addresses and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
        }
    }
}

/// One part of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScorePart {
    /// Nothing was at hand that would say it.
    Unknown,
    /// The authority does not do this, which is no fault.
    NotApplicable,
    /// The share, 0 to 1, and over how many rounds or probes.
    Share {
        /// 0 to 1.
        ratio: f64,
        /// Rounds or probes below the share.
        of: u32,
    },
}

impl ScorePart {
    /// The share, where there is one.
    pub fn ratio(self) -> Option<f64> {
        match self {
            Self::Share { ratio, .. } => Some(ratio),
            Self::Unknown | Self::NotApplicable => None,
        }
    }

    fn of(decisions: impl Iterator<Item = bool>) -> Self {
        let (mut hits, mut of) = (0_u32, 0_u32);
        for is_hit in decisions {
            hits += u32::from(is_hit);
            of += 1;
        }
        if of == 0 { Self::Unknown } else { Self::Share { ratio: f64::from(hits) / f64::from(of), of } }
    }
}

/// The word for a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScoreWord {
    /// Below 80.
    Poor,
    /// From 80.
    Fair,
    /// From 90.
    Good,
    /// From 95.
    VeryGood,
    /// From 98.
    Excellent,
}

impl ScoreWord {
    /// The word of a score.
    pub const fn of(score: u32) -> Self {
        match score {
            98.. => Self::Excellent,
            95.. => Self::VeryGood,
            90.. => Self::Good,
            80.. => Self::Fair,
            _ => Self::Poor,
        }
    }

    /// Stars, one to five.
    pub const fn stars(self) -> u8 {
        self as u8 + 1
    }

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Poor => "poor",
            Self::Fair => "fair",
            Self::Good => "good",
            Self::VeryGood => "very good",
            Self::Excellent => "excellent",
        }
    }
}

/// How an authority did over a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scorecard {
    /// The period.
    pub period: ScorePeriod,
    /// Rounds of the period that are at hand.
    pub rounds: usize,
    /// Own probes that found it online or slow, of those made while our own network worked.
    pub uptime: ScorePart,
    /// Consensuses that count its vote.
    pub votes: ScorePart,
    /// Its votes with measurements.
    pub scanning: ScorePart,
    /// Mean share of its flag decisions that the consensus shares.
    pub agreement: ScorePart,
    /// 0 to 100; `None` with fewer than [`MIN_ROUNDS`] rounds or less than half of the weight present.
    pub score: Option<u32>,
}

impl Scorecard {
    /// The word for the score, which also has the stars.
    pub fn word(&self) -> Option<ScoreWord> {
        self.score.map(ScoreWord::of)
    }

    /// The parts with their weights, which sum to 1.
    pub fn parts(&self) -> [(ScorePart, f64); 4] {
        [(self.uptime, 0.30), (self.votes, 0.25), (self.scanning, 0.20), (self.agreement, 0.25)]
    }

    fn scored(self) -> Self {
        let present = self.parts().into_iter().filter_map(|(part, weight)| Some((part.ratio()?, weight)));
        let (mut sum, mut weights) = (0.0, 0.0);
        for (ratio, weight) in present {
            sum += ratio * weight;
            weights += weight;
        }
        let is_enough = self.rounds >= MIN_ROUNDS && weights >= 0.5;
        Self { score: is_enough.then(|| (100.0 * sum / weights).round() as u32), ..self }
    }
}

/// The scorecard of an authority over a period that ends with the newest data.
pub fn scorecard(inputs: &DirectoryInputs, identity: Fingerprint, period: ScorePeriod) -> Scorecard {
    let end = inputs.data_time().unwrap_or(inputs.judged_at);
    let after = |from: Timestamp| from.plus_seconds(-period.seconds());
    let own = || inputs.rounds.iter().filter(move |round| round.identity == identity);
    let rounds = || own().filter(move |round| round.valid_after > after(end) && round.valid_after <= end);
    let probes =
        inputs.probes.iter().filter(|probe| probe.identity == identity && probe.at > after(inputs.judged_at));
    let consensuses: Vec<Timestamp> = inputs.network.iter().map(|hour| hour.valid_after).collect();
    let expectation = Expectation { consensuses: &consensuses, interval_seconds: inputs.interval_seconds() };
    Scorecard {
        period,
        rounds: rounds().filter(|round| is_known(round)).count(),
        uptime: ScorePart::of(probes.filter_map(|probe| state_of(probe, &expectation).is_up())),
        votes: ScorePart::of(rounds().filter_map(|round| round.is_counted)),
        scanning: scanning(own().any(measures), rounds()),
        agreement: agreement(rounds()),
        score: None,
    }
    .scored()
}

fn is_known(round: &AuthorityRecord) -> bool {
    round.is_counted.is_some() || round.is_vote_seen.is_some()
}

fn scanning<'a>(is_scanner: bool, rounds: impl Iterator<Item = &'a AuthorityRecord>) -> ScorePart {
    let votes = rounds.filter(|round| round.is_vote_seen == Some(true) && round.measured_relays.is_some());
    match ScorePart::of(votes.map(measures)) {
        ScorePart::Share { .. } if !is_scanner => ScorePart::NotApplicable,
        part => part,
    }
}

fn agreement<'a>(rounds: impl Iterator<Item = &'a AuthorityRecord>) -> ScorePart {
    let ratios: Vec<f64> =
        rounds.filter_map(|round| round.agreement_ratio).filter(|ratio| ratio.is_finite()).collect();
    if ratios.is_empty() {
        return ScorePart::Unknown;
    }
    let ratio = ratios.iter().sum::<f64>() / ratios.len() as f64;
    ScorePart::Share { ratio, of: ratios.len() as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Fingerprint = Fingerprint([7; 20]);

    fn round(hour: i64) -> AuthorityRecord {
        AuthorityRecord {
            identity: IDENTITY,
            valid_after: Timestamp(hour * 3600),
            is_counted: Some(true),
            is_signed: Some(true),
            is_vote_seen: Some(true),
            relays: Some(100),
            running_relays: Some(90),
            measured_relays: Some(80),
            measured_sum_kilobytes_per_second: Some(8000),
            bandwidth_file_age_seconds: Some(600),
            has_bandwidth_file: Some(true),
            agreement_ratio: Some(1.0),
            certificate_expires: None,
        }
    }

    fn inputs(rounds: Vec<AuthorityRecord>) -> DirectoryInputs {
        DirectoryInputs { judged_at: Timestamp(100 * 3600), rounds, ..DirectoryInputs::default() }
    }

    #[test]
    fn a_hand_worked_score() {
        // 40 rounds: 38 counted (0.95), 30 of 40 votes with measurements (0.75), agreement 0.92, no probe.
        // (0.25 x 0.95 + 0.20 x 0.75 + 0.25 x 0.92) / 0.70 = 0.6175 / 0.70 = 0.882.
        let mut rounds: Vec<AuthorityRecord> = (1..=40).map(round).collect();
        for round in &mut rounds[..2] {
            round.is_counted = Some(false);
        }
        for round in &mut rounds[..10] {
            round.measured_relays = Some(0);
        }
        for round in &mut rounds {
            round.agreement_ratio = Some(0.92);
        }
        let card = scorecard(&inputs(rounds), IDENTITY, ScorePeriod::Week);
        assert_eq!(card.rounds, 40);
        assert_eq!(card.uptime, ScorePart::Unknown);
        assert_eq!(card.votes, ScorePart::Share { ratio: 0.95, of: 40 });
        assert_eq!(card.score, Some(88));
        assert_eq!(card.word(), Some(ScoreWord::Fair));
        assert_eq!(card.word().map(ScoreWord::stars), Some(2));
    }

    #[test]
    fn fewer_than_24_rounds_have_no_score() {
        let card = |rounds| scorecard(&inputs((1..=rounds).map(round).collect()), IDENTITY, ScorePeriod::Day);
        assert_eq!(card(23).score, None);
        assert_eq!(card(24).score, Some(100));
    }

    #[test]
    fn what_an_authority_never_does_is_not_applicable() {
        let mut rounds: Vec<AuthorityRecord> = (1..=30).map(round).collect();
        for round in &mut rounds {
            round.measured_relays = Some(0);
        }
        let card = scorecard(&inputs(rounds.clone()), IDENTITY, ScorePeriod::Day);
        assert_eq!((card.scanning, card.score), (ScorePart::NotApplicable, Some(100)));
        // One that measured before the period and stopped has failed.
        rounds[0].measured_relays = Some(50);
        let card = scorecard(&inputs(rounds), IDENTITY, ScorePeriod::Day);
        assert_eq!(card.scanning, ScorePart::Share { ratio: 0.0, of: 24 });
    }

    #[test]
    fn words_change_at_their_limits() {
        let words = [97, 98, 94, 95, 89, 90, 79, 80].map(|score| ScoreWord::of(score).stars());
        assert_eq!(words, [4, 5, 3, 4, 2, 3, 1, 2]);
    }

    #[test]
    fn nothing_at_hand_is_unknown() {
        let card = scorecard(&inputs(Vec::new()), IDENTITY, ScorePeriod::Quarter);
        assert_eq!((card.votes, card.agreement, card.score), (ScorePart::Unknown, ScorePart::Unknown, None));
    }
}
