//! Votes replayed: flags computed from what a vote itself says against the flags that it gives.
//!
//! This proves the rules of [`crate::flags`] against living authorities. Relays whose value lies
//! within rounding of a bar are counted apart. Where a vote does not carry what a rule needs (the
//! votes of 2016 have no statistics), the flag is not evaluated, which is another thing than agreement.

use crate::flags::{
    Coverage, JUDGED_FLAGS, Judgement, Nearness, Rounding, Thresholds, Verdict, coverage, judge,
};
use allium_model::{Fingerprint, Flag, Timestamp, VoteBook, VoteEntry, VoteSummary};

/// How many disagreeing relays a replay names for each flag.
pub const MAX_EXAMPLES: usize = 20;

/// A flag of one vote, replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct FlagReplay {
    /// The flag.
    pub flag: Flag,
    /// How much of the rule a vote shows.
    pub coverage: Coverage,
    /// Relays whose flag follows from the rule; for a rule of which only necessary conditions are
    /// seen, relays with the flag that meet them.
    pub agreeing: u32,
    /// Relays that should have the flag and do not; 0 where only necessary conditions are seen.
    pub expected: u32,
    /// Relays that have the flag and should not.
    pub unexpected: u32,
    /// Relays within rounding of a bar, in none of the others.
    pub near: u32,
    /// Relays of which the vote does not carry what the rule needs, and those without a flag of which
    /// only necessary conditions are seen.
    pub unevaluated: u32,
    /// Relays that disagree, at most [`MAX_EXAMPLES`].
    pub examples: Vec<Fingerprint>,
}

impl FlagReplay {
    /// Relays that were evaluated and are clear.
    pub fn evaluated(&self) -> u32 {
        self.agreeing + self.expected + self.unexpected
    }

    /// Share of evaluated relays that agree, 0 to 1; none when none was evaluated.
    pub fn ratio(&self) -> Option<f64> {
        let evaluated = self.evaluated();
        (evaluated > 0).then(|| f64::from(self.agreeing) / f64::from(evaluated))
    }
}

/// A vote, replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct VoteReplay {
    /// Nickname of the authority.
    pub nickname: String,
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Start of validity of the consensus that the vote is for.
    pub valid_after: Timestamp,
    /// Relays in the vote.
    pub relays: u32,
    /// Each flag that it votes on and that has a rule, in the order of [`JUDGED_FLAGS`].
    pub flags: Vec<FlagReplay>,
}

/// Replays every vote of a book.
pub fn replay_book(book: &VoteBook, rounding: Rounding) -> Vec<VoteReplay> {
    let replay_column = |(column, summary): (usize, &VoteSummary)| {
        let entries = book.rows().filter_map(|(fingerprint, row)| Some((fingerprint, row[column]?)));
        replay(summary, &Thresholds::of(summary), rounding, entries)
    };
    book.authorities().iter().enumerate().map(replay_column).collect()
}

/// Replays one vote with given thresholds.
pub fn replay(
    summary: &VoteSummary,
    thresholds: &Thresholds,
    rounding: Rounding,
    entries: impl IntoIterator<Item = (Fingerprint, VoteEntry)>,
) -> VoteReplay {
    let is_known = |flag: &Flag| summary.known_flags.iter().any(|known| known == flag.name());
    let mut flags: Vec<FlagReplay> = JUDGED_FLAGS.into_iter().filter(is_known).map(FlagReplay::new).collect();
    let mut relays = 0;
    for (fingerprint, entry) in entries {
        relays += 1;
        for replay in &mut flags {
            let judgement = judge(replay.flag, &entry, thresholds, summary.valid_after);
            replay.count(fingerprint, &judgement, rounding);
        }
    }
    VoteReplay {
        nickname: summary.nickname.clone(),
        identity: summary.identity,
        valid_after: summary.valid_after,
        relays,
        flags,
    }
}

impl FlagReplay {
    fn new(flag: Flag) -> Self {
        Self {
            flag,
            coverage: coverage(flag),
            agreeing: 0,
            expected: 0,
            unexpected: 0,
            near: 0,
            unevaluated: 0,
            examples: Vec::new(),
        }
    }

    fn count(&mut self, fingerprint: Fingerprint, judgement: &Judgement, rounding: Rounding) {
        let counter = match (judgement.verdict(), judgement.is_given, self.coverage) {
            _ if judgement.nearness(rounding) == Nearness::WithinRounding => &mut self.near,
            (Verdict::NotMet, true, _) => {
                name(&mut self.examples, fingerprint);
                &mut self.unexpected
            }
            (Verdict::NotMet, false, Coverage::Whole)
            | (Verdict::Met, true, _)
            | (Verdict::Open, true, Coverage::NecessaryOnly) => &mut self.agreeing,
            (Verdict::Met, false, Coverage::Whole) => {
                name(&mut self.examples, fingerprint);
                &mut self.expected
            }
            _ => &mut self.unevaluated,
        };
        *counter += 1;
    }
}

fn name(examples: &mut Vec<Fingerprint>, fingerprint: Fingerprint) {
    if examples.len() < MAX_EXAMPLES {
        examples.push(fingerprint);
    }
}
